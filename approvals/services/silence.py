"""逾期视为无意见: a countersigner who lets the deadline pass is taken to have no objection.

Whose silence counts is a setting (rule SILENCE), and finance is not among them.  Where nobody has signed,
nothing lapses: what all are silent about is not decided.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from approvals.rules.silence import lapses
from approvals.rules.stages import SideState, StepKind, StepState
from approvals.services.matter import Matter, record, take
from approvals.services.reviews import conclude_countersign
from approvals.tables.case import Case
from approvals.tables.meeting import LapsedStep
from approvals.tables.submission import Step, Submission
from portfolio.foundation import clock
from portfolio.foundation.access import User
from portfolio.foundation.db import transaction
from portfolio.foundation.roles import Actor


def lapse_overdue() -> int:
    """Let every countersign lapse whose time is over today; how many did.  Safe to repeat."""
    waiting = (
        Step.select(Step.id, Submission.project)
        .join(Submission)
        .join(Case, on=(Case.submission == Submission.id))
        .where(
            Step.kind == StepKind.COUNTERSIGN,
            Step.state == StepState.OPEN,
            Step.due_on < clock.today(),
            Case.side_state == SideState.ACTIVE,
        )
        .order_by(Step.id)
    )
    return sum(_lapse(row.id, row.submission.project_id) for row in list(waiting))


def _lapse(step_id: int, project_id: int) -> bool:
    """One step in its own transaction; ``False`` when it was signed meanwhile or its silence says nothing."""
    with transaction():
        matter = take(project_id)
        step = Step.get_by_id(step_id)
        last = _last_signature(step.submission_id)
        rules = replace(matter.rules, day=clock.today())
        lapsing = lapses(step.kind, step.role, step.due_on, signed_by_others=last is not None, rulebook=rules)
        current = matter.case.submission_id == step.submission_id
        active = matter.case.side_state is SideState.ACTIVE
        if last is None or step.state is not StepState.OPEN or not (lapsing and current and active):
            return False
        _write(matter, step)
        conclude_countersign(matter, last.paper_id, _signer(last))
        return True


def _write(matter: Matter, step: Any) -> None:  # noqa: ANN401 - a Peewee row
    LapsedStep.create(step=step.id, lapsed_at=clock.now())
    Step.update(state=StepState.VOID).where(Step.id == step.id).execute()
    data = {"step": step.id, "role": step.role, "due_on": step.due_on.isoformat()}
    record(matter, None, "countersign.lapse", data)


def _last_signature(submission_id: int) -> Any:  # noqa: ANN401 - a Peewee row
    """Who signed last: whoever stays silent afterwards leaves the conclusion to this signature."""
    return (
        Step.select(Step, User)
        .join(User, on=Step.actor, attr="by")
        .where(
            Step.submission == submission_id,
            Step.kind == StepKind.COUNTERSIGN,
            Step.state == StepState.DONE,
        )
        .order_by(Step.done_at.desc(), Step.id.desc())
        .first()
    )


def _signer(step: Any) -> Actor:  # noqa: ANN401 - a Peewee row
    """Whoever gave a signature, in the role in which it was given."""
    return Actor(
        step.actor_id,
        step.by.name,
        step.by.organisation_id,
        frozenset({step.role}),
        step.on_behalf_of_id,
        by_paper=step.paper_id is not None,
    )
