"""What a selection is worth, takes, breaks and leaves out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from approvals.rules.choice import (
    LeastShare,
    Need,
    Option,
    Picked,
    Pin,
    Problem,
    Room,
    ShareOf,
    difference,
    findings,
    keeps,
    usage,
    why_left_out,
    worth,
)
from portfolio.foundation.errors import NotFound
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource
from tests.unit.approvals.samples import rules

CITY, COUNTY = FundingSource.MUNICIPAL, FundingSource.DISTRICT


def wan(amount):
    return Money.from_wan(amount)


def option(number, amount, *, county=0, box="B1", pin=None):
    needs = [Need(CITY, wan(amount), wan(amount))]
    if county:
        needs.append(Need(COUNTY, wan(county), wan(county)))
    return Option(number, f"XM-{number}", 8000, tuple(needs), box, "", pin)


def problem(*options, ceiling=100, taken=0, assumed=None, shares=()):
    limit = None if ceiling is None else wan(ceiling)
    room = Room(CITY, limit, wan(taken), None if assumed is None else wan(assumed))
    return Problem(options, (room,), shares)


def failed(asked, chosen, *, final=False):
    return [(one.code, one.level.value) for one in findings(asked, chosen, final=final) if not one.passed]


def test_worth_adds_score_marks_and_being_built():
    book = rules(date(2008, 3, 3))
    found = worth(Decimal("85.3333"), 2, continuing=True, rulebook=book)
    assert [points for _, points in found.parts] == [Decimal("85.33"), 10, 20]
    assert found.value == 11533
    assert worth(None, 0, continuing=False, rulebook=book).value == 7000
    with pytest.raises(NotFound):
        worth(None, 0, continuing=False, rulebook=rules(date(2005, 1, 1)))


def test_only_a_source_with_a_ceiling_can_be_passed():
    asked = problem(option(1, 60, county=900), taken=30)
    [city, county] = usage(asked, {1})
    assert (city.left, city.over) == (wan(10), False)
    assert (county.left, county.over) == (None, False)
    assert keeps(asked, {1})


def test_a_passed_ceiling_warns_while_one_thinks_and_stops_when_it_is_handed_over():
    asked = problem(option(1, 60), option(2, 60))
    assert failed(asked, {1}) == []
    assert failed(asked, {1, 2}) == [("CEILING", "warn")]
    assert failed(asked, {1, 2}, final=True) == [("CEILING", "block")]
    assert failed(problem(option(1, 60), ceiling=None), {1}, final=True) == [("CEILING", "block")]


def test_a_ceiling_that_others_have_passed_already_binds_nobody_who_takes_nothing():
    asked = problem(option(1, 60), ceiling=100, taken=130)
    assert keeps(asked, set())
    assert not keeps(asked, {1})


def test_an_assumed_ceiling_stands_in_for_the_real_one():
    asked = problem(option(1, 60), ceiling=50, assumed=60)
    assert keeps(asked, {1})
    assert "假定规模" in str(findings(asked, {1})[0].what)


def test_pins_and_shares_are_conditions():
    share = LeastShare(ShareOf.BOX, "B2", 50)
    asked = problem(
        option(1, 30, pin=Pin.IN), option(2, 29, box="B2"), option(3, 1, pin=Pin.OUT), shares=(share,)
    )
    assert failed(asked, {3}) == [("PIN", "warn"), ("PIN", "warn"), ("SHARE", "warn")]
    assert failed(asked, {1, 2}) == [("SHARE", "warn")]
    assert keeps(problem(option(1, 30), option(2, 30, box="B2"), shares=(share,)), {1, 2})


@pytest.mark.parametrize(
    ("asked", "chosen", "why"),
    [
        (problem(option(1, 50, pin=Pin.OUT)), set(), "指定不列入"),
        (problem(option(1, 150)), set(), "单独一项就超过可用规模：需要 150.00万元，可用 100.00万元"),
        (problem(option(1, 60), option(2, 60)), {2}, "余额不足：需要 60.00万元，尚余 40.00万元"),
        (problem(option(1, 50)), set(), "余额足够，未勾选"),
        (
            problem(option(1, 10), option(2, 9, box="B2"), shares=(LeastShare(ShareOf.BOX, "B2", 60),)),
            {2},
            "列入后不能满足最低占比",
        ),
    ],
)
def test_why_a_project_is_out(asked, chosen, why):
    assert str(why_left_out(asked, chosen, asked.options[0])) == why


def test_selections_differ_by_projects_and_by_amounts():
    found = difference(Picked({1: wan(1), 2: wan(2)}), Picked({2: wan(3), 4: wan(4)}))
    assert (found.first, found.second) == ((1,), (4,))
    assert found.amounts == ((2, wan(2), wan(3)),)
