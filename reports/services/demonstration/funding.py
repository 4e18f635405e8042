"""Money arrives: the annual investment plan, the allotment and the release, each by two finance officers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from approvals.services.annual_plan import list_in_annual_plan
from budget.services import funds
from budget.tables.line import BudgetLine
from portfolio.foundation import clock
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource, Part
from portfolio.tables.dossier import FundingLine
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.dues import dues, split
from reports.services.demonstration.journey import Journey
from reports.services.demonstration.office import next_plan_day

LISTED, ALLOTTING = "listed", "allotting"
"""Where a project waits for its money: for the annual plan, or for the second finance officer."""
RELEASE_WAITS = "release_waits"
"""The happening by which the second year's release is drafted, and not yet posted."""
_LAST_DAY_TO_LIST = (11, 10)
_LATEST_MONTH_FOR_PROGRESS = 8
"""Construction that begins after this month pays its first year's money in one advance."""


def fund(journey: Journey) -> Story:
    """The project is listed for its first year, the leading group decides, the money is allotted."""
    yield journey.later(5)
    today = clock.today()
    possible = today.year if today <= date(today.year, *_LAST_DAY_TO_LIST) else today.year + 1
    planned, funds_wanted = _first_funds(journey)
    journey.first_year = max(planned, possible)
    amounts = split(funds_wanted, journey.script.sources)
    if journey.script.reach == LISTED:
        yield day_of_money(journey.first_year)  # too late for this decision, so it waits for the next
    list_for(journey, journey.first_year, amounts)
    if journey.script.reach == LISTED:
        return
    yield day_of_money(journey.first_year)
    allot(journey, journey.first_year, amounts)


def plan_dues(journey: Journey) -> None:
    """On the day of the start it is known what falls due when."""
    late = clock.today().month > _LATEST_MONTH_FOR_PROGRESS
    journey.dues = dues(journey.script.amount, _first_funds(journey)[1], late=late)


def _first_funds(journey: Journey) -> tuple[int, Money]:
    """The first year of the design's funding, and what all sources give in it."""
    rows = list(
        FundingLine.select().where(FundingLine.project == journey.project_id, FundingLine.part == Part.DESIGN)
    )
    first = min(row.year for row in rows)
    return first, Money.total(row.amount for row in rows if row.year == first)


def list_for(journey: Journey, year: int, amounts: Mapping[FundingSource, Money]) -> None:
    """An authority lists what the project needs in a year."""
    officer = journey.cast.one(Role.INVESTMENT)
    for source, amount in amounts.items():
        list_in_annual_plan(**journey.standing, year=year, source=source, amount=amount, actor=officer)
    journey.tell(officer, f"列入{year}年度投资计划草案", money=Money.total(amounts.values()))


def day_of_money(year: int) -> date:
    """The day on which money of a year is allotted: two days after the leading group's next decision."""
    asked = max(clock.today(), date(year, 1, 1))
    return clock.add_working_days(next_plan_day(asked), 2)


def allot(journey: Journey, year: int, amounts: Mapping[FundingSource, Money]) -> None:
    """Allot what the annual plan gives, drafted by one finance officer and posted by the other."""
    maker, checker = journey.cast.all(Role.FINANCE)
    drafted_only = journey.script.reach == ALLOTTING
    number = f"渝财建〔{year}〕{40 + journey.project_id}号"
    for source, amount in amounts.items():
        order = funds.draft_allotment(
            project_id=journey.project_id,
            year=year,
            source=source,
            amount=amount,
            document_number=number,
            actor=maker,
        )
        if not drafted_only:
            funds.allot(order_id=order.id, key=journey.key("allot"), actor=checker)
    if drafted_only:
        journey.tell(maker, f"拟下达{year}年指标，待另一人复核", money=Money.total(amounts.values()))
        return
    note = f"{number}，{maker.name}制单"
    journey.tell(checker, f"下达{year}年指标", money=Money.total(amounts.values()), note=note)


def release(journey: Journey, year: int, amounts: Mapping[FundingSource, Money]) -> None:
    """Release what a year pays, from each source; the second year's may wait for the second officer."""
    maker, checker = journey.cast.all(Role.FINANCE)
    waits = RELEASE_WAITS in journey.script.happenings and year != journey.first_year
    for source, amount in amounts.items():
        line = line_of(journey, year, source)
        order = funds.draft_release(line_id=line.id, amount=amount, actor=maker)
        if not waits:
            funds.release(order_id=order.id, key=journey.key("release"), actor=checker)
    total = Money.total(amounts.values())
    if waits:
        journey.tell(maker, f"拟下达{year}年用款计划，待另一人复核", money=total)
    else:
        journey.tell(checker, f"下达{year}年用款计划", money=total, note=f"{maker.name}制单")


def line_of(journey: Journey, year: int, source: FundingSource) -> BudgetLine:
    """The project's budget line of a year and source."""
    line: BudgetLine = BudgetLine.get(project=journey.project_id, year=year, source=source)
    return line
