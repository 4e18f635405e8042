"""The money of a project: in place, by year and source, executed, contracted; and the head of each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from budget.rules.words import AccountState, ContractState, EntryKind, Measure, PlanRowState
from budget.tables.annual_plan import AnnualPlanRow
from budget.tables.contract import Contract, DirectCost
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.tables.project_account import FinalCost, ProjectAccount
from portfolio.foundation.db import fn, get
from portfolio.foundation.errors import say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class FundsInPlace:
    """What the build gate asks of a year: the decided row of the annual plan, the line with most money.

    ``allotted`` is the money of all the project's lines of the year, carried-in money included.
    """

    annual_plan_row_id: int | None
    line_id: int | None
    allotted: Money


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """The money of one year from one source; what was ``carried_in`` is not in ``allotted``."""

    year: int
    source: FundingSource
    planned: Money = Money.ZERO
    carried_in: Money = Money.ZERO
    allotted: Money = Money.ZERO
    carried_out: Money = Money.ZERO
    released: Money = Money.ZERO
    committed: Money = Money.ZERO
    paid: Money = Money.ZERO
    returned: Money = Money.ZERO


@dataclass(frozen=True, slots=True)
class Execution:
    """Budget execution of a year: 年初预算数, 全年预算数 as adjusted, funds received, and paid.

    ``received`` is what was released for payment 用款额度.
    """

    year: int
    initial: Money
    adjusted: Money
    received: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a project; ``left`` is what may still be contracted."""

    project_id: int
    state: AccountState
    cap: Money | None
    preparatory_limit: Money
    contracted: Money
    direct: Money
    allotted: Money
    paid: Money
    final_cost: Money | None = None  # by approved final accounts

    @property
    def over(self) -> bool:
        """Whether what is left is surplus 结余: final accounts are approved, or the project is closed."""
        return self.final_cost is not None or self.state is AccountState.CLOSED

    @property
    def left(self) -> Money:
        """What may still be contracted or spent directly."""
        return (self.preparatory_limit if self.cap is None else self.cap) - self.contracted - self.direct


@dataclass(frozen=True, slots=True)
class FinalAccounts:
    """What final accounts rest on: contracts (settled where they are), direct costs, paid, received.

    ``unsettled`` counts the contracts in force that have no settled value yet; ``effective`` are the codes of
    those that are effective and so not settled.
    """

    contracts: Money
    direct: Money
    paid: Money
    received: Money
    unsettled: int
    effective: tuple[str, ...]


_IN_LINE = BudgetLine.carried_in + BudgetLine.allotted


def _in_plan(year: int) -> Any:  # noqa: ANN401 - a Peewee condition
    """Whether a row of an annual plan is a decided one of ``year``."""
    return (AnnualPlanRow.year == year) & (AnnualPlanRow.state == PlanRowState.DECIDED)


def funds_in_place(project_id: int, year: int) -> FundsInPlace:
    """Whether a project is in the annual plan of ``year`` and has money there; two queries."""
    planned = (
        AnnualPlanRow.select(AnnualPlanRow.id)
        .where(AnnualPlanRow.project == project_id, _in_plan(year))
        .order_by(AnnualPlanRow.amount.desc(), AnnualPlanRow.revision.desc(), AnnualPlanRow.id)
        .first()
    )
    lines = (
        BudgetLine.select(BudgetLine.id, _IN_LINE)
        .where(BudgetLine.project == project_id, BudgetLine.year == year, _IN_LINE > 0)
        .order_by(_IN_LINE.desc(), BudgetLine.id)
        .tuples()
    )
    found = list(lines)
    return FundsInPlace(
        planned.id if planned else None,
        found[0][0] if found else None,
        Money.total(as_money(amount) for _, amount in found),
    )


def in_place(year: int) -> Any:  # noqa: ANN401 - a Peewee condition on projects
    """Whether a project has what ``funds_in_place`` looks for: its row in the plan of a year, and money."""
    planned = AnnualPlanRow.select(AnnualPlanRow.id).where(
        AnnualPlanRow.project == Project.id, _in_plan(year)
    )
    lines = BudgetLine.select(BudgetLine.id).where(
        BudgetLine.project == Project.id, BudgetLine.year == year, _IN_LINE > 0
    )
    return fn.EXISTS(planned) & fn.EXISTS(lines)


_TOTALS = tuple(measure.value for measure in Measure)


def project_money(project_id: int) -> list[ProjectMoney]:
    """The project's money by year and source, in that order; two queries.

    ``planned`` is the last decided revision of the annual plan.
    """
    return money_by_year(project_id, project_lines(project_id))


def project_lines(project_id: int) -> list[BudgetLine]:
    """The lines of a project by year; one query."""
    query = BudgetLine.select().where(BudgetLine.project == project_id)
    return list(query.order_by(BudgetLine.year, BudgetLine.source, BudgetLine.id))


