"""A year before, while and after it is closed: what stands against it, and what becomes of each line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from budget.queries import records
from budget.queries.periods import closed_months
from budget.rules.closing import Outcome, outcome, readiness
from budget.rules.words import AccountState, ApplicationState, OrderState
from budget.tables.closing import LineClosing, YearClosing
from budget.tables.contract import Contract, Instalment
from budget.tables.entry import FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from budget.tables.project_account import FinalCost, ProjectAccount
from portfolio.foundation.access import User
from portfolio.foundation.db import fn
from portfolio.foundation.errors import Finding
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor

LEFT = BudgetLine.carried_in + BudgetLine.allotted - BudgetLine.carried_out - BudgetLine.paid
"""What of a line is not paid and not carried on."""

_BETWEEN = (ApplicationState.APPLIED, ApplicationState.CHECKED)


def findings(year: int, today: date) -> list[Finding]:
    """What the closing of a year is held against; two queries."""
    done = set(closed_months(year))
    of_year = BudgetLine.select(BudgetLine.id).where(BudgetLine.year == year)
    applications = PaymentApplication.select(fn.COUNT(PaymentApplication.id)).where(
        PaymentApplication.line.in_(of_year), PaymentApplication.state.in_([one.value for one in _BETWEEN])
    )
    orders = FundsOrder.select(fn.COUNT(FundsOrder.id)).where(
        FundsOrder.line.in_(of_year), FundsOrder.state == OrderState.DRAFTED
    )
    closed = YearClosing.select(YearClosing.year).where(YearClosing.finished_at.is_null(False))
    earliest = BudgetLine.select(fn.MIN(BudgetLine.year), applications, orders).where(
        BudgetLine.year < year, LEFT > 0, BudgetLine.year.not_in(closed)
    )
    before, open_applications, open_orders = earliest.tuples().first()
    return readiness(
        year,
        today,
        open_months=[month for month in range(1, 13) if month not in done],
        applications=int(open_applications),
        orders=int(open_orders),
        earlier=before,
    )


def closing_of(year: int) -> Any | None:  # noqa: ANN401 - a Peewee row
    """The closing of a year with its people, if anybody began one; one query."""
    drafter, poster = User.alias(), User.alias()
    return (
        YearClosing.select(YearClosing, drafter, poster)
        .join(drafter, on=(YearClosing.drafted_by == drafter.id), attr="drafted_by")
        .switch(YearClosing)
        .left_outer_join(poster, on=(YearClosing.posted_by == poster.id), attr="posted_by")
        .where(YearClosing.year == year)
        .first()
    )


def is_year_closed(year: int) -> bool:
    """Whether the closing of a year was carried out, or is being carried out."""
    query = YearClosing.select().where(YearClosing.year == year, YearClosing.posted_at.is_null(False))
    return bool(query.exists())


def unpaid_instalments() -> Any:  # noqa: ANN401 - a Peewee condition
    """What contracts in force still owe; a draft binds nobody."""
    in_force = Contract.select(Contract.id).where(Contract.signed_by.is_null(False))
    return (Instalment.amount > Instalment.paid) & Instalment.contract.in_(in_force)


def lines_left(year: int) -> Any:  # noqa: ANN401 - a Peewee query
    """The ids of a year's lines that have unspent money or unpaid instalments, and are not closed."""
    done = LineClosing.select(LineClosing.line)
    unpaid = Instalment.select(Instalment.line).where(Instalment.line.is_null(False), unpaid_instalments())
    return (
        BudgetLine.select(BudgetLine.id)
        .where(BudgetLine.year == year, (LEFT > 0) | BudgetLine.id.in_(unpaid), BudgetLine.id.not_in(done))
        .order_by(BudgetLine.id)
    )


def lines_to_close(year: int, actor: Actor) -> records.Query:
    """The lines of a year with unspent money, or closed, each with its project or system, for a list."""
    done = LineClosing.select(LineClosing.line)
    return records.lines(actor).where(BudgetLine.year == year, (LEFT > 0) | BudgetLine.id.in_(done))


def outcomes(lines: Iterable[Any], lapse_years: int | None) -> dict[int, Outcome]:
    """What would become of each line if its year were closed now; three queries, with that of the lines."""
    rows = list(lines)
    years = {row.year for row in rows}
    over = dict(
        ProjectAccount.select(ProjectAccount.project, ProjectAccount.state)
        .left_outer_join(FinalCost, on=(FinalCost.project == ProjectAccount.project))
        .where((ProjectAccount.state == AccountState.CLOSED) | FinalCost.id.is_null(False))
        .tuples()
    )
    arrived: dict[int, dict[int, Money]] = defaultdict(dict)
    carried_in = any(row.carried_in for row in rows)
    came = (
        LineClosing.select(LineClosing)
        .join(BudgetLine, on=(LineClosing.next_line == BudgetLine.id))
        .where(BudgetLine.year.in_(years))
    )
    for earlier in came if carried_in else ():
        parts = arrived[earlier.next_line_id]
        for origin, fen in earlier.origins.items():
            parts[int(origin)] = parts.get(int(origin), Money.ZERO) + Money(fen)
    return {row.id: _outcome(row, arrived[row.id], lapse_years, _most(row, over)) for row in rows}


def _most(line: Any, over: dict[int, AccountState]) -> Money | None:  # noqa: ANN401 - a Peewee row
    """What may go on: nothing once the project is closed, what is committed after its final accounts."""
    if line.project_id not in over:
        return None
    closed = over[line.project_id] is AccountState.CLOSED
    return Money.ZERO if closed else line.committed - line.paid + line.returned


def _outcome(line: Any, arrived: dict[int, Money], lapse_years: int | None, most: Money | None) -> Outcome:  # noqa: ANN401
    parts = dict(arrived)
    known = Money.total(parts.values())
    if known < line.carried_in:  # carried in before years were closed here
        before = line.year - 1
        parts[before] = parts.get(before, Money.ZERO) + line.carried_in - known
    parts[line.year] = parts.get(line.year, Money.ZERO) + line.allotted
    left = line.carried_in + line.allotted - line.carried_out - line.paid
    return outcome(parts, left, year=line.year, lapse_years=lapse_years, most=most)


def progress(year: int) -> tuple[int, int]:
    """How many lines of a year are closed, and how many there are to close; two queries."""
    done = LineClosing.select().join(BudgetLine, on=(LineClosing.line == BudgetLine.id))
    closed = done.where(BudgetLine.year == year).count()
    return closed, closed + lines_left(year).count()


def found_for(year: int, lapse_years: int | None, actor: Actor, *, begun: bool) -> dict[int, Outcome]:
    """What became, or would become, of every line of a year; at most four queries."""
    waiting = outcomes(records.lines(actor).where(BudgetLine.year == year, LEFT > 0), lapse_years)
    return {**waiting, **(_closed_lines(year) if begun else {})}


def _closed_lines(year: int) -> dict[int, Outcome]:
    rows = LineClosing.select().join(BudgetLine, on=(LineClosing.line == BudgetLine.id))
    return {
        row.line_id: Outcome({int(key): Money(fen) for key, fen in row.origins.items()}, row.lapsed)
        for row in rows.where(BudgetLine.year == year)
    }
