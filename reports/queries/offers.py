"""Which acts of the procedure a person is offered on a project's page.

The services decide again when the act is done; nothing is allowed here that they would not check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.rules.stages import Act, SideAct, SideState, Stage, StepKind
from approvals.rules.tiers import acting_role
from approvals.rules.workflow import SIDE_TRANSITIONS, Transition, acts_here
from portfolio.foundation.roles import AUTHORITIES, UNIT_ROLES, Actor, Role
from portfolio.rules.dossier import Route


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that waits: for whom, since when, until when."""

    kind: StepKind
    role: Role
    organisation: str
    person: str
    since: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that the actor may take; ``primary`` is what the project waits for, ``quiet`` what stops it."""

    code: str
    label: str
    primary: bool = False
    quiet: bool = False


_OF_STEP: dict[Act, tuple[StepKind, ...]] = {
    Act.ENDORSE: (StepKind.ENDORSE,),
    Act.ACCEPT: (StepKind.ACCEPT,),
    Act.REVIEW: (StepKind.REVIEW,),
    Act.ASSIGN_EXPERTS: (StepKind.PANEL,),
    Act.CONCLUDE: (StepKind.PANEL,),
    Act.SCORE: (StepKind.SCORE,),
    Act.COUNTERSIGN: (StepKind.COUNTERSIGN,),
    Act.COORDINATE: (StepKind.COORDINATE,),
    Act.APPROVE: (StepKind.DECIDE, StepKind.REPLY, StepKind.FINAL_ACCEPTANCE),
    Act.FIX_ESTIMATE: (StepKind.FIX,),
    Act.APPROVE_FINAL_ACCOUNTS: (StepKind.FINAL_ACCOUNTS,),
    Act.FILE: (StepKind.FILE,),
    Act.DECIDE_CHANGE: (StepKind.CHANGE,),
    Act.RETURN: (StepKind.ENDORSE, StepKind.ACCEPT, StepKind.REVIEW, StepKind.FIX, StepKind.FILE),
}
"""The acts by which an open step is taken; who may is what the inbox says."""

_ON_THE_DECISION_PAGE = {Act.DEFER, Act.REJECT}
_SECONDARY = {
    Act.RETURN,
    Act.WITHDRAW,
    Act.ASSIGN_EXPERTS,
    Act.LIST_IN_ANNUAL_PLAN,
    Act.REQUEST_CHANGE,
    Act.REOPEN_INITIATION,
    Act.REOPEN_APPRAISAL,
    Act.MOVE_TRACK,
}
_QUIET = {SideAct.SUSPEND, SideAct.TERMINATE}


def offers(
    case: Any,  # noqa: ANN401 - a Peewee row
    actor: Actor,
    *,
    project: Any,  # noqa: ANN401 - a Peewee row
    mine: Sequence[str],
    steps: Sequence[OpenStep],
) -> list[Offer]:
    """The acts that ``actor`` may take here, what the project waits for first.

    ``project`` is as ``standing.seen``; ``mine`` are the codes of the acts that the actor's own inbox asks
    for in it.
    """
    owner_id, own = project.owner_id, project.own
    found: dict[Act, Offer] = {}
    for row in acts_here(case.stage, case.phase, case.side_state):
        if row.act in found or row.act in _ON_THE_DECISION_PAGE or not _holds(row, actor, owner_id, own):
            continue
        if row.act is Act.REGISTER_UPPER_REPLY and project.route is not Route.UPPER_LEVEL:
            continue
        if row.act in _OF_STEP and not _asked(row.act, mine, steps):
            continue
        found[row.act] = Offer(row.act.value, _words(row.act, steps), row.act not in _SECONDARY)
    if Act.ASSIGN_EXPERTS in found and Act.ASSIGN_EXPERTS.value in mine:
        found[Act.ASSIGN_EXPERTS] = Offer(Act.ASSIGN_EXPERTS.value, Act.ASSIGN_EXPERTS.label, True)
        found.pop(Act.CONCLUDE, None)
    if Act.REPORT_QUARTER in found and Act.CLOSE in found:
        found[Act.CLOSE] = Offer(Act.CLOSE.value, Act.CLOSE.label)
    ordered = sorted(found.values(), key=lambda one: not one.primary)
    launch = [Offer("record_launch", "登记投运日期", True)] if _lacks_launch(case, actor, owner_id) else []
    return [*launch, *ordered, *_paper(case, actor, steps), *_side(case, actor)]


def _holds(row: Transition, actor: Actor, owner_id: int, own: frozenset[Role]) -> bool:
    """Whether the actor holds one of the roles of a move: a unit's in the owner, an authority's anywhere."""
    roles = {acting_role(role, own) for role in row.roles}
    others = roles - UNIT_ROLES
    return actor.has(*others) or (actor.has(*(roles & UNIT_ROLES)) and actor.organisation_id == owner_id)


def _asked(act: Act, mine: Sequence[str], steps: Sequence[OpenStep]) -> bool:
    """Whether a step that this act takes is open to the actor."""
    kinds = {step.kind for step in steps}
    if not kinds & set(_OF_STEP[act]):
        return False
    partners = {one.value for one, of in _OF_STEP.items() if set(of) & set(_OF_STEP[act]) & kinds}
    return bool(partners & set(mine))


def _words(act: Act, steps: Sequence[OpenStep]) -> str:
    """A decision is called by its step: 审定, 批复, 竣工验收."""
    if act is Act.APPROVE:
        return next((one.kind.label for one in steps if one.kind in _OF_STEP[act]), act.label)
    return act.label


def _lacks_launch(case: Any, actor: Actor, owner_id: int) -> bool:  # noqa: ANN401 - a Peewee row
    """An inherited project in operation does not say since when, and the actor may."""
    ours = actor.has(Role.APPLICANT) and actor.organisation_id == owner_id
    lacking = case.inherited_stage in {Stage.OPERATION, Stage.POST_EVALUATION} and case.launched_on is None
    return lacking and (ours or actor.has(*AUTHORITIES, Role.SECRETARY))


_ON_PAPER = {StepKind.ENDORSE, StepKind.COUNTERSIGN, StepKind.DECIDE}


def _paper(case: Any, actor: Actor, steps: Sequence[OpenStep]) -> list[Offer]:  # noqa: ANN401 - a Peewee row
    """The office may record what a CIO, a countersigner or a member has signed on paper."""
    waits = case.side_state is SideState.ACTIVE and any(step.kind in _ON_PAPER for step in steps)
    return [Offer("record_paper", "代录签字件")] if waits and actor.has(Role.SECRETARY) else []


def _side(case: Any, actor: Actor) -> list[Offer]:  # noqa: ANN401 - a Peewee row
    """What stops the project or lets it go on."""
    if case.stage is Stage.CLOSED:
        return []
    return [
        Offer(row.act.value, row.act.label, row.act is SideAct.RESUME, row.act in _QUIET)
        for row in SIDE_TRANSITIONS
        if row.side_state is case.side_state and row.act is not SideAct.DEFER and actor.has(*row.roles)
    ]
