"""The programme of new investment, 1162: its goals, and the money by any of its sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from peewee import Value

from approvals.queries.standing import at_rest
from budget.queries.programme import programme_totals
from budget.rules.prospect import still_to_come
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from portfolio.foundation.access import Zone
from portfolio.foundation.errors import say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.queries import plan as plans
from portfolio.queries.dossier import visible_to
from portfolio.rules.dossier import Track
from portfolio.rules.observation import cumulative_path, required_by
from portfolio.rules.plan_document import Measure
from portfolio.tables.plan import Cluster, Goal, Plan
from portfolio.tables.project import Project
from reports.queries.indicators import latest_figures
from reports.queries.plan import Steps

_SIDES = ("year", "source", "box", "sector", "cluster", "zone", "project", "counts_1162", "measure")
_APPROVED, _PLANNED = ProgrammeMeasure.APPROVED, ProgrammeMeasure.PLANNED
_YI = Decimal(10_000_000_000)  # fen in 亿元


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal and how far it is, in its unit; ``year`` is that of an observed figure."""

    goal: Goal
    reached: Decimal | None
    year: int | None = None

    @property
    def share(self) -> Decimal | None:
        """What part of the goal that is."""
        return None if self.reached is None else self.reached / self.goal.target


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A source, box, sector, cluster, zone or year: all of its money, and what counts towards 1162."""

    label: Any
    whole: Steps
    counted: Steps


@dataclass(frozen=True, slots=True)
class YearPace:
    """A year of the programme: realised in it, by its end in all, and what the equal path asks for (亿元)."""

    year: int
    whole: Steps
    counted: Steps
    realised: Decimal
    cumulative: Decimal
    required: Decimal


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the registered projects will have realised by the plan's end (亿元), by their approved schedules.

    ``approved`` and ``planned`` hold, by year from the running one on, what approved projects still have to
    realise and what projects that passed the plan gate but are not approved yet would add.  Projects that
    are suspended, ended or closed add nothing more.
    """

    running: int
    realised: Decimal
    approved: Mapping[int, Decimal]
    planned: Mapping[int, Decimal]

    @property
    def coming(self) -> Decimal:
        """What approved projects still have to realise within the plan."""
        return sum(self.approved.values(), Decimal(0))

    @property
    def possible(self) -> Decimal:
        """What projects not approved yet would add within the plan."""
        return sum(self.planned.values(), Decimal(0))

    @property
    def expected(self) -> Decimal:
        """What will be realised by the plan's end when every approved project keeps to its schedule."""
        return self.realised + self.coming

    def until(self, year: int) -> Decimal | None:
        """What will be realised in all by the end of a year that has not ended."""
        if year < self.running:
            return None
        return self.realised + sum((self.approved[one] for one in self.approved if one <= year), Decimal(0))


@dataclass(frozen=True, slots=True)
class ProgrammeSheet:
    """The whole page; amounts of ``required`` and ``realised`` in 亿元.

    ``required`` is what should be realised by the last quarter that has ended.
    """

    goals: tuple[GoalLine, ...]
    target: Decimal
    required: Decimal
    realised: Decimal
    years: tuple[YearPace, ...]
    prospect: Prospect
    sources: tuple[Breakdown, ...]
    boxes: tuple[Breakdown, ...]
    sectors: tuple[Breakdown, ...]
    clusters: tuple[Breakdown, ...]
    zones: tuple[Breakdown, ...]
    whole: Steps
    counted: Steps
    projects: Mapping[int, Steps]

    @property
    def attained(self) -> Decimal | None:
        """The quotient of realised and required."""
        return self.realised / self.required if self.required else None

    @property
    def approved_share(self) -> Decimal | None:
        """What part of the target is approved."""
        return in_yi(self.counted.approved) / self.target if self.target else None


def programme_sheet(plan: Plan, on: date) -> ProgrammeSheet:
    """The programme's figures up to a day; eight queries, however much was invested."""
    rows = _Rows(plan)
    goals = plans.goals(plan.code)
    sectors, places = plans.sectors(plan.code), _places(plan)
    names = {one.id: one.name for one in sectors}
    by_sector = rows.by("sector", names)
    by_cluster = rows.by("cluster", places["cluster"])
    target = next((goal.target for goal in goals if goal.measure is Measure.TOTAL), Decimal(0))
    counted = Steps.total(one.counted for one in rows.by("source", {}))
    return ProgrammeSheet(
        goals=tuple(_goal_lines(goals, counted, by_sector, by_cluster)),
        target=target,
        required=required_by(target, plan.from_year, plan.to_year, on),
        realised=in_yi(counted.realised),
        years=tuple(_years(plan, target, rows)),
        prospect=rows.prospect(plan, on.year),
        sources=tuple(rows.by("source", {source: source for source in ProgrammeSource})),
        boxes=tuple(rows.by("box", {box.id: f"{box.number} {box.name}" for box in plans.boxes(plan.code)})),
        sectors=tuple(by_sector),
        clusters=tuple(by_cluster),
        zones=tuple(rows.by("zone", places["zone"])),
        whole=Steps.total(one.whole for one in rows.by("source", {})),
        counted=counted,
        projects=rows.projects(),
    )


@dataclass(frozen=True, slots=True)
class CountedProject:
    """A project that counts towards 1162, with its investment."""

    id: int
    code: str
    name: str
    track: Track
    steps: Steps

    @property
    def done(self) -> float | None:
        """What is realised of what was approved; ``None`` where nothing was."""
        return self.steps.realised.fen / self.steps.approved.fen if self.steps.approved else None


