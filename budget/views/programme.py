"""The account of the programme's new investment, apart from the fiscal budget."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from budget.queries.programme import Breakdown, breakdown, entries_total, together
from budget.queries.programme import entries as every_entry
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.tables.programme import ProgrammeEntry
from budget.views.blueprint import finance, labels, year_filter
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import SEES_EVERYTHING
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, Page, answer, page_of
from portfolio.foundation.web.permissions import allow
from portfolio.tables.project import Project

SIDES = (
    ("source", say("按来源")),
    ("year", say("按年度")),
    ("quarter", say("按季度")),
    ("box", say("按专栏")),
    ("sector", say("按领域")),
    ("cluster", say("按产业集聚区")),
    ("zone", say("按区域")),
)
_COUNTS = Filter("counts", say("范围"), (("1162", say("计入1162的新增投资")),))
_NARROWED = frozenset({"source", "year"})
"""The sides by which the list of entries can be narrowed."""


def _amount(measure: ProgrammeMeasure) -> Column:
    return Column(measure.value, Message(measure.label), Kind.MONEY, get=lambda row: row.amounts.get(measure))


COLUMNS = (
    Column("name", say("类别"), get=lambda row: row.name if row.name is not None else say("未归类")),
    *(_amount(measure) for measure in ProgrammeMeasure),
    Column("done", say("完成比批准"), Kind.PERCENT),
)


@finance.get("/finance/programme")
@allow(*SEES_EVERYTHING)
def programme() -> ResponseReturnValue:
    """Planned, approved, committed and realised investment, by one side at a time."""
    of_source = Filter("source", say("来源"), labels(ProgrammeSource))
    filters = Filters([Filter("by", say("汇总"), SIDES, default="source"), year_filter(), of_source, _COUNTS])
    side, year = filters.value("by"), filters.value("year")
    rows = breakdown(
        side,
        only_1162=filters.value("counts") == "1162",
        year=int(year) if year else None,
        source=filters.value("source"),
    )
    whole = together(rows)
    return answer(
        Listing(COLUMNS, Page(rows, len(rows)), filters, every_row=lambda: [*rows, _total(whole)]),
        "finance/programme.html",
        say("新增投资"),
        side=side,
        narrowed=side in _NARROWED,
        sides=dict(SIDES),
        rows=rows,
        whole=whole,
        measures=list(ProgrammeMeasure),
    )


def _total(whole: Breakdown) -> Breakdown:
    return Breakdown(say("合计"), whole.amounts)


ENTRIES = (
    Column("day", say("日期"), Kind.DAY),
    Column(
        "project",
        say("项目"),
        get=lambda row: row.project.name,
        link=lambda row: url_for("finance.project", project_id=row.project_id),
    ),
    Column("code", say("项目编号"), get=lambda row: row.project.code, short=True),
    Column("measure", say("环节"), short=True),
    Column("source", say("来源"), short=True),
    Column("amount", say("金额"), Kind.MONEY),
    Column(
        "counts", say("计入1162"), get=lambda row: say("是") if row.counts_1162 else say("否"), short=True
    ),
    Column("note", say("依据与摘要")),
    Column("recorded_by", say("记录人"), get=lambda row: row.recorded_by.name, short=True),
    Column("recorded_at", say("记录时间"), Kind.MOMENT),
)


@finance.get("/finance/programme/entries")
@allow(*SEES_EVERYTHING)
def programme_entries() -> ResponseReturnValue:
    """Every entry of the account, the latest day first: what each of its figures is made of."""
    filters = Filters(
        [
            Filter("measure", say("环节"), labels(ProgrammeMeasure)),
            Filter("source", say("来源"), labels(ProgrammeSource)),
            year_filter(),
            _COUNTS,
            Filter("q", say("项目名称或编号")),
        ]
    )
    query = _chosen(every_entry(), filters)
    listing = Listing(
        ENTRIES,
        page_of(query, sort=(ProgrammeEntry.day, ProgrammeEntry.id), descending=True),
        filters,
        totals={"amount": entries_total(query)} if filters.value("measure") else {},
        nothing=say("还没有投资记录"),
        what_next=say("项目立项、核定概算、签约、报告进度时自动记载"),
        every_row=lambda: query.order_by(ProgrammeEntry.day, ProgrammeEntry.id).iterator(),
    )
    return answer(listing, "finance/programme_entries.html", say("新增投资明细"))


def _chosen(query: Any, filters: Filters) -> Any:  # noqa: ANN401 - Peewee queries
    for key in ("measure", "source"):
        if filters.value(key):
            query = query.where(getattr(ProgrammeEntry, key) == filters.value(key))
    if filters.value("year"):
        query = query.where(ProgrammeEntry.year == int(filters.value("year")))
    if filters.value("counts"):
        query = query.where(ProgrammeEntry.counts_1162)
    if word := filters.value("q"):
        query = query.where(Project.name.contains(word) | Project.code.contains(word))
    return query
