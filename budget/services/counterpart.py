"""Counterpart funds 配套资金: registered by the unit when they arrive, confirmed by a finance officer."""

from __future__ import annotations

from datetime import date

from budget.queries.subjects import visible
from budget.rules.amounts import positive, written, year_of_account
from budget.rules.refusals import another_person
from budget.rules.sources import COUNTERPART
from budget.services.books import books
from budget.tables.counterpart import CounterpartReceipt
from portfolio.foundation import audit, clock
from portfolio.foundation.db import change, get
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Conflict, Forbidden, Invalid, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource


def record_receipt(
    *,
    project_id: int,
    source: FundingSource,
    year: int,
    amount: Money,
    received_on: date,
    payer: str,
    document_id: int,
    actor: Actor,
    number: str = "",
) -> CounterpartReceipt:
    """Register money that arrived for one's own project, with its paper; it counts once confirmed."""
    actor.require(Role.UNIT_FINANCE)
    positive(amount)
    year_of_account(year)
    if source not in COUNTERPART:
        raise Invalid({"source": say("“{source}”不是配套资金", source=source.label)})
    if received_on > clock.today():
        raise Invalid({"received_on": say("到账日期不能晚于今天")})
    with books():
        visible(actor, project_id=project_id)
        get(Document, document_id, say("文件"))
        row: CounterpartReceipt = CounterpartReceipt.create(
            project=project_id,
            source=source,
            year=year,
            amount=amount,
            received_on=received_on,
            payer=written(payer, "payer"),
            number=written(number, "number", needed=False),
            document=document_id,
            recorded_by=actor.user_id,
            recorded_at=clock.now(),
        )
        data = {"project": project_id, "source": source, "amount": amount, "on": received_on}
        audit.record(actor, "counterpart.record", ("counterpart_receipt", row.id), data)
    return row


def confirm_receipt(*, receipt_id: int, expected_version: int, actor: Actor) -> CounterpartReceipt:
    """Confirm that the money is there, as somebody who did not register it."""
    actor.require(Role.FINANCE)
    with books():
        row: CounterpartReceipt = get(CounterpartReceipt, receipt_id, say("到账记录"), lock=True)
        refuse_unless([another_person(row.recorded_by_id, actor, say("核实到账"))])
        if row.confirmed_at is not None or row.cancelled_at is not None:
            raise _settled()
        change(row, expected_version, confirmed_by=actor.user_id, confirmed_at=clock.now())
        audit.record(actor, "counterpart.confirm", ("counterpart_receipt", row.id), {"amount": row.amount})
    return row


def cancel_receipt(
    *, receipt_id: int, expected_version: int, reason: str, actor: Actor
) -> CounterpartReceipt:
    """Let a receipt count no longer: its unit while it is not confirmed, a finance officer always."""
    actor.require(Role.FINANCE, Role.UNIT_FINANCE)
    why = written(reason, "reason")
    with books():
        row: CounterpartReceipt = get(CounterpartReceipt, receipt_id, say("到账记录"), lock=True)
        visible(actor, project_id=row.project_id)
        if row.cancelled_at is not None:
            raise _settled()
        if row.confirmed_at is not None and not actor.has(Role.FINANCE):
            raise Forbidden(say("已核实的到账记录由财政主管部门作废"), basis="谁核实谁更正")
        now = clock.now()
        change(row, expected_version, cancelled_by=actor.user_id, cancelled_at=now, cancel_reason=why)
        audit.record(actor, "counterpart.cancel", ("counterpart_receipt", row.id), {"reason": why})
    return row


def _settled() -> Conflict:
    return Conflict(say("此项到账记录已经办理"), basis="一项到账只办理一次", remedy=say("请刷新后核对"))
