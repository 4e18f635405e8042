"""Stage 1: a proposal from the applicant's desk to the decision, along every way that there is."""

from datetime import date
from itertools import permutations

import pytest

from approvals.queries import frozen
from approvals.rules.differences import Difference
from approvals.rules.stages import DecisionMode, Gate, Outcome, SideState, Stage, SubmissionState, Tier
from approvals.services import cases, conditions, decisions, reviews, submissions
from approvals.services.decisions import Demand, Ruling
from approvals.services.steps import Opinion
from approvals.tables.decision import Condition, Decision
from approvals.tables.submission import Step, Submission
from budget.queries.funds import account
from budget.queries.programme import programme_totals
from budget.rules.words import AccountState, ProgrammeMeasure
from portfolio.foundation import audit
from portfolio.foundation.errors import Invalid, Refused, StaleVersion
from portfolio.foundation.money import Money
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.rules.dossier import Part
from portfolio.services import dossier
from portfolio.tables.project import Project
from tests import procedure
from tests.procedure import MAJOR, ORDINARY, case_of, current, standing, version


def decision_of(project_id):
    return Decision.get(Decision.project == project_id)


# --- who decides --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total_wan", "item", "tier", "signers", "mode"),
    [
        (40, ORDINARY, Tier.SMALL, 2, DecisionMode.JOINT),
        (1000, ORDINARY, Tier.ORDINARY, 3, DecisionMode.JOINT),
        (1000, MAJOR, Tier.MAJOR, 3, DecisionMode.LEADING_GROUP),
        (3000, ORDINARY, Tier.MAJOR, 3, DecisionMode.LEADING_GROUP),
    ],
)
def test_the_size_and_the_box_say_who_decides(cast, total_wan, item, tier, signers, mode):
    project_id = procedure.carry(cast, until="approved", total_wan=total_wan, item=item)
    case, decision = case_of(project_id), decision_of(project_id)
    assert (standing(project_id), case.tier) == (("appraisal", "drafting"), tier)
    assert (decision.mode, decision.tier, decision.outcome) == (mode, tier, Outcome.APPROVE)
    assert decision.amount == Money.from_wan(total_wan)
    assert (case.decision_id, case.plan_item_id) == (decision.id, decision.plan_item_id)
    signed = Step.select().where(Step.submission == decision.submission_id, Step.kind == "countersign")
    assert signed.count() == signers
    assert current(project_id).state is SubmissionState.APPROVED


def test_every_decision_says_who_when_and_by_which_number(cast, clock):
    project_id = procedure.carry(cast, until="approved", item=MAJOR)
    decision = decision_of(project_id)
    assert (decision.decided_by_id, decision.number) == (cast.member.user_id, "渝信组〔2008〕1号")
    assert decision.decided_at == procedure.IN_2008
    joint = decision_of(procedure.carry(cast, until="approved", item=ORDINARY, name="农业信息服务平台"))
    assert joint.number == "渝信组办〔2008〕1号"


def test_approval_opens_preparatory_money_and_counts_as_planned_investment(cast):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    assert account(project_id) is None
    procedure.approve(cast, project_id)
    held = account(project_id)
    assert (held.state, held.cap) == (AccountState.PREPARATORY, None)
    assert held.preparatory_limit == Money.from_wan(50)  # the design fee of the proposal
    totals = programme_totals("measure", "year", "source", project_id=project_id)
    assert [(row.key, row.amount) for row in totals] == [
        ((ProgrammeMeasure.PLANNED, 2008, "government"), Money.from_wan(600)),
        ((ProgrammeMeasure.PLANNED, 2009, "government"), Money.from_wan(400)),
    ]


# --- the countersign ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(AUTHORITIES))[::2])
def test_the_authorities_sign_in_any_order(cast, order):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    for role in order[:-1]:
        procedure.countersign(cast, project_id, [role])
        assert standing(project_id) == ("initiation", "countersigning")
    procedure.countersign(cast, project_id, order[-1:])
    assert standing(project_id) == ("appraisal", "drafting")


