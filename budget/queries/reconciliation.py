"""What statements and books say of one another, item by item, and what is still open."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from budget.rules.reconciling import LOOK_BACK_DAYS, WINDOW_DAYS, MatchOutcome, Settlement
from budget.rules.words import EntryKind, Measure, OrderState, PaymentMethod
from budget.tables.contract import Contract, DirectCost, Supplier
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.reconciliation import BankStatement, Reconciliation, StatementLine
from portfolio.foundation.access import User
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.money import Money

Query = Any
PAIRED = (MatchOutcome.MATCHED, MatchOutcome.DIFFERING)
EXCEPTIONS = (MatchOutcome.DIFFERING, MatchOutcome.BANK_ONLY, MatchOutcome.BOOKS_ONLY)


def bounds(year: int, month: int) -> tuple[date, date]:
    """The first and last day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def cash_entries(method: PaymentMethod, first: date, last: date) -> Query:
    """The entries by which money went out or came back in some days, with line, payee and contract."""
    undone = Entry.alias()
    red = Entry.corrects == undone.id
    return (
        Entry.select(Entry, BudgetLine, Contract, Supplier, DirectCost, undone)
        .join(BudgetLine, on=(Entry.line == BudgetLine.id))
        .switch(Entry)
        .left_outer_join(Contract, on=(Entry.contract == Contract.id), attr="contract")
        .left_outer_join(Supplier, on=(Contract.supplier == Supplier.id))
        .switch(Entry)
        .left_outer_join(DirectCost, on=(Entry.direct_cost == DirectCost.id), attr="direct_cost")
        .switch(Entry)
        .left_outer_join(undone, on=red, attr="undone")
        .where(
            BudgetLine.method == method,
            Entry.effective_on.between(first, last),
            Entry.measure.in_((Measure.PAID, Measure.RETURNED)),
            Entry.kind.in_((EntryKind.PAY, EntryKind.REFUND, EntryKind.REVERSE)),
        )
    )


def outflow(entry: Any) -> Money:  # noqa: ANN401 - a Peewee row
    """What went out by an entry; negative for what came back."""
    amount: Money = entry.amount
    return amount if entry.measure is Measure.PAID else -amount


def payee(entry: Any) -> str:  # noqa: ANN401 - a Peewee row with contract and cost
    """Whoever was paid."""
    if entry.contract_id is not None:
        return str(entry.contract.supplier.name)
    return str(entry.direct_cost.payee) if entry.direct_cost_id is not None else ""


def in_force() -> Any:  # noqa: ANN401 - a Peewee condition on items
    """Whether an item was not withdrawn together with its statement."""
    return Reconciliation.settlement != Settlement.WITHDRAWN


def paired_entries(first: date, last: date) -> set[int]:
    """The entries of some days that a line of any statement stands for; one query."""
    rows = (
        Reconciliation.select(Reconciliation.entry)
        .join(Entry, on=(Reconciliation.entry == Entry.id))
        .where(in_force(), Reconciliation.outcome.in_(PAIRED), Entry.effective_on.between(first, last))
    )
    return {row[0] for row in rows.tuples()}


def missing_entries(first: date, last: date) -> set[int]:
    """The entries of some days that a statement lacked, and for which no line has been found; one query."""
    rows = (
        Reconciliation.select(Reconciliation.entry)
        .join(Entry, on=(Reconciliation.entry == Entry.id))
        .where(
            Reconciliation.outcome == MatchOutcome.BOOKS_ONLY,
            Reconciliation.settlement.in_((Settlement.OPEN, Settlement.EXPLAINED)),
            Entry.effective_on.between(first, last),
        )
    )
    return {row[0] for row in rows.tuples()}


def around(year: int, month: int) -> tuple[date, date]:
    """The days whose payments may be on the statement of a month."""
    first, last = bounds(year, month)
    return first - timedelta(days=LOOK_BACK_DAYS), last + timedelta(days=WINDOW_DAYS)


def items(statement_id: int | None = None) -> Query:
    """Lines and payments as they stand to one another, with everything that they name."""
    settler = User.alias()
    query = (
        Reconciliation.select(
            Reconciliation, BankStatement, StatementLine, Entry, BudgetLine, Contract, Supplier, DirectCost,
            FundsOrder, settler,
        )
        .join(BankStatement, on=(Reconciliation.statement == BankStatement.id))
        .switch(Reconciliation)
        .left_outer_join(StatementLine, on=(Reconciliation.line == StatementLine.id), attr="line")
        .switch(Reconciliation)
        .left_outer_join(Entry, on=(Reconciliation.entry == Entry.id), attr="entry")
        .left_outer_join(BudgetLine, on=(Entry.line == BudgetLine.id), attr="line")
        .switch(Entry)
        .left_outer_join(Contract, on=(Entry.contract == Contract.id), attr="contract")
        .left_outer_join(Supplier, on=(Contract.supplier == Supplier.id))
        .switch(Entry)
        .left_outer_join(DirectCost, on=(Entry.direct_cost == DirectCost.id), attr="direct_cost")
        .switch(Reconciliation)
        .left_outer_join(FundsOrder, on=(Reconciliation.order == FundsOrder.id), attr="order")
        .switch(Reconciliation)
        .left_outer_join(settler, on=(Reconciliation.settled_by == settler.id), attr="settled_by")
    )  # fmt: skip
    return query if statement_id is None else query.where(Reconciliation.statement == statement_id)


def says(word: str) -> Any:  # noqa: ANN401 - a Peewee condition on items
    """Whether the statement or the books have a text in what they say of an item."""
    texts = (
        *(StatementLine.payee, StatementLine.reference, StatementLine.note),
        *(Supplier.name, DirectCost.payee, Contract.code, Entry.note),
    )
    return reduce(or_, (one.contains(word) for one in texts))


def item(item_id: int) -> Any:  # noqa: ANN401 - a Peewee row
    """One of them; raises ``NotFound``."""
    row = items().where(Reconciliation.id == item_id).first()
    if row is None:
        raise NotFound(say("没有这项对账记录（编号 {id}）", id=item_id))
    return row


def waiting() -> Any:  # noqa: ANN401 - a Peewee condition on items
    """Whether an exception still waits: nobody dealt with it, or its correction is not posted yet.

    One whose correction was withdrawn is open again.
    """
    ordered = (Reconciliation.settlement == Settlement.CORRECTING) & (FundsOrder.state == OrderState.DRAFTED)
    return Reconciliation.outcome.in_(EXCEPTIONS) & ((Reconciliation.settlement == Settlement.OPEN) | ordered)


def open_count(year: int, month: int) -> int:
    """How many exceptions of a month still wait; one query."""
    query = items().where(waiting(), BankStatement.year == year, BankStatement.month == month)
    return int(query.count())
