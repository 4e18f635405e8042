"""What is done by the clock for this house."""

from __future__ import annotations

from celery import shared_task

from approvals.services import silence
from portfolio.foundation.db import database
from portfolio.foundation.jobs.timetable import every_day

LAPSE_TASK = "approvals.lapse_countersigns"


@shared_task(name=LAPSE_TASK)  # type: ignore[untyped-decorator]
def lapse_countersigns() -> None:
    """Take the silence of countersigners whose time is over for no objection."""
    with database.connection_context():
        silence.lapse_overdue()


every_day(LAPSE_TASK, hour=16, minute=20)  # 00:20 in China
