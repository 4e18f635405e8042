"""The annual investment plan of a year: drafted, decided, what could be listed, and the ceilings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from approvals.queries.people import authorities
from approvals.rules.stages import Act, Phase, SideState, Stage
from approvals.rules.tiers import acting_role
from approvals.rules.workflow import TRANSITIONS
from approvals.tables.case import Case
from budget.rules.words import PlanRowState
from budget.tables.annual_plan import AnnualPlanRow, Ceiling
from portfolio.foundation import clock
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.money import Money
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.rules.dossier import FundingSource, Part
from portfolio.tables.dossier import FundingLine
from portfolio.tables.project import Project

LISTED_AT = frozenset((row.stage, row.phase) for row in TRANSITIONS if row.act is Act.LIST_IN_ANNUAL_PLAN)
"""Where in the procedure a project may be listed."""
_PARTS = (Part.FEASIBILITY, Part.DESIGN)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A row of the plan; ``standing`` unless a later decided revision took its place."""

    row: Any
    project: Any
    owner: str
    waits: bool
    standing: bool


@dataclass(frozen=True, slots=True)
class Eligible:
    """A project that may be listed, with what its dossier asks of a source for the year, if anything.

    ``by``: the authorities that may list it, which are not its owner.
    """

    project: Any
    owner: str
    stage: Stage
    phase: Phase
    source: FundingSource | None
    amount: Money | None
    by: frozenset[Role]


@dataclass(frozen=True, slots=True)
class SourceTotal:
    """One source: decided, drafted (in place of what is decided), and the ceiling where there is one."""

    source: FundingSource
    decided: Money
    drafted: Money
    planned: Money
    ceiling: Money | None

    @property
    def left(self) -> Money | None:
        """What the ceiling still leaves when the drafts are decided as they stand."""
        return None if self.ceiling is None else self.ceiling - self.planned


@dataclass(frozen=True, slots=True)
class AnnualPlan:
    """The plan of one year."""

    year: int
    drafted: tuple[PlanLine, ...]
    decided: tuple[PlanLine, ...]
    eligible: tuple[Eligible, ...]
    totals: tuple[SourceTotal, ...]


def annual_plan(year: int) -> AnnualPlan:
    """The whole plan of ``year``; five queries."""
    rows = _rows(year)
    latest: dict[tuple[int, FundingSource], int] = {}
    for row in rows:
        if row.state is PlanRowState.DECIDED:
            latest[row.project_id, row.source] = row.id
    lines = [
        PlanLine(
            row,
            row.project,
            row.project.owner.name,
            row.project.case.side_state is not SideState.ACTIVE,
            latest.get((row.project_id, row.source)) == row.id,
        )
        for row in rows
    ]
    drafted = tuple(line for line in lines if line.row.state is PlanRowState.DRAFTED)
    decided = tuple(line for line in lines if line.row.state is PlanRowState.DECIDED)
    return AnnualPlan(year, drafted, decided, _eligible(year, rows), _totals(year, drafted, decided))


def _rows(year: int) -> list[Any]:
    decider = User.alias()
    query = (
        AnnualPlanRow.select(AnnualPlanRow, Project, Organisation, Case, User, decider)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .switch(Project)
        .join(Case, on=(Case.project == Project.id), attr="case")
        .switch(AnnualPlanRow)
        .join(User, on=AnnualPlanRow.drafted_by, attr="drafter")
        .switch(AnnualPlanRow)
        .join(decider, JOIN.LEFT_OUTER, on=(AnnualPlanRow.decided_by == decider.id), attr="decider")
        .where(AnnualPlanRow.year == year)
        .order_by(Project.code, AnnualPlanRow.source, AnnualPlanRow.revision)
    )
    return list(query)


def _eligible(year: int, rows: Iterable[Any]) -> tuple[Eligible, ...]:
    listed = {(row.project_id, row.source) for row in rows}
    cases = list(
        Case.select(Case, Project, Organisation)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .where(
            Case.side_state == SideState.ACTIVE,
            Case.stage.in_(list({stage for stage, _ in LISTED_AT})),
            Case.appraisal.is_null(False) | Case.estimate_fix.is_null(False) | Case.inherited.is_null(False),
        )
        .order_by(Project.code)
    )
    here = [case for case in cases if (case.stage, case.phase) in LISTED_AT]
    asked = wanted([case.project_id for case in here])
    own = authorities(clock.today())
    found = []
    for case in here:
        of_year = {
            source: amount
            for (wanted_year, source), amount in asked.get(case.project_id, {}).items()
            if wanted_year == year
        }
        of_owner = own.get(case.project.owner_id, frozenset())
        by = frozenset(acting_role(role, of_owner) for role in AUTHORITIES)
        found += [
            Eligible(case.project, case.project.owner.name, case.stage, case.phase, source, amount, by)
            for source, amount in of_year.items()
            if (case.project_id, source) not in listed
        ]
    return tuple(found)


def wanted(project_ids: Iterable[int]) -> dict[int, dict[tuple[int, FundingSource], Money]]:
    """What dossiers ask for by project, year and source: the design's funding, before it the study's."""
    ids = list(project_ids)
    rows = FundingLine.select().where(
        FundingLine.project.in_(ids), FundingLine.part.in_([part.value for part in _PARTS])
    )
    by_part: dict[int, dict[Part, dict[tuple[int, FundingSource], Money]]] = {}
    for row in rows:
        of_part = by_part.setdefault(row.project_id, {}).setdefault(row.part, {})
        key = (row.year, row.source)
        of_part[key] = of_part.get(key, Money.ZERO) + row.amount
    return {key: parts.get(Part.DESIGN) or parts[Part.FEASIBILITY] for key, parts in by_part.items()}


def _totals(year: int, drafted: Iterable[PlanLine], decided: Iterable[PlanLine]) -> tuple[SourceTotal, ...]:
    ceilings = {row.source: row.amount for row in Ceiling.select().where(Ceiling.year == year)}
    new = {(line.row.project_id, line.row.source): line.row.amount for line in drafted}
    held = {(line.row.project_id, line.row.source): line.row.amount for line in decided if line.standing}
    both = {**held, **new}
    found = []
    for source in FundingSource:
        if source not in ceilings and all(of != source for _, of in both):
            continue
        found.append(
            SourceTotal(
                source,
                Money.total(amount for (_, of), amount in held.items() if of == source),
                Money.total(amount for (_, of), amount in new.items() if of == source),
                Money.total(amount for (_, of), amount in both.items() if of == source),
                ceilings.get(source),
            )
        )
    return tuple(found)
