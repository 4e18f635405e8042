"""Stage 4: nothing is built before everything has come before; then changes, before and never after."""

from datetime import date

import pytest

from approvals.rules.stages import DecisionMode, Gate, Outcome, StepKind, SubmissionKind, SubmissionState
from approvals.services import changes, conditions, construction
from approvals.services.changes import Change
from approvals.services.decisions import Demand, Ruling
from approvals.tables.decision import Condition, Decision
from approvals.tables.submission import Step, Submission
from budget.queries.funds import account, funds_in_place
from budget.rules.words import AccountState
from portfolio.foundation.errors import Forbidden, Invalid, Refused, StaleVersion
from portfolio.foundation.money import Money
from portfolio.queries.dossier import dossier
from portfolio.rules.dossier import Part
from portfolio.services import dossier as dossiers
from portfolio.tables.dossier import MilestoneBaseline
from portfolio.tables.project import Project
from tests import factories, procedure
from tests.procedure import MAJOR, ORDINARY, case_of, current, standing, version

# --- the start ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total_wan", "item", "tier"),
    [(40, ORDINARY, "small"), (1000, ORDINARY, "ordinary"), (1000, MAJOR, "major")],
)
def test_the_whole_way_to_construction_for_every_tier(cast, total_wan, item, tier):
    project_id = procedure.carry(cast, until="building", total_wan=total_wan, item=item)
    case, funds = case_of(project_id), funds_in_place(project_id, 2008)
    assert (standing(project_id), case.tier.value) == (("construction", "building"), tier)
    assert None not in (case.plan_item_id, case.decision_id, case.appraisal_id, case.estimate_fix_id)
    assert (case.annual_plan_row_id, case.budget_line_id) == (funds.annual_plan_row_id, funds.line_id)
    assert account(project_id).state is AccountState.OPEN
    promised = MilestoneBaseline.select(MilestoneBaseline.number, MilestoneBaseline.planned_on).tuples()
    assert sorted(promised) == [(1, date(2008, 12, 31)), (1, date(2009, 11, 30))]


def test_what_was_shown_at_the_start_is_frozen(cast):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    shown = current(project_id)
    assert (shown.kind, shown.state) == (SubmissionKind.START_APPLICATION, SubmissionState.APPROVED)
    assert shown.snapshot["start"]["allotted"] == Money.from_wan(600).fen
    assert {found["code"] for found in shown.findings} == {"R02", "BUILD", "R07", "ALLOTMENT", "CONDITION"}
    assert all(found["passed"] for found in shown.findings)


MISSING = {
    "countersigning": ("R02", "BUILD", "R07", "ALLOTMENT"),
    "approved": ("R02", "BUILD", "R07", "ALLOTMENT"),
    "appraised": ("BUILD", "R07", "ALLOTMENT"),
    "fixed": ("R07", "ALLOTMENT"),
    "planned": ("ALLOTMENT",),
}


def test_too_early_is_told_everything_that_is_missing_at_every_step_of_the_way(cast):
    project_id = procedure.draft(cast, item=ORDINARY)
    for name, step in procedure.MILESTONES[: len(MISSING)]:
        step(cast, project_id)
        before = standing(project_id), version(project_id)
        with pytest.raises(Refused) as error:
            procedure.start(cast, project_id)
        assert error.value.codes == MISSING[name]
        assert (standing(project_id), version(project_id)) == before
        if "R02" in error.value.codes:
            assert "先评估后建设" in error.value.basis
        if name == "fixed":  # a row that nobody has decided is no row
            procedure.list_in_plan(cast, project_id)
            with pytest.raises(Refused) as error:
                procedure.start(cast, project_id)
            assert error.value.codes == ("R07", "ALLOTMENT")
    assert SubmissionKind.START_APPLICATION not in {one.kind for one in Submission.select()}


def test_last_years_money_is_not_this_years(cast, clock):
    project_id = procedure.carry(cast, until="funded", item=ORDINARY)
    clock.move_to(procedure.IN_2008.replace(year=2009))
    with pytest.raises(Refused) as error:
        procedure.start(cast, project_id)
    assert error.value.codes == ("R07", "ALLOTMENT")


def test_a_condition_of_the_decision_stops_the_start_until_it_is_met(cast):
    project_id = procedure.draft(cast, item=MAJOR)
    procedure.to_countersign(cast, project_id)
    procedure.countersign(cast, project_id)
    demand = Demand("完成机房选址", cast.unit.id, date(2008, 5, 30), Gate.BUILD)
    procedure.decide(cast, project_id, Ruling(Outcome.APPROVE_WITH_CONDITIONS, conditions=[demand]))
    for step in (procedure.study, procedure.design, procedure.plan, procedure.allot):
        step(cast, project_id)
    with pytest.raises(Refused) as error:
        procedure.start(cast, project_id)
    assert error.value.codes == ("CONDITION",)
    paper = procedure.scan(cast.applicant, "机房选址批复")
    conditions.meet_condition(condition_id=Condition.get().id, document_id=paper, actor=cast.applicant)
    procedure.start(cast, project_id)
    assert standing(project_id) == ("construction", "building")


