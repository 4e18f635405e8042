"""Statements held against the books, and the exceptions that officers work off one by one."""

from __future__ import annotations

from typing import Any

from budget.queries import reconciliation as queries
from budget.rules.amounts import written
from budget.rules.reconciling import (
    RECONCILING_BASIS,
    WORKABLE,
    BankLine,
    BookEntry,
    Difference,
    MatchOutcome,
    Settlement,
    StatementState,
    match,
    same_name,
    voucher_number,
)
from budget.rules.words import EntryKind
from budget.services.books import books
from budget.services.payments.corrections import draft_refund, draft_reversal
from budget.tables.entry import Entry, FundsOrder
from budget.tables.reconciliation import BankStatement, Reconciliation, StatementLine
from portfolio.foundation import audit, clock
from portfolio.foundation.db import change, get
from portfolio.foundation.errors import Finding, Refused, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role

STATE_CODE, STATEMENT_CODE = "M61", "M66"


def start(statement: BankStatement) -> None:
    """Take up every line of a new statement, then match; inside a transaction."""
    lines = StatementLine.select(StatementLine.id).where(StatementLine.statement == statement.id)
    rows = [
        {"statement": statement.id, "line": key, "outcome": MatchOutcome.BANK_ONLY}
        for (key,) in lines.order_by(StatementLine.id).tuples()
    ]
    for at in range(0, len(rows), 500):
        Reconciliation.insert_many(rows[at : at + 500]).execute()
    match_open(statement)


def match_open(statement: BankStatement) -> int:
    """Pair open lines with entries, and note the month's entries that no line shows; how many pairs.

    Inside a transaction; what was settled stays.
    """
    days = queries.around(statement.year, statement.month)
    taken = queries.paired_entries(*days)
    booked = list(queries.cash_entries(statement.method, *days))
    entries = {one.id: one for one in booked if one.id not in taken}
    open_lines = {
        one.line_id: one
        for one in Reconciliation.select(Reconciliation, StatementLine)
        .join(StatementLine, on=(Reconciliation.line == StatementLine.id), attr="line")
        .where(
            Reconciliation.statement == statement.id,
            Reconciliation.outcome == MatchOutcome.BANK_ONLY,
            Reconciliation.settlement == Settlement.OPEN,
        )
    }
    missing = queries.missing_entries(*days)
    pairs = match([_line(one.line) for one in open_lines.values()], [_book(one) for one in entries.values()])
    for pair in pairs:
        differing = bool(pair.differs)
        Reconciliation.update(
            entry=pair.entry,
            outcome=MatchOutcome.DIFFERING if differing else MatchOutcome.MATCHED,
            differs=[one.value for one in pair.differs],
            settlement=Settlement.OPEN if differing else Settlement.AUTOMATIC,
            version=Reconciliation.version + 1,
        ).where(Reconciliation.id == open_lines[pair.line].id).execute()
        if pair.entry in missing:
            _clear(pair.entry, statement)
    _note_missing(statement, booked, {pair.entry for pair in pairs})
    return len(pairs)


def _clear(entry_id: int, statement: BankStatement) -> None:
    """A payment that a statement lacked has turned up: on the same one, or on that of another month."""
    missing = (
        (Reconciliation.entry == entry_id)
        & (Reconciliation.outcome == MatchOutcome.BOOKS_ONLY)
        & (Reconciliation.settlement.in_((Settlement.OPEN, Settlement.EXPLAINED)))
    )
    here = Reconciliation.statement == statement.id
    step = {"version": Reconciliation.version + 1}
    Reconciliation.update(settlement=Settlement.CLEARED, **step).where(missing & ~here).execute()
    Reconciliation.update(
        settlement=Settlement.LINKED, settled_by=statement.made_by, settled_at=clock.now(), **step
    ).where(missing & here).execute()


def _note_missing(statement: BankStatement, booked: list[Any], paired: set[int]) -> None:
    """The month's payments that this statement does not show; a payment and its reversal are none."""
    first, last = queries.bounds(statement.year, statement.month)
    inside = {one.id: one for one in booked if first <= one.effective_on <= last}
    known = {
        row[0]
        for row in Reconciliation.select(Reconciliation.entry)
        .where(Reconciliation.statement == statement.id, Reconciliation.entry.is_null(False))
        .tuples()
    }
    elsewhere = queries.paired_entries(first, last) - known
    undone = {one.corrects_id for one in inside.values() if one.corrects_id in inside}
    for key, one in sorted(inside.items()):
        reversal = one.corrects_id is not None and one.corrects_id in inside
        pair_gone = (key in undone or reversal) and key not in paired
        if key in known or key in paired or (pair_gone and not _half_paired(one, inside, known | paired)):
            continue
        Reconciliation.create(
            statement=statement,
            entry=key,
            outcome=MatchOutcome.BOOKS_ONLY,
            settlement=Settlement.CLEARED if key in elsewhere else Settlement.OPEN,
        )


def _half_paired(entry: Any, inside: dict[int, Any], paired: set[int]) -> bool:  # noqa: ANN401
    """Whether the other half of a payment and its reversal stands on a statement."""
    other = entry.corrects_id
    if other is None:
        other = next((one.id for one in inside.values() if one.corrects_id == entry.id), None)
    return other in paired


def _line(row: Any) -> BankLine:  # noqa: ANN401 - a Peewee row
    return BankLine(row.id, row.day, row.amount.fen, row.payee, f"{row.reference} {row.note}")


