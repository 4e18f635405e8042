"""Adjustments, recalls and virements: by two officers, within every limit, balanced, and undone."""

from __future__ import annotations

from datetime import date

import pytest

from budget.queries import funds as queries
from budget.queries import records
from budget.queries.verification import verify
from budget.rules.words import AccountState, EntryKind, Measure
from budget.services import accounts, movements, payments, periods
from budget.services.funds import Heading
from budget.services.orders import withdraw
from budget.services.previews import of_order
from budget.tables.annual_plan import Ceiling
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.movement import Movement
from portfolio.foundation.db import IntegrityError, transaction
from portfolio.foundation.errors import Forbidden, InsufficientFunds, Invalid, Refused
from portfolio.rules.dossier import FundingSource
from tests import factories, ledger
from tests.ledger import wan
from tests.refusal import Refusal

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(sqlite_database):
    return ledger.city()


@pytest.fixture
def anywhere(database):
    """The city on either database."""
    return ledger.city()


def adjusted(town, line, amount, *, up=True, **other):
    order = movements.draft_adjustment(
        line_id=line.id,
        amount=wan(amount),
        increase=up,
        document_number="渝财追1号",
        reason="年中调整",
        actor=town.maker,
        **other,
    )
    return movements.adjust(order_id=order.id, key=ledger.key(), actor=town.checker)


def recalled(town, line, measure, amount):
    order = movements.draft_recall(
        line_id=line.id,
        measure=measure,
        amount=wan(amount),
        document_number="渝财收1号",
        reason="项目进度放缓",
        actor=town.maker,
    )
    return movements.recall(order_id=order.id, key=ledger.key(), actor=town.checker)


def virement(town, line, counter, amount):
    return movements.draft_virement(
        line_id=line.id,
        counter_line_id=counter.id,
        amount=wan(amount),
        document_number="渝财调1号",
        reason="经济科目调整",
        actor=town.maker,
    )


def vired(town, line, counter, amount):
    order = virement(town, line, counter, amount)
    return movements.vire(order_id=order.id, key=ledger.key(), actor=town.checker)


def codes(refusal):
    return {finding.code for finding in refusal.value.findings if finding.blocks}


def ceiling(year=2026):
    return Ceiling.get(Ceiling.year == year).allotted


def second_line(town, amount=50, **other):
    return ledger.allot(
        town,
        2026,
        amount,
        heading=Heading(economic_code="39999"),
        **{"source": FundingSource.MUNICIPAL, **other},
    )


def test_a_line_gets_more_and_less_and_ceiling_and_account_follow(town):
    ledger.ready(town, cap=500, ceiling=300)
    ledger.plan(town, 2026, 260)
    line = ledger.allot(town, 2026, 200)
    entry = adjusted(town, line, 50)
    assert (entry.kind, entry.measure, entry.amount) == (EntryKind.ADJUST, Measure.ALLOTTED, wan(50))
    assert (entry.maker_id, entry.checker_id) == (town.maker.user_id, town.checker.user_id)
    adjusted(town, line, 30, up=False)
    assert ledger.totals(line) == {"allotted": "220.00"}
    assert (ceiling(), queries.account(town.project_id).allotted) == (wan(220), wan(220))
    ledger.reverse(town, entry)
    assert ledger.totals(line) == {"allotted": "170.00"}
    assert queries.execution(town.project_id)[0].initial == wan(200)
    assert verify().offenders == ()


@pytest.mark.parametrize(
    ("cap", "room", "planned", "code"),
    [(220, 500, 400, "M12"), (500, 220, 400, "M31"), (500, 400, 220, "M32")],
)
def test_more_than_estimate_ceiling_or_plan_is_refused(town, cap, room, planned, code):
    ledger.ready(town, cap=cap, ceiling=room)
    ledger.plan(town, 2026, planned)
    line = ledger.allot(town, 2026, 200)
    with pytest.raises(InsufficientFunds) as refusal:
        adjusted(town, line, 30)
    assert codes(refusal) == {code}
    assert ledger.totals(line) == {"allotted": "200.00"}


def test_less_than_what_is_released_or_committed_is_refused(town):
    line = ledger.funded(town, amount=100)
    ledger.signed(town, (2026, 60))
    with pytest.raises(InsufficientFunds) as refusal:
        adjusted(town, line, 50, up=False)
    assert codes(refusal) == {"M01", "M02"}


