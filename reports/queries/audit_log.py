"""The audit log as auditors search it: who did what to what, when, and whether the chain holds there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from peewee import JOIN

from approvals.tables.case import Case
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.anchors import GENESIS, Anchor
from portfolio.foundation.audit import AuditEntry, entry_hash
from portfolio.foundation.clock import ZONE
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: kind and number of a subject, a person, an action, days from and until."""

    kind: str = ""
    number: int | None = None
    project: str = ""
    person: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None


def found(sought: Sought) -> Any:  # noqa: ANN401 - a Peewee query
    """The entries that fit, each with the person and the hash of the link before it."""
    before = AuditEntry.alias()
    follows = (
        (before.subject_kind == AuditEntry.subject_kind)
        & (before.subject_id == AuditEntry.subject_id)
        & (before.number == AuditEntry.number - 1)
    )
    principal, account, unit, case, project = (
        table.alias() for table in (User, User, Organisation, Case, Project)
    )
    return (
        AuditEntry.select(
            AuditEntry,
            project.code.alias("project_code"),
            project.name.alias("project_name"),
            account.username.alias("account_name"),
            account.name.alias("account_person"),
            unit.short_name.alias("subject_unit"),
            before.hash.alias("hash_before"),
            User.name.alias("person"),
            principal.name.alias("principal"),
            Organisation.short_name.alias("unit"),
        )
        .join(before, JOIN.LEFT_OUTER, on=follows)
        .join_from(AuditEntry, User, JOIN.LEFT_OUTER, on=(User.id == AuditEntry.actor_id))
        .join(Organisation, JOIN.LEFT_OUTER, on=User.organisation)
        .join_from(AuditEntry, principal, JOIN.LEFT_OUTER, on=(principal.id == AuditEntry.on_behalf_of))
        .join_from(AuditEntry, account, JOIN.LEFT_OUTER, on=_is("user", account))
        .join_from(AuditEntry, unit, JOIN.LEFT_OUTER, on=_is("organisation", unit))
        .join_from(AuditEntry, case, JOIN.LEFT_OUTER, on=_is("case", case))
        .join_from(
            AuditEntry,
            project,
            JOIN.LEFT_OUTER,
            on=_is("project", project) | (project.id == case.project),
        )
        .where(*_conditions(sought))
        .objects()
    )


def _is(kind: str, table: Any) -> Any:  # noqa: ANN401 - an alias in, a Peewee condition out
    """The subject is of this kind, and this row of its table."""
    return (AuditEntry.subject_kind == kind) & (table.id == AuditEntry.subject_id)


def _conditions(sought: Sought) -> list[Any]:
    conditions: list[Any] = [True]
    if sought.kind:
        conditions.append(AuditEntry.subject_kind == sought.kind)
    if sought.number is not None:
        conditions.append(AuditEntry.subject_id == sought.number)
    if sought.project:
        conditions.append(_of_project(sought.project))
    if sought.person:
        conditions.append(User.name.contains(sought.person) | (User.username == sought.person))
    if sought.action:
        conditions.append(AuditEntry.action == sought.action)
    if sought.since is not None:
        conditions.append(AuditEntry.at >= _start(sought.since))
    if sought.until is not None:
        conditions.append(AuditEntry.at < _start(sought.until + timedelta(days=1)))
    return conditions


def _of_project(code: str) -> Any:  # noqa: ANN401 - a Peewee condition
    """What is recorded of a project and of its case."""
    project = Project.select(Project.id).where(Project.code == code)
    case = Case.select(Case.id).join(Project).where(Project.code == code)
    return ((AuditEntry.subject_kind == "project") & AuditEntry.subject_id.in_(project)) | (
        (AuditEntry.subject_kind == "case") & AuditEntry.subject_id.in_(case)
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZONE)


def holds(entry: Any) -> bool:  # noqa: ANN401 - a row of ``found``
    """Whether the entry says what its hash says, and hangs on the one before it."""
    before = entry.hash_before if entry.number > 1 else GENESIS
    return bool(entry.previous_hash == before and entry.hash == entry_hash(entry))


def last_anchor() -> Anchor | None:
    """The newest anchor of the audit chains; one query."""
    anchor: Anchor | None = Anchor.select().where(Anchor.kind == "audit").order_by(Anchor.day.desc()).first()
    return anchor
