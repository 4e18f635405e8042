"""What workers do for this house: take in the quarterly reports of enterprises."""

from __future__ import annotations

from datetime import timedelta

from approvals.services.report_import import Reports
from budget.rules.imports.words import ImportKind
from budget.services.imports import batches
from portfolio.foundation.jobs import JobRun, handler


@handler(batches.JOB_KINDS[ImportKind.REPORTS], lease=timedelta(minutes=10))
def work_on_import(run: JobRun) -> None:
    """One step of a batch of reports; a second delivery finds it done."""
    batches.work(run, {ImportKind.REPORTS: Reports()})
