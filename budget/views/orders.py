"""Orders to allot and release: drafted by one officer, posted by another, withdrawn by the drafter."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from budget.forms.funds import AllotmentForm, PostForm, ReleaseForm
from budget.forms.keyed import VersionedForm
from budget.queries import records, years
from budget.queries.moving import movement_of
from budget.queries.subjects import found_by_code
from budget.rules.words import EntryKind, OrderState, PaymentMethod
from budget.services import funds, movements, payments
from budget.services import orders as order_services
from budget.services.funds import DEFAULT_HEADING, Heading
from budget.services.once_only import drafted_once
from budget.services.previews import of_order
from budget.tables.entry import FundsOrder
from budget.tables.line import BudgetLine
from budget.views.blueprint import ACCOUNTS, Deed, finance, labels, paper, whose, year_filter
from portfolio.foundation import clock
from portfolio.foundation.errors import Message, say, several
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.tables.project import Project, System

BADGES = {
    OrderState.DRAFTED: "review",
    OrderState.POSTED: "approved",
    OrderState.WITHDRAWN: "waiting",
}
KINDS = (
    EntryKind.OPENING,
    EntryKind.ALLOT,
    EntryKind.ADJUST,
    EntryKind.VIREMENT,
    EntryKind.RECALL,
    EntryKind.RELEASE,
    EntryKind.REFUND,
    EntryKind.REVERSE,
)
MOVEMENTS = (EntryKind.ADJUST, EntryKind.VIREMENT, EntryKind.RECALL)
COLUMNS = (
    Column(
        "kind",
        say("业务"),
        get=lambda row: row.kind,
        link=lambda row: url_for("finance.order", order_id=row.id),
        short=True,
    ),
    Column("whose", say("项目或系统"), get=lambda row: whose(row.line)),
    Column("year", say("年度"), get=lambda row: str(row.line.year), short=True),
    Column("source", say("资金来源"), get=lambda row: row.line.source, short=True),
    Column("amount", say("金额"), Kind.MONEY),
    Column("document_number", say("文号"), short=True),
    Column("drafted_by", say("制单"), get=lambda row: row.drafted_by.name, short=True),
    Column("drafted_at", say("制单时间"), Kind.MOMENT),
    Column("state", say("状态"), Kind.STATUS, get=lambda row: (BADGES[row.state], row.state)),
)
_POSTING = {
    EntryKind.OPENING: funds.allot,
    EntryKind.ALLOT: funds.allot,
    EntryKind.ADJUST: movements.adjust,
    EntryKind.VIREMENT: movements.vire,
    EntryKind.RECALL: movements.recall,
    EntryKind.RELEASE: funds.release,
    EntryKind.REFUND: payments.refund,
    EntryKind.REVERSE: payments.reverse,
}


@finance.get("/finance/orders")
@allow(*ACCOUNTS)
def orders() -> ResponseReturnValue:
    """The orders, newest first."""
    filters = Filters(
        [
            Filter("state", say("状态"), labels(OrderState)),
            Filter("kind", say("业务"), labels(KINDS)),
            year_filter(),
            Filter("q", say("项目或文号")),
        ]
    )
    query = _chosen(records.orders(actor()), filters)
    listing = Listing(
        COLUMNS,
        page_of(query, sort=(FundsOrder.id, FundsOrder.id), descending=True),
        filters,
        totals=years.sums(query, FundsOrder, "amount") if filters.value("kind") else {},
        nothing=say("没有指令"),
        what_next=say("制单后在此等候另一人复核记账"),
        every_row=lambda: query.order_by(FundsOrder.id).iterator(),
    )
    return answer(listing, "finance/orders.html", several("指令"))


def _chosen(query: records.Query, filters: Filters) -> records.Query:
    for key in ("state", "kind"):
        if filters.value(key):
            query = query.where(getattr(FundsOrder, key) == filters.value(key))
    if filters.value("year"):
        query = query.where(BudgetLine.year == int(filters.value("year")))
    if word := filters.value("q"):
        named = Project.name.contains(word) | Project.code.contains(word) | System.name.contains(word)
        numbered = FundsOrder.document_number.contains(word) | BudgetLine.document_number.contains(word)
        query = query.where(named | numbered)
    return query


@finance.get("/finance/orders/<int:order_id>")
@allow(*ACCOUNTS)
def order(order_id: int) -> ResponseReturnValue:
    """One order, what it would do, and what may be done with it."""
    row = records.order(order_id, actor())
    drafted = row.state is OrderState.DRAFTED
    preview = of_order(row) if drafted else None
    return render_template(
        "finance/order.html",
        order=row,
        name=whose(row.line),
        preview=preview,
        badge_of=BADGES,
        move=movement_of(row.id) if row.kind in MOVEMENTS else None,
        counter=records.line(row.counter_line_id, actor()) if row.counter_line_id else None,
        whose=whose,
    )


@finance.route("/finance/orders/allotment", methods=["GET", "POST"])
@allow(Role.FINANCE)
def draft_allotment() -> ResponseReturnValue:
    """Draft an allotment; ``?project=`` in the address names whose."""
    form = AllotmentForm(
        whose=request.args.get("project", ""),
        year=clock.fiscal_year(clock.today()),
        functional_code=DEFAULT_HEADING.functional_code,
        economic_code=DEFAULT_HEADING.economic_code,
    )
    if form.accepted():
        with form.refusals():
            order_id = drafted_once(form.key.data, funds.draft_allotment, actor=actor(), **_allotment(form))
            return _drafted(order_id)
    return form.page("finance/allotment.html")


def _allotment(form: AllotmentForm) -> dict[str, Any]:
    """What was typed, as the service takes it."""
    return {
        **found_by_code(form.whose.data, "whose"),
        "year": form.year.data,
        "source": form.source.data,
        "amount": form.amount.data,
        "document_number": form.document_number.data,
        "heading": Heading(
            form.functional_code.data, form.economic_code.data, PaymentMethod(str(form.method.data))
        ),
        "document_id": paper(form, "document"),
        "opening": form.opening.data,
    }


@finance.route("/finance/lines/<int:line_id>/release", methods=["GET", "POST"])
@allow(Role.FINANCE)
def draft_release(line_id: int) -> ResponseReturnValue:
    """Draft a release of a line's money."""
    line = records.line(line_id, actor())
    form = ReleaseForm()
    if form.accepted():
        with form.refusals():
            order_id = drafted_once(
                form.key.data,
                funds.draft_release,
                line_id=line_id,
                amount=form.amount.data,
                document_number=form.document_number.data,
                document_id=paper(form, "document"),
                actor=actor(),
            )
            return _drafted(order_id)
    return form.page("finance/release.html", line=line, name=whose(line))


