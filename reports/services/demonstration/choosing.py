"""Next year's plan is being thought about: one selection by hand, one solved, under an assumed ceiling."""

from __future__ import annotations

from approvals.queries.choice import offered
from approvals.rules.choice import Method, Priority
from approvals.services.selections import Draft, Wish, save
from portfolio.foundation import clock, rulebook
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource
from reports.services.demonstration.calendar import Story, working_day
from reports.services.demonstration.cast import Cast
from reports.services.demonstration.script import Script

_ASSUMED = Money.from_wan(3000)
_LARGEST_BY_HAND = Money.from_wan(1500)


def choose(written: Script, cast: Cast) -> Story:
    """The investment authority's two proposals for the year after the last, saved beside each other."""
    yield working_day(written.today.replace(day=written.today.day - 1))
    year, officer = written.today.year + 1, cast.one(Role.INVESTMENT)
    assumed = {FundingSource.MUNICIPAL: _ASSUMED}
    wishes, left = {}, _ASSUMED
    there = offered(year, rulebook.on(clock.today())).candidates
    for one in sorted(there, key=lambda one: -one.option().total.fen):
        takes = one.option().takes(FundingSource.MUNICIPAL)
        wanted = one.priority is not Priority.ORDINARY and takes <= min(left, _LARGEST_BY_HAND)
        wishes[one.project.id] = Wish(wanted)
        left = left - takes if wanted else left
    save(
        year=year,
        title=f"{year}年大项目优先方案",
        reason="先安排灾备中心、人口库等投资较大的重大工程和在建项目，余额留作追加。",
        draft=Draft(wishes, assumed),
        method=Method.HAND,
        actor=officer,
    )
    save(
        year=year,
        title=f"{year}年优化方案",
        reason="按得分在假定规模3000万元内求最优，供与大项目优先方案比较。",
        draft=Draft({}, assumed),
        method=Method.SOLVED,
        actor=officer,
    )
