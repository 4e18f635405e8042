"""The plan as it is in the database, to read: items change by amendment alone."""

from __future__ import annotations

from typing import Any

from portfolio.foundation.admin import View
from portfolio.foundation.errors import say, several
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Kind
from portfolio.tables.plan import Goal, Indicator, PlanBox, PlanItem


class _PlanView(View):
    group = say("规划数据")
    group_note = say("只读：由规划文件载入，条目按修订变更")

    def heading(self, row: Any) -> str:  # noqa: ANN401 - a Peewee row
        """Code and name."""
        return f"{row.code} {text(row.name)}"


class Boxes(_PlanView):
    """The boxes."""

    table = PlanBox
    address = "plan-boxes"
    title = say("规划专栏一览")
    icon = "grid"
    shown = facts = (
        Column("code", say("代码")),
        Column("number", say("编号")),
        Column("name", say("名称")),
        Column("item_count", say("项目数"), Kind.NUMBER),
    )
    searched = ("code", "name")
    order = ("position",)


class Items(_PlanView):
    """The items with all their revisions."""

    table = PlanItem
    address = "plan-items"
    title = several("规划项目")
    icon = "list-ol"
    shown = (
        Column("code", say("代码")),
        Column("name", say("名称")),
        Column("group", say("段落"), get=lambda row: row.group.name),
        Column("revision", say("版次"), Kind.NUMBER),
        Column("valid_from", say("生效日期"), Kind.DAY),
        Column("valid_to", say("终止日期"), Kind.DAY),
    )
    facts = (
        *shown,
        Column("seed_text", say("规划原文")),
        Column("reason", say("修订理由")),
        Column("note", say("说明")),
    )
    joined = (PlanItem.group,)
    searched = ("code", "name")
    order = ("code", "-revision")


class Indicators(_PlanView):
    """The main indicators."""

    table = Indicator
    address = "plan-indicators"
    title = say("规划指标一览")
    icon = "graph-up"
    shown = (
        Column("code", say("代码")),
        Column("name", say("名称")),
        Column("unit", say("计量单位")),
        Column("base", say("基期值"), Kind.NUMBER),
        Column("target", say("目标值"), Kind.NUMBER),
        Column("target_year", say("目标年份")),
    )
    facts = (
        *shown,
        Column("category", say("类别")),
        Column("base_year", say("基期年份")),
        Column("note", say("说明")),
    )
    searched = ("code", "name")
    order = ("position",)


class Goals(_PlanView):
    """The goals of the programme."""

    table = Goal
    address = "plan-goals"
    title = say("1162 目标")
    icon = "bullseye"
    shown = (
        Column("code", say("代码")),
        Column("name", say("名称")),
        Column("unit", say("计量单位")),
        Column("target", say("目标值"), Kind.NUMBER),
    )
    facts = (*shown, Column("quote", say("规划原文")), Column("note", say("说明")))
    searched = ("code", "name")
    order = ("position",)


PLAN_VIEWS: tuple[type[View], ...] = (Boxes, Items, Indicators, Goals)
