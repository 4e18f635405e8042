"""Documents put into a project's dossier, and taken out again without being lost."""

from __future__ import annotations

from typing import Any

from portfolio.foundation import audit, clock
from portfolio.foundation.access import User
from portfolio.foundation.db import change, get, transaction
from portfolio.foundation.documents import Document, ReceivedFile, record
from portfolio.foundation.errors import Conflict, Forbidden, NotFound, say
from portfolio.foundation.roles import AUTHORITIES, UNIT_ROLES, Actor, Role
from portfolio.rules.dossier import ArchiveClass, DocumentKind, Route
from portfolio.rules.dossier.draft import read_fields
from portfolio.rules.dossier.shapes import PROJECT_DOCUMENT, WITHDRAWAL
from portfolio.services.dossier.lock import refuse_confidential, refuse_locked
from portfolio.tables.project import Project, ProjectDocument

CATEGORY = "dossier"
"""What the files of dossiers are stored for."""

OFFICES = (*AUTHORITIES, Role.SECRETARY)
"""Who puts papers of their own into other organisations' dossiers: replies, minutes, opinions."""


def add(
    *,
    project_id: int,
    kind: DocumentKind,
    title: str,
    document_id: int,
    archive_class: ArchiveClass | None = None,
    actor: Actor,
) -> ProjectDocument:
    """Put a stored file into the dossier, also while it is under review; filed by its kind unless said.

    By the owner's people, the authorities and the office, each with a file that their own organisation has
    handed in.  Raises ``Invalid``, ``NotFound``, ``Forbidden``, ``Refused`` (CONFIDENTIAL), and ``Conflict``
    for a file that already is, or was, in this dossier.
    """
    fields = {"kind": kind, "title": title, "archive_class": archive_class}
    given = read_fields(PROJECT_DOCUMENT, fields)
    with transaction():
        project = get(Project, project_id, say("项目"), lock=True)
        _require_keeper(project, actor)
        refuse_confidential(project)
        document = get(Document, document_id, say("文件"))
        _require_own(document, actor)
        if ProjectDocument.get_or_none(project=project_id, document=document_id) is not None:
            raise Conflict(
                say("文件“{name}”已在该项目的卷宗中登记过", name=document.file_name),
                remedy=say("更新版本或撤回后重新放入的，请重新上传文件"),
            )
        given["archive_class"] = given["archive_class"] or given["kind"].archive_class
        row: ProjectDocument = ProjectDocument.create(
            project=project_id, document=document_id, **given, added_by=actor.user_id, added_at=clock.now()
        )
        data = {"document": document_id, "sha256": document.sha256, **given}
        _record(project, "dossier.add_document", data, actor)
        return row


def hand_in(
    *, project_id: int, received: ReceivedFile, kind: DocumentKind, title: str, actor: Actor
) -> ProjectDocument:
    """Record a received file and put it into the dossier; the same file sent twice is put in once.

    Raises as ``add`` does.
    """
    with transaction():
        project = get(Project, project_id, say("项目"), lock=True)
        there: ProjectDocument | None = (
            ProjectDocument.select(ProjectDocument, Document)
            .join(Document)
            .where(
                ProjectDocument.project == project_id,
                ProjectDocument.kind == kind,
                ProjectDocument.title == title.strip(),
                ProjectDocument.added_by == actor.user_id,
                ProjectDocument.withdrawn_at.is_null(),
                Document.sha256 == received.sha256,
            )
            .first()
        )
        if there is not None:
            return there
        _require_keeper(project, actor)
        document = record(received, actor=actor, category=CATEGORY)
        return add(project_id=project_id, kind=kind, title=title, document_id=document.id, actor=actor)


def withdraw(*, project_id: int, document_id: int, reason: str, actor: Actor) -> ProjectDocument:
    """Take a document out of the dossier, for a reason; it stays stored, and seen as withdrawn.

    By the organisation that put it in.  Raises ``Invalid`` without a reason, ``NotFound``, ``Forbidden``,
    ``Refused`` (LOCKED) for what is under review, ``Conflict`` for what is withdrawn already.
    """
    given = read_fields(WITHDRAWAL, {"reason": reason})
    with transaction():
        project = get(Project, project_id, say("项目"), lock=True)
        row = (
            ProjectDocument.select(ProjectDocument, User)
            .join(User, on=ProjectDocument.added_by)
            .where(ProjectDocument.project == project_id, ProjectDocument.document == document_id)
            .first()
        )
        if row is None:
            raise NotFound(say("卷宗中没有这个文件（编号 {key}）", key=document_id))
        _require_keeper(project, actor)
        if row.added_by.organisation_id != actor.organisation_id:
            raise _not_theirs(say("“{title}”由其他单位放入卷宗", title=row.title))
        refuse_locked(project)
        if row.withdrawn_at is not None:
            raise Conflict(say("“{title}”已经撤回", title=row.title))
        row.withdrawn_by, row.withdrawn_at = actor.user_id, clock.now()
        row.withdrawn_reason = given["reason"]
        row.save(only=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
        data = {"document": document_id, "title": row.title, **given}
        _record(project, "dossier.withdraw_document", data, actor)
        return row


def may_hand_in(project: Project, actor: Actor) -> bool:
    """Whether the actor may put documents into this dossier."""
    at_home = actor.has(*UNIT_ROLES) and actor.organisation_id == project.owner_id
    return project.route is not Route.CONFIDENTIAL and (at_home or actor.has(*OFFICES))


def _require_keeper(project: Any, actor: Actor) -> None:  # noqa: ANN401 - a Peewee row
    if not actor.has(*OFFICES):
        actor.require_unit(project.owner_id, *sorted(UNIT_ROLES))


def _require_own(document: Any, actor: Actor) -> None:  # noqa: ANN401 - a Peewee row
    """Nobody comes by another organisation's file by putting it into a dossier of their own."""
    if document.uploaded_by_id is None:
        theirs = actor.has(*OFFICES)  # what the system itself has written is the offices' to file
    else:
        theirs = User.get_by_id(document.uploaded_by_id).organisation_id == actor.organisation_id
    if not theirs:
        raise _not_theirs(say("文件“{name}”由其他单位上传", name=document.file_name))


def _not_theirs(what: Any) -> Forbidden:  # noqa: ANN401 - a message
    return Forbidden(what, basis="谁提交、谁负责", remedy=say("请由上传文件的单位办理"))


def _record(project: Any, action: str, data: dict[str, Any], actor: Actor) -> None:  # noqa: ANN401
    """The dossier is another one now: its version goes up, though nobody was asked which they had seen."""
    change(project, project.version)
    audit.record(actor, action, ("project", project.id), {"version": project.version, **data})
