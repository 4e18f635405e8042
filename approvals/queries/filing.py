"""What a filed project has reported of its realised investment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from approvals.rules.stages import DecisionMode
from approvals.tables.case import FilingReport
from approvals.tables.decision import Decision
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.tables.programme import ProgrammeEntry
from portfolio.foundation.money import Money


def filed_on(project_id: int) -> date:
    """The day of the filing; asked only of a project that is filed."""
    decision = (
        Decision.select(Decision.decided_at)
        .where(Decision.project == project_id, Decision.mode == DecisionMode.FILING)
        .order_by(Decision.id.desc())
        .get()
    )
    day: date = decision.decided_at.date()
    return day


def reports(project_id: int) -> list[FilingReport]:
    """Every report with its revisions, in the order of the quarters; one query."""
    query = FilingReport.select().where(FilingReport.project == project_id)
    return list(query.order_by(FilingReport.year, FilingReport.quarter, FilingReport.revision))


def latest(project_id: int, year: int, quarter: int) -> FilingReport | None:
    """The report of a quarter as last corrected; ``None`` when there is none."""
    query = FilingReport.select().where(
        FilingReport.project == project_id, FilingReport.year == year, FilingReport.quarter == quarter
    )
    found: FilingReport | None = query.order_by(FilingReport.revision.desc()).first()
    return found


def realised(project_id: int, year: int, quarter: int) -> dict[ProgrammeSource, Money]:
    """What the programme account holds as realised in a quarter, by source; one query."""
    held: dict[ProgrammeSource, Money] = defaultdict(lambda: Money.ZERO)
    rows = ProgrammeEntry.select(ProgrammeEntry.source, ProgrammeEntry.amount).where(
        ProgrammeEntry.project == project_id,
        ProgrammeEntry.measure == ProgrammeMeasure.REALISED,
        ProgrammeEntry.year == year,
        ProgrammeEntry.quarter == quarter,
    )
    for row in rows:
        held[row.source] += row.amount
    return {source: amount for source, amount in held.items() if amount}


@dataclass(frozen=True, slots=True)
class Quarter:
    """What stands reported for a quarter: amounts by source, and the latest report."""

    year: int
    quarter: int
    amounts: Mapping[ProgrammeSource, Money]
    latest: FilingReport

    @property
    def total(self) -> Money:
        """All sources together."""
        return Money.total(self.amounts.values())


def quarters(project_id: int) -> list[Quarter]:
    """Every quarter that was reported, as last corrected, the newest first; two queries."""
    held: dict[tuple[int, int], dict[ProgrammeSource, Money]] = defaultdict(dict)
    entries = ProgrammeEntry.select(
        ProgrammeEntry.year, ProgrammeEntry.quarter, ProgrammeEntry.source, ProgrammeEntry.amount
    ).where(ProgrammeEntry.project == project_id, ProgrammeEntry.measure == ProgrammeMeasure.REALISED)
    for row in entries:
        of_quarter = held[row.year, row.quarter]
        of_quarter[row.source] = of_quarter.get(row.source, Money.ZERO) + row.amount
    newest = {(row.year, row.quarter): row for row in reports(project_id)}
    return [Quarter(*key, held[key], newest[key]) for key in sorted(newest, reverse=True)]
