"""Reads for whoever fills in a dossier: the project, rows to edit, rows to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from portfolio.foundation.access import Organisation, OrganisationKind, Zone
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.db import in_force
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.roles import Actor
from portfolio.queries.dossier import described, visible_to
from portfolio.tables.dossier import InformationResource, ServedIndicator
from portfolio.tables.plan import Cluster, Indicator, Plan, PlanBox, PlanGroup, PlanItem, Sector
from portfolio.tables.project import Participant, Project

_NOT_UNITS = (OrganisationKind.LEADING_GROUP,)


def visible_project(project_id: int, actor: Actor) -> Project:
    """The project as ``described``; one query.  Raises ``NotFound``, also for what is not theirs to see."""
    found: Project | None = described((Project.id == project_id) & visible_to(actor))
    if found is None:
        raise NotFound(
            say("没有这个{what}（编号 {key}）", what=say("项目"), key=project_id),
            remedy=say("请核对项目编号，或在项目库中查找"),
        )
    return found


def saved_at(project_id: int) -> datetime | None:
    """When anything was last recorded about a project; one query."""
    row = (
        AuditEntry.select(AuditEntry.at)
        .where(AuditEntry.subject_kind == "project", AuditEntry.subject_id == project_id)
        .order_by(AuditEntry.number.desc())
        .first()
    )
    return row.at if row is not None else None


# --- rows to edit -------------------------------------------------------------------------------------------


def indicator_rows(project_id: int) -> list[dict[str, Any]]:
    """The indicators served, as ``set_indicators`` takes them."""
    rows = ServedIndicator.select().where(ServedIndicator.project == project_id).order_by(ServedIndicator.id)
    return _values(rows, "indicator_id", "contribution", "unit", "note")


def resource_rows(project_id: int) -> list[dict[str, Any]]:
    """The information resources, as ``set_resources`` takes them."""
    rows = InformationResource.select().where(InformationResource.project == project_id)
    return _values(rows.order_by(InformationResource.position), "name", "source_id", "sharing", "terms")


def participant_rows(project_id: int) -> list[dict[str, Any]]:
    """Who takes part, as ``set_participants`` takes them."""
    rows = Participant.select().where(Participant.project == project_id).order_by(Participant.id)
    return _values(rows, "organisation_id", "part", "share_percent")


def _values(rows: Iterable[Any], *names: str) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in names} for row in rows]


# --- rows to choose from ------------------------------------------------------------------------------------


def items_to_follow(on: date, also: int | None = None) -> list[PlanItem]:
    """The plan items in force on a day, with group and box, in the order of the plan; one query.

    ``also`` is offered too, though it may no longer be in force: a project keeps the item it has.
    """
    wanted = in_force(PlanItem, on) if also is None else in_force(PlanItem, on) | (PlanItem.id == also)
    query = (
        PlanItem.select(PlanItem, PlanGroup, PlanBox)
        .join(PlanGroup)
        .join(PlanBox)
        .switch(PlanItem)
        .join(Plan)
        .where(wanted)
    )
    return list(query.order_by(Plan.from_year.desc(), PlanBox.position, PlanGroup.position, PlanItem.code))


def units(on: date) -> list[Organisation]:
    """The organisations of a day that can own, take part or give data, by name; one query."""
    query = Organisation.select().where(in_force(Organisation, on), Organisation.kind.not_in(_NOT_UNITS))
    return list(query.order_by(Organisation.kind, Organisation.code))


def indicators_to_serve(on: date) -> list[Indicator]:
    """The indicators of the plans that cover a year, in order; one query."""
    query = Indicator.select(Indicator, Plan).join(Plan)
    covering = (Plan.from_year <= on.year) & (Plan.to_year >= on.year)
    return list(query.order_by(covering.desc(), Plan.from_year.desc(), Indicator.position))


def statistical_places() -> tuple[list[Zone], list[Sector], list[Cluster]]:
    """The zones, sectors and clusters that a project can be counted under; three queries."""
    return (
        list(Zone.select().order_by(Zone.code)),
        list(Sector.select().order_by(Sector.position)),
        list(Cluster.select().order_by(Cluster.position)),
    )
