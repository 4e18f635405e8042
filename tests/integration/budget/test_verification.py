"""``ledger verify`` names whatever was altered behind the back of the product."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

import budget.tasks  # noqa: F401 - the handler of the job
import wsgi
from budget.queries.verification import verify
from budget.services import closing, movements, periods
from budget.services.anchors import anchor_ledger
from budget.services.funds import Heading
from budget.tables.entry import SAID, Entry
from budget.tables.line import BudgetLine
from portfolio.foundation import anchors
from portfolio.foundation import clock as time
from portfolio.foundation.db import database as bound
from portfolio.foundation.db import dialect, transaction
from tests import ledger

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(database):
    town = ledger.city()
    line = ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 100), (2027, 50))
    ledger.pay(town, contract, 40)
    ledger.cost(town, line, 5)
    assert verify().offenders == ()
    return town


def behind_the_back(*statements):
    """What an intruder with the database's password could do: triggers, checks and keys are off."""
    tables = (
        "entry",
        "budget_line",
        "contract",
        "instalment",
        "project_account",
        "ceiling",
        "direct_cost",
        "anchor",
        "ceiling_revision",
        "annual_plan_row",
        "payment_application",
        "posting_request",
        "funds_order",
        "period",
        "programme_entry",
        "limit_draft",
        "estimate_fix",
    )
    if dialect() == "sqlite":
        bound.execute_sql("PRAGMA foreign_keys = OFF")
        bound.execute_sql("PRAGMA ignore_check_constraints = ON")
        names = bound.execute_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            bound.execute_sql(f'DROP TRIGGER "{name}"')
    else:
        for table in tables:
            bound.execute_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL')
            found = bound.execute_sql(
                f"SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'c'"
            ).fetchall()
            for (name,) in found:
                bound.execute_sql(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    for statement in statements:
        bound.execute_sql(statement)


def _alterations():
    return {
        "kind": "'adjust'",
        "measure": "'released'",
        "amount": "amount + 1",
        "effective_on": "'2026-03-01'",
        "at": "'2026-03-01 00:00:00'",
        "maker": "checker_id + 1",
        "checker": "checker_id + 1",
        "posted_by": "posted_by_id + 1",
        "on_behalf_of": "maker_id",
        "document_number": "'渝财2号'",
        "note": "'改'",
        "corrects": "id + 1000",
        "refund_of": "id + 1000",
        "counter_line": "7",
        "contract": "7",
        "instalment": "7",
        "direct_cost": "7",
        "application": "7",
        "request": "COALESCE(request_id, 0) + 1",
        "line": "line_id + 1000",
    }


def test_every_word_of_an_entry_is_under_its_hash(town):
    changes = _alterations()
    assert set(changes) == set(SAID)
    behind_the_back()
    number = 3
    for name, value in changes.items():
        column = Entry._meta.fields[name].column_name
        with pytest.raises(_Undo), transaction():
            bound.execute_sql(f'UPDATE entry SET "{column}" = {value} WHERE number = {number}')
            found = verify()
            assert any(f"第{number}笔" in line and "凭证链" in line for line in found.offenders), name
            raise _Undo
    assert verify().offenders == ()


class _Undo(Exception):
    pass


def test_a_changed_total_is_named(town):
    line = BudgetLine.get()
    behind_the_back("UPDATE budget_line SET released = released - 100")
    assert verify().offenders == (
        f"line {line.id}：“用款额度”累计 1,999,999.00元，凭证合计 200.00万元",
    )  # fmt: skip


def test_a_tail_cut_off_is_noticed_by_the_line(town):
    line = BudgetLine.get()
    last = line.entry_count
    behind_the_back(f"DELETE FROM entry WHERE number = {last}")
    offenders = verify().offenders
    assert f"line {line.id}：链尾不符，应有 {last} 笔，现有 {last - 1} 笔" in offenders


def test_a_tail_cut_off_with_the_line_put_right_is_noticed_by_the_anchor(town):
    line = BudgetLine.get()
    anchor = anchor_ledger(day=time.today())
    assert anchor.chains == 1
    assert anchor_ledger(day=time.today()).hash == anchor.hash
    assert verify().offenders == ()
    last = Entry.get(Entry.line == line, Entry.number == line.entry_count)
    assert last.measure == "committed"
    behind_the_back(
        f"DELETE FROM entry WHERE id = {last.id}",
        f"UPDATE budget_line SET committed = committed - {last.amount.fen},"
        f" entry_count = entry_count - 1, head_hash = '{last.previous_hash}'",
        "UPDATE direct_cost SET amount = 0",
        "UPDATE project_account SET direct = 0",
    )
    assert verify().offenders == (
        f"anchor ledger {time.today().isoformat()}：line:{line.id} 的链尾缺失",
    )  # fmt: skip


def test_the_anchors_stand_outside_the_database_too(town):
    anchor = anchor_ledger(day=time.today())
    with anchors.file().open("a") as file:
        file.write('{"kind": "ledg')  # the power went in mid-line
    anchor_ledger(day=time.today() + timedelta(days=1))
    lines = [json.loads(line) for line in anchors.file().read_text().splitlines()]
    assert [(line["kind"], line["day"]) for line in lines] == [
        ("ledger", "2026-03-02"),
        ("ledger", "2026-03-03"),
    ]
    assert lines[0]["hash"] == anchor.hash
    assert verify().offenders == ()
    behind_the_back("DELETE FROM anchor WHERE day = '2026-03-03'")
    assert verify().offenders == ("anchor ledger 2026-03-03 只在库外文件中",)


def test_an_anchor_that_was_lost_on_the_way_to_the_file_is_added_later(town):
    anchor_ledger(day=time.today())
    anchors.file().unlink()
    anchor_ledger(day=time.today())
    assert len(anchors.file().read_text().splitlines()) == 1


def test_an_entry_taken_out_of_the_middle_is_noticed(town):
    behind_the_back("DELETE FROM entry WHERE number = 2")
    assert any("第3笔" in line for line in verify().offenders)


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE project_account SET contracted = contracted + 1", "project_account"),
        ("UPDATE project_account SET paid = paid - 1", "project_account"),
        ("UPDATE project_account SET cap = cap + 1", "概算"),
        ("UPDATE ceiling SET allotted = allotted - 1", "ceiling 2026"),
        ("UPDATE contract SET paid = paid + 1", "contract HT-"),
        ("UPDATE contract SET instalments_total = instalments_total + 1", "分期合计"),
        ("UPDATE instalment SET committed = committed - 1 WHERE number = 1", "instalment"),
        ("UPDATE instalment SET paid = paid + 1 WHERE number = 1", "instalment"),
        ("UPDATE direct_cost SET paid = paid + 1", "direct_cost"),
        ("UPDATE direct_cost SET amount = amount - 1", "承诺"),
        ("UPDATE contract SET paid = value + 1", "付款超过合同价款"),
    ],
)
def test_accounts_that_do_not_agree_are_named(town, statement, names):
    behind_the_back(statement)
    assert any(names in line for line in verify().offenders)


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE ceiling SET amount = amount + 1", "与最后一次核定"),
        (
            "UPDATE ceiling SET amount = amount + 1; UPDATE ceiling_revision SET amount = amount + 1",
            "ceiling 1：amount 与审计日志不符",
        ),
        ("DELETE FROM ceiling_revision; DELETE FROM ceiling", "没有年度规模"),
        ("UPDATE annual_plan_row SET amount = amount + 1", "annual_plan_row 1：amount"),
        ("UPDATE annual_plan_row SET source = 'central'", "annual_plan_row 1：source"),
        ("DELETE FROM annual_plan_row", "annual_plan_row：审计日志中的 annual_plan_row 1 缺失"),
        ("UPDATE project_account SET preparatory_limit = 100", "preparatory_limit 与审计日志不符"),
        (
            "UPDATE project_account SET cap = cap + 1; UPDATE estimate_fix SET amount = amount + 1",
            "cap 与审计日志不符",
        ),
        ("UPDATE payment_application SET amount = amount + 1", "与付款申请不符"),
        ("UPDATE payment_application SET state = 'checked'", "与付款申请不符"),
        ("UPDATE payment_application SET posted_by_id = checked_by_id", "与付款申请不符"),
        ("DELETE FROM payment_application", "与付款申请不符"),
        ("UPDATE entry SET application_id = NULL WHERE kind = 'pay'", "已支付而没有凭证"),
        ("DELETE FROM posting_request", "记账请求缺失"),
        ("UPDATE funds_order SET amount = amount + 1", "funds_order 1：与凭证不符"),
        ("UPDATE funds_order SET posted_by_id = drafted_by_id", "funds_order 1：与凭证不符"),
        ("DELETE FROM funds_order", "没有指令"),
        ("UPDATE instalment SET source = 'central'", "的项目、年度或来源不符"),
        ("UPDATE instalment SET year = 2030", "的项目、年度或来源不符"),
        ("UPDATE programme_entry SET amount = amount + 1 WHERE measure = 'committed'", "新增投资“落实”"),
        ("UPDATE contract SET original_value = original_value - 1", "original_value 与审计日志不符"),
    ],
)
def test_what_stands_against_its_papers_is_named(town, statement, names):
    behind_the_back(*statement.split("; "))
    assert any(names in line for line in verify().offenders), verify().offenders


