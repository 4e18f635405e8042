"""A dossier on a desk: its owner, whoever may write in it, and others who may not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from portfolio.foundation import audit, db
from portfolio.foundation.access import Organisation
from portfolio.foundation.roles import Actor, Role
from portfolio.services import dossier as services
from portfolio.tables.project import Project
from tests import factories


@dataclass
class Desk:
    """A fresh project named 目录体系 and the people around it."""

    owner: Organisation
    elsewhere: Organisation
    applicant: Actor
    stranger: Actor
    keeper: Actor
    project: Project

    @property
    def version(self) -> int:
        """The project's version as it is stored."""
        return int(Project.get_by_id(self.project.id).version)

    @property
    def written(self) -> dict[str, Any]:
        """What nearly every write is told: which project, seen at which version, by whom."""
        return {
            "project_id": self.project.id,
            "expected_version": self.version,
            "actor": self.applicant,
        }


@pytest.fixture
def desk(database: object, clock: object) -> Desk:
    owner = factories.organisation("OWNER", name="市政府办公厅")
    elsewhere = factories.organisation("ELSE", name="市财政局")
    applicant = factories.actor("applicant", Role.APPLICANT, organisation=owner)
    stranger = factories.actor("stranger", Role.APPLICANT, organisation=elsewhere)
    keeper = factories.actor("keeper", Role.INFORMATIZATION)
    project = services.create(owner_id=owner.id, fields={"name": "目录体系"}, actor=applicant)
    return Desk(owner, elsewhere, applicant, stranger, keeper, project)


@pytest.fixture
def statements(database: object) -> Iterator[list[str]]:
    """The statements that the database is sent from now on."""
    seen: list[str] = []
    db.database.obj.query_hooks.append(lambda event: seen.append(event.sql))
    yield seen
    db.database.obj.query_hooks.pop()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the dossier, its register and the audit trail, to show that a refusal changed nothing."""
    houses = [table for table in db.all_tables() if table.__module__.startswith("portfolio.tables.")]
    return {
        table._meta.table_name: list(table.select().order_by(table.id).tuples())
        for table in (*houses, audit.AuditEntry)
    }


def acts(project: Project) -> list[str]:
    """What was done with a project, oldest first."""
    return [entry.action for entry in audit.trail("project", project.id)]
