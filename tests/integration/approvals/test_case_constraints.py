"""The two sentences are held by the database itself: what no service would do, SQL cannot do either."""

import pytest

from approvals.rules.stages import GOVERNMENT_STAGES, Outcome, Phase, SideState, Stage
from approvals.services.decisions import Ruling
from approvals.tables.case import Case
from approvals.tables.decision import Appraisal, Condition, Decision, Override
from approvals.tables.submission import Step
from portfolio.foundation import clock
from portfolio.foundation.db import IntegrityError, transaction, violated
from portfolio.foundation.errors import Refused
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import Track
from tests import procedure
from tests.procedure import MAJOR, ORDINARY, case_of, current

BUILT = GOVERNMENT_STAGES[GOVERNMENT_STAGES.index(Stage.CONSTRUCTION) :]


def violates(project_id, **values):
    """The name of the constraint that a change behind the services' back runs into."""
    with pytest.raises(IntegrityError) as error, transaction():
        Case.update(**values).where(Case.project == project_id).execute()
    return violated(error.value)


def test_no_stage_after_the_first_without_plan_item_and_decision(cast):
    project_id = procedure.draft(cast)
    assert violates(project_id, stage=Stage.APPRAISAL) == "ck_approval_case_plan_before_approval"
    for stage in GOVERNMENT_STAGES[2:]:
        assert violates(project_id, stage=stage).startswith("ck_approval_case_")


def test_no_estimate_without_a_passed_appraisal(cast):
    project_id = procedure.carry(cast, until="approved", item=ORDINARY)
    name = violates(project_id, stage=Stage.ESTIMATE)
    assert name == "ck_approval_case_appraisal_before_estimate"


@pytest.mark.parametrize("reached", ["appraised", "funded"])
def test_no_construction_without_estimate_plan_row_and_money(cast, reached):
    project_id = procedure.carry(cast, until=reached, item=ORDINARY)
    for stage in BUILT:
        name = violates(project_id, stage=stage, phase=Phase.BUILDING)
        assert name == "ck_approval_case_appraisal_before_building"


def test_no_evidence_can_be_taken_away_from_what_is_being_built(cast):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    keepers = {
        "plan_item": "ck_approval_case_plan_before_approval",
        "decision": "ck_approval_case_plan_before_approval",
        "appraisal": "ck_approval_case_appraisal_before_estimate",
        "estimate_fix": "ck_approval_case_appraisal_before_building",
        "annual_plan_row": "ck_approval_case_appraisal_before_building",
        "budget_line": "ck_approval_case_appraisal_before_building",
    }
    for column, name in keepers.items():
        assert violates(project_id, **{column: None}) == name


def test_evidence_of_another_project_is_no_evidence(cast):
    ready = case_of(procedure.carry(cast, until="building", item=ORDINARY))
    project_id = procedure.carry(cast, until="approved", item=ORDINARY, name="水利防汛会商平台")
    for column in ("decision", "appraisal", "estimate_fix", "annual_plan_row", "budget_line", "submission"):
        violates(project_id, **{column: getattr(ready, f"{column}_id")})
    assert case_of(project_id).stage is Stage.APPRAISAL


def test_a_negative_decision_and_a_failed_appraisal_are_no_evidence(cast):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    procedure.countersign(cast, project_id)
    negative = procedure.decide(cast, project_id, Ruling(Outcome.RETURN_FOR_REVISION, "先做需求分析"))
    item = current(project_id).project.plan_item_id
    violates(project_id, decision=negative.id, plan_item=item)
    procedure.to_countersign(cast, project_id)
    procedure.approve(cast, project_id)
    procedure.draft_study(cast, project_id)
    procedure.to_countersign(cast, project_id)
    procedure.appraise(cast, project_id, (10, 20, 30))
    violates(project_id, appraisal=Appraisal.get().id)
    assert case_of(project_id).appraisal_id is None


