"""Who may do what: roles, houses, earlier parts in the matter, standing in, and paper signed elsewhere."""

from dataclasses import replace
from datetime import date

import pytest

from approvals.rules.stages import DecisionMode, Outcome, StepKind
from approvals.services import appraisals, decisions, estimates, reviews, submissions
from approvals.services.cases import open_case
from approvals.services.decisions import Ruling
from approvals.services.steps import Opinion, recording
from approvals.tables.case import Case
from approvals.tables.decision import Decision
from approvals.tables.submission import Step, Submission
from portfolio.foundation import access, audit
from portfolio.foundation.access import Delegation, UserRole
from portfolio.foundation.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import Part
from portfolio.services import dossier
from portfolio.tables.project import Project
from tests import factories, procedure
from tests.procedure import MAJOR, ORDINARY, case_of, current, standing, version

# --- what does not get in -----------------------------------------------------------------------------------


def refused_to_submit(cast, project_id):
    with pytest.raises(Refused) as error:
        procedure.submit(cast, project_id)
    assert standing(project_id) == ("initiation", "drafting")
    assert Submission.select().count() == 0
    assert all(found.basis and (found.passed or found.remedy) for found in error.value.findings)
    return error.value


def test_a_project_that_the_plan_does_not_hold_does_not_get_in(cast):
    refusal = refused_to_submit(cast, procedure.draft(cast, item=None))
    assert refusal.codes == ("R01",)
    assert "先规划后立项" in refusal.basis


def test_money_that_does_not_add_up_does_not_get_in(cast):
    project_id = procedure.draft(cast)
    dossier.set_funding(
        project_id=project_id,
        part=Part.PROPOSAL,
        rows=[{"source": "municipal", "year": 2008, "amount": "999.99"}],
        expected_version=Project.get_by_id(project_id).version,
        actor=cast.applicant,
    )
    assert refused_to_submit(cast, project_id).codes == ("FUNDING_SUM",)


def test_a_likeness_that_nobody_has_answered_does_not_get_in(cast):
    procedure.draft(cast, name="农业综合信息服务门户", item=ORDINARY)
    twin = procedure.draft(cast, name="农业综合信息服务门户（二期）", item=ORDINARY)
    procedure.submit(cast, twin)  # its likenesses were answered
    third = procedure.draft(cast, name="农业综合信息服务门户（三期）", item=ORDINARY, answered=False)
    with pytest.raises(Refused) as error:
        procedure.submit(cast, third)
    assert error.value.codes == ("DUPLICATES",)


def test_without_a_cover_letter_nothing_is_submitted(cast):
    project_id = procedure.draft(cast)
    with pytest.raises(Invalid) as error:
        submissions.submit(
            project_id=project_id,
            expected_version=version(project_id),
            cover_number=" ",
            actor=cast.applicant,
        )
    assert set(error.value.fields) == {"cover_number"}


def test_an_older_page_submits_nothing(cast):
    project_id = procedure.draft(cast)
    with pytest.raises(StaleVersion):
        submissions.submit(
            project_id=project_id, expected_version=99, cover_number="渝农〔2008〕1号", actor=cast.applicant
        )
    assert Submission.select().count() == 0


def test_what_does_not_exist_is_not_found(cast):
    for act in (
        lambda: open_case(project_id=404, actor=cast.applicant),
        lambda: submissions.submit(
            project_id=404, expected_version=1, cover_number="渝农〔2008〕1号", actor=cast.applicant
        ),
        lambda: reviews.endorse(submission_id=404, actor=cast.cio),
        lambda: decisions.decide(
            submission_id=404, expected_version=1, ruling=procedure.APPROVED, actor=cast.member
        ),
    ):
        with pytest.raises(NotFound):
            act()


def test_one_project_has_one_case(cast):
    project_id = procedure.draft(cast)
    again = open_case(project_id=project_id, actor=cast.applicant)
    assert again == case_of(project_id)
    assert Case.select().count() == 1


# --- roles and houses ---------------------------------------------------------------------------------------


def test_only_the_owners_people_submit_and_endorse(cast):
    project_id = procedure.draft(cast)
    others = procedure.unit_people(factories.organisation("CQ-SLJ"), "other-")
    with pytest.raises(Forbidden, match="不属于该项目的申报单位"):
        submissions.submit(
            project_id=project_id,
            expected_version=version(project_id),
            cover_number="渝水〔2008〕1号",
            actor=others["applicant"],
        )
    with pytest.raises(Forbidden):
        open_case(project_id=project_id, actor=others["applicant"])
    procedure.submit(cast, project_id)
    with pytest.raises(Forbidden, match="不属于该项目的申报单位"):
        procedure.endorse(cast, project_id, others["cio"])
    assert standing(project_id) == ("initiation", "endorsing")


