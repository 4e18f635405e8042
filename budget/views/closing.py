"""The close of a year: what stands against it, what becomes of each line, and the two officers' acts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from budget.forms.movements import CarryForm, ClosingForm
from budget.queries import closing as queries
from budget.rules.amounts import hold_year
from budget.rules.closing import Outcome
from budget.services import closing
from budget.services.once_only import drafted_once
from budget.tables.line import BudgetLine
from budget.views.blueprint import ACCOUNTS, Deed, finance, whose
from portfolio.foundation import clock
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.tables.project import Project, System


def _columns(found: dict[int, Outcome]) -> tuple[Column, ...]:
    nothing = Outcome({}, Money.ZERO)

    def of(row: Any) -> Outcome:  # noqa: ANN401 - a Peewee row
        return found.get(row.id, nothing)

    return (
        Column(
            "whose", say("项目或系统"), get=whose, link=lambda row: url_for("finance.line", line_id=row.id)
        ),
        Column("source", say("资金来源"), get=lambda row: row.source, short=True),
        Column("document_number", say("指标文号"), short=True),
        Column("budget", say("预算"), Kind.MONEY, get=lambda row: row.carried_in + row.allotted),
        Column("paid", say("支付"), Kind.MONEY),
        Column("unspent", say("未支付"), Kind.MONEY, get=lambda row: of(row).unspent),
        Column("carried", say("结转下年"), Kind.MONEY, get=lambda row: of(row).carried),
        Column("lapsed", say("结余收回"), Kind.MONEY, get=lambda row: of(row).lapsed),
    )


@finance.get("/finance/<int:year>/closing")
@allow(*ACCOUNTS)
def closing_of_year(year: int) -> ResponseReturnValue:
    """What closing the year comes to, line by line, and how far it is."""
    _hold_year(year)
    row = queries.closing_of(year)
    lapses = row.lapse_years if row is not None else closing.lapse_years(clock.today())
    begun = row is not None and row.posted_at is not None
    found = queries.found_for(year, lapses, actor(), begun=begun)
    filters = Filters([Filter("q", say("项目或文号"))])
    query = queries.lines_to_close(year, actor())
    if word := filters.value("q"):
        named = Project.name.contains(word) | Project.code.contains(word) | System.name.contains(word)
        query = query.where(named | BudgetLine.document_number.contains(word))
    sums = {
        name: Money.total(getattr(one, name) for one in found.values())
        for name in ("unspent", "carried", "lapsed")
    }
    listing = Listing(
        _columns(found),
        page_of(query, sort=(BudgetLine.id, BudgetLine.id)),
        filters,
        totals=sums if not filters.value("q") else {},
        nothing=say("没有需要结转的指标"),
        every_row=lambda: query.order_by(BudgetLine.id).iterator(),
    )
    return answer(
        listing,
        "finance/closing.html",
        say("{year}年终结转", year=year),
        year=year,
        closing=row,
        begun=begun,
        sums=sums,
        lapses=lapses,
        progress=queries.progress(year) if begun else None,
        findings=[] if begun else queries.findings(year, clock.today()),
    )


@finance.route("/finance/<int:year>/closing/draft", methods=["GET", "POST"])
@allow(Role.FINANCE)
def draft_closing(year: int) -> ResponseReturnValue:
    """Draft the closing of a year."""
    _hold_year(year)
    form = ClosingForm()
    if form.accepted():
        with form.refusals():
            drafted_once(
                form.key.data, closing.draft_closing, year=year, number=form.number.data, actor=actor()
            )
            flash(text(say("年终结转已制单，请另一名财政经办人复核办理")), "success")
            return redirect(url_for("finance.closing_of_year", year=year))
    deed = Deed(
        say("年终结转制单"),
        say("{year}年度未支付的指标逐项结转到{next}年度，应收回的结余收回", year=year, next=year + 1),
        say("制单并送复核"),
        url_for("finance.closing_of_year", year=year),
        findings=queries.findings(year, clock.today()),
        fields=("number",),
    )
    return form.page("finance/act.html", deed=deed)


@finance.route("/finance/<int:year>/closing/start", methods=["GET", "POST"])
@allow(Role.FINANCE)
def start_closing(year: int) -> ResponseReturnValue:
    """Carry a drafted closing out, as another officer."""
    _hold_year(year)
    row = queries.closing_of(year)
    if row is None:
        raise NotFound(say("{year}年度没有年终结转的制单", year=year))
    form = CarryForm(version=row.version)
    if form.accepted():
        with form.refusals():
            closing.start_closing(
                closing_id=row.id,
                expected_version=form.expected_version,
                effective_on=form.effective_on.data,
                actor=actor(),
            )
            flash(text(say("年终结转开始办理，逐项记账")), "success")
            return redirect(url_for("finance.closing_of_year", year=year))
    deed = Deed(
        say("办理年终结转"),
        say("{year}年度的指标逐项结转，由{name}制单", year=year, name=row.drafted_by.name),
        say("办理年终结转"),
        url_for("finance.closing_of_year", year=year),
        final=say("结转后该年度不再接受凭证，也不能反结账。"),
        findings=queries.findings(year, clock.today()),
        fields=("effective_on",),
        danger=True,
    )
    return form.page("finance/act.html", deed=deed)


def _hold_year(year: int) -> None:
    """A year is closed into the one after it."""
    hold_year(year)
    hold_year(year + 1)
