"""Stage 3: the estimate that caps everything after, and the annual plan that it may be listed in."""

import pytest

from approvals.queries import frozen
from approvals.rules.stages import Act, DecisionMode, SubmissionState
from approvals.services import annual_plan, appraisals, estimates, reviews
from approvals.tables.decision import Decision
from budget.queries.funds import account
from budget.queries.programme import programme_totals
from budget.rules.words import PlanRowState, ProgrammeMeasure
from budget.tables.annual_plan import AnnualPlanRow
from budget.tables.project_account import EstimateFix
from portfolio.foundation import audit
from portfolio.foundation.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource
from tests import factories, procedure
from tests.procedure import ORDINARY, case_of, current, standing, version

SOME = Money.from_wan(600)


def to_fix(cast, total_wan=1000, explanation="", **drafted):
    """A project whose estimate waits to be fixed."""
    project_id = procedure.carry(cast, until="appraised", **{"item": ORDINARY, **drafted})
    procedure.draft_design(cast, project_id, total_wan=total_wan, explanation=explanation)
    procedure.to_countersign(cast, project_id)
    return project_id


def test_cap_case_decision_and_programme_move_together(cast):
    project_id = to_fix(cast)
    fix = procedure.fix(cast, project_id)
    case = case_of(project_id)
    assert standing(project_id) == ("estimate", "fixed")
    assert (case.estimate_fix_id, fix.amount, fix.revision) == (fix.id, Money.from_wan(1000), 1)
    assert account(project_id).cap == Money.from_wan(1000)
    decision = Decision.get(Decision.mode == DecisionMode.REPLY, Decision.stage == "estimate")
    assert (decision.amount, decision.number) == (fix.amount, fix.number)
    assert current(project_id).state is SubmissionState.APPROVED
    approved = programme_totals("year", measures=[ProgrammeMeasure.APPROVED], project_id=project_id)
    assert [(row.key, row.amount) for row in approved] == [
        ((2008,), Money.from_wan(600)),
        ((2009,), Money.from_wan(400)),
    ]


def test_a_second_click_fixes_nothing_twice(cast):
    project_id = to_fix(cast)
    submission_id, seen = current(project_id).id, version(project_id)
    first, second = (
        estimates.fix_estimate(submission_id=submission_id, expected_version=seen, actor=cast.investment)
        for _ in range(2)
    )
    assert first == second
    assert EstimateFix.select().count() == 1
    approved = programme_totals(measures=[ProgrammeMeasure.APPROVED], project_id=project_id)
    assert [row.amount for row in approved] == [Money.from_wan(1000)]


def test_only_the_investment_authority_fixes_and_not_from_an_older_page(cast):
    project_id = to_fix(cast)
    given = {"submission_id": current(project_id).id, "expected_version": version(project_id)}
    for actor in (cast.finance, cast.informatization, cast.member, cast.applicant):
        with pytest.raises(Forbidden):
            estimates.fix_estimate(**given, actor=actor)
    with pytest.raises(StaleVersion):
        estimates.fix_estimate(**{**given, "expected_version": 1}, actor=cast.investment)
    with pytest.raises(NotFound):
        estimates.fix_estimate(**{**given, "submission_id": 404}, actor=cast.investment)
    assert EstimateFix.select().count() == 0


@pytest.mark.parametrize(
    ("total_wan", "explanation", "codes"),
    [(1101, "设备涨价", ("R04",)), (1001, "", ("R05",)), (1200, "", ("R04", "R05"))],
)
def test_far_above_the_approved_investment_or_unexplained_does_not_get_in(
    cast, total_wan, explanation, codes
):
    project_id = procedure.carry(cast, until="appraised", item=ORDINARY)
    procedure.draft_design(cast, project_id, total_wan=total_wan, explanation=explanation)
    with pytest.raises(Refused) as error:
        procedure.submit(cast, project_id)
    assert error.value.codes == codes
    assert standing(project_id) == ("estimate", "drafting")


def test_within_ten_per_cent_and_explained_it_is_fixed(cast):
    project_id = to_fix(cast, total_wan=1100, explanation="增加异地备份，设备涨价")
    assert procedure.fix(cast, project_id).amount == Money.from_wan(1100)


