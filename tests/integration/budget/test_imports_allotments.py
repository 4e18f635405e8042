"""Allotments by list: drafted by one officer, posted by another, once; the same list never twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from budget.queries import desk
from budget.queries.verification import verify
from budget.rules.imports.words import AmountUnit, BatchState, ImportKind
from budget.rules.words import OrderState
from budget.services import orders
from budget.services.imports import batches
from budget.tables.entry import FundsOrder
from budget.tables.imports import ImportBatch
from budget.tables.line import BudgetLine
from portfolio.foundation.errors import Refused
from portfolio.foundation.jobs import Job
from tests import ledger, sheets
from tests.integration.budget.test_at_once import at_once
from tests.ledger import City

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(database: Any) -> City:
    return ledger.city()


ALLOTMENT_HEADS = ("项目编号", "预算年度", "资金来源", "下达金额（万元）", "指标文号")


def allotment(*parts: tuple[Any, ...]) -> bytes:
    return sheets.xlsx([ALLOTMENT_HEADS, *parts])


@pytest.fixture
def twins(town: City, monkeypatch: pytest.MonkeyPatch) -> list[ImportBatch]:
    """The same list twice, the second examined while the first is."""
    ledger.ready(town)
    ledger.plan(town, 2026, 200)
    heads, row = ALLOTMENT_HEADS, (town.project.code, 2026, "市级财政", 10, "渝财1号")
    tables = sheets.xlsx([heads, row]), sheets.xlsx([["清单"], heads, row])
    first, second = (
        batches.receive(
            kind=ImportKind.ALLOTMENTS, received=sheets.sent(table), unit=AmountUnit.WAN, actor=town.maker
        )
        for table in tables
    )
    examine = batches._STEPS["examine"]

    def read(batch: ImportBatch, *rest: Any) -> Any:
        found = examine.read(batch, *rest)
        if batch.id == first.id:
            sheets.done(second)
        return found

    monkeypatch.setitem(batches._STEPS, "examine", replace(examine, read=read))
    sheets.done(first)
    return [sheets.fresh(first), sheets.fresh(second)]


def test_of_two_same_lists_that_were_examined_at_once_the_first_handed_in_counts(
    town: City, twins: list[ImportBatch]
) -> None:
    assert [one.state for one in twins] == [BatchState.READY] * 2
    late, early = twins
    early = sheets.submitted(town.maker, early)
    late = sheets.submitted(town.maker, late)
    assert (early.state, late.state) == (BatchState.SUBMITTED, BatchState.READY)
    assert f"各行都与第{early.id}批相同，该批待审核" in Job.get_by_id(late.job_id).error
    assert sheets.posted(town.checker, early).state is BatchState.POSTED
    batches.withdraw(batch_id=late.id, expected_version=late.version, actor=town.maker)
    assert BudgetLine.get().allotted == ledger.wan(10)
    assert verify().offenders == ()


def test_of_two_same_lists_that_are_handed_in_at_once_one_counts(
    town: City, twins: list[ImportBatch]
) -> None:
    asked = [batches.submit(batch_id=one.id, expected_version=one.version, actor=town.maker) for one in twins]
    at_once(*(lambda one=one: sheets.done(one) for one in asked))
    states = sorted(sheets.fresh(one).state for one in twins)
    assert states == [BatchState.READY, BatchState.SUBMITTED]
    assert FundsOrder.select().count() == 1


def test_allotments_are_tried_together_and_posted_by_another_officer(town: City) -> None:
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    code = town.project.code
    too_much = allotment((code, 2026, "市级财政", 60, "渝财1号"), (code, 2026, "市级财政", 50, "渝财2号"))
    batch = sheets.receive(town.maker, too_much, kind=ImportKind.ALLOTMENTS)
    assert [one["row"] for one in batch.problems] == [3]
    assert BudgetLine.select().count() == 0
    table = allotment((code, "2026年", "市级财政", 60, "渝财1号"), (code, 2026, "municipal", "40", "渝财2号"))
    batch = sheets.submitted(town.maker, sheets.receive(town.maker, table, kind=ImportKind.ALLOTMENTS))
    with pytest.raises(Refused, match="须由经办人以外的人办理"):
        sheets.posted(town.maker, batch)
    batch = sheets.posted(town.checker, batch)
    assert batch.state is BatchState.POSTED
    assert BudgetLine.get().allotted == ledger.wan(100)
    assert verify().offenders == ()


def test_a_list_whose_every_order_was_withdrawn_is_withdrawn_and_may_come_again(town: City) -> None:
    ledger.ready(town)
    ledger.plan(town, 2026, 200)
    code = town.project.code
    table = allotment((code, 2026, "市级财政", 60, "渝财1号"), (code, 2026, "市级财政", 40, "渝财2号"))
    batch = sheets.submitted(town.maker, sheets.receive(town.maker, table, kind=ImportKind.ALLOTMENTS))
    first, second = FundsOrder.select().order_by(FundsOrder.id)
    orders.withdraw(order_id=first.id, expected_version=first.version, actor=town.maker)
    assert sheets.fresh(batch).state is BatchState.SUBMITTED
    assert ImportBatch.select().where(desk.lists_to_handle(town.checker)).count() == 1
    orders.withdraw(order_id=second.id, expected_version=second.version, actor=town.maker)
    assert sheets.fresh(batch).state is BatchState.WITHDRAWN
    assert ImportBatch.select().where(desk.lists_to_handle(town.checker)).count() == 0
    again = sheets.submitted(town.maker, sheets.receive(town.maker, table, kind=ImportKind.ALLOTMENTS))
    assert sheets.posted(town.checker, again).state is BatchState.POSTED
    assert BudgetLine.get().allotted == ledger.wan(100)
    assert verify().offenders == ()


def test_orders_of_a_list_that_are_withdrawn_at_once_withdraw_it(town: City) -> None:
    ledger.ready(town)
    ledger.plan(town, 2026, 200)
    parts = [(town.project.code, 2026, "市级财政", 10, f"渝财{number}号") for number in range(6)]
    batch = sheets.receive(town.maker, allotment(*parts), kind=ImportKind.ALLOTMENTS)
    batch = sheets.submitted(town.maker, batch)
    drafted = list(FundsOrder.select())
    at_once(
        *(
            lambda one=one: orders.withdraw(order_id=one.id, expected_version=one.version, actor=town.maker)
            for one in drafted
        )
    )
    assert {one.state for one in FundsOrder.select()} == {OrderState.WITHDRAWN}
    assert sheets.fresh(batch).state is BatchState.WITHDRAWN
