"""Money that comes back 退款, and entries that are undone 红字冲销; one officer orders, another posts."""

from __future__ import annotations

from datetime import date
from typing import Any

from budget.rules.accounts import Act
from budget.rules.amounts import positive, written
from budget.rules.ledger import reversal_finding, sequel_finding
from budget.rules.limits import BOOKS
from budget.rules.words import EntryKind, Measure
from budget.services.books import books
from budget.services.companions import About, companions
from budget.services.funds import plan_findings
from budget.services.orders import Move, carry_out, draft_order
from budget.tables.entry import Entry, FundsOrder
from budget.tables.payment import PaymentApplication
from portfolio.foundation import clock
from portfolio.foundation.db import for_update, get
from portfolio.foundation.errors import Finding, InsufficientFunds, Refused, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role

REFUND_CODE = "M45"


def draft_refund(
    *,
    entry_id: int,
    amount: Money,
    reason: str,
    actor: Actor,
    document_number: str = "",
    document_id: int | None = None,
) -> FundsOrder:
    """Order that money which a supplier gave back of a payment is booked; parts of it several times over."""
    actor.require(Role.FINANCE)
    positive(amount)
    why = written(reason, "reason")
    with books():
        paid = get(Entry, entry_id, say("凭证"))
        _hold_refund(paid, amount)
        return draft_order(
            kind=EntryKind.REFUND,
            line_id=paid.line_id,
            amount=amount,
            document_number=document_number,
            note=why,
            actor=actor,
            corrects=entry_id,
            document_id=document_id,
        )


def refund(*, order_id: int, key: str, actor: Actor, effective_on: date | None = None) -> Entry:
    """Book a refund: in the payment's own year the line has its money again, later it is the treasury's."""
    day = effective_on or clock.today()

    def moves(order: Any, line: Any) -> Move:  # noqa: ANN401 - Peewee rows
        paid = _locked(order.corrects_id)
        refuse_unless([sequel_finding(day, paid.effective_on)])
        _hold_refund(paid, order.amount)
        same_year = clock.fiscal_year(day) == line.year
        measure = Measure.PAID if same_year else Measure.RETURNED
        fen = -order.amount.fen if same_year else order.amount.fen
        about = _about(paid)
        changes = companions(line, measure, fen, Act.CORRECT, about)
        return measure, fen, changes, {**_points(paid), "refund_of": paid.id}

    return carry_out(
        order_id=order_id,
        kinds=frozenset({EntryKind.REFUND}),
        key=key,
        effective_on=effective_on,
        actor=actor,
        moves=moves,
    )


def draft_reversal(*, entry_id: int, reason: str, actor: Actor, document_id: int | None = None) -> FundsOrder:
    """Order that an entry is undone by a red entry of the same measure and the opposite amount."""
    actor.require(Role.FINANCE)
    why = written(reason, "reason")
    with books():
        entry = get(Entry, entry_id, say("凭证"))
        _hold_reversal(entry)
        return draft_order(
            kind=EntryKind.REVERSE,
            line_id=entry.line_id,
            amount=Money(abs(entry.amount.fen)),
            document_number=entry.document_number,
            note=why,
            actor=actor,
            corrects=entry_id,
            document_id=document_id,
        )


def reverse(*, order_id: int, key: str, actor: Actor, effective_on: date | None = None) -> Entry:
    """Undo an entry, once; line and everything behind it go back by its amount.

    Raises ``Refused`` (M43) for a second time, and for a payment that has refunds; ``InsufficientFunds``
    when later entries rest on it, or when a line that gets money back would pass the annual plan.
    """
    day = effective_on or clock.today()

    def moves(order: Any, line: Any) -> Move:  # noqa: ANN401 - Peewee rows
        entry = _locked(order.corrects_id)
        refuse_unless([sequel_finding(day, entry.effective_on)])
        _hold_reversal(entry)
        fen = -entry.amount.fen
        act = act_of_reversal(entry)
        if act is Act.ALLOT and entry.measure is Measure.ALLOTTED:
            refuse_unless(plan_findings(line, order.amount), InsufficientFunds)
        changes = companions(line, entry.measure, fen, act, _about(entry))
        return entry.measure, fen, changes, {**_points(entry), "corrects": entry.id}

    return carry_out(
        order_id=order_id,
        kinds=frozenset({EntryKind.REVERSE}),
        key=key,
        effective_on=effective_on,
        actor=actor,
        moves=moves,
    )


def act_of_reversal(entry: Any) -> Act:  # noqa: ANN401 - a Peewee row
    """Undoing a reduction or a recall gives money, for which the account must be in a state to take it."""
    if entry.amount > Money.ZERO:
        return Act.CORRECT
    given = {Measure.ALLOTTED: Act.ALLOT, Measure.CARRIED_IN: Act.ALLOT, Measure.RELEASED: Act.RELEASE}
    return given.get(entry.measure, Act.CORRECT)


def _locked(entry_id: int) -> Any:  # noqa: ANN401 - a Peewee row
    """The entry, with what corrections of it must take turns on: its application, or else its line."""
    entry = get(Entry, entry_id, say("凭证"))
    if entry.application_id is not None:
        get(PaymentApplication, entry.application_id, say("付款申请"), lock=True)
    else:
        for_update(Entry.select(Entry.id).where(Entry.id == entry_id)).first()
    return entry


def _hold_refund(paid: Any, amount: Money) -> None:  # noqa: ANN401 - a Peewee row
    if paid.kind is not EntryKind.PAY or _reversed(paid.id):
        what = say("只能对未冲销的支付凭证办理退款")
        raise Refused([Finding(REFUND_CODE, False, what, BOOKS, remedy=say("请核对原支付凭证"))])
    refunded = _refunded(paid.id)
    left = paid.amount - refunded
    finding = Finding(
        REFUND_CODE,
        amount <= left,
        say("退款超过该笔支付：尚可退{left}，本次{asked}", left=left, asked=amount),
        BOOKS,
        figure=say("{amount}", amount=refunded + amount),
        limit=say("{amount}", amount=paid.amount),
        remedy=say("请核对原支付凭证和已退金额"),
    )
    refuse_unless([finding], InsufficientFunds)


def _hold_reversal(entry: Any) -> None:  # noqa: ANN401 - a Peewee row
    refuse_unless([reversal_finding(entry.kind, _reversed(entry.id), bool(_refunded(entry.id)))])


def _reversed(entry_id: int) -> bool:
    return bool(Entry.select().where(Entry.corrects == entry_id).exists())


def _refunded(entry_id: int) -> Money:
    """What came back of a payment, whichever measure it moved; reversed refunds do not count."""
    undone = Entry.alias()
    rows = (
        Entry.select(Entry.amount)
        .left_outer_join(undone, on=(undone.corrects == Entry.id))
        .where(Entry.refund_of == entry_id, undone.id.is_null())
    )
    return Money.total(Money(abs(row.amount.fen)) for row in rows)


def _about(entry: Any) -> About:  # noqa: ANN401 - a Peewee row
    return About(entry.contract_id, entry.instalment_id, entry.direct_cost_id)


def _points(entry: Any) -> dict[str, int | None]:  # noqa: ANN401 - a Peewee row
    return {
        "contract": entry.contract_id,
        "instalment": entry.instalment_id,
        "direct_cost": entry.direct_cost_id,
        "application": entry.application_id,
    }
