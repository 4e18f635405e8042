"""What is done by the clock for this house."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from budget.services.anchors import anchor_ledger
from portfolio.foundation import clock
from portfolio.foundation.db import database
from portfolio.foundation.jobs.timetable import every_day

ANCHOR_TASK = "budget.anchor_ledger"


@shared_task(name=ANCHOR_TASK)  # type: ignore[untyped-decorator]
def anchor_books() -> None:
    """Fix the heads of the ledger's chains as they stood at the end of yesterday."""
    with database.connection_context():
        anchor_ledger(day=clock.today() - timedelta(days=1))


every_day(ANCHOR_TASK, hour=16, minute=10)  # 00:10 in China