def test_payment_quota_then_the_allotment_is_taken_back(anywhere):
    town = anywhere
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60))
    ledger.pay(town, contract, 40)
    with pytest.raises(InsufficientFunds) as refusal:
        recalled(town, line, Measure.RELEASED, 61)
    assert codes(refusal) == {"M04"}
    quota = recalled(town, line, Measure.RELEASED, 40)
    with pytest.raises(InsufficientFunds) as refusal:
        recalled(town, line, Measure.ALLOTTED, 41)
    assert codes(refusal) == {"M01", "M02"}
    recalled(town, line, Measure.ALLOTTED, 40)
    assert ledger.totals(line) == {
        "allotted": "60.00",
        "released": "60.00",
        "committed": "60.00",
        "paid": "40.00",
    }
    assert ceiling() == wan(60)
    with pytest.raises(InsufficientFunds):
        ledger.reverse(town, quota)  # the allotment under it is gone
    assert verify().offenders == ()


def test_a_frozen_account_gives_back_but_takes_nothing(town):
    line = ledger.funded(town, amount=100)
    accounts.set_state(project_id=town.project_id, state=AccountState.FROZEN, actor=town.authority)
    with pytest.raises(Refused) as refusal:
        adjusted(town, line, 10)
    assert "M40" in codes(refusal) or "M32" in codes(refusal)
    recalled(town, line, Measure.RELEASED, 100)
    recalled(town, line, Measure.ALLOTTED, 100)
    assert ledger.totals(line) == {}


def test_what_may_not_be_recalled(town):
    line = ledger.funded(town)
    with pytest.raises(Invalid):
        recalled(town, line, Measure.PAID, 1)
    with pytest.raises(Invalid):
        recalled(town, line, Measure.RELEASED, 0)


def test_a_virement_takes_and_gives_together(anywhere):
    town = anywhere
    ledger.ready(town, cap=200, ceiling=200)
    ledger.plan(town, 2026, 200)
    line = ledger.allot(town, 2026, 150)
    other = second_line(town)
    entry = vired(town, line, other, 40)
    assert (entry.line_id, entry.counter_line_id, entry.amount) == (line.id, other.id, wan(-40))
    assert ledger.totals(line) == {"allotted": "110.00"}
    assert ledger.totals(other) == {"allotted": "90.00"}
    assert (ceiling(), queries.account(town.project_id).allotted) == (wan(200), wan(200))
    with pytest.raises(Refused) as refusal:
        ledger.reverse(town, entry)
    assert codes(refusal) == {"M43"}
    vired(town, other, line, 40)
    assert ledger.totals(line) == {"allotted": "150.00"}
    assert verify().offenders == ()


def test_a_virement_that_the_giving_line_cannot_bear_moves_neither(town):
    line = ledger.funded(town, amount=100)
    ledger.signed(town, (2026, 90))
    ledger.plan(town, 2026, 150)
    other = second_line(town)
    with pytest.raises(InsufficientFunds) as refusal:
        vired(town, line, other, 20)
    assert {"M01", "M02"} <= codes(refusal)
    assert ledger.totals(other) == {"allotted": "50.00"}
    assert not Entry.select().where(Entry.kind == EntryKind.VIREMENT).exists()


def test_a_project_that_gets_money_of_another_keeps_its_own_limits(anywhere):
    town = anywhere
    line = ledger.funded(town, amount=100, cap=100)
    another = factories.project(owner=town.unit, code="XM2026-0002")
    accounts.open_account(project_id=another.id, actor=town.authority)
    accounts.fix_cap(project_id=another.id, amount=wan(60), number="概2", actor=town.authority)
    accounts.set_state(project_id=another.id, state=AccountState.OPEN, actor=town.authority)
    ledger.plan(town, 2026, 100, project_id=another.id)
    other = ledger.allot(town, 2026, 50, project_id=another.id)
    recalled(town, line, Measure.RELEASED, 100)
    with pytest.raises(InsufficientFunds) as refusal:
        vired(town, line, other, 20)
    assert codes(refusal) == {"M12"}
    assert ledger.totals(line) == {"allotted": "100.00"}
    vired(town, line, other, 10)
    assert queries.account(town.project_id).allotted == wan(90)
    assert queries.account(another.id).allotted == wan(60)
    assert verify().offenders == ()


