"""Selections for tests: projects that may be listed, a ceiling, drafts, and what is saved of them."""

from __future__ import annotations

from approvals.rules.choice import Method
from approvals.services.selections import Draft, Wish, save
from budget.services import ceilings
from budget.tables.annual_plan import AnnualPlanRow
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource
from tests import procedure
from tests.procedure import ORDINARY

YEAR = 2008
CITY = FundingSource.MUNICIPAL


def fixed(cast, name, total_wan, **fields):
    """A project whose estimate is fixed, asking six tenths of ``total_wan`` for the year."""
    return procedure.carry(cast, until="fixed", name=name, total_wan=total_wan, item=ORDINARY, **fields)


def ceiling(cast, wan, year=YEAR):
    ceilings.set_ceiling(
        year=year, source=CITY, amount=Money.from_wan(wan), number=f"渝财预〔{year}〕1号", actor=cast.finance
    )


def draft(*chosen, pins=None, bases=None, assumed=None, shares=()):
    pins, bases = pins or {}, bases or {}
    wishes = {key: Wish(key in chosen, bases.get(key), pins.get(key)) for key in {*chosen, *pins, *bases}}
    return Draft(wishes, {CITY: Money.from_wan(assumed)} if assumed else {}, tuple(shares))


def keep(cast, made, method=Method.HAND, title="方案一", **changed):
    values = {"year": YEAR, "title": title, "reason": "先保续建，再按得分", "actor": cast.investment}
    return save(**{**values, **changed}, draft=made, method=method)


def plan_rows(year=YEAR):
    return {
        row.project_id: (row.amount, row.state)
        for row in AnnualPlanRow.select().where(AnnualPlanRow.year == year)
    }


def three_projects(cast):
    """Three projects that ask 600, 300 and 300 of a ceiling of 700: the second is marked as major."""
    found = (
        fixed(cast, "墒情监测平台", 1000),
        fixed(cast, "农产品追溯系统", 500, foundational=True),
        fixed(cast, "动物防疫信息库", 500),
    )
    ceiling(cast, 700)
    return found
