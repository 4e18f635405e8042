"""The budget round 二上二下: requests, control figures, second requests, approvals, orders that follow."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from budget.forms.budget_round import (
    ApprovalForm,
    ControlForm,
    OrderForm,
    RequestForm,
    RevisionForm,
    SecondForm,
)
from budget.queries import budget_round as queries
from budget.queries import years
from budget.queries.subjects import found_by_code
from budget.rules.words import MID_YEAR, RequestKind, RequestState
from budget.services import budget_round
from budget.services.budget_round import Figure
from budget.services.once_only import drafted_once
from budget.tables.annual_plan import BudgetRequest
from budget.views.blueprint import READERS, Deed, finance, labels, paper, whose, year_filter
from portfolio.foundation import clock
from portfolio.foundation.errors import Invalid, Message, say
from portfolio.foundation.roles import SEES_EVERYTHING, Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project, System

MOST_CONTROLS = 100
BADGES = {
    RequestState.FIRST_UP: "review",
    RequestState.CONTROL: "waiting",
    RequestState.SECOND_UP: "review",
    RequestState.APPROVED: "approved",
}


def said(row: Any) -> Message | RequestState:  # noqa: ANN401 - a Peewee row
    """How far a request has come; requests in mid-year know two steps."""
    if row.kind in MID_YEAR:
        return say("已批复") if row.state is RequestState.APPROVED else say("待批复")
    state: RequestState = row.state
    return state


COLUMNS = (
    Column(
        "whose",
        say("项目或系统"),
        get=whose,
        link=lambda row: url_for("finance.budget_request", request_id=row.id),
    ),
    Column("year", say("年度"), get=lambda row: str(row.year), short=True),
    Column("source", say("资金来源"), short=True),
    Column("kind", say("种类"), short=True),
    Column("requested", say("一上"), Kind.MONEY),
    Column("control_figure", say("一下"), Kind.MONEY),
    Column("second_request", say("二上"), Kind.MONEY),
    Column("approved", say("二下"), Kind.MONEY),
    Column("number", say("批复文号"), short=True),
    Column("state", say("状态"), Kind.STATUS, get=lambda row: (BADGES[row.state], said(row))),
)


@finance.get("/finance/requests")
@allow(*READERS)
def budget_requests() -> ResponseReturnValue:
    """The requests in the reader's view, newest first, against the ceilings of a year."""
    filters = Filters(
        [
            year_filter(),
            Filter("source", say("资金来源"), labels([one for one in FundingSource if one.fiscal])),
            Filter("kind", say("种类"), labels(RequestKind)),
            Filter("state", say("状态"), labels(RequestState)),
            Filter("q", say("项目名称或编号")),
        ]
    )
    query = queries.requests(actor())
    for key in ("year", "source", "kind", "state"):
        if filters.value(key):
            value = int(filters.value(key)) if key == "year" else filters.value(key)
            query = query.where(getattr(BudgetRequest, key) == value)
    if word := filters.value("q"):
        query = query.where(
            Project.name.contains(word) | Project.code.contains(word) | System.name.contains(word)
        )
    year = int(filters.value("year") or clock.fiscal_year(clock.today()) + 1)
    listing = Listing(
        COLUMNS,
        page_of(query, sort=(BudgetRequest.id, BudgetRequest.id), descending=True),
        filters,
        totals=years.sums(query, BudgetRequest, *queries.FIGURES) if filters.value("kind") else {},
        nothing=say("没有预算申请"),
        what_next=say("单位财务人员编报后列在此处"),
        every_row=lambda: query.order_by(BudgetRequest.id).iterator(),
    )
    return answer(
        listing,
        "finance/requests.html",
        say("预算申请"),
        year=year,
        sources=queries.by_source(year) if actor().has(*SEES_EVERYTHING) else [],
    )


@finance.route("/finance/requests/new", methods=["GET", "POST"])
@allow(Role.UNIT_FINANCE)
def ask_for_budget() -> ResponseReturnValue:
    """Ask for money of a year, or for more or less in mid-year."""
    form = RequestForm(year=clock.fiscal_year(clock.today()) + 1)
    if form.accepted():
        with form.refusals():
            request_id = drafted_once(
                form.key.data,
                budget_round.ask,
                **found_by_code(form.whose.data, "whose"),
                year=form.year.data,
                source=form.source.data,
                kind=form.kind.data,
                amount=form.amount.data,
                reason=form.reason.data or "",
                actor=actor(),
            )
            flash(text(say("预算申请已编报，请财政主管部门办理")), "success")
            return redirect(url_for("finance.budget_request", request_id=request_id))
    return form.page("finance/request_form.html", row=None, title=say("编报预算申请"))


@finance.get("/finance/requests/<int:request_id>")
@allow(*READERS)
def budget_request(request_id: int) -> ResponseReturnValue:
    """One request with its four figures, and what may be done with it."""
    row = queries.request(request_id, actor())
    mid_year = row.kind in MID_YEAR
    return render_template(
        "finance/request.html",
        row=row,
        name=whose(row),
        mid_year=mid_year,
        badge_kind=BADGES[row.state],
        said=said(row),
        order=queries.order_for(row.id) if mid_year else None,
    )


@finance.route("/finance/requests/<int:request_id>/revision", methods=["GET", "POST"])
@allow(Role.UNIT_FINANCE)
def revise_request(request_id: int) -> ResponseReturnValue:
    """Change what is not answered yet."""
    row = queries.request(request_id, actor())
    form = RevisionForm(version=row.version, amount=row.requested, reason=row.reason)
    if form.accepted():
        with form.refusals():
            budget_round.revise(
                request_id=request_id,
                expected_version=form.expected_version,
                amount=form["amount"].data,
                reason=form.reason.data or "",
                actor=actor(),
            )
            return _done(request_id, say("预算申请已修改"))
    return form.page("finance/request_form.html", row=row, title=say("修改预算申请"))


