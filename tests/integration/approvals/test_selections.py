"""Selections for the annual plan: made by hand or solved, saved for good, handed to the leading group."""

from __future__ import annotations

import pytest

from approvals.queries.choice import candidates, rooms
from approvals.queries.selections import saved, selections_of
from approvals.rules.choice import AmountBasis, LeastShare, Method, Pin, SelectionState, ShareOf
from approvals.rules.evaluation import EvaluationKind, EvaluationState, Grade
from approvals.services.annual_plan import decide_annual_plan
from approvals.services.meetings import call
from approvals.services.selections import Draft, Wish, attempt, before_handing_over, hand_over, save
from approvals.tables.choice import PlanSelection, PlanSelectionProject
from approvals.tables.evaluation import Evaluation
from budget.rules.words import PlanRowState, RequestKind
from budget.services import ceilings
from budget.tables.annual_plan import AnnualPlanRow, BudgetRequest
from portfolio.foundation import audit, clock, rulebook
from portfolio.foundation.db import IntegrityError, transaction
from portfolio.foundation.errors import Conflict, Forbidden, Invalid, Refused
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource
from tests import factories, procedure
from tests.procedure import ORDINARY

YEAR = 2008
CITY = FundingSource.MUNICIPAL


def fixed(cast, name, total_wan, **fields):
    """A project whose estimate is fixed, asking six tenths of ``total_wan`` for the year."""
    return procedure.carry(cast, until="fixed", name=name, total_wan=total_wan, item=ORDINARY, **fields)


def ceiling(cast, wan, year=YEAR):
    ceilings.set_ceiling(
        year=year, source=CITY, amount=Money.from_wan(wan), number=f"渝财预〔{year}〕1号", actor=cast.finance
    )


def draft(*chosen, pins=None, bases=None, assumed=None, shares=()):
    pins, bases = pins or {}, bases or {}
    wishes = {key: Wish(key in chosen, bases.get(key), pins.get(key)) for key in {*chosen, *pins, *bases}}
    return Draft(wishes, {CITY: Money.from_wan(assumed)} if assumed else {}, tuple(shares))


def keep(cast, made, method=Method.HAND, title="方案一", **changed):
    values = {"year": YEAR, "title": title, "reason": "先保续建，再按得分", "actor": cast.investment}
    return save(**{**values, **changed}, draft=made, method=method)


def plan_rows(year=YEAR):
    return {
        row.project_id: (row.amount, row.state)
        for row in AnnualPlanRow.select().where(AnnualPlanRow.year == year)
    }


@pytest.fixture
def three(cast):
    """Three projects that ask 600, 300 and 300 of a ceiling of 700: the second is marked as major."""
    found = (
        fixed(cast, "墒情监测平台", 1000),
        fixed(cast, "农产品追溯系统", 500, foundational=True),
        fixed(cast, "动物防疫信息库", 500),
    )
    ceiling(cast, 700)
    return found


def test_a_selection_is_solved_saved_and_handed_to_a_meeting_that_decides(cast, three):
    large, major, small = three
    by_hand = keep(cast, draft(large))
    best = keep(cast, draft(), Method.SOLVED, title="优化方案")
    assert saved(by_hand.id).chosen == {large}
    assert saved(best.id).chosen == {major, small}
    assert (best.value, best.bound) == (17500, 17500), "two of 85 points, and five for the mark"
    assert by_hand.value == 8500
    meeting = _meeting(cast)
    done = hand_over(selection_id=best.id, meeting_id=meeting.id, actor=cast.finance)
    assert (done.rows, done.left_to_others) == (2, ())
    assert done.selection.meeting_id == meeting.id
    half = Money.from_wan(300)
    assert plan_rows() == {key: (half, PlanRowState.DRAFTED) for key in (major, small)}
    decide_annual_plan(year=YEAR, number="", actor=cast.member)
    assert {state for _, state in plan_rows().values()} == {PlanRowState.DECIDED}
    assert [one.action for one in audit.trail("plan_selection", best.id)] == [
        "plan_selection.save",
        "plan_selection.hand_over",
    ]


def _meeting(cast):
    project_id = procedure.draft(cast, name="市级政务云平台")
    procedure.to_countersign(cast, project_id)
    procedure.countersign(cast, project_id)
    return call(
        number="渝信组纪〔2008〕1号",
        held_on=clock.today(),
        submission_ids=[procedure.current(project_id).id],
        actor=cast.secretary,
    )


