"""Evaluations from opening to final, and every way in which they are refused."""

from datetime import date
from decimal import Decimal

import pytest

from approvals.queries import evaluations as reading
from approvals.rules.evaluation import EvaluationKind, EvaluationState, Grade, Section
from approvals.rules.scoring import ScoreInput
from approvals.services import evaluations
from approvals.tables.evaluation import Evaluation, EvaluationScore
from portfolio.foundation import audit
from portfolio.foundation.access import Delegation, stand_in
from portfolio.foundation.db import IntegrityError, transaction, violated
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Forbidden, Invalid, Refused, StaleVersion
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
    taking_over,
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


# --- the ways through ---------------------------------------------------------------------------------------


def test_an_annual_self_evaluation_from_opening_to_final(cast, project_id):
    row = self_report(cast, project_id)
    evaluations.self_score(evaluation_id=row.id, scores=taking_over(row.id), actor=cast.applicant)
    evaluations.write(
        evaluation_id=row.id,
        texts={"conclusion": "完成年度目标。\n支付及时。", "problems": "接入部门不足。"},
        actor=cast.applicant,
    )
    evaluations.submit(evaluation_id=row.id, actor=cast.applicant)
    evaluations.finalise(evaluation_id=row.id, actor=cast.officer)
    sheet = reading.evaluation(row.id)
    assert (sheet.state, sheet.final, sheet.grade, sheet.number) == (S.FINAL, True, Grade.EXCELLENT, "")
    assert sheet.total == Decimal("96.5") == sum(line.counted for line in sheet.lines)
    assert (sheet.unit, sheet.evaluator, sheet.year) == ("重庆市农业局", "", 2009)
    assert sheet.texts[Section.CONCLUSION] == ("完成年度目标。", "支付及时。")
    assert [one.name for one in (sheet.opened, sheet.submitted, sheet.finalised)] == [
        "applicant",
        "applicant",
        "officer",
    ]
    assert sheet.replied is None


def test_the_evaluation_by_seventeen_indicators_from_opening_to_final(cast, project_id):
    row = authority_evaluation(cast, project_id)
    evaluations.self_score(evaluation_id=row.id, scores=at_rate(row.id, "0.95"), actor=cast.applicant)
    evaluations.evaluate(evaluation_id=row.id, scores=taking_over(row.id, "0.85"), actor=cast.assessor)
    evaluations.write(evaluation_id=row.id, texts={"suggestions": "扩大接入范围"}, actor=cast.assessor)
    evaluations.submit(evaluation_id=row.id, actor=cast.assessor)
    evaluations.exchange(evaluation_id=row.id, reply="接入部门数已补齐，请予考虑", actor=cast.cio)
    changed = {"C11": ScoreInput(Decimal("9.8"), "已核实补齐", "接入记录")}
    evaluations.evaluate(evaluation_id=row.id, scores=changed, actor=cast.assessor)
    evaluations.finalise(evaluation_id=row.id, actor=cast.officer)
    sheet = reading.evaluation(row.id)
    assert len(sheet.lines) == 17
    assert (sheet.state, sheet.grade, sheet.number) == (S.FINAL, Grade.GOOD, "渝信产评〔2010〕1号")
    assert sheet.total == sum(line.evaluator_score for line in sheet.lines)
    completion = next(line for line in sheet.lines if line.indicator.code == "C11")
    assert (completion.self_score, completion.computed_score, completion.evaluator_score) == (
        Decimal("9.5"),
        Decimal("9.67"),
        Decimal("9.8"),
    )
    assert (completion.self_by, completion.scored_by, completion.reason) == (
        "applicant",
        "assessor",
        "已核实补齐",
    )
    assert (sheet.reply, sheet.replied.name, sheet.assessor) == (
        "接入部门数已补齐，请予考虑",
        "cio",
        "assessor",
    )
    assert (sheet.evaluator, sheet.as_of) == ("重庆市信息产业局", AS_OF)
    assert "规划四（二）" in sheet.instrument.basis


