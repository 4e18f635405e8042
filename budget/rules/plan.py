"""How allotments stand to the annual investment plan."""

from __future__ import annotations

from portfolio.foundation.errors import Finding, Level, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource

PLAN_CODE = "M32"
_BASIS = "规划四（五）：年度投资计划经信息化领导小组审定后实施"


def planned_finding(
    year: int, source: FundingSource, planned: Money | None, allotted: Money, amount: Money
) -> Finding:
    """Whether ``amount`` more than ``allotted`` stays within what the annual plan gives; code M32.

    ``allotted`` is below zero by what was taken off an opening: so much is given back without the plan.
    """
    limit = planned or Money.ZERO
    under_plan, after = max(allotted, Money.ZERO), max(allotted + amount, Money.ZERO)
    figures = {"year": year, "left": limit - under_plan, "asked": after - under_plan}
    if after == Money.ZERO:
        what = say("未超过期初已下达数，不占{year}年度投资计划", year=year)
    elif planned is None:
        what = say("{year}年度投资计划没有列入该项目的{source}", year=year, source=source.label)
    elif after <= limit:
        what = say("{year}年度投资计划：尚余{left}，本次{asked}", **figures)
    else:
        what = say("下达指标超过{year}年度投资计划：尚余{left}，本次需要{asked}", **figures)
    return Finding(
        PLAN_CODE,
        after <= limit,
        what,
        _BASIS,
        figure=say("{amount}", amount=after),
        limit=say("{amount}", amount=limit),
        remedy=say("请先将该项目列入年度投资计划并审定，或减少指标"),
    )


def commitments_finding(year: int, committed: Money, approved: Money | None) -> Finding:
    """Whether the instalments of a later year stay within the approved funding; only a warning, code M33."""
    limit = approved or Money.ZERO
    return Finding(
        "M33",
        committed <= limit,
        say("{year}年的合同分期超过该年批准的财政资金", year=year),
        _BASIS,
        level=Level.WARN,
        figure=say("{amount}", amount=committed),
        limit=say("{amount}", amount=limit),
        remedy=say("请及时申请该年度预算，或调整分期"),
    )
