"""What the city does every year: ceilings for its own money, and the annual investment plan."""

from __future__ import annotations

from datetime import date

from approvals.services.annual_plan import decide_annual_plan
from budget.rules.words import PlanRowState
from budget.services.limit_drafts import confirm, draft_ceiling
from budget.tables.annual_plan import AnnualPlanRow
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource
from reports.services.demonstration.calendar import Story, working_day
from reports.services.demonstration.cast import Cast
from reports.services.demonstration.narration import Event, Narrator, silent
from reports.services.demonstration.script import Script

_CEILING_DAY = (1, 8)
_PLAN_DAYS = ((3, 12), (6, 14), (9, 12), (11, 18))
"""When the leading group decides the annual plan and its additions: month and day."""


def office(written: Script, cast: Cast, narrate: Narrator = silent) -> Story:
    """Every January two officers set the ceiling; four times a year the listed projects are decided on."""
    (maker, checker), member = cast.all(Role.FINANCE), cast.one(Role.MEMBER)
    for year, amount in written.ceilings.items():
        yield date(year, *_CEILING_DAY)
        number = f"渝财预〔{year}〕1号"
        draft = draft_ceiling(
            year=year, source=FundingSource.MUNICIPAL, amount=amount, number=number, actor=maker
        )
        confirm(draft_id=draft.id, expected_version=draft.version, actor=checker)
        for month, day in _PLAN_DAYS:
            yield date(year, month, day)
            listed = AnnualPlanRow.select().where(
                AnnualPlanRow.year == year, AnnualPlanRow.state == PlanRowState.DRAFTED
            )
            if listed.exists():
                rows = decide_annual_plan(year=year, number="", actor=member)
                narrate(
                    Event(
                        rows[0].decided_at.date(),
                        member,
                        f"审定{year}年度投资计划",
                        money=_total(rows),
                        note=rows[0].number,
                    )
                )


def next_plan_day(today: date) -> date:
    """The first working day after the leading group next decides the annual plan of this year.

    When there is none left this year, the first of the next.
    """
    days = [working_day(date(today.year, *one)) for one in _PLAN_DAYS]
    days.append(working_day(date(today.year + 1, *_PLAN_DAYS[0])))
    return next(day for day in days if day >= today)


def _total(rows: list[AnnualPlanRow]) -> Money:
    return Money.total(row.amount for row in rows)
