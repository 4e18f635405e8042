"""Adjustment, recall and virement of a line, drafted from its page; the paper of an order."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from budget.forms.movements import AdjustmentForm, RecallForm, VirementForm, words_of
from budget.queries import records
from budget.queries.lapsing import surplus_of
from budget.queries.moving import counter_lines
from budget.rules.words import Measure, RequestKind
from budget.services import movements
from budget.services.once_only import drafted_once
from budget.views.blueprint import ACCOUNTS, finance, paper, sent, whose
from portfolio.foundation.errors import say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow


@finance.route("/finance/lines/<int:line_id>/adjustment", methods=["GET", "POST"])
@allow(Role.FINANCE)
def draft_adjustment(line_id: int) -> ResponseReturnValue:
    """Draft that a line gets more or less."""
    line = records.line(line_id, actor())
    form = AdjustmentForm()
    if form.accepted():
        with form.refusals():
            return _drafted(
                movements.draft_adjustment,
                form,
                line_id=line_id,
                increase=form.change.data == RequestKind.SUPPLEMENT,
            )
    return form.page("finance/movement.html", line=line, name=whose(line), title=say("追加调减"))


@finance.route("/finance/lines/<int:line_id>/recall", methods=["GET", "POST"])
@allow(Role.FINANCE)
def draft_recall(line_id: int) -> ResponseReturnValue:
    """Draft that money of a line is taken back; the surplus of a finished project is suggested."""
    line = records.line(line_id, actor())
    asked = request.args.get("measure", "")
    measure = Measure(asked) if asked in set(Measure) else Measure.RELEASED
    form = RecallForm(measure=measure, amount=surplus_of(line, measure) if asked else None)
    if form.accepted():
        with form.refusals():
            return _drafted(
                movements.draft_recall, form, line_id=line_id, measure=Measure(str(form.measure.data))
            )
    return form.page("finance/movement.html", line=line, name=whose(line), title=say("收回"))


@finance.route("/finance/lines/<int:line_id>/virement", methods=["GET", "POST"])
@allow(Role.FINANCE)
def draft_virement(line_id: int) -> ResponseReturnValue:
    """Draft that money goes to another line of the same year and source."""
    line = records.line(line_id, actor())
    form = VirementForm()
    form.offer([(one.id, words_of(one, whose(one))) for one in counter_lines(line, actor())])
    if form.accepted():
        with form.refusals():
            return _drafted(
                movements.draft_virement, form, line_id=line_id, counter_line_id=form.counter.data
            )
    return form.page("finance/movement.html", line=line, name=whose(line), title=say("调剂"))


@finance.get("/finance/orders/<int:order_id>/document")
@allow(*ACCOUNTS)
def order_document(order_id: int) -> ResponseReturnValue:
    """The paper on which an order rests."""
    return sent(records.order(order_id, actor()).document)


def _drafted(draft: Any, form: Any, **values: Any) -> ResponseReturnValue:  # noqa: ANN401
    amount: Money = form.amount.data
    order_id = drafted_once(
        form.key.data,
        draft,
        amount=amount,
        document_number=form.document_number.data,
        reason=form.reason.data,
        document_id=paper(form, "document"),
        actor=actor(),
        **values,
    )
    flash(text(say("指令已制单，请另一名财政经办人复核记账")), "success")
    return redirect(url_for("finance.order", order_id=order_id))
