"""No sequence of service calls reaches construction without all that has to come before it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from approvals.rules.stages import GOVERNMENT_STAGES, Act, Outcome, Stage
from approvals.services import appraisals, cases, reviews, submissions
from approvals.services.decisions import Ruling
from budget.queries.funds import account
from budget.rules.words import AccountState, PlanRowState
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import HouseError
from portfolio.foundation.money import Money
from tests import procedure
from tests.procedure import MAJOR, Cast, case_of, current, version

BUILT = GOVERNMENT_STAGES[GOVERNMENT_STAGES.index(Stage.CONSTRUCTION) :]


def submit_combined(cast: Cast, project_id: int) -> None:
    procedure.submit(cast, project_id, combined=True)


def send_back(cast: Cast, project_id: int) -> None:
    reviews.return_for_revision(
        submission_id=current(project_id).id, text="请修改", actor=cast.informatization
    )


def withdraw(cast: Cast, project_id: int) -> None:
    submissions.withdraw(
        submission_id=current(project_id).id,
        expected_version=version(project_id),
        reason="补充材料",
        actor=cast.applicant,
    )


def turn_down(cast: Cast, project_id: int) -> None:
    procedure.decide(cast, project_id, Ruling(Outcome.RETURN_FOR_REVISION, "请修改"))


def fail(cast: Cast, project_id: int) -> None:
    procedure.appraise(cast, project_id, (40, 50, 60))


def reopen_proposal(cast: Cast, project_id: int) -> None:
    _reopen(cast, project_id, Act.REOPEN_INITIATION)


def reopen_study(cast: Cast, project_id: int) -> None:
    _reopen(cast, project_id, Act.REOPEN_APPRAISAL)


def _reopen(cast: Cast, project_id: int, act: Act) -> None:
    appraisals.reopen(
        project_id=project_id,
        expected_version=version(project_id),
        act=act,
        reason="重报",
        actor=cast.applicant,
    )


def suspend(cast: Cast, project_id: int) -> None:
    cases.suspend(**_side(project_id), actor=cast.secretary)


def resume(cast: Cast, project_id: int) -> None:
    cases.resume(**_side(project_id), actor=cast.secretary)


def _side(project_id: int) -> dict[str, Any]:
    return {"project_id": project_id, "expected_version": version(project_id), "reason": "检查"}


def decide_plan(cast: Cast, _project_id: int) -> None:
    procedure.decide_plan(cast)


Move = Callable[[Cast, int], object]
RIGHT_WAY: tuple[Move, ...] = (
    *(procedure.submit, procedure.endorse, procedure.accept, procedure.countersign, procedure.decide),
    *(procedure.submit, procedure.endorse, procedure.accept, procedure.appraise, procedure.decide),
    *(procedure.submit, procedure.endorse, procedure.accept, procedure.fix),
    *(procedure.list_in_plan, decide_plan, procedure.allot, procedure.start),
)
ASIDE: tuple[Move, ...] = (
    procedure.start,
    procedure.allot,
    procedure.fix,
    procedure.decide,
    procedure.countersign,
    procedure.list_in_plan,
    decide_plan,
    submit_combined,
    send_back,
    withdraw,
    turn_down,
    fail,
    reopen_proposal,
    reopen_study,
    suspend,
    resume,
)

walks = st.tuples(
    *(
        st.tuples(
            st.just(step),
            st.sampled_from([True] * 11 + [False]),
            st.lists(st.sampled_from(ASIDE), max_size=1),
        )
        for step in RIGHT_WAY
    )
)
STRAIGHT = tuple((step, True, []) for step in RIGHT_WAY)


class _UndoneError(Exception):
    """Takes back everything that an example did."""


def check(project_id: int) -> bool:
    """Whether it is being built; what must have come before is there, whatever was called."""
    case, held = case_of(project_id), account(project_id)
    built = case.stage in BUILT
    assert built or held is None or held.state is not AccountState.OPEN
    if not built:
        return False
    assert case.plan_item_id == case.project.plan_item_id is not None
    assert (case.decision.positive, case.decision.stage) == (True, Stage.INITIATION)
    assert case.appraisal.passed
    assert case.estimate_fix.amount == held.cap
    assert (case.annual_plan_row.state, case.annual_plan_row.year) == (PlanRowState.DECIDED, 2008)
    assert case.budget_line.allotted > Money.ZERO
    project_ids = {
        row.project_id
        for row in (
            case.decision,
            case.appraisal,
            case.estimate_fix,
            case.annual_plan_row,
            case.budget_line,
        )
    }
    assert project_ids == {project_id}
    return True


@pytest.fixture
def ready(sqlite_database, clock):
    """The cast, and a project whose every part is drafted already."""
    clock.move_to(procedure.IN_2008)
    cast = procedure.with_cast()
    project_id = procedure.draft(cast, item=MAJOR)
    procedure.draft_study(cast, project_id)
    procedure.draft_design(cast, project_id)
    return cast, project_id


def test_no_walk_reaches_construction_without_what_comes_before(ready):
    cast, project_id = ready
    arrived = []

    @settings(
        max_examples=30,
        phases=[Phase.explicit, Phase.generate],  # a walk is read as it was found
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(walk=walks)
    @example(walk=STRAIGHT)
    def walked(walk):
        built = False
        with suppress(_UndoneError), transaction():
            for step, taken, aside in walk:
                for move in (*aside, *([step] if taken else [])):
                    with suppress(HouseError):
                        move(cast, project_id)
                    built = check(project_id) or built
            arrived.append((walk is STRAIGHT, built))
            raise _UndoneError

    walked()
    assert (True, True) in arrived  # the right way leads there
    assert (False, False) in arrived  # and not every way does


def test_leaving_out_any_one_step_never_gets_there(ready):
    cast, project_id = ready
    for left_out in range(len(RIGHT_WAY)):
        with suppress(_UndoneError), transaction():
            for number, move in enumerate(RIGHT_WAY):
                if number != left_out:
                    with suppress(HouseError):
                        move(cast, project_id)
            assert not check(project_id), RIGHT_WAY[left_out]
            raise _UndoneError


@pytest.mark.parametrize("role", ["cio", "unit_finance", "secretary", "expert", "auditor", "admin"])
def test_nobody_gets_there_alone(ready, role):
    cast, project_id = ready
    one = cast.experts[0] if role == "expert" else getattr(cast, role)
    names = ("applicant", "cio", "informatization", "investment", "finance", "finance_checker", "member")
    alone = replace(cast, **dict.fromkeys(names, one))
    for move in RIGHT_WAY:
        with suppress(HouseError):
            move(alone, project_id)
        assert not check(project_id)
