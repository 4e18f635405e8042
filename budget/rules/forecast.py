"""What a line will have paid by the end of its year, and when that is too little or too much.

The plan of a year says when its budget is to be paid: what is promised on the days agreed, the rest in the
rhythm of earlier years.  The forecast holds only what is promised: paid, committed and not paid yet, and
instalments of the year that wait for money; it never rises above the budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from portfolio.foundation.errors import Level
from portfolio.foundation.money import Money
from portfolio.rules.labelled import Labelled

MONTHS = 12
EVEN: tuple[int, ...] = (1,) * MONTHS
"""The rhythm where nothing is known."""


@dataclass(frozen=True, slots=True)
class Due:
    """A payment that is promised: ``month`` is when it is due, ``None`` where no day was agreed."""

    amount: Money
    paid: Money
    month: int | None = None

    @property
    def open(self) -> Money:
        """What of it is still to be paid."""
        return max(self.amount - self.paid, Money.ZERO)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A line's year, cumulative by the end of each month.

    ``month`` is the first that has not ended (13 when the year is over); ``demand`` is all that is promised,
    paid or not; ``ahead`` holds the months from ``month`` on, ``plan`` all twelve.
    """

    budget: Money
    paid: Money
    demand: Money
    month: int
    plan: tuple[Money, ...]
    ahead: Mapping[int, Money]

    @property
    def year_end(self) -> Money:
        """What will have been paid when the year is over."""
        return self.ahead.get(MONTHS, self.paid)

    @property
    def planned(self) -> Money:
        """What should have been paid by the end of the last month that has ended."""
        return self.plan[min(self.month - 1, MONTHS) - 1] if self.month > 1 else Money.ZERO

    @property
    def behind(self) -> Money:
        """How far the payments are behind their plan."""
        return max(self.planned - self.paid, Money.ZERO)

    @property
    def above(self) -> Money:
        """How far the promises are above the budget."""
        return max(self.demand - self.budget, Money.ZERO)

    @property
    def unspent(self) -> Money:
        """What of the budget nobody will have been paid."""
        return max(self.budget - self.year_end, Money.ZERO)

    def until(self, month: int) -> Money:
        """What will have been paid by the end of a month that has not ended; the year's end at most."""
        return self.ahead.get(month, self.year_end)


def first_open(year: int, today: date) -> int:
    """The first month of a year that has not ended: 1 before the year, 13 after it."""
    if year != today.year:
        return 1 if year > today.year else MONTHS + 1
    return today.month


def month_in(year: int, day: date | None) -> int | None:
    """The month of a year in which something falls due; earlier is its first, later its last."""
    if day is None or day.year == year:
        return day.month if day else None
    return 1 if day.year < year else MONTHS


def rhythm(paid: Mapping[int, int]) -> tuple[int, ...]:
    """The weight of each month, from what was paid in it in earlier years (fen); even where nothing was."""
    weights = tuple(max(paid.get(month, 0), 0) for month in range(1, MONTHS + 1))
    return weights if any(weights) else EVEN


def spread(amount: Money, weights: Sequence[int], start: int = 1) -> list[Money]:
    """An amount over the months from ``start`` on, cumulative for all twelve; the last holds all of it."""
    kept = [weight if month >= start else 0 for month, weight in enumerate(weights, 1)]
    if not any(kept):
        kept = [int(month >= min(start, MONTHS)) for month in range(1, MONTHS + 1)]
    whole = sum(kept)
    return [amount.share(part, whole) for part in accumulate(kept)]


