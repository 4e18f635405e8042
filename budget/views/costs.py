"""Costs without a contract: drafted by the unit, approved by somebody else."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from budget.forms.contracts import CostForm
from budget.forms.keyed import VersionedForm
from budget.queries import records, years
from budget.rules.words import DirectCostKind
from budget.services import direct_costs
from budget.services.once_only import drafted_once
from budget.services.previews import of_cost
from budget.tables.contract import DirectCost
from budget.tables.line import BudgetLine
from budget.views.blueprint import (
    DRAFTERS,
    READERS,
    SIGNERS,
    Deed,
    finance,
    labels,
    paper,
    sent,
    whose,
    year_filter,
)
from portfolio.foundation.errors import say, several
from portfolio.foundation.money import Money
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.tables.project import Project

COLUMNS = (
    Column("title", say("事由"), link=lambda row: url_for("finance.cost", cost_id=row.id)),
    Column("whose", say("项目或系统"), get=whose),
    Column("year", say("年度"), get=lambda row: str(row.line.year), short=True),
    Column("kind", say("支出类别"), short=True),
    Column("payee", say("收款单位")),
    Column("amount", say("金额"), Kind.MONEY),
    Column("paid", say("支付"), Kind.MONEY),
    Column("unpaid", say("未支付"), Kind.MONEY, get=lambda row: row.amount - row.paid),
    Column(
        "state",
        say("状态"),
        Kind.STATUS,
        get=lambda row: ("approved", say("已审批")) if row.approved_by_id else ("review", say("待审批")),
    ),
)
_STATES = (("open", say("待审批")), ("approved", say("已审批")))


@finance.get("/finance/costs")
@allow(*READERS)
def costs() -> ResponseReturnValue:
    """The costs without a contract in the reader's view."""
    filters = Filters(
        [
            Filter("state", say("状态"), _STATES),
            Filter("kind", say("支出类别"), labels(DirectCostKind)),
            year_filter(),
            Filter("q", say("事由、项目或收款单位")),
        ]
    )
    query = _chosen(records.costs(actor()), filters)
    listing = Listing(
        COLUMNS,
        page_of(query, sort=(DirectCost.id, DirectCost.id), descending=True),
        filters,
        totals=_totals(query),
        nothing=say("没有非合同支出"),
        what_next=say("在预算指标页登记评审费、建设管理费等支出"),
        every_row=lambda: query.order_by(DirectCost.id).iterator(),
    )
    return answer(listing, "finance/costs.html", several("非合同支出"))


def _totals(query: records.Query) -> dict[str, Money]:
    found = years.sums(query, DirectCost, "amount", "paid")
    return {**found, "unpaid": found["amount"] - found["paid"]}


def _chosen(query: records.Query, filters: Filters) -> records.Query:
    if filters.value("state"):
        query = query.where(DirectCost.approved_by.is_null(filters.value("state") == "open"))
    if filters.value("kind"):
        query = query.where(DirectCost.kind == filters.value("kind"))
    if filters.value("year"):
        query = query.where(BudgetLine.year == int(filters.value("year")))
    if word := filters.value("q"):
        named = DirectCost.title.contains(word) | DirectCost.payee.contains(word)
        query = query.where(named | Project.name.contains(word) | Project.code.contains(word))
    return query


@finance.get("/finance/costs/<int:cost_id>")
@allow(*READERS)
def cost(cost_id: int) -> ResponseReturnValue:
    """One cost, and what it pays or would commit."""
    row = records.cost(cost_id, actor())
    preview = None if row.approved_by_id else of_cost(row)
    return render_template("finance/cost.html", cost=row, name=whose(row), preview=preview)


@finance.get("/finance/costs/<int:cost_id>/document")
@allow(*READERS)
def cost_document(cost_id: int) -> ResponseReturnValue:
    """The paper of a cost."""
    return sent(records.cost(cost_id, actor()).document)


@finance.route("/finance/lines/<int:line_id>/costs/new", methods=["GET", "POST"])
@allow(*DRAFTERS)
def draft_cost(line_id: int) -> ResponseReturnValue:
    """Draft a cost on a line of one's own unit."""
    line = records.line(line_id, actor())
    form = CostForm()
    if form.accepted():
        with form.refusals():
            cost_id = drafted_once(
                form.key.data,
                direct_costs.draft_cost,
                line_id=line_id,
                kind=form.kind.data,
                title=form.title.data,
                payee=form.payee.data,
                amount=form.amount.data,
                document_id=paper(form, "document"),
                actor=actor(),
            )
            flash(text(say("非合同支出已登记，请另一人审批")), "success")
            return redirect(url_for("finance.cost", cost_id=cost_id))
    return form.page("finance/cost_form.html", line=line, name=whose(line))


@finance.route("/finance/costs/<int:cost_id>/approval", methods=["GET", "POST"])
@allow(*SIGNERS)
def approve_cost(cost_id: int) -> ResponseReturnValue:
    """Approve a cost, as somebody other than its drafter."""
    row = records.cost(cost_id, actor())
    form = VersionedForm(version=row.version)
    if form.accepted():
        with form.refusals():
            direct_costs.approve_cost(
                cost_id=cost_id,
                expected_version=form.expected_version,
                key=form.key.data,
                actor=actor(),
            )
            flash(text(say("非合同支出已审批")), "success")
            return redirect(url_for("finance.cost", cost_id=cost_id))
    preview = None if row.approved_by_id else of_cost(row)
    deed = Deed(
        say("审批非合同支出"),
        say("审批通过“{title}”{amount}，付给{payee}", title=row.title, amount=row.amount, payee=row.payee),
        say("审批通过"),
        url_for("finance.cost", cost_id=cost_id),
        final=say("审批后计入项目概算并占用本年指标。"),
        effects=preview.effects if preview else (),
        findings=preview.findings if preview else (),
    )
    return form.page("finance/act.html", deed=deed)
