"""Moving through the years: each story says on which day it goes on, and they take turns in that order.

The clock of the demonstration's own database is set to each day before what happens on it, so that every
record carries its day; nothing is written with an invented time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from portfolio.foundation import clock, demonstration

Story = Iterator[date]
"""Yields the next day on which something happens, and does it when it is resumed."""

_OPENING = time(9, 0)
_BETWEEN = timedelta(minutes=7)


def tell(stories: Iterable[Story], until: date) -> None:
    """Let the stories take turns by day up to and including ``until``; what lies beyond does not happen."""
    waiting: list[tuple[date, int, Story]] = []
    for number, story in enumerate(stories):
        _wait(waiting, number, story, date.min)
    moment = None
    while waiting and waiting[0][0] <= until:
        day, number, story = heapq.heappop(waiting)
        opening = datetime.combine(day, _OPENING, clock.ZONE)
        moment = opening if moment is None or moment.date() < day else moment + _BETWEEN
        demonstration.set_clock(moment)
        _wait(waiting, number, story, day)


def _wait(waiting: list[tuple[date, int, Story]], number: int, story: Story, earliest: date) -> None:
    """Ask a story for its next day, not before ``earliest``, for time never goes back."""
    day = next(story, None)
    if day is not None:
        heapq.heappush(waiting, (max(working_day(day), earliest), number, story))


def working_day(day: date) -> date:
    """``day``, or the first working day after it."""
    return day if clock.is_working_day(day) else clock.add_working_days(day, 1)


def after(days: int) -> date:
    """So many working days from today."""
    return clock.add_working_days(clock.today(), days)


def settle(day: date) -> None:
    """Let the demonstration live on from the morning of ``day``."""
    demonstration.set_clock(datetime.combine(day, _OPENING, clock.ZONE))
