"""Whose money it is: a project or a system in service, the units that act for it, and who may look."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio.foundation.access import may_see
from portfolio.foundation.errors import Invalid, NotFound, say
from portfolio.foundation.roles import Actor
from portfolio.tables.project import Participant, Project, System


@dataclass(frozen=True, slots=True)
class Subject:
    """A project or a system, with the organisations that may sign and pay for it: owner and participants."""

    project_id: int | None
    system_id: int | None
    owner_id: int
    organisation_ids: frozenset[int]

    @property
    def keys(self) -> dict[str, int | None]:
        """The two keys as columns of a row that belongs to it."""
        return {"project": self.project_id, "system": self.system_id}


def subject(project_id: int | None, system_id: int | None) -> Subject:
    """The project or system; exactly one id is given.  Raises ``Invalid`` or ``NotFound``; two queries."""
    if (project_id is None) == (system_id is None):
        raise Invalid({"project_id": say("项目和系统须填且只填一项")})
    if project_id is not None:
        project = Project.get_or_none(Project.id == project_id)
        if project is None:
            raise _unknown(project_id, system_id)
        rows = Participant.select(Participant.organisation).where(Participant.project == project_id).tuples()
        return Subject(
            project_id, None, project.owner_id, frozenset({project.owner_id, *(row[0] for row in rows)})
        )
    system = System.get_or_none(System.id == system_id)
    if system is None:
        raise _unknown(project_id, system_id)
    return Subject(None, system_id, system.owner_id, frozenset({system.owner_id}))


def visible(actor: Actor, *, project_id: int | None = None, system_id: int | None = None) -> Subject:
    """The project or system if its money is in the actor's view: authorities see all, units their own.

    Raises ``NotFound`` also for what exists but belongs to others, so that ids tell nothing.
    """
    found = subject(project_id, system_id)
    if not may_see(actor, found.organisation_ids):
        raise _unknown(project_id, system_id)
    return found


def _unknown(project_id: int | None, system_id: int | None) -> NotFound:
    if project_id is not None:
        return NotFound(say("没有这个项目（编号 {id}）", id=project_id))
    return NotFound(say("没有这个系统（编号 {id}）", id=system_id))


def found_by_code(code: str, field: str) -> dict[str, int]:
    """The project or system with this code, as the argument of a service; raises ``Invalid`` at ``field``."""
    cleaned = code.strip()
    project = Project.get_or_none(Project.code == cleaned)
    if project is not None:
        return {"project_id": int(project.id)}
    system = System.get_or_none(System.code == cleaned)
    if system is not None:
        return {"system_id": int(system.id)}
    raise Invalid({field: say("没有编号为“{code}”的项目或系统", code=cleaned)})
