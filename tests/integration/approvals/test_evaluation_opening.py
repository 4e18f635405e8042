"""Who may open an evaluation of what, and whose scores and words it takes."""

from decimal import Decimal

import pytest

from approvals.queries import evaluations as reading
from approvals.rules.evaluation import EvaluationKind, EvaluationState, Section
from approvals.rules.scoring import ScoreInput
from approvals.rules.stages import Stage
from approvals.services import evaluations
from approvals.tables.evaluation import Evaluation, EvaluationScore
from portfolio.foundation import clock
from portfolio.foundation.db import IntegrityError, transaction, violated
from portfolio.foundation.errors import Forbidden, Invalid, NotFound, Refused
from portfolio.foundation.roles import Role
from tests import factories
from tests.evaluation import (
    AS_OF,
    IN_2010,
    at_rate,
    authority_evaluation,
    carried_to_final,
    held,
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


# --- opening ------------------------------------------------------------------------------------------------


def refused_opening(codes, **given):
    before = Evaluation.select().count()
    with pytest.raises(Refused) as refusal:
        evaluations.open_one(**given)
    assert refusal.value.codes == codes
    assert all(finding.basis for finding in refusal.value.findings)
    assert Evaluation.select().count() == before


def test_a_year_without_spending_is_not_evaluated(cast, project_id):
    refused_opening(("EV_SPENT",), project_id=project_id, kind=K.ANNUAL_SELF, year=2008, actor=cast.applicant)


def test_the_current_year_is_not_evaluated_yet(cast, project_id):
    spend(cast, project_id, 2010, received=100, paid=50)
    refused_opening(("EV_YEAR",), project_id=project_id, kind=K.ANNUAL_SELF, year=2010, actor=cast.applicant)


@pytest.mark.parametrize("stage", [Stage.CONSTRUCTION, Stage.ACCEPTANCE])
def test_a_project_that_does_not_run_is_not_evaluated_as_a_whole(cast, stage):
    building = running_project(cast, stage)
    refused_opening(("EV_STAGE",), project_id=building, kind=K.EVALUATION, actor=cast.officer)
    refused_opening(("EV_STAGE",), project_id=building, kind=K.POST_REPORT, actor=cast.applicant)


def test_the_same_subject_is_not_evaluated_twice(cast, project_id):
    self_report(cast, project_id)
    refused_opening(("EV_ONCE",), project_id=project_id, kind=K.ANNUAL_SELF, year=2009, actor=cast.applicant)
    carried_to_final(cast, project_id)
    refused_opening(("EV_ONCE",), project_id=project_id, kind=K.EVALUATION, actor=cast.finance)


def test_the_database_refuses_the_second_evaluation_too(cast, project_id):
    row = self_report(cast, project_id)
    with pytest.raises(IntegrityError) as refusal, transaction():
        Evaluation.create(**{**row.__data__, "id": None})
    assert violated(refusal.value) in {"uq_evaluation_subject", "evaluation.subject_key"}


def test_only_the_unit_opens_its_own_report_and_never_the_evaluation(cast, project_id):
    stranger = factories.actor("stranger", Role.APPLICANT)
    for actor in (stranger, cast.cio, cast.officer):
        with pytest.raises(Forbidden):
            evaluations.open_one(project_id=project_id, kind=K.ANNUAL_SELF, year=2009, actor=actor)
    for actor in (cast.applicant, cast.assessor):
        with pytest.raises(Forbidden):
            evaluations.open_one(project_id=project_id, kind=K.EVALUATION, actor=actor)
    assert Evaluation.select().count() == 0


def test_an_authority_does_not_evaluate_its_own_project(cast, project_id):
    own = factories.actor("own-officer", Role.INFORMATIZATION, organisation=cast.unit)
    with pytest.raises(Forbidden, match="应当回避"):
        evaluations.open_one(project_id=project_id, kind=K.EVALUATION, actor=own)
    with pytest.raises(Forbidden, match="不能评价"):
        evaluations.open_one(
            project_id=project_id, kind=K.EVALUATION, evaluator_id=cast.unit.id, actor=cast.officer
        )
    with pytest.raises(Forbidden, match="不是组织绩效评价的主管部门"):
        evaluations.open_one(
            project_id=project_id,
            kind=K.EVALUATION,
            evaluator_id=cast.assessor.organisation_id,
            actor=cast.officer,
        )


def test_an_assessor_is_one_and_has_no_part_in_the_project(cast, project_id):
    row = evaluations.open_one(project_id=project_id, kind=K.EVALUATION, actor=cast.officer)
    factories.actor("insider", Role.ASSESSOR, organisation=cast.unit)
    for username, error in (("insider", Forbidden), ("cio", Forbidden), ("nobody", NotFound)):
        with pytest.raises(error):
            evaluations.assign(evaluation_id=row.id, username=username, actor=cast.officer)
    with pytest.raises(Forbidden):
        evaluations.assign(evaluation_id=row.id, username="assessor", actor=cast.finance)
    assert Evaluation.get_by_id(row.id).assessor_id is None


def test_an_unknown_project_or_evaluation_is_not_found(cast):
    with pytest.raises(NotFound, match="没有这个项目"):
        evaluations.open_one(project_id=99, kind=K.ANNUAL_SELF, year=2009, actor=cast.applicant)
    for act, given in (
        (evaluations.compute, {"as_of": AS_OF}),
        (evaluations.self_score, {"scores": {}}),
        (evaluations.evaluate, {"scores": {}}),
        (evaluations.write, {"texts": {"conclusion": "好"}}),
        (evaluations.submit, {}),
        (evaluations.send_back, {"reason": "退回"}),
        (evaluations.exchange, {"reply": "无意见"}),
        (evaluations.finalise, {}),
        (evaluations.assign, {"username": "assessor"}),
    ):
        with pytest.raises(NotFound, match="没有这个评价"):
            act(evaluation_id=99, actor=cast.officer, **given)
    with pytest.raises(NotFound):
        reading.evaluation(99)


# --- scoring ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (ScoreInput(Decimal("15.01"), "超额完成"), "不在 0 至 15"),
        (ScoreInput(Decimal("-1"), "未完成"), "不在 0 至 15"),
        (ScoreInput(Decimal("13.499"), "部分完成"), "至多两位小数"),
        (ScoreInput(Decimal("13.4")), "须说明理由"),
    ],
)
def test_a_score_that_cannot_be_taken_changes_nothing(cast, project_id, entry, message):
    row = self_report(cast, project_id)
    before = held(row)
    good = {"quality": ScoreInput(Decimal(15))}
    with pytest.raises(Invalid, match=message) as refusal:
        evaluations.self_score(evaluation_id=row.id, scores={**good, "quantity": entry}, actor=cast.applicant)
    assert list(refusal.value.fields) == ["quantity"]
    assert held(row) == before


