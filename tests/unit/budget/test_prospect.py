"""What is still to come of a scheduled investment."""

from __future__ import annotations

from budget.rules.prospect import still_to_come
from portfolio.foundation.money import Money

yi = Money.from_yi
SCHEDULE = {2009: yi(2), 2010: yi(3), 2011: yi(1)}


def test_what_an_earlier_year_left_undone_is_expected_in_the_running_one() -> None:
    assert still_to_come(SCHEDULE, yi("0.5"), 2010) == {2010: yi("4.5"), 2011: yi(1)}


def test_what_is_realised_goes_to_the_earliest_years_first() -> None:
    assert still_to_come(SCHEDULE, yi(4), 2009) == {2010: yi(1), 2011: yi(1)}


def test_nothing_is_expected_of_what_is_realised_in_full_or_beyond() -> None:
    assert still_to_come(SCHEDULE, yi(6), 2010) == {}
    assert still_to_come(SCHEDULE, yi(9), 2010) == {}


def test_after_the_last_year_everything_undone_is_late() -> None:
    assert still_to_come(SCHEDULE, yi(5), 2012) == {2012: yi(1)}
    assert still_to_come({}, yi(5), 2012) == {}
