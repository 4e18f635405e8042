"""What Celery workers run: thin, safe to repeat, the job table decides."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from portfolio.foundation import audit, clock
from portfolio.foundation.db import database
from portfolio.foundation.jobs.run import execute
from portfolio.foundation.jobs.services import sweep
from portfolio.foundation.jobs.timetable import every_day
from portfolio.foundation.jobs.wakeup import RUN_TASK
from portfolio.foundation.web import accounts

SWEEP_TASK = "foundation.sweep_jobs"
ANCHOR_TASK = "foundation.anchor"
CLEAN_TASK = "foundation.clean"


@shared_task(name=RUN_TASK)  # type: ignore[untyped-decorator]
def run_job(job_id: int) -> None:
    """Do one job, if it still waits."""
    with database.connection_context():
        execute(job_id)


@shared_task(name=SWEEP_TASK)  # type: ignore[untyped-decorator]
def sweep_jobs() -> None:
    """Send for jobs that nobody works on."""
    with database.connection_context():
        sweep()


@shared_task(name=ANCHOR_TASK)  # type: ignore[untyped-decorator]
def anchor() -> None:
    """Fix the heads of all audit chains as they stood at the end of yesterday."""
    with database.connection_context():
        audit.anchor_heads(clock.today() - timedelta(days=1))


@shared_task(name=CLEAN_TASK)  # type: ignore[untyped-decorator]
def clean() -> None:
    """Throw away what nobody will ask for again."""
    with database.connection_context():
        accounts.forget_sessions()


every_day(ANCHOR_TASK, hour=16, minute=5)  # 00:05 in China
every_day(CLEAN_TASK, hour=16, minute=20)
