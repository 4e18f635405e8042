"""The solver against brute force: never over a ceiling, never worse than any selection, ties by code."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.rules.choice import LeastShare, Need, Option, Pin, Problem, Room, ShareOf, keeps, value_of
from approvals.services.solving import solve
from portfolio.foundation.errors import Refused
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource

CITY, DISTRICT = FundingSource.MUNICIPAL, FundingSource.DISTRICT


def option(number, wan, value, *, pin=None, box="B1", zone="Z1", district=0):
    needs = [Need(CITY, Money.from_wan(wan), Money.from_wan(wan))]
    if district:
        needs.append(Need(DISTRICT, Money.from_wan(district), Money.from_wan(district)))
    return Option(number, f"XM-{number:03}", value, tuple(needs), box, zone, pin)


def problem(options, ceiling, *, shares=(), district=None):
    rooms = [Room(CITY, Money.from_wan(ceiling), Money.ZERO)]
    if district is not None:
        rooms.append(Room(DISTRICT, Money.from_wan(district), Money.ZERO))
    return Problem(tuple(options), tuple(rooms), tuple(shares))


def every_selection(asked):
    ids = [one.project_id for one in asked.options]
    for count in range(len(ids) + 1):
        for chosen in combinations(ids, count):
            if keeps(asked, chosen):
                yield frozenset(chosen)


def by_hand(asked):
    """The best by trying all: the largest value, and of equals the earliest codes."""
    order = sorted(asked.options, key=lambda one: one.code)
    return max(
        every_selection(asked),
        key=lambda chosen: (value_of(asked, chosen), [one.project_id in chosen for one in order]),
        default=None,
    )


fen = st.one_of(st.integers(1, 12), st.integers(10**9, 10**9 + 3), st.integers(1, 5 * 10**11))


@st.composite
def problems(draw):
    options = []
    for number in range(1, draw(st.integers(0, 10)) + 1):
        needs = [Need(CITY, amount := Money(draw(fen)), amount)]
        if draw(st.booleans()):
            needs.append(Need(DISTRICT, amount := Money(draw(fen)), amount))
        options.append(
            Option(
                number,
                f"XM-{draw(st.integers(0, 99)):02}-{number}",
                draw(st.one_of(st.integers(1, 5), st.integers(7000, 15000))),
                tuple(needs),
                draw(st.sampled_from(["B1", "B2"])),
                draw(st.sampled_from(["Z1", "Z2"])),
                draw(st.sampled_from([None, None, None, None, Pin.IN, Pin.OUT])),
            )
        )
    sums = {source: sum(one.takes(source).fen for one in options) or 1 for source in (CITY, DISTRICT)}
    rooms = tuple(
        Room(source, Money(draw(st.integers(0, most))), Money.ZERO) for source, most in sums.items()
    )
    shares = tuple(
        LeastShare(of, code, draw(st.integers(1, 100)))
        for of, code in draw(
            st.lists(st.sampled_from([(ShareOf.BOX, "B1"), (ShareOf.ZONE, "Z2")]), max_size=2, unique=True)
        )
    )
    return Problem(tuple(options), rooms, shares)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_nothing_beats_the_solver_and_it_breaks_nothing(asked):
    best = by_hand(asked)
    if best is None:
        with pytest.raises(Refused):
            solve(asked)
        return
    found = solve(asked)
    assert keeps(asked, found.chosen)
    assert found.value == found.bound == value_of(asked, best)
    assert found.chosen == best, "of equals the earliest codes"


def test_the_most_money_is_not_the_best_value():
    asked = problem([option(1, 900, 8000), option(2, 500, 7500), option(3, 500, 7500)], 1000)
    assert solve(asked).chosen == {2, 3}


def test_one_fen_too_many_is_too_many():
    big = Money.from_yi(90)
    options = [
        Option(1, "XM-001", 9000, (Need(CITY, big, big),)),
        Option(2, "XM-002", 9000, (Need(CITY, Money(big.fen + 1), Money(big.fen + 1)),)),
        Option(3, "XM-003", 100, (Need(CITY, Money(1), Money(1)),)),
    ]
    asked = Problem(tuple(options), (Room(CITY, big + big, Money.ZERO),))
    assert solve(asked).chosen == {1, 3}


def test_pins_are_kept_even_where_they_cost_value():
    asked = problem(
        [option(1, 600, 9000), option(2, 600, 7000, pin=Pin.IN), option(3, 1, 1, pin=Pin.OUT)], 1000
    )
    assert solve(asked).chosen == {2}


def test_what_must_be_in_and_does_not_fit_is_named():
    asked = problem([option(1, 600, 9000, pin=Pin.IN), option(2, 600, 9000, pin=Pin.IN)], 1000)
    with pytest.raises(Refused) as refused:
        solve(asked)
    assert refused.value.codes == ("CEILING",)


def test_a_share_that_the_pins_forbid_is_named():
    options = [option(1, 600, 9000, pin=Pin.IN), option(2, 300, 9000, box="B2")]
    with pytest.raises(Refused) as refused:
        solve(problem(options, 1000, shares=[LeastShare(ShareOf.BOX, "B2", 40)]))
    assert refused.value.codes == ("SHARE",)


def test_a_least_share_moves_the_choice():
    options = [option(1, 500, 9000), option(2, 500, 9000), option(3, 500, 7000, box="B2")]
    assert solve(problem(options, 1000)).chosen == {1, 2}
    assert solve(problem(options, 1000, shares=[LeastShare(ShareOf.BOX, "B2", 40)])).chosen == {1, 3}


def test_without_a_ceiling_nothing_is_solved():
    asked = Problem((option(1, 5, 9000),), (Room(CITY, None, Money.ZERO),))
    with pytest.raises(Refused) as refused:
        solve(asked)
    assert refused.value.codes == ("CEILING",)


def test_no_time_no_answer():
    with pytest.raises(Refused) as refused:
        solve(problem([option(1, 5, 9000)], 10), seconds=0)
    assert refused.value.codes == ("TIME",)
