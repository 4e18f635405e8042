"""Projects from before the system that are still to be recorded or confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from approvals.tables.case import Case
from approvals.tables.decision import InheritedEvidence
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.documents import Document
from portfolio.foundation.roles import Actor
from portfolio.queries.dossier import visible_to
from portfolio.rules.dossier import Route, Track
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class Waiting:
    """An inherited project in no procedure; ``evidence`` is its newest record, if anybody made one."""

    project: Any
    evidence: Any


def waiting(actor: Actor) -> list[Waiting]:
    """The inherited projects that wait for a record or its confirmation, by code; two queries."""
    rows = list(
        Project.select(Project, Organisation)
        .join(Organisation, on=Project.owner)
        .where(
            Project.route == Route.INHERITED,
            Project.track == Track.GOVERNMENT,
            visible_to(actor),
            Project.id.not_in(Case.select(Case.project)),
        )
        .order_by(Project.code)
    )
    held = {row.project_id: row for row in _records([row.id for row in rows])} if rows else {}
    return [Waiting(row, held.get(row.id)) for row in rows]


def newest(project_id: int) -> Any | None:  # noqa: ANN401 - a Peewee row
    """The newest record of a project with its scan and who made it; ``None`` when there is none."""
    rows = list(_records([project_id]))
    return rows[-1] if rows else None


def _records(project_ids: list[int]) -> Any:  # noqa: ANN401 - a Peewee query
    return (
        InheritedEvidence.select(InheritedEvidence, Document, User)
        .join(Document)
        .switch(InheritedEvidence)
        .join(User, on=InheritedEvidence.recorded_by)
        .where(InheritedEvidence.project.in_(project_ids))
        .order_by(InheritedEvidence.id)
    )