def test_what_was_saved_stands_and_what_was_handed_over_never_changes(cast, three):
    row = keep(cast, draft(three[1]))
    with pytest.raises(IntegrityError), transaction():
        PlanSelection.update(title="改名").where(PlanSelection.id == row.id).execute()
    with pytest.raises(IntegrityError), transaction():
        PlanSelectionProject.update(chosen=True).execute()
    hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    with pytest.raises(IntegrityError), transaction():
        PlanSelection.update(state=SelectionState.SAVED, handed_by=None, handed_at=None).execute()
    with pytest.raises(Conflict):
        hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert len(plan_rows()) == 1


def test_a_selection_over_the_ceiling_is_saved_but_not_handed_over(cast, three):
    row = keep(cast, draft(*three))
    [found] = [one for one in before_handing_over(row.id, cast.investment)[1] if not one.passed]
    assert (found.code, str(found.figure), str(found.limit)) == ("CEILING", "1,200.00万元", "700.00万元")
    with pytest.raises(Refused) as refused:
        hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert refused.value.codes == ("CEILING",)
    assert plan_rows() == {}
    assert PlanSelection.get_by_id(row.id).state is SelectionState.SAVED


def test_an_assumed_ceiling_helps_to_think_and_not_to_hand_over(cast, three):
    row = keep(cast, draft(assumed=1200), Method.SOLVED)
    assert saved(row.id).chosen == set(three)
    with pytest.raises(Refused) as refused:
        hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert refused.value.codes == ("CEILING",)


def test_without_a_ceiling_only_an_assumed_one_is_solved_under(cast):
    project_id = fixed(cast, "墒情监测平台", 1000)
    with pytest.raises(Refused) as refused:
        attempt(year=YEAR, draft=draft(), method=Method.SOLVED, actor=cast.investment)
    assert refused.value.codes == ("CEILING",)
    trial = attempt(year=YEAR, draft=draft(assumed=600), method=Method.SOLVED, actor=cast.investment)
    assert trial.chosen == {project_id}
    assert plan_rows() == {}, "the solver decides nothing"


def test_what_changed_since_is_named_project_by_project(cast, three):
    large, major, small = three
    row = keep(cast, draft(major, small))
    procedure.list_in_plan(cast, major)
    procedure.case_of(small)
    with pytest.raises(Refused) as refused:
        hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert "STALE" in refused.value.codes
    assert plan_rows() == {major: (Money.from_wan(300), PlanRowState.DRAFTED)}
    assert rooms(YEAR)[0].left == Money.from_wan(400)
    assert [one.project.id for one in candidates(YEAR, rulebook.on(clock.today()))] == [large, small]


def test_pins_and_least_shares_bind_the_solver(cast, three):
    large, major, small = three
    pinned = attempt(
        year=YEAR, draft=draft(pins={large: Pin.IN}), method=Method.SOLVED, actor=cast.investment
    )
    assert pinned.chosen == {large}
    out = attempt(year=YEAR, draft=draft(pins={major: Pin.OUT}), method=Method.SOLVED, actor=cast.investment)
    assert out.chosen in ({large}, {small})
    assert out.chosen == {large}, "of equals the earlier code"
    share = LeastShare(ShareOf.BOX, "B9", 10)
    nothing = attempt(year=YEAR, draft=draft(shares=[share]), method=Method.SOLVED, actor=cast.investment)
    assert nothing.chosen == frozenset(), "no project is of that box"


def test_a_unit_that_was_graded_fair_is_cut(cast):
    project_id = fixed(cast, "墒情监测平台", 1000)
    ceiling(cast, 700)
    _graded_fair(cast)
    row = keep(cast, draft(project_id))
    [line] = saved(row.id).inside
    [need] = line.option.needs
    assert (need.asked, need.amount) == (Money.from_wan(600), Money.from_wan(540))
    hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert plan_rows() == {project_id: (Money.from_wan(540), PlanRowState.DRAFTED)}


def test_a_grade_that_comes_later_stops_the_handing_over(cast, three):
    row = keep(cast, draft(three[1]))
    _graded_fair(cast)
    with pytest.raises(Refused) as refused:
        hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert refused.value.codes == ("STALE",)
    assert str(refused.value.findings[-1].limit) == "270.00万元"


