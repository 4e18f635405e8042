"""The register of projects: what is looked for, what is found, and what it adds up to."""

from __future__ import annotations

import operator
import unicodedata
from dataclasses import dataclass
from functools import reduce
from typing import Any

from peewee import JOIN, Select, Value

from approvals.rules.stages import Phase, SideState, Stage
from approvals.tables.case import Case
from budget.queries.funds import as_money
from budget.tables.project_account import ProjectAccount
from portfolio.foundation.access import Organisation, Zone
from portfolio.foundation.db import database, fn
from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import SEES_EVERYTHING, Actor
from portfolio.queries.dossier import visible_to
from portfolio.tables.following import Following
from portfolio.tables.plan import PlanBox, PlanGroup, PlanItem
from portfolio.tables.project import Project

_COLUMNS = (
    Project.id,
    Project.code,
    Project.name,
    Project.track,
    Project.route,
    Project.planned_start,
    Project.planned_finish,
    Project.owner,
    Project.zone,
    Project.plan_item,
    Project.city_wide,
    Project.foundational,
    Project.public_benefit,
    Project.exemplary,
    Organisation.id,
    Organisation.name,
    Organisation.short_name,
    Zone.id,
    Zone.name,
    PlanItem.id,
    PlanItem.code,
    PlanItem.name,
    PlanGroup.id,
    PlanBox.id,
    PlanBox.code,
    PlanBox.name,
    Case,
    ProjectAccount,
)


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for; what is empty is not asked for."""

    words: str = ""
    stage: str = ""
    track: str = ""
    tier: str = ""
    unit: str = ""
    box: str = ""
    zone: str = ""
    side: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """What projects add up to, and how many of them still move."""

    projects: int
    estimate: Money
    contracted: Money
    allotted: Money
    paid: Money
    moving: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to filter by, as (value, words)."""

    units: list[tuple[str, str]]
    boxes: list[tuple[str, str]]
    zones: list[tuple[str, str]]
    years: list[tuple[str, str]]


def found(actor: Actor, sought: Sought) -> Any:  # noqa: ANN401 - a Peewee query
    """The projects that ``actor`` may know of and that fit, each with case, account and place in the plan."""
    return _joined(Project.select(*_COLUMNS)).where(visible_to(actor), *_conditions(sought))


def followed(actor: Actor) -> list[Project]:
    """The projects that ``actor`` follows and may still know of, by code; one query."""
    query = _joined(Project.select(*_COLUMNS)).join_from(Project, Following)
    return list(query.where(Following.user == actor.user_id, visible_to(actor)).order_by(Project.code.desc()))


def totals(actor: Actor, sought: Sought) -> Totals:
    """What everything that fits adds up to; one query."""
    return _totals(visible_to(actor), *_conditions(sought))


def own_figures(actor: Actor) -> Totals:
    """What the actor's own organisation has; of everything for those who look after all; one query."""
    if actor.has(*SEES_EVERYTHING):
        return _totals(visible_to(actor))
    return _totals(visible_to(actor), Project.owner == actor.organisation_id)


def _totals(*conditions: Any) -> Totals:  # noqa: ANN401 - Peewee conditions
    moving = fn.SUM(
        fn.COALESCE((Case.stage != Stage.CLOSED) & (Case.side_state == SideState.ACTIVE), True).cast(
            "integer"
        )
    )
    row = (
        _joined(
            Project.select(
                fn.COUNT(Project.id),
                fn.SUM(ProjectAccount.cap),
                fn.SUM(ProjectAccount.contracted + ProjectAccount.direct),
                fn.SUM(ProjectAccount.allotted),
                fn.SUM(ProjectAccount.paid),
                moving,
            )
        )
        .where(*conditions)
        .tuples()
        .first()
    )
    count, estimate, contracted, allotted, paid, going = row
    return Totals(
        int(count),
        as_money(estimate),
        as_money(contracted),
        as_money(allotted),
        as_money(paid),
        int(going or 0),
    )