def test_an_entry_that_came_into_a_month_after_its_close_is_named(town, clock):
    periods.close_period(year=2026, month=3, actor=town.maker)
    assert verify().offenders == ()
    entry = Entry.select().order_by(Entry.id.desc()).get()
    behind_the_back("UPDATE period SET changed_at = '2026-03-01 08:00:00'")
    assert f"line {entry.line_id} 第{entry.number}笔（凭证 {entry.id}）：记入已结账的2026年3月" in (
        verify().offenders
    )


def test_the_command_ends_with_count_and_total_and_fails_on_offenders(town, database):
    app = wsgi.create_app(database.settings)
    runner = app.test_cli_runner()
    good = runner.invoke(args=["ledger", "verify"])
    total = sum(entry.amount.fen for entry in Entry.select())
    assert (good.exit_code, good.stdout) == (0, f"凭证 {Entry.select().count()} 笔，合计 {total} 分\n")
    anchored = runner.invoke(args=["ledger", "anchor"])
    assert anchored.exit_code == 0
    assert anchored.stdout.startswith("2026-03-02 1 ")
    behind_the_back("UPDATE ceiling SET allotted = allotted - 1")
    bad = runner.invoke(args=["ledger", "verify"])
    assert bad.exit_code == 1
    lines = bad.stdout.splitlines()
    assert lines[0].startswith("ceiling 2026 municipal")
    assert lines[-1] == good.stdout.strip()


