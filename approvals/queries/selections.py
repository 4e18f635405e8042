"""Saved selections 比选方案 as people read them: one with all its projects, and those of a year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from peewee import JOIN

from approvals.rules.choice import (
    POINT,
    AmountBasis,
    LeastShare,
    Need,
    Option,
    Pin,
    Priority,
    Problem,
    Room,
    ShareOf,
)
from approvals.tables.choice import (
    PlanSelection,
    PlanSelectionNeed,
    PlanSelectionProject,
    PlanSelectionRoom,
)
from approvals.tables.meeting import Meeting
from portfolio.foundation.access import Organisation, User, Zone
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.money import Money
from portfolio.tables.plan import PlanBox, PlanGroup, PlanItem
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class Line:
    """A project of a saved selection."""

    project: Any
    option: Option
    chosen: bool
    basis: AmountBasis
    priority: Priority
    score: Decimal | None
    box_name: str
    zone_name: str

    @property
    def pin(self) -> Pin | None:
        """What was settled beforehand."""
        return self.option.pin

    @property
    def points(self) -> Decimal:
        """What it is worth, in points."""
        return Decimal(self.option.value) / POINT


@dataclass(frozen=True, slots=True)
class Saved:
    """A selection with every project that could be chosen, by code."""

    row: Any
    lines: tuple[Line, ...]
    problem: Problem

    @property
    def inside(self) -> list[Line]:
        """What is in."""
        return [line for line in self.lines if line.chosen]

    @property
    def outside(self) -> list[Line]:
        """What is left out."""
        return [line for line in self.lines if not line.chosen]

    @property
    def chosen(self) -> frozenset[int]:
        """The projects that are in."""
        return frozenset(line.project.id for line in self.inside)

    @property
    def total(self) -> Money:
        """What it takes of all sources."""
        return Money.total(line.option.total for line in self.inside)

    @property
    def points(self) -> Decimal:
        """What it is worth, in points."""
        return Decimal(self.row.value) / POINT


@dataclass(frozen=True, slots=True)
class Summary:
    """A selection in the list of its year; ``takes`` of the sources that have a ceiling, ``left`` of them."""

    row: Any
    takes: Money
    left: Money | None

    @property
    def points(self) -> Decimal:
        """What it is worth, in points."""
        return Decimal(self.row.value) / POINT


def selections_of(year: int) -> list[Summary]:
    """The selections of a year, the newest first; two queries."""
    rows = list(_rows().where(PlanSelection.year == year).order_by(PlanSelection.id.desc()))
    frames = defaultdict(list)
    for one in PlanSelectionRoom.select().where(PlanSelectionRoom.selection.in_([row.id for row in rows])):
        frames[one.selection_id].append(one)
    return [_summary(row, frames[row.id]) for row in rows]


def handed_to(meeting_id: int) -> list[Any]:
    """The selections on the agenda of a meeting; one query."""
    return list(_rows().where(PlanSelection.meeting == meeting_id).order_by(PlanSelection.id))


def open_meetings() -> list[Any]:
    """The meetings that are called and not closed, by day; one query."""
    query = Meeting.select().where(Meeting.closed_at.is_null())
    return list(query.order_by(Meeting.held_on, Meeting.id))


def saved(selection_id: int) -> Saved:
    """A selection with all its projects; three queries.  Raises ``NotFound``."""
    row = _rows().where(PlanSelection.id == selection_id).first()
    if row is None:
        raise NotFound(say("没有这个{what}（编号 {key}）", what=say("比选方案"), key=selection_id))
    rows: dict[int, Any] = {}
    needs = defaultdict(list)
    for need in _needs(selection_id):
        rows.setdefault(need.row_id, need.row)
        needs[need.row_id].append(Need(need.source, need.asked, need.amount))
    lines = tuple(_line(one, tuple(needs[key])) for key, one in rows.items())
    frames = tuple(
        Room(one.source, one.ceiling, one.taken, one.assumed)
        for one in PlanSelectionRoom.select()
        .where(PlanSelectionRoom.selection == selection_id)
        .order_by(PlanSelectionRoom.id)
    )
    shares = tuple(LeastShare(ShareOf(of), code, percent) for of, code, percent in row.shares)
    return Saved(row, lines, Problem(tuple(line.option for line in lines), frames, shares))


def _rows() -> Any:  # noqa: ANN401 - a Peewee query
    hander = User.alias()
    return (
        PlanSelection.select(PlanSelection, User, hander, Meeting)
        .join(User, on=PlanSelection.made_by, attr="maker")
        .switch(PlanSelection)
        .join(hander, JOIN.LEFT_OUTER, on=(PlanSelection.handed_by == hander.id), attr="hander")
        .switch(PlanSelection)
        .join(Meeting, JOIN.LEFT_OUTER, on=PlanSelection.meeting)
    )


def _needs(selection_id: int) -> Any:  # noqa: ANN401 - a Peewee query
    """What the projects of a selection ask, each row with its project, by code and source."""
    return (
        PlanSelectionNeed.select(
            PlanSelectionNeed,
            PlanSelectionProject,
            Project,
            Organisation,
            Zone,
            PlanItem,
            PlanGroup,
            PlanBox,
        )
        .join(PlanSelectionProject)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .switch(Project)
        .join(Zone, JOIN.LEFT_OUTER, on=Project.zone)
        .switch(Project)
        .join(PlanItem, JOIN.LEFT_OUTER, on=Project.plan_item)
        .join(PlanGroup, JOIN.LEFT_OUTER, on=PlanItem.group)
        .join(PlanBox, JOIN.LEFT_OUTER, on=PlanGroup.box)
        .where(PlanSelectionProject.selection == selection_id)
        .order_by(Project.code, PlanSelectionNeed.source)
    )


def _line(row: Any, needs: tuple[Need, ...]) -> Line:  # noqa: ANN401 - a Peewee row
    project = row.project
    box = project.plan_item.group.box if project.plan_item_id is not None else None
    zone = project.zone if project.zone_id is not None else None
    codes = (box.code if box else "", zone.code if zone else "")
    option = Option(project.id, project.code, row.value, needs, *codes, row.pin)
    names = (box.name if box else "", zone.name if zone else "")
    return Line(project, option, row.chosen, row.basis, row.priority, row.score, *names)


def _summary(row: Any, frames: list[Any]) -> Summary:  # noqa: ANN401 - Peewee rows
    limits = [one.ceiling if one.assumed is None else one.assumed for one in frames]
    left = (
        None
        if not frames or None in limits
        else Money.total(limit - one.taken - one.takes for limit, one in zip(limits, frames, strict=True))
    )
    return Summary(row, Money.total(one.takes for one in frames), left)
