"""A statement is held against the books; exceptions are linked, explained or corrected."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from budget.queries import reconciliation as queries
from budget.rules.imports.words import AmountUnit, BatchState, ImportKind
from budget.rules.reconciling import Difference, MatchOutcome, Settlement
from budget.services import payments, reconciliation
from budget.tables.contract import Contract
from budget.tables.entry import Entry
from budget.tables.reconciliation import BankStatement, Reconciliation
from portfolio.foundation.errors import Invalid, Refused
from portfolio.foundation.money import Money
from tests import ledger, sheets
from tests.ledger import City

HEADS = ("日期", "支出金额", "收入金额", "对方户名", "凭证号", "摘要")
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


def statement(town: City, *rows: tuple[Any, ...], about: dict[str, Any] = MARCH) -> BankStatement:
    table = sheets.xlsx([HEADS, *rows])
    batch = sheets.receive(town.maker, table, kind=ImportKind.STATEMENT, unit=AmountUnit.YUAN, about=about)
    assert batch.state is BatchState.READY, batch.problems
    batch = sheets.submitted(town.maker, batch)
    assert batch.state is BatchState.POSTED, batch.job.error_detail
    row: BankStatement = BankStatement.get(BankStatement.batch == batch.id)
    return row


def outcomes(row: BankStatement) -> list[tuple[str, str]]:
    found = queries.items(row.id).order_by(Reconciliation.id)
    return [(one.outcome.value, one.settlement.value) for one in found]


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
    )
    assert outcomes(row) == [
        ("matched", "automatic"),
        ("differing", "open"),
        ("differing", "open"),
        ("bank_only", "open"),
        ("books_only", "open"),
    ]
    differs = [one.differs for one in queries.items(row.id).order_by(Reconciliation.id)]
    assert differs[1:3] == [[Difference.PAYEE], [Difference.AMOUNT]]
    sheet = queries.balance(row)
    assert (sheet.bank, sheet.books) == (Money.from_yuan("60015.5"), ledger.wan(10))
    assert (sheet.books_only, sheet.bank_only) == (ledger.wan(4), Money.from_yuan(15))
    assert sheet.gap == Money.ZERO
    assert queries.open_count(2026, 3) == 4
    assert [one.passed for one in queries.closing_findings(2026, 3)] == [True, False]


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
    reconciliation.explain(item_id=fee.id, expected_version=1, reason="银行手续费", actor=town.maker)
    with pytest.raises(Refused, match="已说明"):
        reconciliation.explain(item_id=fee.id, expected_version=2, reason="再说明", actor=town.maker)
    reconciliation.link(
        item_id=odd.id,
        other_id=missing[0].id,
        expected_version=odd.version,
        reason="银行多付一分，下月退回",
        actor=town.maker,
    )
    order = reconciliation.correct(
        item_id=missing[1].id, expected_version=1, reason="实际未支付", actor=town.maker
    )
    assert queries.open_count(2026, 3) == 1
    payments.reverse(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert queries.open_count(2026, 3) == 0
    reconciliation.match_again(statement_id=row.id, actor=town.maker)
    sheet = queries.balance(row)
    assert (sheet.books, sheet.differing, sheet.gap) == (ledger.wan(4), Money(1), Money.ZERO)


def test_a_payment_on_its_way_is_cleared_by_the_next_month(one_town: City, clock: Any) -> None:
    contract, (entry,) = paid(one_town, 1)
    march = statement(one_town, (date(2026, 3, 5), 15, "", "代理银行", "", ""))
    april = statement(
        one_town,
        (date(2026, 4, 2), 10_000, "", contract.supplier.name, "", f"2026-{entry.line_id}-{entry.number}"),
        about={**MARCH, "month": 4},
    )
    assert outcomes(march)[-1] == ("books_only", "cleared")
    assert outcomes(april) == [("differing", "open")]
    assert queries.item(Reconciliation.get(Reconciliation.statement == april.id).id).differs == ["day"]
    assert queries.balance(march).gap == queries.balance(april).gap == Money.ZERO
    assert queries.balance(april).other_months == ledger.wan(1)


def test_a_statement_comes_once_and_keeps_to_its_month(one_town: City) -> None:
    paid(one_town, 1)
    statement(one_town, (date(2026, 3, 5), 15, "", "", "", ""))
    table = sheets.xlsx([HEADS, (date(2026, 4, 1), 15, "", "", "", ""), (date(2026, 3, 1), 1, 1, "", "", "")])
    batch = sheets.receive(one_town.maker, table, kind=ImportKind.STATEMENT, about=MARCH)
    assert [(one["row"], one["what"]) for one in batch.problems] == [
        (1, "2026年3月“直接支付”的对账单已经导入"),
        (2, "日期不在2026年3月内"),
        (3, "支出金额和收入金额须填且只填一项"),
    ]
    assert MatchOutcome.BANK_ONLY.label == "银行有、账面无"
    assert Reconciliation.get().settlement is Settlement.OPEN
