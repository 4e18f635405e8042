"""What happened to a project, in order: submissions, steps, decisions, listings, approvals from before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from approvals.rules.stages import (
    GOVERNMENT_STAGES,
    DecisionMode,
    Outcome,
    Stage,
    StepState,
    outcome_label,
)
from approvals.tables.case import Case
from approvals.tables.decision import Decision, InheritedEvidence
from approvals.tables.submission import Step, Submission
from budget.rules.words import PlanRowState
from budget.tables.annual_plan import AnnualPlanRow
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.errors import Message, NotFound, say
from portfolio.tables.project import Project

LEADING_GROUP = "信息化领导小组"
_JOINT = "投资、信息化、财政主管部门"


class TrailKind(StrEnum):
    """What a row of the trail tells of."""

    SUBMISSION = "submission"
    STEP = "step"
    DECISION = "decision"
    LISTING = "listing"
    INHERITED = "inherited"


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One thing that happened: which document, its 文号, when, by which body and person, to what end.

    ``words`` are the opinion or reason given; ``stood_in_for`` names whoever was stood in for.
    """

    kind: TrailKind
    stage: Stage
    document: Message
    number: str
    at: datetime
    authority: str
    person: str
    outcome: str
    stood_in_for: str = ""
    words: str = ""


def case_of(project_id: int) -> Case:
    """The case of a project with the project itself; raises ``NotFound`` when none is open; one query."""
    query = Case.select(Case, Project).join(Project).where(Case.project == project_id)
    case: Case | None = query.first()
    if case is None:
        raise NotFound(say("该项目尚未进入审批程序"), remedy=say("请先由申报单位启动申报"))
    return case


def timeline(project_id: int) -> list[TrailRow]:
    """Everything that happened to the project, oldest first; six queries."""
    submissions, steps, decisions = _submissions(project_id), _steps(project_id), _decisions(project_id)
    people = _people([*submissions, *steps, *decisions])
    rows = [
        *_inherited(project_id),
        *(_submission_row(row, people) for row in submissions),
        *(_step_row(row, people) for row in steps),
        *(_decision_row(row, people) for row in decisions),
        *_listings(project_id),
    ]
    return sorted(rows, key=lambda row: row.at)


def approvals_trail(project_id: int) -> list[TrailRow]:
    """The formal approvals alone, oldest first: decisions, listings, approvals from before; four queries."""
    decisions = _decisions(project_id)
    people = _people(decisions)
    rows = [
        *_inherited(project_id),
        *(_decision_row(row, people) for row in decisions),
        *_listings(project_id),
    ]
    return sorted(rows, key=lambda row: row.at)


def _submissions(project_id: int) -> list[Any]:
    columns = (
        Submission.id,
        Submission.stage,
        Submission.kind,
        Submission.cover_number,
        Submission.state,
        Submission.submitted_by,
        Submission.on_behalf_of,
        Submission.submitted_at,
    )  # not what was frozen, which is long
    return list(Submission.select(*columns).where(Submission.project == project_id).order_by(Submission.id))


def _steps(project_id: int) -> list[Any]:
    query = Step.select(Step, Submission.id, Submission.stage).join(Submission)
    return list(query.where(Submission.project == project_id, Step.state == StepState.DONE).order_by(Step.id))


def _decisions(project_id: int) -> list[Any]:
    query = Decision.select(Decision, Submission.id, Submission.kind).join(Submission)
    return list(query.where(Decision.project == project_id).order_by(Decision.id))


_ACTED = ("submitted_by_id", "actor_id", "decided_by_id", "on_behalf_of_id")


def _people(rows: Iterable[Any]) -> dict[int, Any]:
    """Whoever acted or was stood in for, with the organisation, by id; one query."""
    ids = {getattr(row, name) for row in rows for name in _ACTED if getattr(row, name, None) is not None}
    return {
        user.id: user
        for user in User.select(User, Organisation).join(Organisation).where(User.id.in_(sorted(ids)))
    }


def _who(actor_id: int, principal_id: int | None, people: Mapping[int, Any]) -> dict[str, str]:
    """The body that acted, the person, and whoever was stood in for, whose body it then is."""
    actor, principal = people[actor_id], people.get(principal_id or 0)
    return {
        "authority": (principal or actor).organisation.name,
        "person": actor.name,
        "stood_in_for": principal.name if principal is not None else "",
    }


def _submission_row(row: Any, people: Mapping[int, Any]) -> TrailRow:  # noqa: ANN401 - a Peewee row
    return TrailRow(
        TrailKind.SUBMISSION,
        row.stage,
        Message(row.kind.label),
        row.cover_number,
        row.submitted_at,
        outcome=row.state.label,
        **_who(row.submitted_by_id, row.on_behalf_of_id, people),
    )


def _step_row(row: Any, people: Mapping[int, Any]) -> TrailRow:  # noqa: ANN401 - a Peewee row
    return TrailRow(
        TrailKind.STEP,
        row.submission.stage,
        Message(row.kind.label),
        "",
        row.done_at,
        outcome=outcome_label(row.outcome, row.submission.stage),
        words=row.opinion,
        **_who(row.actor_id, row.on_behalf_of_id, people),
    )


_BODIES = {DecisionMode.JOINT: _JOINT, DecisionMode.LEADING_GROUP: LEADING_GROUP}


def _decision_row(row: Any, people: Mapping[int, Any]) -> TrailRow:  # noqa: ANN401 - a Peewee row
    who = _who(row.decided_by_id, row.on_behalf_of_id, people)
    who["authority"] = _BODIES.get(row.mode, who["authority"])
    return TrailRow(
        TrailKind.DECISION,
        row.stage,
        say("{mode}（{kind}）", mode=row.mode, kind=row.submission.kind),
        row.number,
        row.decided_at,
        outcome=outcome_label(row.outcome, row.stage),
        words=row.reason,
        **who,
    )


def _listings(project_id: int) -> list[TrailRow]:
    """The decided rows of the annual investment plans; one query."""
    rows = (
        AnnualPlanRow.select(AnnualPlanRow, User)
        .join(User, on=AnnualPlanRow.decided_by)
        .where(AnnualPlanRow.project == project_id, AnnualPlanRow.state == PlanRowState.DECIDED)
        .order_by(AnnualPlanRow.id)
    )
    return [
        TrailRow(
            TrailKind.LISTING,
            Stage.ESTIMATE,
            say(
                "列入{year}年度投资计划（{source}{amount}）",
                year=row.year,
                source=row.source,
                amount=row.amount,
            ),
            row.number,
            row.decided_at,
            LEADING_GROUP,
            row.decided_by.name,
            Outcome.APPROVE.label,
        )
        for row in rows
    ]


def _inherited(project_id: int) -> list[TrailRow]:
    """The old approvals of an inherited project, dated on the day of their confirmation; one query."""
    proof = (
        InheritedEvidence.select(InheritedEvidence, User)
        .join(User, on=InheritedEvidence.confirmed_by)
        .where(InheritedEvidence.project == project_id, InheritedEvidence.confirmed)
        .first()
    )
    if proof is None:
        return []
    return [
        TrailRow(
            TrailKind.INHERITED,
            stage,
            say("系统上线前的批准文件"),
            proof.numbers[stage.value],
            proof.confirmed_at,
            "系统上线前",
            proof.confirmed_by.name,
            Outcome.APPROVE.label,
        )
        for stage in GOVERNMENT_STAGES
        if stage.value in proof.numbers
    ]
