"""Statements of a month: their balances, both sides adjusted, and what is still to be done about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from budget.queries.reconciliation import (
    PAIRED,
    bounds,
    cash_entries,
    items,
    open_count,
    outflow,
    waiting,
)
from budget.rules.adjusting import (
    FOLLOWING_RULE,
    Adjustment,
    following_finding,
    gap_finding,
    open_finding,
)
from budget.rules.reconciling import RECONCILING_BASIS, MatchOutcome, Settlement, StatementState
from budget.rules.words import Measure, PaymentMethod
from budget.tables.entry import Entry
from budget.tables.reconciliation import BankStatement, Reconciliation, StatementLine
from portfolio.foundation import rulebook
from portfolio.foundation.access import User
from portfolio.foundation.errors import Finding, Level, NotFound, say
from portfolio.foundation.money import Money

Query = Any


def statements() -> Query:
    """The statements with who brought them and who confirmed them."""
    checker = User.alias()
    return (
        BankStatement.select(BankStatement, User, checker)
        .join(User, on=(BankStatement.made_by == User.id))
        .switch(BankStatement)
        .left_outer_join(checker, on=(BankStatement.checked_by == checker.id), attr="checked_by")
    )


def statement(statement_id: int) -> BankStatement:
    """One statement; raises ``NotFound``."""
    row: BankStatement | None = statements().where(BankStatement.id == statement_id).first()
    if row is None:
        raise NotFound(say("没有这份对账单（编号 {id}）", id=statement_id))
    return row


def in_force() -> Any:  # noqa: ANN401 - a Peewee condition on statements
    """Whether a statement was not withdrawn."""
    return BankStatement.state != StatementState.WITHDRAWN


def of_month(method: PaymentMethod, year: int, month: int) -> BankStatement | None:
    """The statement of a month and way of paying, if there is one; one query."""
    found: BankStatement | None = BankStatement.get_or_none(
        in_force(),
        BankStatement.method == method,
        BankStatement.year == year,
        BankStatement.month == month,
    )
    return found


# --- both sides ---------------------------------------------------------------------------------------------


def carried(row: BankStatement) -> list[Any]:
    """What earlier statements of the account lacked, and what had not left it by the end of this month."""
    pair, shown_on = Reconciliation.alias(), BankStatement.alias()
    stands_for = (
        (pair.entry == Reconciliation.entry)
        & pair.outcome.in_(PAIRED)
        & (pair.settlement != Settlement.WITHDRAWN)
    )
    query = (
        items()
        .switch(Reconciliation)
        .left_outer_join(pair, on=stands_for)
        .left_outer_join(shown_on, on=(pair.statement == shown_on.id))
        .where(
            BankStatement.method == row.method,
            _when(BankStatement) < _number(row),
            Reconciliation.outcome == MatchOutcome.BOOKS_ONLY,
            Reconciliation.settlement.not_in((Settlement.LINKED, Settlement.WITHDRAWN)),
            shown_on.id.is_null() | (_when(shown_on) > _number(row)),
        )
    )
    return list(query.order_by(Reconciliation.id))


def _when(table: Any) -> Any:  # noqa: ANN401 - a table or its alias, and an expression
    return table.year * 12 + table.month


def _number(row: BankStatement) -> int:
    return int(row.year) * 12 + int(row.month)


def _shown_before(row: BankStatement, first: date) -> list[Any]:
    """The entries booked from this month on that an earlier statement shows; one query."""
    query = (
        Entry.select(Entry)
        .join(Reconciliation, on=(Reconciliation.entry == Entry.id))
        .join(BankStatement, on=(Reconciliation.statement == BankStatement.id))
        .where(
            BankStatement.method == row.method,
            _when(BankStatement) < _number(row),
            Reconciliation.outcome.in_(PAIRED),
            Reconciliation.settlement != Settlement.WITHDRAWN,
            Entry.effective_on >= first,
        )
    )
    return list(query)


_SUMMED = (
    *("received", "paid", "returned", "booked"),
    *("not_received", "not_paid", "unbooked_received", "unbooked_paid", "differing"),
)


def adjustment(row: BankStatement, carried_items: Iterable[Any]) -> Adjustment:
    """Both sides of a statement, given what is ``carried``; three queries."""
    first, last = bounds(row.year, row.month)
    before = _shown_before(row, first)
    carried_out = sum(outflow(one.entry).fen for one in carried_items)
    sums = dict.fromkeys(_SUMMED, 0)
    sums["carried_in"] = carried_out - sum(outflow(one).fen for one in before)
    sums["ahead"] = sum(outflow(one).fen for one in before if one.effective_on > last)
    _add_items(sums, row, {one.id for one in before}, first, last)
    for entry in cash_entries(row.method, first, last):
        _add(sums, "returned", "booked", outflow(entry).fen)
    return Adjustment(
        opening=row.opening,
        closing=row.closing,
        carried_out=Money(carried_out),
        **{name: Money(fen) for name, fen in sums.items()},
    )


def _add_items(sums: dict[str, int], row: BankStatement, before: set[int], first: date, last: date) -> None:
    """Add the lines of a statement, and what it lacks; one query."""
    query = (
        Reconciliation.select(
            Reconciliation.outcome,
            Reconciliation.settlement,
            StatementLine.amount,
            Entry.id,
            Entry.measure,
            Entry.amount,
            Entry.effective_on,
        )
        .left_outer_join(StatementLine, on=(Reconciliation.line == StatementLine.id))
        .switch(Reconciliation)
        .left_outer_join(Entry, on=(Reconciliation.entry == Entry.id))
        .where(Reconciliation.statement == row.id)
    )
    for outcome, settlement, bank, key, measure, amount, day in query.tuples().iterator():
        if bank is not None:
            _add(sums, "received", "paid", bank.fen)
        if outcome is MatchOutcome.BANK_ONLY:
            _add(sums, "unbooked_received", "unbooked_paid", bank.fen)
            continue
        fen = amount.fen if measure is Measure.PAID else -amount.fen
        if outcome is not MatchOutcome.BOOKS_ONLY:
            sums["differing"] += bank.fen - fen
            sums["carried_in"] += fen if day < first else 0
            sums["ahead"] += fen if day > last else 0
        elif settlement is not Settlement.LINKED and key not in before:
            _add(sums, "not_received", "not_paid", fen)


def _add(sums: dict[str, int], came: str, went: str, fen: int) -> None:
    """Add what went out (``fen`` above zero) or came in to one of two sums."""
    sums[went if fen > 0 else came] += abs(fen)


# --- what is to be known ------------------------------------------------------------------------------------


def following(row: BankStatement, day: date) -> list[Finding]:
    """How a statement follows the one before it, and the next one follows it, by the rules of ``day``.

    Nothing where the balances, the neighbours or the rule are lacking.  At most three queries.
    """
    rule = rulebook.on(day).rule(FOLLOWING_RULE) if row.opening is not None else None
    if rule is None:
        return []
    others = BankStatement.select().where(
        in_force(),
        BankStatement.method == row.method,
        BankStatement.opening.is_null(False),
    )
    when = _when(BankStatement)
    earlier = others.where(when < _number(row)).order_by(when.desc()).first()
    later = others.where(when > _number(row)).order_by(when).first()
    pairs = [(one, two) for one, two in ((earlier, row), (row, later)) if one is not None and two is not None]
    return [
        following_finding(
            bounds(one.year, one.month)[0],
            one.closing,
            bounds(two.year, two.month)[0],
            two.opening,
            rule.level,
            rule.basis,
        )
        for one, two in pairs
    ]


def ready_findings(row: BankStatement, day: date) -> list[Finding]:
    """What must hold before a statement is submitted or confirmed; at most eight queries."""
    left = items(row.id).where(waiting()).count()
    gap = adjustment(row, carried(row)).gap
    return [open_finding(int(left)), gap_finding(gap), *following(row, day)]


def closing_findings(year: int, month: int) -> list[Finding]:
    """What whoever closes a month should know: warnings, never a bar.  Two queries."""
    count = open_count(year, month)
    known = [
        row[0]
        for row in BankStatement.select(BankStatement.state)
        .where(in_force(), BankStatement.year == year, BankStatement.month == month)
        .tuples()
    ]
    unconfirmed = sum(1 for state in known if state is not StatementState.CONFIRMED)
    asked = [
        (
            "M59",
            bool(known),
            say("本月已导入{n}份对账单", n=len(known)) if known else say("本月尚未导入银行（国库）对账单"),
            say("请导入对账单，核对后再结账"),
        ),
        (
            "M60",
            count == 0,
            say("本月对账没有未处理的差异") if not count else say("本月对账尚有{n}项差异未处理", n=count),
            say("请在对账页面对应、说明或更正后再结账"),
        ),
        (
            "M65",
            not unconfirmed,
            say("本月对账单均已复核") if not unconfirmed else say("本月有{n}份对账单尚未复核", n=unconfirmed),
            say("请由导入人提交，另一名财政经办人复核"),
        ),
    ]
    return [
        Finding(code, passed, what, RECONCILING_BASIS, Level.WARN, remedy=remedy)
        for code, passed, what, remedy in asked
    ]
