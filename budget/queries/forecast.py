"""The forecast of lines: what is promised on them, and what was paid by month, now and in earlier years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from peewee import Value

from budget.queries import records
from budget.queries.funds import as_money
from budget.rules.forecast import (
    MONTHS,
    RULES,
    Alarm,
    AlarmKind,
    Due,
    Forecast,
    Threshold,
    alarms,
    first_open,
    forecast,
    month_in,
    rhythm,
    together,
)
from budget.rules.words import Measure
from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation import rulebook
from portfolio.foundation.db import fn
from portfolio.foundation.money import Money
from portfolio.foundation.roles import SEES_EVERYTHING, Actor
from portfolio.rules.dossier import FundingSource

EARLIER = 3
"""How many earlier years give the rhythm of payments."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A forecast with what was paid by the end of each month so far, cumulative."""

    forecast: Forecast
    actual: dict[int, Money]


@dataclass(frozen=True, slots=True)
class LineForecast:
    """A line of a year, its forecast, and what is off course."""

    line: Any
    forecast: Forecast
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class YearForecast:
    """All lines of a year in view, and their sum."""

    lines: list[LineForecast]
    whole: Curve


def of_line(line: Any, today: date) -> Curve:  # noqa: ANN401 - a Peewee row
    """The year of one line; one query over the entries and promises of its project or system."""
    if line.project_id is not None:
        same, contracts = BudgetLine.project == line.project_id, Contract.project == line.project_id
    else:
        same, contracts = BudgetLine.system == line.system_id, Contract.system == line.system_id
    facts = _Facts([line], line.year, same, contracts, DirectCost.line == line.id)
    found = facts.forecast(line, today)
    return Curve(found, facts.actual([line], found.month))


def of_project(project_id: int, lines: Sequence[Any], year: int, today: date) -> Curve | None:
    """The year of a project over its ``lines`` of all years; ``None`` without one in it.  One query."""
    known = [line for line in lines if line.year == year]
    if not known:
        return None
    of_costs = DirectCost.line.in_([line.id for line in known])
    facts = _Facts(known, year, BudgetLine.project == project_id, Contract.project == project_id, of_costs)
    month = first_open(year, today)
    return Curve(together((facts.forecast(line, today) for line in known), month), facts.actual(known, month))


def of_year(year: int, today: date, actor: Actor) -> YearForecast:
    """Every line of a year in the actor's view; three queries, however many lines.

    It adds up the payments of the year and the three before: not for a page that must open at once.
    """
    seen = records.lines(actor).where(BudgetLine.year == year)
    lines = list(seen.order_by(BudgetLine.id))
    whole_city = actor.has(*SEES_EVERYTHING)
    facts = _Facts(lines, year, *(() if whole_city else _belonging(lines)))
    rules = thresholds(today)
    rows = []
    for line in lines:
        one = facts.forecast(line, today)
        rows.append(LineForecast(line, one, tuple(alarms(one, line.released, rules))))
    month = first_open(year, today)
    return YearForecast(
        rows, Curve(together((row.forecast for row in rows), month), facts.actual(lines, month))
    )


def thresholds(day: date) -> dict[AlarmKind, Threshold]:
    """The rules of the alarms that are in force on a day; one query."""
    book = rulebook.on(day)
    rules = {kind: book.rule(code) for kind, code in RULES.items()}
    return {
        kind: Threshold(rule.level, rule.parameters, rule.basis)
        for kind, rule in rules.items()
        if rule is not None
    }


def _belonging(lines: list[Any]) -> tuple[Any, Any, Any]:
    """What belongs to the projects and systems of these lines: lines, contracts, costs."""
    projects = {line.project_id for line in lines} - {None}
    systems = {line.system_id for line in lines} - {None}
    of_lines, of_contracts = (
        table.project.in_(projects) | table.system.in_(systems) for table in (BudgetLine, Contract)
    )
    return of_lines, of_contracts, DirectCost.line.in_([line.id for line in lines])


