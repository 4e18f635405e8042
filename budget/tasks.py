"""What workers do for this house: imported tables, the close of a year, the daily anchor of the ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task

from budget.services import closing
from budget.services.anchors import anchor_ledger
from budget.services.imports import batches
from budget.services.imports.kinds import IMPORTERS
from portfolio.foundation import clock
from portfolio.foundation.db import database
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.jobs import JobRun, handler
from portfolio.foundation.jobs.timetable import every_day

ANCHOR_TASK = "budget.anchor_ledger"


@handler(batches.JOB_KIND, lease=timedelta(minutes=10))
def work_on_import(run: JobRun) -> None:
    """One step of a batch; a second delivery finds it done."""
    batches.work(run, IMPORTERS)


@handler(closing.JOB_KIND)
def close_year(run: JobRun) -> dict[str, Any]:
    """Close the lines of a year; a second delivery finds them closed."""
    if run.actor is None:
        raise NotFound(say("没有经办人，不能办理年终结转"))
    lines = closing.close_lines(closing_id=run.arguments["closing_id"], actor=run.actor, tell=run.progress)
    return {"lines": lines}


@shared_task(name=ANCHOR_TASK)  # type: ignore[untyped-decorator]
def anchor_books() -> None:
    """Fix the heads of the ledger's chains as they stood at the end of yesterday."""
    with database.connection_context():
        anchor_ledger(day=clock.today() - timedelta(days=1))


every_day(ANCHOR_TASK, hour=16, minute=10)  # 00:10 in China
