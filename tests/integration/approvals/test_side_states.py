"""Suspended, deferred, terminated: nothing moves, the money is frozen or closed, and only some come back."""

from datetime import date

import pytest

from approvals.rules.stages import Outcome, SideState, SubmissionState
from approvals.services import cases, reviews
from approvals.services.decisions import Ruling
from approvals.tables.submission import Step, Submission
from budget.queries import funds
from budget.rules.words import AccountState
from portfolio.foundation import audit
from portfolio.foundation.db import IntegrityError, transaction
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from portfolio.foundation.money import Money
from tests import acceptance, procedure


@pytest.fixture
def cast(database, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


def side(act, project_id, actor, reason="预算调整", version=None):
    return act(
        project_id=project_id,
        expected_version=version or procedure.version(project_id),
        reason=reason,
        actor=actor,
    )


def nothing_moves(cast, project_id, *acts):
    """Every act is refused for the side state, and the case stays as it is."""
    before = procedure.case_of(project_id)
    for act in acts:
        with pytest.raises(Refused) as error:
            act()
        assert error.value.codes == ("FLOW",)
        assert before.side_state.label in str(error.value)
    after = procedure.case_of(project_id)
    assert (after.stage, after.phase, after.version) == (before.stage, before.phase, before.version)


def every_late_act(cast, project_id):
    return (
        lambda: acceptance.complete(cast, project_id),
        lambda: acceptance.accept_preliminary(cast, project_id),
        lambda: procedure.submit(cast, project_id),
        lambda: acceptance.approve_accounts(cast, project_id, Money.ZERO, actor=cast.finance_checker),
        lambda: acceptance.launch(cast, project_id, acceptance.BUILT_ON),
        lambda: acceptance.open_evaluation(cast, project_id),
        lambda: acceptance.close(cast, project_id),
    )


def test_a_suspended_project_stands_still_with_its_money_frozen_and_goes_on_when_resumed(cast):
    for bring in (acceptance.inherit, acceptance.accepted, acceptance.accounted, acceptance.running):
        project_id = bring(cast)
        stood = procedure.standing(project_id)
        side(cases.suspend, project_id, cast.finance)
        assert funds.account(project_id).state is AccountState.FROZEN
        nothing_moves(cast, project_id, *every_late_act(cast, project_id))
        side(cases.resume, project_id, cast.secretary)
        assert funds.account(project_id).state is AccountState.OPEN
        assert procedure.standing(project_id) == stood


def test_a_terminated_project_never_comes_back(cast):
    project_id = acceptance.accepted(cast)
    side(cases.terminate, project_id, cast.member)
    assert funds.account(project_id).state is AccountState.CLOSED
    nothing_moves(
        cast,
        project_id,
        *every_late_act(cast, project_id),
        lambda: side(cases.resume, project_id, cast.secretary),
        lambda: side(cases.suspend, project_id, cast.secretary),
        lambda: side(cases.terminate, project_id, cast.member),
    )


def test_terminating_ends_the_review_that_was_under_way(cast):
    project_id = procedure.draft(cast)
    submission = procedure.submit(cast, project_id)
    side(cases.terminate, project_id, cast.member)
    assert Submission.get_by_id(submission.id).state is SubmissionState.REJECTED
    assert {step.state for step in Step.select()} == {"void"}
    with pytest.raises(Refused):
        reviews.endorse(submission_id=submission.id, actor=cast.cio)


def test_a_suspended_review_goes_on_with_the_same_step(cast):
    project_id = procedure.draft(cast)
    submission = procedure.submit(cast, project_id)
    side(cases.suspend, project_id, cast.secretary)
    nothing_moves(cast, project_id, lambda: reviews.endorse(submission_id=submission.id, actor=cast.cio))
    side(cases.resume, project_id, cast.secretary)
    reviews.endorse(submission_id=submission.id, actor=cast.cio)
    assert procedure.standing(project_id) == ("initiation", "accepting")


def test_a_deferred_acceptance_is_asked_for_again(cast):
    project_id = acceptance.inherit(cast)
    acceptance.complete(cast, project_id)
    acceptance.accept_preliminary(cast, project_id)
    acceptance.apply_for_acceptance(cast, project_id)
    deferred = Ruling(Outcome.DEFER, reason="等待联调", review_on=date(2008, 6, 2))
    procedure.decide(cast, project_id, deferred)
    case = procedure.case_of(project_id)
    assert (case.side_state, case.review_on) == (SideState.DEFERRED, date(2008, 6, 2))
    nothing_moves(cast, project_id, lambda: procedure.decide(cast, project_id))
    side(cases.resume, project_id, cast.investment)
    case = procedure.case_of(project_id)
    assert (case.side_state, case.review_on) == (SideState.ACTIVE, None)
    procedure.decide(cast, project_id)
    assert procedure.standing(project_id) == ("acceptance", "accounting")


def test_only_those_who_may_stop_it_do_with_a_reason_and_the_present_version(cast):
    project_id = acceptance.inherit(cast)
    for person in (cast.applicant, cast.cio, cast.member, cast.admin, cast.auditor):
        with pytest.raises(Forbidden):
            side(cases.suspend, project_id, person)
    for person in (cast.applicant, cast.finance, cast.secretary):
        with pytest.raises(Forbidden):
            side(cases.terminate, project_id, person)
    with pytest.raises(Invalid):
        side(cases.suspend, project_id, cast.secretary, reason=" ")
    with pytest.raises(StaleVersion):
        side(cases.suspend, project_id, cast.secretary, version=99)
    with pytest.raises(NotFound):
        side(cases.suspend, 9999, cast.secretary, version=1)
    with pytest.raises(Refused):  # it is not stopped
        side(cases.resume, project_id, cast.secretary)
    assert procedure.case_of(project_id).side_state is SideState.ACTIVE
    assert funds.account(project_id).state is AccountState.OPEN


def test_stopping_twice_stops_once_and_leaves_its_reason(cast):
    project_id = acceptance.inherit(cast)
    version = procedure.version(project_id)
    side(cases.suspend, project_id, cast.secretary, reason="资金未到位", version=version)
    with pytest.raises(StaleVersion):
        side(cases.suspend, project_id, cast.secretary, reason="资金未到位", version=version)
    with pytest.raises(Refused):
        side(cases.suspend, project_id, cast.secretary, reason="资金未到位")
    stops = [
        entry
        for entry in audit.trail("case", procedure.case_of(project_id).id)
        if entry.action == "case.suspend"
    ]
    assert [entry.data["reason"] for entry in stops] == ["资金未到位"]


def test_what_is_closed_is_neither_stopped_nor_terminated(cast, clock):
    project_id = acceptance.running(cast)
    clock.shift(366 * 86400)
    acceptance.open_evaluation(cast, project_id)
    acceptance.evaluate(cast, project_id)
    acceptance.close(cast, project_id)
    for act, person in ((cases.suspend, cast.secretary), (cases.terminate, cast.member)):
        with pytest.raises(Refused):
            side(act, project_id, person)


def test_the_database_ties_the_review_day_to_a_deferral(cast):
    project_id = acceptance.inherit(cast)
    with pytest.raises(IntegrityError, match="ck_approval_case_deferred"), transaction():
        bound.execute_sql(f"UPDATE approval_case SET side_state = 'deferred' WHERE project_id = {project_id}")
