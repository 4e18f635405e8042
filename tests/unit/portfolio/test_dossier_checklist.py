"""The checklist of each part, track and route: what it asks, and what it says when something lacks."""

from dataclasses import replace
from datetime import date

import pytest

from portfolio.foundation.errors import Level
from portfolio.rules.dossier import Part, Route, TargetAspect, Track, checklist
from portfolio.rules.dossier.facts import ResourceFact
from portfolio.rules.dossier.words import Sharing
from tests.unit.portfolio.dossier_samples import (
    DESIGN,
    ITEM,
    PROPOSAL,
    RULES_2007,
    RULES_2020,
    STUDY,
    Rulebook,
    estimate,
    funding,
    target,
    way,
)

PROPOSAL_FORM = ["NEED", "CONTENT", "GOALS", "RELATION", "DELIVERY_MODE", "SCHEDULE"]
STUDY_ONLY = ["ALTERNATIVES", "UPKEEP", "CHOSEN", "CHOSEN_COST", "R06", "ONE_SOURCE"]
MONEY = ["ESTIMATE", "FUNDING_SUM", "FUNDING_START", "FUNDING_PERIOD"]
TARGETS = ["TARGETS_OUTPUT", "TARGETS_BENEFIT", "TARGETS_SATISFACTION"]


def found(dossier, rules=RULES_2007):
    """The findings by code; every code once."""
    findings = checklist(dossier, dossier.part, rules)
    by_code = {finding.code: finding for finding in findings}
    assert len(by_code) == len(findings)
    return by_code


def failed(dossier, rules=RULES_2007):
    return [code for code, finding in found(dossier, rules).items() if not finding.passed]


@pytest.mark.parametrize(
    ("dossier", "codes"),
    [
        (
            PROPOSAL,
            ["R01", *PROPOSAL_FORM, *MONEY, "INDICATORS", *TARGETS],
        ),
        (
            STUDY,
            ["R01", "CONTENT", "RISKS", "SCHEDULE", *MONEY, *TARGETS, *STUDY_ONLY],
        ),
        (DESIGN, ["R01", "CONTENT", "SCHEDULE", *MONEY, "CATEGORIES"]),
        (
            replace(PROPOSAL, track=Track.FILING, funding=funding(("enterprise", 2007, 1000))),
            ["R01", "CONTENT", "SCHEDULE", "ESTIMATE", "FUNDING_SUM", "FISCAL_SOURCES"],
        ),
        (replace(PROPOSAL, route=Route.CONFIDENTIAL), ["R01", *MONEY]),
        (replace(STUDY, route=Route.CONFIDENTIAL), ["R01", *MONEY]),
    ],
    ids=["proposal", "study", "design", "filing", "confidential", "confidential-study"],
)
def test_a_complete_dossier_passes_every_check_of_its_part(dossier, codes):
    findings = found(dossier, RULES_2020)
    assert list(findings) == codes
    assert failed(dossier, RULES_2020) == []
    assert all(finding.remedy is None and finding.basis for finding in findings.values())


def test_a_dossier_is_judged_as_the_part_it_is():
    with pytest.raises(ValueError, match="proposal cannot be judged as design"):
        checklist(PROPOSAL, Part.DESIGN, RULES_2007)


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        ({"need": ""}, "NEED", "未填写建设必要性"),
        ({"content": ""}, "CONTENT", "未填写建设内容"),
        ({"goals": ""}, "GOALS", "未填写建设目标"),
        ({"relation_to_existing": ""}, "RELATION", "未填写与已建、在建系统的关系"),
        ({"delivery_mode": None}, "DELIVERY_MODE", "未填写建设模式"),
        ({"planned_start": None}, "SCHEDULE", "未填写计划开工和完工时间"),
        ({"planned_finish": None}, "SCHEDULE", "未填写计划开工和完工时间"),
        ({"indicators": ()}, "INDICATORS", "未说明服务于哪项规划指标"),
    ],
)
def test_what_the_proposal_lacks_is_named_with_its_remedy(change, code, sentence):
    lacking = replace(PROPOSAL, **change)
    assert failed(lacking) == [code]
    finding = found(lacking)[code]
    assert str(finding.what) == sentence
    assert finding.blocks
    assert finding.remedy is not None
    assert finding.basis == "申报材料编制要求"


def test_the_study_asks_for_the_risks():
    assert failed(replace(STUDY, risks="")) == ["RISKS"]


def test_an_empty_draft_fails_everything_it_is_asked_and_falls_over_nothing():
    empty = replace(
        PROPOSAL, plan_item=None, need="", content="", goals="", relation_to_existing="", delivery_mode=None,
        planned_start=None, planned_finish=None, estimate=(), funding=(), indicators=(), targets=(),
    )  # fmt: skip
    assert failed(empty) == [
        "R01", "NEED", "CONTENT", "GOALS", "RELATION", "DELIVERY_MODE", "SCHEDULE", "ESTIMATE",
        "FUNDING_SUM", "INDICATORS", *TARGETS,
    ]  # fmt: skip
    assert failed(replace(empty, part=Part.DESIGN)) == [
        "R01", "CONTENT", "SCHEDULE", "ESTIMATE", "FUNDING_SUM", "CATEGORIES",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("aspects", "missing"),
    [
        ([TargetAspect.QUALITY, TargetAspect.ECONOMIC], "TARGETS_SATISFACTION"),
        ([TargetAspect.SUSTAINABLE, TargetAspect.SATISFACTION], "TARGETS_OUTPUT"),
        ([TargetAspect.COST, TargetAspect.TIMELINESS, TargetAspect.SATISFACTION], "TARGETS_BENEFIT"),
    ],
)
def test_targets_are_set_on_every_side(aspects, missing):
    lacking = replace(PROPOSAL, targets=tuple(target(aspect) for aspect in aspects))
    assert failed(lacking) == [missing]


