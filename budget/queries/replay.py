"""The books as they stood on a past day: sums of the entries up to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from budget.queries.funds import INITIAL_KINDS, Execution, as_money
from budget.rules.words import EntryKind, Measure
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation.db import fn
from portfolio.foundation.money import Money


def execution_on(project_id: int, day: date) -> list[Execution]:
    """``funds.execution`` as it stood at the end of ``day``, by year; one query."""
    corrected = Entry.alias()
    of_entry = fn.COALESCE(corrected.kind, Entry.kind)
    sums = (
        Entry.select(BudgetLine.year, Entry.measure, of_entry, fn.SUM(Entry.amount))
        .join(BudgetLine, on=(Entry.line == BudgetLine.id))
        .left_outer_join(corrected, on=(Entry.corrects == corrected.id))
        .where(BudgetLine.project == project_id, Entry.effective_on <= day)
        .group_by(BudgetLine.year, Entry.measure, of_entry)
        .tuples()
    )
    years: dict[int, dict[str, Money]] = defaultdict(lambda: defaultdict(lambda: Money.ZERO))
    for year, measure, kind, amount in sums:
        for column in _columns(Measure(measure), EntryKind(kind)):
            years[year][column] += as_money(amount)
    return [
        Execution(year, *(found[name] for name in ("initial", "adjusted", "received", "paid")))
        for year, found in sorted(years.items())
    ]


def before(line_id: int, number: int) -> dict[Measure, Money]:
    """The totals of a line before its entry ``number``; one query."""
    sums = (
        Entry.select(Entry.measure, fn.SUM(Entry.amount))
        .where(Entry.line == line_id, Entry.number < number)
        .group_by(Entry.measure)
        .tuples()
    )
    return {Measure(measure): as_money(amount) for measure, amount in sums}


def with_totals(entries: Iterable[Any], totals: dict[Measure, Money]) -> Iterator[Any]:
    """Entries in order, each with ``standing``: its measure's total after it, from ``totals`` on."""
    for one in entries:
        one.standing = totals[one.measure] = totals.get(one.measure, Money.ZERO) + one.amount
        yield one


def _columns(measure: Measure, kind: EntryKind) -> tuple[str, ...]:
    """Which figures of the execution an entry of a kind, or its reversal, moves."""
    if measure in {Measure.ALLOTTED, Measure.CARRIED_IN}:
        return ("initial", "adjusted") if kind in INITIAL_KINDS else ("adjusted",)
    return {Measure.RELEASED: ("received",), Measure.PAID: ("paid",)}.get(measure, ())
