"""What statements and books say of one another: exceptions, the balance of a month, what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from budget.queries.funds import as_money
from budget.rules.reconciling import LOOK_BACK_DAYS, RECONCILING_BASIS, WINDOW_DAYS, MatchOutcome, Settlement
from budget.rules.words import EntryKind, Measure, OrderState, PaymentMethod
from budget.tables.contract import Contract, DirectCost, Supplier
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.reconciliation import BankStatement, Reconciliation, StatementLine
from portfolio.foundation.access import User
from portfolio.foundation.db import fn
from portfolio.foundation.errors import Finding, Level, NotFound, say
from portfolio.foundation.money import Money

Query = Any
PAIRED = (MatchOutcome.MATCHED, MatchOutcome.DIFFERING)
EXCEPTIONS = (MatchOutcome.DIFFERING, MatchOutcome.BANK_ONLY, MatchOutcome.BOOKS_ONLY)


def bounds(year: int, month: int) -> tuple[date, date]:
    """The first and last day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def statements() -> Query:
    """The statements with who brought them."""
    return BankStatement.select(BankStatement, User).join(User, on=(BankStatement.made_by == User.id))


def statement(statement_id: int) -> BankStatement:
    """One statement; raises ``NotFound``."""
    row: BankStatement | None = statements().where(BankStatement.id == statement_id).first()
    if row is None:
        raise NotFound(say("没有这份对账单（编号 {id}）", id=statement_id))
    return row


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


def paired_entries(first: date, last: date) -> set[int]:
    """The entries of some days that a line of any statement stands for; one query."""
    rows = (
        Reconciliation.select(Reconciliation.entry)
        .join(Entry, on=(Reconciliation.entry == Entry.id))
        .where(Reconciliation.outcome.in_(PAIRED), Entry.effective_on.between(first, last))
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


def item(item_id: int) -> Any:  # noqa: ANN401 - a Peewee row
    """One of them; raises ``NotFound``."""
    row = items().where(Reconciliation.id == item_id).first()
    if row is None:
        raise NotFound(say("没有这项对账记录（编号 {id}）", id=item_id))
    return row


def waiting() -> Any:  # noqa: ANN401 - a Peewee condition on items
    """Whether an exception still waits: nobody dealt with it, or its correction is not posted yet."""
    ordered = (Reconciliation.settlement == Settlement.CORRECTING) & (FundsOrder.state == OrderState.DRAFTED)
    return Reconciliation.outcome.in_(EXCEPTIONS) & ((Reconciliation.settlement == Settlement.OPEN) | ordered)


def open_count(year: int, month: int) -> int:
    """How many exceptions of a month still wait; one query."""
    query = items().where(waiting(), BankStatement.year == year, BankStatement.month == month)
    return int(query.count())


def closing_findings(year: int, month: int) -> list[Finding]:
    """What whoever closes a month should know: warnings, never a bar.  Two queries."""
    count = open_count(year, month)
    known = BankStatement.select().where(BankStatement.year == year, BankStatement.month == month).count()
    return [
        Finding(
            "M59",
            known > 0,
            say("本月已导入{n}份对账单", n=known) if known else say("本月尚未导入银行（国库）对账单"),
            RECONCILING_BASIS,
            Level.WARN,
            remedy=say("请导入对账单，核对后再结账"),
        ),
        Finding(
            "M60",
            count == 0,
            say("本月对账没有未处理的差异") if not count else say("本月对账尚有{n}项差异未处理", n=count),
            RECONCILING_BASIS,
            Level.WARN,
            remedy=say("请在对账页面对应、说明或更正后再结账"),
        ),
    ]


@dataclass(frozen=True, slots=True)
class Balance:
    """The reconciliation of a month 余额调节表: both sides with what the other lacks, and what is left.

    ``bank`` and ``books`` are what was paid out, net of what came back.
    """

    bank: Money
    books_only: Money
    books: Money
    bank_only: Money
    differing: Money
    other_months: Money
    counts: dict[MatchOutcome, int]

    @property
    def bank_adjusted(self) -> Money:
        """The statement's total with what only the books have."""
        return self.bank + self.books_only

    @property
    def books_adjusted(self) -> Money:
        """The books' total with what only the statement has."""
        return self.books + self.bank_only + self.differing + self.other_months

    @property
    def gap(self) -> Money:
        """What is not explained yet: entries made after the matching; zero when all is well."""
        return self.bank_adjusted - self.books_adjusted


def balance(row: BankStatement) -> Balance:
    """The reconciliation of a statement; three queries."""
    first, last = bounds(row.year, row.month)
    total = StatementLine.select(fn.SUM(StatementLine.amount)).where(StatementLine.statement == row.id)
    found = list(items(row.id).where(Reconciliation.settlement != Settlement.CLEARED)) + list(
        items(row.id).where(Reconciliation.settlement == Settlement.CLEARED)
    )
    sums = dict.fromkeys(("books_only", "bank_only", "differing", "other_months"), 0)
    counts = dict.fromkeys(MatchOutcome, 0)
    for one in found:
        counts[one.outcome] += 1
        if one.outcome is MatchOutcome.BOOKS_ONLY:
            sums["books_only"] += 0 if one.settlement is Settlement.LINKED else outflow(one.entry).fen
        elif one.outcome is MatchOutcome.BANK_ONLY:
            sums["bank_only"] += one.line.amount.fen
        elif first <= one.entry.effective_on <= last:
            sums["differing"] += one.line.amount.fen - outflow(one.entry).fen
        else:
            sums["other_months"] += one.line.amount.fen
    booked = sum(outflow(entry).fen for entry in cash_entries(row.method, first, last))
    return Balance(
        bank=as_money(total.scalar()),
        books=Money(booked),
        counts=counts,
        **{name: Money(fen) for name, fen in sums.items()},
    )
