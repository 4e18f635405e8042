"""Sends workers word that a job waits; the job table stays the truth when word does not arrive."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio.foundation import clock
from portfolio.foundation.db import transaction
from portfolio.foundation.jobs.tables import Job, JobState

if TYPE_CHECKING:
    from celery import Celery

RUN_TASK = "foundation.run_job"

_app: Celery | None = None

logger = logging.getLogger(__name__)


def use(app: Celery | None) -> None:
    """Send through ``app`` from now on; without one (a command, a unit test) the sweep sends."""
    global _app
    _app = app


def wake(job_ids: Sequence[int]) -> None:
    """Tell the workers, after the commit; never fails, as the jobs are safely stored by then.

    When the broker is out of reach, the jobs fall due at once, and the next sweep sends for them.
    """
    if _app is None:
        return
    for position, job_id in enumerate(job_ids):
        try:
            _app.send_task(RUN_TASK, args=(job_id,))
        except Exception:
            logger.exception("no word sent for %d jobs, left to the sweep", len(job_ids) - position)
            _leave_to_sweep(job_ids[position:])
            return


def _leave_to_sweep(job_ids: Sequence[int]) -> None:
    try:
        with transaction():
            Job.update(wake_at=clock.now()).where(
                Job.id.in_(list(job_ids)), Job.state == JobState.QUEUED
            ).execute()
    except Exception:
        logger.exception("jobs %s wait for their regular sweep", list(job_ids))
