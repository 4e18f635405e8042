"""What workers do for this house: examine, submit and post imported tables."""

from __future__ import annotations

from datetime import timedelta

from budget.services.imports import batches
from budget.services.imports.kinds import IMPORTERS
from portfolio.foundation.jobs import JobRun, handler


@handler(batches.JOB_KIND, lease=timedelta(minutes=10))
def work_on_import(run: JobRun) -> None:
    """One step of a batch; a second delivery finds it done."""
    batches.work(run, IMPORTERS)