def money_by_year(project_id: int, lines: Sequence[Any]) -> list[ProjectMoney]:
    """``project_money`` of lines that are read already; one query, for the plan."""
    rows: dict[tuple[int, FundingSource], dict[str, Money]] = {}
    for row in _decided_rows(project_id):
        rows[(row.year, row.source)] = {"planned": row.amount}  # later revisions come later
    for line in lines:
        totals = rows.setdefault((line.year, line.source), {})
        for name in _TOTALS:
            totals[name] = totals.get(name, Money.ZERO) + getattr(line, name)
    return [
        ProjectMoney(year, source, **totals)
        for (year, source), totals in sorted(rows.items(), key=lambda item: item[0])
    ]


def sum_of_years(years: Sequence[ProjectMoney]) -> dict[str, Money]:
    """The sums over all years and sources, and what is not paid; what is carried on is counted once."""
    sums = {
        name: Money.total(getattr(one, name) for one in years)
        for name in ("planned", "carried_in", "allotted", "carried_out", "released", "committed", "paid")
    }
    return {**sums, "unpaid": sums["carried_in"] + sums["allotted"] - sums["carried_out"] - sums["paid"]}


def _decided_rows(project_id: int) -> list[Any]:
    return list(
        AnnualPlanRow.select()
        .where(AnnualPlanRow.project == project_id, AnnualPlanRow.state == PlanRowState.DECIDED)
        .order_by(AnnualPlanRow.year, AnnualPlanRow.source, AnnualPlanRow.revision)
    )


INITIAL_KINDS = (EntryKind.OPENING, EntryKind.ALLOT, EntryKind.CARRY_OVER)
"""Entries that make the budget of the year as it began; the others adjust it."""


def execution(project_id: int) -> list[Execution]:
    """Budget execution of the project's lines by year; two queries.

    The initial budget is what was first allotted or carried in (reversals taken off), the adjusted one what
    the lines hold after additions, reductions, virements and recalls.  Paid is net of refunds in the year.
    """
    corrected = Entry.alias()
    of_entry = fn.COALESCE(corrected.kind, Entry.kind)
    initial = dict(
        Entry.select(BudgetLine.year, fn.SUM(Entry.amount))
        .join(BudgetLine, on=(Entry.line == BudgetLine.id))
        .left_outer_join(corrected, on=(Entry.corrects == corrected.id))
        .where(
            BudgetLine.project == project_id,
            Entry.measure.in_([Measure.ALLOTTED, Measure.CARRIED_IN]),
            of_entry.in_([kind.value for kind in INITIAL_KINDS]),
        )
        .group_by(BudgetLine.year)
        .tuples()
    )
    lines = (
        BudgetLine.select(
            BudgetLine.year,
            fn.SUM(BudgetLine.carried_in + BudgetLine.allotted),
            fn.SUM(BudgetLine.released),
            fn.SUM(BudgetLine.paid),
        )
        .where(BudgetLine.project == project_id)
        .group_by(BudgetLine.year)
        .order_by(BudgetLine.year)
        .tuples()
    )
    return [
        Execution(year, as_money(initial.get(year)), as_money(total), as_money(released), as_money(paid))
        for year, total, released, paid in lines
    ]


def account(project_id: int) -> Account | None:
    """The project's account, or ``None`` while it has none; one query."""
    names = [field.name for field in fields(Account)][1:-1]
    row = (
        ProjectAccount.select(*(getattr(ProjectAccount, name) for name in names), FinalCost.amount)
        .left_outer_join(FinalCost, on=(FinalCost.project == ProjectAccount.project))
        .where(ProjectAccount.project == project_id)
        .tuples()
        .first()
    )
    return Account(project_id, *row) if row is not None else None


def line_balance(line_id: int, as_of: date) -> dict[Measure, Money]:
    """The totals of a line as they stood at the end of ``as_of``: the sums of its entries up to that day."""
    get(BudgetLine, line_id, say("预算指标"))
    sums = dict(
        Entry.select(Entry.measure, fn.SUM(Entry.amount))
        .where(Entry.line == line_id, Entry.effective_on <= as_of)
        .group_by(Entry.measure)
        .tuples()
    )
    return {measure: as_money(sums.get(measure)) for measure in Measure}


def final_accounts(project_id: int, lines: Sequence[Any] | None = None) -> FinalAccounts:
    """What the project's final accounts rest on, with its ``lines`` where they are read; three queries."""
    signed = (Contract.project == project_id) & (Contract.state != ContractState.DRAFT)
    contracts = list(
        Contract.select(Contract.code, Contract.state, Contract.value, Contract.settled_value)
        .where(signed)
        .order_by(Contract.id)
    )
    direct = (
        DirectCost.select(fn.SUM(DirectCost.amount))
        .where(DirectCost.project == project_id, DirectCost.approved_by.is_null(False))
        .scalar()
    )
    held = project_lines(project_id) if lines is None else lines
    return FinalAccounts(
        contracts=Money.total(
            one.value if one.settled_value is None else one.settled_value for one in contracts
        ),
        direct=as_money(direct),
        paid=Money.total(line.paid - line.returned for line in held),
        received=Money.total(line.released for line in held),
        unsettled=sum(1 for one in contracts if one.settled_value is None),
        effective=tuple(one.code for one in contracts if one.state is ContractState.EFFECTIVE),
    )


def as_money(found: Any) -> Money:  # noqa: ANN401 - a driver's sum, or money already
    """Money of whatever a sum of fen comes back as."""
    return found if isinstance(found, Money) else Money(int(found or 0))