def _graded_fair(cast):
    earlier = factories.project(owner=cast.unit, created_by=cast.applicant.user_id, name="农业门户网站")
    Evaluation.create(
        project=earlier,
        kind=EvaluationKind.EVALUATION,
        subject_key=f"project:{earlier.id}:evaluation:0",
        instrument={},
        unit=cast.unit,
        evaluator=cast.authorities[Role.INFORMATIZATION],
        state=EvaluationState.FINAL,
        as_of=clock.today(),
        texts={},
        submitted_by=cast.applicant.user_id,
        submitted_at=clock.now(),
        reply="无异议",
        reply_by=cast.applicant.user_id,
        reply_at=clock.now(),
        total=65,
        grade=Grade.FAIR,
        number="渝信产评〔2008〕1号",
        opened_by=cast.informatization.user_id,
        opened_at=clock.now(),
        finalised_by=cast.informatization.user_id,
        finalised_at=clock.now(),
    )


def test_the_amount_comes_from_the_request_the_estimate_or_what_is_still_needed(cast):
    project_id = fixed(cast, "墒情监测平台", 1000)
    ceiling(cast, 2000)
    BudgetRequest.create(
        project=project_id,
        year=YEAR,
        source=CITY,
        kind=RequestKind.ROUND,
        requested=Money.from_wan(450),
        requested_by=cast.applicant.user_id,
        requested_at=clock.now(),
    )
    [found] = candidates(YEAR, rulebook.on(clock.today()))
    amounts = {basis: found.option(basis).total for basis in AmountBasis}
    assert amounts == {
        AmountBasis.REQUEST: Money.from_wan(450),
        AmountBasis.FUNDING: Money.from_wan(600),
        AmountBasis.REMAINING: Money.from_wan(1000),
    }
    assert found.basis is AmountBasis.REQUEST
    row = keep(cast, draft(project_id, bases={project_id: AmountBasis.REMAINING}))
    assert saved(row.id).total == Money.from_wan(1000)
    procedure.list_in_plan(cast, project_id, amount=Money.from_wan(700))
    [later] = candidates(YEAR + 1, rulebook.on(clock.today()))
    assert later.option(AmountBasis.REMAINING).total == Money.from_wan(300)


def test_what_is_not_appraised_is_never_offered(cast):
    procedure.carry(cast, until="approved", name="墒情监测平台", item=ORDINARY)
    assert candidates(YEAR, rulebook.on(clock.today())) == []


def test_a_selection_needs_words_projects_a_year_to_come_and_a_title_of_its_own(cast, three):
    keep(cast, draft(three[1]))
    for changed, field in (
        ({"title": " "}, "title"),
        ({"reason": ""}, "reason"),
        ({"year": 2007}, "year"),
        ({}, "title"),
    ):
        with pytest.raises(Invalid) as refused:
            keep(cast, draft(three[1]), **changed)
        assert list(refused.value.fields) == [field]
    with pytest.raises(Invalid):
        keep(cast, draft(), title="空方案")
    with pytest.raises(Invalid):
        keep(cast, draft(three[1], shares=[LeastShare(ShareOf.BOX, "B2", 101)]), title="过多")
    assert [one.row.title for one in selections_of(YEAR)] == ["方案一"]


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.MEMBER])
def test_the_leading_group_reads_and_makes_none(cast, three, role):
    row = keep(cast, draft(three[1]))
    with pytest.raises(Forbidden):
        keep(cast, draft(three[1]), title="别的", actor=cast.of(role))
    with pytest.raises(Forbidden):
        hand_over(selection_id=row.id, meeting_id=None, actor=cast.of(role))


def test_an_authoritys_own_project_is_left_to_another_authority(cast, three):
    own = _own_project(cast, cast.authorities[Role.INVESTMENT])
    row = keep(cast, draft(three[1], own))
    done = hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert done.left_to_others == ("项目审批信息系统",)
    assert set(plan_rows()) == {three[1]}


def _own_project(cast, house):
    """A project of an authority, appraised without its help."""
    applicant = factories.actor("house.jb", Role.APPLICANT, organisation=house)
    chief = factories.actor("house.cio", Role.CIO, organisation=house)
    project_id = procedure.draft(
        cast, name="项目审批信息系统", item=ORDINARY, total_wan=100, applicant=applicant
    )
    procedure.submit(cast, project_id)
    procedure.endorse(cast, project_id, actor=chief)
    procedure.accept(cast, project_id)
    procedure.approve(cast, project_id)
    procedure.draft_study(cast, project_id)
    procedure.submit(cast, project_id)
    procedure.endorse(cast, project_id, actor=chief)
    procedure.accept(cast, project_id)
    procedure.appraise(cast, project_id)
    procedure.decide(cast, project_id, actor=cast.informatization)
    return project_id