def test_each_authority_signs_for_itself_alone(cast):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    for role, actor in ((Role.FINANCE, cast.investment), (Role.INVESTMENT, cast.secretary)):
        with pytest.raises(Forbidden):
            reviews.countersign(
                submission_id=current(project_id).id,
                role=role,
                opinion=procedure.NOBODY_MINDS,
                actor=actor,
            )
    assert Step.select().where(Step.kind == StepKind.COUNTERSIGN, Step.state == "done").count() == 0


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.AUDITOR, Role.ADMIN, Role.INVESTMENT, Role.APPLICANT])
def test_nobody_but_a_member_decides_what_the_leading_group_decides(cast, role):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    procedure.countersign(cast, project_id)
    with pytest.raises(Forbidden):
        procedure.decide(cast, project_id, actor=cast.of(role))
    assert Decision.select().count() == 0


# --- separation of duties -----------------------------------------------------------------------------------


def at_the_leading_group(cast, project_id):
    procedure.countersign(cast, project_id)
    assert standing(project_id) == ("initiation", "deciding")
    return {
        "submission_id": current(project_id).id,
        "expected_version": version(project_id),
        "ruling": procedure.APPROVED,
    }


@pytest.mark.parametrize("earlier", ["applicant", "cio"])
def test_nobody_decides_on_what_they_submitted_or_endorsed(cast, earlier):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    ready = at_the_leading_group(cast, project_id)
    user_id = getattr(cast, earlier).user_id
    promoted = replace(cast.member, user_id=user_id, name="升任的经办人")
    with pytest.raises(Forbidden) as error:
        decisions.decide(**ready, actor=promoted)
    assert "不能再办理此环节" in str(error.value)
    assert error.value.basis == "决策、执行、监督相互分离"
    with pytest.raises(Forbidden):  # nor does standing in for them help
        decisions.decide(**ready, actor=replace(cast.member, on_behalf_of=user_id))
    assert Decision.select().count() == 0


def test_a_member_of_the_applicants_house_recuses(cast):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    ready = at_the_leading_group(cast, project_id)
    insider = factories.actor("insider", Role.MEMBER, organisation=cast.unit)
    with pytest.raises(Forbidden, match="应当回避"):
        decisions.decide(**ready, actor=insider)
    assert procedure.decide(cast, project_id).positive


def test_one_person_in_two_authorities_signs_once(cast):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    both = replace(cast.investment, roles=frozenset({Role.INVESTMENT, Role.FINANCE}))
    sign = {"submission_id": current(project_id).id, "opinion": procedure.NOBODY_MINDS, "actor": both}
    reviews.countersign(**sign, role=Role.INVESTMENT)
    with pytest.raises(Forbidden, match="会签"):
        reviews.countersign(**sign, role=Role.FINANCE)


def test_an_authority_that_applies_neither_accepts_nor_signs(cast):
    house = cast.authorities[Role.INFORMATIZATION]
    people = procedure.unit_people(house, "house-")
    project_id = procedure.draft(cast, applicant=people["applicant"], item=ORDINARY, name="信产局办公平台")
    procedure.submit(cast, project_id)
    procedure.endorse(cast, project_id, people["cio"])
    submission_id = current(project_id).id
    with pytest.raises(Forbidden):
        reviews.accept(submission_id=submission_id, actor=cast.informatization)
    reviews.accept(submission_id=submission_id, actor=cast.investment)  # the other authority stands in
    asked = Step.select(Step.role).where(Step.kind == StepKind.COUNTERSIGN).order_by(Step.id).tuples()
    assert [role for (role,) in asked] == [Role.INVESTMENT, Role.FINANCE]
    procedure.countersign(cast, project_id)
    assert standing(project_id) == ("appraisal", "drafting")
    assert Decision.get().mode is DecisionMode.JOINT


def test_the_investment_authoritys_own_project_is_replied_to_and_fixed_by_another(cast):
    people = procedure.unit_people(cast.authorities[Role.INVESTMENT], "house-")
    project_id = procedure.draft(cast, applicant=people["applicant"], item=ORDINARY, name="投资监测平台")

    def handed_in():
        procedure.submit(cast, project_id)
        procedure.endorse(cast, project_id, people["cio"])
        procedure.accept(cast, project_id)

    handed_in()
    procedure.countersign(cast, project_id)
    procedure.draft_study(cast, project_id)
    handed_in()
    procedure.appraise(cast, project_id)
    with pytest.raises(Forbidden):
        procedure.decide(cast, project_id)
    procedure.decide(cast, project_id, actor=cast.informatization)
    procedure.draft_design(cast, project_id)
    handed_in()
    with pytest.raises(Forbidden):
        procedure.fix(cast, project_id)
    estimates.fix_estimate(
        submission_id=current(project_id).id,
        expected_version=version(project_id),
        actor=cast.informatization,
    )
    assert standing(project_id) == ("estimate", "fixed")


