"""People who act on one project at the same moment take turns, and the last one opens what comes next."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep

import pytest

from approvals.rules.stages import StepKind
from approvals.services import estimates, reviews
from approvals.tables.decision import Decision
from approvals.tables.submission import Step
from budget.tables.project_account import EstimateFix
from portfolio.foundation import audit
from portfolio.foundation.db import database as bound
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import HouseError, StaleVersion
from portfolio.foundation.roles import AUTHORITIES
from portfolio.services import dossier
from portfolio.tables.project import Project
from tests import procedure
from tests.procedure import ORDINARY, case_of, current, standing, version


def at_once(*acts):
    """What each act came to, all begun at the same moment, each over a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except HouseError as error:
            return error
        finally:
            bound.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_three_authorities_sign_at_the_same_moment_and_decide_once(cast):
    project_id = procedure.carry(cast, until="countersigning", item=ORDINARY)
    submission_id = current(project_id).id

    def signs(role):
        return lambda: reviews.countersign(
            submission_id=submission_id, role=role, opinion=procedure.NOBODY_MINDS, actor=cast.of(role)
        )

    steps = at_once(*(signs(role) for role in AUTHORITIES))
    assert {step.role for step in steps} == set(AUTHORITIES)
    assert standing(project_id) == ("appraisal", "drafting")
    assert Decision.select().count() == 1
    assert audit.verify().offenders == ()


def test_a_double_click_from_two_windows_is_one_step(cast):
    project_id = procedure.draft(cast, item=ORDINARY)
    submission_id = procedure.submit(cast, project_id).id

    def endorses():
        return reviews.endorse(submission_id=submission_id, text="同意", actor=cast.cio)

    first, second = at_once(endorses, endorses)
    assert first == second
    assert Step.select().where(Step.kind == StepKind.ENDORSE).count() == 1


@pytest.mark.parametrize("same_person", [True, False])
def test_an_estimate_is_fixed_once_whoever_presses_first(cast, same_person):
    project_id = procedure.carry(cast, until="appraised", item=ORDINARY)
    procedure.draft_design(cast, project_id)
    procedure.to_countersign(cast, project_id)
    submission_id, seen = current(project_id).id, version(project_id)
    colleague = cast.investment if same_person else procedure.colleague_of(cast.investment)

    def fixes(actor):
        return lambda: estimates.fix_estimate(submission_id=submission_id, expected_version=seen, actor=actor)

    answers = at_once(fixes(cast.investment), fixes(colleague))
    assert EstimateFix.select().count() == 1
    if same_person:
        assert answers[0] == answers[1]
    else:
        assert sorted(isinstance(answer, StaleVersion) for answer in answers) == [False, True]
    assert case_of(project_id).estimate_fix_id is not None


def test_what_is_written_while_the_gate_is_asked_is_in_the_snapshot(cast):
    """The applicant saves in one window and submits in another: what was judged is what was saved."""
    project_id = procedure.draft(cast, item=ORDINARY)
    written = Event()

    def saves():
        with transaction():
            dossier.save(
                project_id=project_id,
                expected_version=Project.get_by_id(project_id).version,
                fields={"goals": "五十个部门编目并接入"},
                actor=cast.applicant,
            )
            written.set()
            sleep(0.4)  # the other has begun and waits for this one

    def submits():
        written.wait(5)
        return procedure.submit(cast, project_id)

    _, submission = at_once(saves, submits)
    assert submission.snapshot["goals"] == "五十个部门编目并接入"
    assert Project.get_by_id(project_id).locked
