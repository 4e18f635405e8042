"""Who may open the pages of dossiers, documents, progress, systems."""

from __future__ import annotations

import io

from portfolio.foundation import rulebook
from portfolio.foundation.access import Organisation
from portfolio.foundation.documents import store
from portfolio.foundation.roles import Actor, Role
from portfolio.services import documents, systems
from portfolio.services import dossier as services
from tests import factories
from tests.access.line import Line, roles

READERS = roles(
    Role.APPLICANT,
    Role.CIO,
    Role.UNIT_FINANCE,
    Role.INFORMATIZATION,
    Role.INVESTMENT,
    Role.FINANCE,
    Role.SECRETARY,
    Role.MEMBER,
    Role.AUDITOR,
)
WRITERS = roles(Role.APPLICANT, Role.INFORMATIZATION)
APPLICANT = roles(Role.APPLICANT)
AUTHORITY = roles(Role.INFORMATIZATION)
OURS, THEIRS = "/projects/{own_project}", "/projects/{foreign_project}"


def things(house: Organisation) -> dict[str, object]:
    """A project of the one organisation with a document and a likeness, one of another's, a system."""
    rulebook.load()
    actor = factories.actor("author", Role.APPLICANT, organisation=house)
    project = services.create(owner_id=house.id, fields={"name": "农业信息平台"}, actor=actor)
    foreign = factories.project(name="农业信息平台")
    system = systems.register(owner_id=house.id, fields={"name": "农情"}, actor=actor)
    return {
        "own_project": project.id,
        "foreign_project": foreign.id,
        "own_document": _document(project.id, actor),
        "own_system": system.id,
    }


def _document(project_id: int, actor: Actor) -> int:
    stored = store(io.BytesIO(b"text"), name="a.txt", actor=actor, category="dossier")
    row = documents.add(project_id=project_id, kind="other", title="a", document_id=stored.id, actor=actor)
    return int(row.document_id)


LINES: tuple[Line, ...] = (
    Line("dossier.create", "GET", "/projects/new", WRITERS),
    Line("dossier.create", "POST", "/projects/new", WRITERS, may=422),
    Line("dossier.edit", "GET", f"{OURS}/dossier/proposal", READERS),
    Line("dossier.section", "GET", f"{OURS}/dossier/proposal/text", READERS),
    Line(
        "dossier.section",
        "POST",
        f"{OURS}/dossier/proposal/text",
        APPLICANT,
        may=409,
        data={"version": "7"},
        foreign=f"{THEIRS}/dossier/proposal/text",
    ),
    Line("dossier.copy", "GET", f"{OURS}/dossier/design/copy", WRITERS),
    Line(
        "dossier.copy",
        "POST",
        f"{OURS}/dossier/design/copy",
        WRITERS,
        may=422,
    ),
    Line("dossier.duplicates", "GET", f"{OURS}/duplicates", READERS),
    Line("dossier.answer", "GET", f"{OURS}/duplicates/project/{{foreign_project}}", READERS),
    Line("dossier.answer", "POST", f"{OURS}/duplicates/project/{{foreign_project}}", READERS, may=422),
    Line("dossier.documents", "GET", f"{OURS}/documents", READERS),
    Line("dossier.documents", "POST", f"{OURS}/documents", READERS, may=422),
    Line("dossier.download", "GET", f"{OURS}/documents/{{own_document}}", READERS),
    Line("dossier.withdraw_document", "GET", f"{OURS}/documents/{{own_document}}/withdrawal", READERS),
    Line(
        "dossier.withdraw_document",
        "POST",
        f"{OURS}/documents/{{own_document}}/withdrawal",
        READERS,
        may=422,
    ),
    Line("dossier.progress", "GET", f"{OURS}/progress", READERS),
    Line("dossier.reach", "GET", f"{OURS}/progress/milestones", WRITERS),
    Line("dossier.reach", "POST", f"{OURS}/progress/milestones", WRITERS, may=422),
    Line("dossier.report", "GET", f"{OURS}/progress/reports/new", WRITERS),
    Line("dossier.report", "POST", f"{OURS}/progress/reports/new", WRITERS, may=422),
    Line("dossier.achieved", "GET", f"{OURS}/progress/targets", WRITERS),
    Line(
        "dossier.achieved",
        "POST",
        f"{OURS}/progress/targets",
        APPLICANT,
        may=302,
        foreign=f"{THEIRS}/progress/targets",
    ),
    Line("dossier.project_systems", "GET", f"{OURS}/systems", READERS),
    Line("dossier.project_systems", "POST", f"{OURS}/systems", READERS, may=422),
    Line("dossier.systems", "GET", "/systems", READERS),
    Line("dossier.register_system", "GET", "/systems/new", WRITERS),
    Line("dossier.register_system", "POST", "/systems/new", WRITERS, may=422),
    Line("dossier.system", "GET", "/systems/{own_system}", READERS),
    Line("dossier.certify_system", "GET", "/systems/{own_system}/certification", AUTHORITY),
    Line("dossier.certify_system", "POST", "/systems/{own_system}/certification", AUTHORITY, may=409),
    Line("dossier.retire_system", "GET", "/systems/{own_system}/retirement", WRITERS),
    Line("dossier.retire_system", "POST", "/systems/{own_system}/retirement", WRITERS, may=422),
)