def _book(row: Any) -> BookEntry:  # noqa: ANN401 - a Peewee row
    return BookEntry(
        row.id,
        row.effective_on,
        queries.outflow(row).fen,
        queries.payee(row),
        voucher_number(row.line.year, row.line_id, row.number),
        row.contract.code if row.contract_id is not None else "",
    )


# --- what officers do ---------------------------------------------------------------------------------------


def link(*, item_id: int, other_id: int, expected_version: int, reason: str, actor: Actor) -> Reconciliation:
    """Say that a line which the books lack is a payment which the statement lacks; ids of the two items.

    Amounts or payees that differ need a ``reason``, and then count as explained.
    """
    actor.require(Role.FINANCE)
    with books():
        item = _open(item_id, MatchOutcome.BANK_ONLY)
        other = _open(other_id, MatchOutcome.BOOKS_ONLY)
        line, entry = queries.item(item.id).line, queries.item(other.id).entry
        differs = _differences(line, entry)
        why = written(reason, "reason", needed=bool(differs))
        change(other, other.version, settlement=Settlement.LINKED, **_by(actor))
        change(
            item,
            expected_version,
            entry=entry.id,
            outcome=MatchOutcome.DIFFERING if differs else MatchOutcome.MATCHED,
            differs=[one.value for one in differs],
            settlement=Settlement.EXPLAINED if differs else Settlement.LINKED,
            reason=why,
            **_by(actor),
        )
        _record(actor, "link", item, {"entry": entry.id, "reason": why})
    return item


def explain(*, item_id: int, expected_version: int, reason: str, actor: Actor) -> Reconciliation:
    """Settle an exception by an explanation, such as a payment on its way or a fee of the bank."""
    actor.require(Role.FINANCE)
    why = written(reason, "reason")
    with books():
        item = _open(item_id, *queries.EXCEPTIONS)
        change(item, expected_version, settlement=Settlement.EXPLAINED, reason=why, **_by(actor))
        _record(actor, "explain", item, {"reason": why})
    return item


def correct(
    *,
    item_id: int,
    expected_version: int,
    reason: str,
    actor: Actor,
    refund: Money | None = None,
    document_id: int | None = None,
) -> FundsOrder:
    """Open the correction of a payment that the statement does not bear out; another officer posts it.

    With ``refund``, that much came back; without, the payment is undone by a red entry.  It rests on the file
    of the statement, unless a paper of its own is given.
    """
    actor.require(Role.FINANCE)
    why = written(reason, "reason")
    with books():
        item = _open(item_id, MatchOutcome.DIFFERING, MatchOutcome.BOOKS_ONLY)
        entry = get(Entry, item.entry_id, say("凭证"))
        paper = document_id or item.statement.batch.document_id
        order = (
            draft_reversal(entry_id=entry.id, reason=why, actor=actor, document_id=paper)
            if refund is None or entry.kind is not EntryKind.PAY
            else draft_refund(entry_id=entry.id, amount=refund, reason=why, actor=actor, document_id=paper)
        )
        change(
            item, expected_version, settlement=Settlement.CORRECTING, reason=why, order=order.id, **_by(actor)
        )
        _record(actor, "correct", item, {"order": order.id, "reason": why})
    return order


def _differences(line: Any, entry: Any) -> list[Difference]:  # noqa: ANN401 - Peewee rows
    found = [] if line.amount == queries.outflow(entry) else [Difference.AMOUNT]
    if line.payee and not same_name(line.payee, queries.payee(entry)):
        found.append(Difference.PAYEE)
    return found


def _open(item_id: int, *wanted: MatchOutcome) -> Any:  # noqa: ANN401 - a Peewee row
    """The exception, locked after its statement.

    Raises ``Refused`` when it was settled otherwise than by an explanation, is of another kind, or when its
    statement is with another officer.
    """
    known = get(Reconciliation, item_id, say("对账记录"))
    statement = get(BankStatement, known.statement_id, say("对账单"), lock=True)
    refuse_unless([state_finding(statement, StatementState.OPEN)])
    item = get(Reconciliation, item_id, say("对账记录"), lock=True)
    finding = Finding(
        STATE_CODE,
        item.settlement in WORKABLE and item.outcome in wanted,
        say("此项{outcome}，{settlement}，不能这样办理", outcome=item.outcome, settlement=item.settlement),
        RECONCILING_BASIS,
        remedy=say("请刷新后核对对账结果"),
    )
    refuse_unless([finding], Refused)
    return item


def state_finding(statement: BankStatement, *wanted: StatementState) -> Finding:
    """Whether a statement is where an act needs it to be; code M66."""
    return Finding(
        STATEMENT_CODE,
        statement.state in wanted,
        say("此对账单{state}，不能这样办理", state=statement.state),
        RECONCILING_BASIS,
        limit=say("{states}", states="、".join(one.label for one in wanted)),
        remedy=say("请刷新后核对对账单状态；已提交的，可由导入人撤回"),
    )


def _by(actor: Actor) -> dict[str, Any]:
    return {"settled_by": actor.user_id, "settled_at": clock.now()}


def _record(actor: Actor, act: str, item: Any, data: dict[str, Any]) -> None:  # noqa: ANN401
    audit.record(actor, f"reconciliation.{act}", ("reconciliation", item.id), data)
