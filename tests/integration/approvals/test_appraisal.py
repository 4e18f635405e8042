"""Stage 2: 先评估后建设. Experts score, small projects are reviewed in writing, the upper level counts."""

import pytest

from approvals.queries.scores import scores_for
from approvals.rules.stages import Act, AppraisalMode, DecisionMode, Outcome, SubmissionState
from approvals.services import appraisals, decisions
from approvals.services.decisions import Ruling
from approvals.tables.decision import Appraisal, Decision
from approvals.tables.submission import ExpertScore, Submission
from budget.queries.funds import account
from budget.rules.words import AccountState
from portfolio.foundation.db import IntegrityError, transaction, violated
from portfolio.foundation.errors import Conflict, Forbidden, Invalid, Refused, StaleVersion
from portfolio.foundation.money import Money
from portfolio.rules.dossier import Part, Route
from portfolio.services import dossier
from portfolio.tables.project import Project
from tests import factories, procedure
from tests.procedure import MAJOR, ORDINARY, case_of, current, standing, version


def in_appraisal(cast, **drafted):
    """A project whose study waits for its experts, or for its written review."""
    project_id = procedure.carry(cast, until="approved", **{"item": ORDINARY, **drafted})
    procedure.draft_study(cast, project_id)
    procedure.to_countersign(cast, project_id)
    return project_id


def assigned(cast, project_id, count=3):
    appraisals.assign_experts(
        submission_id=current(project_id).id,
        expert_ids=[expert.user_id for expert in cast.experts[:count]],
        actor=cast.informatization,
    )


def scored(project_id, expert, points, text="总体可行", **given):
    return appraisals.score(
        submission_id=current(project_id).id, points=points, text=text, actor=expert, **given
    )


def concluded(cast, project_id):
    return appraisals.conclude_panel(
        submission_id=current(project_id).id, conclusion="评审意见见附件", actor=cast.informatization
    )


# --- the panel ----------------------------------------------------------------------------------------------


def test_three_experts_and_a_reply_approve_an_investment(cast):
    project_id = in_appraisal(cast)
    assert standing(project_id) == ("appraisal", "panel")
    procedure.appraise(cast, project_id, (85, 80, 90))
    assert standing(project_id) == ("appraisal", "replying")
    assert case_of(project_id).appraisal_id is None  # a conclusion is not yet a reply
    decision = procedure.decide(cast, project_id, Ruling(Outcome.APPROVE, amount=Money.from_wan(950)))
    assert standing(project_id) == ("estimate", "drafting")
    appraisal = case_of(project_id).appraisal
    assert (appraisal.mode, appraisal.passed, appraisal.experts) == (AppraisalMode.PANEL, True, 3)
    assert (appraisal.mean, appraisal.spread, appraisal.pass_mark) == (85, 10, 70)
    assert (appraisal.approved_investment, appraisal.number) == (Money.from_wan(950), decision.number)
    assert (decision.mode, decision.number) == (DecisionMode.REPLY, "渝发改高技〔2008〕1号")


def test_nobody_is_asked_to_reply_before_the_panel_is_through(cast):
    project_id = in_appraisal(cast)
    with pytest.raises(Refused) as error:
        procedure.decide(cast, project_id)
    assert error.value.codes == ("FLOW",)
    assigned(cast, project_id)
    scored(project_id, cast.experts[0], 80)
    with pytest.raises(Refused) as error:
        concluded(cast, project_id)
    assert error.value.codes == ("PANEL", "PANEL")  # two have not scored; one is too few
    assert standing(project_id) == ("appraisal", "panel")


