"""What the annual investment plan gives, and what of it is allotted or bound by contracts."""

from __future__ import annotations

from peewee import Select

from budget.queries.funds import as_money
from budget.rules.plan import commitments_finding
from budget.rules.words import ContractState, EntryKind, PlanRowState
from budget.tables.annual_plan import AnnualPlanRow
from budget.tables.contract import Contract, Instalment
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.tables.project_account import ProjectAccount
from portfolio.foundation.db import database, fn, for_update
from portfolio.foundation.errors import Finding
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource, Part
from portfolio.tables.dossier import FundingLine


def planned_and_allotted(
    project_id: int, year: int, source: FundingSource, *, lock: bool = True
) -> tuple[Money | None, Money]:
    """What the plan gives (``None``: nothing decided) and what is allotted under it.

    What openings gave, less their reversals, is not of the plan: the second figure is below zero where less
    than that is left.  With ``lock`` the row of the plan, or else the project's account, is held until the
    transaction ends, so that allotments take turns.
    """
    decided = (
        AnnualPlanRow.select()
        .where(
            AnnualPlanRow.project == project_id,
            AnnualPlanRow.year == year,
            AnnualPlanRow.source == source,
            AnnualPlanRow.state == PlanRowState.DECIDED,
        )
        .order_by(AnnualPlanRow.revision.desc())
    )
    row = (for_update(decided) if lock else decided).first()
    if lock and row is None:
        for_update(
            ProjectAccount.select(ProjectAccount.id).where(ProjectAccount.project == project_id)
        ).first()
    return (row.amount if row else None), _allotted_under_plan(project_id, year, source)


def _allotted_under_plan(project_id: int, year: int, source: FundingSource) -> Money:
    """What the lines were allotted, less what openings that stand gave them; one query, so of one moment."""
    mine = [BudgetLine.project == project_id, BudgetLine.year == year, BudgetLine.source == source]
    reverse = Entry.alias()
    undone = fn.EXISTS(reverse.select(reverse.id).where(reverse.corrects == Entry.id))
    opened = Entry.select(fn.SUM(Entry.amount)).join(BudgetLine, on=Entry.line)
    opened = opened.where(*mine, Entry.kind == EntryKind.OPENING, ~undone)
    allotted = BudgetLine.select(fn.SUM(BudgetLine.allotted)).where(*mine)
    left = fn.COALESCE(allotted, 0) - fn.COALESCE(opened, 0)  # queries themselves subtract as sets
    return as_money(Select(columns=[left]).bind(database).tuples().get()[0])


def future_commitments(project_id: int, after_year: int) -> list[Finding]:
    """For each year after ``after_year`` with instalments: whether the approved funding covers them (warn).

    Approved is the fiscal funding of the design, the latest part of the dossier; two queries.
    """
    bound = dict(
        Instalment.select(Instalment.year, fn.SUM(Instalment.amount))
        .join(Contract, on=(Instalment.contract == Contract.id))
        .where(
            Contract.project == project_id,
            Contract.state != ContractState.DRAFT,
            Instalment.year > after_year,
        )
        .group_by(Instalment.year)
        .tuples()
    )
    if not bound:
        return []
    approved = dict(
        FundingLine.select(FundingLine.year, fn.SUM(FundingLine.amount))
        .where(
            FundingLine.project == project_id,
            FundingLine.part == Part.DESIGN,
            FundingLine.source.in_([source.value for source in FundingSource if source.fiscal]),
        )
        .group_by(FundingLine.year)
        .tuples()
    )
    return [
        commitments_finding(year, as_money(total), as_money(approved.get(year)))
        for year, total in sorted(bound.items())
    ]
