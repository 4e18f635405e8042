"""Which months are closed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from budget.queries.funds import as_money
from budget.queries.reconciliation import bounds
from budget.rules.words import Measure, PeriodState
from budget.tables.entry import Entry
from budget.tables.period import Period
from portfolio.foundation.access import User
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.db import fn
from portfolio.foundation.money import Money


def is_closed(day: date) -> bool:
    """Whether the month of ``day`` takes no more entries."""
    return bool(
        Period.select()
        .where(Period.year == day.year, Period.month == day.month, Period.state == PeriodState.CLOSED)
        .exists()
    )


def closed_months(year: int) -> list[int]:
    """The closed months of a year, in order."""
    rows = Period.select(Period.month).where(Period.year == year, Period.state == PeriodState.CLOSED)
    return sorted(row.month for row in rows)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the books with how much was posted and paid in it.

    ``by`` and ``at`` say who last changed its state, if anybody did.
    """

    number: int
    state: PeriodState
    by: str
    at: datetime | None
    entries: int
    paid: Money


def months_of(year: int) -> list[Month]:
    """The twelve months of a year; two queries."""
    rows = {
        row.month: row
        for row in Period.select(Period, User)
        .join(User, on=(Period.changed_by == User.id))
        .where(Period.year == year)
    }
    counts, paid = _posted(year)
    found = []
    for number in range(1, 13):
        row = rows.get(number)
        state = row.state if row else PeriodState.OPEN
        by, at = (row.changed_by.name, row.changed_at) if row else ("", None)
        found.append(Month(number, state, by, at, counts.get(number, 0), Money(paid.get(number, 0))))
    return found


@dataclass(frozen=True, slots=True)
class Turn:
    """A month that was closed 结账, or opened again 反结账 for a ``reason``.

    ``late`` counts the entries that came into the month while it was open again.
    """

    month: int
    state: PeriodState
    by: str
    at: datetime
    reason: str
    late: int


def turns_of(year: int) -> list[Turn]:
    """How the months of a year went that were opened again, the latest act first.

    One query, and one more for each reopening.
    """
    rows = list(
        AuditEntry.select(Period.month, User.name, AuditEntry.at, AuditEntry.data)
        .join(Period, on=(AuditEntry.subject_id == Period.id))
        .join(User, on=(AuditEntry.actor_id == User.id))
        .where(AuditEntry.subject_kind == "period", AuditEntry.action == "period.put", Period.year == year)
        .order_by(AuditEntry.id.desc())
        .tuples()
    )
    opened = {month: at for month, _, at, data in rows if data["state"] == PeriodState.OPEN}
    until: dict[int, datetime] = {}
    found = []
    for month, by, at, data in rows:
        if month not in opened:
            continue
        state, end = PeriodState(data["state"]), until.get(month)
        late = 0
        if state is PeriodState.OPEN:
            late = _written(year, month, at, end)
        found.append(Turn(month, state, by, at, data["reason"], late))
        until[month] = at
    return found


def _written(year: int, month: int, since: datetime, until: datetime | None) -> int:
    """How many entries of a month were written since then, and until a later moment if there is one."""
    late = Entry.select().where(Entry.effective_on.between(*bounds(year, month)), Entry.at >= since)
    return int((late if until is None else late.where(Entry.at <= until)).count())


def _posted(year: int) -> tuple[Counter[int], Counter[int]]:
    """How many entries each month of a year has, and what was paid in it, in fen; one query, day by day."""
    days = (
        Entry.select(Entry.effective_on, Entry.measure, fn.COUNT(Entry.id), fn.SUM(Entry.amount))
        .where(Entry.effective_on.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(Entry.effective_on, Entry.measure)
        .tuples()
    )
    counts: Counter[int] = Counter()
    paid: Counter[int] = Counter()
    for day, measure, count, amount in days:
        counts[day.month] += count
        if measure is Measure.PAID:
            paid[day.month] += as_money(amount).fen
    return counts, paid
