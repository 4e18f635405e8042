"""Conditions of decisions with who owes them, and the rules that were passed over by name."""

from __future__ import annotations

from typing import Any

from peewee import JOIN, SQL

from approvals.rules.stages import SideState, Stage
from approvals.tables.case import Case
from approvals.tables.decision import Condition, Decision, Override
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import fn
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.roles import AUTHORITIES, UNIT_ROLES, Actor
from portfolio.tables.project import Project


def conditions_of(project_id: int) -> list[Any]:
    """Every condition of a project with decision, owner, evidence and who met it, the open ones first.

    One query.
    """
    query = _conditions().where(Condition.project == project_id)
    return list(query.order_by(Condition.met_at.is_null(False), Condition.due_on, Condition.id))


def condition_of(project_id: int, condition_id: int) -> Any:  # noqa: ANN401 - a Peewee row
    """One of them; raises ``NotFound``, also for another project's."""
    row = _conditions().where(Condition.project == project_id, Condition.id == condition_id).first()
    if row is None:
        raise NotFound(say("该项目没有这一审批条件（编号 {id}）", id=condition_id))
    return row


def may_meet(condition: Any, actor: Actor) -> bool:  # noqa: ANN401 - a Peewee row
    """Whether this person may show that a condition is met: an authority, or one of the unit that owes it."""
    theirs = condition.owner_id == actor.organisation_id and actor.has(*UNIT_ROLES)
    return theirs or actor.has(*AUTHORITIES)


def _conditions() -> Any:  # noqa: ANN401 - a Peewee query
    return (
        Condition.select(Condition, Decision, Organisation, Document, User)
        .join(Decision)
        .switch(Condition)
        .join(Organisation, on=Condition.owner)
        .switch(Condition)
        .join(Document, JOIN.LEFT_OUTER, on=Condition.evidence)
        .switch(Condition)
        .join(User, JOIN.LEFT_OUTER, on=Condition.met_by)
    )


def owed(actor: Actor) -> list[Any]:
    """What decisions demand of the actor's organisation and is not met, the most urgent first; one query.

    Each with its project, the project's owner and the decision.  Of projects that go on alone.
    """
    query = _owed(actor, Condition, Decision, Project, Organisation)
    return list(query.order_by(Condition.due_on, Condition.id))


def count_owed(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee query
    """The query that counts it."""
    return _owed(actor, fn.COUNT(Condition.id))


def may_owe(actor: Actor) -> bool:
    """Whether the actor acts for a body that decisions can demand something of."""
    return actor.has(*UNIT_ROLES, *AUTHORITIES)


def _owed(actor: Actor, *columns: Any) -> Any:  # noqa: ANN401 - a Peewee query
    mine = Condition.owner == actor.organisation_id
    return (
        Condition.select(*columns)
        .join(Decision)
        .switch(Condition)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .switch(Project)
        .join(Case, on=(Case.project == Project.id))
        .where(
            mine if may_owe(actor) else SQL("1 = 0"),
            Condition.met_at.is_null(),
            Case.side_state != SideState.TERMINATED,
            Case.stage != Stage.CLOSED,
        )
    )


def overrides_of(project_id: int) -> list[Any]:
    """The rules passed over for a project, by whom and why, the newest first; one query."""
    query = Override.select(Override, User).join(User, on=Override.granted_by)
    return list(query.where(Override.project == project_id).order_by(Override.id.desc()))
