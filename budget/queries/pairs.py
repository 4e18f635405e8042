"""Rules between two lines: a virement balances, what one year carries out the next one carries in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from budget.queries.funds import as_money
from budget.queries.periods import closed_months
from budget.rules.words import EntryKind, Measure, RequestState
from budget.tables.annual_plan import BudgetRequest
from budget.tables.closing import LineClosing, YearClosing
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.movement import Movement
from portfolio.foundation.db import fn
from portfolio.foundation.money import Money

Pairs = dict[tuple[int | None, int | None], Money]


def pair_checks() -> Iterator[str]:
    """One line for each pair of lines whose entries do not answer each other."""
    yield from _virements()
    yield from _carried()
    yield from _closings()
    yield from _movements()


def _by_lines(*where: Any) -> Pairs:  # noqa: ANN401 - Peewee conditions
    query = Entry.select(Entry.line, Entry.counter_line, fn.SUM(Entry.amount)).where(*where)
    rows = query.group_by(Entry.line, Entry.counter_line).order_by(Entry.line, Entry.counter_line).tuples()
    return {(line, other): as_money(total) for line, other, total in rows}


def _virements() -> Iterator[str]:
    """What went from one line to another, request by request, adds up to nothing; their year is one."""
    query = Entry.select(Entry.request, fn.MIN(Entry.line), fn.SUM(Entry.amount), fn.COUNT(Entry.id))
    rows = query.where(Entry.kind == EntryKind.VIREMENT).group_by(Entry.request).order_by(Entry.request)
    for request, line, total, count in rows.tuples():
        if as_money(total) or count != 2:
            yield f"line {line}：调剂（请求 {request}）两笔合计 {as_money(total)}，应为 {Money.ZERO}"
    moved = _by_lines(Entry.kind == EntryKind.VIREMENT)
    for (line, other), amount in moved.items():
        answer = moved.get((other, line), Money.ZERO)
        if amount + answer:
            yield f"line {line}：与 line {other} 的调剂 {amount}，对方 {answer}"
    counter = BudgetLine.alias()
    crossed = (
        Entry.select(Entry.line, Entry.number)
        .join(BudgetLine, on=(Entry.line == BudgetLine.id))
        .join(counter, on=(Entry.counter_line == counter.id))
        .where(Entry.kind == EntryKind.VIREMENT, BudgetLine.year != counter.year)
    )
    for line, number in crossed.order_by(Entry.id).tuples():
        yield f"line {line} 第{number}笔：跨年度调剂"


def _carried() -> Iterator[str]:
    """What one year's line carries out is what the next year's line of it carries in."""
    carry = Entry.kind == EntryKind.CARRY_OVER
    out = _by_lines(carry, Entry.measure == Measure.CARRIED_OUT)
    into = _by_lines(carry, Entry.measure == Measure.CARRIED_IN)
    for line, other in sorted({*out, *((one, line) for line, one in into)}, key=str):
        left, taken = (
            out.get((line, other), Money.ZERO),
            into.get((other, line), Money.ZERO),
        )
        if left != taken:
            yield f"line {line}：结转下年 {left}，line {other} 上年结转 {taken}"
    after = BudgetLine.alias()
    strays = (
        LineClosing.select(LineClosing.line, LineClosing.next_line)
        .join(BudgetLine, on=(LineClosing.line == BudgetLine.id))
        .join(after, on=(LineClosing.next_line == after.id))
        .where((after.year != BudgetLine.year + 1) | (after.source != BudgetLine.source))
    )
    for line, other in strays.tuples():
        yield f"line {line}：结转到 line {other}，年度或来源不符"


def _closings() -> Iterator[str]:
    """A closed line carried what its closing says; a closed year has nothing left."""
    carried = dict(
        Entry.select(Entry.line, fn.SUM(Entry.amount))
        .where(Entry.kind == EntryKind.CARRY_OVER, Entry.measure == Measure.CARRIED_OUT)
        .group_by(Entry.line)
        .tuples()
    )
    for row in LineClosing.select().order_by(LineClosing.id):
        held = as_money(carried.pop(row.line_id, None))
        if held != row.carried:
            yield f"line {row.line_id}：年终结转 {row.carried}，凭证合计 {held}"
    for line in sorted(carried):
        yield f"line {line}：有结转凭证而没有年终结转记录"
    for row in YearClosing.select().where(YearClosing.finished_at.is_null(False)):
        if len(closed_months(row.year)) < 12:
            yield f"year_closing {row.year}：年度已结账，有月份未结账"
    left = BudgetLine.carried_in + BudgetLine.allotted - BudgetLine.carried_out - BudgetLine.paid
    closed = YearClosing.select(YearClosing.year).where(YearClosing.finished_at.is_null(False))
    rows = BudgetLine.select(BudgetLine.id, left).where(BudgetLine.year.in_(closed), left != 0)
    for line, amount in rows.order_by(BudgetLine.id).tuples():
        yield f"line {line}：年度已结账，尚余 {as_money(amount)}"


def _movements() -> Iterator[str]:
    """A posted order moved what it said; an order that carries out a request moves what was approved."""
    rows = (
        Movement.select(Movement, FundsOrder, Entry)
        .join(FundsOrder, on=(Movement.order == FundsOrder.id))
        .join(Entry, on=(FundsOrder.entry == Entry.id))
        .order_by(Movement.id)
    )
    for row in rows:
        entry = row.order.entry
        if (entry.measure, entry.amount.fen) != (row.measure, row.sign * row.order.amount.fen):
            yield f"line {entry.line_id} 第{entry.number}笔：与指令不符"
    wrong = (
        Movement.select(FundsOrder.id)
        .join(FundsOrder, on=(Movement.order == FundsOrder.id))
        .switch(Movement)
        .join(BudgetRequest, on=(Movement.request == BudgetRequest.id))
        .where((FundsOrder.amount != BudgetRequest.approved) | (BudgetRequest.state != RequestState.APPROVED))
    )
    for (order,) in wrong.order_by(FundsOrder.id).tuples():
        yield f"funds_order {order}：与批准的预算申请不符"