class _Facts:
    """What was paid on lines by month, in a year and those before, and what is promised in it; one query."""

    def __init__(self, lines: list[Any], year: int, *conditions: Any) -> None:  # noqa: ANN401 - Peewee's
        self._known = {line.id for line in lines}
        self._places: dict[Any, int] = {}
        for line in lines:
            self._places.setdefault((line.project_id, line.system_id, line.source.value), line.id)
        self._now: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._earlier: dict[Any, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._dues: dict[int, list[Due]] = defaultdict(list)
        of_lines, of_contracts, of_costs = conditions or (True, True, True)
        rows = (
            _payments(year, of_lines)
            .union_all(_instalments(year, of_contracts))
            .union_all(_costs(year, of_costs))
        )
        for what, line, project, system, source, in_year, month, amount, paid in rows.tuples():
            if what == "due":
                self._add_due(
                    line, (project, system, FundingSource(source).value), year, (in_year, month), amount, paid
                )
            elif int(in_year) == year:
                self._now[line][int(month)] += as_money(amount).fen
            else:
                self._earlier[(project, system)][int(month)] += as_money(amount).fen

    def _add_due(self, line: Any, subject: Any, year: int, day: Any, amount: Any, paid: Any) -> None:  # noqa: ANN401
        """An instalment that is not committed yet belongs to the first line of its project and source."""
        place = line if line in self._known else self._places.get(subject) if line is None else None
        if place is not None:
            due_on = date(int(day[0]), int(day[1]), 1) if day[0] else None
            self._dues[place].append(Due(as_money(amount), as_money(paid), month_in(year, due_on)))

    def forecast(self, line: Any, today: date) -> Forecast:  # noqa: ANN401 - a Peewee row
        """The plan and the forecast of a line."""
        return forecast(
            budget=line.carried_in + line.allotted - line.carried_out,
            paid=line.paid,
            dues=self._dues.get(line.id, ()),
            month=first_open(line.year, today),
            weights=rhythm(self._earlier.get((line.project_id, line.system_id), {})),
        )

    def actual(self, lines: list[Any], month: int) -> dict[int, Money]:
        """What these lines have paid by the end of each month up to ``month``; nothing in a year to come."""
        known = {line.id for line in lines}
        sums = [
            sum(paid.get(number, 0) for line, paid in self._now.items() if line in known)
            for number in range(1, MONTHS + 1)
        ]
        last = month if month > 1 or any(sums) else 0
        return {number: Money(fen) for number, fen in enumerate(accumulate(sums), 1) if number <= last}


def _payments(year: int, condition: Any) -> Any:  # noqa: ANN401 - Peewee's
    month = Entry.effective_on.month
    who = (Entry.line_id, BudgetLine.project_id, BudgetLine.system_id, BudgetLine.source, BudgetLine.year)
    years = BudgetLine.year.between(year - EARLIER, year)
    return (
        Entry.select(Value("paid"), *who, month, fn.SUM(Entry.amount), Value(0))
        .join(BudgetLine, on=(Entry.line == BudgetLine.id))
        .where(Entry.measure == Measure.PAID, years, condition)
        .group_by(*who, month)
    )


def _instalments(year: int, condition: Any) -> Any:  # noqa: ANN401 - Peewee's
    """Of signed contracts."""
    return (
        Instalment.select(
            Value("due"),
            Instalment.line_id,
            Contract.project_id,
            Contract.system_id,
            Instalment.source,
            fn.COALESCE(Instalment.due_on.year, 0),
            fn.COALESCE(Instalment.due_on.month, 0),
            Instalment.amount,
            Instalment.paid,
        )
        .join(Contract, on=(Instalment.contract == Contract.id))
        .where(Instalment.year == year, Contract.signed_by.is_null(False), condition)
    )


def _costs(year: int, condition: Any) -> Any:  # noqa: ANN401 - Peewee's
    """Approved, payable at any time."""
    return (
        DirectCost.select(
            Value("due"),
            DirectCost.line_id,
            DirectCost.project_id,
            DirectCost.system_id,
            BudgetLine.source,
            Value(0),
            Value(0),
            DirectCost.amount,
            DirectCost.paid,
        )
        .join(BudgetLine, on=(DirectCost.line == BudgetLine.id))
        .where(BudgetLine.year == year, DirectCost.approved_by.is_null(False), condition)
    )