def test_all_are_asked_at_once_each_by_a_deadline(cast):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    steps = list(Step.select().where(Step.submission == current(project_id), Step.kind == "countersign"))
    assert {step.role for step in steps} == set(AUTHORITIES)
    assert {step.due_on for step in steps} == {date(2008, 3, 17)}  # ten working days


@pytest.mark.parametrize("dissenter", AUTHORITIES[::2])
def test_a_dissent_goes_to_the_office_and_then_to_the_leading_group(cast, dissenter):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    for role in AUTHORITIES:
        against = role is dissenter
        opinion = Opinion(Outcome.DISSENT, "与在建项目重复") if against else procedure.NOBODY_MINDS
        procedure.countersign(cast, project_id, [role], opinion)
    assert standing(project_id) == ("initiation", "coordinating")
    assert account(project_id) is None
    submission_id = current(project_id).id
    with pytest.raises(Invalid):
        reviews.coordinate(submission_id=submission_id, text=" ", actor=cast.secretary)
    reviews.coordinate(submission_id=submission_id, text="三方商定分步建设", actor=cast.secretary)
    assert standing(project_id) == ("initiation", "deciding")
    procedure.decide(cast, project_id)
    assert decision_of(project_id).mode is DecisionMode.LEADING_GROUP


def test_a_dissent_without_a_reason_is_no_dissent(cast):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    with pytest.raises(Invalid) as error:
        procedure.countersign(cast, project_id, [Role.FINANCE], Opinion(Outcome.DISSENT))
    assert set(error.value.fields) == {"opinion"}
    assert standing(project_id) == ("initiation", "countersigning")


# --- back to the applicant ----------------------------------------------------------------------------------


def raise_the_estimate(cast, project_id, total_wan):
    total = Money.from_wan(total_wan)
    for fill, rows in (
        (dossier.set_estimate, procedure.estimate_rows(total)),
        (dossier.set_funding, procedure.funding_rows(total)),
    ):
        fill(
            project_id=project_id,
            part=Part.PROPOSAL,
            rows=rows,
            expected_version=Project.get_by_id(project_id).version,
            actor=cast.applicant,
        )


def test_what_is_returned_comes_back_and_both_are_kept_with_their_difference(cast):
    project_id = procedure.draft(cast, item=ORDINARY)
    first = procedure.submit(cast, project_id)
    with pytest.raises(Refused) as error:
        raise_the_estimate(cast, project_id, 900)
    assert error.value.codes == ("LOCKED",)
    procedure.endorse(cast, project_id)
    reviews.return_for_revision(submission_id=first.id, text="请压减投资", actor=cast.informatization)
    assert standing(project_id) == ("initiation", "drafting")
    raise_the_estimate(cast, project_id, 900)
    second = procedure.submit(cast, project_id)
    first, second = frozen.history(project_id)
    assert [(one.number, one.state) for one in (first, second)] == [
        (1, SubmissionState.RETURNED),
        (2, SubmissionState.IN_REVIEW),
    ]
    assert frozen.submitted_total(first) == Money.from_wan(1000)
    changed = frozen.changes_since_last(second.id)
    assert Difference("estimate.1.amount", 400_0000_00, 360_0000_00) in changed
    assert Difference("funding.2.amount", 400_0000_00, 360_0000_00) in changed
    assert {found.place.split(".")[0] for found in changed} == {"estimate", "funding", "totals"}
    assert frozen.changes_since_last(first.id) == []


def test_a_returned_submission_says_what_is_to_be_revised(cast):
    project_id = procedure.draft(cast, item=ORDINARY)
    submission = procedure.submit(cast, project_id)
    with pytest.raises(Invalid):
        reviews.return_for_revision(submission_id=submission.id, text=" ", actor=cast.cio)
    reviews.return_for_revision(submission_id=submission.id, text="目标不清", actor=cast.cio)
    again = reviews.return_for_revision(submission_id=submission.id, text="目标不清", actor=cast.cio)
    assert (again.outcome, again.opinion) == (Outcome.RETURN_FOR_REVISION, "目标不清")
    assert Step.select().where(Step.submission == submission).count() == 1


