"""The plan as it is carried out: boxes, groups and items with their projects and the programme's money.

Everything here counts the projects that the reader may know of, and nothing else; projects without a plan
item are in no box.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import Case as Choose

from approvals.rules.stages import FILING_STAGES, GOVERNMENT_STAGES, Phase, SideState, Stage
from approvals.tables.case import Case
from budget.queries.funds import as_money
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.tables.line import BudgetLine
from budget.tables.programme import ProgrammeEntry
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import fn
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.queries import plan as plans
from portfolio.queries.dossier import visible_to
from portfolio.rules.dossier import FundingSource
from portfolio.tables.plan import Cluster, Plan, PlanBox, PlanGroup, PlanItem, PlanTask, Sector
from portfolio.tables.project import Project

STARTED = (*GOVERNMENT_STAGES[3:], FILING_STAGES[2])
"""Stages in which a project has begun to be built 已开工."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Programme investment in its four steps."""

    planned: Money = Money.ZERO
    approved: Money = Money.ZERO
    committed: Money = Money.ZERO
    realised: Money = Money.ZERO

    @classmethod
    def total(cls, parts: Iterable[Steps]) -> Steps:
        """The sum of several."""
        parts = tuple(parts)
        return cls(*(Money.total(getattr(one, name.value) for one in parts) for name in ProgrammeMeasure))

    def plus(self, measure: ProgrammeMeasure, amount: Money) -> Steps:
        """This with more in one step."""
        values = {name.value: getattr(self, name.value) for name in ProgrammeMeasure}
        values[measure.value] += amount
        return Steps(**values)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of the plan, how many projects carry it out, and how many of them have begun."""

    item: PlanItem
    projects: int = 0
    started: int = 0
    steps: Steps = Steps()


@dataclass(frozen=True, slots=True)
class Progress:
    """Several items together: how many there are, have a project, have begun; projects and money."""

    items: int
    covered: int
    started: int
    projects: int
    steps: Steps

    @classmethod
    def of(cls, lines: Iterable[ItemLine]) -> Progress:
        """Add up."""
        lines = tuple(lines)
        return cls(
            items=len(lines),
            covered=sum(line.projects > 0 for line in lines),
            started=sum(line.started > 0 for line in lines),
            projects=sum(line.projects for line in lines),
            steps=Steps.total(line.steps for line in lines),
        )

    @classmethod
    def sum(cls, parts: Iterable[Progress]) -> Progress:
        """Several boxes together."""
        parts = tuple(parts)
        return cls(
            items=sum(one.items for one in parts),
            covered=sum(one.covered for one in parts),
            started=sum(one.started for one in parts),
            projects=sum(one.projects for one in parts),
            steps=Steps.total(one.steps for one in parts),
        )


@dataclass(frozen=True, slots=True)
class BoxLine:
    """A box and what became of its items."""

    box: PlanBox
    progress: Progress


@dataclass(frozen=True, slots=True)
class GroupLines:
    """A paragraph of a box and its items."""

    group: PlanGroup
    lines: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project that carries out an item; ``stage`` is empty while it has not been submitted."""

    id: int
    code: str
    name: str
    owner: str
    stage: Stage | None
    phase: Phase | None
    side_state: SideState | None
    steps: Steps


@dataclass(frozen=True, slots=True)
class FiscalLine:
    """Budget money of a year from one source; carried-in money is in what was allotted."""

    year: int
    source: FundingSource
    allotted: Money
    released: Money
    committed: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """An item with its revisions, its projects, and money by year and source."""

    item: PlanItem
    history: tuple[PlanItem, ...]
    projects: tuple[ProjectLine, ...]
    programme: tuple[tuple[int, ProgrammeSource, Steps], ...]
    fiscal: tuple[FiscalLine, ...]

    @property
    def steps(self) -> Steps:
        """All years and sources together."""
        return Steps.total(one for _, _, one in self.programme)

    @property
    def fiscal_total(self) -> FiscalLine:
        """All years and sources together."""
        names = ("allotted", "released", "committed", "paid")
        sums = (Money.total(getattr(line, name) for line in self.fiscal) for name in names)
        return FiscalLine(0, FundingSource.MUNICIPAL, *sums)


def overview(plan: Plan, on: date, actor: Actor) -> list[BoxLine]:
    """Every box of a plan in order; four queries."""
    lines = _item_lines(plan, plans.items(plan.code, on), actor)
    return [
        BoxLine(box, Progress.of(line for line in lines if line.item.group.box_id == box.id))
        for box in plans.boxes(plan.code)
    ]


def box_sheet(plan: Plan, code: str, on: date, actor: Actor) -> tuple[PlanBox, list[GroupLines]]:
    """A box with its groups and items in order; five queries.  Raises ``NotFound``."""
    query = PlanBox.select(PlanBox, PlanTask).join(PlanTask)
    box = query.where(PlanBox.plan == plan, PlanBox.code == code).first()
    if box is None:
        raise NotFound(say("没有编码为“{code}”的专栏", code=code), remedy=say("请从规划总览进入"))
    lines = _item_lines(plan, plans.items(plan.code, on, box=code), actor)
    groups = PlanGroup.select().where(PlanGroup.box == box).order_by(PlanGroup.position)
    return box, [
        GroupLines(group, tuple(line for line in lines if line.item.group_id == group.id)) for group in groups
    ]


