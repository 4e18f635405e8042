"""One run of one job: claimed with a lease, fenced by it, ended in one transaction.

A message may arrive twice, and a worker may be slow rather than dead. So a run writes only as long as the row
is leased to it, and every write of a handler that must happen once shares a transaction with such a write:

    for part in parts[run.saved or 0:]:
        with transaction():
            book(part)
            run.checkpoint(number_of(part))

Whoever lost the lease meets ``LeaseLost`` there, and the transaction takes the effect back with it.
"""

from __future__ import annotations

import logging
import os
import socket
import time
import traceback
import uuid
from datetime import datetime, timedelta
from typing import Any

from portfolio.foundation import clock
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import HouseError, say
from portfolio.foundation.jobs import registry
from portfolio.foundation.jobs.tables import Job, JobState
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.sentences import keep_refusal

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
PAUSE_FACTOR = 6
PROGRESS_SECONDS = 0.5
LONGEST_DETAIL = 8_000

logger = logging.getLogger(__name__)


class LeaseLost(RuntimeError):
    """The job was cancelled, or another worker has taken it: this run must write nothing more."""


class JobRun:
    """What a handler is given: its arguments, where to go on, and ways to report.

    Attributes:
        job_id: the row.
        arguments: as given to ``enqueue``, after a trip through JSON.
        attempt: 1 for the first run.
        saved: the last checkpoint of an earlier attempt, or None.
        actor: whoever asked, with the rights they had when they asked; None for the system itself.
    """

    def __init__(self, job: Job, token: str, lease: timedelta) -> None:
        """Wrap the row that was just claimed under ``token``."""
        self.job_id: int = job.id
        self.kind: str = job.kind
        self.arguments: dict[str, Any] = job.arguments
        self.attempt: int = job.attempts
        self.saved: Any = job.checkpoint
        self.actor = _restored(job.actor)
        self.ended = False
        self._lease = lease
        self._token = token
        self._written = time.monotonic()

    def heartbeat(self) -> None:
        """Say that the work goes on; call it more often than the handler's lease.

        Raises:
            LeaseLost: the job is no longer this run's.
        """
        self._write()

    def progress(self, done: int, total: int) -> None:
        """Report ``done`` of ``total`` parts, and say that the work goes on.

        Reports that follow each other within half a second are left out, the last one excepted.

        Raises:
            LeaseLost: the job is no longer this run's.
        """
        if done >= total or time.monotonic() - self._written >= PROGRESS_SECONDS:
            self._write(progress_done=min(done, total), progress_total=total)

    def checkpoint(self, data: Any) -> None:  # noqa: ANN401 - whatever JSON can say
        """Store where a later attempt has to go on; in the transaction of the work it covers.

        Raises:
            LeaseLost: the job is no longer this run's.
        """
        self._write(checkpoint=data)
        self.saved = data

    def finish(self, result: Any = None) -> None:  # noqa: ANN401
        """End the job as done; a handler with a last effect calls it in that effect's transaction.

        A handler that does not call it is finished with what it returns.

        Raises:
            LeaseLost: the job is no longer this run's.
        """
        now = clock.now()
        ended = {"state": JobState.DONE, "finished_at": now, "lease_until": None, "leased_by": None}
        self._write(result=result, checkpoint=None, error=None, error_detail=None, refusal=None, **ended)
        self.ended = True

    def fail(
        self,
        error: str,
        detail: str,
        *,
        refusal: list[dict[str, Any]] | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        """End the attempt without success: for good, or until ``retry_at``; ``refusal`` as it was kept.

        Raises:
            LeaseLost: the job is no longer this run's.
        """
        values: dict[str, Any] = {"lease_until": None, "leased_by": None, "refusal": refusal}
        if retry_at is None:
            values |= {"state": JobState.FAILED, "finished_at": clock.now(), "dedupe": None}
        else:
            values |= {"state": JobState.QUEUED, "wake_at": retry_at}
        self._write(error=error, error_detail=detail[-LONGEST_DETAIL:], **values)

    def _write(self, **values: Any) -> None:  # noqa: ANN401
        """Write to the row if it is still leased to this run, renewing the lease unless ``values`` end it."""
        values = {"lease_until": clock.now() + self._lease, **values}
        with transaction():
            changed = (
                Job.update(**values).where(Job.id == self.job_id, Job.leased_by == self._token).execute()
            )
            if changed != 1:
                raise LeaseLost(f"job {self.job_id} is no longer leased to {self._token}")
        self._written = time.monotonic()


def execute(job_id: int) -> None:
    """Do the job if it waits to be done; doing it twice, or while another worker does it, does nothing."""
    job = Job.get_or_none(Job.id == job_id)
    if job is None:
        logger.error("there is no job %d", job_id)
        return
    handler = registry.find(job.kind)
    run = claim(job_id, handler)
    if run is None:
        logger.info("job %d does not wait for a worker", job_id)
        return
    try:
        _do(run, handler)
    except LeaseLost as error:
        logger.warning("%s", error)


def claim(job_id: int, handler: registry.Handler) -> JobRun | None:
    """Take the job with one conditional update; None when it is ended, taken, or used up."""
    now = clock.now()
    token = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    waits = (Job.state == JobState.QUEUED) | ((Job.state == JobState.RUNNING) & (Job.lease_until < now))
    with transaction():
        taken = (
            Job.update(
                state=JobState.RUNNING,
                attempts=Job.attempts + 1,
                leased_by=token,
                lease_until=now + handler.lease,
                started_at=now,
            )
            .where(Job.id == job_id, waits, Job.attempts < Job.max_attempts)
            .execute()
        )
    return JobRun(Job.get_by_id(job_id), token, handler.lease) if taken else None


def _do(run: JobRun, handler: registry.Handler) -> None:
    """Call the handler and write down how it ended."""
    try:
        result = handler.work(run)
        if not run.ended:
            run.finish(result)
    except LeaseLost:
        raise
    except HouseError as error:
        logger.info("job %d refused: %s", run.job_id, error)
        run.fail(str(error), traceback.format_exc(), refusal=keep_refusal(error))
    except Exception:
        logger.exception("job %d, attempt %d", run.job_id, run.attempt)
        _after_fault(run)


def _after_fault(run: JobRun) -> None:
    """A fault of the program or its surroundings may pass: try again later, but not for ever."""
    most = Job.get_by_id(run.job_id).max_attempts
    detail = traceback.format_exc()
    if run.attempt < most:
        pause = min(FIRST_PAUSE * PAUSE_FACTOR ** (run.attempt - 1), LONGEST_PAUSE)
        error = say("第 {n} 次处理未成功，稍后自动重试", n=run.attempt)
        run.fail(str(error), detail, retry_at=clock.now() + pause)
    else:
        error = say(
            "处理 {n} 次均未成功；请联系系统管理员，并告知任务编号 {id}", n=run.attempt, id=run.job_id
        )
        run.fail(str(error), detail)


def saved_actor(actor: Actor | None) -> dict[str, Any] | None:
    """The actor as plain values, for the row."""
    if actor is None:
        return None
    return {
        "user_id": actor.user_id,
        "name": actor.name,
        "organisation_id": actor.organisation_id,
        "roles": sorted(actor.roles),
        "on_behalf_of": actor.on_behalf_of,
    }


def _restored(saved: dict[str, Any] | None) -> Actor | None:
    if saved is None:
        return None
    return Actor(**{**saved, "roles": frozenset(Role(role) for role in saved["roles"])})
