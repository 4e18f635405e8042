"""Which months are closed."""

from __future__ import annotations

from datetime import date

from budget.rules.words import PeriodState
from budget.tables.period import Period


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
