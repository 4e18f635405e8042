"""A statement adds up and follows the one before it; two officers see to it; it may be taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from budget.queries import reconciliation as items
from budget.queries.statements import closing_findings, following, of_month
from budget.rules.imports.words import AmountUnit, BatchState, ImportKind
from budget.rules.reconciling import StatementState
from budget.services import orders, reconciliation, statements
from budget.tables.imports import ImportBatch
from budget.tables.reconciliation import BankStatement, Reconciliation, StatementLine
from portfolio.foundation import clock as time
from portfolio.foundation import rulebook
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.db import IntegrityError, transaction
from portfolio.foundation.errors import Forbidden, Invalid, Level, Refused
from portfolio.foundation.roles import Role
from reports.queries.waiting import count, tasks
from reports.queries.waiting.task import Place
from tests import factories, ledger, sheets
from tests.integration.budget.test_reconciliation import MARCH, outcomes, paid, statement
from tests.ledger import City
from tests.sheets import STATEMENT_HEADS

pytestmark = pytest.mark.usefixtures("clock")
FEE = (date(2026, 3, 5), 15, "", "代理银行", "", "手续费")


@pytest.fixture
def town(database: Any) -> City:
    return ledger.city()


@pytest.fixture
def one_town(sqlite_database: Any) -> City:
    return ledger.city()


def sent(town: City, *rows: tuple[Any, ...], **about: Any) -> ImportBatch:
    table = sheets.xlsx([STATEMENT_HEADS, *rows])
    return sheets.receive(
        town.maker, table, kind=ImportKind.STATEMENT, unit=AmountUnit.YUAN, about={**MARCH, **about}
    )


def settled(town: City, row: BankStatement) -> BankStatement:
    """Every exception of a statement, explained."""
    for one in items.items(row.id).where(items.waiting()):
        reconciliation.explain(
            item_id=one.id, expected_version=one.version, reason="已查清", actor=town.maker
        )
    return row


def step(act: Any, row: BankStatement, actor: Any, **other: Any) -> BankStatement:
    fresh = BankStatement.get_by_id(row.id)
    done: BankStatement = act(statement_id=row.id, expected_version=fresh.version, actor=actor, **other)
    return done


def test_a_statement_as_banks_print_it_is_read(one_town: City) -> None:
    heads = ("交易时间", "借方发生额", "贷方发生额", "对方账户名称", "交易流水号", "摘要")
    lines = [("2026-03-05 10:22:31", "15.00", "0.00", "代理银行", "A1", "手续费")]
    lines += [("2026/3/6 9:05", "0.00", "￥7.00", "代理银行", "A2", "利息"), ("合计：", "15.00", "7.00")]
    batch = sheets.receive(
        one_town.maker,
        sheets.xlsx([("账号：0123",), ("单位：元",), heads, *lines]),
        kind=ImportKind.STATEMENT,
        unit=AmountUnit.YUAN,
        about={**MARCH, "opening": 1_000_00, "closing": 992_00},
    )
    assert (batch.state, batch.rows) == (BatchState.READY, 2), sheets.told(batch)
    sheets.submitted(one_town.maker, batch)
    assert [(one.day.day, one.amount.fen) for one in StatementLine.select()] == [(5, 1_500), (6, -700)]
    neither = sent(one_town, (date(2026, 3, 5), "0.00", 0, "", "", ""), opening=100, closing=100)
    assert "支出金额和收入金额须填且只填一项" in [what for _, what in sheets.told(neither)]


def test_a_statement_that_does_not_add_up_is_refused_with_the_difference(one_town: City) -> None:
    batch = sent(one_town, FEE, opening=10_000_00, closing=9_990_00)
    assert sheets.told(batch) == [
        (1, "期初余额1.00万元加收入0.00万元减支出15.00元应为9,985.00元，与期末余额9,990.00元相差5.00元")
    ]
    assert sheets.told(sent(one_town, FEE)) == [(1, "未填写期初余额和期末余额")]
    right = sent(one_town, FEE, opening=10_000_00, closing=9_985_00)
    assert right.state is BatchState.READY


def test_the_opening_balance_is_what_the_statement_before_left(one_town: City) -> None:
    march = statement(one_town, FEE, opening="500")
    assert following(march, time.today()) == []
    may = statement(one_town, (date(2026, 5, 5), 15, "", "", "", ""), month=5, opening="485")
    assert [one.passed for one in following(may, time.today())] == [True]
    april = statement(one_town, (date(2026, 4, 5), 10, "", "", "", ""), month=4, opening="480")
    assert [(one.passed, str(one.what)) for one in following(april, time.today())] == [
        (False, "2026年3月期末余额485.00元与2026年4月期初余额480.00元相差5.00元"),
        (False, "2026年4月期末余额470.00元与2026年5月期初余额485.00元相差15.00元"),
    ]
    assert {one.level for one in following(april, time.today())} == {Level.WARN}

    rule = rulebook.on(time.today()).need("STATEMENT")
    row = rulebook.RuleRow.get(rulebook.RuleRow.code == "STATEMENT", rulebook.RuleRow.valid_to.is_null())
    admin = factories.actor("admin", Role.ADMIN)
    rulebook.end_row(row_id=row.id, valid_to=date(2026, 3, 31), actor=admin)
    rulebook.add_row(
        code="STATEMENT",
        title=rule.title,
        level=Level.BLOCK,
        parameters={},
        basis=rule.basis,
        valid_from=date(2026, 4, 1),
        actor=admin,
    )
    assert {one.blocks for one in following(april, date(2026, 4, 1))} == {True}


def test_a_second_officer_confirms_what_is_worked_off(town: City) -> None:
    paid(town, 1)
    row = statement(town, FEE)
    with pytest.raises(Refused, match="此对账单尚有2项差异未处理"):
        step(statements.submit, row, town.maker)
    settled(town, row)
    with pytest.raises(Forbidden, match="不是由checker导入的"):
        step(statements.submit, row, town.checker)
    step(statements.submit, row, town.maker)
    assert [one.place for one in tasks(town.checker)] == [Place.STATEMENT]
    assert (count(town.checker, 0), tasks(town.maker)) == (1, [])
    item = Reconciliation.get(Reconciliation.outcome == "bank_only")
    with pytest.raises(Refused, match="此对账单复核中，不能这样办理"):
        reconciliation.explain(item_id=item.id, expected_version=item.version, reason="改", actor=town.maker)
    with pytest.raises(Refused, match="须由经办人以外的人办理"):
        step(statements.confirm, row, town.maker)
    assert [one.code for one in closing_findings(2026, 3) if not one.passed] == ["M65"]
    confirmed = step(statements.confirm, row, town.checker)
    assert (confirmed.state, confirmed.checked_by_id) == (StatementState.CONFIRMED, town.checker.user_id)
    assert [one for one in closing_findings(2026, 3) if not one.passed] == []
    with pytest.raises(Refused, match="此对账单已复核"):
        step(statements.withdraw, row, town.maker, reason="导错了")
    with pytest.raises(IntegrityError, match="ck_bank_statement_people"), transaction():
        BankStatement.update(checked_by=town.maker.user_id).execute()


def test_what_was_submitted_comes_back_with_a_reason(one_town: City) -> None:
    row = settled(one_town, statement(one_town, FEE))
    step(statements.submit, row, one_town.maker)
    with pytest.raises(Invalid):
        step(statements.withdraw, row, one_town.maker, reason=" ")
    with pytest.raises(Forbidden):
        step(statements.withdraw, row, one_town.checker, reason="不是我的")
    back = step(statements.withdraw, row, one_town.maker, reason="说明写错")
    assert (back.state, back.reason, back.submitted_at) == (StatementState.OPEN, "说明写错", None)
    step(statements.submit, row, one_town.maker)
    back = step(statements.give_back, row, one_town.checker, reason="手续费请附凭证")
    assert (back.state, back.reason) == (StatementState.OPEN, "手续费请附凭证")
    (mine,) = tasks(one_town.maker)
    assert (str(mine.what), mine.note) == ("核对2026-03直接支付对账单", "手续费请附凭证")
    assert (count(one_town.maker, 0), tasks(one_town.checker)) == (1, [])
    item = Reconciliation.get()
    reconciliation.explain(
        item_id=item.id, expected_version=item.version, reason="手续费，凭证已附", actor=one_town.maker
    )
    acts = AuditEntry.select().where(AuditEntry.subject_kind == "bank_statement").order_by(AuditEntry.id)
    assert [(one.action, one.data.get("reason")) for one in acts] == [
        ("statement.submit", None),
        ("statement.withdraw", "说明写错"),
        ("statement.submit", None),
        ("statement.return", "手续费请附凭证"),
    ]


def test_a_wrong_statement_is_withdrawn_and_its_file_and_month_are_free(town: City) -> None:
    contract, (entry, _) = paid(town, 1, 2)
    voucher = f"2026-{entry.line_id}-{entry.number}"
    march = settled(town, statement(town, FEE))
    late = [(date(2026, 4, 2), 10_000, "", contract.supplier.name, voucher, "")]
    april = statement(town, *late, month=4, opening="499985")
    assert outcomes(march)[1:] == [("books_only", "cleared"), ("books_only", "explained")]
    order = reconciliation.correct(
        item_id=Reconciliation.get(Reconciliation.statement == april.id).id,
        expected_version=Reconciliation.get(Reconciliation.statement == april.id).version,
        reason="记错",
        actor=town.maker,
    )
    with pytest.raises(Refused, match="由此对账单制作的更正指令有1份尚未记账"):
        step(statements.withdraw, april, town.maker, reason="导错了")
    orders.withdraw(order_id=order.id, expected_version=order.version, actor=town.maker)
    gone = step(statements.withdraw, april, town.maker, reason="导错了")
    assert (gone.state, of_month(april.method, 2026, 4)) == (StatementState.WITHDRAWN, None)
    assert outcomes(april) == [("differing", "withdrawn")]
    assert outcomes(march)[1:] == [("books_only", "explained"), ("books_only", "explained")]
    batch = ImportBatch.get_by_id(april.batch_id)
    assert (batch.state, batch.posted_by_id, batch.reason) == (BatchState.WITHDRAWN, None, "导错了")
    with pytest.raises(IntegrityError, match="append_only"), transaction():
        BankStatement.update(reason="另写").where(BankStatement.id == april.id).execute()
    again = statement(town, *late, month=4, opening="499985")
    assert (outcomes(again), outcomes(march)[1]) == ([("differing", "open")], ("books_only", "cleared"))


def test_a_confirmed_statement_is_opened_again_by_later_entries_alone(one_town: City) -> None:
    _, (entry, _other) = paid(one_town, 1, 2)
    row = settled(one_town, statement(one_town, FEE))
    step(statements.submit, row, one_town.maker)
    step(statements.confirm, row, one_town.checker)
    with pytest.raises(Refused, match="此对账单已复核，不能这样办理"):
        statements.match_again(statement_id=row.id, actor=one_town.checker)
    ledger.refund(one_town, entry, "0.5")
    again = statements.match_again(statement_id=row.id, actor=one_town.checker)
    assert (again.state, again.checked_by_id) == (StatementState.OPEN, None)
    assert outcomes(row)[-1] == ("books_only", "open")
