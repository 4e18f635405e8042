"""The only source of now, today, fiscal years and working days.

All moments are in China Standard Time (UTC+8, no daylight saving since 1991).  Working days follow the State
Council's holiday arrangements as the ``chinese-calendar`` package carries them; holidays entered by an
administrator come first, and years beyond both count weekends only, until somebody enters their days.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone

import chinese_calendar

ZONE = timezone(timedelta(hours=8), "CST")


def real_time() -> timedelta:
    """The offset of everybody but a demonstration: none."""
    return timedelta(0)


_offset: timedelta | None = None
_source: Callable[[], timedelta | None] = real_time
_DAYS_SECONDS = 60.0
_entered_days: dict[date, bool] = {}
_days_asked: float | None = None


def no_days() -> dict[date, bool]:
    """The entered days of a process without a database: none."""
    return {}


_days_source: Callable[[], Mapping[date, bool] | None] = no_days


def now() -> datetime:
    """The present moment, aware, in China Standard Time; a demonstration may live in another year."""
    return datetime.now(ZONE) + offset()


def today() -> date:
    """The present day."""
    return now().date()


def follow(source: Callable[[], timedelta | None]) -> None:
    """Ask ``source`` once how far from real time this process lives; ``None`` means it cannot say yet.

    Only a demonstration database answers anything but zero.
    """
    global _source, _offset
    _source, _offset = source, None


def offset() -> timedelta:
    """How far this process lives from real time."""
    global _offset
    if _offset is None:
        _offset = _source()
    return _offset or timedelta(0)


def fiscal_year(day: date) -> int:
    """The fiscal year of a day: the calendar year (预算法 第十八条)."""
    return day.year


def quarter(day: date) -> int:
    """The quarter, 1 to 4, of a day."""
    return (day.month + 2) // 3


def enter_working_days(days: Mapping[date, bool]) -> None:
    """Replace the days that an administrator entered: ``True`` is a working day, ``False`` a day off."""
    global _days_asked
    _days_asked = time.monotonic()
    _entered_days.clear()
    _entered_days.update(days)


def follow_days(source: Callable[[], Mapping[date, bool] | None]) -> None:
    """Ask ``source`` for the entered days, at most once a minute; ``None`` means it cannot say yet."""
    global _days_source, _days_asked
    _days_source, _days_asked = source, None
    _entered_days.clear()


def _entered() -> Mapping[date, bool]:
    if _days_asked is None or time.monotonic() - _days_asked > _DAYS_SECONDS:
        enter_working_days(_days_source() or {})
    return _entered_days


def is_working_day(day: date) -> bool:
    """Whether offices work on ``day``."""
    entered = _entered()
    if day in entered:
        return entered[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def is_arranged(year: int) -> bool:
    """Whether the days off of a year are known, so that its working days are more than its weekdays."""
    if any(day.year == year for day in _entered()):
        return True
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def add_working_days(start: date, count: int) -> date:
    """The ``count``-th working day after ``start`` (the day itself does not count)."""
    if count < 0:
        raise ValueError("count must not be negative")
    day = start
    while count:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def add_months(start: date, months: int) -> date:
    """The same day ``months`` later, or the last day of that month when it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(start.day, last))
