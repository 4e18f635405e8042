"""Closing and reopening of months; a closed month takes no entries."""

from __future__ import annotations

from datetime import date

from budget.queries.closing import is_year_closed
from budget.rules.amounts import written, year_of_account
from budget.rules.closing import closed_finding
from budget.rules.words import PeriodState
from budget.services.books import books
from budget.services.posting import hold_period
from budget.tables.period import Period
from portfolio.foundation import audit, clock
from portfolio.foundation.db import for_update
from portfolio.foundation.errors import Conflict, Invalid, refuse_unless, say
from portfolio.foundation.roles import Actor, Role

_BASIS = "会计基础工作：按月结账，反结账须有理由"


def close_period(*, year: int, month: int, actor: Actor) -> Period:
    """Close a month that has begun 结账; waits for entries that are being written into it."""
    actor.require(Role.FINANCE)
    first = _first_day(year, month)
    if first > clock.today():
        raise Invalid({"month": say("不能提前结账")})
    return _put(first, PeriodState.CLOSED, "", actor)


def reopen_period(*, year: int, month: int, reason: str, actor: Actor) -> Period:
    """Open a closed month again 反结账, for a reason; never one of a year that is closed."""
    actor.require(Role.FINANCE)
    return _put(_first_day(year, month), PeriodState.OPEN, written(reason, "reason"), actor)


def _put(first: date, state: PeriodState, reason: str, actor: Actor) -> Period:
    with books():
        hold_period(first, exclusive=True)
        if state is PeriodState.OPEN:
            refuse_unless([closed_finding(first.year, is_year_closed(first.year))])
        query = Period.select().where(Period.year == first.year, Period.month == first.month)
        row: Period | None = for_update(query).first()
        before = row.state if row else PeriodState.OPEN
        if before is state:
            raise Conflict(
                say("{year}年{month}月已是“{state}”", year=first.year, month=first.month, state=state.label),
                basis=_BASIS,
                remedy=say("请刷新后核对"),
            )
        values = {"state": state, "changed_by": actor.user_id, "changed_at": clock.now()}
        if row is None:
            row = Period.create(year=first.year, month=first.month, **values)
        else:
            Period.update(**values, version=row.version + 1).where(Period.id == row.id).execute()
        audit.record(actor, "period.put", ("period", row.id), {"state": state, "reason": reason})
        found: Period = Period.get_by_id(row.id)
        return found


def _first_day(year: int, month: int) -> date:
    year_of_account(year)
    if type(month) is not int or not 1 <= month <= 12:
        raise Invalid({"month": say("月份须在1至12之间")})
    return date(year, month, 1)
