"""The steps before a decision: endorsing, accepting, returning, countersigning in parallel, coordinating."""

from __future__ import annotations

from collections.abc import Sequence

from approvals.rules.stages import (
    Act,
    Circumstance,
    DecisionMode,
    Outcome,
    Phase,
    StepKind,
    StepState,
    SubmissionState,
)
from approvals.rules.tiers import countersign_result
from approvals.rules.workflow import BASIS, PHASE_STEPS
from approvals.services.decisions import Demand, Ruling, conclude
from approvals.services.matter import Matter, authorise, independent, move, record, settle, take_submission
from approvals.services.steps import Opinion, done_already, finish, open_one
from approvals.tables.submission import Step
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Finding, Invalid, Refused, say
from portfolio.foundation.roles import Actor, Role

_RETURNING = (Phase.ENDORSING, Phase.ACCEPTING, Phase.REVIEWING, Phase.FIXING)
_RETURNED = (StepKind.ENDORSE, StepKind.ACCEPT, StepKind.REVIEW, StepKind.FIX, StepKind.FILE)


def endorse(*, submission_id: int, text: str = "", paper_id: int | None = None, actor: Actor) -> Step:
    """The CIO of the applicant's own house endorses; twice gives the same step back."""
    return _pass_on(submission_id, Act.ENDORSE, StepKind.ENDORSE, text, paper_id, actor)


def accept(*, submission_id: int, text: str = "", actor: Actor) -> Step:
    """The informatization authority takes the submission in; twice gives the same step back."""
    return _pass_on(submission_id, Act.ACCEPT, StepKind.ACCEPT, text, None, actor)


def _pass_on(
    submission_id: int, act: Act, kind: StepKind, text: str, paper_id: int | None, actor: Actor
) -> Step:
    opinion = Opinion(Outcome.APPROVE, text.strip(), paper_id)
    with transaction():
        matter = take_submission(submission_id)
        repeated = done_already(submission_id, kind, actor, opinion)
        if repeated is not None:
            return repeated
        row = authorise(matter, act, actor)
        independent(matter, kind, actor)
        step = finish(open_one(matter.submission, kind), actor, opinion)
        move(matter, row, actor)
        return step


def return_for_revision(*, submission_id: int, text: str, actor: Actor) -> Step:
    """Send a submission back to the applicant with what is to be revised 退回修改, before it is decided.

    A decider returns it by deciding so.  Raises ``Invalid`` without words, ``Refused`` at the wrong time.
    """
    opinion = Opinion(Outcome.RETURN_FOR_REVISION, text.strip())
    with transaction():
        matter = take_submission(submission_id)
        given = (done_already(submission_id, kind, actor, opinion) for kind in _RETURNED)
        repeated = next(filter(None, given), None)
        if repeated is not None:
            return repeated
        case = matter.case
        if case.phase not in _RETURNING and case.phase is not Phase.DRAFTING:
            raise Refused([_returned_by_deciding()])
        row = authorise(matter, Act.RETURN, actor)
        kind, _role = PHASE_STEPS[case.stage, case.phase]
        independent(matter, kind, actor)
        step = finish(open_one(matter.submission, kind), actor, opinion)
        settle(matter.submission, SubmissionState.RETURNED)
        move(matter, row, actor)
        return step


def _returned_by_deciding() -> Finding:
    return Finding(
        "FLOW",
        False,
        say("现处环节不能径行退回"),
        BASIS,
        remedy=say("由审定、批复机关作出“退回修改”的决定"),
    )


def countersign(
    *,
    submission_id: int,
    role: Role,
    opinion: Opinion,
    conditions: Sequence[Demand] = (),
    actor: Actor,
) -> Step:
    """One authority countersigns, in any order and beside the others; the last one opens what comes next.

    Unanimous below the leading group's tier it *is* the decision; a dissent goes to the office.  Raises
    ``Forbidden`` for another role, an involved person or the applicant's own house; ``Invalid`` for a dissent
    without words; ``Refused`` at the wrong time.
    """
    _check_opinion(opinion, conditions)
    with transaction():
        matter = take_submission(submission_id)
        repeated = done_already(submission_id, StepKind.COUNTERSIGN, actor, opinion, role)
        if repeated is not None:
            return repeated
        authorise(matter, Act.COUNTERSIGN, actor, Circumstance.PENDING)
        actor.require(role)
        independent(matter, StepKind.COUNTERSIGN, actor)
        opened = open_one(matter.submission, StepKind.COUNTERSIGN, role=role)
        step = finish(opened, actor, opinion, demands=[one.as_data() for one in conditions])
        record(matter, actor, "case.countersign", {"role": role, "outcome": opinion.outcome})
        conclude_countersign(matter, opinion.paper_id, actor)
        return step


def conclude_countersign(matter: Matter, paper_id: int | None, actor: Actor) -> None:
    """When this was the last signature: decide, hand on to the leading group, or send to the office.

    In the caller's transaction; ``actor`` and ``paper_id`` are of the last signature.
    """
    steps = list(
        Step.select()
        .where(
            Step.submission == matter.submission,
            Step.kind == StepKind.COUNTERSIGN,
            Step.state != StepState.VOID,
        )
        .order_by(Step.id)
    )
    result = countersign_result(step.outcome for step in steps)
    if result is Circumstance.PENDING:
        return
    row = authorise(matter, Act.COUNTERSIGN, actor, result)
    if row.to_phase is not Phase.DRAFTING:
        move(matter, row, actor)
        return
    demands = [Demand.from_data(data) for step in steps for data in step.demands or ()]
    outcome = Outcome.APPROVE_WITH_CONDITIONS if demands else Outcome.APPROVE
    ruling = Ruling(outcome, conditions=demands, paper_id=paper_id)
    conclude(matter, row, DecisionMode.JOINT, ruling, actor)


def coordinate(*, submission_id: int, text: str, actor: Actor) -> Step:
    """The office has talked the dissent over, says what came of it, and hands it to the leading group."""
    if not text.strip():
        raise Invalid({"text": say("请写明协调情况")})
    return _pass_on(submission_id, Act.COORDINATE, StepKind.COORDINATE, text, None, actor)


def _check_opinion(opinion: Opinion, conditions: Sequence[Demand]) -> None:
    problems = {}
    allowed = (Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS, Outcome.DISSENT)
    if opinion.outcome not in allowed:
        problems["outcome"] = say("会签意见只能是同意、附条件同意或不同意")
    if opinion.outcome is Outcome.DISSENT and not opinion.text.strip():
        problems["opinion"] = say("不同意须写明理由")
    if (opinion.outcome is Outcome.APPROVE_WITH_CONDITIONS) != bool(conditions):
        problems["conditions"] = say("附条件同意须列明条件，其他意见不附条件")
    if problems:
        raise Invalid(problems)
