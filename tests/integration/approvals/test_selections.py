"""Selections for the annual plan: made by hand or solved, saved for good, handed to the leading group."""

from __future__ import annotations

import pytest

from approvals.queries.choice import offered
from approvals.queries.selections import saved
from approvals.rules.choice import AmountBasis, Method, SelectionState
from approvals.services.annual_plan import decide_annual_plan
from approvals.services.meetings import call
from approvals.services.selections import hand_over
from approvals.tables.choice import PlanSelection, PlanSelectionProject
from budget.rules.words import PlanRowState, RequestKind
from budget.tables.annual_plan import BudgetRequest
from portfolio.foundation import audit, clock, rulebook
from portfolio.foundation.db import IntegrityError, transaction
from portfolio.foundation.errors import Conflict, Refused
from portfolio.foundation.money import Money
from tests import procedure
from tests.selecting import CITY, YEAR, ceiling, draft, fixed, keep, plan_rows, three_projects


@pytest.fixture
def three(cast):
    return three_projects(cast)


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


def test_what_changed_since_is_named_project_by_project(cast, three):
    large, major, small = three
    row = keep(cast, draft(major, small))
    procedure.list_in_plan(cast, major)
    procedure.case_of(small)
    with pytest.raises(Refused) as refused:
        hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert "STALE" in refused.value.codes
    assert plan_rows() == {major: (Money.from_wan(300), PlanRowState.DRAFTED)}
    assert offered(YEAR, rulebook.on(clock.today())).rooms[0].left == Money.from_wan(400)
    assert [one.project.id for one in offered(YEAR, rulebook.on(clock.today())).candidates] == [large, small]


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
    [found] = offered(YEAR, rulebook.on(clock.today())).candidates
    amounts = {basis: found.option(basis).total for basis in found.needs}
    assert amounts == {
        AmountBasis.REQUEST: Money.from_wan(450),
        AmountBasis.FUNDING: Money.from_wan(600),
        AmountBasis.REMAINING: Money.from_wan(1000),
    }
    assert found.basis is AmountBasis.REQUEST
    row = keep(cast, draft(project_id, bases={project_id: AmountBasis.REMAINING}))
    assert saved(row.id).total == Money.from_wan(1000)
    procedure.list_in_plan(cast, project_id, amount=Money.from_wan(700))
    [later] = offered(YEAR + 1, rulebook.on(clock.today())).candidates
    assert later.option(AmountBasis.REMAINING).total == Money.from_wan(300)