def test_far_above_the_study_is_reported_again(cast):
    project_id = procedure.carry(cast, until="appraised", item=ORDINARY)
    appraisals.reopen(
        project_id=project_id,
        expected_version=version(project_id),
        act=Act.REOPEN_APPRAISAL,
        reason="概算超过批复投资一成以上",
        actor=cast.applicant,
    )
    case = case_of(project_id)
    assert (standing(project_id), case.appraisal_id) == (("appraisal", "drafting"), None)
    assert case.decision_id is not None
    procedure.draft_study(cast, project_id, total_wan=1100)
    procedure.to_countersign(cast, project_id)
    procedure.appraise(cast, project_id)
    procedure.decide(cast, project_id)
    assert case_of(project_id).appraisal.approved_investment == Money.from_wan(1100)


def test_the_authority_may_send_a_design_back(cast):
    project_id = to_fix(cast)
    reviews.return_for_revision(
        submission_id=current(project_id).id, text="请细化软件开发费用", actor=cast.investment
    )
    assert standing(project_id) == ("estimate", "drafting")
    procedure.to_countersign(cast, project_id)
    procedure.fix(cast, project_id)
    assert [one.number for one in frozen.history(project_id)] == [1, 1, 1, 2]


# --- the annual plan (R07) ----------------------------------------------------------------------------------


def listed(cast, project_id, **given):
    values = {
        "project_id": project_id,
        "expected_version": version(project_id),
        "year": 2008,
        "source": FundingSource.MUNICIPAL,
        "amount": SOME,
        "actor": cast.finance,
    }
    return annual_plan.list_in_annual_plan(**{**values, **given})


def test_what_is_appraised_is_listed_and_the_leading_group_decides(cast):
    project_id = procedure.carry(cast, until="appraised", item=ORDINARY)
    row = listed(cast, project_id)
    assert (row.state, row.amount) == (PlanRowState.DRAFTED, SOME)
    [decided] = procedure.decide_plan(cast)
    assert (decided.id, decided.state, decided.decided_by_id) == (
        row.id,
        PlanRowState.DECIDED,
        cast.member.user_id,
    )
    assert decided.number == "渝信组〔2008〕1号"
    assert standing(project_id) == ("estimate", "drafting")
    acts = [entry.action for entry in audit.trail("case", case_of(project_id).id)]
    assert acts[-2:] == ["case.list_in_annual_plan", "annual_plan.decide"]


def test_what_is_not_appraised_is_not_listed(cast):
    project_id = procedure.carry(cast, until="approved", item=ORDINARY)
    with pytest.raises(Refused) as error:
        listed(cast, project_id)
    assert error.value.codes == ("FLOW",)
    assert AnnualPlanRow.select().count() == 0


@pytest.mark.parametrize(("change", "field"), [({"year": 2007}, "year"), ({"amount": Money.ZERO}, "amount")])
def test_neither_past_years_nor_nothing_are_listed(cast, change, field):
    project_id = procedure.carry(cast, until="appraised", item=ORDINARY)
    with pytest.raises(Invalid) as error:
        listed(cast, project_id, **change)
    assert set(error.value.fields) == {field}


def test_units_do_not_list_themselves_and_authorities_do_not_decide(cast):
    project_id = procedure.carry(cast, until="appraised", item=ORDINARY)
    with pytest.raises(Forbidden):
        listed(cast, project_id, actor=cast.applicant)
    listed(cast, project_id)
    for actor in (cast.investment, cast.secretary, cast.applicant):
        with pytest.raises(Forbidden):
            annual_plan.decide_annual_plan(year=2008, number="渝信组〔2008〕9号", actor=actor)
    insider = factories.actor("insider", Role.MEMBER, organisation=cast.unit)
    with pytest.raises(Forbidden, match="应当回避"):
        annual_plan.decide_annual_plan(year=2008, number="渝信组〔2008〕9号", actor=insider)
    assert AnnualPlanRow.get().state is PlanRowState.DRAFTED


def test_there_is_nothing_to_decide_twice(cast):
    project_id = procedure.carry(cast, until="appraised", item=ORDINARY)
    listed(cast, project_id)
    procedure.decide_plan(cast)
    with pytest.raises(Refused, match="没有待审定的投资计划"):
        procedure.decide_plan(cast)


def test_a_decided_row_is_changed_by_a_further_one(cast):
    project_id = procedure.carry(cast, until="appraised", item=ORDINARY)
    listed(cast, project_id)
    procedure.decide_plan(cast)
    listed(cast, project_id, amount=Money.from_wan(500))
    procedure.decide_plan(cast)
    rows = AnnualPlanRow.select().order_by(AnnualPlanRow.revision)
    assert [(row.revision, row.amount) for row in rows] == [(1, SOME), (2, Money.from_wan(500))]
