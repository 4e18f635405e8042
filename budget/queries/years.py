"""A year of the city's money: ceilings, and what is allotted, released, committed and paid."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from budget.queries import records
from budget.queries.funds import as_money
from budget.rules.sources import ceiling_bound
from budget.rules.words import Measure
from budget.tables.annual_plan import Ceiling, CeilingRevision
from budget.tables.contract import Contract, Instalment
from budget.tables.entry import FundsOrder
from budget.tables.limit_draft import LimitDraft
from budget.tables.line import BudgetLine
from portfolio.foundation.access import User
from portfolio.foundation.db import fn
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of lines; ``budget`` is what was carried in and allotted, less what was carried on."""

    carried_in: Money = Money.ZERO
    allotted: Money = Money.ZERO
    carried_out: Money = Money.ZERO
    released: Money = Money.ZERO
    committed: Money = Money.ZERO
    paid: Money = Money.ZERO

    @property
    def budget(self) -> Money:
        """What there is to spend."""
        return self.carried_in + self.allotted - self.carried_out

    @property
    def uncommitted(self) -> Money:
        """What may still be committed 可承诺."""
        return self.budget - self.committed

    @property
    def unspent(self) -> Money:
        """What is not paid yet 未支付."""
        return self.budget - self.paid

    @property
    def rate(self) -> float | None:
        """What of the budget is paid; ``None`` where there is none."""
        return share(self.paid, self.budget)

    def __add__(self, other: Totals) -> Totals:
        """Add up."""
        return Totals(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Totals)))


@dataclass(frozen=True, slots=True)
class SourceYear:
    """A source in a year; ``ceiling`` is ``None`` where none is set, or none applies (``bound``)."""

    source: FundingSource
    bound: bool
    ceiling: Money | None
    against_ceiling: Money
    totals: Totals

    @property
    def left(self) -> Money | None:
        """What of the ceiling may still be allotted."""
        return None if self.ceiling is None else self.ceiling - self.against_ceiling


@dataclass(frozen=True, slots=True)
class Year:
    """A year by source, and what of it keeps ``systems`` in service running."""

    sources: list[SourceYear]
    systems: Totals

    @property
    def ceiling(self) -> Money:
        """What the city's own sources may give."""
        return Money.total(one.ceiling for one in self.sources if one.ceiling is not None)

    @property
    def left(self) -> Money:
        """What of the ceilings may still be allotted."""
        return Money.total(one.left for one in self.sources if one.left is not None)


def share(part: Money, whole: Money) -> float | None:
    """A part of a whole, for display; ``None`` where there is no whole."""
    return part.fen / whole.fen if whole else None


_NAMES = tuple(one.name for one in fields(Totals))


def of_year(year: int, actor: Actor) -> Year:
    """The year's money in the actor's view by source, with the ceilings; two queries."""
    sums = [fn.SUM(getattr(BudgetLine, name)) for name in _NAMES]
    of_system = BudgetLine.system.is_null(False)
    lines: dict[FundingSource, Totals] = {}
    systems = Totals()
    for source, runs, *amounts in (
        records.lines(actor)
        .select(BudgetLine.source, of_system, *sums)
        .where(BudgetLine.year == year)
        .group_by(BudgetLine.source, of_system)
        .tuples()
    ):
        part = Totals(*(as_money(one) for one in amounts))
        lines[FundingSource(source)] = lines.get(FundingSource(source), Totals()) + part
        systems = systems + part if runs else systems
    ceilings = {row.source: row for row in Ceiling.select().where(Ceiling.year == year)}
    shown = [source for source in FundingSource if source in lines or source in ceilings]
    return Year(
        [
            SourceYear(
                source,
                ceiling_bound(source),
                ceilings[source].amount if source in ceilings else None,
                ceilings[source].allotted if source in ceilings else Money.ZERO,
                lines.get(source, Totals()),
            )
            for source in shown
        ],
        systems,
    )


