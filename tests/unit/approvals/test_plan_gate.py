"""先规划后立项: what a proposal must show, and which proposals do not get in."""

from dataclasses import replace
from datetime import date

import pytest

from approvals.rules.book import OpenCondition
from approvals.rules.evaluation import Grade
from approvals.rules.plan_gate import PlanFacts, combination, combined_gate, material_change, plan_gate
from portfolio.foundation.errors import say
from portfolio.rules.dossier import DuplicateReply, FundingSource, Part
from portfolio.rules.dossier.duplicates import Match, Thing
from portfolio.rules.dossier.facts import FundingFact
from tests.unit.approvals.samples import (
    IN_2006,
    IN_2008,
    IN_2020,
    ITEM,
    OTHER_ITEM,
    dossier,
    outcome,
    rules,
    wan,
)

TWIN = Match(Thing("project", 9, "XM2007-0004", "政务目录平台", "市统计局"), (say("名称相似90%"),))


@pytest.mark.parametrize("day", [IN_2006, IN_2008, IN_2020])
def test_a_complete_proposal_passes_under_every_rulebook(day):
    found = outcome(plan_gate(PlanFacts(dossier()), rules(day)))
    assert found.blocked == ()
    assert {"R01", "FUNDING_SUM", "DUPLICATES", "R18", "CONDITION"} <= found.passed
    assert ("R17" in found.passed) is (day == IN_2020)


def test_a_project_that_the_plan_does_not_hold_is_refused_with_the_plans_own_words():
    findings = plan_gate(PlanFacts(dossier(plan_item=None)), rules(IN_2006))
    [off_plan] = [found for found in findings if found.blocks]
    assert off_plan.code == "R01"
    assert "先规划后立项" in off_plan.basis
    assert "增补" in str(off_plan.remedy)


def test_a_reason_for_an_amendment_is_not_yet_an_amendment():
    wished = dossier(plan_item=None, amendment_reason="上级新要求")
    findings = plan_gate(PlanFacts(wished), rules(IN_2006))
    assert [str(found.what) for found in findings if found.blocks] == ["拟增补的项目尚未列入规划"]


def test_a_plan_item_that_is_out_of_force_does_not_count():
    ended = replace(ITEM, valid_to=date(2008, 3, 2))
    assert outcome(plan_gate(PlanFacts(dossier(plan_item=ended)), rules(IN_2008))).blocked == ("R01",)
    last_day = replace(ITEM, valid_to=IN_2008)
    assert outcome(plan_gate(PlanFacts(dossier(plan_item=last_day)), rules(IN_2008))).blocked == ()


def test_money_that_does_not_add_up_is_refused_to_the_fen():
    short = (FundingFact(FundingSource.MUNICIPAL, 2008, wan(999)),)
    [found] = [f for f in plan_gate(PlanFacts(dossier(funding=short)), rules(IN_2008)) if f.blocks]
    assert (found.code, str(found.figure), str(found.limit)) == ("FUNDING_SUM", "999.00万元", "1,000.00万元")


def test_everything_that_is_missing_is_said_at_once():
    empty = dossier(need="", content="", goals="", indicators=(), targets=(), estimate=(), funding=())
    blocked = outcome(plan_gate(PlanFacts(empty), rules(IN_2008))).blocked
    assert set(blocked) == {
        "NEED",
        "CONTENT",
        "GOALS",
        "ESTIMATE",
        "FUNDING_SUM",
        "INDICATORS",
        "TARGETS_OUTPUT",
        "TARGETS_BENEFIT",
        "TARGETS_SATISFACTION",
    }


def test_similar_projects_want_an_answer_each():
    assert outcome(plan_gate(PlanFacts(dossier(), (TWIN,)), rules(IN_2008))).blocked == ("DUPLICATES",)
    answered = replace(TWIN, reply=DuplicateReply.DIFFERS, answer="只管统计数据")
    assert outcome(plan_gate(PlanFacts(dossier(), (answered,)), rules(IN_2008))).blocked == ()


def test_unshared_systems_bar_new_projects_only_from_2020():
    facts = PlanFacts(dossier(), unshared_systems=("老办公系统",))
    assert outcome(plan_gate(facts, rules(IN_2008))).blocked == ()
    assert outcome(plan_gate(facts, rules(IN_2020))).blocked == ("R17",)


@pytest.mark.parametrize(("grade", "blocked"), [(Grade.POOR, ("R18",)), (Grade.FAIR, ()), (Grade.GOOD, ())])
def test_only_a_poor_grade_bars_the_next_project(grade, blocked):
    facts = PlanFacts(dossier(), grades=(("门户网站", grade),))
    assert outcome(plan_gate(facts, rules(IN_2008))).blocked == blocked


def test_an_open_condition_keeps_the_gate_shut_and_names_who_owes_it():
    owed = OpenCondition("补充安全方案", "市信息产业局", date(2008, 5, 1))
    [found] = [f for f in plan_gate(PlanFacts(dossier(), conditions=(owed,)), rules(IN_2008)) if f.blocks]
    assert found.code == "CONDITION"
    assert "补充安全方案" in str(found.what)
    assert (found.figure, found.limit) == (None, None), "nobody reads an owner as a figure"
    assert str(found.remedy) == "请市信息产业局落实后提交证明材料，期限 2008-05-01"


# --- proposal and study in one ------------------------------------------------------------------------------


def test_a_study_may_stand_for_the_proposal_up_to_thirty_million_yuan():
    assert outcome(combination(wan(3000), rules(IN_2008))).blocked == ()
    assert outcome(combination(wan(3001), rules(IN_2008))).blocked == ("R03",)


def test_before_the_rule_of_2007_stages_are_never_combined():
    assert outcome(combination(wan(100), rules(IN_2006))).blocked == ("R03",)


def test_a_combined_study_is_judged_as_study_and_as_proposal():
    study = dossier(Part.FEASIBILITY)
    found = outcome(combined_gate(PlanFacts(study), rules(IN_2008)))
    assert found.blocked == ()
    assert {"ALTERNATIVES", "NEED", "INDICATORS", "R01", "R03"} <= found.passed
    poor = dossier(Part.FEASIBILITY, need="", alternatives=())
    assert set(outcome(combined_gate(PlanFacts(poor), rules(IN_2008))).blocked) == {
        "ALTERNATIVES",
        "UPKEEP",
        "CHOSEN",
        "NEED",
    }


# --- still the same project? --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "item", "blocked"),
    [
        (1000, ITEM, ()),
        (1100, ITEM, ()),
        (1101, ITEM, ("MATERIAL",)),
        (1000, OTHER_ITEM, ("MATERIAL",)),
        (1000, None, ("MATERIAL",)),
    ],
)
def test_a_study_that_is_another_project_goes_back_to_its_decider(total, item, blocked):
    study = dossier(Part.FEASIBILITY, total, plan_item=item)
    assert outcome(material_change(wan(1000), "B1-G1-02", study, rules(IN_2006))).blocked == blocked


def test_without_an_approved_proposal_there_is_nothing_to_differ_from():
    assert material_change(None, "", dossier(Part.FEASIBILITY), rules(IN_2006)) == []
