"""What waits for a person: the open steps that this very person may take, and what came back for revision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

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
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.rulebook import Rulebook
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One thing to do; ``kind`` is the step asked for, or ``None`` for a draft that came back.

    ``version`` is the case's, to act with; ``due_on`` the last day of the step; ``note`` what was asked for
    when it came back.
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


@dataclass(frozen=True, slots=True)
class _Parts:
    """Projects in which the actor had an earlier part, and submissions that the actor has countersigned."""

    submitted: frozenset[int] = frozenset()
    endorsed: frozenset[int] = frozenset()
    scored: frozenset[int] = frozenset()
    signed: frozenset[int] = frozenset()


def inbox(actor: Actor) -> list[InboxRow]:
    """Everything that waits for ``actor``, the most urgent first; eight queries at most.

    A step of a role is shown to those who hold it, in the organisation or to the person it names; not to
    somebody who had an earlier part in the matter, nor while the project is stopped.
    """
    steps = _open_steps(actor)
    parts = _own_parts(actor, {step.submission.project_id for step in steps}) if steps else _Parts()
    rules = rulebook.on(clock.today())
    rows = [_step_row(step) for step in steps if _may_take(step, actor, parts, rules)]
    rows += _returned(actor) if actor.has(Role.APPLICANT) else []
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.since, row.project_code))


def _open_steps(actor: Actor) -> list[Any]:
    return list(
        Step.select(Step, Submission, Project, Organisation, Case)
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


def _own_parts(actor: Actor, project_ids: Iterable[int]) -> _Parts:
    """What the actor, or whoever is stood in for, did in these projects; three queries."""
    people, ids = _people(actor), list(project_ids)
    submitted = Submission.select(Submission.project).where(
        Submission.project.in_(ids),
        Submission.submitted_by.in_(people) | Submission.on_behalf_of.in_(people),
    )
    done = list(
        Step.select(Step.kind, Step.submission, Submission.project)
        .join(Submission)
        .where(
            Submission.project.in_(ids),
            Step.state == StepState.DONE,
            Step.kind.in_([StepKind.ENDORSE, StepKind.COUNTERSIGN]),
            Step.actor.in_(people) | Step.on_behalf_of.in_(people),
        )
    )
    scored = (
        ExpertScore.select(ExpertScore.submission, Submission.project)
        .join(Submission)
        .where(Submission.project.in_(ids), ExpertScore.expert.in_(people))
    )
    return _Parts(
        submitted=frozenset(row.project_id for row in submitted),
        endorsed=frozenset(row.submission.project_id for row in done if row.kind is StepKind.ENDORSE),
        scored=frozenset(row.submission.project_id for row in scored),
        signed=frozenset(row.submission_id for row in done if row.kind is StepKind.COUNTERSIGN),
    )


def _people(actor: Actor) -> list[int]:
    return [actor.user_id, *([actor.on_behalf_of] if actor.on_behalf_of is not None else [])]


def _may_take(step: Any, actor: Actor, parts: _Parts, rules: Rulebook) -> bool:  # noqa: ANN401
    """Whether the step would not be refused to this person for an earlier part or as the applicant's own."""
    project, me = step.submission.project, frozenset({actor.user_id})
    nobody: frozenset[int] = frozenset()
    involved = Involvement(
        owner_id=project.owner_id,
        submitters=me if project.id in parts.submitted else nobody,
        endorsers=me if project.id in parts.endorsed else nobody,
        scorers=me if project.id in parts.scored else nobody,
        countersigners=me if step.submission_id in parts.signed else nobody,
    )
    return not any(found.blocks for found in independence(actor, step.kind, involved, rules))


def _step_row(step: Any) -> InboxRow:  # noqa: ANN401 - a Peewee row
    return _row(
        step.submission,
        step.submission.project.case,
        kind=step.kind,
        step_id=step.id,
        since=step.opened_at.date(),
        due_on=step.due_on,
        overdue=step.due_on < clock.today(),
        round=step.round,
    )


def _row(submission: Any, case: Any, **values: Any) -> InboxRow:  # noqa: ANN401 - Peewee rows
    project = submission.project
    return InboxRow(
        submission_id=submission.id,
        project_id=project.id,
        project_code=project.code,
        project_name=project.name,
        owner_name=project.owner.name,
        stage=case.stage,
        phase=case.phase,
        version=case.version,
        **values,
    )


def _returned(actor: Actor) -> list[InboxRow]:
    """What came back to the actor's own organisation and has not been submitted again; three queries."""
    returned = list(
        Submission.select(Submission, Project, Organisation, Case)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .switch(Project)
        .join(Case, on=(Case.project == Project.id), attr="case")
        .where(
            Project.owner == actor.organisation_id,
            Case.submission == Submission.id,
            Case.side_state == SideState.ACTIVE,
            Case.phase.in_([Phase.DRAFTING, Phase.TRIAL]),
            Submission.state.in_([SubmissionState.RETURNED, SubmissionState.REJECTED]),
        )
        .order_by(Submission.id)
    )
    words = sent_back_with([row.id for row in returned]) if returned else {}
    rows = []
    for row in returned:
        note, since = words.get(row.id, ("", row.submitted_at.date()))
        rows.append(_row(row, row.project.case, kind=None, step_id=None, since=since, note=note))
    return rows


def sent_back_with(submission_ids: list[int]) -> dict[int, tuple[str, date]]:
    """With what words, and when, each submission was sent back; a decision's before a step's."""
    words: dict[int, tuple[str, date]] = {}
    steps = Step.select().where(
        Step.submission.in_(submission_ids),
        Step.outcome.in_([Outcome.RETURN_FOR_REVISION, Outcome.REJECT]),
    )
    for step in steps.order_by(Step.id):
        words[step.submission_id] = (step.opinion, step.done_at.date())
    decisions = Decision.select().where(Decision.submission.in_(submission_ids), ~Decision.positive)
    for decision in decisions.order_by(Decision.id):
        words[decision.submission_id] = (decision.reason, decision.decided_at.date())
    return words
