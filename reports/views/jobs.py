"""Work in the background, for administrators: what waits, runs, failed; trying again, calling off."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portfolio.foundation import jobs as service
from portfolio.foundation.access import User
from portfolio.foundation.db import get
from portfolio.foundation.errors import say
from portfolio.foundation.jobs import Job, JobState
from portfolio.foundation.jobs.registry import kinds
from portfolio.foundation.roles import Role
from portfolio.foundation.web import lists
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing
from portfolio.foundation.web.permissions import actor, allow
from reports.views.centre import blueprint
from reports.views.words import job_words

BADGES = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "review",
    JobState.DONE: "approved",
    JobState.FAILED: "blocked",
    JobState.CANCELLED: "waiting",
}
_COLUMNS = (
    Column("id", say("编号"), link=lambda row: url_for("centre.job", job_id=row.id), short=True),
    Column("kind", say("任务"), get=lambda row: job_words(row.kind), short=True),
    Column("state", say("状态"), Kind.STATUS, get=lambda row: (BADGES[row.state], row.state)),
    Column("attempts", say("次数"), get=lambda row: f"{row.attempts} / {row.max_attempts}", short=True),
    Column(
        "created_by", say("提交人"), get=lambda row: row.created_by.name if row.created_by else say("系统")
    ),
    Column("created_at", say("提交时间"), Kind.MOMENT),
    Column("started_at", say("开始时间"), Kind.MOMENT),
    Column("finished_at", say("结束时间"), Kind.MOMENT),
)


@blueprint.get("/jobs")
@allow(Role.ADMIN)
def jobs() -> ResponseReturnValue:
    """Every job, the newest first."""
    filters = Filters(
        [
            Filter("state", say("状态"), [(state.value, state) for state in JobState]),
            Filter("kind", say("任务"), [(kind, job_words(kind)) for kind in kinds()]),
        ]
    )
    query = Job.select(Job, User).left_outer_join(User, on=Job.created_by)
    for name, column in (("state", Job.state), ("kind", Job.kind)):
        if filters.value(name):
            query = query.where(column == filters.value(name))
    page = lists.page_of(query, sort=(Job.id, Job.id), descending=True)
    listing = Listing(
        _COLUMNS,
        page,
        filters,
        nothing=say("没有任务"),
        what_next=say("请求出具报告后，任务列在此处"),
        every_row=lambda: query.order_by(Job.id.desc()).iterator(),
    )
    return lists.answer(listing, "centre/jobs.html", say("后台任务"))


@blueprint.get("/jobs/<int:job_id>")
@allow(Role.ADMIN)
def job(job_id: int) -> ResponseReturnValue:
    """A job with everything that is known of it."""
    row = get(Job, job_id, say("任务"))
    return render_template("centre/job.html", job=row, what=job_words(row.kind), badge_kind=BADGES[row.state])


@blueprint.post("/jobs/<int:job_id>/retry")
@allow(Role.ADMIN)
def retry(job_id: int) -> ResponseReturnValue:
    """Let a failed job be tried again."""
    service.retry(job_id=job_id, actor=actor())
    flash(text(say("任务已重新排队")), "success")
    return redirect(url_for("centre.job", job_id=job_id))


@blueprint.post("/jobs/<int:job_id>/cancel")
@allow(Role.ADMIN)
def cancel(job_id: int) -> ResponseReturnValue:
    """Call a job off."""
    service.cancel(job_id=job_id, actor=actor())
    flash(text(say("任务已取消")), "success")
    return redirect(url_for("centre.job", job_id=job_id))
