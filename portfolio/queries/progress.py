"""Reads of how a project gets on: reports of its periods, performance targets with what was achieved."""

from __future__ import annotations

from datetime import date
from typing import Any

from portfolio.foundation.access import User
from portfolio.rules.dossier import ReportPeriod
from portfolio.tables.dossier import PerformanceTarget, ProgressReport


def reports(project_id: int) -> list[ProgressReport]:
    """Every report with who gave it, the latest period and revision first; one query."""
    query = ProgressReport.select(ProgressReport, User).join(User)
    found = list(query.where(ProgressReport.project == project_id))
    return sorted(
        found,
        key=lambda row: (row.year, row.period.first_month, row.period.value, row.revision),
        reverse=True,
    )


def targets(project_id: int) -> list[PerformanceTarget]:
    """The performance targets in order, with what was achieved; one query."""
    query = PerformanceTarget.select().where(PerformanceTarget.project == project_id)
    return list(query.order_by(PerformanceTarget.position))


def half_year_due(on: date) -> tuple[int, ReportPeriod]:
    """The half-year that a report is due for on a day: the one that ended last."""
    if on.month > 6:
        return on.year, ReportPeriod.FIRST_HALF
    return on.year - 1, ReportPeriod.SECOND_HALF


def percent_reached(milestones: tuple[Any, ...]) -> int:
    """The weights of the milestones that were reached, in per cent of the whole."""
    return min(100, sum(one.weight for one in milestones if one.actual_on is not None))
