"""Finishing a step: once, by somebody, with an outcome; the same click twice has one effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from approvals.rules.stages import Outcome, StepKind, StepState
from approvals.rules.workflow import BASIS
from approvals.tables.submission import Step
from portfolio.foundation import access, clock
from portfolio.foundation.db import get
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Finding, Invalid, NotFound, Refused, say
from portfolio.foundation.roles import Actor, Role


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person says at a step; ``paper_id`` is the scan of a signed paper, for the office's 代录."""

    outcome: Outcome
    text: str = ""
    paper_id: int | None = None


def done_already(
    submission_id: int, kind: StepKind, actor: Actor, opinion: Opinion, role: Role | None = None
) -> Step | None:
    """The step that this very actor has finished with this very outcome: a second click's answer."""
    query = Step.select().where(
        Step.submission == submission_id,
        Step.kind == kind,
        Step.state == StepState.DONE,
        Step.actor == actor.user_id,
        Step.outcome == opinion.outcome,
        Step.opinion == opinion.text.strip(),
    )
    if role is not None:
        query = query.where(Step.role == role)
    newest = query.order_by(Step.round.desc()).first()
    return None if newest is None or _opened_again(newest) else newest


def _opened_again(step: Step) -> bool:
    later = (Step.submission == step.submission_id) & (Step.kind == step.kind) & (Step.role == step.role)
    return bool(Step.select().where(later, Step.round > step.round).exists())


def open_one(
    submission: Any,  # noqa: ANN401 - a Peewee row
    kind: StepKind,
    *,
    role: Role | None = None,
    assignee_id: int | None = None,
) -> Step:
    """The open step of a kind; raises ``Refused`` (FLOW) when nobody is asked for it."""
    query = Step.select().where(
        Step.submission == submission, Step.kind == kind, Step.state == StepState.OPEN
    )
    if role is not None:
        query = query.where(Step.role == role)
    if assignee_id is not None:
        query = query.where(Step.assignee == assignee_id)
    step = query.first()
    if step is None:
        raise Refused(
            [
                Finding(
                    "FLOW",
                    False,
                    say("没有待办的“{kind}”环节，或已经办结", kind=kind.label),
                    BASIS,
                    remedy=say("请刷新页面查看办理情况"),
                )
            ]
        )
    return step


def finish(step: Step, actor: Actor, opinion: Opinion, demands: Sequence[dict[str, Any]] = ()) -> Step:
    """Write who did the step, when, and what they said and demand.

    Raises ``Invalid`` for a negative outcome without words, and for somebody else's without their paper.
    """
    needs_words = opinion.outcome in {Outcome.DISSENT, Outcome.RETURN_FOR_REVISION, Outcome.REJECT}
    if needs_words and not opinion.text.strip():
        raise Invalid({"opinion": say("“{outcome}”须写明理由", outcome=opinion.outcome.label)})
    if opinion.paper_id is None and actor.on_behalf_of is not None and not access.acts_by_delegation(actor):
        raise Invalid({"paper": say("代录须附签字件扫描")})
    values: dict[str, Any] = {
        "state": StepState.DONE,
        "actor": actor.user_id,
        "on_behalf_of": actor.on_behalf_of,
        "done_at": clock.now(),
        "outcome": opinion.outcome,
        "opinion": opinion.text.strip(),
        "paper": opinion.paper_id,
        "demands": list(demands) or None,
    }
    Step.update(**values).where(Step.id == step.id, Step.state == StepState.OPEN).execute()
    finished: Step = Step.get_by_id(step.id)
    return finished


def recording(*, actor: Actor, signer: str, role: Role, paper_id: int) -> Actor:
    """The office as recorder of a paper that ``signer`` (a user name) signed in ``role`` 代录.

    The scan must be stored already; pass the result as the actor and the scan's id with the opinion.
    Raises ``Forbidden`` for others than the office, ``NotFound`` for no such scan or signer in that role.
    """
    actor.require(Role.SECRETARY)
    get(Document, paper_id, say("签字件扫描"))
    principal = access.actor_for(signer)
    if not principal.has(role):
        raise NotFound(say("{name}没有“{role}”职责", name=principal.name, role=role.label))
    return Actor(
        actor.user_id,
        actor.name,
        principal.organisation_id,
        frozenset({role}),
        principal.user_id,
        by_paper=True,
    )