def forecast(
    *, budget: Money, paid: Money, dues: Iterable[Due], month: int, weights: Sequence[int] = EVEN
) -> Forecast:
    """The plan and the forecast of a line; what is overdue is expected in the month that is running."""
    known = list(dues)
    demand = paid + Money.total(due.open for due in known)
    planned = [_course(due.amount, due.month, weights, 1) for due in known]
    rest = budget - Money.total(due.amount for due in known)
    if rest > Money.ZERO:
        planned.append(spread(rest, weights))
    plan = tuple(min(one, budget) for one in _added(planned))
    ahead: dict[int, Money] = {}
    if month <= MONTHS:
        most = max(budget, paid)
        expected = _added(_course(due.open, due.month, weights, month) for due in known)
        ahead = {
            number: min(paid + expected[number - 1], most) for number in range(max(month, 1), MONTHS + 1)
        }
    return Forecast(budget, paid, demand, month, plan, ahead)


def together(parts: Iterable[Forecast], month: int) -> Forecast:
    """The sum of forecasts of one year."""
    known = list(parts)
    return Forecast(
        Money.total(one.budget for one in known),
        Money.total(one.paid for one in known),
        Money.total(one.demand for one in known),
        month,
        tuple(_added(one.plan for one in known)),
        {number: Money.total(one.ahead[number] for one in known) for number in range(month, MONTHS + 1)},
    )


def _course(amount: Money, month: int | None, weights: Sequence[int], start: int) -> list[Money]:
    if month is None:
        return spread(amount, weights, start)
    at = max(month, start)
    return [amount if number >= at else Money.ZERO for number in range(1, MONTHS + 1)]


def _added(courses: Iterable[Sequence[Money]]) -> list[Money]:
    sums = [0] * MONTHS
    for course in courses:
        for index, amount in enumerate(course):
            sums[index] += amount.fen
    return [Money(fen) for fen in sums]


class AlarmKind(Labelled):
    """What is wrong with a line's year."""

    BEHIND = "behind", "支出偏慢"
    ABOVE = "above", "超出预算"
    QUOTA = "quota", "额度不足"


RULES = {
    AlarmKind.BEHIND: "UNDERSPEND",
    AlarmKind.ABOVE: "OVERSPEND",
    AlarmKind.QUOTA: "QUOTA_AHEAD",
}
"""The rule of the rulebook that each alarm follows; a rule that is not in force raises none."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """An alarm's rule as the day has it: how strict, its figures, and why."""

    level: Level
    parameters: Mapping[str, Any]
    basis: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A line's year is off course by ``gap``; ``limit`` is what it was held against."""

    kind: AlarmKind
    level: Level
    gap: Money
    limit: Money
    basis: str


def alarms(one: Forecast, released: Money, thresholds: Mapping[AlarmKind, Threshold]) -> list[Alarm]:
    """The alarms of a line, by the thresholds in force; ``released`` is its payment quota."""
    found = []
    for kind, rule in thresholds.items():
        gap, limit = _MEASURED[kind](one, released, rule.parameters)
        if gap > Money.ZERO:
            found.append(Alarm(kind, rule.level, gap, limit, rule.basis))
    return found


def _behind(one: Forecast, _: Money, parameters: Mapping[str, Any]) -> tuple[Money, Money]:
    if one.month < int(parameters["from_month"]):
        return Money.ZERO, one.planned
    allowed = one.planned.share(100 - int(parameters["behind_percent"]), 100)
    return (one.behind if one.paid < allowed else Money.ZERO), one.planned


def _above(one: Forecast, _: Money, parameters: Mapping[str, Any]) -> tuple[Money, Money]:
    allowed = one.budget.share(100 + int(parameters["above_percent"]), 100)
    return (one.above if one.demand > allowed else Money.ZERO), one.budget


def _quota(one: Forecast, released: Money, parameters: Mapping[str, Any]) -> tuple[Money, Money]:
    if one.month > MONTHS:
        return Money.ZERO, released
    soon = one.until(min(one.month + int(parameters["months"]) - 1, MONTHS))
    return max(soon - released, Money.ZERO), released


_MEASURED = {AlarmKind.BEHIND: _behind, AlarmKind.ABOVE: _above, AlarmKind.QUOTA: _quota}
