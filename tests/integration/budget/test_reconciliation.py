"""A statement is held against the books; exceptions are linked, explained or corrected."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from budget.queries import reconciliation as queries
from budget.queries.statements import adjustment, carried, closing_findings
from budget.rules.adjusting import Adjustment
from budget.rules.imports.words import AmountUnit, BatchState, ImportKind
from budget.rules.reconciling import Difference, MatchOutcome, Settlement
from budget.services import orders, payments, reconciliation, statements
from budget.tables.contract import Contract
from budget.tables.entry import Entry, FundsOrder
from budget.tables.reconciliation import BankStatement, Reconciliation
from portfolio.foundation.errors import Invalid, Refused
from portfolio.foundation.money import Money
from tests import ledger, sheets
from tests.ledger import City
from tests.refusal import Refusal
from tests.sheets import STATEMENT_HEADS

MARCH: dict[str, Any] = {"method": "direct", "year": 2026, "month": 3}

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(database: Any) -> City:
    return ledger.city()


@pytest.fixture
def one_town(sqlite_database: Any) -> City:
    return ledger.city()


def paid(town: City, *amounts: str | int) -> tuple[Contract, list[Entry]]:
    """A contract with an instalment for each amount, all of them paid today."""
    ledger.funded(town)
    contract = ledger.signed(town, *((2026, amount) for amount in amounts))
    return contract, [ledger.pay(town, contract, amount, at) for at, amount in enumerate(amounts, 1)]


def statement(town: City, *rows: tuple[Any, ...], month: int = 3, opening: str = "500000") -> BankStatement:
    about = {**MARCH, "month": month, **sheets.stated(rows, opening)}
    table = sheets.xlsx([STATEMENT_HEADS, *rows])
    batch = sheets.receive(town.maker, table, kind=ImportKind.STATEMENT, unit=AmountUnit.YUAN, about=about)
    assert batch.state is BatchState.READY, sheets.told(batch)
    batch = sheets.submitted(town.maker, batch)
    assert batch.state is BatchState.POSTED, batch.job.error_detail
    row: BankStatement = BankStatement.get(BankStatement.batch == batch.id)
    return row


def outcomes(row: BankStatement) -> list[tuple[str, str]]:
    found = queries.items(row.id).order_by(Reconciliation.id)
    return [(one.outcome.value, one.settlement.value) for one in found]


def sheet_of(row: BankStatement) -> Adjustment:
    return adjustment(row, carried(row))


def test_lines_find_their_payments_and_the_rest_is_an_exception(town: City) -> None:
    contract, entries = paid(town, 1, 2, 3, 4)
    payee = contract.supplier.name
    voucher = f"2026—{entries[2].line_id}—{entries[2].number}"
    row = statement(
        town,
        (date(2026, 3, 3), 10_000, "", payee, "", ""),
        (date(2026, 3, 3), 20_000, "", "别的公司", "", ""),
        (date(2026, 3, 3), 30_000.5, "", payee, voucher, ""),
        (date(2026, 3, 4), 15, "", "代理银行", "", "手续费"),
        (date(2026, 3, 5), "", 7, "代理银行", "", "利息"),
    )
    assert outcomes(row) == [
        ("matched", "automatic"),
        ("differing", "open"),
        ("differing", "open"),
        ("bank_only", "open"),
        ("bank_only", "open"),
        ("books_only", "open"),
    ]
    differs = [one.differs for one in queries.items(row.id).order_by(Reconciliation.id)]
    assert differs[1:3] == [[Difference.PAYEE], [Difference.AMOUNT]]
    sheet = sheet_of(row)
    assert (sheet.opening, sheet.received, sheet.paid) == (
        ledger.wan(50),
        Money.from_yuan(7),
        Money.from_yuan("60015.5"),
    )
    assert sheet.bank == sheet.closing == Money.from_yuan("439991.5")
    assert (sheet.booked, sheet.books, sheet.not_paid) == (ledger.wan(10), ledger.wan(40), ledger.wan(4))
    assert (sheet.unbooked_paid, sheet.unbooked_received) == (Money.from_yuan(15), Money.from_yuan(7))
    assert sheet.differing == Money.from_yuan("0.5")
    assert sheet.bank_adjusted == sheet.books_adjusted == Money.from_yuan("399991.5")
    assert queries.open_count(2026, 3) == 5
    assert [one.passed for one in closing_findings(2026, 3)] == [True, False, False]


def test_exceptions_are_explained_linked_and_corrected(town: City) -> None:
    contract, (first, second, _third) = paid(town, 1, 2, 3)
    row = statement(
        town,
        (date(2026, 3, 3), 15, "", "代理银行", "", "手续费"),
        (date(2026, 3, 3), 10_000.01, "", contract.supplier.name, "", ""),
        (date(2026, 3, 3), 30_000, "", contract.supplier.name, contract.code, ""),
    )
    fee, odd, _, *missing = list(queries.items(row.id).order_by(Reconciliation.id))
    assert [one.entry_id for one in missing] == [first.id, second.id]
    with pytest.raises(Invalid):
        reconciliation.explain(item_id=fee.id, expected_version=1, reason=" ", actor=town.maker)
    reconciliation.explain(item_id=fee.id, expected_version=1, reason="银行手续", actor=town.maker)
    reconciliation.explain(item_id=fee.id, expected_version=2, reason="银行手续费", actor=town.maker)
    assert queries.item(fee.id).reason == "银行手续费"
    reconciliation.link(
        item_id=odd.id,
        other_id=missing[0].id,
        expected_version=odd.version,
        reason="银行多付一分，下月退回",
        actor=town.maker,
    )
    reconciliation.explain(item_id=missing[1].id, expected_version=1, reason="在途", actor=town.maker)
    order = reconciliation.correct(
        item_id=missing[1].id, expected_version=2, reason="实际未支付", actor=town.maker
    )
    assert queries.open_count(2026, 3) == 1
    payments.reverse(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert queries.open_count(2026, 3) == 0
    statements.match_again(statement_id=row.id, actor=town.maker)
    sheet = sheet_of(row)
    assert (sheet.booked - sheet.returned, sheet.differing) == (ledger.wan(4), Money(1))
    assert sheet.gap == Money.ZERO


def test_an_exception_whose_correction_is_withdrawn_waits_again(town: City) -> None:
    contract, _entries = paid(town, 1, 2)
    row = statement(town, (date(2026, 3, 3), 10_000.5, "", contract.supplier.name, "", ""))
    line, missing, other = queries.items(row.id).order_by(Reconciliation.id)

    def correct(item: Reconciliation) -> FundsOrder:
        fresh = queries.item(item.id)
        return reconciliation.correct(
            item_id=item.id, expected_version=fresh.version, reason="实际未支付", actor=town.maker
        )

    def withdrawn(order: FundsOrder) -> None:
        orders.withdraw(order_id=order.id, expected_version=order.version, actor=town.maker)

    for item in (missing, other):
        order = correct(item)
        with Refusal(Refused, "M61"):
            correct(item)
        withdrawn(order)
        assert queries.item(item.id).order_id == order.id, "what was tried stays known"
    assert queries.open_count(2026, 3) == 3
    assert [one.passed for one in closing_findings(2026, 3)] == [True, False, False]
    with Refusal(Refused, "M63"):
        statements.submit(statement_id=row.id, expected_version=row.version, actor=town.maker)
    reconciliation.link(
        item_id=line.id,
        other_id=missing.id,
        expected_version=line.version,
        reason="多付五角",
        actor=town.maker,
    )
    withdrawn(correct(other))
    fresh = queries.item(other.id)
    reconciliation.explain(item_id=other.id, expected_version=fresh.version, reason="在途", actor=town.maker)
    assert outcomes(row) == [
        ("differing", "explained"),
        ("books_only", "linked"),
        ("books_only", "explained"),
    ]
    assert queries.open_count(2026, 3) == 0
    assert sheet_of(row).gap == Money.ZERO


def test_a_payment_whose_correction_is_withdrawn_may_turn_up_on_the_next_statement(one_town: City) -> None:
    contract, (entry,) = paid(one_town, 1)
    march = statement(one_town, (date(2026, 3, 5), 15, "", "代理银行", "", ""))
    item = Reconciliation.get(Reconciliation.outcome == MatchOutcome.BOOKS_ONLY)
    order = reconciliation.correct(
        item_id=item.id, expected_version=item.version, reason="实际未支付", actor=one_town.maker
    )
    orders.withdraw(order_id=order.id, expected_version=order.version, actor=one_town.maker)
    voucher = f"2026-{entry.line_id}-{entry.number}"
    statement(
        one_town,
        (date(2026, 4, 2), 10_000, "", contract.supplier.name, voucher, ""),
        month=4,
        opening="499985",
    )
    assert outcomes(march) == [("bank_only", "open"), ("books_only", "cleared")]


def test_a_payment_on_its_way_stands_on_every_sheet_until_it_arrives(town: City) -> None:
    contract, (entry, other) = paid(town, 1, 2)
    voucher = f"2026-{entry.line_id}-{entry.number}"
    named = (10_000, "", contract.supplier.name, "", voucher)
    fee = (15, "", "代理银行", "", "")
    march = statement(town, (date(2026, 3, 5), *fee))
    april = statement(town, (date(2026, 4, 5), *fee), month=4, opening="499985")
    assert (sheet_of(april).carried_in, sheet_of(april).carried_out) == (ledger.wan(3), ledger.wan(3))
    may = statement(town, (date(2026, 5, 2), *named), month=5, opening="499970")
    assert outcomes(march)[1:] == [("books_only", "cleared"), ("books_only", "open")]
    assert outcomes(may) == [("differing", "open")]
    assert queries.item(Reconciliation.get(Reconciliation.statement == may.id).id).differs == ["day"]
    assert [one.entry_id for one in carried(april)] == [entry.id, other.id]
    assert [one.entry_id for one in carried(may)] == [other.id]
    march_sheet, april_sheet, may_sheet = map(sheet_of, (march, april, may))
    assert (march_sheet.not_paid, march_sheet.carried_out) == (ledger.wan(3), Money.ZERO)
    assert (april_sheet.not_paid, april_sheet.books) == (Money.ZERO, Money.from_yuan(469_985))
    assert (may_sheet.carried_in, may_sheet.carried_out) == (ledger.wan(3), ledger.wan(2))
    assert {one.gap for one in (march_sheet, april_sheet, may_sheet)} == {Money.ZERO}
    assert may_sheet.bank_adjusted == Money.from_yuan(469_970)


def test_what_the_bank_shows_before_the_books_is_ahead_of_them(one_town: City) -> None:
    contract, (entry,) = paid(one_town, 1)  # booked on 2 March
    voucher = f"2026-{entry.line_id}-{entry.number}"
    paid_early = (date(2026, 2, 27), 10_000, "", contract.supplier.name, voucher, "")
    february = statement(one_town, paid_early, month=2)
    march = statement(one_town, (date(2026, 3, 5), 15, "", "代理银行", "", ""), opening="490000")
    assert outcomes(march) == [("bank_only", "open"), ("books_only", "cleared")]
    assert (sheet_of(february).ahead, sheet_of(march).carried_in) == (ledger.wan(1), -ledger.wan(1))
    assert (sheet_of(march).not_paid, sheet_of(march).books) == (Money.ZERO, ledger.wan(49))
    assert sheet_of(february).gap == sheet_of(march).gap == Money.ZERO


def test_a_statement_comes_once_and_keeps_to_its_month(one_town: City) -> None:
    paid(one_town, 1)
    statement(one_town, (date(2026, 3, 5), 15, "", "", "", ""))
    rows = [(date(2026, 4, 1), 15, "", "", "", ""), (date(2026, 3, 1), 1, 1, "", "", "")]
    about = {**MARCH, **sheets.stated(rows)}
    table = sheets.xlsx([STATEMENT_HEADS, *rows])
    batch = sheets.receive(one_town.maker, table, kind=ImportKind.STATEMENT, about=about)
    assert sheets.told(batch) == [
        (1, "2026年3月“直接支付”的对账单已经导入"),
        (2, "日期不在2026年3月内"),
        (3, "支出金额和收入金额须填且只填一项"),
    ]
    assert MatchOutcome.BANK_ONLY.label == "银行有、账面无"
    assert Reconciliation.get().settlement is Settlement.OPEN
