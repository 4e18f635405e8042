"""Reads of the register of systems."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portfolio.foundation.access import Organisation
from portfolio.foundation.db import fn
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.roles import Actor
from portfolio.queries.dossier import visible_to
from portfolio.tables.project import Project, System, SystemProject


class Life(StrEnum):
    """Where a system stands."""

    BUILDING = "building"
    SERVING = "serving"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """The state's Chinese name."""
        return _LABELS[self]


_LABELS = {Life.BUILDING: "未上线", Life.SERVING: "在用", Life.RETIRED: "已下线"}


def life_of(system: Any) -> Life:  # noqa: ANN401 - a Peewee row
    """Where a system stands now."""
    if system.retired_on is not None:
        return Life.RETIRED
    return Life.SERVING if system.launched_on is not None else Life.BUILDING


def listed(*, life: str = "", text: str = "", owner_id: int | None = None) -> Any:  # noqa: ANN401 - a Peewee query
    """The systems with their owners, for a list; filters left empty do not filter."""
    query = System.select(System, Organisation).join(Organisation, on=System.owner)
    if life == Life.RETIRED:
        query = query.where(System.retired_on.is_null(False))
    elif life:
        launched = System.launched_on.is_null(life == Life.BUILDING)
        query = query.where(System.retired_on.is_null(), launched)
    if text:
        names = (System.name, System.code, Organisation.name)
        said = names[0].contains(text)
        for name in names[1:]:
            said |= name.contains(text)
        query = query.where(said)
    return query if owner_id is None else query.where(System.owner == owner_id)


def one(system_id: int) -> System:
    """The system with its owner; raises ``NotFound``."""
    found: System | None = listed().where(System.id == system_id).first()
    if found is None:
        raise NotFound(say("没有这个{what}（编号 {key}）", what=say("系统"), key=system_id))
    return found


@dataclass(frozen=True, slots=True)
class Link:
    """A system and a project; ``upgrade`` says that the system was there before the project 升级改造."""

    system: Any
    project: Any
    upgrade: bool


def _links(condition: Any) -> list[Link]:  # noqa: ANN401 - a Peewee expression
    """Links with both ends; the first project of a system made it, unless it was there before; one query."""
    other = SystemProject.alias()
    first = other.select(fn.MIN(other.id)).where(other.system == SystemProject.system)
    query = (
        SystemProject.select(SystemProject, System, Project, first.alias("first"))
        .join(System)
        .switch(SystemProject)
        .join(Project)
        .where(condition)
        .order_by(SystemProject.id)
    )
    return [Link(row.system, row.project, row.system.preexisting or row.id != row.first) for row in query]


def of_project(project_id: int) -> list[Link]:
    """The systems that a project makes or upgrades; one query."""
    return _links(SystemProject.project == project_id)


def open_to(project_id: int) -> list[System]:
    """The systems that a project could still be linked to: those in service or being made; one query."""
    linked = SystemProject.select(SystemProject.system).where(SystemProject.project == project_id)
    query = listed().where(System.retired_on.is_null(), System.id.not_in(linked))
    return list(query.order_by(System.code))


def behind(system_id: int, actor: Actor) -> list[Link]:
    """The projects that made or upgraded a system, as far as the actor may know of them; one query."""
    return _links((SystemProject.system == system_id) & visible_to(actor))
