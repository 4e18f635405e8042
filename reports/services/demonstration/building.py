"""Stage 4 建设: the start, contracts, progress and payments over two years, and what may come between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from approvals.rules.stages import Gate, SideState
from approvals.services import construction
from budget.rules.words import InstalmentKind
from portfolio.foundation import clock
from portfolio.rules.dossier import DocumentKind
from portfolio.services import progress
from reports.services.demonstration.assessing import self_evaluate
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.contracting import (
    BUILDING,
    SUPERVISION,
    approve_costs,
    commit_second_year,
    needs_of_second_year,
    pay,
    pay_costs,
    sign_contracts,
)
from reports.services.demonstration.funding import allot, day_of_money, list_for, plan_dues, release
from reports.services.demonstration.journey import Journey
from reports.services.demonstration.troubles import TROUBLES
from reports.services.demonstration.works import MILESTONES, Works, begin

Act = Callable[[Journey], Story]


def build(journey: Journey) -> Story:
    """Everything from the start application to the last milestone, in the order of its days."""
    yield journey.later(4)
    works = begin(journey)
    _start(journey)
    for day, act in sorted(_agenda(journey, works), key=lambda entry: entry[0]):
        yield day
        if journey.case.side_state is not SideState.ACTIVE:
            return
        yield from act(journey)


def _start(journey: Journey) -> None:
    journey.paper(DocumentKind.START_APPLICATION)
    started = construction.start_construction(
        **journey.standing, cover_number=journey.letter("工"), actor=journey.applicant
    )
    gate = Gate.BUILD.label
    journey.tell(journey.applicant, "开工", findings=started.findings, gate=gate)
    plan_dues(journey)


def _agenda(journey: Journey, works: Works) -> list[tuple[date, Act]]:
    """What happens when while it is built."""
    year = journey.first_year
    advance, progressed = InstalmentKind.ADVANCE, InstalmentKind.PROGRESS
    milestones = [
        (day, _milestone(name, day))
        for (_, _, name), day in zip(MILESTONES[:-1], works.reached, strict=False)
    ]
    troubles = [
        (clock.add_months(works.start, months), act)
        for name, months, act in TROUBLES
        if name in journey.script.happenings
    ]
    autumn = date(year, 11, 26)
    reports = [
        (day, _half_year)
        for day in (date(year, 7, 20), date(year + 1, 1, 20))
        if works.start < day < works.finished
    ]
    return [
        (clock.add_working_days(works.start, 6), sign_contracts),
        (clock.add_working_days(works.start, 8), approve_costs(0)),
        (clock.add_working_days(works.start, 3), _release_first_year),
        (clock.add_working_days(works.start, 11), pay(BUILDING, 0, advance)),
        (clock.add_working_days(works.start, 14), pay_costs(0)),
        (autumn, pay(BUILDING, 0, progressed)),
        (autumn + timedelta(4), pay(SUPERVISION, 0, progressed)),
        (date(year + 1, 1, 12), _list_second_year),
        (day_of_money(year + 1), _second_year),
        (date(year + 1, 2, 10), lambda one: self_evaluate(one, year)),
        *milestones,
        *reports,
        *troubles,
        (works.finished, _finish),
    ]


def _release_first_year(journey: Journey) -> Story:
    amounts = journey.dues.of_year(0, journey.script.sources)
    release(journey, journey.first_year, amounts)
    return iter(())


def _list_second_year(journey: Journey) -> Story:
    """The second year's money is asked for, as much as it has to pay."""
    list_for(journey, journey.first_year + 1, needs_of_second_year(journey))
    return iter(())


def _second_year(journey: Journey) -> Story:
    """The second year's money is there: its instalments are committed and it is released."""
    year, amounts = journey.first_year + 1, needs_of_second_year(journey)
    allot(journey, year, amounts)
    commit_second_year(journey)
    yield journey.later(2)
    yield from approve_costs(1)(journey)
    release(journey, year, amounts)


def _milestone(name: str, day: date) -> Act:
    def act(journey: Journey) -> Story:
        progress.reach_milestone(
            project_id=journey.project_id, name=name, actual_on=day, actor=journey.applicant
        )
        journey.tell(journey.applicant, f"里程碑：{name}")
        return iter(())

    return act


def _half_year(journey: Journey) -> Story:
    today = clock.today()
    first_half = today.month > 6
    progress.report_progress(
        project_id=journey.project_id,
        fields={
            "year": today.year if first_half else today.year - 1,
            "period": "h1" if first_half else "h2",
            "percent_done": 30 if first_half else 65,
            "text": "按计划实施，设备采购和软件开发进展正常。",
        },
        actor=journey.applicant,
    )
    journey.tell(journey.applicant, f"报送{'上' if first_half else '下'}半年进度")
    return iter(())


def _finish(journey: Journey) -> Story:
    """The last milestone, which the stage after this one takes as the completion."""
    name = MILESTONES[-1][2]
    today = clock.today()
    progress.reach_milestone(
        project_id=journey.project_id, name=name, actual_on=today, actor=journey.applicant
    )
    journey.tell(journey.applicant, f"里程碑：{name}")
    return iter(())
