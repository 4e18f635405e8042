"""What the system computes for an evaluation, from books and dossier as they really lie in the database."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from approvals.queries.evaluations import evaluation
from approvals.rules.evaluation import EvaluationKind
from approvals.rules.scoring import ScoreInput
from approvals.services import evaluations
from budget.rules.words import EntryKind, Measure
from portfolio.foundation.clock import ZONE
from portfolio.foundation.errors import Invalid
from portfolio.services import dossier, progress
from portfolio.tables.project import Project
from tests.evaluation import (
    AS_OF,
    IN_2010,
    authority_evaluation,
    people,
    post,
    running_project,
    self_report,
    spend,
)


@pytest.fixture
def cast(database, clock):
    clock.move_to(IN_2010)
    return people()


@pytest.fixture
def project_id(cast):
    found = running_project(cast)
    spend(cast, found, 2008, received=500, paid=400)
    spend(cast, found, 2009, received=450, paid=440)
    return found


def computed(row):
    return {
        line.indicator.code: (line.computed_value, line.computed_score) for line in evaluation(row.id).lines
    }


def test_the_annual_self_evaluation_computes_its_year(cast, project_id):
    row = self_report(cast, project_id, 2009)
    assert row.as_of == AS_OF
    assert computed(row) == {
        "execution": (Decimal("0.88"), Decimal("8.8")),  # 440 of the year's budget of 500
        "quantity": (Decimal("0.9"), Decimal("13.5")),
        "quality": (1, 15),
        "timeliness": (Decimal("0.9"), Decimal(9)),  # of 2009: the one that came 30 of 300 days late
        "cost": (1, 10),
        "benefit": (1, 30),
        "satisfaction": (1, 10),
    }


def test_the_evaluation_computes_the_whole_project(cast, project_id):
    found = computed(authority_evaluation(cast, project_id))
    assert found["A12"] == (1, 3)
    assert found["B11"] == (Decimal("0.95"), Decimal("3.8"))  # 950 received of 1000
    assert found["B12"] == (Decimal("0.8842"), Decimal("4.42"))  # 840 paid of 950
    assert found["C11"] == (Decimal("0.9667"), Decimal("9.67"))  # two milestones, and 36 of 40
    assert found["C31"] == (Decimal("0.95"), Decimal("7.6"))
    assert found["C41"] == (None, None)
    assert found["A11"] == (None, None)


def test_a_figure_that_answers_only_one_of_the_questions_is_shown_and_not_scored(cast, project_id):
    lines = {
        line.indicator.code: line for line in evaluation(authority_evaluation(cast, project_id).id).lines
    }
    assert lines["B22"].computed_value == 1
    assert lines["B22"].computed_score is None
    assert lines["B22"].computed_note == "没有调整事项"
    assert lines["D12"].computed_evidence == (("部门满意度", "目标不低于 85%，实际 85%"),)


def test_what_cannot_be_computed_says_why(cast, project_id):
    lines = {
        line.indicator.code: line for line in evaluation(authority_evaluation(cast, project_id).id).lines
    }
    assert lines["C41"].computed_note == "尚未决算，无法计算成本节约率"
    assert ("计划成本", "1,000.00万元") in lines["C41"].computed_evidence


def test_the_books_are_read_as_of_the_day(cast, project_id):
    row = evaluations.open_one(project_id=project_id, kind=EvaluationKind.EVALUATION, actor=cast.officer)
    evaluations.compute(evaluation_id=row.id, as_of=date(2009, 11, 29), actor=cast.officer)
    assert computed(row)["B12"] == (Decimal("0.4211"), Decimal("2.11"))  # 400 of 950: the last was paid later
    evaluations.compute(evaluation_id=row.id, as_of=date(2008, 2, 29), actor=cast.officer)
    assert computed(row)["B12"] == (None, None)
    assert computed(row)["B11"] == (0, 0)
    assert computed(row)["C31"] == (None, None)  # nothing was due


def test_the_year_is_measured_against_the_adjusted_budget_with_the_initial_one_beside(cast, project_id):
    line = spend(cast, running_project(cast, name="农村信息网"), 2009, received=500, paid=450)
    post(cast, line, EntryKind.ADJUST, Measure.ALLOTTED, 100, date(2009, 9, 1))
    lines = evaluation(self_report(cast, line.project_id).id).lines
    assert lines[0].computed_value == Decimal("0.75")
    assert dict(lines[0].computed_evidence) == {
        "全年执行数": "450.00万元",
        "全年预算数": "600.00万元",
        "年初预算数": "500.00万元",
        "按年初预算数计": "90.00%",
    }


def test_a_reversed_allotment_was_never_the_budget(cast, project_id):
    line = spend(cast, running_project(cast, name="农村信息网"), 2009, received=400, paid=300)
    wrong = post(cast, line, EntryKind.ALLOT, Measure.ALLOTTED, 100, date(2009, 2, 1))
    post(cast, line, EntryKind.REVERSE, Measure.ALLOTTED, -100, date(2009, 2, 2), corrects=wrong)
    evidence = dict(evaluation(self_report(cast, line.project_id).id).lines[0].computed_evidence)
    assert (evidence["全年预算数"], evidence["年初预算数"]) == ("500.00万元", "500.00万元")


def test_a_later_baseline_does_not_excuse_a_delay(cast):
    project = dossier.create(
        owner_id=cast.unit.id,
        fields={"name": "信息亭", "planned_start": date(2009, 1, 1)},
        actor=cast.applicant,
    )
    spend(cast, project.id, 2009, received=500, paid=500)
    for planned_on, reason in ((date(2009, 4, 11), ""), (date(2009, 12, 31), "招标延期")):
        plan_milestones(cast, project.id, "上线", planned_on=planned_on)
        progress.fix_baseline(project_id=project.id, reason=reason, actor=cast.applicant)
    progress.reach_milestone(
        project_id=project.id, name="上线", actual_on=date(2009, 5, 21), actor=cast.applicant
    )
    lines = {one.indicator.code: one for one in evaluation(self_report(cast, project.id).id).lines}
    assert lines["timeliness"].computed_value == Decimal("0.6")  # 40 of 100 days late
    assert "首次基线 2009-04-11" in lines["timeliness"].computed_evidence[0][1]


@pytest.mark.parametrize(
    ("dropped_at", "measured"),
    [(datetime(2009, 3, 2, 10, tzinfo=ZONE), {"乙"}), (IN_2010, {"甲", "乙"})],
)
def test_what_was_dropped_by_the_day_or_never_promised_is_not_measured(cast, clock, dropped_at, measured):
    project = dossier.create(
        owner_id=cast.unit.id,
        fields={"name": "信息亭", "planned_start": date(2009, 1, 1)},
        actor=cast.applicant,
    )
    spend(cast, project.id, 2009, received=500, paid=500)
    clock.move_to(dropped_at)
    for names in (("甲", "乙"), ("乙", "丙")):
        plan_milestones(cast, project.id, *names)
        if "甲" in names:
            progress.fix_baseline(project_id=project.id, actor=cast.applicant)
    clock.move_to(IN_2010)
    found = {one.indicator.code: one for one in evaluation(self_report(cast, project.id).id).lines}
    assert {name for name, _ in found["timeliness"].computed_evidence} == measured


def plan_milestones(cast, project_id, *names, planned_on=date(2009, 4, 11)):
    progress.set_milestones(
        project_id=project_id,
        rows=[{"name": name, "planned_on": planned_on} for name in names],
        expected_version=Project.get_by_id(project_id).version,
        actor=cast.applicant,
    )


def test_computing_again_follows_the_facts_and_takes_back_what_was_taken_over(cast, project_id):
    row = self_report(cast, project_id)
    scores = {"quantity": ScoreInput(Decimal("13.5")), "execution": ScoreInput(Decimal("8.8"))}
    kept = {"quality": ScoreInput(Decimal(14), "有两次中断")}
    evaluations.self_score(evaluation_id=row.id, scores={**scores, **kept}, actor=cast.applicant)
    progress.record_achieved(
        project_id=project_id, rows=[{"name": "接入部门", "actual": "40"}], actor=cast.applicant
    )
    evaluations.compute(evaluation_id=row.id, as_of=AS_OF, actor=cast.applicant)
    lines = {one.indicator.code: one for one in evaluation(row.id).lines}
    assert lines["quantity"].computed_score == 15
    assert lines["quantity"].self_score is None
    assert lines["quantity"].self_by == ""
    assert lines["execution"].self_score == Decimal("8.8")
    assert lines["quality"].self_score == 14


@pytest.mark.parametrize("day", [date(2010, 3, 2), date(2009, 12, 30)])
def test_figures_are_of_no_day_to_come_and_of_no_unfinished_year(cast, project_id, day):
    row = self_report(cast, project_id)
    with pytest.raises(Invalid) as refusal:
        evaluations.compute(evaluation_id=row.id, as_of=day, actor=cast.applicant)
    assert list(refusal.value.fields) == ["as_of"]
    assert evaluation(row.id).as_of == AS_OF