# --- the plan -----------------------------------------------------------------------------------------------


def test_no_plan_item_is_refused_by_rule_and_basis():
    finding = found(replace(PROPOSAL, plan_item=None))["R01"]
    assert (finding.blocks, str(finding.what), finding.basis) == (True, "未挂接规划项目", "先规划后立项")
    assert "增补" in str(finding.remedy)


def test_a_reason_for_an_amendment_is_not_yet_an_amendment():
    finding = found(replace(PROPOSAL, plan_item=None, amendment_reason="新的需要"))["R01"]
    assert (finding.passed, str(finding.what)) == (False, "拟增补的项目尚未列入规划")


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "in_force"),
    [
        (date(2006, 1, 1), date(2007, 3, 1), True),
        (date(2007, 3, 1), None, True),
        (date(2006, 1, 1), date(2007, 2, 28), False),
        (date(2007, 3, 2), None, False),
    ],
)
def test_the_item_is_in_force_on_the_day_of_judgement(valid_from, valid_to, in_force):
    item = replace(ITEM, valid_from=valid_from, valid_to=valid_to)
    finding = found(replace(PROPOSAL, plan_item=item))["R01"]
    assert finding.passed is in_force
    if not in_force:
        assert str(finding.what) == "所挂接的规划项目 B1-G1-02 在 2007-03-01 不在有效期内"


def test_a_rule_that_is_not_in_force_asks_nothing():
    no_rules = Rulebook(date(2007, 3, 1), {})
    assert "R01" not in found(replace(PROPOSAL, plan_item=None), no_rules)


# --- alternatives and resources -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ways", "codes"),
    [
        ((), ["ALTERNATIVES", "UPKEEP", "CHOSEN"]),
        ((way("甲", 1000, chosen=True),), ["ALTERNATIVES"]),
        ((way("甲", 1000), way("乙", 900)), ["CHOSEN"]),
        ((way("甲", 1000, chosen=True), way("乙", 900, chosen=True)), ["CHOSEN"]),
        ((way("甲", 999, chosen=True), way("乙", 900)), ["CHOSEN_COST"]),
        ((way("甲", 1000, chosen=True), way("乙", 900, years=4)), ["UPKEEP"]),
    ],
)
def test_alternatives_are_two_with_whole_life_cost_and_one_chosen(ways, codes):
    assert failed(replace(STUDY, alternatives=ways)) == codes


def test_the_chosen_way_costs_what_the_estimate_says_to_the_fen():
    finding = found(replace(STUDY, alternatives=(way("甲", 999, chosen=True), way("乙", 1))))["CHOSEN_COST"]
    assert (str(finding.figure), str(finding.limit)) == ("999.00万元", "1,000.00万元")


def test_who_has_not_listed_the_upkeep_is_named():
    ways = (way("甲", 1000, chosen=True), way("乙", 900, years=4), way("丙", 900, years=0))
    assert str(found(replace(STUDY, alternatives=ways))["UPKEEP"].figure) == "乙、丙"


def test_catalogue_and_sharing_plan_are_asked_for_once_the_rule_is_in_force():
    bare = replace(STUDY, resources=(), sharing_plan="")
    assert "R06" not in found(bare, RULES_2007)
    assert failed(bare, RULES_2020) == ["R06"]
    assert failed(replace(STUDY, sharing_plan=""), RULES_2020) == ["R06"]
    assert found(bare, RULES_2020)["R06"].basis == "国办发〔2019〕57号"


def test_data_with_two_sources_warns_and_does_not_block():
    disputed = ResourceFact("人口信息", "市公安局", Sharing.NONE, "涉及隐私", ("市计生委",))
    finding = found(replace(STUDY, resources=(*STUDY.resources, disputed)))["ONE_SOURCE"]
    assert (finding.passed, finding.level, finding.blocks) == (False, Level.WARN, False)
    assert str(finding.figure) == "人口信息"


# --- tracks and routes --------------------------------------------------------------------------------------


def test_a_filed_project_takes_no_fiscal_money():
    filed = replace(PROPOSAL, track=Track.FILING)
    assert failed(filed) == ["FISCAL_SOURCES"]
    finding = found(filed)["FISCAL_SOURCES"]
    assert (str(finding.figure), finding.blocks) == ("1,000.00万元", True)
    assert "政府投资" in str(finding.remedy)


def test_a_confidential_project_is_checked_for_plan_link_and_totals_alone():
    bare = replace(
        PROPOSAL, route=Route.CONFIDENTIAL, need="", content="", goals="", targets=(), indicators=()
    )
    assert failed(bare) == []
    assert failed(replace(bare, plan_item=None, estimate=estimate(other=1))) == ["R01", "FUNDING_SUM"]
