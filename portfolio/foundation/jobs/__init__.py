"""Work in the background: the job table is the truth, Celery only wakes the workers."""

from portfolio.foundation.jobs.registry import handler
from portfolio.foundation.jobs.run import JobRun, LeaseLost
from portfolio.foundation.jobs.services import cancel, enqueue, retry, run_now, sweep
from portfolio.foundation.jobs.tables import Job, JobState

__all__ = [
    "Job",
    "JobRun",
    "JobState",
    "LeaseLost",
    "cancel",
    "enqueue",
    "handler",
    "retry",
    "run_now",
    "sweep",
]