def test_a_study_below_the_mark_goes_back_and_comes_again(cast):
    project_id = in_appraisal(cast)
    procedure.appraise(cast, project_id, (60, 65, 70))
    assert standing(project_id) == ("appraisal", "drafting")
    failed = Appraisal.get()
    assert (failed.passed, failed.approved_investment, case_of(project_id).appraisal_id) == (
        False,
        None,
        None,
    )
    assert current(project_id).state is SubmissionState.RETURNED
    procedure.to_countersign(cast, project_id)
    procedure.appraise(cast, project_id, (80, 80, 80))
    procedure.decide(cast, project_id)
    assert case_of(project_id).appraisal.passed
    assert Appraisal.select().count() == 2


def test_an_expert_scores_once_and_for_good(cast):
    project_id = in_appraisal(cast)
    assigned(cast, project_id)
    first = scored(project_id, cast.experts[0], 80)
    assert scored(project_id, cast.experts[0], 80) == first
    with pytest.raises(Conflict):
        scored(project_id, cast.experts[0], 95)
    with pytest.raises(IntegrityError), transaction():
        ExpertScore.update(score=95).execute()


@pytest.mark.parametrize(
    ("points", "text", "conflict", "field"),
    [
        (101, "好", False, "points"),
        (-1, "好", False, "points"),
        (None, "好", False, "points"),
        (80, " ", False, "text"),
        (80, "参与过方案编制", True, "points"),
    ],
)
def test_a_score_is_a_number_with_a_reason(cast, points, text, conflict, field):
    project_id = in_appraisal(cast)
    assigned(cast, project_id)
    with pytest.raises(Invalid) as error:
        scored(project_id, cast.experts[0], points, text, conflict=conflict)
    assert set(error.value.fields) == {field}
    assert ExpertScore.select().count() == 0


def test_a_declared_conflict_counts_for_nothing_and_another_expert_is_asked(cast):
    project_id = in_appraisal(cast)
    assigned(cast, project_id)
    scored(project_id, cast.experts[0], None, "曾为该单位做咨询", conflict=True)
    for expert in cast.experts[1:3]:
        scored(project_id, expert, 80)
    with pytest.raises(Refused) as error:
        concluded(cast, project_id)
    assert error.value.codes == ("PANEL",)
    assigned(cast, project_id, 4)  # those asked already are passed over
    scored(project_id, cast.experts[3], 80)
    assert concluded(cast, project_id) is True
    assert concluded(cast, project_id) is True  # the second click
    assert standing(project_id) == ("appraisal", "replying")


def test_experts_see_their_own_scores_alone(cast):
    project_id = in_appraisal(cast)
    assigned(cast, project_id)
    for expert, points in zip(cast.experts, (80, 70, 90), strict=False):
        scored(project_id, expert, points)
    submission_id = current(project_id).id
    assert [row.score for row in scores_for(cast.experts[1], submission_id)] == [70]
    assert [row.score for row in scores_for(cast.investment, submission_id)] == [80, 70, 90]
    assert scores_for(cast.applicant, submission_id) == []


def test_who_scored_does_not_reply(cast):
    project_id = in_appraisal(cast)
    procedure.appraise(cast, project_id)
    turncoat = factories.user("turncoat", roles=())
    replier = cast.investment.__class__(
        cast.experts[0].user_id, "改任的专家", turncoat.organisation_id, cast.investment.roles
    )
    with pytest.raises(Forbidden, match="打分"):
        procedure.decide(cast, project_id, actor=replier)


def test_a_study_that_is_not_approved_ends_the_project_and_closes_its_account(cast):
    project_id = in_appraisal(cast)
    procedure.appraise(cast, project_id)
    assert account(project_id).state is AccountState.PREPARATORY
    rejected = procedure.decide(cast, project_id, Ruling(Outcome.REJECT, "资金条件不落实"))
    assert (rejected.positive, rejected.reason) == (False, "资金条件不落实")
    assert standing(project_id) == ("appraisal", "rejected")
    assert account(project_id).state is AccountState.CLOSED
    assert case_of(project_id).appraisal_id is None


# --- the written review -------------------------------------------------------------------------------------


