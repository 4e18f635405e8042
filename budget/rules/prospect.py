"""What the decided projects will still realise, year by year, as their approved schedules say."""

from __future__ import annotations

from collections.abc import Mapping

from portfolio.foundation.money import Money


def still_to_come(schedule: Mapping[int, Money], realised: Money, running: int) -> dict[int, Money]:
    """What of a scheduled investment is still to be realised, by the year in which it is expected.

    Args:
        schedule: the investment decided, by the year that it is scheduled for.
        realised: what is realised so far; it goes to the earliest years first.
        running: the year that is running; what earlier years left undone is expected in it.
    """
    done = realised
    expected: dict[int, Money] = {}
    for year in sorted(schedule):
        used = min(done, schedule[year])
        done -= used
        left = schedule[year] - used
        if left:
            place = max(year, running)
            expected[place] = expected.get(place, Money.ZERO) + left
    return expected
