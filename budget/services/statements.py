"""The way of a month's statement: worked off by one officer, confirmed by another, or taken back."""

from __future__ import annotations

from budget.queries.statements import adjustment, carried, ready_findings
from budget.rules.amounts import written
from budget.rules.imports.words import BatchState
from budget.rules.reconciling import RECONCILING_BASIS, MatchOutcome, Settlement, StatementState
from budget.rules.refusals import another_person
from budget.rules.words import OrderState
from budget.services.books import books
from budget.services.reconciliation import match_open, state_finding
from budget.tables.entry import FundsOrder
from budget.tables.imports import ImportBatch
from budget.tables.reconciliation import BankStatement, Reconciliation
from portfolio.foundation import audit, clock
from portfolio.foundation.db import change, get
from portfolio.foundation.errors import Finding, Forbidden, refuse_unless, say
from portfolio.foundation.roles import Actor, Role

ORDER_CODE = "M67"
_NOBODY = {"submitted_at": None, "checked_by": None, "checked_at": None}


def match_again(*, statement_id: int, actor: Actor) -> BankStatement:
    """Match what is open once more, with the entries that were made since; what was settled stays.

    A statement that was submitted or confirmed comes back to its maker, if the books have changed since.
    """
    actor.require(Role.FINANCE)
    with books():
        row: BankStatement = get(BankStatement, statement_id, say("对账单"), lock=True)
        if row.state is not StatementState.OPEN:
            if row.state is StatementState.WITHDRAWN or not adjustment(row, carried(row)).gap:
                refuse_unless([state_finding(row, StatementState.OPEN)])
            change(row, row.version, state=StatementState.OPEN, **_NOBODY)
        found = match_open(row)
        audit.record(actor, "statement.match", ("bank_statement", statement_id), {"pairs": found})
    return row


def submit(*, statement_id: int, expected_version: int, actor: Actor) -> BankStatement:
    """Hand a statement whose exceptions are all settled to another officer."""
    with books():
        row = _own(statement_id, actor)
        refuse_unless([state_finding(row, StatementState.OPEN), *ready_findings(row, clock.today())])
        change(row, expected_version, state=StatementState.SUBMITTED, submitted_at=clock.now(), reason="")
        _record(actor, "submit", row)
    return row


def confirm(*, statement_id: int, expected_version: int, actor: Actor) -> BankStatement:
    """Confirm a statement, as an officer who did not bring it in."""
    with books():
        row = _submitted(statement_id, actor)
        refuse_unless(ready_findings(row, clock.today()))
        confirmed = {"checked_by": actor.user_id, "checked_at": clock.now()}
        change(row, expected_version, state=StatementState.CONFIRMED, **confirmed)
        _record(actor, "confirm", row)
    return row


def give_back(*, statement_id: int, expected_version: int, reason: str, actor: Actor) -> BankStatement:
    """Send a submitted statement back to its maker, with the reason."""
    why = written(reason, "reason")
    with books():
        row = _submitted(statement_id, actor)
        change(row, expected_version, state=StatementState.OPEN, reason=why, **_NOBODY)
        _record(actor, "return", row)
    return row


def withdraw(*, statement_id: int, expected_version: int, reason: str, actor: Actor) -> BankStatement:
    """Take a statement back that is not confirmed: from the other officer, or, not submitted, altogether.

    Of one that is taken back altogether nothing counts any more; its file, and another one for the month, may
    be imported.  Raises ``Forbidden`` for whoever did not bring it in.
    """
    why = written(reason, "reason")
    with books():
        row = _own(statement_id, actor)
        refuse_unless([state_finding(row, StatementState.SUBMITTED, StatementState.OPEN)])
        if row.state is StatementState.SUBMITTED:
            change(row, expected_version, state=StatementState.OPEN, reason=why, **_NOBODY)
        else:
            refuse_unless([_orders_finding(row)])
            change(row, expected_version, state=StatementState.WITHDRAWN, reason=why)
            _let_go(row)
        _record(actor, "withdraw", row)
    return row


def _own(statement_id: int, actor: Actor) -> BankStatement:
    """The statement, locked, for whoever brought it in."""
    actor.require(Role.FINANCE)
    row: BankStatement = get(BankStatement, statement_id, say("对账单"), lock=True)
    if row.made_by_id not in {actor.user_id, actor.on_behalf_of}:
        raise Forbidden(
            say("此对账单不是由{name}导入的", name=actor.name),
            basis="谁制单谁提交",
            remedy=say("请由导入人办理"),
        )
    return row


def _submitted(statement_id: int, actor: Actor) -> BankStatement:
    """The statement, locked, for an officer who did not bring it in."""
    actor.require(Role.FINANCE)
    row: BankStatement = get(BankStatement, statement_id, say("对账单"), lock=True)
    wanted = state_finding(row, StatementState.SUBMITTED)
    refuse_unless([wanted, another_person(row.made_by_id, actor, say("复核调节表"))])
    return row


def _orders_finding(row: BankStatement) -> Finding:
    """Whether no correction that was drafted from a statement still waits to be posted."""
    drafted = (
        Reconciliation.select()
        .join(FundsOrder, on=(Reconciliation.order == FundsOrder.id))
        .where(Reconciliation.statement == row.id, FundsOrder.state == OrderState.DRAFTED)
        .count()
    )
    return Finding(
        ORDER_CODE,
        drafted == 0,
        say("由此对账单制作的更正指令有{n}份尚未记账", n=drafted),
        RECONCILING_BASIS,
        remedy=say("请先撤回或记账更正指令"),
    )


def _let_go(row: BankStatement) -> None:
    """Nothing that a statement said counts: its lines stand for no payment, its file is as if not sent."""
    step = {"version": Reconciliation.version + 1}
    own = Reconciliation.statement == row.id
    shown = Reconciliation.select(Reconciliation.entry).where(own, Reconciliation.line.is_null(False))
    entries = [key for (key,) in shown.tuples() if key is not None]
    Reconciliation.update(settlement=Settlement.WITHDRAWN, **step).where(own).execute()
    for at in range(0, len(entries), 500):
        cleared = (
            (Reconciliation.outcome == MatchOutcome.BOOKS_ONLY)
            & (Reconciliation.settlement == Settlement.CLEARED)
            & Reconciliation.entry.in_(entries[at : at + 500])
        )
        for settlement, explained in (
            (Settlement.EXPLAINED, Reconciliation.reason != ""),
            (Settlement.OPEN, Reconciliation.reason == ""),
        ):
            Reconciliation.update(settlement=settlement, **step).where(cleared, explained).execute()
    ImportBatch.update(
        state=BatchState.WITHDRAWN,
        posted_by=None,
        posted_at=None,
        reason=row.reason,
        version=ImportBatch.version + 1,
    ).where(ImportBatch.id == row.batch_id).execute()


def _record(actor: Actor, act: str, row: BankStatement) -> None:
    data = {"state": row.state, **({"reason": row.reason} if row.reason else {})}
    audit.record(actor, f"statement.{act}", ("bank_statement", row.id), data)
