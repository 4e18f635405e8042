"""The annual investment plan: what could be listed, what is drafted, what the leading group decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.acts import PlanDecisionForm
from approvals.queries.annual_plan import annual_plan as plan_of
from approvals.services.annual_plan import decide_annual_plan
from approvals.views.submission import procedure
from portfolio.foundation import clock
from portfolio.foundation.errors import Message, say, several
from portfolio.foundation.roles import SEES_EVERYTHING, Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Kind, Table, tables
from portfolio.foundation.web.permissions import actor, allow

TOTALS = (
    Column("source", say("来源")),
    Column("decided", say("已审定"), Kind.MONEY),
    Column("drafted", say("草案"), Kind.MONEY),
    Column("planned", say("审定草案后"), Kind.MONEY),
    Column("ceiling", say("年度规模"), Kind.MONEY),
    Column("left", say("规模余额"), Kind.MONEY),
)
PROJECT = (
    Column("code", say("项目编号"), get=lambda one: one.project.code),
    Column("name", say("项目名称"), get=lambda one: one.project.name),
    Column("owner", say("申报单位")),
)


def _row(key: str, label: Message, kind: Kind = Kind.TEXT) -> Column:
    read: Callable[[Any], Any] = lambda one: getattr(one.row, key)  # noqa: E731
    return Column(key, label, kind, get=read)


ROW = (*PROJECT, _row("source", say("来源")), _row("amount", say("年度投资"), Kind.MONEY))
DRAFTED = (
    *ROW,
    Column("drafter", say("编列"), get=lambda one: one.row.drafter.name),
    _row("drafted_at", say("编列时间"), Kind.MOMENT),
)
ELIGIBLE = (
    *PROJECT,
    Column("stage", say("所处环节")),
    Column("source", say("来源")),
    Column("amount", say("申报年度投资"), Kind.MONEY),
)
DECIDED = (
    *ROW,
    _row("number", say("文号")),
    Column("decider", say("审定"), get=lambda one: one.row.decider.name),
    _row("decided_at", say("审定时间"), Kind.MOMENT),
    Column("standing", say("效力"), get=lambda one: say("有效") if one.standing else say("已调整")),
)


@procedure.get("/annual-plan")
@allow(*SEES_EVERYTHING)
def this_year() -> ResponseReturnValue:
    """To the plan of this year."""
    return redirect(url_for("procedure.annual_plan", year=clock.fiscal_year(clock.today())))


@procedure.get("/annual-plan/<int:year>")
@allow(*SEES_EVERYTHING)
def annual_plan(year: int) -> ResponseReturnValue:
    """The plan of a year: totals against the ceilings, drafts, what may be listed, what is decided."""
    plan = plan_of(year)
    return tables(
        [
            Table(say("已审定"), DECIDED, plan.decided),
            Table(several("草案"), DRAFTED, plan.drafted),
            Table(say("可以列入的项目"), ELIGIBLE, plan.eligible),
            Table(say("按资金来源合计"), TOTALS, plan.totals),
        ],
        "approvals/annual_plan.html",
        say("{year}年度投资计划", year=year),
        plan=plan,
        year=year,
        this_year=clock.fiscal_year(clock.today()),
    )


@procedure.route("/annual-plan/<int:year>/decision", methods=["GET", "POST"])
@allow(Role.MEMBER)
def decide(year: int) -> ResponseReturnValue:
    """The leading group decides the drafted rows, all of them at once."""
    form = PlanDecisionForm()
    if form.accepted():
        with form.refusals():
            rows = decide_annual_plan(year=year, number=form.number.data, actor=actor())
            said = say("{year}年度投资计划已审定：{number}", year=year, number=rows[0].number)
            flash(text(said), "success")
            return redirect(url_for("procedure.annual_plan", year=year))
    return form.page("approvals/annual_plan_decision.html", plan=plan_of(year), year=year)
