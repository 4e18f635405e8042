"""The filing track 备案: what a quarter's report of realised investment must hold, and how it is corrected.

Basis: 规划四（五）“以企业为主体”; 财政资金项目须按政府投资程序审批.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from portfolio.foundation.errors import Finding, Invalid, Message, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource

QUARTERS = (1, 2, 3, 4)


def first_day(year: int, quarter: int) -> date:
    """The day on which a quarter begins."""
    return date(year, 3 * quarter - 2, 1)


def last_day(year: int, quarter: int) -> date:
    """The day on which a quarter ends."""
    following = date(year + 1, 1, 1) if quarter == max(QUARTERS) else first_day(year, quarter + 1)
    return following - timedelta(days=1)


def quarter_ended(today: date) -> tuple[int, int]:
    """The year and quarter that ended last."""
    current = (today.month + 2) // 3
    return (today.year, current - 1) if current > 1 else (today.year - 1, max(QUARTERS))


def check_quarter(year: int, quarter: int, filed_on: date, today: date) -> None:
    """Raise ``Invalid`` for a quarter that is none, has not begun, or lies before the year of the filing."""
    problems: dict[str, Message] = {}
    if quarter not in QUARTERS:
        problems["quarter"] = say("季度须在1至4之间")
    elif not filed_on.year <= year <= today.year:
        problems["year"] = say("只能填报备案当年（{year}年）以来的季度", year=filed_on.year)
    elif first_day(year, quarter) > today:
        problems["quarter"] = say("{year}年第{quarter}季度尚未开始", year=year, quarter=quarter)
    if problems:
        raise Invalid(problems)


def check_amounts(amounts: Mapping[FundingSource, Money]) -> None:
    """Raise ``Invalid`` for what is no amount of a known source, or below zero."""
    problems = {}
    for source, amount in amounts.items():
        if not isinstance(source, FundingSource):
            problems["source"] = say("没有资金来源“{source}”", source=source)
        elif not isinstance(amount, Money) or amount < Money.ZERO:
            problems[source.value] = say("完成投资须为金额，且不小于零；更正请重报本季度的全数")
    if problems:
        raise Invalid(problems)


def no_fiscal_money(amounts: Mapping[FundingSource, Money]) -> Finding:
    """A filed project takes no fiscal money; with it, it belongs to the government track."""
    fiscal = Money.total(amount for source, amount in amounts.items() if source.fiscal)
    passed = not fiscal
    return Finding(
        "FISCAL_SOURCES",
        passed,
        say("备案项目未使用财政资金") if passed else say("备案项目不得使用财政资金"),
        "财政资金项目须按政府投资程序审批",
        figure=None if passed else say("{fiscal}", fiscal=fiscal),
        remedy=None if passed else say("需要财政资金的，请改按政府投资项目申报"),
    )
