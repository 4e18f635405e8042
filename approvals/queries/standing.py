"""A project as a page about its procedure sees it: the project, and its case when it has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import SQL

from approvals.tables.case import Case
from portfolio.foundation.access import Organisation
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.roles import Actor
from portfolio.queries.dossier import visible_to
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class Standing:
    """A project and where it stands; ``case`` is ``None`` for one in no procedure."""

    project: Any
    case: Any

    @property
    def version(self) -> int:
        """The version that the next act has to expect; 0 before the first."""
        return int(self.case.version) if self.case is not None else 0


def standing(
    project_id: int, actor: Actor, *, in_procedure: bool = True, owes_it_something: bool = False
) -> Standing:
    """Where a project that the actor may know of stands; two queries.

    ``owes_it_something`` lets the actor know of it who is no party to it and must meet a condition of it.

    Raises ``NotFound`` for one that is not theirs, and without a case unless ``in_procedure`` is false.
    """
    project = (
        Project.select(Project, Organisation)
        .join(Organisation, on=Project.owner)
        .where(Project.id == project_id, SQL("1 = 1") if owes_it_something else visible_to(actor))
        .first()
    )
    if project is None:
        raise NotFound(say("没有这个项目（编号 {id}）", id=project_id), remedy=say("请在项目库中查找"))
    case = Case.get_or_none(Case.project == project_id)
    if case is None and in_procedure:
        raise NotFound(say("该项目尚未进入审批程序"), remedy=say("请先由申报单位启动申报"))
    return Standing(project, case)


def knows_of(project_id: int, actor: Actor) -> bool:
    """Whether the actor may open the project's own pages; one query."""
    return bool(Project.select().where(Project.id == project_id, visible_to(actor)).exists())
