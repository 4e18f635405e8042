"""What workers do for this house: take in reports of enterprises, and what is done by the clock."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from approvals.services import silence
from approvals.services.report_import import Reports
from budget.rules.imports.words import ImportKind
from budget.services.imports import batches
from portfolio.foundation.db import database
from portfolio.foundation.jobs import JobRun, handler
from portfolio.foundation.jobs.timetable import every_day

LAPSE_TASK = "approvals.lapse_countersigns"


@handler(batches.JOB_KINDS[ImportKind.REPORTS], lease=timedelta(minutes=10))
def work_on_import(run: JobRun) -> None:
    """One step of a batch of reports; a second delivery finds it done."""
    batches.work(run, {ImportKind.REPORTS: Reports()})


@shared_task(name=LAPSE_TASK)  # type: ignore[untyped-decorator]
def lapse_countersigns() -> None:
    """Take the silence of countersigners whose time is over for no objection."""
    with database.connection_context():
        silence.lapse_overdue()


every_day(LAPSE_TASK, hour=16, minute=20)  # 00:20 in China
