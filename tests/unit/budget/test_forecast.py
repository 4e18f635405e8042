"""What the forecast of a year may never say, and when it raises an alarm."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budget.rules.forecast import (
    EVEN,
    MONTHS,
    AlarmKind,
    Due,
    Threshold,
    alarms,
    first_open,
    forecast,
    month_in,
    rhythm,
    spread,
    together,
)
from portfolio.foundation.errors import Level
from portfolio.foundation.money import Money

wan = Money.from_wan
amounts = st.integers(0, 10**12).map(Money)
weights = st.lists(st.integers(0, 10**12), min_size=12, max_size=12)
months = st.integers(1, 13)


@st.composite
def due(draw: st.DrawFn) -> Due:
    amount = draw(st.integers(0, 10**11))
    paid = draw(st.integers(0, amount))
    return Due(Money(amount), Money(paid), draw(st.none() | st.integers(1, 12)))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(dues=st.lists(due(), max_size=6), room=st.integers(-(10**11), 10**11), month=months, shares=weights)
def test_a_forecast_never_falls_nor_rises_above_what_there_is(
    dues: list[Due], room: int, month: int, shares: list[int]
) -> None:
    paid = Money.total(one.paid for one in dues)
    budget = max(Money.total(one.amount for one in dues) + Money(room), paid)
    one = forecast(budget=budget, paid=paid, dues=dues, month=month, weights=shares)
    assert all(before <= after for before, after in pairwise(one.plan))
    assert one.plan[-1] == budget
    assert sorted(one.ahead) == list(range(month, 13))
    course = [paid, *(one.ahead[number] for number in sorted(one.ahead))]
    assert all(before <= after for before, after in pairwise(course))
    assert one.year_end <= budget
    assert one.year_end == (min(one.demand, budget) if month <= MONTHS else paid)
    assert one.above == max(one.demand - budget, Money.ZERO)
    assert one.unspent == budget - one.year_end


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(amount=amounts, shares=weights, start=months)
def test_what_is_spread_adds_up_to_the_fen_and_begins_when_it_may(
    amount: Money, shares: list[int], start: int
) -> None:
    course = spread(amount, shares, start)
    assert course[-1] == amount
    assert all(before <= after for before, after in pairwise(course))
    assert not any(course[: min(start, MONTHS) - 1])


def test_days_agreed_come_first_and_the_rest_follows_the_rhythm_of_earlier_years() -> None:
    shares = rhythm({6: 1, 12: 3, 3: -5})
    assert shares == (0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 3)
    dues = [Due(wan(40), Money.ZERO, 2), Due(wan(40), wan(10))]
    one = forecast(budget=wan(120), paid=wan(10), dues=dues, month=5, weights=shares)
    assert one.plan[:2] == (Money.ZERO, wan(40))
    assert one.plan[4:6] == (wan(40), wan(60)), "a quarter of what has no day and of the rest"
    assert one.ahead[5] == wan(50), "what is overdue is expected now"
    assert (one.ahead[6], one.year_end) == (wan("57.5"), wan(80))
    assert one.unspent == wan(40)
    assert rhythm({}) == rhythm({3: -1}) == EVEN


def test_a_year_that_is_over_is_what_was_paid_and_one_to_come_is_all_ahead() -> None:
    assert [first_open(year, date(2026, 3, 20)) for year in (2025, 2026, 2027)] == [13, 3, 1]
    over = forecast(budget=wan(10), paid=wan(4), dues=[Due(wan(8), wan(4), 3)], month=13)
    assert (over.year_end, over.behind, over.unspent) == (wan(4), wan(6), wan(6))
    ahead = forecast(budget=wan(10), paid=Money.ZERO, dues=[Due(wan(8), Money.ZERO, 3)], month=1)
    assert (ahead.planned, ahead.ahead[2], ahead.year_end) == (Money.ZERO, Money.ZERO, wan(8))


def test_what_falls_due_in_another_year_is_due_at_its_near_end() -> None:
    days = (None, date(2025, 12, 31), date(2026, 7, 1), date(2027, 1, 1))
    assert [month_in(2026, day) for day in days] == [None, 1, 7, 12]


def test_forecasts_add_up() -> None:
    parts = [forecast(budget=wan(n), paid=wan(1), dues=[], month=6) for n in (12, 24)]
    whole = together(parts, 6)
    assert (whole.budget, whole.paid, whole.planned) == (wan(36), wan(2), wan(15))
    assert whole.year_end == wan(2)
    assert together([], 6).budget == Money.ZERO


RULES = {
    AlarmKind.BEHIND: Threshold(Level.WARN, {"behind_percent": 20, "from_month": 4}, "甲"),
    AlarmKind.ABOVE: Threshold(Level.BLOCK, {"above_percent": 5}, "乙"),
    AlarmKind.QUOTA: Threshold(Level.INFORM, {"months": 2}, "丙"),
}


@pytest.mark.parametrize(
    ("paid", "month", "raised"),
    [("40", 7, False), ("39.99", 7, True), ("0", 4, True), ("0", 3, False), ("79", 13, True)],
)
def test_payments_far_behind_their_plan_raise_an_alarm_from_its_month_on(
    paid: str, month: int, raised: bool
) -> None:
    one = forecast(budget=wan(100), paid=wan(paid), dues=[], month=month)
    found = alarms(one, wan(100), RULES)
    assert [alarm.kind for alarm in found] == [AlarmKind.BEHIND] * raised
    for alarm in found:
        assert (alarm.gap, alarm.limit, alarm.level) == (one.planned - one.paid, one.planned, Level.WARN)


@pytest.mark.parametrize(("promised", "raised"), [("105", False), ("105.01", True)])
def test_promises_above_the_budget_raise_an_alarm_past_its_margin(promised: str, raised: bool) -> None:
    one = forecast(budget=wan(100), paid=Money.ZERO, dues=[Due(wan(promised), Money.ZERO, 12)], month=1)
    found = alarms(one, wan(100), RULES)
    assert [alarm.kind for alarm in found] == [AlarmKind.ABOVE] * raised
    assert one.year_end == wan(100)
    if raised:
        assert (found[0].gap, found[0].level, found[0].basis) == (wan("5.01"), Level.BLOCK, "乙")


@pytest.mark.parametrize(("due_in", "month", "raised"), [(4, 3, True), (5, 3, False), (4, 13, False)])
def test_payments_soon_due_above_the_quota_are_said(due_in: int, month: int, raised: bool) -> None:
    one = forecast(budget=wan(100), paid=Money.ZERO, dues=[Due(wan(100), Money.ZERO, due_in)], month=month)
    found = [alarm for alarm in alarms(one, wan(30), RULES) if alarm.kind is not AlarmKind.BEHIND]
    assert [alarm.gap for alarm in found] == [wan(70)] * raised


def test_a_rule_that_is_not_in_force_raises_nothing() -> None:
    one = forecast(budget=wan(100), paid=Money.ZERO, dues=[], month=13)
    assert alarms(one, Money.ZERO, {}) == []