def test_a_small_project_of_an_authority_that_signs_goes_to_the_leading_group(cast):
    house = cast.authorities[Role.FINANCE]
    people = procedure.unit_people(house, "house-")
    project_id = procedure.draft(
        cast, applicant=people["applicant"], item=ORDINARY, total_wan=40, name="财政内网改造"
    )
    procedure.submit(cast, project_id)
    procedure.endorse(cast, project_id, people["cio"])
    procedure.accept(cast, project_id)
    procedure.countersign(cast, project_id)
    assert standing(project_id) == ("initiation", "deciding")  # one signature decides nothing jointly


def test_experts_come_from_outside_and_score_what_they_are_asked(cast):
    project_id = procedure.carry(cast, until="approved", item=ORDINARY)
    procedure.draft_study(cast, project_id)
    procedure.to_countersign(cast, project_id)
    submission_id = current(project_id).id
    insider = factories.actor("inside-expert", Role.EXPERT, organisation=cast.unit)
    for expert, code in ((insider, "CONFLICT"), (cast.auditor, "APPRAISAL")):
        with pytest.raises(Refused) as error:
            appraisals.assign_experts(
                submission_id=submission_id, expert_ids=[expert.user_id], actor=cast.informatization
            )
        assert error.value.codes == (code,)
    with pytest.raises(Forbidden, match="未被指派"):
        appraisals.score(submission_id=submission_id, points=90, text="可行", actor=cast.experts[0])


# --- standing in, and paper ---------------------------------------------------------------------------------


def test_a_deputy_stands_in_for_days_and_both_names_are_kept(cast):
    project_id = procedure.draft(cast)
    procedure.submit(cast, project_id)
    deputy = factories.actor("deputy", Role.APPLICANT, organisation=cast.unit)
    Delegation.create(
        principal=cast.cio.user_id,
        delegate=deputy.user_id,
        role=Role.CIO,
        valid_from=date(2008, 3, 3),
        valid_to=date(2008, 3, 7),
        reason="出国考察",
        granted_by=cast.cio.user_id,
    )
    standing_in = access.stand_in(deputy, "cio", Role.CIO)
    step = reviews.endorse(submission_id=current(project_id).id, text="同意", actor=standing_in)
    assert (step.actor_id, step.on_behalf_of_id) == (deputy.user_id, cast.cio.user_id)
    entry = next(e for e in audit.trail("case", case_of(project_id).id) if e.action == "case.endorse")
    assert (entry.actor_id, entry.on_behalf_of) == (deputy.user_id, cast.cio.user_id)


def test_who_submitted_does_not_endorse_in_the_cios_name(cast):
    project_id = procedure.draft(cast)
    procedure.submit(cast, project_id)
    with pytest.raises(Forbidden, match="报送"):
        procedure.endorse(
            cast, project_id, replace(cast.cio, user_id=cast.applicant.user_id, on_behalf_of=cast.cio.user_id)
        )


def test_the_office_records_a_signed_paper_with_its_scan_and_both_names(cast):
    project_id = procedure.carry(cast, until="countersigning", item=MAJOR)
    procedure.countersign(cast, project_id)
    paper = procedure.scan(cast.secretary, "审定单")
    clerk = recording(actor=cast.secretary, signer="member", role=Role.MEMBER, paper_id=paper)
    with pytest.raises(Invalid) as error:
        procedure.decide(cast, project_id, actor=clerk)
    assert set(error.value.fields) == {"paper"}
    decision = procedure.decide(cast, project_id, Ruling(Outcome.APPROVE, paper_id=paper), actor=clerk)
    assert (decision.decided_by_id, decision.on_behalf_of_id, decision.paper_id) == (
        cast.secretary.user_id,
        cast.member.user_id,
        paper,
    )


def test_the_office_records_a_countersign_too(cast):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    paper = procedure.scan(cast.secretary, "会签单")
    clerk = recording(actor=cast.secretary, signer="finance", role=Role.FINANCE, paper_id=paper)
    step = reviews.countersign(
        submission_id=current(project_id).id,
        role=Role.FINANCE,
        opinion=Opinion(Outcome.APPROVE, paper_id=paper),
        actor=clerk,
    )
    assert (step.actor_id, step.on_behalf_of_id, step.paper_id) == (
        cast.secretary.user_id,
        cast.finance.user_id,
        paper,
    )


def test_nobody_else_records_paper_and_nothing_without_a_scan(cast):
    paper = procedure.scan(cast.secretary, "审定单")
    with pytest.raises(Forbidden):
        recording(actor=cast.investment, signer="member", role=Role.MEMBER, paper_id=paper)
    with pytest.raises(NotFound):
        recording(actor=cast.secretary, signer="member", role=Role.MEMBER, paper_id=404)
    with pytest.raises(NotFound, match="没有“领导小组成员”职责"):
        recording(actor=cast.secretary, signer="cio", role=Role.MEMBER, paper_id=paper)
    UserRole.update(valid_to=date(2008, 3, 2)).where(UserRole.role == Role.MEMBER).execute()
    with pytest.raises(NotFound):
        recording(actor=cast.secretary, signer="member", role=Role.MEMBER, paper_id=paper)