def test_a_small_project_is_reviewed_in_writing(cast):
    project_id = in_appraisal(cast, total_wan=40)
    assert standing(project_id) == ("appraisal", "reviewing")
    with pytest.raises(Refused):
        assigned(cast, project_id)
    procedure.appraise(cast, project_id)
    procedure.decide(cast, project_id)
    appraisal = case_of(project_id).appraisal
    assert (appraisal.mode, appraisal.conclusion) == (AppraisalMode.TECHNICAL_REVIEW, "技术方案可行")


def test_a_review_that_fails_sends_the_study_back(cast):
    project_id = in_appraisal(cast, total_wan=40)
    with pytest.raises(Invalid):
        appraisals.review(
            submission_id=current(project_id).id, passed=False, conclusion=" ", actor=cast.informatization
        )
    appraisals.review(
        submission_id=current(project_id).id,
        passed=False,
        conclusion="未说明与政务外网的关系",
        actor=cast.informatization,
    )
    assert standing(project_id) == ("appraisal", "drafting")
    assert Appraisal.get().conclusion == "未说明与政务外网的关系"


# --- still what was approved? -------------------------------------------------------------------------------


def test_a_much_dearer_study_goes_back_to_its_proposal(cast):
    project_id = procedure.carry(cast, until="approved", item=MAJOR)
    procedure.draft_study(cast, project_id, total_wan=1101)
    with pytest.raises(Refused) as error:
        procedure.submit(cast, project_id)
    assert error.value.codes == ("MATERIAL",)
    appraisals.reopen(
        project_id=project_id,
        expected_version=version(project_id),
        act=Act.REOPEN_INITIATION,
        reason="投资增加超过一成",
        actor=cast.applicant,
    )
    case = case_of(project_id)
    assert standing(project_id) == ("initiation", "drafting")
    assert (case.decision_id, case.plan_item_id) == (None, None)
    assert account(project_id).state is AccountState.NONE
    assert Decision.select().count() == 1  # what was decided stays in the books


def test_going_back_needs_a_reason_and_the_right_door(cast):
    project_id = procedure.carry(cast, until="approved", item=MAJOR)
    back = {"project_id": project_id, "expected_version": version(project_id), "actor": cast.applicant}
    with pytest.raises(Invalid):
        appraisals.reopen(**back, act=Act.REOPEN_INITIATION, reason=" ")
    with pytest.raises(Invalid):
        appraisals.reopen(**back, act=Act.APPROVE, reason="直接批准")
    with pytest.raises(StaleVersion):
        appraisals.reopen(**{**back, "expected_version": 1}, act=Act.REOPEN_INITIATION, reason="重报")
    assert standing(project_id) == ("appraisal", "drafting")


# --- proposal and study in one (R03) ------------------------------------------------------------------------


def combined(cast, **drafted):
    project_id = procedure.draft(cast, **drafted)
    procedure.draft_study(cast, project_id)
    procedure.submit(cast, project_id, combined=True)
    procedure.endorse(cast, project_id)
    procedure.accept(cast, project_id)
    return project_id


@pytest.mark.parametrize(("item", "total_wan"), [(ORDINARY, 1000), (MAJOR, 3000), (ORDINARY, 40)])
def test_a_study_that_stands_for_the_proposal_wins_both_approvals_at_once(cast, item, total_wan):
    project_id = combined(cast, item=item, total_wan=total_wan)
    assert standing(project_id) == ("initiation", "reviewing" if total_wan < 50 else "panel")
    procedure.appraise(cast, project_id)
    procedure.approve(cast, project_id)
    case = case_of(project_id)
    assert standing(project_id) == ("estimate", "drafting")
    assert case.decision.amount == case.appraisal.approved_investment == Money.from_wan(total_wan)
    assert case.submission.kind == "combined_study"


def test_too_dear_to_be_combined(cast):
    project_id = procedure.draft(cast, total_wan=3001)
    procedure.draft_study(cast, project_id)
    with pytest.raises(Refused) as error:
        procedure.submit(cast, project_id, combined=True)
    assert error.value.codes == ("R03",)


