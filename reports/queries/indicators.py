"""The plan's indicators beside what was observed, and the projects that serve them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.foundation.access import Organisation
from portfolio.foundation.db import fn
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.roles import Actor
from portfolio.queries import observations as observed
from portfolio.queries import plan as plans
from portfolio.queries.dossier import visible_to
from portfolio.rules.observation import Pace, holding, pace
from portfolio.rules.plan import required_path
from portfolio.tables.dossier import ServedIndicator
from portfolio.tables.observation import Observation
from portfolio.tables.plan import Indicator, Plan, TextTarget
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator: how the latest figure stands against what its year requires, and how many serve it."""

    indicator: Indicator
    pace: Pace
    projects: int


@dataclass(frozen=True, slots=True)
class YearLine:
    """A year of an indicator: what it requires, and the observation that holds."""

    year: int
    required: Decimal | None
    observation: Observation | None


@dataclass(frozen=True, slots=True)
class Service:
    """A project that serves an indicator, and by how much."""

    id: int
    code: str
    name: str
    owner: str
    contribution: Decimal
    unit: str
    note: str


@dataclass(frozen=True, slots=True)
class IndicatorSheet:
    """An indicator with its years, every observation in the order of recording, and its projects."""

    indicator: Indicator
    pace: Pace
    years: tuple[YearLine, ...]
    observations: tuple[Observation, ...]
    projects: tuple[Service, ...]


def indicator_lines(plan: Plan, actor: Actor) -> list[IndicatorLine]:
    """Every indicator of a plan in order; three queries."""
    indicators = plans.indicators(plan.code)
    known = observed.observations(indicator.id for indicator in indicators)
    serving = _serving(actor)
    return [
        IndicatorLine(
            indicator,
            pace(indicator, _latest(known.get(indicator.id, []))),
            serving.get(indicator.id, 0),
        )
        for indicator in indicators
    ]


def text_targets(plan: Plan) -> list[tuple[TextTarget, Indicator | None]]:
    """The targets that the text gives outside the table, with the indicator that is the same; two queries."""
    by_id = {indicator.id: indicator for indicator in plans.indicators(plan.code)}
    return [(target, by_id.get(target.same_as_id)) for target in plans.text_targets(plan.code)]


def indicator_sheet(plan: Plan, code: str, actor: Actor) -> IndicatorSheet:
    """One indicator with everything; three queries.  Raises ``NotFound``."""
    indicator = observed.indicator(plan.id, code)
    rows = observed.observations([indicator.id]).get(indicator.id, [])
    path, held = required_path(indicator), holding(rows)
    years = sorted({indicator.base_year, *range(plan.from_year, plan.to_year + 1), *path, *held})
    return IndicatorSheet(
        indicator=indicator,
        pace=pace(indicator, _latest(rows)),
        years=tuple(YearLine(year, path.get(year), held.get(year)) for year in years),  # type: ignore[arg-type]
        observations=tuple(rows),
        projects=tuple(_services(indicator, actor)),
    )


def latest_figures(indicator_ids: set[int]) -> Mapping[int, Observation]:
    """The observation of the latest year of each indicator; one query."""
    found = observed.observations(indicator_ids)
    return {key: latest for key, rows in found.items() if (latest := _latest(rows)) is not None}


def current_plan(on: date) -> Plan:
    """The plan of the day; raises ``NotFound`` while none is loaded."""
    plan = plans.plan_on(on)
    if plan is None:
        raise NotFound(say("尚未载入五年规划"), remedy=say("请由系统管理员用 flask plan load 载入规划文件"))
    return plan


def _latest(rows: list[Observation]) -> Observation | None:
    held = holding(rows)
    return held[max(held)] if held else None  # type: ignore[return-value]


def _serving(actor: Actor) -> Mapping[int, int]:
    query = (
        ServedIndicator.select(ServedIndicator.indicator, fn.COUNT(ServedIndicator.id))
        .join(Project)
        .where(visible_to(actor))
        .group_by(ServedIndicator.indicator)
    )
    return dict(query.tuples())


def _services(indicator: Indicator, actor: Actor) -> list[Service]:
    query = (
        ServedIndicator.select(
            Project.id,
            Project.code,
            Project.name,
            Organisation.short_name,
            ServedIndicator.contribution,
            ServedIndicator.unit,
            ServedIndicator.note,
        )
        .join(Project)
        .join(Organisation, on=Project.owner)
        .where(ServedIndicator.indicator == indicator, visible_to(actor))
        .order_by(Project.code)
    )
    return [Service(*row) for row in query.tuples()]
