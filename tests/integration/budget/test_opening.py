"""Opening entries: what an inherited project had been given before the system, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from budget.queries.verification import verify
from budget.rules.words import EntryKind, OrderState
from budget.services import funds, movements, payments
from budget.services.previews import of_order
from budget.tables.annual_plan import Ceiling
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from portfolio.foundation import clock as time
from portfolio.foundation import rulebook
from portfolio.foundation.errors import InsufficientFunds, Refused
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import Route
from portfolio.tables.project import Project
from tests import factories, ledger
from tests.ledger import City, wan
from tests.refusal import Refusal

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(database: Any) -> City:
    """A project from before the system whose record is confirmed: its estimate is fixed, its account open."""
    town = ledger.city()
    Project.update(route=Route.INHERITED).execute()
    ledger.ready(town, cap=300, ceiling=200)
    return town


def opening(town: City, amount: int, **other: Any) -> FundsOrder:
    return ledger.ordered(town, amount, opening=True, **other)


def posted(town: City, order: FundsOrder, **other: Any) -> Entry:
    return funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker, **other)


def test_what_was_allotted_before_the_system_is_booked_without_an_annual_plan(town: City) -> None:
    with pytest.raises(InsufficientFunds, match="年度投资计划没有列入"):
        ledger.allot(town, 2026, 120)
    order = opening(town, 120)
    with pytest.raises(Refused, match="须由经办人以外的人办理"):
        funds.allot(order_id=order.id, key=ledger.key(), actor=town.maker)
    entry = posted(town, order, effective_on=date(2026, 1, 15))
    line = BudgetLine.get_by_id(entry.line_id)
    assert (entry.kind, line.allotted, entry.effective_on) == (
        EntryKind.OPENING,
        wan(120),
        date(2026, 1, 15),
    )
    ledger.release(town, line, 80)
    assert Ceiling.get().allotted == wan(120)
    assert verify().offenders == ()


def test_an_opening_is_still_held_by_the_ceiling_and_the_estimate(town: City) -> None:
    with pytest.raises(InsufficientFunds) as refused:
        posted(town, opening(town, 201))
    assert [one.code for one in refused.value.findings if not one.passed] == ["M31"]
    ledger.set_ceiling(town, 2026, 1000)
    with pytest.raises(InsufficientFunds) as refused:
        posted(town, opening(town, 301))
    assert [one.code for one in refused.value.findings if not one.passed] == ["M12"]
    assert Entry.select().count() == 0


def test_an_opening_takes_effect_before_the_project_was_taken_in(town: City, clock: Any) -> None:
    order = opening(town, 120)
    clock.shift(86400)
    with Refusal(Refused, "M34") as refusal:
        posted(town, order)
    assert "不晚于存量项目确认之日2026-03-02" in str(refusal.error)
    posted(town, order, effective_on=date(2026, 3, 2))


def test_an_opening_is_undone_like_an_allotment(town: City) -> None:
    entry = posted(town, opening(town, 120))
    order = payments.draft_reversal(entry_id=entry.id, reason="金额录错", actor=town.maker)
    payments.reverse(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert BudgetLine.get_by_id(entry.line_id).allotted == wan(0)
    assert verify().offenders == ()


def test_an_opening_leaves_the_annual_plan_to_what_comes_after_it(town: City) -> None:
    entry = posted(town, opening(town, 120))
    ledger.plan(town, 2026, 50)
    ledger.allot(town, 2026, 50)
    with pytest.raises(InsufficientFunds, match="超过2026年度投资计划"):
        ledger.allot(town, 2026, 1)
    order = payments.draft_reversal(entry_id=entry.id, reason="金额录错", actor=town.maker)
    payments.reverse(order_id=order.id, key=ledger.key(), actor=town.checker)
    with pytest.raises(InsufficientFunds, match="超过2026年度投资计划"):
        ledger.allot(town, 2026, 1)
    assert BudgetLine.get_by_id(entry.line_id).allotted == wan(50)
    assert verify().offenders == ()


def test_what_was_taken_off_an_opening_by_mistake_is_given_back_without_a_plan(town: City) -> None:
    entry = posted(town, opening(town, 120))
    reduction = movements.draft_adjustment(
        line_id=entry.line_id,
        amount=wan(10),
        increase=False,
        document_number="渝财减1号",
        reason="录错",
        actor=town.maker,
    )
    reduced = movements.adjust(order_id=reduction.id, key=ledger.key(), actor=town.checker)
    with pytest.raises(InsufficientFunds, match="年度投资计划没有列入"):
        ledger.allot(town, 2026, 11)
    order = payments.draft_reversal(entry_id=reduced.id, reason="录错", actor=town.maker)
    told = next(one for one in of_order(order).findings if one.code == "M32")
    assert str(told.what) == "未超过期初已下达数，不占2026年度投资计划"
    payments.reverse(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert BudgetLine.get_by_id(entry.line_id).allotted == wan(120)
    assert verify().offenders == ()


def test_nothing_else_is_opened(town: City) -> None:
    new = factories.project(owner=town.unit)
    unconfirmed = factories.project(owner=town.unit, route=Route.INHERITED)
    for other, what in (
        ({"project_id": new.id}, "不是已确认的存量项目"),
        ({"project_id": unconfirmed.id}, "不是已确认的存量项目"),
        ({"year": 2027}, "期初指标的预算年度：2027"),
    ):
        with Refusal(Refused, "M34") as refusal:
            opening(town, 10, **other)
        assert what in str(refusal.error)
    assert (FundsOrder.select().count(), BudgetLine.select().count()) == (0, 0)


def test_after_the_closing_date_nothing_is_opened_any_more(town: City, clock: Any) -> None:
    order = opening(town, 120)
    assert of_order(order).possible
    row = rulebook.RuleRow.get(rulebook.RuleRow.code == "INHERITED")
    rulebook.end_row(row_id=row.id, valid_to=time.today(), actor=factories.actor("admin", Role.ADMIN))
    clock.shift(86400)
    over = "存量项目登记已于规则规定的日期截止"
    with pytest.raises(Refused, match=over):
        opening(town, 10)
    assert not of_order(order).possible
    with pytest.raises(Refused, match=over):
        posted(town, order)
    assert FundsOrder.get_by_id(order.id).state is OrderState.DRAFTED
