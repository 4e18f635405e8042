"""Realised investment of government projects: follows the progress they report, never what was paid.

Enterprises' projects report their realised amounts each quarter themselves; they have no account and are
left alone here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from budget.queries.funds import account
from budget.queries.programme import programme_totals
from budget.rules.realised import WHOLE, work_done
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.services import programme
from budget.services.books import books
from budget.tables.programme import ProgrammeEntry
from portfolio.foundation.db import fn, get
from portfolio.foundation.errors import say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.services import progress
from portfolio.tables.dossier import ProgressReport
from portfolio.tables.project import Project

Amounts = dict[ProgrammeSource, Money]


@progress.follow
def follow_report(report: ProgressReport, actor: Actor) -> None:
    """Count what a progress report says is done, as of the end of its period."""
    realise(
        project_id=report.project_id,
        percent=report.percent_done,
        day=report.period.last_day(report.year),
        note=f"{report.year}年{report.period.label}进度{report.percent_done}%（第{report.revision}次）",
        actor=actor,
    )


def follow_completion(*, project_id: int, day: date, note: str, actor: Actor) -> None:
    """Count the whole project as done on a day: when it is built, and again when its accounts are final."""
    realise(project_id=project_id, percent=WHOLE, day=day, note=note, actor=actor)


def realise(*, project_id: int, percent: int, day: date, note: str, actor: Actor) -> None:
    """Bring what is realised by the end of a day to what so many per cent come to, by the difference.

    What was counted for later days stands: the next of them takes the difference back.  Saying the same
    again therefore adds nothing.  A project without an account of its own is left alone.
    """
    with books():
        get(Project, project_id, say("项目"), lock=True)
        if account(project_id) is None:
            return
        approved = _sums(project_id, ProgrammeMeasure.APPROVED, None)
        committed = _sums(project_id, ProgrammeMeasure.COMMITTED, day)
        differences = _differences(
            work_done(percent, approved, committed), _sums(project_id, ProgrammeMeasure.REALISED, day)
        )
        later = _next_day(project_id, day)
        _add(project_id, differences, day, note, actor)
        if later is not None:
            back = {source: -amount for source, amount in differences.items()}
            _add(project_id, back, later, note, actor)


def _add(project_id: int, amounts: Amounts, day: date, note: str, actor: Actor) -> None:
    if amounts:
        measure = ProgrammeMeasure.REALISED
        programme.record(
            measure=measure, project_id=project_id, amounts=amounts, day=day, note=note, actor=actor
        )


def _differences(wanted: Mapping[ProgrammeSource, Money], held: Amounts) -> Amounts:
    found = {
        source: wanted.get(source, Money.ZERO) - held.get(source, Money.ZERO) for source in {*wanted, *held}
    }
    return {source: amount for source, amount in found.items() if amount}


def _sums(project_id: int, measure: ProgrammeMeasure, until: date | None) -> Amounts:
    totals = programme_totals("source", measures=[measure], project_id=project_id, until=until)
    return {ProgrammeSource(total.key[0]): total.amount for total in totals}


def _next_day(project_id: int, day: date) -> date | None:
    """The first day after ``day`` for which something is counted as realised."""
    row = (
        ProgrammeEntry.select(fn.MIN(ProgrammeEntry.day))
        .where(
            ProgrammeEntry.project == project_id,
            ProgrammeEntry.measure == ProgrammeMeasure.REALISED,
            ProgrammeEntry.day > day,
        )
        .scalar()
    )
    return date.fromisoformat(row) if isinstance(row, str) else row
