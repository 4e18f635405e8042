"""Where a project stands: its stages with their days, who must do what by when, and the gate before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN

from approvals.queries import evidence, gates
from approvals.queries.next_moves import due_of
from approvals.queries.people import owned_by_authority
from approvals.queries.returns import RETURNED, Return, join_return, return_of
from approvals.queries.standing import CASE, first_of, join_case
from approvals.rules.next_moves import asks_for_steps, awaited, words_of
from approvals.rules.stages import (
    FILING_STAGES,
    GOVERNMENT_STAGES,
    Gate,
    Phase,
    SideState,
    Stage,
    StepState,
    SubmissionState,
)
from approvals.rules.tiers import acting_role
from approvals.rules.workflow import acts_here
from approvals.tables.submission import Step, Submission
from budget.tables.line import BudgetLine
from budget.tables.project_account import ProjectAccount
from portfolio.foundation import audit, clock, rulebook
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import fn
from portfolio.foundation.errors import Finding, Level, Message, say
from portfolio.foundation.roles import AUTHORITIES, SEES_EVERYTHING, Actor, Role
from portfolio.foundation.rulebook import Rulebook
from portfolio.queries.dossier import DESCRIBED, Reading, describe
from portfolio.rules.dossier import Track
from portfolio.tables.following import Following
from portfolio.tables.project import Project
from reports.queries.offers import Offer, OpenStep, offers


@dataclass(frozen=True, slots=True)
class RailStage:
    """A stage of the way: ``done``, ``now``, ``stopped`` or ``ahead``; the day it was left, or entered."""

    label: Message
    state: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Doer:
    """Who must do what: a role, in an organisation or a person by name; by when, where there is a limit."""

    what: Message
    role: Role
    organisation: str = ""
    person: str = ""
    since: date | None = None
    due_on: date | None = None

    @property
    def overdue(self) -> bool:
        """Whether the day has passed."""
        return self.due_on is not None and self.due_on < clock.today()


@dataclass(frozen=True, slots=True)
class Checklist:
    """The checks of a gate: as they are now, or ``as_of`` the day on which the submission froze them."""

    gate: Gate
    findings: Sequence[Finding]
    as_of: date | None = None
    ahead: bool = False

    @property
    def blocking(self) -> int:
        """How many of them keep the gate shut."""
        return sum(1 for one in self.findings if one.blocks)


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that the head of a project's page says about its case."""

    case: Any
    rail: Sequence[RailStage]
    doers: Sequence[Doer]
    offers: Sequence[Offer]
    checklist: Checklist | None
    conditions: Sequence[Any]
    returned: Return | None = None
    """With what words it came back, as long as it was not submitted again."""


_AHEAD = {
    Phase.BUILDING: Gate.PRELIMINARY,
    Phase.RUNNING: Gate.CLOSING,
}
"""The gate that comes next where nothing in the phase itself passes one."""

_GATE_OF_SUBMISSION = {
    Stage.INITIATION: Gate.PLAN,
    Stage.APPRAISAL: Gate.APPRAISAL,
    Stage.ESTIMATE: Gate.ESTIMATE,
    Stage.ACCEPTANCE: Gate.ACCEPTANCE,
    Stage.REGISTERED: Gate.FILING,
}
_PENDING = {SubmissionState.IN_REVIEW, SubmissionState.DEFERRED}


_SUBMITTED = [field for field in Submission._meta.sorted_fields if field.name != "snapshot"]
"""A submission without what it froze, which is long and not shown here."""


