"""The year of the city's money: ceilings, execution by source and by project; drafting a ceiling."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from budget.forms.funds import CeilingForm
from budget.queries import years
from budget.queries.limit_drafts import waiting
from budget.rules.amounts import hold_year
from budget.services import limit_drafts
from budget.services.once_only import drafted_once
from budget.views.blueprint import READERS, finance, paper
from portfolio.foundation import clock
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import SEES_EVERYTHING, Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, Table, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.tables.project import Project

PROJECTS = (
    Column("name", say("项目"), link=lambda row: url_for("finance.project", project_id=row.id)),
    Column("code", say("项目编号"), short=True),
    Column("budget", say("预算"), Kind.MONEY),
    Column("released", say("用款额度"), Kind.MONEY),
    Column("committed", say("承诺"), Kind.MONEY),
    Column("paid", say("支付"), Kind.MONEY),
    Column("unspent", say("未支付"), Kind.MONEY, get=lambda row: row.budget - row.paid),
    Column("rate", say("支付率"), Kind.PERCENT, get=lambda row: years.share(row.paid, row.budget)),
)


def _sum(name: str, label: Message) -> Column:
    return Column(name, label, Kind.MONEY, get=lambda row: getattr(row.totals, name))


SOURCE = (Column("source", say("资金来源")),)
CEILING = (Column("ceiling", say("年度规模"), Kind.MONEY), Column("left", say("规模尚余"), Kind.MONEY))
TOTALS = (
    _sum("carried_in", say("上年结转")),
    _sum("allotted", say("本年下达")),
    _sum("carried_out", say("结转下年")),
    _sum("released", say("用款额度")),
    _sum("committed", say("承诺")),
    _sum("paid", say("支付")),
    _sum("unspent", say("未支付")),
    Column("rate", say("支付率"), Kind.PERCENT, get=lambda row: row.totals.rate),
)


@finance.get("/finance")
@allow(*READERS)
def home() -> ResponseReturnValue:
    """This year."""
    return redirect(url_for("finance.year", year=clock.fiscal_year(clock.today())))


@finance.get("/finance/<int:year>")
@allow(*READERS)
def year(year: int) -> ResponseReturnValue:
    """A year by source and by project."""
    hold_year(year)
    money = years.of_year(year, actor())
    filters = Filters([Filter("q", say("项目名称或编号"))])
    query = years.by_project(year, actor())
    if word := filters.value("q"):
        query = query.where(Project.name.contains(word) | Project.code.contains(word))
    total = sum((one.totals for one in money.sources), years.Totals())
    whole_city = actor().has(*SEES_EVERYTHING)
    columns = (*SOURCE, *(CEILING if whole_city else ()), *TOTALS)
    listing = Listing(
        PROJECTS,
        page_of(query, sort=(Project.code, Project.id)),
        filters,
        totals=years.project_sums(query),
        nothing=say("这一年还没有下达到项目的指标"),
        every_row=lambda: query.order_by(Project.code),
        beside=[Table(say("按资金来源"), columns, money.sources)],
    )
    return answer(
        listing,
        "finance/year.html",
        say("{year}年预算执行", year=year),
        year=year,
        money=money,
        sources=money.sources,
        total=total,
        systems=money.systems,
        whole_city=whole_city,
    )


@finance.route("/finance/<int:year>/ceiling", methods=["GET", "POST"])
@allow(Role.FINANCE)
def ceiling(year: int) -> ResponseReturnValue:
    """Draft the ceiling of the year; another officer confirms it."""
    hold_year(year)
    form = CeilingForm()
    if form.accepted():
        with form.refusals():
            draft_id = drafted_once(
                form.key.data,
                limit_drafts.draft_ceiling,
                year=year,
                source=form.source.data,
                amount=form.amount.data,
                number=form.number.data,
                document_id=paper(form, "document"),
                actor=actor(),
            )
            flash(text(say("限额已制单，请另一名财政经办人复核")), "success")
            return redirect(url_for("finance.limit_draft", draft_id=draft_id))
    return form.page(
        "finance/ceiling.html",
        year=year,
        sources=[one for one in years.of_year(year, actor()).sources if one.bound],
        revisions=years.revisions(year),
        unconfirmed=waiting(year=year),
    )
