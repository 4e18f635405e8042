"""What a selection for the annual plan may be made of: eligible projects, their needs, the ceilings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from peewee import JOIN

from approvals.queries.annual_plan import LISTED_AT, wanted
from approvals.rules.choice import AmountBasis, Need, Option, Pin, Priority, Room, Worth, worth
from approvals.rules.estimate_gate import cut_limit
from approvals.rules.evaluation import EvaluationKind, EvaluationState, Grade
from approvals.rules.stages import SideState, Stage
from approvals.tables.case import Case
from approvals.tables.decision import Appraisal, Override
from approvals.tables.evaluation import Evaluation
from budget.queries.funds import as_money
from budget.rules.sources import OWN_LEVEL
from budget.rules.words import ContractState, RequestKind
from budget.tables.annual_plan import AnnualPlanRow, BudgetRequest, Ceiling
from budget.tables.contract import Contract, Instalment
from budget.tables.line import BudgetLine
from portfolio.foundation.access import Organisation, Zone
from portfolio.foundation.db import fn
from portfolio.foundation.money import Money
from portfolio.foundation.rulebook import Rulebook
from portfolio.rules.dossier import FundingSource
from portfolio.tables.plan import PlanBox, PlanGroup, PlanItem
from portfolio.tables.project import Project

Key = tuple[int, FundingSource]
Amounts = dict[int, dict[FundingSource, Money]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may be listed for the year, with the amounts that each basis would give it."""

    project: Any
    owner: str
    box: str
    box_name: str
    zone: str
    zone_name: str
    priority: Priority
    score: Decimal | None
    worth: Worth
    needs: Mapping[AmountBasis, tuple[Need, ...]]

    @property
    def basis(self) -> AmountBasis:
        """The basis that is taken unless another is chosen: the first that there is."""
        return next(basis for basis in AmountBasis if basis in self.needs)

    def option(self, basis: AmountBasis | None = None, pin: Pin | None = None) -> Option:
        """The project in numbers; a basis that it lacks gives way to its own."""
        taken = self.basis if basis is None or basis not in self.needs else basis
        return Option(
            self.project.id,
            self.project.code,
            self.worth.value,
            self.needs[taken],
            self.box,
            self.zone,
            pin,
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """What a selection of a year may be made of, and the ceilings that it has to keep to."""

    candidates: tuple[Candidate, ...]
    rooms: tuple[Room, ...]


def offered(year: int, rules: Rulebook) -> Offered:
    """What there is to choose from for ``year``; nine queries (R07, CUT)."""
    cases = _eligible()
    ids = [case.project_id for case in cases]
    rows = AnnualPlanRow.select().where((AnnualPlanRow.year == year) | AnnualPlanRow.project.in_(ids))
    plan = list(rows.order_by(AnnualPlanRow.revision))
    return Offered(tuple(_candidates(cases, plan, year, rules)), _rooms(plan, year))


def _candidates(cases: Sequence[Any], plan: Sequence[Any], year: int, rules: Rulebook) -> Iterable[Candidate]:
    """The projects that could be listed for the year and are not, by code; six queries."""
    ids = [case.project_id for case in cases]
    planned, listed = _planned(plan, year)
    built = {case.project_id for case in cases if case.completed_on is not None}
    figures = _figures(ids, year, planned, built)
    limits = _Limits(cases, rules, figures[AmountBasis.FUNDING])
    for case in cases:
        needs = {
            basis: tuple(
                limits.need(case, source, asked)
                for source, asked in sorted(of_basis.get(case.project_id, {}).items())
                if asked > Money.ZERO and (case.project_id, source) not in listed
            )
            for basis, of_basis in figures.items()
        }
        left = {basis: rows for basis, rows in needs.items() if rows}
        if left:
            yield _candidate(case, left, rules)


def _rooms(plan: Sequence[Any], year: int) -> tuple[Room, ...]:
    """The ceilings of the city's own sources, and what is planned or allotted under them; two queries.

    A project counts with what it is planned for or was allotted, whichever is more; systems in service and
    preparatory work, which no plan lists, count with what they were allotted.
    """
    amounts = {row.source: row.amount for row in Ceiling.select().where(Ceiling.year == year)}
    taken: dict[tuple[str, int, FundingSource], Money] = {}
    for row in plan:
        if row.year == year and row.source in OWN_LEVEL:
            taken["project", row.project_id, row.source] = row.amount
    allotted = (
        BudgetLine.select(
            BudgetLine.project, BudgetLine.system, BudgetLine.source, fn.SUM(BudgetLine.allotted)
        )
        .where(BudgetLine.year == year, BudgetLine.source.in_(list(OWN_LEVEL)))
        .group_by(BudgetLine.project, BudgetLine.system, BudgetLine.source)
        .tuples()
    )
    for project_id, system_id, source, amount in allotted:
        key = ("project", project_id, source) if project_id is not None else ("system", system_id, source)
        taken[key] = max(taken.get(key, Money.ZERO), as_money(amount))
    return tuple(
        Room(
            source,
            amounts.get(source),
            Money.total(amount for (_, _, of), amount in taken.items() if of == source),
        )
        for source in OWN_LEVEL
    )


def _eligible() -> list[Any]:
    query = (
        Case.select(Case, Project, Organisation, Zone, PlanItem, PlanGroup, PlanBox, Appraisal)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .switch(Project)
        .join(Zone, JOIN.LEFT_OUTER, on=Project.zone)
        .switch(Project)
        .join(PlanItem, JOIN.LEFT_OUTER, on=Project.plan_item)
        .join(PlanGroup, JOIN.LEFT_OUTER, on=PlanItem.group)
        .join(PlanBox, JOIN.LEFT_OUTER, on=PlanGroup.box)
        .switch(Case)
        .join(Appraisal, JOIN.LEFT_OUTER, on=Case.appraisal)
        .where(
            Case.side_state == SideState.ACTIVE,
            Case.stage.in_(list({stage for stage, _ in LISTED_AT})),
            Case.appraisal.is_null(False) | Case.estimate_fix.is_null(False) | Case.inherited.is_null(False),
        )
        .order_by(Project.code)
    )
    return [case for case in query if (case.stage, case.phase) in LISTED_AT]


def _figures(
    ids: list[int], year: int, planned: Mapping[Key, Money], built: Collection[int]
) -> dict[AmountBasis, Amounts]:
    """What each basis would give each project of each source; three queries.

    What is built needs no more than its contracts and requests say: the rest of its estimate is saved.
    """
    funding: Amounts = defaultdict(dict)
    remaining: Amounts = defaultdict(dict)
    for project_id, asked in wanted(ids).items():
        for (of_year, source), amount in asked.items():
            if of_year == year:
                funding[project_id][source] = amount
            if project_id in built:
                continue
            rest = remaining[project_id].get(source, -planned.get((project_id, source), Money.ZERO))
            remaining[project_id][source] = rest + amount
    return {
        AmountBasis.REQUEST: _requested(ids, year),
        AmountBasis.DUE: _due(ids, year),
        AmountBasis.FUNDING: funding,
        AmountBasis.REMAINING: remaining,
    }


def _planned(plan: Iterable[Any], year: int) -> tuple[dict[Key, Money], set[Key]]:
    """What plans of all years give each project from each source, and what this year's names already."""
    latest: dict[tuple[int, FundingSource, int], Money] = {}
    for row in plan:
        latest[row.project_id, row.source, row.year] = row.amount
    planned: dict[Key, Money] = {}
    for (project_id, source, _), amount in latest.items():
        planned[project_id, source] = planned.get((project_id, source), Money.ZERO) + amount
    return planned, {(project_id, source) for project_id, source, of in latest if of == year}


def _requested(ids: Iterable[int], year: int) -> Amounts:
    """What the budget round asks or has given: the latest figure of each request of the year."""
    found: Amounts = defaultdict(dict)
    rows = BudgetRequest.select().where(
        BudgetRequest.project.in_(list(ids)),
        BudgetRequest.year == year,
        BudgetRequest.kind == RequestKind.ROUND,
    )
    for row in rows.order_by(BudgetRequest.position):
        steps = (row.approved, row.second_request, row.control_figure, row.requested)
        found[row.project_id][row.source] = next(amount for amount in steps if amount is not None)
    return found


def _due(ids: Iterable[int], year: int) -> Amounts:
    """What contracts in force let fall due in the year."""
    found: Amounts = defaultdict(dict)
    rows = (
        Instalment.select(Contract.project, Instalment.source, fn.SUM(Instalment.amount))
        .join(Contract)
        .where(
            Contract.project.in_(list(ids)), Contract.state != ContractState.DRAFT, Instalment.year == year
        )
        .group_by(Contract.project, Instalment.source)
        .tuples()
    )
    for project_id, source, amount in rows:
        found[project_id][source] = as_money(amount)
    return found


class _Limits:
    """What of an amount may be listed: the owner's grades cut it before construction, unless passed over."""

    def __init__(
        self, cases: Sequence[Any], rules: Rulebook, asked: Mapping[int, Mapping[FundingSource, Money]]
    ) -> None:
        """Read grades and exceptions; two queries."""
        early = [case for case in cases if case.stage is Stage.ESTIMATE]
        self._rules, self._asked = rules, asked
        self._grades = _grades({case.project.owner_id for case in early})
        self._free = {
            row.project_id
            for row in Override.select(Override.project).where(
                Override.project.in_([case.project_id for case in early]),
                Override.stage == Stage.ESTIMATE,
                Override.rule == "CUT",
            )
        }

    def need(self, case: Any, source: FundingSource, asked: Money) -> Need:  # noqa: ANN401 - a Peewee row
        """What is asked of a source, and what of it may be listed."""
        if case.stage is not Stage.ESTIMATE or case.project_id in self._free:
            return Need(source, asked, asked)
        of_dossier = self._asked.get(case.project_id, {}).get(source, asked)
        grades = tuple(
            (name, grade)
            for other, name, grade in self._grades.get(case.project.owner_id, [])
            if other != case.project_id
        )
        limit = cut_limit(of_dossier, grades, self._rules)
        return Need(source, asked, asked if limit is None else min(asked, limit))


def _grades(owner_ids: Iterable[int]) -> dict[int, list[tuple[int, str, Grade]]]:
    """The latest final grade of each project of these owners."""
    rows = (
        Evaluation.select(Evaluation.grade, Project.id, Project.name, Project.owner)
        .join(Project, on=Evaluation.project)
        .where(
            Evaluation.kind == EvaluationKind.EVALUATION,
            Evaluation.state == EvaluationState.FINAL,
            Project.owner.in_(list(owner_ids)),
        )
        .order_by(Evaluation.finalised_at, Evaluation.id)
    )
    latest = {row.project.id: row for row in rows}
    found: dict[int, list[tuple[int, str, Grade]]] = defaultdict(list)
    for row in latest.values():
        found[row.project.owner_id].append((row.project.id, row.project.name, row.grade))
    return found


def _candidate(
    case: Any,  # noqa: ANN401 - a Peewee row
    needs: Mapping[AmountBasis, tuple[Need, ...]],
    rules: Rulebook,
) -> Candidate:
    project = case.project
    box = project.plan_item.group.box if project.plan_item_id is not None else None
    zone = project.zone if project.zone_id is not None else None
    score = case.appraisal.mean if case.appraisal_id is not None else None
    continuing = case.stage is not Stage.ESTIMATE
    marks = len(project.major_marks)
    priority = Priority.CONTINUING if continuing else Priority.MAJOR if marks else Priority.ORDINARY
    return Candidate(
        project,
        project.owner.name,
        box.code if box else "",
        box.name if box else "",
        zone.code if zone else "",
        zone.name if zone else "",
        priority,
        score,
        worth(score, marks, continuing=continuing, rulebook=rules),
        needs,
    )
