"""Asking for work, calling it off, and looking after work whose worker died."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portfolio.foundation import audit, clock
from portfolio.foundation.db import IntegrityError, after_commit, canonical_json, get, transaction
from portfolio.foundation.errors import Conflict, Forbidden, say
from portfolio.foundation.jobs import registry
from portfolio.foundation.jobs.run import execute, saved_actor
from portfolio.foundation.jobs.tables import Job, JobState
from portfolio.foundation.jobs.wakeup import wake
from portfolio.foundation.roles import Actor, Role

FIRST_SWEEP = timedelta(minutes=1)
NEXT_SWEEP = timedelta(minutes=5)
SWEPT_AT_ONCE = 500


def enqueue(*, kind: str, arguments: dict[str, Any], actor: Actor | None, dedupe: str | None = None) -> Job:
    """Store a job in the caller's transaction, and send word of it once that is committed.

    Args:
        kind: of a registered handler.
        arguments: plain values; ids and ISO dates rather than rows.
        actor: whoever asks; None for the system itself.
        dedupe: a key under which the work is asked for once: asking again returns the first job.

    Returns:
        The new job, or the one already there under ``dedupe``.

    Raises:
        LookupError: no handler is registered for ``kind``.
        Conflict: ``dedupe`` was used for other work.
    """
    handler = registry.find(kind)
    with transaction():
        job = _known(kind, arguments, dedupe)
        if job is None:
            try:
                with transaction():
                    job = _create(handler, arguments, actor, dedupe)
            except IntegrityError:
                # Somebody else stored the same key between our look and our insert.
                job = _known(kind, arguments, dedupe)
                if job is None:
                    raise
    return job


def _known(kind: str, arguments: dict[str, Any], dedupe: str | None) -> Job | None:
    """The job already asked for under ``dedupe``."""
    if dedupe is None:
        return None
    job = Job.get_or_none(Job.dedupe == dedupe)
    if job is not None and (job.kind, canonical_json(job.arguments)) != (kind, canonical_json(arguments)):
        raise Conflict(
            say("任务标识 {key} 已用于另一项任务（编号 {id}）", key=dedupe, id=job.id),
            remedy=say("请核对后重新提交"),
        )
    return job


def _create(
    handler: registry.Handler, arguments: dict[str, Any], actor: Actor | None, dedupe: str | None
) -> Job:
    now = clock.now()
    job: Job = Job.create(
        kind=handler.kind,
        arguments=arguments,
        max_attempts=handler.max_attempts,
        wake_at=now + FIRST_SWEEP,
        created_by=actor.user_id if actor else None,
        actor=saved_actor(actor),
        created_at=now,
        dedupe=dedupe,
    )
    audit.record(actor, "job.enqueue", ("job", job.id), {"kind": handler.kind, "arguments": arguments})
    after_commit(lambda: wake([job.id]))
    return job


def run_now(job: Job) -> Job:
    """Do the job in this process, unless a worker was quicker; returns the row as it stands afterwards."""
    execute(job.id)
    return Job.get_by_id(job.id)


def cancel(*, job_id: int, actor: Actor) -> Job:
    """Call a job off; a running one stops at its next report, and what it had not committed is not done.

    Raises:
        NotFound: there is no such job.
        Forbidden: the actor neither asked for it nor administers the system.
        Conflict: it has ended.
    """
    with transaction():
        job = get(Job, job_id, say("任务"), lock=True)
        if job.created_by_id != actor.user_id and not actor.has(Role.ADMIN):
            raise Forbidden(
                say("任务 {id} 不是由{name}提交的", id=job_id, name=actor.name),
                basis="任务由提交人或系统管理员取消",
                remedy=say("请联系提交人或系统管理员"),
            )
        if job.state.ended:
            raise Conflict(
                say("任务 {id} {state}，不能取消", id=job_id, state=job.state.label),
                remedy=say("请刷新页面查看结果"),
            )
        ended = {"state": JobState.CANCELLED, "finished_at": clock.now(), "dedupe": None}
        Job.update(lease_until=None, leased_by=None, **ended).where(Job.id == job_id).execute()
        audit.record(actor, "job.cancel", ("job", job_id), {"kind": job.kind})
    return Job.get_by_id(job_id)


def retry(*, job_id: int, actor: Actor) -> Job:
    """Let a failed job be tried again from its last checkpoint, with all its attempts before it.

    Raises:
        NotFound: there is no such job.
        Forbidden: the actor does not administer the system.
        Conflict: it has not failed.
    """
    actor.require(Role.ADMIN)
    with transaction():
        job = get(Job, job_id, say("任务"), lock=True)
        if job.state is not JobState.FAILED:
            raise Conflict(
                say("任务 {id} {state}，不需要重试", id=job_id, state=job.state.label),
                remedy=say("请刷新页面查看结果"),
            )
        Job.update(
            state=JobState.QUEUED, attempts=0, finished_at=None, wake_at=clock.now() + FIRST_SWEEP
        ).where(Job.id == job_id).execute()
        audit.record(actor, "job.retry", ("job", job_id), {"kind": job.kind})
        after_commit(lambda: wake([job_id]))
    return Job.get_by_id(job_id)


def sweep() -> int:
    """Look after what nobody works on: jobs whose word was lost, and jobs whose worker died.

    Returns:
        The number of jobs that workers were sent word of.
    """
    now = clock.now()
    with transaction():
        _take_from_the_dead(now)
        due = [
            job.id
            for job in Job.select(Job.id)
            .where(Job.state == JobState.QUEUED, Job.wake_at <= now)
            .order_by(Job.wake_at, Job.id)
            .limit(SWEPT_AT_ONCE)
        ]
        if due:
            Job.update(wake_at=now + NEXT_SWEEP).where(
                Job.id.in_(due), Job.state == JobState.QUEUED
            ).execute()
            after_commit(lambda: wake(due))
    return len(due)


def _take_from_the_dead(now: datetime) -> None:
    """Queue jobs whose lease ran out; give up those that were taken as often as they may be."""
    dead = (Job.state == JobState.RUNNING) & (Job.lease_until < now)
    error = say("处理中多次中断，未能完成；请联系系统管理员，并告知任务编号")
    Job.update(
        state=JobState.FAILED,
        error=str(error),
        finished_at=now,
        lease_until=None,
        leased_by=None,
        dedupe=None,
    ).where(dead, Job.attempts >= Job.max_attempts).execute()
    Job.update(state=JobState.QUEUED, wake_at=now, lease_until=None, leased_by=None).where(dead).execute()
