"""The budget round 二上二下 and requests in mid-year: units ask, finance answers."""

from __future__ import annotations

import pytest

from budget.queries import budget_round as queries
from budget.queries.verification import verify
from budget.rules.words import OrderState, RequestKind, RequestState
from budget.services import budget_round, movements
from budget.services.budget_round import Figure
from budget.services.orders import withdraw
from budget.tables.annual_plan import BudgetRequest
from portfolio.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused, StaleVersion
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource
from tests import factories, ledger
from tests.ledger import wan

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(sqlite_database):
    return ledger.city()


@pytest.fixture
def anywhere(database):
    """The city on either database."""
    return ledger.city()


def asked(town, amount, *, kind=RequestKind.ROUND, year=2027, **other):
    return budget_round.ask(
        **{
            "project_id": town.project_id,
            "year": year,
            "source": FundingSource.MUNICIPAL,
            "kind": kind,
            "amount": wan(amount),
            "reason": "" if kind is RequestKind.ROUND else "工程量变化",
            "actor": town.unit_finance,
            **other,
        }
    )


def control(town, row, amount):
    budget_round.set_controls(figures=[Figure(row.id, row.version, wan(amount))], actor=town.maker)
    return BudgetRequest.get_by_id(row.id)


def again(town, row, amount):
    return budget_round.ask_again(
        request_id=row.id, expected_version=row.version, amount=wan(amount), actor=town.unit_finance
    )


def approved(town, row, amount, actor=None):
    return budget_round.approve(
        request_id=row.id,
        expected_version=row.version,
        amount=wan(amount),
        number="渝财预〔2027〕1号",
        actor=actor or town.maker,
    )


def codes(refusal):
    return {finding.code for finding in refusal.value.findings if finding.blocks}


def test_a_request_goes_up_and_down_twice(anywhere):
    town = anywhere
    ledger.set_ceiling(town, 2027, 100)
    row = asked(town, 120)
    row = budget_round.revise(
        request_id=row.id, expected_version=row.version, amount=wan(110), reason="", actor=town.unit_finance
    )
    row = control(town, row, 95)
    row = control(town, row, 90)
    row = again(town, row, 85)
    row = approved(town, row, 80)
    figures = [getattr(row, name) for name in queries.FIGURES]
    assert figures == [wan(110), wan(90), wan(85), wan(80)]
    assert (row.state, row.number) == (RequestState.APPROVED, "渝财预〔2027〕1号")
    [found] = queries.by_source(2027)
    assert (found.approved, found.ceiling, found.left) == (wan(80), wan(100), wan(20))


def test_each_step_waits_for_the_one_before_and_stays_within_it(town):
    row = asked(town, 100)
    for early in (lambda: again(town, row, 10), lambda: approved(town, row, 10)):
        with pytest.raises(Refused) as refusal:
            early()
        assert "M60" in codes(refusal)
    row = control(town, row, 90)
    with pytest.raises(Refused) as refusal:
        again(town, row, 91)
    assert codes(refusal) == {"M61"}
    row = again(town, row, 80)
    with pytest.raises(Invalid) as invalid:
        control(town, row, 70)
    assert list(invalid.value.fields) == ["rows.0.amount"]
    with pytest.raises(Refused) as refusal:
        approved(town, row, 81)
    assert codes(refusal) == {"M61"}
    with pytest.raises(StaleVersion):
        budget_round.approve(
            request_id=row.id, expected_version=1, amount=wan(80), number="1号", actor=town.maker
        )


def test_control_figures_come_all_at_once_or_not_at_all(town):
    first, second = asked(town, 100), asked(town, 50, source=FundingSource.DISTRICT)
    figures = [Figure(first.id, first.version, wan(60)), Figure(second.id, second.version, wan(-1))]
    with pytest.raises(Invalid) as invalid:
        budget_round.set_controls(figures=figures, actor=town.maker)
    assert list(invalid.value.fields) == ["rows.1.amount"]
    assert BudgetRequest.get_by_id(first.id).state is RequestState.FIRST_UP


def test_nobody_approves_what_they_asked_for(town):
    both = Actor(
        user_id=town.unit_finance.user_id,
        name="两面",
        organisation_id=town.unit.id,
        roles=frozenset({Role.UNIT_FINANCE, Role.FINANCE}),
    )
    row = again(town, control(town, asked(town, 100), 90), 80)
    with pytest.raises(Refused) as refusal:
        approved(town, row, 80, actor=both)
    assert codes(refusal) == {"M50"}
    with pytest.raises(Forbidden):
        approved(town, row, 80, actor=town.unit_finance)


def test_what_may_not_be_asked_for(town):
    asked(town, 100)
    with pytest.raises(Conflict):
        asked(town, 100)
    for wrong in (
        {"year": 2025},
        {"source": FundingSource.BANK_LOAN},
        {"kind": RequestKind.SUPPLEMENT, "year": 2027, "reason": "追加"},
        {"kind": RequestKind.SUPPLEMENT, "year": 2026, "reason": " "},
        {"amount": 0},
    ):
        with pytest.raises(Invalid):
            asked(town, **{"amount": 1, **wrong})
    other = factories.actor("other", Role.UNIT_FINANCE, organisation=factories.organisation("OTHER"))
    with pytest.raises(NotFound):
        asked(town, 1, actor=other, year=2026)


def test_an_approved_request_in_mid_year_becomes_an_order_once(anywhere):
    town = anywhere
    ledger.ready(town)
    ledger.plan(town, 2026, 200)
    line = ledger.allot(town, 2026, 100)
    row = asked(town, 30, kind=RequestKind.SUPPLEMENT, year=2026)
    with pytest.raises(Refused):
        budget_round.order_of(request_id=row.id, actor=town.maker)
    row = approved(town, row, 25)
    order = budget_round.order_of(request_id=row.id, actor=town.maker)
    with pytest.raises(Conflict):
        budget_round.order_of(request_id=row.id, actor=town.maker)
    withdraw(order_id=order.id, expected_version=order.version, actor=town.maker)
    order = budget_round.order_of(request_id=row.id, actor=town.maker)
    movements.adjust(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert ledger.totals(line) == {"allotted": "125.00"}
    assert queries.order_for(row.id).state is OrderState.POSTED
    less = approved(town, asked(town, 10, kind=RequestKind.REDUCTION, year=2026), 10)
    order = budget_round.order_of(request_id=less.id, actor=town.maker)
    movements.adjust(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert ledger.totals(line) == {"allotted": "115.00"}
    assert queries.by_source(2026)[0].mid_year == wan(15)
    assert verify().offenders == ()


def test_a_request_without_a_line_says_what_to_do(town):
    row = approved(town, asked(town, 30, kind=RequestKind.SUPPLEMENT, year=2026), 30)
    with pytest.raises(Invalid) as invalid:
        budget_round.order_of(request_id=row.id, actor=town.maker)
    assert list(invalid.value.fields) == ["line_id"]


def test_units_see_their_own_requests(town):
    row = asked(town, 100)
    other = factories.actor("other", Role.UNIT_FINANCE, organisation=factories.organisation("OTHER"))
    assert [one.id for one in queries.requests(town.unit_finance)] == [row.id]
    assert list(queries.requests(other)) == []
    with pytest.raises(NotFound):
        queries.request(row.id, other)