def test_every_act_is_in_the_trail_with_its_person(cast, project_id):
    row = carried_to_final(cast, project_id)
    acts = [(entry.action, entry.actor_id) for entry in audit.trail("evaluation", row.id)]
    assert acts == [
        ("evaluation.open", cast.officer.user_id),
        ("evaluation.assign", cast.officer.user_id),
        ("evaluation.compute", cast.assessor.user_id),
        ("evaluation.evaluate", cast.assessor.user_id),
        ("evaluation.submit", cast.assessor.user_id),
        ("evaluation.exchange", cast.cio.user_id),
        ("evaluation.finalise", cast.officer.user_id),
    ]
    assert audit.verify().offenders == ()


def test_a_report_that_is_sent_back_is_worked_on_again(cast, project_id):
    row = self_report(cast, project_id)
    evaluations.self_score(evaluation_id=row.id, scores=at_rate(row.id, "0.9"), actor=cast.applicant)
    evaluations.submit(evaluation_id=row.id, actor=cast.applicant)
    evaluations.send_back(evaluation_id=row.id, reason="满意度没有调查依据", actor=cast.finance)
    sheet = reading.evaluation(row.id)
    assert (sheet.state, sheet.submitted) == (S.DRAFT, None)
    scores = {"satisfaction": ScoreInput(Decimal(8), "电话回访", "回访记录")}
    evaluations.self_score(evaluation_id=row.id, scores=scores, actor=cast.applicant)
    evaluations.submit(evaluation_id=row.id, actor=cast.applicant)
    assert evaluations.finalise(evaluation_id=row.id, actor=cast.officer).total == 89


def test_other_weights_within_the_rules_hold_for_this_evaluation_alone(cast, project_id):
    weights = {"C11": Decimal(12), "C21": Decimal(8)}
    row = evaluations.open_one(project_id=project_id, kind=K.EVALUATION, weights=weights, actor=cast.officer)
    lines = {line.indicator.code: line for line in reading.evaluation(row.id).lines}
    assert (lines["C11"].weight, lines["C11"].indicator.weight, lines["C21"].weight) == (12, 12, 8)
    with pytest.raises(Refused) as refusal:
        other = running_project(cast, name="农村信息网")
        evaluations.open_one(
            project_id=other, kind=K.EVALUATION, weights={"C11": Decimal(12)}, actor=cast.officer
        )
    assert refusal.value.codes == ("EV_WEIGHT_SUM",)


def test_the_finance_authority_evaluates_under_its_own_series(cast, project_id):
    row = evaluations.open_one(project_id=project_id, kind=K.EVALUATION, actor=cast.finance)
    checker = factories.actor("checker", Role.FINANCE, organisation=row.evaluator)
    evaluations.compute(evaluation_id=row.id, as_of=AS_OF, actor=cast.finance)
    evaluations.evaluate(evaluation_id=row.id, scores=at_rate(row.id, "0.7"), actor=cast.finance)
    evaluations.submit(evaluation_id=row.id, actor=cast.finance)
    evaluations.exchange(evaluation_id=row.id, reply="无意见", actor=cast.applicant)
    final = evaluations.finalise(evaluation_id=row.id, actor=checker)
    assert (final.number, final.grade) == ("渝财评〔2010〕1号", Grade.FAIR)


# --- submitting to final ------------------------------------------------------------------------------------


def test_what_is_not_scored_is_not_submitted(cast, project_id):
    row = self_report(cast, project_id)
    scores = dict(at_rate(row.id, "0.9"))
    del scores["benefit"]
    evaluations.self_score(evaluation_id=row.id, scores=scores, actor=cast.applicant)
    with pytest.raises(Refused, match="实施效益") as refusal:
        evaluations.submit(evaluation_id=row.id, actor=cast.applicant)
    assert refusal.value.codes == ("EV_UNSCORED",)
    assert Evaluation.get_by_id(row.id).state is S.DRAFT


