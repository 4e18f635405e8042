"""Budget lines: the list, and one line with its entries, its chain, and its balance on a past day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from budget.queries import forecast, funds, records, replay, years
from budget.queries.verification import broken_entries
from budget.rules.amounts import FIRST_YEAR, LAST_YEAR
from budget.rules.ledger import REVERSIBLE
from budget.rules.words import EntryKind, Measure
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.views.blueprint import READERS, finance, labels, whose, year_filter
from budget.views.forecast import drawn
from portfolio.foundation import clock
from portfolio.foundation.errors import say, several
from portfolio.foundation.money import Money
from portfolio.foundation.roles import SEES_EVERYTHING, Role
from portfolio.foundation.web.lists import PAGE_SIZE, Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project, System

PRINTED = 2000
"""Entries on one page when a line is printed."""


def budget_of(row: Any) -> Money:  # noqa: ANN401 - a Peewee row
    """What a line has to spend."""
    budget: Money = row.carried_in + row.allotted - row.carried_out
    return budget


LINES = (
    Column("whose", say("项目或系统"), get=whose, link=lambda row: url_for("finance.line", line_id=row.id)),
    Column("year", say("年度"), get=lambda row: str(row.year), short=True),
    Column("source", say("资金来源"), get=lambda row: row.source, short=True),
    Column("document_number", say("指标文号"), short=True),
    Column("budget", say("预算"), Kind.MONEY, get=budget_of),
    Column("released", say("用款额度"), Kind.MONEY),
    Column("committed", say("承诺"), Kind.MONEY),
    Column("paid", say("支付"), Kind.MONEY),
    Column("unspent", say("未支付"), Kind.MONEY, get=lambda row: budget_of(row) - row.paid),
)


@finance.get("/finance/lines")
@allow(*READERS)
def lines() -> ResponseReturnValue:
    """The budget lines in the reader's view."""
    filters = Filters(
        [
            year_filter(),
            Filter("source", say("资金来源"), labels(FundingSource)),
            Filter("q", say("项目或文号")),
        ]
    )
    query = records.lines(actor())
    if filters.value("year"):
        query = query.where(BudgetLine.year == int(filters.value("year")))
    if filters.value("source"):
        query = query.where(BudgetLine.source == filters.value("source"))
    if word := filters.value("q"):
        named = Project.name.contains(word) | Project.code.contains(word) | System.name.contains(word)
        query = query.where(named | BudgetLine.document_number.contains(word))
    listing = Listing(
        LINES,
        page_of(query, sort=(BudgetLine.id, BudgetLine.id), descending=True),
        filters,
        totals=_totals(query),
        nothing=say("没有预算指标"),
        what_next=say("指标下达并记账后列在此处"),
        every_row=lambda: query.order_by(BudgetLine.year, BudgetLine.id).iterator(),
    )
    return answer(listing, "finance/lines.html", several("预算指标"))


def _totals(query: records.Query) -> dict[str, object]:
    found = years.sums(
        query, BudgetLine, "carried_in", "allotted", "carried_out", "released", "committed", "paid"
    )
    budget = found["carried_in"] + found["allotted"] - found["carried_out"]
    shown = {name: found[name] for name in ("released", "committed", "paid")}
    return {"budget": budget, **shown, "unspent": budget - found["paid"]}


ENTRIES = (
    Column("number", say("序号"), Kind.NUMBER),
    Column("effective_on", say("日期"), Kind.DAY),
    Column("kind", say("业务"), short=True),
    Column("measure", say("科目")),
    Column("amount", say("金额"), Kind.MONEY),
    Column("standing", say("累计"), Kind.MONEY),
    Column("maker", say("制单"), get=lambda row: row.maker.name, short=True),
    Column("checker", say("复核"), get=lambda row: row.checker.name, short=True),
    Column("posted_by", say("记账"), get=lambda row: row.posted_by.name, short=True),
    Column("contract", say("合同编号"), get=lambda row: row.contract.code if row.contract_id else ""),
    Column("document_number", say("文号"), short=True),
    Column("note", say("摘要")),
    Column("hash", say("凭证校验值")),
)


@finance.get("/finance/lines/<int:line_id>")
@allow(*READERS)
def line(line_id: int) -> ResponseReturnValue:
    """One line: totals, entries, chain, and what it held at the end of a past day."""
    row = records.line(line_id, actor())
    filters = Filters([Filter("measure", say("科目"), labels(Measure))])
    query = records.entries(line_id)
    if filters.value("measure"):  # a measure is whole, so that its running total stays true
        query = query.where(Entry.measure == filters.value("measure"))
    whole = bool(request.args.get("print"))
    size = PRINTED if whole else PAGE_SIZE
    day = _asked_day()
    told = {"as_of", "check", "print", "format"} & set(request.args)
    curve = None if told else forecast.of_line(row, clock.today())
    listing = Listing(
        ENTRIES,
        page_of(query, sort=(Entry.number, Entry.id), descending=not whole, size=size),
        filters,
        nothing=say("还没有凭证"),
        every_row=lambda: replay.with_totals(query.order_by(Entry.number).iterator(), {}),
    )
    _add_totals(listing.page.rows)
    return answer(
        listing,
        "finance/line.html",
        say("预算指标明细账"),
        line=row,
        name=whose(row),
        day=day,
        balance=funds.line_balance(line_id, day) if day else None,
        broken=broken_entries(line_id) if request.args.get("check") else None,
        drafted=years.drafted_orders(line_id) if actor().has(Role.FINANCE, Role.AUDITOR) else [],
        whole=whole,
        everything=actor().has(*SEES_EVERYTHING),
        reversible=REVERSIBLE,
        payment=EntryKind.PAY,
        **(drawn(curve) if curve else {}),
    )


def _add_totals(rows: Sequence[Any]) -> None:
    """Give the entries of a page their running totals."""
    ascending = sorted(rows, key=lambda one: one.number)
    if ascending:
        first = ascending[0]
        totals = replay.before(first.line_id, first.number) if first.number > 1 else {}
        list(replay.with_totals(ascending, totals))


def _asked_day() -> date | None:
    """The day of the balance that was asked for; what is no day of the books is none."""
    try:
        day = date.fromisoformat(request.args.get("as_of", "").strip())
    except ValueError:
        return None
    return min(day, clock.today()) if FIRST_YEAR <= day.year <= LAST_YEAR else None
