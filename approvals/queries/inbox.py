"""What is asked of a person: the open steps that this very person may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.rules.independence import Involvement, independence
from approvals.rules.stages import Phase, SideState, Stage, StepKind, StepState
from approvals.rules.workflow import PHASE_STEPS
from approvals.tables.case import Case
from approvals.tables.submission import ExpertScore, Step, Submission
from portfolio.foundation import clock, rulebook
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import fn
from portfolio.foundation.roles import AUTHORITIES, Actor, Role
from portfolio.foundation.rulebook import Rulebook
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One step to take: ``version`` is the case's, to act with; ``due_on`` its last day.

    ``experts`` is whether a panel has them already.
    """

    kind: StepKind
    submission_id: int
    step_id: int
    project_id: int
    project_code: str
    project_name: str
    owner_name: str
    stage: Stage
    phase: Phase
    version: int
    since: date
    due_on: date
    overdue: bool
    round: int
    experts: bool


ASKED = frozenset({role for _kind, role in PHASE_STEPS.values()} | {*AUTHORITIES, Role.EXPERT})
"""The roles of which steps are asked."""


def asked(actor: Actor, rules: Callable[[], Rulebook] = rulebook.of_today) -> list[InboxRow]:
    """The open steps that this very person may take, the most urgent first; one query.

    One more for the ``rules``, if the person had a part in any; none for roles of which no steps are asked.
    A step of a role is shown to those who hold it, in the organisation or to the person it names; not to
    somebody who had an earlier part in the matter, nor while the project is stopped.
    """
    steps = list(_open_steps(actor)) if actor.has(*ASKED) else []
    involved = [_involved(step, actor) for step in steps]
    alone = all(
        one == Involvement(one.owner_id) and one.owner_id != actor.organisation_id for one in involved
    )
    if alone:  # nobody had a part: there is nothing to ask the rules
        return [_row(step) for step in steps]
    held = rules()
    return [
        _row(step)
        for step, parts in zip(steps, involved, strict=True)
        if not any(found.blocks for found in independence(actor, step.kind, parts, held))
    ]


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
        .order_by(Step.due_on, Step.id)
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


def _row(step: Any) -> InboxRow:  # noqa: ANN401 - a Peewee row
    project = step.submission.project
    return InboxRow(
        kind=step.kind,
        submission_id=step.submission_id,
        step_id=step.id,
        project_id=project.id,
        project_code=project.code,
        project_name=project.name,
        owner_name=project.owner.name,
        stage=project.case.stage,
        phase=project.case.phase,
        version=project.case.version,
        since=step.opened_at.date(),
        due_on=step.due_on,
        overdue=step.due_on < clock.today(),
        round=step.round,
        experts=bool(step.experts),
    )
