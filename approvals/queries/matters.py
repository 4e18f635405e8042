"""What waits for officers and members beside the steps that are asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import Any

from peewee import JOIN, SQL, Select, Value

from approvals.rules.evaluation import EvaluationKind, EvaluationState
from approvals.rules.stages import Phase, SideState
from approvals.tables.case import Case
from approvals.tables.decision import InheritedEvidence
from approvals.tables.evaluation import Evaluation
from budget.rules.words import PlanRowState
from budget.tables.annual_plan import AnnualPlanRow
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import fn
from portfolio.foundation.roles import AUTHORITIES, Actor, Role
from portfolio.rules.labelled import Labelled
from portfolio.tables.project import Project


class MatterKind(Labelled):
    """What is to be done with a matter."""

    CLOSE = "close", "评价已定稿，办结"
    CONFIRM_INHERITED = "confirm_inherited", "确认存量登记"
    DECIDE_PLAN = "decide_plan", "审定年度投资计划"


_AT = SQL("2")
"""The column that says since when."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter: ``year`` is that of an annual plan, which is about no single project."""

    kind: MatterKind
    year: int | None
    since: date
    project_id: int | None
    code: str
    name: str
    owner: str


def waiting(actor: Actor, most: int) -> list[Matter]:
    """The oldest matters that wait for ``actor``; one query, none for people who have no part in them."""
    found = _matters(actor)
    if not found:
        return []
    rows = reduce(add, found).order_by(_AT).limit(most).tuples()
    return [Matter(MatterKind(kind), year, at.date(), *of) for kind, at, year, *of in rows]


def counts(actor: Actor) -> list[Any]:
    """The queries that count them."""
    return [Select([one.alias("one")], [fn.COUNT(Value(1))]) for one in _matters(actor)]


def _matters(actor: Actor) -> list[Any]:
    found = []
    if actor.has(Role.INFORMATIZATION):
        found.append(_to_close())
    if actor.has(*AUTHORITIES, Role.SECRETARY):
        found.append(_to_confirm(actor))
    if actor.has(Role.MEMBER):
        found.append(_to_decide())
    return found


def _to_close() -> Any:  # noqa: ANN401 - a Peewee query
    """Projects of which the evaluation is final, one row for each."""
    last = fn.MAX(Evaluation.finalised_at)
    query = Evaluation.select(*_contents(MatterKind.CLOSE, last))
    return (
        query.join(Project)
        .join(Organisation, on=Project.owner)
        .join_from(Project, Case, on=(Case.project == Project.id))
        .where(
            Evaluation.kind == EvaluationKind.EVALUATION,
            Evaluation.state == EvaluationState.FINAL,
            Case.phase == Phase.EVALUATING,
            Case.side_state == SideState.ACTIVE,
        )
        .group_by(Project.id, Project.code, Project.name, Organisation.name)
    )


def _to_confirm(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee query
    """The newest records of inherited projects that somebody else made, of another unit's project."""
    row, later = InheritedEvidence, InheritedEvidence.alias()
    newer = later.select(later.id).where(later.project == row.project, later.id > row.id)
    opened = Case.select(Case.id).where(Case.project == row.project)
    own = Project.select(Project.id).where(Project.owner == actor.organisation_id)
    query = row.select(*_contents(MatterKind.CONFIRM_INHERITED, row.recorded_at))
    return (  # from the few records to their projects, never the other way round
        query.join(Project, JOIN.LEFT_OUTER)
        .join(Organisation, JOIN.LEFT_OUTER, on=Project.owner)
        .where(
            ~row.confirmed,
            row.recorded_by != actor.user_id,
            row.project.not_in(own),
            ~fn.EXISTS(newer),
            ~fn.EXISTS(opened),
        )
    )


def _to_decide() -> Any:  # noqa: ANN401 - a Peewee query
    """The years of which the annual plan has drafted rows."""
    row, nothing = AnnualPlanRow, Value("")
    contents = (fn.MIN(row.drafted_at), row.year, SQL("NULL"), nothing, nothing, nothing)
    query = row.select(Value(MatterKind.DECIDE_PLAN.value), *contents)
    return query.where(row.state == PlanRowState.DRAFTED).group_by(row.year)


def _contents(kind: MatterKind, at: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a Peewee expression
    """The columns of a ``Matter`` that is about a project."""
    return Value(kind.value), at, SQL("NULL"), Project.id, Project.code, Project.name, Organisation.name