def by_project(year: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee query
    """The projects with money of the year in the actor's view, each with its sums, as a query for a list."""
    budget = BudgetLine.carried_in + BudgetLine.allotted - BudgetLine.carried_out
    shown = {"budget": budget, "released": BudgetLine.released, "committed": BudgetLine.committed}
    summed = {**shown, "paid": BudgetLine.paid}
    sums = [fn.SUM(what).converter(as_money).alias(name) for name, what in summed.items()]
    seen = records.lines(actor).select(BudgetLine.id).where(BudgetLine.year == year)
    return (
        Project.select(Project.id, Project.code, Project.name, *sums)
        .join(BudgetLine, on=(BudgetLine.project == Project.id))
        .where(BudgetLine.id.in_(seen))
        .group_by(Project.id, Project.code, Project.name)
    )


def project_sums(query: Any) -> dict[str, Any]:  # noqa: ANN401 - a Peewee query
    """The sums over all rows of ``by_project``, filtered or not; one query."""
    rows = query.alias("rows")
    names = ("budget", "released", "committed", "paid")
    found = Project.select(*(fn.SUM(getattr(rows.c, name)) for name in names)).from_(rows).tuples().first()
    sums = {name: as_money(one) for name, one in zip(names, found, strict=True)}
    unspent = sums["budget"] - sums["paid"]
    return {**sums, "unspent": unspent, "rate": share(sums["paid"], sums["budget"])}


def revisions(year: int) -> list[CeilingRevision]:
    """Every amount that the ceilings of a year had, newest first, with who set it; one query."""
    return list(all_revisions().where(Ceiling.year == year).order_by(CeilingRevision.id.desc()))


def all_revisions() -> Any:  # noqa: ANN401 - a Peewee query
    """The revisions of all ceilings, each with its ceiling, who drafted and who set it, for a list."""
    drafter = User.alias()
    return (
        CeilingRevision.select(CeilingRevision, Ceiling, User, LimitDraft, drafter)
        .join(Ceiling, on=(CeilingRevision.ceiling == Ceiling.id))
        .switch(CeilingRevision)
        .join(User, on=(CeilingRevision.set_by == User.id))
        .switch(CeilingRevision)
        .left_outer_join(LimitDraft, on=(LimitDraft.revision == CeilingRevision.id), attr="draft")
        .left_outer_join(drafter, on=(LimitDraft.drafted_by == drafter.id), attr="drafted_by")
    )


def waiting_instalments(project_id: int, year: int) -> list[Any]:
    """The instalments of a year, of contracts in force, that are not wholly committed yet; one query."""
    return list(
        Instalment.select(Instalment, Contract)
        .join(Contract, on=(Instalment.contract == Contract.id))
        .where(
            Contract.project == project_id,
            Contract.signed_by.is_null(False),
            Instalment.year == year,
            Instalment.committed < Instalment.amount,
        )
        .order_by(Contract.id, Instalment.number)
    )


def sums(query: Any, table: Any, *names: str) -> dict[str, Money]:  # noqa: ANN401 - a Peewee query
    """The sums of columns over a list's query; one query."""
    found = query.select(*(fn.SUM(getattr(table, name)) for name in names)).order_by().tuples().first()
    return {name: as_money(one) for name, one in zip(names, found, strict=True)}


def contract_sums(query: Any) -> dict[str, Money]:  # noqa: ANN401 - a Peewee query
    """What the contracts of a list come to, what of it is paid, and what is not; one query."""
    due = fn.COALESCE(Contract.settled_value, Contract.value)
    found = query.select(fn.SUM(due), fn.SUM(Contract.paid)).order_by().tuples().first()
    value, paid = (as_money(one) for one in found)
    return {"value": value, "paid": paid, "unpaid": value - paid}


def drafted_orders(line_id: int) -> list[Any]:
    """The orders on a line that wait for another officer; one query."""
    query = FundsOrder.select().where(FundsOrder.line == line_id, FundsOrder.state == "drafted")
    return list(query.order_by(FundsOrder.id))


def totals_of(measures: dict[Measure, Money]) -> Totals:
    """A line's measures as totals."""
    return Totals(*(measures[Measure(name)] for name in _NAMES))
