"""Refunds and reversals: ordered from the entry that they are about, posted by another officer."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from budget.forms.funds import RefundForm, ReversalForm
from budget.queries import records
from budget.services import payments
from budget.services.once_only import drafted_once
from budget.views.blueprint import finance, paper, whose
from portfolio.foundation.errors import say
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow


@finance.route("/finance/entries/<int:entry_id>/refund", methods=["GET", "POST"])
@allow(Role.FINANCE)
def draft_refund(entry_id: int) -> ResponseReturnValue:
    """Order that money which a supplier gave back is booked."""
    entry = records.entry(entry_id, actor())
    form = RefundForm()
    if form.accepted():
        with form.refusals():
            order_id = drafted_once(
                form.key.data,
                payments.draft_refund,
                entry_id=entry_id,
                amount=form.amount.data,
                reason=form.reason.data,
                document_number=form.document_number.data,
                document_id=paper(form, "document"),
                actor=actor(),
            )
            return _drafted(order_id)
    return form.page("finance/correction.html", entry=entry, name=whose(entry.line), refund=True)


@finance.route("/finance/entries/<int:entry_id>/reversal", methods=["GET", "POST"])
@allow(Role.FINANCE)
def draft_reversal(entry_id: int) -> ResponseReturnValue:
    """Order that an entry is undone by a red one."""
    entry = records.entry(entry_id, actor())
    form = ReversalForm()
    if form.accepted():
        with form.refusals():
            order_id = drafted_once(
                form.key.data,
                payments.draft_reversal,
                entry_id=entry_id,
                reason=form.reason.data,
                document_id=paper(form, "document"),
                actor=actor(),
            )
            return _drafted(order_id)
    return form.page("finance/correction.html", entry=entry, name=whose(entry.line), refund=False)


def _drafted(order_id: int) -> ResponseReturnValue:
    flash(text(say("指令已制单，请另一名财政经办人复核记账")), "success")
    return redirect(url_for("finance.order", order_id=order_id))