def test_an_indicator_that_the_instrument_does_not_have_is_named(cast, project_id):
    row = self_report(cast, project_id)
    with pytest.raises(Invalid) as refusal:
        evaluations.self_score(
            evaluation_id=row.id, scores={"C11": ScoreInput(Decimal(1), "好")}, actor=cast.applicant
        )
    assert list(refusal.value.fields) == ["C11"]


def test_a_computed_score_taken_over_needs_no_reason_and_another_does(cast, project_id):
    row = authority_evaluation(cast, project_id)
    scores = {"B12": ScoreInput(Decimal("4.5"))}
    evaluations.evaluate(evaluation_id=row.id, scores=scores, actor=cast.assessor)
    with pytest.raises(Invalid):
        evaluations.evaluate(
            evaluation_id=row.id, scores={"B12": ScoreInput(Decimal("4.4"))}, actor=cast.assessor
        )
    with pytest.raises(Invalid):  # the figure answers one of four questions: a person says why
        evaluations.evaluate(
            evaluation_id=row.id, scores={"B22": ScoreInput(Decimal(4))}, actor=cast.assessor
        )


def test_the_database_holds_the_rules_of_scores_itself(cast, project_id):
    row = self_report(cast, project_id)
    for values, name in (
        ({"self_score": 16, "self_reason": "好"}, "ck_evaluation_score_self"),
        ({"self_score": 14, "self_reason": ""}, "ck_evaluation_score_self_reason"),
    ):
        values |= {"self_by": cast.applicant.user_id, "self_at": clock.now()}
        with pytest.raises(IntegrityError) as refusal, transaction():
            EvaluationScore.update(**values).where(
                EvaluationScore.evaluation == row.id, EvaluationScore.code == "quality"
            ).execute()
        assert violated(refusal.value) == name


def test_scores_are_given_by_their_own_side(cast, project_id):
    row = authority_evaluation(cast, project_id)
    scores = at_rate(row.id, "0.8")
    for actor in (cast.applicant, cast.finance, factories.actor("other-assessor", Role.ASSESSOR)):
        with pytest.raises(Forbidden):
            evaluations.evaluate(evaluation_id=row.id, scores=scores, actor=actor)
    for actor in (cast.assessor, cast.officer, cast.cio, factories.actor("stranger", Role.APPLICANT)):
        with pytest.raises(Forbidden):
            evaluations.self_score(evaluation_id=row.id, scores=scores, actor=actor)
    evaluations.evaluate(evaluation_id=row.id, scores=scores, actor=cast.second_officer)


def test_a_units_own_report_has_no_evaluator(cast, project_id):
    row = self_report(cast, project_id)
    with pytest.raises(Refused) as refusal:
        evaluations.evaluate(evaluation_id=row.id, scores=at_rate(row.id, "1"), actor=cast.applicant)
    assert refusal.value.codes == ("EV_STATE",)
    with pytest.raises(Refused):
        evaluations.exchange(evaluation_id=row.id, reply="无意见", actor=cast.applicant)


def test_words_belong_to_the_outline(cast, project_id):
    row = self_report(cast, project_id)
    with pytest.raises(Invalid):
        evaluations.write(evaluation_id=row.id, texts={"preface": "前言"}, actor=cast.applicant)
    evaluations.write(
        evaluation_id=row.id, texts={"problems": "不足", "conclusion": "好"}, actor=cast.applicant
    )
    evaluations.write(evaluation_id=row.id, texts={"problems": ""}, actor=cast.applicant)
    assert reading.evaluation(row.id).texts == {Section.CONCLUSION: ("好",)}
    with pytest.raises(Forbidden):
        evaluations.write(evaluation_id=row.id, texts={"conclusion": "差"}, actor=cast.officer)
