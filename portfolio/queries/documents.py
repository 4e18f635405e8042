"""Reads of the documents in a project's dossier."""

from __future__ import annotations

from typing import Any

from peewee import JOIN

from portfolio.foundation.access import Organisation, User
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import NotFound, say
from portfolio.tables.project import ProjectDocument


def filed(project_id: int) -> list[ProjectDocument]:
    """Every document of a dossier with who put it in, withdrawn ones last; one query."""
    withdrawn = ProjectDocument.withdrawn_at.is_null(False)
    return list(_rows().where(ProjectDocument.project == project_id).order_by(withdrawn, ProjectDocument.id))


def one(project_id: int, document_id: int) -> ProjectDocument:
    """A document of a dossier, withdrawn or not; raises ``NotFound`` for one of another dossier."""
    found: ProjectDocument | None = (
        _rows().where(ProjectDocument.project == project_id, ProjectDocument.document == document_id).first()
    )
    if found is None:
        raise NotFound(say("卷宗中没有这个文件（编号 {key}）", key=document_id))
    return found


def _rows() -> Any:  # noqa: ANN401 - a Peewee query
    return (
        ProjectDocument.select(ProjectDocument, Document, User, Organisation)
        .join(Document)
        .switch(ProjectDocument)
        .join(User, JOIN.INNER, on=ProjectDocument.added_by)
        .join(Organisation)
    )