def test_only_the_owner_starts_once_and_from_the_page_of_today(cast):
    project_id = procedure.carry(cast, until="funded", item=ORDINARY)
    other = factories.actor("other", *cast.applicant.roles)
    given = {
        "project_id": project_id,
        "expected_version": version(project_id),
        "cover_number": "渝农〔2008〕9号",
    }
    for actor in (other, cast.cio, cast.investment):
        with pytest.raises(Forbidden):
            construction.start_construction(**given, actor=actor)
    with pytest.raises(Invalid):
        construction.start_construction(**{**given, "cover_number": " "}, actor=cast.applicant)
    with pytest.raises(StaleVersion):
        construction.start_construction(**{**given, "expected_version": 1}, actor=cast.applicant)
    construction.start_construction(**given, actor=cast.applicant)
    with pytest.raises(StaleVersion):
        construction.start_construction(**given, actor=cast.applicant)
    with pytest.raises(Refused) as error:
        procedure.start(cast, project_id)
    assert error.value.codes == ("FLOW",)


# --- changes ------------------------------------------------------------------------------------------------


def shifted(cast, project_id, wan, more=0):
    """The design with ``wan`` 万元 moved from equipment to software, and ``more`` on top."""
    lines = [
        {"category": line.category, "item": line.item, "amount": line.amount}
        for line in dossier(project_id, Part.DESIGN).estimate
    ]
    lines[0]["amount"] -= Money.from_wan(wan)
    lines[1]["amount"] += Money.from_wan(wan + more)
    funding = [
        {"source": line.source, "year": line.year, "amount": line.amount}
        for line in dossier(project_id, Part.DESIGN).funding
    ]
    funding[1]["amount"] += Money.from_wan(more)
    return {"estimate": lines, "funding": funding}


def requested(cast, project_id, reason="软件开发量增加", **wanted):
    return changes.request_change(
        project_id=project_id,
        expected_version=version(project_id),
        change=Change(reason, **wanted),
        cover_number="渝农〔2008〕调整1号",
        actor=cast.applicant,
    )


def ruled(cast, project_id, ruling, actor):
    return changes.decide_change(
        submission_id=current(project_id).id,
        expected_version=version(project_id),
        ruling=ruling,
        actor=actor,
    )


def design_of(project_id):
    return {line.item: line.amount for line in dossier(project_id, Part.DESIGN).estimate}


@pytest.mark.parametrize(
    ("item", "approver", "other"), [(ORDINARY, "investment", "member"), (MAJOR, "member", "investment")]
)
def test_a_change_is_data_until_its_first_approver_approves_it(cast, item, approver, other):
    project_id = procedure.carry(cast, until="building", item=item)
    before = design_of(project_id)
    submission = requested(cast, project_id, **shifted(cast, project_id, 50))
    assert (submission.kind, submission.state) == (SubmissionKind.CHANGE, SubmissionState.IN_REVIEW)
    assert submission.snapshot["change"] == {
        "reason": "软件开发量增加",
        "differences": [
            {"place": "estimate.1.amount", "before": 400_0000_00, "after": 350_0000_00},
            {"place": "estimate.2.amount", "before": 450_0000_00, "after": 500_0000_00},
        ],
    }
    assert design_of(project_id) == before
    with pytest.raises(Forbidden):
        ruled(cast, project_id, procedure.APPROVED, getattr(cast, other))
    decision = ruled(cast, project_id, procedure.APPROVED, getattr(cast, approver))
    assert (decision.mode, decision.amount) == (DecisionMode.CHANGE, Money.from_wan(1000))
    assert design_of(project_id)["费用1"] == Money.from_wan(350)
    assert account(project_id).cap == Money.from_wan(1000)
    assert Project.get_by_id(project_id).locked


def test_a_dearer_project_gets_a_further_cap_and_the_first_stays_on_record(cast):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    first = case_of(project_id).estimate_fix
    requested(cast, project_id, **shifted(cast, project_id, 50, more=80))
    ruled(cast, project_id, procedure.APPROVED, cast.investment)
    again = case_of(project_id).estimate_fix
    assert (first.amount, again.amount) == (Money.from_wan(1000), Money.from_wan(1080))
    assert (first.revision, again.revision) == (1, 2)
    assert account(project_id).cap == Money.from_wan(1080)


@pytest.mark.parametrize(
    ("ruling", "state"),
    [
        (Ruling(Outcome.REJECT, "理由不充分"), SubmissionState.REJECTED),
        (Ruling(Outcome.RETURN_FOR_REVISION, "请补充测算"), SubmissionState.RETURNED),
    ],
)
def test_a_change_that_is_not_approved_changes_nothing(cast, ruling, state):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    before = design_of(project_id)
    requested(cast, project_id, **shifted(cast, project_id, 50))
    first = ruled(cast, project_id, ruling, cast.investment)
    assert ruled(cast, project_id, ruling, cast.investment) == first
    assert (design_of(project_id), current(project_id).state) == (before, state)
    requested(cast, project_id, "重新测算后", **shifted(cast, project_id, 30))
    assert current(project_id).number == 2


