"""Reads of the observations of the plan's indicators."""

from __future__ import annotations

from collections.abc import Iterable

from portfolio.foundation.access import User
from portfolio.foundation.errors import NotFound, say
from portfolio.tables.observation import Observation
from portfolio.tables.plan import Indicator, Plan


def indicator(plan_id: int, code: str) -> Indicator:
    """The indicator of a plan with this code; raises ``NotFound``.  One query."""
    query = Indicator.select(Indicator, Plan).join(Plan)
    found: Indicator | None = query.where(Indicator.plan == plan_id, Indicator.code == code).first()
    if found is None:
        raise NotFound(say("没有编码为“{code}”的规划指标", code=code), remedy=say("请从规划指标列表进入"))
    return found


def observations(indicator_ids: Iterable[int]) -> dict[int, list[Observation]]:
    """All observations of these indicators in the order of recording, each with who did it; one query."""
    query = Observation.select(Observation, User.id, User.name).join(User)
    rows = query.where(Observation.indicator.in_(list(indicator_ids))).order_by(
        Observation.indicator, Observation.position
    )
    found: dict[int, list[Observation]] = {}
    for row in rows:
        found.setdefault(row.indicator_id, []).append(row)
    return found
