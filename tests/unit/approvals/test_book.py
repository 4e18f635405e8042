"""How gates read the rulebook: rules not in force ask nothing, overrides turn blocks into warnings."""

from datetime import date

import pytest

from approvals.rules.book import (
    OpenCondition,
    conditions_met,
    parameters,
    plus_percent,
    ruled,
    with_overrides,
)
from portfolio.foundation.errors import Level, NotFound, say
from portfolio.foundation.money import Money
from tests.unit.approvals.samples import IN_2006, IN_2008, IN_2020, outcome, rules

GOOD, BAD, REMEDY = say("好"), say("不好"), say("改好")


def judge(code, passed, day):
    return ruled(rules(day), code, passed, GOOD, BAD, remedy=REMEDY)


def test_a_rule_that_is_not_in_force_asks_nothing():
    assert judge("R06", False, IN_2008) == []
    assert outcome(judge("R06", False, IN_2020)).blocked == ("R06",)


def test_the_level_and_the_basis_are_those_of_the_day():
    [then], [now] = judge("R04", False, IN_2008), judge("R04", False, IN_2020)
    assert (then.level, then.basis) == (Level.BLOCK, "发改委令第55号第十三条")
    assert (now.level, now.basis) == (Level.WARN, "《政府投资条例》第十二条")


def test_a_passed_check_needs_no_remedy():
    [passed], [failed] = judge("R01", True, IN_2006), judge("R01", False, IN_2006)
    assert (passed.what, passed.remedy) == (GOOD, None)
    assert (failed.what, failed.remedy) == (BAD, REMEDY)


def test_a_threshold_that_cannot_be_done_without_is_asked_for_by_name():
    assert parameters(rules(IN_2006), "APPRAISAL")["experts_min"] == 3
    with pytest.raises(NotFound, match="2006-09-01 的规则库中没有规则 R09"):
        parameters(rules(IN_2006), "R09")


@pytest.mark.parametrize(("fen", "with_tenth"), [(1000, 1100), (999, 1099), (995, 1095), (994, 1093), (0, 0)])
def test_percentages_are_rounded_half_up_to_the_fen(fen, with_tenth):
    assert plus_percent(Money(fen), 10) == Money(with_tenth)


def test_every_open_condition_is_a_finding_of_its_own():
    owed = [
        OpenCondition("补充安全方案", "市信息产业局", date(2008, 5, 1)),
        OpenCondition("落实配套资金", "市财政局", date(2008, 6, 1)),
    ]
    assert outcome(conditions_met(owed, rules(IN_2008))).blocked == ("CONDITION", "CONDITION")
    assert outcome(conditions_met([], rules(IN_2008))).passed == {"CONDITION"}


def test_only_what_the_rulebook_lets_be_passed_over_is_passed_over():
    findings = [*judge("R06", False, IN_2020), *judge("R01", False, IN_2020)]
    granted = {"R06": "涉及国家安全", "R01": "领导要求"}
    found = outcome(with_overrides(findings, granted, rules(IN_2020)))
    assert (found.blocked, found.warned) == (("R01",), ("R06",))


def test_an_override_says_why_and_leaves_what_passed_alone():
    granted = {"R06": "涉及国家安全"}
    [turned] = with_overrides(judge("R06", False, IN_2020), granted, rules(IN_2020))
    assert str(turned.what) == "不好（经批准例外：涉及国家安全）"
    assert with_overrides(judge("R06", True, IN_2020), granted, rules(IN_2020)) == judge("R06", True, IN_2020)