def test_the_two_constants_that_the_keys_rest_on_do_not_move(cast):
    project_id = procedure.draft(cast)
    assert violates(project_id, holds=False) == "ck_approval_case_holds"
    # SQLite names the first constraint that fails: the column's own list of values does not
    assert violates(project_id, stage_key=Stage.APPRAISAL).startswith("ck_approval_case_")


@pytest.mark.parametrize(
    "values",
    [
        {"track": Track.FILING},
        {"stage": Stage.FILED},
        {"side_state": SideState.DEFERRED},
        {"version": 0},
        {"inherited_stage": Stage.CONSTRUCTION},
    ],
)
def test_a_case_hangs_together(cast, values):
    project_id = procedure.draft(cast)
    assert violates(project_id, **values).startswith("ck_approval_case_")


def test_a_project_has_one_case(cast):
    project_id = procedure.draft(cast)
    with pytest.raises(IntegrityError), transaction():
        Case.create(
            project=project_id,
            track=Track.GOVERNMENT,
            stage=Stage.INITIATION,
            phase=Phase.DRAFTING,
            opened_by=cast.applicant.user_id,
            opened_at=clock.now(),
        )


def test_a_step_is_done_by_somebody_at_a_time_or_not_at_all(cast):
    project_id = procedure.draft(cast)
    procedure.submit(cast, project_id)
    for values in ({"state": "done"}, {"actor": cast.cio.user_id}, {"done_at": clock.now()}):
        with pytest.raises(IntegrityError) as error, transaction():
            Step.update(**values).execute()
        assert violated(error.value) == "ck_step_done"


def test_a_role_is_asked_once_in_a_round(cast):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    step = Step.get(Step.kind == "countersign", Step.role == Role.FINANCE)
    values = {name: value for name, value in step.__data__.items() if name != "id"}
    with pytest.raises(IntegrityError), transaction():
        Step.create(**values)
    assert current(project_id).state == "in_review"


def test_a_decision_is_made_once_and_says_why_when_it_is_negative(cast):
    procedure.carry(cast, until="approved", item=MAJOR)
    row = Decision.get()
    values = {name: value for name, value in row.__data__.items() if name != "id"}
    with pytest.raises(IntegrityError), transaction():
        Decision.create(**values)
    cases = {
        "ck_decision_reason": {"outcome": "reject", "positive": False},
        "ck_decision_positive": {"outcome": "reject", "reason": "重复"},
        "ck_decision_plan_item": {"plan_item": None},
        "ck_decision_number": {"number": ""},
    }
    for name, change in cases.items():
        with pytest.raises(IntegrityError) as error, transaction():
            Decision.create(**{**values, "mode": "joint", **change})
        assert violated(error.value) == name


def test_a_condition_is_met_with_evidence_or_not_at_all(cast):
    procedure.carry(cast, until="approved", item=MAJOR)
    row = Condition.create(
        decision=Decision.get().id,
        project=Decision.get().project_id,
        text="补充安全方案",
        owner=cast.unit,
        due_on=clock.today(),
        gate="build",
    )
    with pytest.raises(IntegrityError) as error, transaction():
        Condition.update(met_at=clock.now()).where(Condition.id == row.id).execute()
    assert violated(error.value) == "ck_decision_condition_met"
    with pytest.raises(IntegrityError), transaction():
        Condition.update(text="不必了").execute()


def test_an_override_without_a_reason_is_none(cast):
    project_id = procedure.draft(cast)
    with pytest.raises(IntegrityError) as error, transaction():
        Override.create(
            project=project_id,
            stage=Stage.INITIATION,
            rule="R18",
            reason="",
            granted_by=cast.member.user_id,
            granted_at=clock.now(),
        )
    assert violated(error.value) == "ck_rule_override_reason"


def test_a_refused_act_leaves_no_trace(cast):
    project_id = procedure.carry(cast, until="fixed", item=ORDINARY)
    before = dict(case_of(project_id).__data__)
    with pytest.raises(Refused):
        procedure.start(cast, project_id)
    assert dict(case_of(project_id).__data__) == before