@finance.route("/finance/requests/<int:request_id>/second", methods=["GET", "POST"])
@allow(Role.UNIT_FINANCE)
def ask_again(request_id: int) -> ResponseReturnValue:
    """Ask within the control figure."""
    row = queries.request(request_id, actor())
    form = SecondForm(version=row.version, amount=row.control_figure)
    if form.accepted():
        with form.refusals():
            budget_round.ask_again(
                request_id=request_id,
                expected_version=form.expected_version,
                amount=form["amount"].data,
                actor=actor(),
            )
            return _done(request_id, say("二上数已报送"))
    return form.page("finance/request_form.html", row=row, title=say("报送二上数"))


@finance.route("/finance/requests/<int:request_id>/approval", methods=["GET", "POST"])
@allow(Role.FINANCE)
def approve_request(request_id: int) -> ResponseReturnValue:
    """Approve, as somebody who did not ask."""
    row = queries.request(request_id, actor())
    asked = row.requested if row.kind in MID_YEAR else row.second_request
    form = ApprovalForm(version=row.version, amount=asked)
    if form.accepted():
        with form.refusals():
            budget_round.approve(
                request_id=request_id,
                expected_version=form.expected_version,
                amount=form["amount"].data,
                number=form.number.data,
                actor=actor(),
            )
            return _done(request_id, say("预算申请已批复"))
    deed = Deed(
        say("批复预算申请"),
        say("{kind}申请{amount}", kind=row.kind.label, amount=asked or row.requested),
        say("批复预算申请"),
        url_for("finance.budget_request", request_id=request_id),
        final=say("批复后不能修改；执行中的变化另行申请追加或调减。"),
        goes_to=say("{year}年{source}，{name}", year=row.year, source=row.source.label, name=whose(row)),
        findings=budget_round.approval_findings(row, asked or row.requested, actor()),
        fields=("amount", "number"),
        units=("amount",),
    )
    return form.page("finance/act.html", deed=deed)


@finance.route("/finance/requests/<int:request_id>/order", methods=["GET", "POST"])
@allow(Role.FINANCE)
def order_request(request_id: int) -> ResponseReturnValue:
    """Draft the adjustment that an approved request stands for."""
    row = queries.request(request_id, actor())
    form = OrderForm()
    if form.accepted():
        with form.refusals():
            order_id = drafted_once(
                form.key.data,
                budget_round.order_of,
                request_id=request_id,
                document_id=paper(form, "document"),
                actor=actor(),
            )
            flash(text(say("指令已制单，请另一名财政经办人复核记账")), "success")
            return redirect(url_for("finance.order", order_id=order_id))
    deed = Deed(
        say("按批复制单"),
        say("{kind}{amount}，批复文号{number}", kind=row.kind.label, amount=row.approved, number=row.number)
        if row.approved is not None
        else say("{kind}{amount}，尚未批复", kind=row.kind.label, amount=row.requested),
        say("制单并送复核"),
        url_for("finance.budget_request", request_id=request_id),
        goes_to=say("{year}年{source}，{name}", year=row.year, source=row.source.label, name=whose(row)),
        findings=budget_round.order_findings(row),
        fields=("document",),
    )
    return form.page("finance/act.html", deed=deed)


@finance.route("/finance/requests/control-figures", methods=["GET", "POST"])
@allow(Role.FINANCE)
def control_figures() -> ResponseReturnValue:
    """The control figures of a year's round on one page; what is left empty stays open."""
    coming = clock.fiscal_year(clock.today()) + 1
    filters = Filters([year_filter(coming), Filter("source", say("资金来源"), labels(FundingSource))])
    year = int(filters.value("year"))
    waiting = queries.awaiting_control(year, filters.value("source"), actor(), MOST_CONTROLS)
    form = ControlForm(
        rows=[{"request_id": row.id, "version": row.version, "amount": row.control_figure} for row in waiting]
    )
    if form.accepted():
        with form.refusals():
            count = _give(form)
            flash(text(say("已下达{n}项控制数", n=count)), "success")
            return redirect(url_for("finance.budget_requests", year=year, kind=RequestKind.ROUND.value))
    by_id = {str(row.id): row for row in waiting}
    return form.page(
        "finance/control_figures.html",
        year=year,
        by_id=by_id,
        whose=whose,
        sources=queries.by_source(year),
        years=filters.fields[0].choices,
    )


def _give(form: ControlForm) -> int:
    """Give the typed figures; a refusal is put beside the row that it is about."""
    typed = [(index, one) for index, one in enumerate(form.rows) if one.amount.data is not None]
    figures = []
    for _, one in typed:
        ids = str(one.request_id.data or ""), str(one.version.data or "")
        if not all(part.isdecimal() and len(part) < 10 for part in ids):
            raise Invalid({"rows": say("页面内容有误，请刷新后重新填写")})
        figures.append(Figure(int(ids[0]), int(ids[1]), one.amount.data))
    if not figures:
        raise Invalid({"rows": say("请至少填写一项控制数")})
    try:
        return budget_round.set_controls(figures=figures, actor=actor())
    except Invalid as refusal:
        places = {f"rows.{number}.amount": index for number, (index, _) in enumerate(typed)}
        moved = {f"rows.{places[key]}.amount": said for key, said in refusal.fields.items()}
        raise Invalid(moved) from refusal


def _done(request_id: int, message: Message) -> ResponseReturnValue:
    flash(text(message), "success")
    return redirect(url_for("finance.budget_request", request_id=request_id))
