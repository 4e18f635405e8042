"""The close of a year: what unspent money goes on to the next, what lapses, and what stands against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portfolio.foundation.errors import Finding, say
from portfolio.foundation.money import Money

MONTHS_CODE, OPEN_CODE, ORDER_CODE, DAY_CODE, CLOSED_CODE = "M48", "M49", "M53", "M54", "M55"
LAPSE_RULE = "R15"
_BASIS = "《中华人民共和国预算法》：预算年度自公历1月1日起，至12月31日止"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a line's unspent money; ``origins`` tells the carried part by year of allotment."""

    origins: Mapping[int, Money]
    lapsed: Money

    @property
    def carried(self) -> Money:
        """What goes on to the next year 结转."""
        return Money.total(self.origins.values())

    @property
    def unspent(self) -> Money:
        """What is left of the line."""
        return self.carried + self.lapsed


def outcome(
    parts: Mapping[int, Money],
    left: Money,
    *,
    year: int,
    lapse_years: int | None,
    most: Money | None = None,
) -> Outcome:
    """Split what is ``left`` of money allotted in the years of ``parts``; the oldest was spent first.

    Money lapses when ``lapse_years`` have ended without its being spent 连续两年未用完.  Of a project that is
    completed or terminated no more than ``most`` goes on, the rest lapses at once.
    """
    gone = Money.total(parts.values()) - left
    origins: dict[int, Money] = {}
    lapsed = Money.ZERO
    for origin in sorted(parts):
        taken = min(parts[origin], gone)
        gone -= taken
        rest = parts[origin] - taken
        if not rest:
            continue
        if lapse_years is not None and year - origin + 1 >= lapse_years:
            lapsed += rest
        else:
            origins[origin] = rest
    if most is not None:
        over = Money.total(origins.values()) - min(Money.total(origins.values()), most)
        for origin in sorted(origins):
            taken = min(origins[origin], over)
            over, lapsed = over - taken, lapsed + taken
            origins[origin] -= taken
    return Outcome({origin: amount for origin, amount in origins.items() if amount}, lapsed)


def recommitted(open_amounts: Sequence[Money], carried: Money) -> list[Money]:
    """How much of each open commitment the carried money covers, in order."""
    found = []
    for amount in open_amounts:
        given = min(amount, carried)
        carried -= given
        found.append(given)
    return found


def readiness(
    year: int,
    today: date,
    *,
    open_months: Sequence[int],
    applications: int,
    orders: int,
    earlier: int | None,
) -> list[Finding]:
    """Whether a year may be closed: it is over, its months are closed, nothing of it is still under way."""
    return [
        Finding(
            DAY_CODE,
            today.year > year,
            say("{year}年度已结束", year=year) if today.year > year else say("{year}年度尚未结束", year=year),
            _BASIS,
            remedy=say("请在下一年度办理年终结转"),
        ),
        Finding(
            MONTHS_CODE,
            not open_months,
            say("有未结账的月份：{months}", months="、".join(map(str, open_months)))
            if open_months
            else say("十二个月均已结账"),
            _BASIS,
            figure=say("{n}个月未结账", n=len(open_months)) if open_months else None,
            remedy=say("请先逐月结账"),
        ),
        Finding(
            OPEN_CODE,
            applications == 0,
            say("有{n}项付款申请没有办结", n=applications) if applications else say("付款申请均已办结"),
            _BASIS,
            figure=say("{n}项", n=applications) if applications else None,
            remedy=say("请退回这些付款申请，结转后由单位在新年度指标下重新申请"),
        ),
        Finding(
            OPEN_CODE,
            orders == 0,
            say("有{n}项指令等待复核", n=orders) if orders else say("没有等待复核的指令"),
            _BASIS,
            figure=say("{n}项", n=orders) if orders else None,
            remedy=say("请复核记账或撤回"),
        ),
        Finding(
            ORDER_CODE,
            earlier is None,
            say("{year}年度尚未办理年终结转", year=earlier)
            if earlier is not None
            else say("以前年度均已结转"),
            _BASIS,
            remedy=say("请按年度先后办理"),
        ),
    ]


def day_finding(year: int, day: date, today: date) -> Finding:
    """Whether the entries of a closing take effect in the year after it, and not in the future."""
    return Finding(
        DAY_CODE,
        day.year == year + 1 and day <= today,
        say("{year}年度的结转记入{day}", year=year, day=day.isoformat()),
        _BASIS,
        figure=say("{day}", day=day.isoformat()),
        limit=say("{year}年内且不晚于今日{today}", year=year + 1, today=today.isoformat()),
        remedy=say("请选择下一年度未结账的日期"),
    )


def ahead_finding(year: int, closed: bool) -> Finding:
    """Whether money may still be given to lines of a year under a day of the year before 提前下达."""
    return Finding(
        CLOSED_CODE,
        not closed,
        say("{year}年度已办理年终结转，其指标不再变动", year=year)
        if closed
        else say("{year}年度未办理年终结转", year=year),
        _BASIS,
        remedy=say("更正请记入以后年度"),
    )


def closed_finding(year: int, closed: bool) -> Finding:
    """Whether the months of a year may still be opened again."""
    return Finding(
        CLOSED_CODE,
        not closed,
        say("{year}年度已办理年终结转，不能反结账", year=year)
        if closed
        else say("{year}年度未办理年终结转", year=year),
        _BASIS,
        remedy=say("更正请记入以后年度"),
    )
