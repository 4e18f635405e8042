"""Statements against the books: the queue of exceptions, and each of them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from budget.forms.imports import CorrectForm, ExplainForm, LinkForm
from budget.queries import reconciliation as queries
from budget.rules.reconciling import WORKABLE, Difference, MatchOutcome, Settlement, StatementState
from budget.rules.words import PaymentMethod
from budget.services import reconciliation as services
from budget.tables.reconciliation import BankStatement, Reconciliation
from budget.views.blueprint import ACCOUNTS, finance, labels, paper, year_filter
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import Role
from portfolio.foundation.web.forms import Form
from portfolio.foundation.web.language import month, text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow

BADGES = {
    Settlement.OPEN: "waiting",
    Settlement.AUTOMATIC: "approved",
    Settlement.LINKED: "approved",
    Settlement.EXPLAINED: "conditional",
    Settlement.CORRECTING: "review",
    Settlement.CLEARED: "approved",
    Settlement.WITHDRAWN: "waiting",
}
_MOST_OFFERED = 200


def day_of(row: Any) -> Any:  # noqa: ANN401 - a Peewee row
    """The day of an item: the statement's, else the books'."""
    return row.line.day if row.line_id is not None else row.entry.effective_on


def payee_of(row: Any) -> str:  # noqa: ANN401 - a Peewee row
    """Whoever was paid, as the statement says, else the books."""
    if row.line_id is not None and row.line.payee:
        return str(row.line.payee)
    return queries.payee(row.entry) if row.entry_id is not None else ""


ITEM_COLUMNS = (
    Column(
        "outcome",
        say("结果"),
        get=lambda row: row.outcome,
        link=lambda row: url_for("finance.reconciliation_item", item_id=row.id),
    ),
    Column(
        "month", say("月份"), get=lambda row: f"{row.statement.year}-{row.statement.month:02d}", short=True
    ),
    Column("day", say("日期"), Kind.DAY, get=day_of),
    Column("payee", say("收款单位"), get=payee_of),
    Column("bank", say("对账单金额"), Kind.YUAN, get=lambda row: row.line.amount if row.line_id else None),
    Column(
        "books",
        say("账面金额"),
        Kind.YUAN,
        get=lambda row: queries.outflow(row.entry) if row.entry_id else None,
    ),
    Column("note", say("摘要"), get=lambda row: row.line.note if row.line_id else row.entry.note),
    Column("settlement", say("处理"), Kind.STATUS, get=lambda row: (BADGES[row.settlement], row.settlement)),
)


@finance.get("/finance/reconciliation")
@allow(*ACCOUNTS)
def reconciliation() -> ResponseReturnValue:
    """The queue: what still waits, or everything."""
    months = [(str(number), month(number)) for number in range(1, 13)]
    filters = Filters(
        [
            Filter("state", say("范围"), [("all", say("全部（含相符）"))]),
            year_filter(),
            Filter("month", say("月份"), months),
            Filter("method", say("支付方式"), labels(PaymentMethod)),
            Filter("outcome", say("结果"), labels(MatchOutcome)),
            Filter("q", say("收款单位、合同或摘要")),
        ]
    )
    query = queries.items().where(queries.in_force())
    if filters.value("state") != "all":
        query = query.where(queries.waiting())
    for key, column in (("year", BankStatement.year), ("month", BankStatement.month)):
        if filters.value(key):
            query = query.where(column == int(filters.value(key)))
    if filters.value("method"):
        query = query.where(BankStatement.method == filters.value("method"))
    if filters.value("outcome"):
        query = query.where(Reconciliation.outcome == filters.value("outcome"))
    if word := filters.value("q"):
        query = query.where(queries.says(word))
    listing = Listing(
        ITEM_COLUMNS,
        page_of(query, sort=(Reconciliation.id, Reconciliation.id)),
        filters,
        nothing=say("没有待处理的对账差异"),
        what_next=say("导入对账单后，核对不上的在此处理"),
        every_row=lambda: query.order_by(Reconciliation.id).iterator(),
    )
    return answer(listing, "finance/reconciliation.html", say("对账"))


@finance.get("/finance/reconciliation/<int:item_id>")
@allow(*ACCOUNTS)
def reconciliation_item(item_id: int) -> ResponseReturnValue:
    """One exception, or one pair."""
    return render_template("finance/settle.html", form=None, act="", **_facts(queries.item(item_id)))


def _facts(item: Any) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    return {
        "item": item,
        "badge_of": BADGES,
        "left": queries.open_count(item.statement.year, item.statement.month),
        "differs": [Difference(one) for one in item.differs],
        "payee": queries.payee(item.entry) if item.entry_id is not None else "",
        "outflow": queries.outflow(item.entry) if item.entry_id is not None else None,
        "workable": item.settlement in WORKABLE
        and item.outcome in queries.EXCEPTIONS
        and item.statement.state is StatementState.OPEN,
    }


def _page(form: Form, item: Any, act: Message) -> ResponseReturnValue:  # noqa: ANN401
    return form.page("finance/settle.html", act=text(act), **_facts(item))


def _settled(item_id: int, said: Message) -> ResponseReturnValue:
    flash(text(said), "success")
    return redirect(url_for("finance.reconciliation_item", item_id=item_id))


@finance.route("/finance/reconciliation/<int:item_id>/explanation", methods=["GET", "POST"])
@allow(Role.FINANCE)
def explain_item(item_id: int) -> ResponseReturnValue:
    """Settle an exception by an explanation."""
    item = queries.item(item_id)
    form = ExplainForm(version=item.version, reason=item.reason)
    if form.accepted():
        with form.refusals():
            services.explain(
                item_id=item_id,
                expected_version=form.expected_version,
                reason=form.reason.data,
                actor=actor(),
            )
            return _settled(item_id, say("已登记说明"))
    return _page(form, item, say("登记说明"))


@finance.route("/finance/reconciliation/<int:item_id>/link", methods=["GET", "POST"])
@allow(Role.FINANCE)
def link_item(item_id: int) -> ResponseReturnValue:
    """Say which payment a line is; the nearest in amount are offered first."""
    item = queries.item(item_id)
    form = LinkForm(version=item.version)
    form.other.choices = _offered(item)
    if form.accepted():
        with form.refusals():
            services.link(
                item_id=item_id,
                other_id=int(form.other.data),
                expected_version=form.expected_version,
                reason=form.reason.data,
                actor=actor(),
            )
            return _settled(item_id, say("已对应"))
    return _page(form, item, say("对应"))


def _offered(item: Any) -> list[SelectChoice]:  # noqa: ANN401 - a Peewee row
    query = queries.items(item.statement_id).where(
        Reconciliation.outcome == MatchOutcome.BOOKS_ONLY, Reconciliation.settlement.in_(WORKABLE)
    )
    wanted = item.line.amount.fen if item.line_id is not None else 0
    found = sorted(query, key=lambda one: abs(queries.outflow(one.entry).fen - wanted))[:_MOST_OFFERED]
    return [
        SelectChoice(
            str(one.id),
            f"{one.entry.effective_on.isoformat()} {queries.outflow(one.entry).yuan_text()} "
            f"{queries.payee(one.entry)}",
        )
        for one in found
    ]


@finance.route("/finance/reconciliation/<int:item_id>/correction", methods=["GET", "POST"])
@allow(Role.FINANCE)
def correct_item(item_id: int) -> ResponseReturnValue:
    """Open a refund or a reversal of a payment that the statement does not bear out."""
    item = queries.item(item_id)
    form = CorrectForm(version=item.version)
    if form.accepted():
        with form.refusals():
            services.correct(
                item_id=item_id,
                expected_version=form.expected_version,
                reason=form.reason.data,
                refund=form.refund.data,
                document_id=paper(form, "document"),
                actor=actor(),
            )
            return _settled(item_id, say("更正指令已制单，请另一名财政经办人复核记账"))
    return _page(form, item, say("制作更正指令"))