def seen(project_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """A project that the actor may know of, with all that the head of its page says; one query.

    ``case`` and ``account`` are ``None`` before there are any, the case with everything that its keys point
    at; ``released`` is the money of all its lines that was released, ``followed`` whether the actor keeps it
    in sight, ``dossier`` its dossier to be read, ``own`` what authority its owner is.  Raises ``NotFound``.
    """
    released = BudgetLine.select(fn.SUM(BudgetLine.released)).where(BudgetLine.project == Project.id)
    follow = Following.select(Following.id).where(
        Following.user == actor.user_id, Following.project == Project.id
    )
    released, followed = released.alias("released"), fn.EXISTS(follow).alias("followed")
    own = [owned_by_authority(role, clock.today()).alias(role.value) for role in AUTHORITIES]
    columns = (*DESCRIBED, User.id, User.name, *_SUBMITTED, *CASE, *RETURNED, ProjectAccount)
    query = (
        join_return(describe(join_case(Project.select(*columns, released, followed, *own))))
        .join_from(Project, User, on=Project.created_by)
        .join_from(
            Project,
            ProjectAccount,
            JOIN.LEFT_OUTER,
            on=(ProjectAccount.project == Project.id),
            attr="account",
        )
    )
    project = first_of(query, project_id, actor)
    project.account = getattr(project, "account", None)
    project.dossier = Reading(project)
    project.own = frozenset(role for role in AUTHORITIES if getattr(project, role.value))
    return project


def standing(
    project: Any,  # noqa: ANN401 - a Peewee row
    actor: Actor,
    mine: Sequence[str],
    rules_of_today: Callable[[], Rulebook],
    *,
    whole: bool,
) -> Standing:
    """Where ``project``, as ``seen``, stands for ``actor``, to whom the steps ``mine`` are open.

    ``mine`` are codes of acts.  Three queries at most, whatever has happened to the project; the ``whole``
    costs one more, and what the gate before it looks at: nine at most.
    """
    case = project.case
    if case is None:
        return Standing(None, _rail(project.track, None, []), [], [], None, [])
    submission = case.submission if case.submission_id is not None else None
    trail = audit.trail("case", case.id)
    judging = actor.has(*SEES_EVERYTHING)
    asked = asks_for_steps(case.stage, case.phase, case.side_state)
    steps = _open_steps(submission, named=judging) if asked else []
    rules = _rules_of(submission) or rules_of_today()
    conditions = evidence.conditions(project.id) if whole else []
    known = gates.Known(project.dossier, conditions)
    return Standing(
        case=case,
        rail=_rail(project.track, case, trail),
        doers=_doers(project, case, steps, rules),
        offers=offers(case, actor, project=project, mine=mine, steps=steps),
        checklist=_checklist(case, submission, rules, known, judging=judging) if whole else None,
        conditions=conditions,
        returned=return_of(case),
    )


def _rules_of(submission: Any) -> Rulebook | None:  # noqa: ANN401 - a Peewee row or nothing
    """What is being judged is judged by the rules of its own day."""
    if submission is None or submission.state not in _PENDING:
        return None
    return rulebook.on(submission.rulebook_day)


def _open_steps(submission: Any, *, named: bool) -> list[OpenStep]:  # noqa: ANN401 - a row or nothing
    """What is asked for; who the experts are is told to the reviewing side alone."""
    if submission is None:
        return []
    query = (
        Step.select(Step, Organisation, User)
        .left_outer_join(Organisation, on=Step.organisation)
        .switch(Step)
        .left_outer_join(User, on=Step.assignee)
        .where(Step.submission == submission.id, Step.state == StepState.OPEN)
        .order_by(Step.due_on, Step.id)
    )
    return [
        OpenStep(
            row.kind,
            row.role,
            row.organisation.name if row.organisation_id is not None else "",
            row.assignee.name if row.assignee_id is not None and named else "",
            row.opened_at.date(),
            row.due_on,
        )
        for row in query
    ]


# --- the rail -----------------------------------------------------------------------------------------------


def _rail(track: Track, case: Any, trail: Sequence[audit.AuditEntry]) -> list[RailStage]:  # noqa: ANN401
    """The stages in order; what was gone back on counts as ahead again."""
    stages = FILING_STAGES if track is Track.FILING else GOVERNMENT_STAGES[:-1]
    if case is None:
        return [RailStage(say("{stage}", stage=one.label), "ahead") for one in stages]
    entered, left = _days(trail)
    here = stages.index(case.stage) if case.stage in stages else len(stages)
    stopped = case.side_state is not SideState.ACTIVE or case.phase is Phase.REJECTED
    rail = []
    for number, stage in enumerate(stages):
        if number < here or stage is Stage.CLOSED is case.stage:
            state, on = "done", left.get(stage.value, entered.get(stage.value))
        elif number == here:
            state, on = ("stopped" if stopped else "now"), entered.get(stage.value)
        else:
            state, on = "ahead", None
        rail.append(RailStage(say("{stage}", stage=stage.label), state, on))
    return rail


def _days(trail: Sequence[audit.AuditEntry]) -> tuple[dict[str, date], dict[str, date]]:
    """When each stage was last entered, and last left."""
    entered: dict[str, date] = {}
    left: dict[str, date] = {}
    before = ""
    for entry in trail:
        stage = entry.data.get("stage")
        if not isinstance(stage, str) or stage == before:
            continue
        if before:
            left[before] = entry.at.date()
        entered[stage] = entry.at.date()
        before = stage
    return entered, left


# --- who must do what ---------------------------------------------------------------------------------------


def _doers(
    project: Any,  # noqa: ANN401 - a Peewee row
    case: Any,  # noqa: ANN401 - a Peewee row
    steps: Sequence[OpenStep],
    rules: Rulebook,
) -> list[Doer]:
    if case.side_state is not SideState.ACTIVE:
        return []
    if steps:
        return [
            Doer(
                say("{step}", step=one.kind.label),
                one.role,
                one.organisation,
                one.person,
                one.since,
                one.due_on,
            )
            for one in steps
        ]
    row = awaited(case.stage, case.phase, case.side_state)
    if row is None:
        return []
    unit = project.owner.name if row.roles[0] is Role.APPLICANT else ""
    due_on = due_of(case, project.planned_finish, rules)
    return [Doer(words_of(row.act, case.stage), acting_role(row.roles[0], project.own), unit, due_on=due_on)]


# --- the gate -----------------------------------------------------------------------------------------------


def _checklist(
    case: Any,  # noqa: ANN401 - a Peewee row
    submission: Any,  # noqa: ANN401 - a Peewee row or nothing
    rules: Rulebook,
    known: gates.Known,
    *,
    judging: bool,
) -> Checklist | None:
    """What stands before the next move: the gate of an act here, else what was frozen, else the one ahead."""
    if case.side_state is not SideState.ACTIVE or case.stage is Stage.CLOSED:
        return None
    here = [row.gate for row in acts_here(case.stage, case.phase, case.side_state) if row.gate is not None]
    gate: Gate | None = next((one for one in here if one is not Gate.ANNUAL_PLAN), None)
    if gate is Gate.CONCLUSION and not judging:
        gate = None  # experts and scores are the reviewing side's
    if gate is None and submission is not None and submission.state in _PENDING:
        found = _frozen(submission)
        named = _GATE_OF_SUBMISSION.get(submission.stage)
        if found and named is not None:
            return Checklist(named, found, as_of=submission.submitted_at.date())
    ahead = gate is None
    gate = gate or _AHEAD.get(case.phase)
    if gate is None:
        return None
    found = gates.findings(gate, case, rules, known=known)
    return Checklist(gate, found, ahead=ahead) if found else None


def _frozen(submission: Any) -> list[Finding]:  # noqa: ANN401 - a Peewee row
    """The findings as they were frozen with a submission."""
    return [
        Finding(
            code=one["code"],
            passed=one["passed"],
            what=Message(one["what"]),
            basis=one["basis"],
            level=Level(one["level"]),
            **{name: Message(one[name]) for name in ("figure", "limit", "remedy") if name in one},
        )
        for one in submission.findings
    ]


def deadlines(project: Any, shown: Standing) -> list[tuple[Message, date]]:  # noqa: ANN401 - a Peewee row
    """The days that this project runs against, the nearest first."""
    days = [(one.what, one.due_on) for one in shown.doers if one.due_on is not None]
    days += [
        (say("条件：{text}", text=row.text), row.due_on) for row in shown.conditions if row.met_at is None
    ]
    if shown.case is not None and shown.case.review_on is not None:
        days.append((say("复议"), shown.case.review_on))
    building = shown.case is None or shown.case.completed_on is None
    if building and project.planned_finish not in (None, *(on for _, on in days)):
        days.append((say("计划完工"), project.planned_finish))
    once = {(str(what), on): (what, on) for what, on in days}
    return sorted(once.values(), key=lambda one: (one[1], str(one[0])))