def _drafted(order_id: int) -> ResponseReturnValue:
    flash(text(say("指令已制单，请另一名财政经办人复核记账")), "success")
    return redirect(url_for("finance.order", order_id=order_id))


@finance.route("/finance/orders/<int:order_id>/posting", methods=["GET", "POST"])
@allow(Role.FINANCE)
def post_order(order_id: int) -> ResponseReturnValue:
    """Post an order, as somebody other than its drafter."""
    row = records.order(order_id, actor())
    form = PostForm(version=row.version)
    if form.accepted():
        with form.refusals():
            _POSTING[row.kind](
                order_id=order_id,
                key=form.key.data,
                effective_on=form.effective_on.data,
                actor=actor(),
            )
            flash(text(say("已记账")), "success")
            return redirect(url_for("finance.line", line_id=row.line_id))
    preview = of_order(row) if row.state is OrderState.DRAFTED else None
    deed = Deed(
        say("复核并记账"),
        _happens(row),
        say("复核并记账"),
        url_for("finance.order", order_id=order_id),
        final=say("凭证一经记账不能修改，只能另制红字凭证冲销。"),
        goes_to=say("记入{name}的预算指标", name=whose(row.line)),
        effects=preview.effects if preview else (),
        counter=preview.counter if preview else (),
        findings=preview.findings if preview else (),
        fields=("effective_on",),
    )
    return form.page("finance/act.html", deed=deed)


def _happens(row: Any) -> Message:  # noqa: ANN401 - a Peewee row
    return say(
        "{kind}{amount}，由{name}制单",
        kind=row.kind.label,
        amount=row.amount,
        name=row.drafted_by.name,
    )


@finance.route("/finance/orders/<int:order_id>/withdrawal", methods=["GET", "POST"])
@allow(Role.FINANCE)
def withdraw_order(order_id: int) -> ResponseReturnValue:
    """Take one's own order back before it is posted."""
    row = records.order(order_id, actor())
    form = VersionedForm(version=row.version)
    if form.accepted():
        with form.refusals():
            order_services.withdraw(order_id=order_id, expected_version=form.expected_version, actor=actor())
            flash(text(say("指令已撤回")), "success")
            return redirect(url_for("finance.orders"))
    deed = Deed(
        say("撤回指令"),
        _happens(row),
        say("撤回"),
        url_for("finance.order", order_id=order_id),
        final=say("撤回后不能恢复；需要时请另行制单。"),
        danger=True,
    )
    return form.page("finance/act.html", deed=deed)