def test_an_applicant_takes_back_what_nobody_has_accepted(cast):
    project_id = procedure.draft(cast, item=ORDINARY)
    submission = procedure.submit(cast, project_id)
    procedure.endorse(cast, project_id)
    submissions.withdraw(
        submission_id=submission.id,
        expected_version=version(project_id),
        reason="补充材料",
        actor=cast.applicant,
    )
    assert standing(project_id) == ("initiation", "drafting")
    assert current(project_id).state is SubmissionState.WITHDRAWN
    procedure.to_countersign(cast, project_id)
    with pytest.raises(Refused) as error:
        submissions.withdraw(
            submission_id=current(project_id).id,
            expected_version=version(project_id),
            reason="再补充",
            actor=cast.applicant,
        )
    assert error.value.codes == ("FLOW",)


def test_the_leading_group_returns_by_deciding_so(cast):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    procedure.countersign(cast, project_id)
    submission_id = current(project_id).id
    with pytest.raises(Refused, match="不能径行退回"):
        reviews.return_for_revision(submission_id=submission_id, text="再议", actor=cast.member)
    returned = procedure.decide(cast, project_id, Ruling(Outcome.RETURN_FOR_REVISION, "先做需求分析"))
    assert (returned.positive, returned.reason) == (False, "先做需求分析")
    assert standing(project_id) == ("initiation", "drafting")
    procedure.to_countersign(cast, project_id)
    procedure.approve(cast, project_id)
    assert [row.outcome for row in Decision.select().order_by(Decision.id)] == [
        Outcome.RETURN_FOR_REVISION,
        Outcome.APPROVE,
    ]


# --- later, or never ----------------------------------------------------------------------------------------

DEFERRED = Ruling(Outcome.DEFER, "待机构改革方案明确", review_on=date(2008, 6, 2))


def test_a_deferred_proposal_waits_for_its_day_and_is_decided_again(cast, clock):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    procedure.countersign(cast, project_id)
    first = procedure.decide(cast, project_id, DEFERRED)
    case = case_of(project_id)
    assert (case.side_state, case.review_on) == (SideState.DEFERRED, date(2008, 6, 2))
    assert current(project_id).state is SubmissionState.DEFERRED
    assert procedure.decide(cast, project_id, DEFERRED) == first  # the second click
    with pytest.raises(Refused) as error:
        procedure.decide(cast, project_id)
    assert "暂缓" in str(error.value)
    clock.move_to(date(2008, 6, 2))
    cases.resume(
        project_id=project_id,
        expected_version=version(project_id),
        reason="机构改革方案已定",
        actor=cast.secretary,
    )
    case = case_of(project_id)
    assert (case.side_state, case.review_on) == (SideState.ACTIVE, None)
    assert procedure.decide(cast, project_id, DEFERRED.__class__(Outcome.APPROVE)).positive
    rounds = Step.select(Step.round).where(Step.kind == "decide").order_by(Step.round).tuples()
    assert list(rounds) == [(1,), (2,)]


def test_a_deferral_without_a_day_to_come_is_no_deferral(cast):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    procedure.countersign(cast, project_id)
    for review_on in (None, date(2008, 3, 3)):
        with pytest.raises(Invalid) as error:
            procedure.decide(cast, project_id, Ruling(Outcome.DEFER, "再议", review_on=review_on))
        assert set(error.value.fields) == {"review_on"}


def test_a_rejection_gives_its_reason_and_is_the_end(cast):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    procedure.countersign(cast, project_id)
    with pytest.raises(Invalid) as error:
        procedure.decide(cast, project_id, Ruling(Outcome.REJECT))
    assert set(error.value.fields) == {"reason"}
    rejected = procedure.decide(cast, project_id, Ruling(Outcome.REJECT, "与市级平台重复"))
    assert (rejected.positive, rejected.amount, rejected.plan_item_id) == (False, None, None)
    assert standing(project_id) == ("initiation", "rejected")
    assert current(project_id).state is SubmissionState.REJECTED
    assert account(project_id) is None
    with pytest.raises(Refused) as error:
        procedure.submit(cast, project_id)
    assert error.value.codes == ("FLOW",)


# --- on conditions ------------------------------------------------------------------------------------------


def demand(cast, gate=Gate.APPRAISAL):
    return Demand("补充信息安全方案", cast.unit.id, date(2008, 5, 30), gate)


