"""The clock counts Chinese working days and lets a demonstration live in the plan's years."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from portfolio.foundation import clock


@pytest.fixture(autouse=True)
def _real_time():
    yield
    clock.follow(clock.real_time)
    clock.enter_working_days({})


@time_machine.travel(datetime(2008, 3, 31, 17, 30, tzinfo=clock.ZONE), tick=False)
def test_now_is_china_standard_time():
    clock.follow(clock.real_time)
    assert clock.now().isoformat() == "2008-03-31T17:30:00+08:00"
    assert clock.today() == date(2008, 3, 31)
    assert clock.fiscal_year(clock.today()) == 2008
    assert clock.quarter(clock.today()) == 1


@time_machine.travel(datetime(2008, 12, 31, 16, 30, tzinfo=UTC), tick=False)
def test_half_past_midnight_in_chongqing_is_already_the_new_fiscal_year():
    clock.follow(clock.real_time)
    assert clock.fiscal_year(clock.today()) == 2009


@time_machine.travel(datetime(2026, 1, 1, tzinfo=clock.ZONE), tick=False)
def test_a_demonstration_lives_in_another_year_once_its_database_can_say_so():
    answers = [None, timedelta(days=-365)]
    clock.follow(lambda: answers.pop(0))
    assert clock.today() == date(2026, 1, 1)
    assert clock.today() == date(2025, 1, 1)
    assert clock.today() == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2007, 10, 1), False),  # National Day
        (date(2007, 9, 29), True),  # a Saturday worked in exchange
        (date(2008, 2, 6), False),  # Spring Festival
        (date(2008, 3, 15), False),  # an ordinary Saturday
        (date(2008, 3, 17), True),
    ],
)
def test_working_days_follow_the_state_councils_arrangement(day, working):
    assert clock.is_working_day(day) is working
    assert clock.is_arranged(day.year)


def test_years_beyond_any_arrangement_count_weekends_and_say_so():
    assert clock.is_working_day(date(2061, 10, 3))
    assert not clock.is_working_day(date(2061, 10, 1))  # a Saturday
    assert not clock.is_arranged(2061)


def test_an_administrators_day_comes_first():
    clock.enter_working_days({date(2008, 3, 17): False, date(2061, 10, 1): True})
    assert not clock.is_working_day(date(2008, 3, 17))
    assert clock.is_working_day(date(2061, 10, 1))
    assert clock.is_arranged(2061)
    assert not clock.is_arranged(2062)


def test_a_deadline_skips_the_golden_week():
    assert clock.add_working_days(date(2007, 9, 28), 2) == date(2007, 9, 30)
    assert clock.add_working_days(date(2007, 9, 30), 1) == date(2007, 10, 8)
    assert clock.add_working_days(date(2008, 3, 17), 0) == date(2008, 3, 17)
    with pytest.raises(ValueError, match="negative"):
        clock.add_working_days(date(2008, 3, 17), -1)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2007, 8, 31), 6, date(2008, 2, 29)),
        (date(2007, 12, 15), 1, date(2008, 1, 15)),
        (date(2007, 1, 31), 1, date(2007, 2, 28)),
        (date(2007, 6, 30), 24, date(2009, 6, 30)),
        (date(2007, 11, 30), 1, date(2007, 12, 30)),
    ],
)
def test_months_end_where_the_month_ends(start, months, end):
    assert clock.add_months(start, months) == end
