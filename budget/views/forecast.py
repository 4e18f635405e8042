"""The forecast of a year: its curve, and the lines that are off course."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from budget.queries import forecast as queries
from budget.queries.forecast import Curve, LineForecast
from budget.rules.amounts import hold_year
from budget.rules.forecast import MONTHS, Alarm, AlarmKind
from budget.rules.sources import FISCAL
from budget.views.blueprint import READERS, finance, labels, whose
from portfolio.foundation import clock
from portfolio.foundation.errors import Level, Message, say
from portfolio.foundation.money import FEN_PER_WAN, Money
from portfolio.foundation.web import charts
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, Page, Table, answer
from portfolio.foundation.web.permissions import actor, allow
from portfolio.rules.dossier import FundingSource

SHOWN = 200
"""Rows on the page; the file has all."""

ALL = "all"
_BADGES = {Level.BLOCK: "blocked", Level.WARN: "conditional", Level.INFORM: "review"}
LEVELS = {Level.BLOCK: say("停止"), Level.WARN: say("警告"), Level.INFORM: say("提示")}


@dataclass(frozen=True, slots=True)
class Row:
    """A line with one of its alarms, or with none."""

    one: LineForecast
    alarm: Alarm | None

    @property
    def gap(self) -> Money | None:
        """How far it is off course."""
        return self.alarm.gap if self.alarm else None

    @property
    def badge(self) -> tuple[str, object]:
        """What is wrong with it."""
        return (_BADGES[self.alarm.level], self.alarm.kind) if self.alarm else ("approved", say("正常"))

    @property
    def level(self) -> Message | str:
        """How strictly the rule is held."""
        return LEVELS[self.alarm.level] if self.alarm else ""


@dataclass(frozen=True, slots=True)
class MonthOf:
    """A month of the curve, for the table beside it."""

    number: int
    plan: Money
    actual: Money | None
    ahead: Money | None


COLUMNS = (
    Column(
        "whose",
        say("项目或系统"),
        get=lambda row: whose(row.one.line),
        link=lambda row: url_for("finance.line", line_id=row.one.line.id),
    ),
    Column("source", say("资金来源"), get=lambda row: row.one.line.source, short=True),
    Column(
        "alarm",
        say("预警"),
        Kind.STATUS,
        get=lambda row: (
            (_BADGES[row.alarm.level], row.alarm.kind) if row.alarm else ("approved", say("正常"))
        ),
    ),
    Column(
        "level", say("控制级别"), get=lambda row: LEVELS[row.alarm.level] if row.alarm else "", short=True
    ),
    Column("gap", say("相差"), Kind.MONEY),
    Column("budget", say("预算"), Kind.MONEY, get=lambda row: row.one.forecast.budget),
    Column("released", say("用款额度"), Kind.MONEY, get=lambda row: row.one.line.released),
    Column("planned", say("至上月应付"), Kind.MONEY, get=lambda row: row.one.forecast.planned),
    Column("paid", say("支付"), Kind.MONEY, get=lambda row: row.one.forecast.paid),
    Column("year_end", say("预计全年支付"), Kind.MONEY, get=lambda row: row.one.forecast.year_end),
    Column("unspent", say("预计年末未支付"), Kind.MONEY, get=lambda row: row.one.forecast.unspent),
    Column("basis", say("依据"), get=lambda row: row.alarm.basis if row.alarm else "", short=True),
)

MONTHLY = (
    Column("number", say("月份"), Kind.NUMBER),
    Column("plan", say("计划累计"), Kind.MONEY),
    Column("actual", say("实际累计"), Kind.MONEY),
    Column("ahead", say("预计累计"), Kind.MONEY),
)


@finance.get("/finance/<int:year>/forecast")
@allow(*READERS)
def forecast(year: int) -> ResponseReturnValue:
    """The year's curve and its alarms; with the filter, every line."""
    hold_year(year)
    found = queries.of_year(year, clock.today(), actor())
    every = [Row(one, alarm) for one in found.lines for alarm in one.alarms or (None,)]
    filters = Filters(
        [
            Filter("alarm", say("预警"), [*labels(AlarmKind), (ALL, say("全部指标"))]),
            Filter("level", say("控制级别"), [(level.value, words) for level, words in LEVELS.items()]),
            Filter("source", say("资金来源"), [(one.value, one) for one in FundingSource if one in FISCAL]),
            Filter("q", say("项目或系统")),
        ]
    )
    rows = sorted(
        (row for row in every if _wanted(row, filters)),
        key=lambda row: (-(row.gap or Money.ZERO).fen, row.one.line.id),
    )
    course = drawn(found.whole)
    raised = Counter(row.alarm.kind for row in every if row.alarm)
    listing = Listing(
        COLUMNS,
        Page(rows[:SHOWN], len(rows)),
        filters,
        nothing=say("没有预警"),
        what_next=say("支出偏慢、应付款超出预算或用款额度的指标列在此处"),
        every_row=lambda: rows,
        beside=[Table(say("逐月数据"), MONTHLY, course["months"])],
    )
    return answer(
        listing,
        "finance/forecast.html",
        say("{year}年支出预测与预警", year=year),
        year=year,
        counts={kind: raised[kind] for kind in AlarmKind},
        cut=len(rows) > SHOWN,
        shown=SHOWN,
        **course,
    )


def drawn(curve: Curve) -> dict[str, Any]:
    """A curve as its chart and its table."""
    one = curve.forecast
    ahead = dict(one.ahead)
    before = one.month - 1
    if ahead and before in curve.actual:
        ahead[before] = curve.actual[before]
    nothing = {0: Money.ZERO}
    series = {
        "path": {**nothing, **dict(enumerate(one.plan, 1))},
        "ahead": ({} if before else nothing) | ahead if ahead else {},
        "actual": {**nothing, **curve.actual} if curve.actual else {},
    }
    chart = charts.curves(
        range(MONTHS + 1),
        {name: {month: _wan(amount) for month, amount in values.items()} for name, values in series.items()},
    )
    months = [
        MonthOf(number, one.plan[number - 1], curve.actual.get(number), one.ahead.get(number))
        for number in range(1, MONTHS + 1)
    ]
    return {"course": one, "chart": chart, "months": months}


def _wan(amount: Money) -> Decimal:
    return (Decimal(amount.fen) / FEN_PER_WAN).quantize(Decimal("0.01"))


def _wanted(row: Row, filters: Filters) -> bool:
    alarm, level = filters.value("alarm"), filters.value("level")
    if row.alarm is None:
        passes = alarm == ALL and not level
    else:
        passes = alarm in ("", ALL, row.alarm.kind.value) and level in ("", row.alarm.level.value)
    source, word = filters.value("source"), filters.value("q")
    line = row.one.line
    code = line.project.code if line.project_id is not None else line.system.code
    return passes and source in ("", line.source.value) and (not word or word in whose(line) or word in code)
