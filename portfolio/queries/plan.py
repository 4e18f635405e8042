"""Reads of the plan catalogue: items in force, indicators and targets, and the plan as a document again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from portfolio.foundation.db import in_force
from portfolio.foundation.errors import NotFound, say
from portfolio.rules.plan import plan_data
from portfolio.rules.plan_document import SECTIONS, Header, PlanDocument
from portfolio.tables.plan import (
    Clause,
    Cluster,
    Goal,
    Indicator,
    Plan,
    PlanBox,
    PlanGroup,
    PlanItem,
    PlanTask,
    Sector,
    TextTarget,
)

TABLES: Mapping[str, Any] = {
    "tasks": PlanTask,
    "boxes": PlanBox,
    "groups": PlanGroup,
    "sectors": Sector,
    "clusters": Cluster,
    "items": PlanItem,
    "indicators": Indicator,
    "text_targets": TextTarget,
    "goals": Goal,
    "clauses": Clause,
}
"""The table of each section of a plan file."""


def plans() -> list[Plan]:
    """Every plan, the latest period first."""
    return list(Plan.select().order_by(Plan.from_year.desc(), Plan.code))


def plan(code: str) -> Plan:
    """The plan with this code; raises ``NotFound``."""
    found: Plan | None = Plan.get_or_none(Plan.code == code)
    if found is None:
        raise NotFound(
            say("没有编码为“{code}”的规划", code=code), remedy=say("请先用 flask plan load 载入规划文件")
        )
    return found


def plan_on(day: date) -> Plan | None:
    """The plan whose years include a day, else the latest one; ``None`` while none is loaded.  One query."""
    covers = (Plan.from_year <= day.year) & (Plan.to_year >= day.year)
    found: Plan | None = Plan.select().order_by(covers.desc(), Plan.from_year.desc(), Plan.id).first()
    return found


def item_in_force(code: str, on: date, *, plan_code: str | None = None) -> PlanItem:
    """The revision of an item that is in force on a day, with its group and box; raises ``NotFound``.

    Without ``plan_code`` the plan whose years include the day comes first, then the latest.  Basis: R01,
    规划四（六）“先规划后立项”.
    """
    query = _items_in_force(on).where(PlanItem.code == code)
    if plan_code is not None:
        query = query.where(Plan.code == plan_code)
    covers = (Plan.from_year <= on.year) & (Plan.to_year >= on.year)
    found: PlanItem | None = query.order_by(covers.desc(), Plan.from_year.desc(), Plan.id).first()
    if found is None:
        raise NotFound(
            say("{day}没有生效的规划项目“{code}”", day=on.isoformat(), code=code),
            basis="规划四（六）：先规划后立项",
            remedy=say("请另选规划项目，或先按程序办理规划内增补"),
        )
    return found


def items(
    plan_code: str,
    on: date,
    *,
    box: str | None = None,
    group: str | None = None,
    sector: str | None = None,
    cluster: str | None = None,
    counts_1162: bool | None = None,
) -> list[PlanItem]:
    """The items in force on a day in the order of the plan, with group and box; filters by code."""
    query = _items_in_force(on).where(Plan.code == plan_code)
    if box is not None:
        query = query.where(PlanBox.code == box)
    if group is not None:
        query = query.where(PlanGroup.code == group)
    if sector is not None:
        query = query.where(PlanItem.sector.in_(Sector.select(Sector.id).where(Sector.code == sector)))
    if cluster is not None:
        query = query.where(PlanItem.cluster.in_(Cluster.select(Cluster.id).where(Cluster.code == cluster)))
    if counts_1162 is not None:
        query = query.where(PlanItem.counts_1162 == counts_1162)
    return list(query.order_by(PlanGroup.position, PlanItem.code))


def boxes(plan_code: str) -> list[PlanBox]:
    """The boxes of a plan in order, each with its task."""
    query = PlanBox.select(PlanBox, PlanTask).join(PlanTask).switch(PlanBox).join(Plan)
    return list(query.where(Plan.code == plan_code).order_by(PlanBox.position))


def indicators(plan_code: str) -> list[Indicator]:
    """The indicators of a plan in order; each can be given to ``rules.plan.required_path``."""
    return _in_order(Indicator, plan_code)


def text_targets(plan_code: str) -> list[TextTarget]:
    """The targets that the text gives outside the table, in order."""
    return _in_order(TextTarget, plan_code)


def goals(plan_code: str) -> list[Goal]:
    """The programme's goals in order."""
    return _in_order(Goal, plan_code)


def sectors(plan_code: str) -> list[Sector]:
    """The sectors that the goals name, in order."""
    return _in_order(Sector, plan_code)


def clusters(plan_code: str) -> list[Cluster]:
    """The clusters that the goals name, in order."""
    return _in_order(Cluster, plan_code)


def document(held: Plan, on: date | None = None) -> PlanDocument:
    """The plan as a file holds it, with the items in force on a day, or else the latest revisions."""
    codes: dict[str, dict[int, str]] = {}
    sections: dict[str, tuple[Any, ...]] = {}
    for name, shape in SECTIONS.items():
        rows = _rows(name, held, on)
        codes[name] = {row.id: row.code for row in rows}
        sections[name] = tuple(shape(**_record_values(shape, row, codes)) for row in rows)
    header = Header(**{declared.name: getattr(held, declared.name) for declared in fields(Header)})
    return PlanDocument(plan=header, **sections)


def export_plan(plan_code: str, on: date | None = None) -> dict[str, Any]:
    """The plan as JSON values, in the very form of the file that loads it; raises ``NotFound``."""
    return plan_data(document(plan(plan_code), on))


def _items_in_force(on: date) -> Any:  # noqa: ANN401 - a Peewee query
    return (
        PlanItem.select(PlanItem, PlanGroup, PlanBox, Plan)
        .join(PlanGroup)
        .join(PlanBox)
        .switch(PlanItem)
        .join(Plan)
        .where(in_force(PlanItem, on))
    )


def _in_order(table: Any, plan_code: str) -> list[Any]:  # noqa: ANN401 - any table of the catalogue
    return list(table.select(table, Plan).join(Plan).where(Plan.code == plan_code).order_by(table.position))


def _rows(section: str, held: Plan, on: date | None) -> list[Any]:
    table = TABLES[section]
    query = table.select().where(table.plan == held)
    if table is not PlanItem:
        return list(query.order_by(table.position))
    query = query.where(PlanItem.valid_to.is_null() if on is None else in_force(PlanItem, on))
    return list(query.join(PlanGroup).order_by(PlanGroup.position, PlanItem.code))


def _record_values(shape: Any, row: Any, codes: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:  # noqa: ANN401
    """The values of a record; keys to other rows become the codes that the file writes."""
    values: dict[str, Any] = {}
    for declared in fields(shape):
        section = declared.metadata["section"]
        if section is None:
            value = getattr(row, declared.name)
            values[declared.name] = tuple(value) if isinstance(value, list) else value
        else:
            referred = getattr(row, f"{declared.name}_id")
            values[declared.name] = None if referred is None else codes[section][referred]
    return values
