"""Payments by list: examined row by row, submitted, checked and posted as a whole, once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from budget.queries import desk
from budget.queries.verification import verify
from budget.rules.imports.words import AmountUnit, BatchState, ImportKind
from budget.services import accounts, periods
from budget.services.imports import batches
from budget.tables.contract import Contract
from budget.tables.entry import Entry
from budget.tables.imports import ImportBatch
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from budget.tables.project_account import ProjectAccount
from portfolio.foundation.errors import Conflict, HouseError, Refused
from portfolio.foundation.jobs import Job, JobState
from reports.queries.waiting import tasks
from tests import factories, ledger, sheets
from tests.integration.budget.test_at_once import at_once
from tests.ledger import City
from tests.sheets import PAYMENT_HEADS

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(database: Any) -> City:
    return ledger.city()


@pytest.fixture
def one_town(sqlite_database: Any) -> City:
    return ledger.city()


def bought(town: City) -> tuple[BudgetLine, Contract]:
    """A line of 200 万元 and a contract of 40 and 60 on it."""
    line = ledger.funded(town)
    return line, ledger.signed(town, (2026, 40), (2026, 60))


def rows(contract: Contract, *parts: tuple[Any, Any, Any]) -> bytes:
    """A list of payments: instalment, amount, day."""
    return sheets.xlsx(
        [PAYMENT_HEADS, *([contract.code, number, amount, day, "款项"] for number, amount, day in parts)]
    )


def paper(town: City) -> int:
    return int(ledger.paper(town.unit_finance, "验收单.pdf").id)


def test_a_list_of_payments_is_posted_as_a_whole(town: City) -> None:
    line, contract = bought(town)
    table = rows(contract, (1, 10, date(2026, 2, 27)), (1, "2.5", "2026/3/2"), (2, "１,２", ""))
    batch = sheets.receive(town.unit_finance, table, acceptance_id=paper(town))
    assert (batch.state, batch.rows, batch.problem_count) == (BatchState.REFUSED, 3, 1), batch.problems
    table = rows(contract, (1, 10, date(2026, 2, 27)), (1, "2.5", "2026/3/2"), (2, "１０．５", ""))
    batch = sheets.receive(town.unit_finance, table, acceptance_id=paper(town))
    assert (batch.state, batch.rows, batch.total) == (BatchState.READY, 3, ledger.wan(23))
    batch = sheets.submitted(town.unit_finance, batch)
    assert batch.state is BatchState.SUBMITTED
    batch = sheets.checked(town.checker, batch)
    batch = sheets.posted(town.treasury, batch)
    assert batch.state is BatchState.POSTED, Job.get_by_id(batch.job_id).error_detail
    paid = list(Entry.select().where(Entry.kind == "pay").order_by(Entry.number))
    assert [(one.amount, one.effective_on) for one in paid] == [
        (ledger.wan(10), date(2026, 2, 27)),
        (ledger.wan("2.5"), date(2026, 3, 2)),
        (ledger.wan("10.5"), date(2026, 3, 2)),
    ]
    assert BudgetLine.get_by_id(line.id).paid == ledger.wan(23)
    assert Contract.get_by_id(contract.id).paid == ledger.wan(23)
    assert verify().offenders == ()
    assert {one.state.value for one in PaymentApplication.select()} == {"posted"}


def test_a_list_is_paid_from_the_account_of_its_own_project(town: City) -> None:
    other = factories.project(owner=town.unit)  # whose account has the number of the town's project
    accounts.open_account(project_id=other.id, actor=town.authority)
    _, contract = bought(town)
    assert ProjectAccount.get(ProjectAccount.project == town.project_id).id != town.project_id
    batch = sheets.receive(town.unit_finance, rows(contract, (1, 10, "")), acceptance_id=paper(town))
    batch = sheets.checked(town.checker, sheets.submitted(town.unit_finance, batch))
    batch = sheets.posted(town.treasury, batch)
    assert batch.state is BatchState.POSTED, Job.get_by_id(batch.job_id).error_detail
    assert ProjectAccount.get(ProjectAccount.project == town.project_id).paid == ledger.wan(10)
    assert verify().offenders == ()


def test_the_same_file_has_no_second_effect(town: City) -> None:
    _, contract = bought(town)
    table = rows(contract, (1, 10, ""))
    first = sheets.receive(town.unit_finance, table)
    with pytest.raises(Conflict, match=r"由unit-finance导入（第1批，待提交）"):
        sheets.receive(town.unit_finance, table)
    posted = sheets.posted(
        town.treasury, sheets.checked(town.checker, sheets.submitted(town.unit_finance, first))
    )
    with pytest.raises(Conflict, match="同一文件已于2026-03-02 10:00"):
        sheets.receive(town.unit_finance, table)
    assert posted.state is BatchState.POSTED
    assert Entry.select().where(Entry.kind == "pay").count() == 1


def test_the_same_list_in_another_file_has_no_second_effect(town: City) -> None:
    _, contract = bought(town)
    unit = town.unit_finance
    sent = sheets.submitted(unit, sheets.receive(unit, rows(contract, (1, 10, "2026-03-01"), (1, 2, ""))))
    heads = ("说明", "合同号", "期次", "支付金额（元）", "日期")
    again = [
        heads,
        ("款项", contract.code, "第1期", "￥100,000.00", date(2026, 3, 1)),
        (),
        ("款项", contract.code, 1, 20_000),
    ]
    mapped = {"note": "说明", "contract": "合同号", "instalment": "期次"}
    mapped |= {"amount": "支付金额（元）", "day": "日期"}
    batch = sheets.receive(unit, sheets.xlsx(again), unit=AmountUnit.YUAN)
    batch = batches.choose(
        batch_id=batch.id,
        expected_version=batch.version,
        mapping=mapped,
        unit=AmountUnit.YUAN,
        unit_confirmed=False,
        actor=unit,
    )
    assert sheets.told(sheets.done(batch)) == [(1, f"各行都与第{sent.id}批相同，该批待审核")]
    again[-1] = ("尾款", contract.code, 1, 20_000)
    assert sheets.receive(unit, sheets.xlsx(again), unit=AmountUnit.YUAN).state is BatchState.READY


def test_contracts_come_in_with_their_instalments_and_are_signed_together(one_town: City) -> None:
    line = ledger.funded(one_town)
    code = one_town.project.code
    head = ("HT-1", "平台", code, "建设", "S-1", "甲公司", "公开招标", 50, 2026)
    unbalanced = sheets.xlsx([sheets.CONTRACT_HEADS, (*head, "预付款", 10), (*head, "进度款", 39)])
    batch = sheets.receive(one_town.applicant, unbalanced, kind=ImportKind.CONTRACTS)
    assert batch.state is BatchState.REFUSED
    assert "相差1.00万元" in sheets.told(batch)[0][1]
    assert Contract.select().count() == 0
    table = sheets.xlsx([sheets.CONTRACT_HEADS, (*head, "预付款", 10), (*head, "进度款", 40)])
    batch = sheets.submitted(
        one_town.applicant, sheets.receive(one_town.applicant, table, kind=ImportKind.CONTRACTS)
    )
    batch = sheets.posted(one_town.unit_finance, batch)
    assert batch.state is BatchState.POSTED
    contract = Contract.get()
    assert (contract.state.value, contract.value, contract.supplier.name) == (
        "effective",
        ledger.wan(50),
        "甲公司",
    )
    assert BudgetLine.get_by_id(line.id).committed == ledger.wan(50)
    assert verify().offenders == ()


def test_a_batch_that_no_longer_fits_names_its_rows_and_posts_nothing(town: City) -> None:
    line, contract = bought(town)
    batch = sheets.receive(town.unit_finance, rows(contract, (1, 10, ""), (1, 25, ""), (1, 5, "")))
    batch = sheets.checked(town.checker, sheets.submitted(town.unit_finance, batch))
    ledger.pay(town, contract, 4)
    batch = sheets.posted(town.treasury, batch)
    job = Job.get_by_id(batch.job_id)
    assert (batch.state, job.state) == (BatchState.CHECKED, JobState.FAILED)
    assert "第4行：付款超过本期应付：尚余1.00万元，本次需要5.00万元" in job.error
    assert "第2行" not in job.error
    assert BudgetLine.get_by_id(line.id).paid == ledger.wan(4)
    assert verify().offenders == ()


def test_three_people_and_a_batch_may_go_back(one_town: City) -> None:
    _, contract = bought(one_town)
    batch = sheets.submitted(
        one_town.unit_finance, sheets.receive(one_town.unit_finance, rows(contract, (1, 10, "")))
    )
    checked = sheets.checked(one_town.checker, batch)
    with pytest.raises(Refused, match="记账须由经办人以外的人办理"):
        sheets.posted(one_town.checker, checked)
    returned = batches.give_back(
        batch_id=batch.id, expected_version=checked.version, reason="发票不全", actor=one_town.treasury
    )
    assert returned.state is BatchState.RETURNED
    assert PaymentApplication.get().refused_reason == "发票不全"
    again = sheets.receive(one_town.unit_finance, rows(contract, (1, 10, "")))
    assert again.state is BatchState.READY


def test_amounts_in_the_other_unit_are_found_out(one_town: City) -> None:
    _, contract = bought(one_town)

    def unitless(amount: int) -> bytes:
        return sheets.xlsx([("合同编号", "期次", "金额"), (contract.code, 1, amount)])

    in_yuan = sheets.receive(one_town.unit_finance, unitless(100_000))
    assert "表中可能是元，声明的是万元" in sheets.told(in_yuan)[0][1]
    in_wan = sheets.receive(one_town.unit_finance, unitless(10), unit=AmountUnit.YUAN)
    assert "表中可能是万元，声明的是元" in sheets.told(in_wan)[0][1]
    sure = batches.choose(
        batch_id=in_wan.id,
        expected_version=in_wan.version,
        mapping=in_wan.mapping,
        unit=AmountUnit.YUAN,
        unit_confirmed=True,
        actor=one_town.unit_finance,
    )
    assert sheets.done(sure).state is BatchState.READY


def test_a_table_that_names_another_unit_than_declared_is_not_looked_at(one_town: City) -> None:
    _, contract = bought(one_town)
    table = rows(contract, (1, 10, ""), (9, 1, ""))
    batch = sheets.receive(one_town.unit_finance, table, unit=AmountUnit.YUAN)
    assert sheets.told(batch) == [(1, "表中写明“金额（万元）”，声明的金额单位是元")]
    titled = sheets.xlsx([["三月付款"], ["单位：元"], ["合同编号", "期次", "金额"], [contract.code, 1, 5]])
    assert sheets.told(sheets.receive(one_town.unit_finance, titled)) == [
        (3, "表中写明“单位：元”，声明的金额单位是万元")
    ]
    right = batches.choose(
        batch_id=batch.id,
        expected_version=batch.version,
        mapping=batch.mapping,
        unit=AmountUnit.WAN,
        unit_confirmed=False,
        actor=one_town.unit_finance,
    )
    assert "没有第9期" in sheets.told(sheets.done(right))[0][1]


def test_a_total_below_the_table_is_no_payment_but_must_be_right(one_town: City) -> None:
    _, contract = bought(one_town)

    def totalled(*total: Any) -> ImportBatch:
        table = [PAYMENT_HEADS, [contract.code, 1, 10, "", ""], [], [contract.code, 1, "2.5", "", ""], total]
        return sheets.receive(one_town.unit_finance, sheets.xlsx(table), acceptance_id=paper(one_town))

    assert sheets.told(totalled("合计", "", 13)) == [(5, "合计行写的是13.00万元，各行相加是12.50万元")]
    batch = totalled("合计", "", "12.50")
    assert (batch.state, batch.rows, batch.total) == (BatchState.READY, 2, ledger.wan("12.5"))
    batch = sheets.checked(one_town.checker, sheets.submitted(one_town.unit_finance, batch))
    assert sheets.posted(one_town.treasury, batch).state is BatchState.POSTED
    between = [PAYMENT_HEADS, [contract.code, 1, 1, "", ""], ["小计", "", 1], [contract.code, 1, 1, "", ""]]
    batch = sheets.receive(one_town.unit_finance, sheets.xlsx(between))
    assert sheets.told(batch) == [(3, "合计行下面还有数据")]


def test_columns_with_other_heads_are_chosen_once_and_remembered(one_town: City) -> None:
    _, contract = bought(one_town)

    def table(amount: int) -> bytes:
        return sheets.xlsx([["合同", "第几期", "钱"], [contract.code, 1, amount]])

    batch = sheets.receive(one_town.unit_finance, table(3))
    assert batch.state is BatchState.UNMAPPED
    chosen = {"contract": "合同", "instalment": "第几期", "amount": "钱"}
    again = batches.choose(
        batch_id=batch.id,
        expected_version=batch.version,
        mapping=chosen,
        unit=AmountUnit.WAN,
        unit_confirmed=False,
        actor=one_town.unit_finance,
    )
    assert sheets.done(again).state is BatchState.READY
    assert sheets.receive(one_town.unit_finance, table(4)).state is BatchState.READY


def test_a_closed_month_and_a_foreign_contract_are_named_by_row(one_town: City) -> None:
    _, contract = bought(one_town)
    periods.close_period(year=2026, month=1, actor=one_town.maker)
    batch = sheets.receive(
        one_town.unit_finance,
        sheets.xlsx([
            PAYMENT_HEADS,
            [contract.code, 1, 1, "20260115", ""],
            ["HT-OTHER", 1, 1, "", ""],
            [contract.code, 9, 1, "", ""],
            [contract.code, 1, -1, "", ""],
            [contract.code, 1, 0.0000001, "", ""],
            [contract.code, 1, 1, "2026-13-01", ""],
            [contract.code, 1, 1, "2027-01-01", ""],
            [contract.code, 2, 1, "", ""],
            ["", "", "", "", ""],
            [f"  {contract.code} ", "１", "1,000.00", "2026年3月1日", ""],
        ]),
    )  # fmt: skip
    told: dict[int, str] = {}
    for row, what in sheets.told(batch):
        told.setdefault(row, what)
    assert told[2] == "2026年1月已结账"
    assert told[3] == "本单位没有编号为“HT-OTHER”的合同"
    assert told[4].endswith("没有第9期")
    assert told[5] == "金额须大于零"
    assert told[6].startswith("金额最小到分")
    assert "不是日期" in told[7]
    assert "不能记入2027-01-01" in told[8]
    assert told[9] == "进度款须附本期验收材料"
    assert "尚余40.00万元，本次需要1,000.00万元" in told[11]
    assert batch.rows == 9
    assert Entry.select().where(Entry.kind == "pay").count() == 0
    assert PaymentApplication.select().count() == 0


def test_batches_and_single_payments_at_once_never_wait_in_a_circle(town: City) -> None:
    line = ledger.funded(town)
    contracts = [ledger.signed(town, (2026, 40), (2026, 40)) for _ in range(2)]
    waiting = [ledger.checked(town, one, 1, number) for one in contracts for number in (2, 1)]
    acceptance = paper(town)
    lists = []
    for order in (contracts, contracts[::-1]):
        parts = [[one.code, 1 + n % 2, "0.1", "", ""] for n in range(60) for one in order]
        batch = sheets.receive(
            town.unit_finance, sheets.xlsx([PAYMENT_HEADS, *parts]), acceptance_id=acceptance
        )
        lists.append(sheets.checked(town.checker, sheets.submitted(town.unit_finance, batch)))
    begun = [
        batches.post(batch_id=one.id, expected_version=one.version, actor=town.treasury) for one in lists
    ]
    results = at_once(
        *(lambda one=one: sheets.done(one) for one in begun),
        *(lambda one=one: ledger.post(town, one) for one in waiting),
        lambda: periods.close_period(year=2026, month=2, actor=town.maker),
    )
    assert [one for one in results if isinstance(one, HouseError)] == []
    assert {sheets.fresh(one).state for one in lists} == {BatchState.POSTED}
    assert BudgetLine.get_by_id(line.id).paid == ledger.wan(28)
    assert verify().offenders == ()


def test_a_list_lies_on_the_desk_as_one_thing(one_town: City) -> None:
    _, contract = bought(one_town)
    batch = sheets.receive(one_town.unit_finance, rows(contract, (1, 1, ""), (1, 2, "")))
    batch = sheets.submitted(one_town.unit_finance, batch)
    assert PaymentApplication.select().where(desk.to_handle(one_town.checker)).count() == 0
    assert [task.what.parameters["state"] for task in tasks(one_town.checker)] == [BatchState.SUBMITTED]
    sheets.checked(one_town.checker, batch)
    assert tasks(one_town.checker) == []
    assert [task.amount for task in tasks(one_town.treasury)] == [ledger.wan(3)]
