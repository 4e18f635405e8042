"""Reads of the register of systems."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.foundation.access import Organisation
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


def made_by(system_id: int, actor: Actor) -> list[Project]:
    """The projects that made or extended a system, as far as the actor may know of them; one query."""
    query = Project.select(Project).join(SystemProject, on=SystemProject.project == Project.id)
    return list(query.where(SystemProject.system == system_id, visible_to(actor)).order_by(Project.code))
