"""What waits for a person: the open steps that this very person may take, and what came back for revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN

from approvals.rules.independence import Involvement, independence
from approvals.rules.stages import (
    Outcome,
    Phase,
    SideState,
    Stage,
    StepKind,
    StepState,
    SubmissionState,
)
from approvals.tables.case import Case
from approvals.tables.decision import Decision
from approvals.tables.submission import ExpertScore, Step, Submission
from portfolio.foundation import clock, rulebook
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import fn
from portfolio.foundation.roles import Actor, Role
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One thing to do; ``kind`` is the step asked for, or ``None`` for a draft that came back.

    ``version`` is the case's, to act with; ``due_on`` the last day of the step; ``note`` what was asked for
    when it came back; ``experts`` whether a panel has them already.
    """

    kind: StepKind | None
    submission_id: int
    step_id: int | None
    project_id: int
    project_code: str
    project_name: str
    owner_name: str
    stage: Stage
    phase: Phase
    version: int
    since: date
    due_on: date | None = None
    overdue: bool = False
    round: int = 1
    note: str = ""
    experts: bool = False


def inbox(actor: Actor) -> list[InboxRow]:
    """Everything that waits for ``actor``, the most urgent first; three queries at most."""
    rows = asked(actor) + (_returned(actor) if actor.has(Role.APPLICANT) else [])
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.since, row.project_code))


def asked(actor: Actor) -> list[InboxRow]:
    """The open steps that this very person may take; one query, and one for the rules if they had a part.

    A step of a role is shown to those who hold it, in the organisation or to the person it names; not to
    somebody who had an earlier part in the matter, nor while the project is stopped.
    """
    steps = list(_open_steps(actor))
    involved = [_involved(step, actor) for step in steps]
    alone = all(
        one == Involvement(one.owner_id) and one.owner_id != actor.organisation_id for one in involved
    )
    if alone:  # nobody had a part: there is nothing to ask the rules
        return [_step_row(step) for step in steps]
    rules = rulebook.on(clock.today())
    return [
        _step_row(step)
        for step, parts in zip(steps, involved, strict=True)
        if not any(found.blocks for found in independence(actor, step.kind, parts, rules))
    ]


