"""Reads of the programme investment account: where a project belongs, and totals by any of its sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.tables.programme import ProgrammeEntry
from portfolio.foundation.access import User, Zone
from portfolio.foundation.db import fn
from portfolio.foundation.errors import Invalid, NotFound, say
from portfolio.foundation.money import Money
from portfolio.tables.plan import Cluster, PlanBox, PlanGroup, PlanItem, Sector
from portfolio.tables.project import Project

SIDES = ("measure", "year", "quarter", "source", "box", "sector", "cluster", "zone", "counts_1162", "project")
"""By what ``programme_totals`` can be broken down."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the programme a project is counted; ids, ``None`` where it has none."""

    plan_item_id: int | None
    box_id: int | None
    sector_id: int | None
    cluster_id: int | None
    zone_id: int | None
    counts_1162: bool


@dataclass(frozen=True, slots=True)
class ProgrammeTotal:
    """The sum of the entries that share ``key``: one value for each side asked for, in that order."""

    key: tuple[Any, ...]
    amount: Money


def place_of(project_id: int) -> Place:
    """Where a project is counted now: its own sector, cluster and zone, else those of its plan item.

    A project without a plan item does not count towards 1162.  Raises ``NotFound``; one query.
    """
    row = (
        Project.select(
            Project.plan_item,
            PlanGroup.box,
            fn.COALESCE(Project.sector, PlanItem.sector).alias("sector_id"),
            fn.COALESCE(Project.cluster, PlanItem.cluster).alias("cluster_id"),
            Project.zone,
            PlanItem.counts_1162,
        )
        .left_outer_join(PlanItem, on=(Project.plan_item == PlanItem.id))
        .left_outer_join(PlanGroup, on=(PlanItem.group == PlanGroup.id))
        .where(Project.id == project_id)
        .tuples()
        .first()
    )
    if row is None:
        raise NotFound(say("没有这个项目（编号 {id}）", id=project_id))
    item, box, sector, cluster, zone, counts = row
    return Place(item, box, sector, cluster, zone, bool(counts))


def programme_totals(
    *sides: str,
    measures: Sequence[ProgrammeMeasure] = tuple(ProgrammeMeasure),
    project_id: int | None = None,
    only_1162: bool = False,
    until: date | None = None,
    year: int | None = None,
    source: str = "",
) -> list[ProgrammeTotal]:
    """Sums of the programme account by ``sides`` (of ``SIDES``), ordered; one query.

    Args:
        sides: what to break down by; box, sector, cluster, zone and project come as ids, or ``None``.
        measures: which of the four steps to count.
        project_id: one project alone.
        only_1162: only what counts towards the programme's new investment.
        until: entries up to and including this day.
        year: one year alone.
        source: one source alone.
    """
    unknown = [side for side in sides if side not in SIDES]
    if unknown:
        raise Invalid({"sides": say("不能按{names}汇总", names="、".join(unknown))})
    columns = [getattr(ProgrammeEntry, side) for side in sides]
    query = ProgrammeEntry.select(*columns, fn.SUM(ProgrammeEntry.amount)).where(
        ProgrammeEntry.measure.in_(list(measures))
    )
    if project_id is not None:
        query = query.where(ProgrammeEntry.project == project_id)
    if only_1162:
        query = query.where(ProgrammeEntry.counts_1162)
    if until is not None:
        query = query.where(ProgrammeEntry.day <= until)
    if year is not None:
        query = query.where(ProgrammeEntry.year == year)
    if source:
        query = query.where(ProgrammeEntry.source == source)
    if columns:
        query = query.group_by(*columns).order_by(*columns)
    return [ProgrammeTotal(tuple(row[:-1]), _money(row[-1])) for row in query.tuples()]


def _money(found: Any) -> Money:  # noqa: ANN401 - a driver's sum
    return found if isinstance(found, Money) else Money(int(found or 0))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One line of a breakdown: a source, a year, or a named side; ``amounts`` by measure."""

    name: Any
    amounts: dict[ProgrammeMeasure, Money]
    key: str = ""

    @property
    def done(self) -> float | None:
        """What is realised of what was approved; ``None`` where nothing was."""
        approved = self.amounts.get(ProgrammeMeasure.APPROVED, Money.ZERO)
        realised = self.amounts.get(ProgrammeMeasure.REALISED, Money.ZERO)
        return realised.fen / approved.fen if approved else None


def together(rows: Sequence[Breakdown]) -> Breakdown:
    """The sum of a breakdown."""
    return Breakdown(
        None,
        {
            measure: Money.total(row.amounts.get(measure, Money.ZERO) for row in rows)
            for measure in ProgrammeMeasure
        },
    )


_NAMED = {"box": PlanBox, "sector": Sector, "cluster": Cluster, "zone": Zone}


def entries() -> Any:  # noqa: ANN401 - a Peewee query
    """Every entry with its project, box and whoever recorded it, as a query for a list."""
    return (
        ProgrammeEntry.select(ProgrammeEntry, Project, PlanBox, User)
        .join(Project, on=(ProgrammeEntry.project == Project.id))
        .switch(ProgrammeEntry)
        .left_outer_join(PlanBox, on=(ProgrammeEntry.box == PlanBox.id))
        .switch(ProgrammeEntry)
        .join(User, on=(ProgrammeEntry.recorded_by == User.id))
    )


def entries_total(query: Any) -> Money:  # noqa: ANN401 - a Peewee query
    """The sum of ``entries``, filtered or not; one query."""
    return _money(query.select(fn.SUM(ProgrammeEntry.amount)).order_by().scalar(as_tuple=False))


def breakdown(
    side: str, *, only_1162: bool = False, year: int | None = None, source: str = ""
) -> list[Breakdown]:
    """The four measures by one of source, year, quarter, box, sector, cluster or zone.

    One query, two where names are needed.

    The name is an enum, a year, a text, or ``None`` for what belongs to none.
    """
    sums: dict[Any, dict[ProgrammeMeasure, Money]] = {}
    sides = ("year", "quarter") if side == "quarter" else (side,)
    for total in programme_totals(*sides, "measure", only_1162=only_1162, year=year, source=source):
        *parts, measure = total.key
        key = tuple(parts) if side == "quarter" else parts[0]
        sums.setdefault(key, {})[ProgrammeMeasure(measure)] = total.amount
    names: dict[Any, Any] = {}
    if side in _NAMED:
        table = _NAMED[side]
        names = {row.id: row.name for row in table.select().where(table.id.in_([k for k in sums if k]))}
    if side == "quarter":
        names = {key: say("{year}年第{quarter}季度", year=str(key[0]), quarter=str(key[1])) for key in sums}
    if side == "source":
        names = {source.value: source for source in ProgrammeSource}
    return [
        Breakdown(names.get(key, None if side in _NAMED else key), found, "" if key is None else str(key))
        for key, found in sorted(sums.items(), key=lambda item: (item[0] is None, str(item[0])))
    ]
