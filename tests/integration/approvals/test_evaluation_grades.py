"""What a final grade does to the owner's next project, and which evaluations can be reported."""

from datetime import date

import pytest

from approvals.queries import evaluations as reading
from approvals.queries import evidence
from approvals.rules.evaluation import EvaluationKind, EvaluationState, Grade
from approvals.services import conditions, evaluations
from approvals.tables.case import Case
from approvals.tables.evaluation import Evaluation
from budget.tables.annual_plan import AnnualPlanRow
from portfolio.foundation.errors import NotFound, Refused
from tests import procedure
from tests.evaluation import (
    IN_2010,
    at_rate,
    carried_to_final,
    exchanged,
    from_cast,
    people,
    running_project,
    self_report,
    spend,
)

K, S = EvaluationKind, EvaluationState


@pytest.fixture
def cast(database, clock):
    clock.move_to(IN_2010)
    return people()


@pytest.fixture
def project_id(cast):
    found = running_project(cast)
    spend(cast, found, 2009, received=500, paid=450)
    return found


@pytest.mark.parametrize(
    ("rate", "grade"), [("0.59", Grade.POOR), ("0.6", Grade.FAIR), ("1", Grade.EXCELLENT)]
)
def test_the_final_grade_is_what_the_plan_gate_sees_of_the_owners_other_projects(
    cast, project_id, rate, grade
):
    new = Case.get(Case.project == running_project(cast, name="农村信息网"))
    row = exchanged(cast, project_id, rate)
    assert evidence.grades(new) == ()
    evaluations.finalise(evaluation_id=row.id, actor=cast.officer)
    assert evidence.grades(new) == (("农业信息网", grade),)
    assert evidence.grades(Case.get(Case.project == project_id)) == ()


def refused_codes(cast, project_id):
    with pytest.raises(Refused) as refusal:
        procedure.submit(cast, project_id)
    return refusal.value.codes, [str(one.figure) for one in refusal.value.findings if one.code == "R18"]


def next_proposal(cast):
    return procedure.draft(
        cast,
        item=procedure.ORDINARY,
        name="气象灾害预警平台",
        planned_start=date(2010, 6, 1),
        planned_finish=date(2011, 12, 31),
    )


def test_a_poor_grade_shuts_the_plan_gate_to_the_owners_next_proposal(database, clock):
    clock.move_to(IN_2010)
    cast = procedure.with_cast()
    evaluators = from_cast(cast)
    earlier = running_project(evaluators)
    proposal = next_proposal(cast)
    row = exchanged(evaluators, earlier, "0.59")
    evaluations.finalise(evaluation_id=row.id, actor=cast.informatization)
    assert refused_codes(cast, proposal) == (("R18",), ["农业信息网"])
    conditions.override(
        project_id=proposal,
        rule="R18",
        reason="整改方案已获批准",
        expected_version=procedure.version(proposal),
        actor=cast.secretary,
    )
    procedure.submit(cast, proposal)
    assert procedure.standing(proposal) == ("initiation", "endorsing")


def test_a_fair_grade_and_one_that_is_not_final_leave_it_open(database, clock):
    clock.move_to(IN_2010)
    cast = procedure.with_cast()
    evaluators = from_cast(cast)
    carried_to_final(evaluators, running_project(evaluators), "0.6")
    exchanged(evaluators, running_project(evaluators, name="农村信息网"), "0.1")
    proposal = next_proposal(cast)
    procedure.submit(cast, proposal)
    assert procedure.standing(proposal) == ("initiation", "endorsing")


def test_a_self_grade_moves_no_money(cast, project_id):
    row = self_report(cast, project_id)
    evaluations.self_score(evaluation_id=row.id, scores=at_rate(row.id, "0.1"), actor=cast.applicant)
    evaluations.submit(evaluation_id=row.id, actor=cast.applicant)
    assert evaluations.finalise(evaluation_id=row.id, actor=cast.officer).grade is Grade.POOR
    assert evidence.grades(Case.get(Case.project == running_project(cast, name="农村信息网"))) == ()


def test_what_can_be_reported_is_listed_and_the_authoritys_final_one_comes_first(cast, project_id):
    code = reading.evaluation(self_report(cast, project_id).id).project_code
    assert reading.assessable() == []
    with pytest.raises(NotFound, match="没有可以出具报告的评价"):
        reading.latest(code)
    own = Evaluation.get(Evaluation.project == project_id)
    evaluations.self_score(evaluation_id=own.id, scores=at_rate(own.id, "0.9"), actor=cast.applicant)
    evaluations.submit(evaluation_id=own.id, actor=cast.applicant)
    assert [(row.project_code, row.kind) for row in reading.assessable()] == [(code, K.ANNUAL_SELF)]
    assert reading.latest(code).final is False
    evaluations.finalise(evaluation_id=own.id, actor=cast.officer)
    assert reading.latest(code).kind is K.ANNUAL_SELF
    carried_to_final(cast, project_id)
    assert reading.latest(code).kind is K.EVALUATION
    assert [row.kind for row in reading.of_project(project_id)] == [K.ANNUAL_SELF, K.EVALUATION]


def test_a_fair_grade_cuts_what_the_next_project_is_listed_with(database, clock):
    clock.move_to(IN_2010)
    cast = procedure.with_cast()
    evaluators = from_cast(cast)
    carried_to_final(evaluators, running_project(evaluators), "0.6")
    project_id = next_proposal(cast)
    for step in (procedure.to_countersign, procedure.approve, procedure.study, procedure.design):
        step(cast, project_id)
    asked = procedure._funding_of(project_id, 2010)
    with pytest.raises(Refused) as refusal:
        procedure.list_in_plan(cast, project_id, amount=asked)
    [found] = [one for one in refusal.value.findings if one.blocks]
    assert (found.code, str(found.limit)) == ("CUT", str(asked.share(90, 100)))
    assert AnnualPlanRow.select().count() == 0
    row = procedure.list_in_plan(cast, project_id, amount=asked.share(90, 100))
    assert row.amount == asked.share(90, 100)
    conditions.override(
        project_id=project_id,
        rule="CUT",
        reason="民生急需",
        expected_version=procedure.version(project_id),
        actor=cast.secretary,
    )
    assert procedure.list_in_plan(cast, project_id, amount=asked).amount == asked
