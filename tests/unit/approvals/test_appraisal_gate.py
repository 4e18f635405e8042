"""先评估后建设: what a study must hold, who may score it, and when it has passed."""

from decimal import Decimal

import pytest

from approvals.rules.appraisal_gate import (
    ExpertFacts,
    ScoreFact,
    StudyFacts,
    appraisal_gate,
    expert_findings,
    panel_gate,
    panel_result,
)
from portfolio.rules.dossier import Part
from tests.unit.approvals.samples import IN_2006, IN_2008, IN_2020, dossier, outcome, rules, wan


def panel(*points, conflict=()):
    given = [ScoreFact(f"专家{number}", score) for number, score in enumerate(points, 1)]
    return [*given, *(ScoreFact(name, None, conflict=True) for name in conflict)]


def study(total=1000, **changes):
    return StudyFacts(dossier(Part.FEASIBILITY, total, **changes), wan(1000), "B1-G1-02")


@pytest.mark.parametrize("day", [IN_2006, IN_2008, IN_2020])
def test_a_complete_study_passes_under_every_rulebook(day):
    found = outcome(appraisal_gate(study(), rules(day)))
    assert found.blocked == ()
    assert ("R06" in found.passed) is (day == IN_2020)


def test_one_alternative_is_no_choice():
    only = dossier(Part.FEASIBILITY).alternatives[:1]
    assert outcome(appraisal_gate(study(alternatives=only), rules(IN_2008))).blocked == ("ALTERNATIVES",)


def test_the_catalogue_of_resources_is_asked_for_from_2020():
    bare = study(resources=())
    assert outcome(appraisal_gate(bare, rules(IN_2008))).blocked == ()
    assert outcome(appraisal_gate(bare, rules(IN_2020))).blocked == ("R06",)


def test_a_much_dearer_study_goes_back_to_stage_one():
    assert outcome(appraisal_gate(study(1101), rules(IN_2008))).blocked == ("MATERIAL",)


# --- experts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expert", "blocked"),
    [
        (ExpertFacts("甲", True, 50, False), ()),
        (ExpertFacts("乙", False, 50, False), ("APPRAISAL",)),
        (ExpertFacts("丙", True, 3, False), ("CONFLICT",)),
        (ExpertFacts("丁", True, 4, False), ("CONFLICT",)),
        (ExpertFacts("戊", True, 50, True), ("CONFLICT",)),
    ],
)
def test_experts_come_from_outside_the_project(expert, blocked):
    owner_and_participant = frozenset({3, 4})
    assert outcome(expert_findings(expert, owner_and_participant, rules(IN_2008))).blocked == blocked


@pytest.mark.parametrize(
    ("scores", "mean", "passed"),
    [
        (panel(70, 70, 70), "70.0", True),
        (panel(69, 70, 70), "69.7", False),
        (panel(100, 100), "100.0", False),  # two are too few however many points they give
        (panel(90, 80, conflict=("戊",)), "85.0", False),  # a declared conflict is no score
        (panel(70, 70, None), "70.0", False),
        (panel(), None, False),
    ],
)
def test_enough_experts_must_give_enough_points(scores, mean, passed):
    result = panel_result(scores, rules(IN_2008))
    assert result.mean == (None if mean is None else Decimal(mean))
    assert result.passed is passed


def test_the_panel_waits_for_everybody_who_was_asked():
    found = outcome(panel_gate(panel(80, 80, 80, None), rules(IN_2008)))
    assert found.blocked == ("PANEL",)
    assert "R02" in found.passed


def test_too_few_experts_cannot_conclude():
    found = panel_gate(panel(80, 80), rules(IN_2008))
    assert outcome(found).blocked == ("PANEL", "R02")
    assert str(found[-1].what) == "评分不足，尚不能判定是否通过", "good marks have not failed"


def test_a_wide_spread_is_shown_and_stops_nobody():
    found = outcome(panel_gate(panel(95, 75, 74), rules(IN_2008)))
    assert (found.blocked, found.warned) == ((), ("SPREAD",))
    assert "SPREAD" in outcome(panel_gate(panel(94, 75, 74), rules(IN_2008))).passed


def test_a_study_below_the_mark_is_refused_with_mean_and_mark():
    [found] = [found for found in panel_gate(panel(60, 65, 70), rules(IN_2008)) if found.blocks]
    assert (found.code, str(found.figure), str(found.limit)) == ("R02", "平均65.0分", "70分")