def test_the_units_scores_do_not_make_up_for_the_evaluators(cast, project_id):
    row = authority_evaluation(cast, project_id)
    evaluations.self_score(evaluation_id=row.id, scores=at_rate(row.id, "1"), actor=cast.applicant)
    with pytest.raises(Refused) as refusal:
        evaluations.submit(evaluation_id=row.id, actor=cast.assessor)
    assert refusal.value.codes == ("EV_UNSCORED",)


def test_what_was_never_computed_is_not_submitted(cast, project_id):
    row = evaluations.open_one(project_id=project_id, kind=K.ANNUAL_SELF, year=2009, actor=cast.applicant)
    evaluations.self_score(evaluation_id=row.id, scores=at_rate(row.id, "0.9"), actor=cast.applicant)
    with pytest.raises(Refused) as refusal:
        evaluations.submit(evaluation_id=row.id, actor=cast.applicant)
    assert refusal.value.codes == ("EV_NOT_COMPUTED",)


def test_nothing_is_done_out_of_turn(cast, project_id):
    row = authority_evaluation(cast, project_id)
    evaluations.evaluate(evaluation_id=row.id, scores=at_rate(row.id, "0.9"), actor=cast.assessor)
    with pytest.raises(Refused, match="不能交换意见"):
        evaluations.exchange(evaluation_id=row.id, reply="无意见", actor=cast.cio)
    evaluations.submit(evaluation_id=row.id, actor=cast.assessor)
    for act, given, actor in (
        (evaluations.submit, {}, cast.assessor),
        (evaluations.compute, {"as_of": AS_OF}, cast.assessor),
        (evaluations.evaluate, {"scores": at_rate(row.id, "1")}, cast.assessor),
        (evaluations.finalise, {}, cast.officer),
    ):
        with pytest.raises(Refused) as refusal:
            act(evaluation_id=row.id, actor=actor, **given)
        assert refusal.value.codes == ("EV_STATE",)


def test_words_are_needed_to_send_back_and_to_reply(cast, project_id):
    row = self_report(cast, project_id)
    with pytest.raises(Invalid):
        evaluations.send_back(evaluation_id=row.id, reason=" ", actor=cast.officer)
    with pytest.raises(Invalid):
        evaluations.exchange(evaluation_id=row.id, reply="", actor=cast.cio)


def test_the_unit_does_not_take_in_its_own_report(cast, project_id):
    row = self_report(cast, project_id)
    evaluations.self_score(evaluation_id=row.id, scores=at_rate(row.id, "0.9"), actor=cast.applicant)
    evaluations.submit(evaluation_id=row.id, actor=cast.applicant)
    own = factories.actor("own-finance", Role.FINANCE, organisation=cast.unit)
    for actor in (cast.applicant, cast.cio, own, cast.assessor):
        with pytest.raises(Forbidden):
            evaluations.finalise(evaluation_id=row.id, actor=actor)
    with pytest.raises(Invalid, match="自评报告不编文号"):
        evaluations.finalise(evaluation_id=row.id, number="渝农〔2010〕1号", actor=cast.officer)
    assert Evaluation.get_by_id(row.id).state is S.SUBMITTED


def replied_to(cast, project_id, scorer):
    row = authority_evaluation(cast, project_id)
    evaluations.evaluate(evaluation_id=row.id, scores=at_rate(row.id, "0.9"), actor=scorer)
    evaluations.submit(evaluation_id=row.id, actor=cast.second_officer)
    return evaluations.exchange(evaluation_id=row.id, reply="无意见", actor=cast.cio)


def test_who_scored_submitted_or_replied_does_not_make_it_final(cast, project_id):
    row = replied_to(cast, project_id, cast.officer)
    before = held(row)
    for actor in (cast.officer, cast.second_officer):
        with pytest.raises(Forbidden, match="不能定稿"):
            evaluations.finalise(evaluation_id=row.id, actor=actor)
    for actor in (cast.cio, cast.applicant, cast.assessor, cast.finance):
        with pytest.raises(Forbidden):
            evaluations.finalise(evaluation_id=row.id, actor=actor)
    assert held(row) == before
    third = factories.actor("third", Role.INFORMATIZATION, organisation=row.evaluator)
    assert evaluations.finalise(evaluation_id=row.id, actor=third).state is S.FINAL