def sent_back(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on submission, project and case
    """What came back to the actor's own organisation and has not been submitted again."""
    return (
        (Project.owner == actor.organisation_id)
        & (Case.submission == Submission.id)
        & (Case.side_state == SideState.ACTIVE)
        & Case.phase.in_([Phase.DRAFTING, Phase.TRIAL])
        & Submission.state.in_([SubmissionState.RETURNED, SubmissionState.REJECTED])
    )


def count_sent_back(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee query
    """The query that counts it."""
    return (
        Submission.select(fn.COUNT(Submission.id))
        .join(Project)
        .join(Case, on=(Case.project == Project.id))
        .where(sent_back(actor))
    )


_OF_PROJECT = (Project.id, Project.code, Project.name, Project.owner, Organisation.name)
_OF_CASE = (Case.stage, Case.phase, Case.version)
"""What a row shows; never the whole submission with its snapshot."""


def _open_steps(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee query
    """The open steps of the actor's roles, each saying what part the actor had in its project."""
    columns = (Step.id, Step.submission, Step.kind, Step.round, Step.opened_at, Step.due_on)
    return (
        Step.select(
            *columns, Submission.project, *_OF_PROJECT, *_OF_CASE, *_parts(actor), _experts().alias("experts")
        )
        .join(Submission)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .switch(Project)
        .join(Case, on=(Case.project == Project.id), attr="case")
        .where(
            Step.state == StepState.OPEN,
            Step.role.in_(list(actor.roles)),
            Step.organisation.is_null() | (Step.organisation == actor.organisation_id),
            Step.assignee.is_null() | (Step.assignee == actor.user_id),
            Case.side_state == SideState.ACTIVE,
            Case.submission == Submission.id,
        )
        .order_by(Step.id)
    )


def _parts(actor: Actor) -> list[Any]:
    """Whether the actor, or whoever is stood in for, submitted, endorsed, scored or countersigned."""
    people = [actor.user_id, *([actor.on_behalf_of] if actor.on_behalf_of is not None else [])]
    earlier, done = Submission.alias(), Step.alias()
    of_project = earlier.project == Project.id
    submitted = earlier.select(earlier.id).where(
        of_project, earlier.submitted_by.in_(people) | earlier.on_behalf_of.in_(people)
    )
    own = done.actor.in_(people) & (done.on_behalf_of.is_null() | done.paper.is_null())  # else only recorded
    took = (done.state == StepState.DONE) & (own | done.on_behalf_of.in_(people))
    endorsed = (
        done.select(done.id)
        .join(earlier, on=(done.submission == earlier.id))
        .where(of_project, took, done.kind == StepKind.ENDORSE)
    )
    scored = (
        ExpertScore.select(ExpertScore.id)
        .join(earlier, on=(ExpertScore.submission == earlier.id))
        .where(of_project, ExpertScore.expert.in_(people))
    )
    signed = done.select(done.id).where(
        done.submission == Submission.id, took, done.kind == StepKind.COUNTERSIGN
    )
    return [
        fn.EXISTS(submitted).alias("submitted"),
        fn.EXISTS(endorsed).alias("endorsed"),
        fn.EXISTS(scored).alias("scored"),
        fn.EXISTS(signed).alias("signed"),
    ]


def _experts() -> Any:  # noqa: ANN401 - a Peewee expression
    """Whether experts have been assigned to a submission."""
    other = Step.alias()
    return fn.EXISTS(
        other.select(other.id).where(other.submission == Submission.id, other.kind == StepKind.SCORE)
    )


def _involved(step: Any, actor: Actor) -> Involvement:  # noqa: ANN401 - a Peewee row
    """The actor's own part in the project of a step."""
    me, nobody = frozenset({actor.user_id}), frozenset[int]()
    return Involvement(
        owner_id=step.submission.project.owner_id,
        submitters=me if step.submitted else nobody,
        endorsers=me if step.endorsed else nobody,
        scorers=me if step.scored else nobody,
        countersigners=me if step.signed else nobody,
    )


def _step_row(step: Any) -> InboxRow:  # noqa: ANN401 - a Peewee row
    return _row(
        step.submission_id,
        step.submission.project,
        kind=step.kind,
        step_id=step.id,
        since=step.opened_at.date(),
        due_on=step.due_on,
        overdue=step.due_on < clock.today(),
        round=step.round,
        experts=bool(step.experts),
    )


def _row(submission_id: int, project: Any, **values: Any) -> InboxRow:  # noqa: ANN401 - Peewee rows
    return InboxRow(
        submission_id=submission_id,
        project_id=project.id,
        project_code=project.code,
        project_name=project.name,
        owner_name=project.owner.name,
        stage=project.case.stage,
        phase=project.case.phase,
        version=project.case.version,
        **values,
    )


def _returned(actor: Actor) -> list[InboxRow]:
    """The drafts that came back to the actor's organisation, with what was asked for; one query."""
    columns = (Submission.id, Submission.submitted_at, Submission.project, *_OF_PROJECT, *_OF_CASE)
    rows = (
        _with_words(*columns)
        .join_from(Submission, Project)
        .join(Organisation, on=Project.owner)
        .switch(Project)
        .join(Case, on=(Case.project == Project.id), attr="case")
        .where(sent_back(actor))
        .order_by(Submission.id)
    )
    found = []
    for row in rows:
        note, since = _words(row)
        found.append(_row(row.id, row.project, kind=None, step_id=None, since=since, note=note))
    return found


def reason_of_return(submission_id: int) -> str:
    """With what words a submission was sent back, empty where it was not; one query."""
    row = _with_words(Submission.id, Submission.submitted_at).where(Submission.id == submission_id).get()
    return _words(row)[0]


def _with_words(*columns: Any) -> Any:  # noqa: ANN401 - a Peewee query
    """Submissions with the step and the decision that sent them back last."""
    step, decision = Step.alias(), Decision.alias()
    sent = step.outcome.in_([Outcome.RETURN_FOR_REVISION, Outcome.REJECT])
    last_step = step.select(fn.MAX(step.id)).where(step.submission == Submission.id, sent)
    last_decision = decision.select(fn.MAX(decision.id)).where(
        decision.submission == Submission.id, ~decision.positive
    )
    said = (Step.opinion, Step.done_at, Decision.reason, Decision.decided_at)
    return (
        Submission.select(*columns, *said)
        .join_from(Submission, Step, JOIN.LEFT_OUTER, on=(Step.id == last_step), attr="step")
        .join_from(Submission, Decision, JOIN.LEFT_OUTER, on=(Decision.id == last_decision), attr="decision")
    )


def _words(row: Any) -> tuple[str, date]:  # noqa: ANN401 - a Peewee row
    """With what words, and when, a submission was sent back."""
    if (decision := getattr(row, "decision", None)) is not None:
        return decision.reason, decision.decided_at.date()
    if (step := getattr(row, "step", None)) is not None:
        return step.opinion, step.done_at.date()
    return "", row.submitted_at.date()
