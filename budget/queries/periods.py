"""Which months are closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from budget.rules.words import PeriodState
from budget.tables.period import Period
from portfolio.foundation.access import User


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
    """A month of the books; ``by`` and ``at`` say who last changed its state, if anybody did."""

    number: int
    state: PeriodState
    by: str
    at: datetime | None


def months_of(year: int) -> list[Month]:
    """The twelve months of a year; one query."""
    rows = {
        row.month: row
        for row in Period.select(Period, User)
        .join(User, on=(Period.changed_by == User.id))
        .where(Period.year == year)
    }
    found = []
    for number in range(1, 13):
        row = rows.get(number)
        state = row.state if row else PeriodState.OPEN
        found.append(
            Month(number, state, row.changed_by.name if row else "", row.changed_at if row else None)
        )
    return found