def test_who_replied_does_not_make_it_final_after_a_change_of_office(cast, project_id):
    row = replied_to(cast, project_id, cast.assessor)
    Evaluation.update(reply_by=cast.officer.user_id).where(Evaluation.id == row.id).execute()
    with pytest.raises(Forbidden, match="不能定稿"):
        evaluations.finalise(evaluation_id=row.id, actor=cast.officer)
    with pytest.raises(IntegrityError) as refusal, transaction():
        bound.execute_sql(
            "UPDATE evaluation SET state = 'final', total = 9000, grade = 'excellent', number = 'X',"
            f" finalised_by_id = {cast.officer.user_id}, finalised_at = reply_at"
        )
    assert violated(refusal.value) == "ck_evaluation_two_sides"


def test_nobody_makes_it_final_in_the_name_of_who_scored_it(cast, project_id):
    row = replied_to(cast, project_id, cast.officer)
    Delegation.create(
        principal=cast.officer.user_id,
        delegate=cast.finance.user_id,
        role=Role.INFORMATIZATION,
        valid_from=date(2010, 1, 1),
        valid_to=date(2010, 12, 31),
        reason="出差",
        granted_by=cast.officer.user_id,
    )
    standing_in = stand_in(cast.finance, "officer", Role.INFORMATIZATION)
    with pytest.raises(Forbidden, match="不能定稿"):
        evaluations.finalise(evaluation_id=row.id, actor=standing_in)


def test_a_number_is_given_once(cast, project_id):
    carried_to_final(cast, project_id, number="渝信产评〔2010〕7号")
    other = running_project(cast, name="农村信息网")
    with pytest.raises(Invalid, match="已被使用") as refusal:
        carried_to_final(cast, other, number="渝信产评〔2010〕7号")
    assert list(refusal.value.fields) == ["number"]
    row = Evaluation.get(Evaluation.project == other)
    assert (row.state, row.total) == (S.EXCHANGED, None)
    assert not any(one.settled for one in EvaluationScore.select().where(EvaluationScore.evaluation == row))
    assert evaluations.finalise(evaluation_id=row.id, actor=cast.officer).number == "渝信产评〔2010〕1号"


def test_a_given_number_does_not_stand_in_the_way_of_the_series(cast, project_id):
    carried_to_final(cast, project_id, number="渝信产评〔2010〕1号")
    other = carried_to_final(cast, running_project(cast, name="农村信息网"))
    assert other.number == "渝信产评〔2010〕2号"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation SET total = 10000",
        "UPDATE evaluation SET texts = '{}'",
        "UPDATE evaluation SET state = 'draft'",
        "DELETE FROM evaluation_score",
        "UPDATE evaluation_score SET evaluator_score = 0",
        "UPDATE evaluation_score SET reason = 'x'",
        "UPDATE evaluation_score SET settled = settled",
    ],
)
def test_what_is_final_is_changed_by_nobody(cast, project_id, statement):
    row = carried_to_final(cast, project_id)
    before = held(row)
    with pytest.raises(IntegrityError, match="append_only"), transaction():
        bound.execute_sql(statement)
    assert held(row) == before
    with pytest.raises(Refused) as refusal:
        evaluations.evaluate(evaluation_id=row.id, scores=at_rate(row.id, "1"), actor=cast.assessor)
    assert refusal.value.codes == ("EV_STATE",)


def test_who_saw_an_older_version_is_told(cast, project_id):
    row = authority_evaluation(cast, project_id)
    seen = row.version
    scores = at_rate(row.id, "0.9")
    evaluations.evaluate(
        evaluation_id=row.id, scores=scores, expected_version=seen, actor=cast.second_officer
    )
    before = held(row)
    for act, given in (
        (evaluations.evaluate, {"scores": scores}),
        (evaluations.write, {"texts": {"conclusion": "好"}}),
        (evaluations.submit, {}),
    ):
        with pytest.raises(StaleVersion):
            act(evaluation_id=row.id, expected_version=seen, actor=cast.assessor, **given)
    assert held(row) == before
