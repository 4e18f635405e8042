"""Rules between the books and the papers behind them: an entry and its order, a limit and its document.

Each rule is a query that returns offenders.  What a paper says is held against the audit log, which has
chains and anchors of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from budget.queries.funds import as_money
from budget.queries.reconciliation import bounds
from budget.rules.sources import OWN_LEVEL
from budget.rules.words import (
    ApplicationState,
    EntryKind,
    LimitState,
    OrderState,
    PeriodState,
    ProgrammeMeasure,
)
from budget.tables.annual_plan import AnnualPlanRow, Ceiling, CeilingRevision
from budget.tables.contract import Contract, Instalment
from budget.tables.counterpart import CounterpartReceipt
from budget.tables.entry import Entry, FundsOrder
from budget.tables.limit_draft import LimitDraft
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication, PostingRequest
from budget.tables.period import Period
from budget.tables.programme import ProgrammeEntry
from budget.tables.project_account import FinalCost, ProjectAccount
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.db import fn
from portfolio.foundation.money import Money

_BY_ORDER = (
    *(EntryKind.OPENING, EntryKind.ALLOT, EntryKind.ADJUST),
    *(EntryKind.RELEASE, EntryKind.REFUND, EntryKind.REVERSE),
)
"""Kinds of which every entry is the one that its order names."""


def warrant_checks() -> Iterator[str]:
    """One line for each entry without its paper, paper without its entry, and limit without its basis."""
    yield from _requests()
    yield from _payments()
    yield from _orders()
    yield from _late()
    yield from _placed()
    yield from _ceilings()
    yield from _ends()
    yield from _audited()
    yield from _programme()


def _named(entry: Any) -> str:  # noqa: ANN401 - a Peewee row
    return f"line {entry.line_id} 第{entry.number}笔（凭证 {entry.id}）"


def _requests() -> Iterator[str]:
    """An entry that came of a request has it, so that the same key cannot be posted again."""
    rows = (
        Entry.select(Entry.id, Entry.line, Entry.number)
        .left_outer_join(PostingRequest, on=(Entry.request == PostingRequest.id))
        .where(Entry.request.is_null(False), PostingRequest.id.is_null() | PostingRequest.answer.is_null())
    )
    for entry in rows.order_by(Entry.id):
        yield f"{_named(entry)}：记账请求缺失"


def _payments() -> Iterator[str]:
    """A payment is what was applied for, checked and posted, by the same people; and the other way round."""
    asked = PaymentApplication
    same = (
        (asked.state == ApplicationState.POSTED)
        & (asked.line == Entry.line)
        & (asked.amount == Entry.amount)
        & (fn.COALESCE(asked.instalment, 0) == fn.COALESCE(Entry.instalment, 0))
        & (fn.COALESCE(asked.direct_cost, 0) == fn.COALESCE(Entry.direct_cost, 0))
        & (asked.applied_by == Entry.maker)
        & (asked.checked_by == Entry.checker)
        & (asked.posted_by == Entry.posted_by)
    )
    rows = (
        Entry.select(Entry.id, Entry.line, Entry.number)
        .left_outer_join(asked, on=((Entry.application == asked.id) & same))
        .where(Entry.kind == EntryKind.PAY, asked.id.is_null())
    )
    for entry in rows.order_by(Entry.id):
        yield f"{_named(entry)}：与付款申请不符"
    paid = (Entry.application == asked.id) & (Entry.kind == EntryKind.PAY)
    unpaid = (
        asked.select(asked.id)
        .left_outer_join(Entry, on=paid)
        .where(asked.state == ApplicationState.POSTED, Entry.id.is_null())
    )
    for row in unpaid.order_by(asked.id):
        yield f"payment_application {row.id}：已支付而没有凭证"


def _orders() -> Iterator[str]:
    """An order that was posted is what its entry says, and an entry of its kind has an order."""
    same = (
        (FundsOrder.kind == Entry.kind)
        & (FundsOrder.line == Entry.line)
        & (FundsOrder.amount == fn.ABS(Entry.amount))
        & (FundsOrder.drafted_by == Entry.maker)
        & (FundsOrder.posted_by == Entry.posted_by)
    )
    posted = (
        FundsOrder.select(FundsOrder.id)
        .left_outer_join(Entry, on=((FundsOrder.entry == Entry.id) & same))
        .where(FundsOrder.state == OrderState.POSTED, Entry.id.is_null())
    )
    for row in posted.order_by(FundsOrder.id):
        yield f"funds_order {row.id}：与凭证不符"
    rows = (
        Entry.select(Entry.id, Entry.line, Entry.number)
        .left_outer_join(FundsOrder, on=(FundsOrder.entry == Entry.id))
        .where(Entry.kind.in_(_BY_ORDER), FundsOrder.id.is_null())
    )
    for entry in rows.order_by(Entry.id):
        yield f"{_named(entry)}：没有指令"


def _late() -> Iterator[str]:
    """A closed month has no entry that was written after it was closed."""
    closed = Period.select().where(Period.state == PeriodState.CLOSED)
    for month in closed.order_by(Period.year, Period.month):
        rows = Entry.select(Entry.id, Entry.line, Entry.number).where(
            Entry.effective_on.between(*bounds(month.year, month.month)), Entry.at > month.changed_at
        )
        for entry in rows.order_by(Entry.id):
            yield f"{_named(entry)}：记入已结账的{month.year}年{month.month}月"


def _placed() -> Iterator[str]:
    """An instalment is committed on a line of its own project or system, year and source."""
    same = (
        (fn.COALESCE(BudgetLine.project, 0) == fn.COALESCE(Contract.project, 0))
        & (fn.COALESCE(BudgetLine.system, 0) == fn.COALESCE(Contract.system, 0))
        & (BudgetLine.year == Instalment.year)
        & (BudgetLine.source == Instalment.source)
    )
    rows = (
        Instalment.select(Instalment.id, Instalment.line)
        .join(Contract, on=(Instalment.contract == Contract.id))
        .left_outer_join(BudgetLine, on=((Instalment.line == BudgetLine.id) & same))
        .where(Instalment.committed != Money.ZERO, BudgetLine.id.is_null())
    )
    for row in rows.order_by(Instalment.id):
        yield f"instalment {row.id}：与 line {row.line_id} 的项目、年度或来源不符"


def _ceilings() -> Iterator[str]:
    """A ceiling is what its last revision says; what was allotted of a year has one."""
    last = {row.ceiling_id: row.amount for row in CeilingRevision.select().order_by(CeilingRevision.revision)}
    held = set()
    for row in Ceiling.select().order_by(Ceiling.year, Ceiling.source):
        held.add((row.year, row.source))
        if row.amount != last.get(row.id):
            yield f"ceiling {row.year} {row.source}：规模 {row.amount} 与最后一次核定 {last.get(row.id)} 不符"
    allotted = (
        BudgetLine.select(BudgetLine.year, BudgetLine.source, fn.SUM(BudgetLine.allotted))
        .where(BudgetLine.source.in_([source.value for source in OWN_LEVEL]))
        .group_by(BudgetLine.year, BudgetLine.source)
    )
    for year, source, total in sorted(allotted.tuples()):
        if as_money(total) and (year, source) not in held:
            yield f"ceiling {year} {source}：已下达 {as_money(total)}，没有年度规模"


def _ends() -> Iterator[str]:
    """A contract that two officers ended comes to what they put down."""
    rows = (
        LimitDraft.select(LimitDraft, Contract)
        .join(Contract)
        .where(
            LimitDraft.state == LimitState.CONFIRMED,
            Contract.settled_value.is_null() | (LimitDraft.amount != Contract.settled_value),
        )
    )
    for row in rows.order_by(LimitDraft.id):
        yield f"contract {row.contract.code}：结算价 {row.contract.settled_value}，核定为 {row.amount}"


def _audited() -> Iterator[str]:
    """What a row says is what was put down when it was done."""
    for table, kind, action, key, said, column in _SAID:
        told = _told(kind, action, said)
        name = table._meta.table_name
        for row in table.select().order_by(table.id).iterator():
            held = getattr(row, column)
            found = told.pop(row.__data__[key], None)
            if found is None and (held is None or held == Money.ZERO or _not_yet(row)):
                continue
            if found is None or _plain(held) != found:
                yield f"{name} {row.id}：{column} 与审计日志不符"
        for subject in sorted(told):
            yield f"{name}：审计日志中的 {kind} {subject} 缺失"


def _told(kind: str, action: str, said: str) -> dict[int, Any]:
    """What the last act of its name on each subject put down."""
    rows = (
        AuditEntry.select(AuditEntry.subject_id, AuditEntry.data)
        .where(AuditEntry.subject_kind == kind, AuditEntry.action == action)
        .order_by(AuditEntry.subject_id, AuditEntry.number)
    )
    return {subject: data.get(said) for subject, data in rows.tuples()}


def _plain(held: Any) -> Any:  # noqa: ANN401 - money, a word or a number
    return held.fen if isinstance(held, Money) else held


def _not_yet(row: Any) -> bool:  # noqa: ANN401 - a Peewee row
    """Whether nothing has been done yet that the log would tell of."""
    return getattr(row, "decided_at", True) is None or getattr(row, "signed_at", True) is None


_SAID: tuple[tuple[Any, str, str, str, str, str], ...] = (
    (Ceiling, "ceiling", "ceiling.set", "id", "amount", "amount"),
    (AnnualPlanRow, "annual_plan_row", "annual_plan.decide", "id", "amount", "amount"),
    (AnnualPlanRow, "annual_plan_row", "annual_plan.draft", "id", "source", "source"),
    (AnnualPlanRow, "annual_plan_row", "annual_plan.draft", "id", "year", "year"),
    (ProjectAccount, "project_account", "account.set_preparatory_limit", "id", "amount", "preparatory_limit"),
    (ProjectAccount, "project_account", "account.fix_cap", "id", "amount", "cap"),
    (LimitDraft, "limit_draft", "limit.draft", "id", "amount", "amount"),
    (Contract, "contract", "contract.sign", "id", "value", "original_value"),
    (FundsOrder, "funds_order", "order.draft", "id", "amount", "amount"),
    (CounterpartReceipt, "counterpart_receipt", "counterpart.record", "id", "amount", "amount"),
    (FinalCost, "project", "account.record_final_cost", "project", "amount", "amount"),
)
"""Table; subject and act in the log; the field that names the subject; the figure there, the column here."""


def _programme() -> Iterator[str]:
    """What the programme has committed by a contract is what the contract comes to."""
    counted = dict(
        ProgrammeEntry.select(ProgrammeEntry.contract, fn.SUM(ProgrammeEntry.amount))
        .where(ProgrammeEntry.measure == ProgrammeMeasure.COMMITTED, ProgrammeEntry.contract.is_null(False))
        .group_by(ProgrammeEntry.contract)
        .tuples()
    )
    rows = Contract.select().where(Contract.project.is_null(False), Contract.signed_by.is_null(False))
    for row in rows.order_by(Contract.id):
        due = row.value if row.settled_value is None else row.settled_value
        if as_money(counted.get(row.id)) != due:
            yield f"contract {row.code}：新增投资“落实”{as_money(counted.get(row.id))}，合同为 {due}"