def counted_projects(sheet: ProgrammeSheet, actor: Actor) -> list[CountedProject]:
    """The projects that count and that the reader may know of, the largest first; one query."""
    rows = Project.select(Project.id, Project.code, Project.name, Project.track).where(
        Project.id.in_(list(sheet.projects)), visible_to(actor)
    )
    found = [CountedProject(row.id, row.code, row.name, row.track, sheet.projects[row.id]) for row in rows]
    return sorted(found, key=lambda one: (-one.steps.approved.fen, one.code))


def in_yi(amount: Money) -> Decimal:
    """An amount in 亿元, exactly."""
    return Decimal(amount.fen) / _YI


def _places(plan: Plan) -> dict[str, dict[int, str]]:
    """The names of the plan's clusters and of the zones, by id; one query."""
    clusters = Cluster.select(Value("cluster"), Cluster.id, Cluster.name).where(Cluster.plan == plan)
    zones = Zone.select(Value("zone"), Zone.id, Zone.name)
    found: dict[str, dict[int, str]] = {"cluster": {}, "zone": {}}
    for kind, key, name in sorted(clusters.union_all(zones).tuples()):
        found[kind][key] = name
    return found


class _Rows:
    """The sums of the programme account over the plan's years, folded by one side or another; one query."""

    def __init__(self, plan: Plan) -> None:
        every = ((dict(zip(_SIDES, one.key, strict=True)), one.amount) for one in programme_totals(*_SIDES))
        self._totals = [one for one in every if plan.from_year <= one[0]["year"] <= plan.to_year]

    def by(self, side: str, names: Mapping[Any, Any]) -> list[Breakdown]:
        """What each of ``names`` has, in their order; then what belongs to none of them, if anything does."""
        whole = self._fold(side, lambda _: True)
        counted = self._fold(side, lambda key: bool(key["counts_1162"]))
        known = [
            Breakdown(name, whole.get(key, Steps()), counted.get(key, Steps())) for key, name in names.items()
        ]
        others = [key for key in whole if key not in names]
        if others:
            rest = (Steps.total(sums.get(key, Steps()) for key in others) for sums in (whole, counted))
            known.append(Breakdown(say("未归入"), *rest))
        return known

    def projects(self) -> dict[int, Steps]:
        """What each project that counts towards 1162 has."""
        return self._fold("project", lambda key: bool(key["counts_1162"]))

    def prospect(self, plan: Plan, running: int) -> Prospect:
        """What projects that count towards 1162 will have realised by the plan's end; one query more."""
        schedules: dict[Any, dict[Any, dict[int, Money]]] = {}
        for key, amount in self._totals:
            if key["counts_1162"]:
                by_year = schedules.setdefault(key["project"], {}).setdefault(key["measure"], {})
                by_year[key["year"]] = by_year.get(key["year"], Money.ZERO) + amount
        resting = at_rest(schedules)
        coming: dict[ProgrammeMeasure, dict[int, Money]] = {_APPROVED: {}, _PLANNED: {}}
        for project, measures in schedules.items():
            realised = Money.total(measures.get(ProgrammeMeasure.REALISED, {}).values())
            decided = _APPROVED if measures.get(_APPROVED) else _PLANNED
            if project not in resting:
                for year, amount in still_to_come(measures.get(decided, {}), realised, running).items():
                    coming[decided][year] = coming[decided].get(year, Money.ZERO) + amount
        approved, planned = (
            {year: in_yi(amount) for year, amount in sorted(found.items()) if year <= plan.to_year}
            for found in coming.values()
        )
        return Prospect(running, in_yi(Steps.total(self.projects().values()).realised), approved, planned)

    def _fold(self, side: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[Any, Steps]:
        found: dict[Any, Steps] = {}
        for key, amount in self._totals:
            if wanted(key):
                measure = ProgrammeMeasure(key["measure"])
                found[key[side]] = found.get(key[side], Steps()).plus(measure, amount)
        return found


def _goal_lines(
    goals: list[Goal], counted: Steps, by_sector: list[Breakdown], by_cluster: list[Breakdown]
) -> list[GoalLine]:
    observed = latest_figures({goal.same_as_id for goal in goals if goal.same_as_id is not None})
    active = {
        Measure.SECTORS: _active(by_sector),
        Measure.CLUSTERS: _active(by_cluster),
        Measure.TOTAL: in_yi(counted.realised),
    }
    lines = []
    for goal in goals:
        latest = observed.get(goal.same_as_id)
        if goal.measure is Measure.LEVEL:
            lines.append(GoalLine(goal, latest.figure if latest else None, latest.year if latest else None))
        else:
            lines.append(GoalLine(goal, active[goal.measure]))
    return lines


def _active(lines: list[Breakdown]) -> Decimal:
    """How many of the named ones have investment realised."""
    return Decimal(sum(bool(one.counted.realised) for one in lines if isinstance(one.label, str)))


def _years(plan: Plan, target: Decimal, rows: _Rows) -> list[YearPace]:
    path = cumulative_path(target, plan.from_year, plan.to_year)
    found, total = [], Decimal(0)
    for line in rows.by("year", {year: year for year in path}):
        realised = in_yi(line.counted.realised)
        total += realised
        found.append(YearPace(line.label, line.whole, line.counted, realised, total, path[line.label]))
    return found