def test_a_virement_across_sources_or_years_is_refused_when_it_is_drafted(town):
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    line = ledger.allot(town, 2026, 100)
    ledger.plan(town, 2026, 50, source=FundingSource.DISTRICT)
    district = ledger.allot(town, 2026, 50, source=FundingSource.DISTRICT)
    with Refusal(Refused, "M46") as refusal:
        virement(town, line, district, 10)
    finding = next(one for one in refusal.error.findings if one.blocks)
    assert "预算法" in finding.basis
    ledger.set_ceiling(town, 2027, 100)
    ledger.plan(town, 2027, 10)
    later = ledger.allot(town, 2027, 10)
    with Refusal(Refused, "M47"):
        virement(town, line, later, 10)
    with Refusal(Invalid):
        virement(town, line, line, 10)


def test_two_people_an_open_month_and_one_effect(town):
    ledger.ready(town)
    ledger.plan(town, 2026, 200)
    line = ledger.allot(town, 2026, 100)
    order = movements.draft_adjustment(
        line_id=line.id,
        amount=wan(10),
        increase=True,
        document_number="渝财追2号",
        reason="追加",
        actor=town.maker,
    )
    preview = of_order(FundsOrder.get_by_id(order.id))
    assert preview.possible
    with pytest.raises(Refused) as refusal:
        movements.adjust(order_id=order.id, key=ledger.key(), actor=town.maker)
    assert codes(refusal) == {"M50"}
    with pytest.raises(Forbidden):
        movements.adjust(order_id=order.id, key=ledger.key(), actor=town.unit_finance)
    periods.close_period(year=2026, month=1, actor=town.maker)
    with pytest.raises(Refused) as refusal:
        movements.adjust(
            order_id=order.id, key=ledger.key(), actor=town.checker, effective_on=date(2026, 1, 20)
        )
    assert codes(refusal) == {"M41"}
    same = ledger.key()
    first = movements.adjust(order_id=order.id, key=same, actor=town.checker)
    assert movements.adjust(order_id=order.id, key=same, actor=town.checker) == first
    assert ledger.totals(line) == {"allotted": "110.00"}


def test_a_withdrawn_order_moves_nothing_and_a_movement_stands(town):
    line = ledger.funded(town)
    order = movements.draft_recall(
        line_id=line.id,
        measure=Measure.RELEASED,
        amount=wan(10),
        document_number="渝财收2号",
        reason="收回",
        actor=town.maker,
    )
    withdraw(order_id=order.id, expected_version=order.version, actor=town.maker)
    with pytest.raises(Refused):
        movements.recall(order_id=order.id, key=ledger.key(), actor=town.checker)
    with pytest.raises(IntegrityError), transaction():
        Movement.update(sign=1, measure=Measure.ALLOTTED).where(Movement.order == order.id).execute()
    assert BudgetLine.get_by_id(line.id).released == wan(200)


def test_undoing_a_reduction_gives_money_and_is_held_against_the_same(anywhere):
    town = anywhere
    ledger.ready(town, cap=500)
    ledger.plan(town, 2026, 100)
    line = ledger.allot(town, 2026, 100)
    taken = adjusted(town, line, 30, up=False)
    second_line(town, 30)  # the plan of the year is used up again
    with pytest.raises(InsufficientFunds) as refusal:
        ledger.reverse(town, taken)
    assert codes(refusal) == {"M32"}
    ledger.plan(town, 2026, 130)
    accounts.set_state(project_id=town.project_id, state=AccountState.FROZEN, actor=town.authority)
    order = payments.draft_reversal(entry_id=taken.id, reason="记错", actor=town.maker)
    assert "M40" in {one.code for one in of_order(records.order(order.id, town.maker)).findings if one.blocks}
    with pytest.raises(Refused) as refusal:
        payments.reverse(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert codes(refusal) == {"M40"}
    accounts.set_state(project_id=town.project_id, state=AccountState.OPEN, actor=town.authority)
    payments.reverse(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert ledger.totals(line) == {"allotted": "100.00"}
    assert verify().offenders == ()