def test_what_has_been_done_already_is_not_approved_afterwards(cast):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    with pytest.raises(Refused) as error:
        requested(cast, project_id, already_done=True, **shifted(cast, project_id, 50))
    assert error.value.codes == ("R10",)
    assert "事后报批" in str(error.value)


def test_a_change_must_add_up_and_change_something(cast):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    with pytest.raises(Refused) as error:
        requested(cast, project_id, estimate=shifted(cast, project_id, 50, more=80)["estimate"])
    assert error.value.codes == ("FUNDING_SUM",)
    with pytest.raises(Invalid):
        requested(cast, project_id)
    with pytest.raises(Invalid) as invalid:
        requested(cast, project_id, fields={"name": "另一个项目"})
    assert set(invalid.value.fields) == {"name"}
    with pytest.raises(Invalid) as invalid:
        requested(cast, project_id, estimate=[{"category": "hardware", "item": "设备", "amount": "很多"}])
    assert set(invalid.value.fields) == {"estimate.1.amount"}
    assert Submission.select().where(Submission.kind == SubmissionKind.CHANGE).count() == 0


def test_one_change_at_a_time_and_no_completion_meanwhile(cast):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    requested(cast, project_id, **shifted(cast, project_id, 50))
    with pytest.raises(Refused, match="有调整申请正在审批"):
        requested(cast, project_id, **shifted(cast, project_id, 30))
    with pytest.raises(Refused, match="有调整申请正在审批"):
        completed(cast, project_id, date(2008, 3, 3))


def test_nobody_decides_on_the_change_that_they_asked_for(cast):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    requested(cast, project_id, **shifted(cast, project_id, 50))
    turned = cast.investment.__class__(
        cast.applicant.user_id, "调任者", cast.investment.organisation_id, cast.investment.roles
    )
    with pytest.raises(Forbidden):
        ruled(cast, project_id, procedure.APPROVED, turned)
    assert Step.get(Step.kind == StepKind.CHANGE).state == "open"


def test_what_is_being_built_is_changed_by_an_approved_change_alone(cast):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    with pytest.raises(Refused) as error:
        dossiers.set_estimate(
            project_id=project_id,
            part=Part.DESIGN,
            rows=procedure.estimate_rows(Money.from_wan(2000)),
            expected_version=Project.get_by_id(project_id).version,
            actor=cast.applicant,
        )
    assert error.value.codes == ("LOCKED",)


def under_the_rules_of_2020(cast, clock, project_id):
    clock.move_to(procedure.IN_2008.replace(year=2020, month=6, day=1))
    return project_id


def test_from_2020_up_to_fifteen_per_cent_is_the_units_own_affair_and_filed(cast, clock):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    under_the_rules_of_2020(cast, clock, project_id)
    submission = requested(cast, project_id, **shifted(cast, project_id, 150))
    assert submission.state is SubmissionState.APPROVED
    assert design_of(project_id)["费用1"] == Money.from_wan(250)
    assert Decision.select().where(Decision.mode == DecisionMode.CHANGE).count() == 0
    assert "R09" in {found["code"] for found in submission.findings}
    wider = requested(cast, project_id, **shifted(cast, project_id, 151))
    assert (wider.state, wider.snapshot["change"]["reason"]) == (SubmissionState.IN_REVIEW, "软件开发量增加")


def test_another_goal_always_goes_back(cast, clock):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    under_the_rules_of_2020(cast, clock, project_id)
    submission = requested(cast, project_id, fields={"goals": "只接入二十个部门"})
    assert submission.state is SubmissionState.IN_REVIEW
    ruled(cast, project_id, procedure.APPROVED, cast.investment)
    assert Project.get_by_id(project_id).goals == "只接入二十个部门"


# --- completion ---------------------------------------------------------------------------------------------


def completed(cast, project_id, day):
    return construction.complete(
        project_id=project_id, expected_version=version(project_id), completed_on=day, actor=cast.applicant
    )


def test_completion_has_its_day_between_start_and_today(cast, clock):
    project_id = procedure.carry(cast, until="building", item=ORDINARY)
    clock.move_to(procedure.IN_2008.replace(month=9))
    for day in (date(2008, 9, 4), date(2008, 3, 2)):
        with pytest.raises(Invalid) as error:
            completed(cast, project_id, day)
        assert set(error.value.fields) == {"completed_on"}
    case = completed(cast, project_id, date(2008, 8, 29))
    assert (standing(project_id), case.completed_on) == (("acceptance", "preliminary"), date(2008, 8, 29))
    assert account(project_id).state is AccountState.OPEN  # what is under contract is still paid


def test_nothing_is_complete_that_was_not_begun(cast):
    project_id = procedure.carry(cast, until="fixed", item=ORDINARY)
    with pytest.raises(Refused) as error:
        completed(cast, project_id, date(2008, 3, 3))
    assert error.value.codes == ("FLOW",)
