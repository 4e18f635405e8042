"""How the finance bureau keeps its books: every month is closed early in the next, every year in January."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from budget.services.closing import draft_closing, start_closing
from budget.services.periods import close_period
from portfolio.foundation.jobs import run_now
from portfolio.foundation.roles import Role
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.cast import Cast

_MONTHS_CLOSE, _YEARS_CLOSE = 6, (1, 25)
"""The day of the next month on which a month is closed; month and day of the next year for a year."""


def keep_books(years: Iterable[int], cast: Cast) -> Story:
    """One officer closes the months; of a year, another carries out what the first has drafted."""
    maker, checker = cast.all(Role.FINANCE)
    for year in sorted(years):
        for month in range(1, 13):
            yield date(year + month // 12, month % 12 + 1, _MONTHS_CLOSE)
            close_period(year=year, month=month, actor=maker)
        yield date(year + 1, *_YEARS_CLOSE)
        draft = draft_closing(year=year, number=f"渝财库〔{year + 1}〕1号", actor=maker)
        run_now(start_closing(closing_id=draft.id, expected_version=draft.version, actor=checker))
