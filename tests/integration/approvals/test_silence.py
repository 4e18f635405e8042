"""逾期视为无意见: silence after the deadline is no objection, never finance's, never everybody's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from approvals.rules.stages import Outcome, StepKind, StepState
from approvals.services import cases, reviews, silence
from approvals.services.steps import Opinion
from approvals.tables.decision import Decision
from approvals.tables.meeting import LapsedStep
from approvals.tables.submission import Step
from approvals.tasks import LAPSE_TASK
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.errors import Refused
from portfolio.foundation.jobs import timetable
from portfolio.foundation.roles import Role
from tests import acts, procedure, web
from tests.procedure import ORDINARY, case_of, current, standing

INFORMATIZATION, INVESTMENT, FINANCE = Role.INFORMATIZATION, Role.INVESTMENT, Role.FINANCE


@pytest.fixture
def asked(cast):
    """A proposal that the three authorities are asked to countersign."""
    return procedure.carry(cast, until="countersigning", item=ORDINARY)


def after_the_deadline(clock, project_id):
    due = Step.select().where(Step.submission == current(project_id), Step.kind == StepKind.COUNTERSIGN)
    clock.move_to(procedure.IN_2008 + (max(step.due_on for step in due) - procedure.IN_2008.date()))
    clock.shift(timedelta(days=1))


def open_roles(project_id):
    query = Step.select().where(Step.submission == current(project_id), Step.state == StepState.OPEN)
    return {step.role for step in query}


def test_who_stays_silent_has_no_objection_and_the_others_have_decided(cast, asked, clock):
    procedure.countersign(cast, asked, [FINANCE])
    assert silence.lapse_overdue() == 0, "not before the deadline"
    after_the_deadline(clock, asked)
    assert silence.lapse_overdue() == 2
    assert silence.lapse_overdue() == 0, "once is enough"
    assert standing(asked) == ("appraisal", "drafting")
    decision = Decision.get(Decision.project == asked)
    assert (decision.outcome, decision.decided_by_id) == (Outcome.APPROVE, cast.finance.user_id)
    assert LapsedStep.select().count() == 2
    entries = list(AuditEntry.select().where(AuditEntry.action == "countersign.lapse"))
    assert {(entry.actor_id, entry.data["role"]) for entry in entries} == {
        (None, "investment"),
        (None, "informatization"),
    }


def test_the_silence_of_finance_says_nothing(cast, asked, clock):
    procedure.countersign(cast, asked, [INFORMATIZATION, INVESTMENT])
    after_the_deadline(clock, asked)
    assert silence.lapse_overdue() == 0
    assert open_roles(asked) == {FINANCE}
    assert standing(asked) == ("initiation", "countersigning")


def test_where_all_are_silent_nothing_is_decided(cast, asked, clock):
    after_the_deadline(clock, asked)
    assert silence.lapse_overdue() == 0
    assert open_roles(asked) == {INFORMATIZATION, INVESTMENT, FINANCE}


def test_a_stopped_project_does_not_lapse(cast, asked, clock):
    procedure.countersign(cast, asked, [FINANCE])
    cases.suspend(
        project_id=asked,
        expected_version=procedure.version(asked),
        reason="等待机构调整",
        actor=cast.secretary,
    )
    after_the_deadline(clock, asked)
    assert silence.lapse_overdue() == 0


def test_a_dissent_stays_a_dissent(cast, asked, clock):
    opinion = Opinion(Outcome.DISSENT, "资金来源不落实")
    procedure.countersign(cast, asked, [FINANCE], opinion)
    after_the_deadline(clock, asked)
    assert silence.lapse_overdue() == 2
    assert case_of(asked).phase.value == "coordinating"


def test_who_was_taken_for_silent_signs_no_more(cast, asked, clock):
    procedure.countersign(cast, asked, [INVESTMENT])
    after_the_deadline(clock, asked)
    assert silence.lapse_overdue() == 1
    with pytest.raises(Refused):
        reviews.countersign(
            submission_id=current(asked).id,
            role=INFORMATIZATION,
            opinion=procedure.NOBODY_MINDS,
            actor=cast.informatization,
        )


def test_it_is_done_every_day():
    assert LAPSE_TASK in {one.task for one in timetable.daily()}


def test_the_deadline_is_announced_and_its_passing_shown(one_app, clock):
    clock.move_to(procedure.IN_2008)
    cast = procedure.with_cast()
    desk = acts.Desk(one_app, cast)
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    warning = "逾期未签署的，视为无意见"
    assert warning in web.text_of(desk.open(cast.investment, project_id, "countersign"))
    assert warning not in web.text_of(desk.open(cast.finance, project_id, "countersign"))
    procedure.countersign(cast, project_id, [INVESTMENT])
    after_the_deadline(clock, project_id)
    silence.lapse_overdue()
    submission_id = current(project_id).id
    for page in ("", "/sheet"):
        answer = desk.of(cast.secretary).get(f"/submissions/{submission_id}{page}")
        assert "逾期视为无意见" in web.text_of(answer), page