def test_lines_that_do_not_answer_each_other_are_named(sqlite_database, clock):
    town = ledger.city()
    line = ledger.funded(town, amount=100)
    ledger.plan(town, 2026, 200)
    other = ledger.allot(town, 2026, 50, heading=Heading(economic_code="39999"))
    order = movements.draft_virement(
        line_id=other.id,
        counter_line_id=line.id,
        amount=ledger.wan(10),
        document_number="渝财调1号",
        reason="调剂",
        actor=town.maker,
    )
    movements.vire(order_id=order.id, key=ledger.key(), actor=town.checker)
    clock.move_to(datetime(2027, 1, 6, 10, tzinfo=time.ZONE))
    for month in range(1, 13):
        periods.close_period(year=2026, month=month, actor=town.maker)
    row = closing.draft_closing(year=2026, number="渝财结1号", actor=town.maker)
    closing.start_closing(closing_id=row.id, expected_version=row.version, actor=town.checker)
    closing.close_lines(closing_id=row.id, actor=town.checker, tell=lambda done, total: None)
    assert verify().offenders == ()
    behind_the_back(
        "UPDATE entry SET amount = amount + 1 WHERE kind = 'virement' AND amount > 0",
        f"UPDATE entry SET amount = amount - 1 WHERE measure = 'carried_in' AND counter_line_id = {line.id}",
        "UPDATE period SET state = 'open' WHERE year = 2026 AND month = 12",
        f"UPDATE line_closing SET carried = carried + 1 WHERE line_id = {other.id}",
    )
    found = " ".join(verify().offenders)
    for words in ("的调剂", "结转下年", "有月份未结账", f"line {other.id}：年终结转"):
        assert words in found