def choices(actor: Actor) -> Choices:
    """Units, boxes, zones and years of the projects that ``actor`` may know of; one query of four parts.

    None of them looks at every project, however many there are.
    """
    seen = visible_to(actor)
    owned = Project.select(Project.id).where(Project.owner == Organisation.id, seen)
    units = Organisation.select(Value("unit"), Value(0), Organisation.code, Organisation.name)
    boxes = PlanBox.select(Value("box"), PlanBox.id, PlanBox.code, PlanBox.name)
    zones = Zone.select(Value("zone"), Value(0), Zone.code, Zone.name)
    codes = Project.select(Project.code).where(seen).limit(1)
    first, last = codes.order_by(Project.code), codes.order_by(Project.code.desc())
    ends = Select(columns=[Value("years"), Value(0), first, last])
    found: dict[str, list[tuple[str, str]]] = {"unit": [], "box": [], "zone": [], "years": []}
    every = (units.where(fn.EXISTS(owned)) + boxes + zones + ends).tuples()
    for kind, _position, code, words in sorted(every.execute(database), key=lambda row: row[1:3]):
        found[kind].append((code, words))
    return Choices(
        found["unit"],
        [(code, f"{code} {words}") for code, words in found["box"]],
        found["zone"],
        [(year, year) for year in _years(*found["years"][0])],
    )


def _years(first: str | None, last: str | None) -> list[str]:
    """The years of the codes from the first to the last, the newest first."""
    years = [int(code[2:6]) for code in (first, last) if code and code[2:6].isdigit()]
    return [str(year) for year in range(max(years), min(years) - 1, -1)] if years else []


def _joined(query: Any) -> Any:  # noqa: ANN401 - a Peewee query
    left = JOIN.LEFT_OUTER
    return (
        query.join_from(Project, Organisation, on=Project.owner)
        .join_from(Project, Zone, left, on=Project.zone)
        .join_from(Project, PlanItem, left, on=Project.plan_item)
        .join(PlanGroup, left, on=PlanItem.group)
        .join(PlanBox, left, on=PlanGroup.box)
        .join_from(Project, Case, left, on=(Case.project == Project.id), attr="case")
        .join_from(Project, ProjectAccount, left, on=(ProjectAccount.project == Project.id), attr="account")
    )


def _conditions(sought: Sought) -> list[Any]:
    """One condition for each thing that is asked for; of several words every one must be found."""
    asked = [
        (sought.track, Project.track),
        (sought.tier, Case.tier),
        (sought.unit, Organisation.code),
        (sought.box, PlanBox.code),
        (sought.zone, Zone.code),
        (sought.side, Case.side_state),
        (sought.stage, Case.stage),
    ]
    conditions = [column == value for value, column in asked if value]
    if sought.year:
        conditions.append(fn.SUBSTR(Project.code, 3, 4) == sought.year)
    conditions += [_says(word) for word in sought.words.split()]
    return conditions or [True]


def _says(word: str) -> Any:  # noqa: ANN401 - a condition
    """A word as it is typed, or in plain letters and digits: names are kept with their full-width signs."""
    found = [
        column.contains(one)
        for one in dict.fromkeys((word, unicodedata.normalize("NFKC", word)))
        for column in (Project.name, Project.code, Organisation.name, Organisation.short_name)
    ]
    return reduce(operator.or_, found)


_IN_REVIEW = {
    Phase.ENDORSING,
    Phase.ACCEPTING,
    Phase.REVIEWING,
    Phase.PANEL,
    Phase.COUNTERSIGNING,
    Phase.COORDINATING,
    Phase.DECIDING,
    Phase.REPLYING,
    Phase.FIXING,
    Phase.INSPECTING,
    Phase.ACCOUNTING,
    Phase.EVALUATING,
}


def badge(case: Any) -> tuple[str, Message]:  # noqa: ANN401 - a Peewee row or nothing
    """Kind of badge and words for where a project stands."""
    if case is None:
        return "waiting", say("尚未申报")
    if case.side_state is not SideState.ACTIVE:
        kind = "blocked" if case.side_state is SideState.TERMINATED else "conditional"
        return kind, say("{state}（{stage}）", state=case.side_state.label, stage=case.stage.label)
    if case.stage is Stage.CLOSED:
        return "approved", say("{stage}", stage=case.stage.label)
    if case.phase is Phase.REJECTED:
        return "blocked", say("{stage}·{phase}", stage=case.stage.label, phase=case.phase.label)
    kind = "waiting" if case.phase is Phase.DRAFTING else "review" if case.phase in _IN_REVIEW else "approved"
    return kind, say("{stage}·{phase}", stage=case.stage.label, phase=case.phase.label)
