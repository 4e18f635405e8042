"""Opening entries 期初: what a project from before the system 存量 had been allotted by then.

Its annual plan was decided before the system too, so that its proof is the confirmed record of the project.
"""

from __future__ import annotations

from datetime import date

from portfolio.foundation.errors import Finding, say

INHERITED_RULE = "INHERITED"
OPENING_CODE = "M34"
BASIS = "系统上线时的存量项目登记，两人办理"


def opening_findings(*, inherited: bool, open_now: bool, year: int, this_year: int) -> list[Finding]:
    """Whether money of ``year`` may be entered as allotted before the system; code M34.

    ``inherited`` says whether the project is one and its record is confirmed, ``open_now`` whether rule
    INHERITED is in force.
    """
    return [
        Finding(
            OPENING_CODE,
            inherited,
            say("该项目是已确认的存量项目") if inherited else say("该项目不是已确认的存量项目，没有期初指标"),
            BASIS,
            remedy=say("请按年度投资计划下达指标；存量项目请先登记并由另一人确认"),
        ),
        Finding(
            OPENING_CODE,
            open_now,
            say("存量项目登记尚未截止") if open_now else say("存量项目登记已于规则规定的日期截止"),
            BASIS,
            remedy=say("请按年度投资计划下达指标"),
        ),
        Finding(
            OPENING_CODE,
            year <= this_year,
            say("期初指标的预算年度：{year}", year=year),
            BASIS,
            figure=say("{year}年", year=year),
            limit=say("不晚于{year}年", year=this_year),
            remedy=say("以后年度的指标请按年度投资计划下达"),
        ),
    ]


def before_finding(day: date, confirmed_on: date) -> Finding:
    """Whether an opening takes effect no later than the record of its project was confirmed; code M34."""
    return Finding(
        OPENING_CODE,
        day <= confirmed_on,
        say("期初指标记入{day}", day=day.isoformat()),
        BASIS,
        figure=say("{day}", day=day.isoformat()),
        limit=say("不晚于存量项目确认之日{day}", day=confirmed_on.isoformat()),
        remedy=say("请填写原下达日期；确认之后下达的，按年度投资计划办理"),
    )