def test_a_condition_keeps_the_gate_that_it_names_shut_until_it_is_met(cast):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    procedure.countersign(cast, project_id)
    ruling = Ruling(Outcome.APPROVE_WITH_CONDITIONS, conditions=[demand(cast)])
    assert procedure.decide(cast, project_id, ruling).positive
    procedure.draft_study(cast, project_id)
    with pytest.raises(Refused) as error:
        procedure.submit(cast, project_id)
    assert error.value.codes == ("CONDITION",)
    assert "补充信息安全方案" in str(error.value)
    condition = Condition.get()
    paper = procedure.scan(cast.applicant, "信息安全方案")
    met = conditions.meet_condition(condition_id=condition.id, document_id=paper, actor=cast.applicant)
    assert (met.met_by_id, met.evidence_id) == (cast.applicant.user_id, paper)
    procedure.submit(cast, project_id)
    assert standing(project_id) == ("appraisal", "endorsing")


def test_what_countersigners_demand_becomes_conditions_of_the_joint_decision(cast):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    reviews.countersign(
        submission_id=current(project_id).id,
        role=Role.FINANCE,
        opinion=Opinion(Outcome.APPROVE_WITH_CONDITIONS),
        conditions=[demand(cast, Gate.BUILD)],
        actor=cast.finance,
    )
    procedure.countersign(cast, project_id, [Role.INVESTMENT, Role.INFORMATIZATION])
    assert decision_of(project_id).outcome is Outcome.APPROVE_WITH_CONDITIONS
    assert [(row.text, row.gate) for row in Condition.select()] == [("补充信息安全方案", Gate.BUILD)]


@pytest.mark.parametrize("outcome", [Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS])
def test_conditions_and_the_word_for_them_go_together(cast, outcome):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    procedure.countersign(cast, project_id)
    given = [demand(cast)] if outcome is Outcome.APPROVE else []
    with pytest.raises(Invalid) as error:
        procedure.decide(cast, project_id, Ruling(outcome, conditions=given))
    assert set(error.value.fields) == {"conditions"}


# --- the same click, and the older page ---------------------------------------------------------------------


def test_a_second_click_gives_the_first_answer(cast):
    project_id = procedure.draft(cast, item=MAJOR)
    submission = procedure.submit(cast, project_id)
    first = reviews.endorse(submission_id=submission.id, text="同意", actor=cast.cio)
    assert reviews.endorse(submission_id=submission.id, text="同意", actor=cast.cio) == first
    first = reviews.accept(submission_id=submission.id, actor=cast.informatization)
    assert reviews.accept(submission_id=submission.id, actor=cast.informatization) == first
    for role in AUTHORITIES:
        once, twice = (
            reviews.countersign(
                submission_id=submission.id,
                role=role,
                opinion=procedure.NOBODY_MINDS,
                actor=cast.of(role),
            )
            for _ in range(2)
        )
        assert once == twice
    seen = version(project_id)
    rulings = [
        decisions.decide(
            submission_id=submission.id,
            expected_version=seen,
            ruling=procedure.APPROVED,
            actor=cast.member,
        )
        for _ in range(2)
    ]
    assert rulings[0] == rulings[1]
    assert Decision.select().count() == 1


def test_an_older_page_decides_nothing(cast):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    seen = version(project_id)
    procedure.countersign(cast, project_id)
    before = audit.trail("case", case_of(project_id).id)
    with pytest.raises(StaleVersion):
        decisions.decide(
            submission_id=current(project_id).id,
            expected_version=seen,
            ruling=procedure.APPROVED,
            actor=cast.member,
        )
    assert Decision.select().count() == 0
    assert audit.trail("case", case_of(project_id).id) == before


def test_what_has_been_replaced_is_not_judged_any_more(cast):
    project_id = procedure.draft(cast, item=ORDINARY)
    old = procedure.submit(cast, project_id)
    reviews.return_for_revision(submission_id=old.id, text="请修改", actor=cast.cio)
    procedure.submit(cast, project_id)
    with pytest.raises(Refused, match="已被新的申报件取代"):
        reviews.endorse(submission_id=old.id, actor=cast.cio)
    assert [one.stage for one in Submission.select()] == [Stage.INITIATION] * 2
