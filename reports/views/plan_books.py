"""The columns of the plan's tables as workbooks."""

from __future__ import annotations

from typing import Any

from budget.rules.words import ProgrammeMeasure
from portfolio.foundation.errors import Message, say, several
from portfolio.foundation.web.lists import Column, Kind, Listing, Page


def _money(measure: ProgrammeMeasure, steps: Any) -> Column:  # noqa: ANN401 - how to get at the steps of a row
    return Column(
        measure.value,
        Message(measure.label),
        Kind.MONEY,
        get=lambda row: getattr(steps(row), measure.value),
    )


BOXES = (
    Column("number", say("专栏"), get=lambda row: row.box.number),
    Column("name", say("名称"), get=lambda row: row.box.name),
    Column("items", several("规划项目"), Kind.NUMBER, get=lambda row: row.progress.items),
    Column("covered", say("有项目"), Kind.NUMBER, get=lambda row: row.progress.covered),
    Column("started", say("已开工"), Kind.NUMBER, get=lambda row: row.progress.started),
    Column("projects", several("建设项目"), Kind.NUMBER, get=lambda row: row.progress.projects),
    *(_money(measure, lambda row: row.progress.steps) for measure in ProgrammeMeasure),
)
ITEMS = (
    Column("group", say("段落"), get=lambda row: row[0].name),
    Column("code", say("编码"), get=lambda row: row[1].item.code),
    Column("name", say("规划项目"), get=lambda row: row[1].item.name),
    Column("projects", several("建设项目"), Kind.NUMBER, get=lambda row: row[1].projects),
    *(_money(measure, lambda row: row[1].steps) for measure in ProgrammeMeasure),
)
INDICATORS = (
    Column("code", say("编码"), get=lambda row: row.indicator.code),
    Column("name", say("指标"), get=lambda row: row.indicator.name),
    Column("unit", say("计量单位"), get=lambda row: row.indicator.unit),
    Column("kind", say("属性"), get=lambda row: row.indicator.kind.value),
    Column("base", say("基数"), Kind.NUMBER, get=lambda row: row.indicator.base),
    Column("target", say("目标"), Kind.NUMBER, get=lambda row: row.indicator.target),
    Column("figure", say("最新数"), Kind.NUMBER, get=lambda row: row.pace.figure),
    Column("year", say("年份"), get=lambda row: str(row.pace.year) if row.pace.year else ""),
    Column("required", say("同年要求"), Kind.NUMBER, get=lambda row: row.pace.required),
    Column("attained", say("完成要求"), Kind.PERCENT, get=lambda row: row.pace.attained),
    Column("standing", say("进度"), get=lambda row: row.pace.standing),
    Column("projects", say("服务项目"), Kind.NUMBER),
)


def book(columns: tuple[Column, ...], rows: list[Any]) -> Listing:
    """A table that is shown whole, and comes as a workbook."""
    return Listing(columns, Page(rows, len(rows)), every_row=lambda: rows)
