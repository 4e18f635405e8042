"""The job table: the truth about every piece of work that is done in the background."""

from __future__ import annotations

from enum import StrEnum

from portfolio.foundation.access import User
from portfolio.foundation.db import (
    EnumField,
    ForeignKeyField,
    IntegerField,
    JsonField,
    MomentField,
    Table,
    TextField,
    check,
    unique,
)


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state's Chinese name."""
        return _LABELS[self]

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


_LABELS = {
    JobState.QUEUED: "排队中",
    JobState.RUNNING: "处理中",
    JobState.DONE: "已完成",
    JobState.FAILED: "未完成",
    JobState.CANCELLED: "已取消",
}


class Job(Table):
    """One piece of work: what is asked for, who asked, how far it is, how it ended.

    ``attempts`` counts the times a worker took it. A running job is leased: past ``lease_until`` its worker
    is taken for dead. ``wake_at`` is when the sweep next sends word of a job that still waits. ``checkpoint``
    is what the handler needs in order to go on where an earlier attempt stopped. ``error`` is for people,
    ``error_detail`` for whoever looks after the system; ``refusal`` is what a service refused, kept so that
    it can be told in the reader's language. ``dedupe`` makes asking twice asking once; a job that failed or
    was cancelled lets go of it, so that the same can be asked for again.
    """

    kind = TextField()
    arguments = JsonField()
    state = EnumField(JobState, default=JobState.QUEUED)
    attempts = IntegerField(default=0)
    max_attempts = IntegerField()
    progress_done = IntegerField(default=0)
    progress_total = IntegerField(null=True)
    checkpoint = JsonField(null=True)
    wake_at = MomentField()
    lease_until = MomentField(null=True)
    leased_by = TextField(null=True)
    error = TextField(null=True)
    error_detail = TextField(null=True)
    result = JsonField(null=True)
    created_by = ForeignKeyField(User, null=True, backref="+")
    actor = JsonField(null=True)
    created_at = MomentField()
    started_at = MomentField(null=True)
    finished_at = MomentField(null=True)
    dedupe = TextField(null=True)
    refusal = JsonField(null=True)

    class Meta:
        """What was asked never changes; state, lease, end and error fit together."""

        immutable_except = (
            "state",
            "attempts",
            "progress_done",
            "progress_total",
            "checkpoint",
            "wake_at",
            "lease_until",
            "leased_by",
            "error",
            "error_detail",
            "result",
            "started_at",
            "finished_at",
            "dedupe",
            "refusal",
        )
        indexes = (
            (("state", "wake_at"), False),
            (("state", "lease_until"), False),
        )
        constraints = [
            unique("uq_job_dedupe", "dedupe"),
            check(
                "ck_job_lease", "(state = 'running') = (lease_until IS NOT NULL AND leased_by IS NOT NULL)"
            ),
            check("ck_job_lease_whole", "(lease_until IS NULL) = (leased_by IS NULL)"),
            check("ck_job_started", "state NOT IN ('running', 'done') OR started_at IS NOT NULL"),
            check(
                "ck_job_finished", "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)"
            ),
            check("ck_job_failed", "state <> 'failed' OR error IS NOT NULL"),
            check("ck_job_result", "state = 'done' OR result IS NULL"),
            check("ck_job_attempts", "attempts >= 0 AND max_attempts >= 1 AND attempts <= max_attempts"),
            check(
                "ck_job_progress",
                "progress_done >= 0 AND (progress_total IS NULL OR progress_done <= progress_total)",
            ),
            check("ck_job_dedupe", "dedupe IS NULL OR state NOT IN ('failed', 'cancelled')"),
            check("ck_job_actor", "(created_by_id IS NULL) = (actor IS NULL)"),
        ]
