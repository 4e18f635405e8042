"""Orders to move money: drafted by one officer, posted by another, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from budget.queries.closing import is_year_closed
from budget.rules.amounts import positive, written
from budget.rules.closing import ahead_finding
from budget.rules.imports.words import BatchState
from budget.rules.ledger import PAPER_RULE, paper_finding
from budget.rules.reconciling import Settlement
from budget.rules.refusals import another_person
from budget.rules.words import EntryKind, Measure, OrderState
from budget.services.books import books, once
from budget.services.explaining import Change
from budget.services.posting import Posting, post
from budget.tables.entry import Entry, FundsOrder
from budget.tables.imports import ImportBatch, ImportRow
from budget.tables.reconciliation import Reconciliation
from portfolio.foundation import audit, clock, rulebook
from portfolio.foundation.db import change, get
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Finding, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role

STATE_CODE = "M51"


def draft_order(
    *,
    kind: EntryKind,
    line_id: int,
    amount: Money,
    document_number: str,
    note: str,
    actor: Actor,
    corrects: int | None = None,
    counter_line_id: int | None = None,
    document_id: int | None = None,
) -> FundsOrder:
    """Write an order down, with the paper behind it; nothing moves before another officer posts it."""
    actor.require(Role.FINANCE)
    positive(amount)
    if document_id is not None:
        get(Document, document_id, say("文件"))
    order: FundsOrder = FundsOrder.create(
        kind=kind,
        line=line_id,
        counter_line=counter_line_id,
        amount=amount,
        document_number=written(document_number, "document_number", needed=False),
        note=written(note, "note", needed=False),
        corrects=corrects,
        document=document_id,
        drafted_by=actor.user_id,
        drafted_at=clock.now(),
    )
    data = {"kind": kind, "line": line_id, "amount": amount, "corrects": corrects}
    audit.record(actor, "order.draft", ("funds_order", order.id), data)
    return order


def withdraw(*, order_id: int, expected_version: int, actor: Actor) -> FundsOrder:
    """Take back an order that is not posted yet; its drafter alone may.

    An exception of a bank statement that the order was to correct waits again, and a list whose last order
    it was is taken back with it.
    """
    actor.require(Role.FINANCE)
    with books():
        batch = _held_list(order_id)
        order: FundsOrder = get(FundsOrder, order_id, say("指令"), lock=True)
        refuse_unless([drafted_finding(order), _own_finding(order, actor)])
        change(order, expected_version, state=OrderState.WITHDRAWN)
        Reconciliation.update(
            settlement=Settlement.OPEN,
            reason="",
            settled_by=None,
            settled_at=None,
            version=Reconciliation.version + 1,
        ).where(
            Reconciliation.order == order.id, Reconciliation.settlement == Settlement.CORRECTING
        ).execute()
        audit.record(actor, "order.withdraw", ("funds_order", order.id), {})
        if batch is not None and batch.state is BatchState.SUBMITTED and not _orders_left(batch):
            change(batch, batch.version, state=BatchState.WITHDRAWN)
            audit.record(actor, "import.withdraw", ("import_batch", batch.id), {})
    return order


def _held_list(order_id: int) -> Any:  # noqa: ANN401 - a Peewee row
    """The list that an order came with, if any, locked before its orders as whoever posts it does."""
    row = ImportRow.get_or_none(ImportRow.order == order_id)
    return None if row is None else get(ImportBatch, row.batch_id, say("批次"), lock=True)


def _orders_left(batch: Any) -> bool:  # noqa: ANN401 - a Peewee row
    """Whether a list has an order that was not withdrawn."""
    left = FundsOrder.select().join(ImportRow).where(ImportRow.batch == batch.id)
    return bool(left.where(FundsOrder.state != OrderState.WITHDRAWN).exists())


Move = tuple[Measure, int, Sequence[Change], dict[str, Any]]
"""What an order comes to: measure, signed fen, the rows beside the line, and what the entry points at."""


Counter = Callable[[Any], tuple[Any, Move]]
"""For an order that moves two lines: the other line, and what moves there."""


def carry_out(
    *,
    order_id: int,
    kinds: frozenset[EntryKind],
    key: str,
    effective_on: date | None,
    actor: Actor,
    moves: Callable[[Any, Any], Move],
    counter: Counter | None = None,
) -> Entry:
    """Post an order of one of ``kinds`` once for ``key``, as somebody other than its drafter.

    ``moves`` is asked, with the locked order and its line, what to move; ``counter`` then, what moves on the
    other line, in the same transaction.
    """
    actor.require(Role.FINANCE)
    day = effective_on or clock.today()

    def effect(request: int) -> dict[str, Any]:
        order = get(FundsOrder, order_id, say("指令"), lock=True)
        refuse_unless(
            [
                _kind_finding(order, kinds),
                drafted_finding(order),
                another_person(order.drafted_by_id, actor, say("记账")),
            ]
        )
        refuse_unless(paper_findings(order))
        entry = _post(order, order.line, moves(order, order.line), request, actor, day)
        if counter is not None:
            other, move = counter(order)
            _post(order, other, move, request, actor, day)
        change(
            order,
            order.version,
            state=OrderState.POSTED,
            posted_by=actor.user_id,
            posted_at=clock.now(),
            entry=entry.id,
        )
        return {"entry": entry.id}

    body = {"order": order_id, "effective_on": effective_on, "kinds": sorted(kinds)}
    answer = once(key, "order.post", body, actor, effect)
    entry: Entry = Entry.get_by_id(answer["entry"])
    return entry


def _post(order: Any, line: Any, move: Move, request: int, actor: Actor, day: date) -> Entry:  # noqa: ANN401
    """One entry of an order, with the rows beside its line."""
    measure, fen, changes, points = move
    if day.year < line.year:  # its months may be open though the year of the line is closed
        refuse_unless([ahead_finding(line.year, is_year_closed(line.year))])
    posting = Posting(
        line=line.id,
        line_year=line.year,
        kind=order.kind,
        measure=measure,
        amount=fen,
        maker=order.drafted_by_id,
        checker=actor.user_id,
        posted_by=actor.user_id,
        on_behalf_of=actor.on_behalf_of,
        effective_on=day,
        request=request,
        document_number=order.document_number,
        note=order.note,
        **points,
    )
    return post(posting, changes)


def paper_findings(order: Any) -> list[Finding]:  # noqa: ANN401 - a Peewee row
    """How an order stands to rule PAPER of today; nothing while no such rule is in force."""
    rule = rulebook.of_today().rule(PAPER_RULE)
    return [] if rule is None else [paper_finding(order.document_id is not None, rule.level, rule.basis)]


def drafted_finding(order: Any) -> Finding:  # noqa: ANN401 - a Peewee row
    """Whether an order still waits to be posted."""
    return Finding(
        STATE_CODE,
        order.state is OrderState.DRAFTED,
        say("此指令{state}", state=order.state.label),
        "一项指令只记账一次",
        remedy=say("请刷新后核对；需要再次办理的，请另行制单"),
    )


def _kind_finding(order: Any, kinds: frozenset[EntryKind]) -> Finding:  # noqa: ANN401
    wanted = "、".join(sorted(kind.label for kind in kinds))
    return Finding(
        STATE_CODE,
        order.kind in kinds,
        say("这是“{kind}”指令，不是“{wanted}”", kind=order.kind.label, wanted=wanted),
        "按指令种类办理",
        remedy=say("请在相应的功能中办理"),
    )


def _own_finding(order: Any, actor: Actor) -> Finding:  # noqa: ANN401
    return Finding(
        "M52",
        order.drafted_by_id == actor.user_id,
        say("只有制单人可以撤回指令"),
        "谁制单谁撤回",
        remedy=say("请由制单人撤回"),
    )
