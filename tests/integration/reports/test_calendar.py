"""Stories take turns by their days, under the clock of the demonstration's own database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

import wsgi
from portfolio.foundation import clock
from portfolio.foundation.clock import follow, real_time
from reports.services.demonstration import calendar
from tests.conftest import TemporaryDatabase


@pytest.fixture(autouse=True)
def _demonstration(sqlite_database: TemporaryDatabase) -> Iterator[None]:
    wsgi.start(sqlite_database.settings)
    yield
    follow(real_time)


def story(name: str, days: list[date], told: list[tuple[str, date]]) -> calendar.Story:
    for day in days:
        yield day
        told.append((name, clock.today()))


def test_what_comes_first_happens_first_and_carries_its_day() -> None:
    told: list[tuple[str, date]] = []
    first = story("甲", [date(2007, 3, 1), date(2007, 3, 20)], told)
    second = story("乙", [date(2007, 3, 6)], told)
    calendar.tell([first, second], date(2007, 12, 31))
    assert told == [("甲", date(2007, 3, 1)), ("乙", date(2007, 3, 6)), ("甲", date(2007, 3, 20))]


def test_a_day_off_is_put_off_and_time_never_goes_back() -> None:
    told: list[tuple[str, date]] = []
    calendar.tell([story("甲", [date(2007, 3, 3), date(2007, 2, 1)], told)], date(2007, 12, 31))
    assert told == [("甲", date(2007, 3, 5))] * 2


def test_what_lies_beyond_the_end_does_not_happen() -> None:
    told: list[tuple[str, date]] = []
    calendar.tell([story("甲", [date(2007, 3, 1), date(2008, 1, 2)], told)], date(2007, 12, 31))
    assert told == [("甲", date(2007, 3, 1))]
    calendar.settle(date(2008, 6, 2))
    assert clock.today() == date(2008, 6, 2)
    assert calendar.after(1) == date(2008, 6, 3)
