"""A project's case taken in hand: locked, moved along the procedure, and put down with its record.

Every service of this house takes the case first, so that two people who act on one project take turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from approvals.queries import gates
from approvals.queries.people import authorities_of, involvement
from approvals.queries.standing import standing
from approvals.rules.independence import independence
from approvals.rules.stages import (
    Act,
    Circumstance,
    Phase,
    Stage,
    StepKind,
    StepState,
    SubmissionState,
    Tier,
)
from approvals.rules.tiers import acting_role, countersigners, decider, working_days
from approvals.rules.workflow import BASIS, PHASE_STEPS, Transition, transition
from approvals.services import money
from approvals.tables.case import Case
from approvals.tables.submission import Step, Submission
from portfolio.foundation import audit, clock, rulebook
from portfolio.foundation.db import change, for_update, get
from portfolio.foundation.errors import (
    Finding,
    Forbidden,
    NotFound,
    Refused,
    StaleVersion,
    refuse_unless,
    say,
)
from portfolio.foundation.roles import UNIT_ROLES, Actor, Role
from portfolio.foundation.rulebook import Rulebook
from portfolio.rules.dossier import Route
from portfolio.services import dossier
from portfolio.tables.project import Project

_PENDING = {SubmissionState.IN_REVIEW, SubmissionState.DEFERRED}


@dataclass(slots=True)
class Matter:
    """A locked case, its project and submission, the rules that hold, and what authority the owner is."""

    case: Any
    project: Any
    submission: Any
    rules: Rulebook
    own: frozenset[Role]

    def circumstances(self, *more: Circumstance) -> frozenset[Circumstance]:
        """What holds of this case, with what the act itself adds."""
        case = self.case
        tier = case.tier or Tier.ORDINARY
        return frozenset(
            {
                Circumstance.COMBINED if case.combined else Circumstance.SEPARATE,
                Circumstance.BY_REVIEW if tier is Tier.SMALL else Circumstance.BY_PANEL,
                decider(tier, countersigners(tier, self.own)),
                *([Circumstance.UPPER_LEVEL] if self.project.route is Route.UPPER_LEVEL else []),
                *more,
            }
        )

    def acting(self, role: Role) -> Role:
        """The role that acts where ``role`` is asked: another authority when the owner is this one."""
        return acting_role(role, self.own)


def take(project_id: int, expected_version: int | None = None) -> Matter:
    """Lock the case of a project, in the caller's transaction.

    Raises ``NotFound`` when none is open, ``StaleVersion`` when it has moved on since ``expected_version``.
    """
    case = for_update(Case.select().where(Case.project == project_id)).first()
    if case is None:
        raise _not_open()
    matter = _matter(case, get(Project, project_id, say("项目")))
    if expected_version is not None:
        expect(matter, expected_version)
    return matter


def look(project_id: int, actor: Actor) -> Matter:
    """The matter as a page shows it: not locked, the project with its owner; three queries.

    Raises ``NotFound`` for a project that the actor may not know of, and when no case is open.
    """
    at = standing(project_id, actor)
    return _matter(at.case, at.project)


def _not_open() -> NotFound:
    return NotFound(say("该项目尚未进入审批程序"), remedy=say("请先由申报单位启动申报"))


def _matter(case: Any, project: Any) -> Matter:  # noqa: ANN401 - Peewee rows
    submission = case.submission if case.submission_id is not None else None
    day = clock.today()
    if submission is not None and submission.state in _PENDING:
        day = submission.rulebook_day
    own = authorities_of(project.owner_id, clock.today())
    return Matter(case, project, submission, rulebook.on(day), own)


def expect(matter: Matter, version: int) -> None:
    """Raise ``StaleVersion`` when the case has moved on since it was seen."""
    if matter.case.version != version:
        raise StaleVersion(
            say("此件已被他人办理，您看到的是旧版本"), remedy=say("请刷新页面，核对后重新办理")
        )


def take_submission(submission_id: int) -> Matter:
    """Lock the case of a submission; refuses one that is no longer the one being judged."""
    submission = get(Submission, submission_id, say("申报件"))
    matter = take(submission.project_id)
    if matter.case.submission_id != submission_id:
        raise Refused(
            [
                Finding(
                    "FLOW",
                    False,
                    say("该申报件已被新的申报件取代"),
                    BASIS,
                    remedy=say("请办理最新的申报件"),
                )
            ]
        )
    return matter


def authorise(matter: Matter, act: Act, actor: Actor, *more: Circumstance) -> Transition:
    """The move that ``act`` makes; raises ``Refused`` (FLOW) when there is none, ``Forbidden`` by role."""
    case = matter.case
    row = transition(case.stage, case.phase, act, matter.circumstances(*more), case.side_state)
    roles = tuple(dict.fromkeys(matter.acting(role) for role in row.roles))
    units = [role for role in roles if role in UNIT_ROLES]
    others = [role for role in roles if role not in UNIT_ROLES]
    if units and not (others and actor.has(*others)):
        actor.require_unit(matter.project.owner_id, *units)
    else:
        actor.require(*others)
    return row


def independent(matter: Matter, kind: StepKind, actor: Actor) -> None:
    """Raise ``Forbidden`` when the actor had an earlier part in the matter, or belongs to the applicant."""
    involved = involvement(matter.project, matter.submission)
    for found in independence(actor, kind, involved, matter.rules):
        if found.blocks:
            raise Forbidden(found.what, basis=found.basis, remedy=found.remedy)


def pass_gate(matter: Matter, row: Transition) -> list[Finding]:
    """The findings of the gate of a move; raises ``Refused`` with all of them when one blocks."""
    findings = gates.findings(row.gate, matter.case, matter.rules) if row.gate is not None else []
    refuse_unless(findings)
    return findings


def move(matter: Matter, row: Transition, actor: Actor, **values: Any) -> None:  # noqa: ANN401 - columns
    """Make the move: stage, phase and ``values`` are written, steps opened, dossier and account follow.

    The dossier opens where something is drafted; what was approved changes by an approved change alone.
    """
    case = matter.case
    could = money.state_of(case)
    arrived = (row.to_stage, row.to_phase) != (case.stage, case.phase)
    change(case, case.version, stage=row.to_stage, phase=row.to_phase, **values)
    if arrived and matter.submission is not None:
        void_steps(matter.submission)
        open_steps(matter, row.to_stage, row.to_phase)
    if arrived and row.to_phase is Phase.DRAFTING:
        dossier.unlock(project_id=case.project_id, actor=actor)
    money.follow(case, could, actor)
    record(matter, actor, f"case.{row.act}", {"stage": row.to_stage, "phase": row.to_phase})


def record(matter: Matter, actor: Actor | None, action: str, data: dict[str, Any]) -> None:
    """Append to the audit trail of the case; without an actor the system itself did it."""
    submission = matter.submission.id if matter.submission is not None else None
    audit.record(
        actor,
        action,
        ("case", matter.case.id),
        {"version": matter.case.version, "submission": submission, **data},
    )


def open_steps(matter: Matter, stage: Stage, phase: Phase) -> None:
    """Open what the phase asks for: one step, or one for each countersigning authority."""
    if phase is Phase.COUNTERSIGNING:
        for role in countersigners(matter.case.tier, matter.own):
            open_step(matter, StepKind.COUNTERSIGN, role)
    elif (stage, phase) in PHASE_STEPS:
        kind, role = PHASE_STEPS[stage, phase]
        open_step(matter, kind, matter.acting(role))


def open_step(matter: Matter, kind: StepKind, role: Role, assignee_id: int | None = None) -> Step:
    """Open a step with its deadline; a step opened again is a further round."""
    earlier = Step.select().where(Step.submission == matter.submission, Step.kind == kind, Step.role == role)
    if assignee_id is not None:
        earlier = earlier.where(Step.assignee == assignee_id)
    step: Step = Step.create(
        submission=matter.submission,
        kind=kind,
        role=role,
        round=earlier.count() + 1,
        organisation=matter.project.owner_id if role in UNIT_ROLES else None,
        assignee=assignee_id,
        opened_at=clock.now(),
        due_on=clock.add_working_days(clock.today(), working_days(kind, matter.rules)),
    )
    return step


def void_steps(submission: Submission) -> None:
    """Close what was still asked for and is no longer needed."""
    Step.update(state=StepState.VOID).where(
        Step.submission == submission, Step.state == StepState.OPEN
    ).execute()


def settle(submission: Any, state: SubmissionState) -> None:  # noqa: ANN401 - a Peewee row
    """Say what became of a submission."""
    submission.state = state
    Submission.update(state=state).where(Submission.id == submission.id).execute()