def test_before_september_2007_nothing_is_combined(cast, clock):
    clock.move_to(procedure.IN_2008.replace(year=2006, month=9, day=4))
    project_id = procedure.draft(cast, planned_start="2006-10-08")
    procedure.draft_study(cast, project_id)
    with pytest.raises(Refused) as error:
        procedure.submit(cast, project_id, combined=True)
    assert error.value.codes == ("R03",)
    assert "现行规定不允许" in str(error.value)


def test_only_a_proposal_is_combined(cast):
    project_id = procedure.carry(cast, until="approved", item=ORDINARY)
    procedure.draft_study(cast, project_id)
    with pytest.raises(Invalid):
        procedure.submit(cast, project_id, combined=True)


# --- approved above -----------------------------------------------------------------------------------------


def test_the_upper_levels_approval_stands_for_the_appraisal(cast):
    project_id = procedure.carry(cast, until="approved", item=MAJOR, route=Route.UPPER_LEVEL)
    given = {
        "project_id": project_id,
        "expected_version": version(project_id),
        "amount": Money.from_wan(900),
        "number": "发改高技〔2007〕1234号",
        "document_id": procedure.scan(cast.investment, "国家发改委批复"),
        "actor": cast.investment,
    }
    with pytest.raises(Invalid) as error:
        appraisals.register_upper_reply(**{**given, "amount": Money.ZERO, "number": " "})
    assert set(error.value.fields) == {"amount", "number"}
    appraisal = appraisals.register_upper_reply(**given)
    assert standing(project_id) == ("estimate", "drafting")
    assert (appraisal.mode, case_of(project_id).appraisal_id) == (AppraisalMode.UPPER_LEVEL, appraisal.id)
    assert Decision.select().count() == 1  # the city's own, on plan, duplicates and counterpart funds


def test_an_ordinary_project_has_no_upper_level(cast):
    project_id = procedure.carry(cast, until="approved", item=MAJOR)
    with pytest.raises(Refused) as error:
        appraisals.register_upper_reply(
            project_id=project_id,
            expected_version=version(project_id),
            amount=Money.from_wan(900),
            number="发改高技〔2007〕1234号",
            document_id=procedure.scan(cast.investment, "批复"),
            actor=cast.investment,
        )
    assert error.value.codes == ("FLOW",)


# --- held by the database itself ----------------------------------------------------------------------------


def test_the_database_knows_no_passed_panel_below_the_mark(cast):
    project_id = in_appraisal(cast)
    procedure.appraise(cast, project_id)
    procedure.decide(cast, project_id)
    row = Appraisal.get()
    values = {name: value for name, value in row.__data__.items() if name != "id"}
    for change in ({"mean": 69}, {"experts": 2}):
        with pytest.raises(IntegrityError) as error, transaction():
            Appraisal.create(**{**values, **change})
        assert violated(error.value) == "ck_appraisal_passed"
    with pytest.raises(IntegrityError), transaction():
        Appraisal.update(mean=100).execute()


def test_decisions_are_never_rewritten(cast):
    procedure.carry(cast, until="approved", item=ORDINARY)
    for act in (Decision.update(amount=1), Decision.delete(), Submission.update(snapshot={})):
        with pytest.raises(IntegrityError), transaction():
            act.execute()


def test_a_study_is_judged_as_it_was_submitted(cast):
    project_id = in_appraisal(cast)
    with pytest.raises(Refused) as error:
        dossier.set_estimate(
            project_id=project_id,
            part=Part.FEASIBILITY,
            rows=[],
            expected_version=Project.get_by_id(project_id).version,
            actor=cast.applicant,
        )
    assert error.value.codes == ("LOCKED",)
    assert decisions.submitted_total(current(project_id)) == Money.from_wan(1000)