def item_sheet(plan: Plan, code: str, on: date, actor: Actor) -> ItemSheet:
    """An item with everything; five queries.  Raises ``NotFound``."""
    history = _history(plan, code)
    if not history:
        raise NotFound(say("没有编码为“{code}”的规划项目", code=code), remedy=say("请从规划总览进入"))
    in_force = [one for one in history if one.valid_from <= on]
    ours = (PlanItem.plan == plan) & (PlanItem.code == code)
    sums = _programme(ours, actor)
    by_project: dict[int, Steps] = {}
    by_year: dict[tuple[int, ProgrammeSource], Steps] = {}
    for project, year, source, measure, amount in sums:
        by_project[project] = by_project.get(project, Steps()).plus(measure, amount)
        by_year[year, source] = by_year.get((year, source), Steps()).plus(measure, amount)
    return ItemSheet(
        item=in_force[-1] if in_force else history[0],
        history=tuple(history),
        projects=tuple(_projects(ours, actor, by_project)),
        programme=tuple((*key, steps) for key, steps in sorted(by_year.items())),
        fiscal=tuple(_fiscal(ours, actor)),
    )


def _history(plan: Plan, code: str) -> list[Any]:
    query = (
        PlanItem.select(PlanItem, PlanGroup, PlanBox, Sector, Cluster)
        .join(PlanGroup)
        .join(PlanBox)
        .switch(PlanItem)
        .left_outer_join(Sector, on=PlanItem.sector)
        .switch(PlanItem)
        .left_outer_join(Cluster, on=PlanItem.cluster)
    )
    return list(query.where(PlanItem.plan == plan, PlanItem.code == code).order_by(PlanItem.revision))


def _item_lines(plan: Plan, items: list[PlanItem], actor: Actor) -> list[ItemLine]:
    """The items with their projects and money; two queries, however many items."""
    codes = PlanItem.code.in_([item.code for item in items]) & (PlanItem.plan == plan)
    counts = _counts(codes, actor)
    steps = _steps_by_item(codes, actor)
    return [ItemLine(item, *counts.get(item.code, (0, 0)), steps.get(item.code, Steps())) for item in items]


def _counts(condition: Any, actor: Actor) -> Mapping[str, tuple[int, int]]:  # noqa: ANN401 - a Peewee expression
    begun = Choose(None, ((Case.stage.in_(STARTED), 1),), 0)
    query = (
        Project.select(PlanItem.code, fn.COUNT(Project.id), fn.SUM(begun))
        .join(PlanItem, on=Project.plan_item)
        .left_outer_join(Case, on=(Case.project == Project.id))
        .where(condition, visible_to(actor))
        .group_by(PlanItem.code)
    )
    return {code: (projects, int(started)) for code, projects, started in query.tuples()}


def _steps_by_item(condition: Any, actor: Actor) -> Mapping[str, Steps]:  # noqa: ANN401
    query = (
        _entries(PlanItem.code, ProgrammeEntry.measure)
        .where(condition, visible_to(actor))
        .group_by(PlanItem.code, ProgrammeEntry.measure)
    )
    found: dict[str, Steps] = {}
    for code, measure, amount in query.tuples():
        found[code] = found.get(code, Steps()).plus(ProgrammeMeasure(measure), as_money(amount))
    return found


def _programme(
    condition: Any,  # noqa: ANN401
    actor: Actor,
) -> list[tuple[int, int, ProgrammeSource, ProgrammeMeasure, Money]]:
    sides = (ProgrammeEntry.project, ProgrammeEntry.year, ProgrammeEntry.source, ProgrammeEntry.measure)
    query = _entries(*sides).where(condition, visible_to(actor)).group_by(*sides)
    return [
        (project, year, ProgrammeSource(source), ProgrammeMeasure(measure), as_money(amount))
        for project, year, source, measure, amount in query.tuples()
    ]


def _entries(*sides: Any) -> Any:  # noqa: ANN401 - Peewee columns and query
    return (
        ProgrammeEntry.select(*sides, fn.SUM(ProgrammeEntry.amount))
        .join(Project, on=ProgrammeEntry.project)
        .switch(ProgrammeEntry)
        .join(PlanItem, on=ProgrammeEntry.plan_item)
    )


def _projects(condition: Any, actor: Actor, steps: Mapping[int, Steps]) -> Iterable[ProjectLine]:  # noqa: ANN401
    query = (
        Project.select(
            Project.id,
            Project.code,
            Project.name,
            Organisation.short_name,
            Case.stage,
            Case.phase,
            Case.side_state,
        )
        .join(PlanItem, on=Project.plan_item)
        .switch(Project)
        .join(Organisation, on=Project.owner)
        .left_outer_join(Case, on=(Case.project == Project.id))
        .where(condition, visible_to(actor))
        .order_by(Project.code)
    )
    for key, code, name, owner, stage, phase, side in query.tuples():
        yield ProjectLine(key, code, name, owner, stage, phase, side, steps.get(key, Steps()))


def _fiscal(condition: Any, actor: Actor) -> Iterable[FiscalLine]:  # noqa: ANN401
    money = BudgetLine.carried_in + BudgetLine.allotted - BudgetLine.carried_out
    query = (
        BudgetLine.select(
            BudgetLine.year,
            BudgetLine.source,
            fn.SUM(money),
            fn.SUM(BudgetLine.released),
            fn.SUM(BudgetLine.committed),
            fn.SUM(BudgetLine.paid),
        )
        .join(Project, on=BudgetLine.project)
        .join(PlanItem, on=Project.plan_item)
        .where(condition, visible_to(actor))
        .group_by(BudgetLine.year, BudgetLine.source)
        .order_by(BudgetLine.year, BudgetLine.source)
    )
    for year, source, *amounts in query.tuples():
        yield FiscalLine(year, FundingSource(source), *(as_money(one) for one in amounts))
