"""The report centre: asking for an assessment report, seeing how far it is, taking it home."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from approvals.rules.evaluation import EvaluationKind, EvaluationState
from approvals.tables.evaluation import Evaluation
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.jobs import Job
from portfolio.foundation.roles import SEES_EVERYTHING, UNIT_ROLES, Role
from portfolio.foundation.web import lists
from portfolio.foundation.web.language import share_of, text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing
from portfolio.foundation.web.permissions import actor, allow
from portfolio.tables.project import Project
from reports.forms import RequestForm
from reports.queries import centre as queries
from reports.services import assessment

blueprint = Blueprint("centre", __name__, template_folder="../templates")

READERS = (*sorted(UNIT_ROLES), *sorted(SEES_EVERYTHING), Role.ASSESSOR)
"""Who may have reports: whoever takes part in evaluations or looks over them."""


COLUMNS = (
    Column("name", say("项目"), get=lambda row: row.project.name),
    Column("code", say("项目编号"), get=lambda row: row.project.code),
    Column("unit", say("单位"), get=lambda row: row.unit.name),
    Column("kind", say("评价种类")),
    Column("year", say("年度"), get=lambda row: str(row.year) if row.year else ""),
    Column("total", say("得分"), Kind.NUMBER),
    Column("grade", say("等级")),
    Column("state", say("状态")),
)
"""What the workbook of the evaluations holds; the page shows them with their reports."""


@blueprint.get("/reports")
@allow(*READERS)
def reports() -> ResponseReturnValue:
    """What one asked for lately, and the evaluations that can be reported."""
    filters = Filters(
        [
            Filter("kind", say("评价种类"), [(kind.value, kind) for kind in EvaluationKind]),
            Filter("state", say("状态"), [("final", say("已定稿")), ("draft", say("征求意见"))]),
            Filter("q", say("项目名称或编号")),
        ]
    )
    query = _chosen(queries.reportable(actor()), filters)
    page = lists.page_of(query, sort=(Evaluation.id, Evaluation.id), descending=True)
    listing = Listing(
        COLUMNS,
        page,
        filters,
        every_row=lambda: query.order_by(Evaluation.id.desc()).iterator(),
        nothing=say("没有可以出具报告的评价"),
        what_next=say("评价提交后可出征求意见稿，定稿后可出正式报告"),
    )
    asked, issued = queries.requests(assessment.JOB_KIND, actor(), [row.id for row in page.rows])
    return lists.answer(listing, "centre/reports.html", say("报告中心"), requests=asked, issued=issued)


def _chosen(query: Any, filters: Filters) -> Any:  # noqa: ANN401 - Peewee queries
    if filters.value("kind"):
        query = query.where(Evaluation.kind == filters.value("kind"))
    if filters.value("state"):
        final = Evaluation.state == EvaluationState.FINAL
        query = query.where(final if filters.value("state") == "final" else ~final)
    if filters.value("q"):
        asked = filters.value("q")
        query = query.where(Project.name.contains(asked) | Project.code.contains(asked))
    return query


@blueprint.post("/reports")
@allow(*READERS)
def request() -> ResponseReturnValue:
    """Ask for the report of an evaluation; the work is done in the background."""
    form = RequestForm()
    wanted = form.evaluation_id.data if form.accepted() else None
    if wanted is None:
        raise Invalid({"evaluation_id": say("请从列表中选择一项评价")})
    job: Job = assessment.request(evaluation_id=wanted, actor=actor())
    said = say("数据没有变化，报告已经出具") if job.state.ended else say("已开始出具报告，可以离开此页")
    flash(text(said), "success")
    return redirect(url_for("centre.reports"))


@blueprint.post("/reports/requests/<int:job_id>/cancel")
@allow(*READERS)
def withdraw(job_id: int) -> ResponseReturnValue:
    """Call off a report that one asked for oneself."""
    assessment.call_off(job_id=job_id, actor=actor())
    flash(text(say("已取消出具报告")), "success")
    return redirect(url_for("centre.reports"))


@blueprint.get("/reports/progress")
@allow(*READERS)
def progress() -> ResponseReturnValue:
    """How far one's requests are, for the script that keeps the page up to date."""
    rows, _issued = queries.requests(assessment.JOB_KIND, actor())
    return jsonify(
        requests=[
            {
                "id": row.id,
                "ended": row.state.ended,
                "done": row.done,
                "total": row.total,
                "said": share_of(row.done, row.total),
            }
            for row in rows
        ]
    )


@blueprint.get("/reports/<int:report_id>/pdf")
@allow(*READERS)
def download(report_id: int) -> ResponseReturnValue:
    """The file of an issued report, as it went out."""
    report = assessment.issued_report(report_id, actor())
    return send_file(
        io.BytesIO(assessment.content(report)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=report.document.file_name,
        etag=False,
    )
