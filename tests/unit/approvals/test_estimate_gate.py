"""The approved investment holds the estimate; nothing is listed or built before both."""

from datetime import date

import pytest

from approvals.rules.book import OpenCondition
from approvals.rules.estimate_gate import (
    BuildFacts,
    DesignFacts,
    against_approved,
    annual_plan_gate,
    build_gate,
    estimate_gate,
)
from portfolio.foundation.money import Money
from portfolio.rules.dossier import CostCategory, Part
from portfolio.rules.dossier.facts import EstimateFact
from tests.unit.approvals.samples import IN_2006, IN_2008, IN_2020, dossier, outcome, rules, wan

OWED = OpenCondition("补充安全方案", "市信息产业局", date(2008, 5, 1))


def design(total=1000, **changes):
    return DesignFacts(dossier(Part.DESIGN, total, **changes), wan(1000))


@pytest.mark.parametrize("day", [IN_2006, IN_2008, IN_2020])
def test_a_design_within_the_approved_investment_passes(day):
    assert outcome(estimate_gate(design(), rules(day))).blocked == ()


def test_no_estimate_is_fixed_without_an_appraisal():
    found = against_approved(wan(1000), None, "", rules(IN_2008))
    assert outcome(found).blocked == ("R02",)
    assert len(found) == 1  # there is nothing to hold the estimate against


@pytest.mark.parametrize(
    ("estimate", "explanation", "blocked"),
    [
        (wan(1000), "", ()),
        (Money(wan(1000).fen + 1), "", ("R05",)),
        (Money(wan(1000).fen + 1), "设备涨价", ()),
        (wan(1100), "设备涨价", ()),
        (Money(wan(1100).fen + 1), "设备涨价", ("R04",)),
        (Money(wan(1100).fen + 1), "", ("R04", "R05")),
    ],
)
def test_ten_per_cent_is_the_end_and_anything_above_nothing_is_explained(estimate, explanation, blocked):
    assert outcome(against_approved(estimate, wan(1000), explanation, rules(IN_2008))).blocked == blocked


def test_before_2007_the_ten_per_cent_rule_asks_nothing():
    assert against_approved(wan(2000), wan(1000), "", rules(IN_2006))[1:] == []


def test_from_2020_more_than_ten_per_cent_warns():
    found = outcome(against_approved(wan(1200), wan(1000), "政策调整", rules(IN_2020)))
    assert (found.blocked, found.warned) == ((), ("R04",))


def test_one_lump_of_other_costs_is_no_estimate():
    lump = (EstimateFact(CostCategory.OTHER, "打包", wan(1000)),)
    assert outcome(estimate_gate(design(estimate=lump), rules(IN_2008))).blocked == ("CATEGORIES",)


def test_an_open_condition_stops_the_estimate():
    facts = DesignFacts(dossier(Part.DESIGN), wan(1000), (OWED,))
    assert outcome(estimate_gate(facts, rules(IN_2008))).blocked == ("CONDITION",)


# --- the start of construction ------------------------------------------------------------------------------

READY = {
    "appraised": True,
    "estimate_fixed": True,
    "in_annual_plan": True,
    "year": 2008,
    "allotted": wan(300),
}


def test_construction_starts_when_everything_has_come_before():
    found = outcome(build_gate(BuildFacts(**READY), rules(IN_2008)))
    assert found.blocked == ()
    assert found.passed == {"R02", "BUILD", "R07", "ALLOTMENT", "CONDITION"}


@pytest.mark.parametrize("day", [IN_2006, IN_2008, IN_2020])
@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ({"appraised": False}, "R02"),
        ({"estimate_fixed": False}, "BUILD"),
        ({"in_annual_plan": False}, "R07"),
        ({"allotted": Money.ZERO}, "ALLOTMENT"),
        ({"conditions": (OWED,)}, "CONDITION"),
    ],
)
def test_whatever_is_missing_stops_construction_in_every_year(day, missing, code):
    assert outcome(build_gate(BuildFacts(**{**READY, **missing}), rules(day))).blocked == (code,)


def test_everything_that_is_missing_is_said_at_once():
    nothing = BuildFacts(False, False, False, 2008, Money.ZERO)
    assert outcome(build_gate(nothing, rules(IN_2008))).blocked == ("R02", "BUILD", "R07", "ALLOTMENT")


@pytest.mark.parametrize(
    ("appraised", "fixed", "blocked"),
    [(True, False, ()), (False, True, ()), (True, True, ()), (False, False, ("R07",))],
)
def test_only_what_is_appraised_or_fixed_is_listed_in_an_annual_plan(appraised, fixed, blocked):
    found = annual_plan_gate(appraised=appraised, estimate_fixed=fixed, rulebook=rules(IN_2006))
    assert outcome(found).blocked == blocked
