"""The report centre and the page of jobs: asked for, drawn once, taken home; failed, and tried again."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pypdf
import pytest
from flask import Flask

import wsgi
from approvals.rules.evaluation import EvaluationState
from approvals.tables.evaluation import Evaluation
from budget.tables.project_account import ProjectAccount
from portfolio.foundation import audit, jobs
from portfolio.foundation.jobs import Job, JobState
from portfolio.foundation.roles import Role
from portfolio.foundation.settings import Settings
from portfolio.tables.project import Project
from reports.services import assessment
from reports.tables import IssuedReport
from tests import web
from tests.integration.reports.pages import MOST, cost, visitor

pytestmark = pytest.mark.timeout(400)  # whoever comes first loads for all

FINANCE, OWNER, ELSEWHERE = "czj1", "zfb.jb", "jgj.jb"


@pytest.fixture
def app(loaded: Settings) -> Flask:
    return wsgi.create_app(loaded)


def evaluation(code: str, *, final: bool, issued: bool = False) -> Evaluation:
    """An evaluation of a project, final or not, reported already or not."""
    reported = IssuedReport.select(IssuedReport.evaluation)
    state = Evaluation.state == EvaluationState.FINAL
    row: Evaluation = (
        Evaluation.select()
        .join(Project, on=Evaluation.project)
        .where(
            Project.code == code,
            state if final else ~state,
            Evaluation.id.in_(reported) if issued else Evaluation.id.not_in(reported),
        )
        .get()
    )
    return row


def ask(seen: web.Visitor, row: Evaluation) -> Job:
    """Ask for the report of an evaluation as its button does; the newest job."""
    answer = seen.post("/reports", {"evaluation_id": str(row.id)})
    assert (answer.status_code, answer.location) == (302, "/reports")
    found: Job = Job.select().order_by(Job.id.desc()).get()
    return found


# --- the way through ----------------------------------------------------------------------------------------


def test_a_report_is_asked_for_drawn_and_taken_home(app: Flask) -> None:
    seen = visitor(app, FINANCE)
    row = evaluation("XM2006-0002", final=True)
    job = ask(seen, row)
    page = seen.get("/reports").get_data(as_text=True)
    assert "排队中" in page
    assert f'data-request="{job.id}" data-open' in page
    assert seen.get("/reports/progress").json == {
        "requests": [{"id": job.id, "ended": False, "done": 0, "total": 0, "said": "0%（0 / 0）"}]
    }
    done = jobs.run_now(job)
    assert (done.state, done.progress_done, done.progress_total) == (JobState.DONE, 3, 3), done.error_detail
    assert seen.get("/reports/progress").json["requests"][0]["ended"] is True
    report = IssuedReport.get(IssuedReport.evaluation == row.id)
    assert f"/reports/{report.id}/pdf" in seen.get("/reports").get_data(as_text=True)
    answer = seen.get(f"/reports/{report.id}/pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.data == assessment.content(report)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert len(pypdf.PdfReader(io.BytesIO(answer.data)).pages) == report.pages
    assert not report.draft


def test_a_draft_is_called_one(app: Flask) -> None:
    seen = visitor(app, FINANCE)
    row = evaluation("XM2006-0004", final=False)
    jobs.run_now(ask(seen, row))
    words = web.text_of(seen.get("/reports"))
    assert words.count("征求意见稿") >= 2  # in my requests, and on the button of the list
    report = IssuedReport.get(IssuedReport.evaluation == row.id)
    assert report.draft
    first = pypdf.PdfReader(io.BytesIO(seen.get(f"/reports/{report.id}/pdf").data)).pages[0]
    assert "征求意见稿" in first.extract_text()


def test_a_double_click_asks_once_and_the_same_data_give_the_report_that_is_there(app: Flask) -> None:
    seen = visitor(app, FINANCE)
    row = evaluation("XM2006-0002", final=True)
    job = ask(seen, row)
    assert ask(seen, row).id == job.id
    jobs.run_now(job)
    assert ask(seen, row).id == job.id
    assert "报告已经出具" in web.text_of(seen.get("/reports"))
    assert IssuedReport.select().where(IssuedReport.evaluation == row.id).count() == 1


# --- refusals -----------------------------------------------------------------------------------------------


def test_a_failed_report_says_why_and_can_be_asked_for_again(app: Flask) -> None:
    seen = visitor(app, FINANCE)
    row = evaluation("XM2006-0002", final=True)
    job = ask(seen, row)
    account = ProjectAccount.get(ProjectAccount.project == row.project_id)
    held = ProjectAccount.project == row.project_id
    ProjectAccount.update(paid=ProjectAccount.paid - 1).where(held).execute()
    failed = jobs.run_now(job)
    assert failed.state is JobState.FAILED
    page = seen.get("/reports")
    assert failed.error.split("；")[0] in web.text_of(page)
    assert "重试" in web.text_of(page)
    assert "Traceback" not in page.get_data(as_text=True)
    refused = seen.post("/reports", {"evaluation_id": str(row.id)})
    assert refused.status_code == 422  # the books still do not add up, and that is said at once
    ProjectAccount.update(paid=account.paid).where(held).execute()
    again = ask(seen, row)
    assert again.id != job.id
    assert jobs.run_now(again).state is JobState.DONE


@pytest.mark.parametrize("wanted", ["", "0", "-1", "abc", "999999", "9" * 40])
def test_no_such_evaluation_asks_for_nothing(app: Flask, wanted: str) -> None:
    before = Job.select().count()
    answer = visitor(app, FINANCE).post("/reports", {"evaluation_id": wanted})
    assert answer.status_code in {404, 422}
    assert Job.select().count() == before


def test_another_unit_neither_sees_asks_for_nor_downloads_it(app: Flask) -> None:
    other = visitor(app, ELSEWHERE)
    row = evaluation("XM2006-0002", final=True, issued=True)
    report = IssuedReport.get(IssuedReport.evaluation == row.id)
    assert "XM2006-0002" not in web.text_of(other.get("/reports"))
    assert other.post("/reports", {"evaluation_id": str(row.id)}).status_code == 404
    missing, foreign = other.get("/reports/999999/pdf"), other.get(f"/reports/{report.id}/pdf")
    assert (missing.status_code, foreign.status_code) == (404, 404)
    assert web.text_of(missing).replace("999,999", "N").replace("999999", "N") == web.text_of(
        foreign
    ).replace(f"编号 {report.id}", "编号 N")
    assert visitor(app, OWNER).get(f"/reports/{report.id}/pdf").status_code == 200


def test_requests_are_ones_own(app: Flask) -> None:
    job = ask(visitor(app, FINANCE), evaluation("XM2006-0002", final=True))
    other = visitor(app, OWNER)
    assert other.get("/reports/progress").json == {"requests": []}
    assert f'data-request="{job.id}"' not in other.get("/reports").get_data(as_text=True)


def test_a_request_is_called_off_by_whoever_asked_and_nobody_else(app: Flask) -> None:
    seen = visitor(app, FINANCE)
    job = ask(seen, evaluation("XM2006-0002", final=True))
    address = f"/reports/requests/{job.id}/cancel"
    assert f'action="{address}"' in seen.get("/reports").get_data(as_text=True)
    assert visitor(app, OWNER).post(address).status_code == 404
    assert Job.get_by_id(job.id).state is JobState.QUEUED
    assert seen.post(address).status_code == 302
    assert Job.get_by_id(job.id).state is JobState.CANCELLED
    assert "已取消出具报告" in web.text_of(seen.get("/reports"))
    assert seen.post(address).status_code == 409
    other = jobs.enqueue(kind=assessment.JOB_KIND, arguments={"evaluation_id": 1}, actor=None)
    assert seen.post(f"/reports/requests/{other.id}/cancel").status_code == 404


def test_the_lists_come_as_workbooks_with_their_filters(app: Flask) -> None:
    sheet = workbook(visitor(app, FINANCE), "/reports?q=XM2006-0002&format=xlsx")
    assert sheet.max_row > 1
    assert {sheet.cell(row, 2).value for row in range(2, sheet.max_row + 1)} == {"XM2006-0002"}
    web.account("keeper", Role.ADMIN)
    job = failed_job()
    assert 'aria-label="后台任务"' in web.visit(app, "keeper").get("/jobs").get_data(as_text=True)
    sheet = workbook(web.visit(app, "keeper"), "/jobs?state=failed&format=xlsx")
    assert job.id in {sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)}


def workbook(seen: web.Visitor, address: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(seen.get(address).data)).active


# --- the list -----------------------------------------------------------------------------------------------


def test_the_list_is_filtered_and_costs_the_same_with_requests_and_reports(app: Flask) -> None:
    seen = visitor(app, FINANCE)
    everything = cost(seen, "/reports")
    assert everything <= MOST
    for code in ("XM2006-0001", "XM2006-0002"):
        jobs.run_now(ask(seen, evaluation(code, final=True)))
    seen.get("/reports")  # the message of the last request is read
    assert cost(seen, "/reports") <= everything
    words = web.text_of(seen.get("/reports?state=draft"))
    assert "出征求意见稿" in words
    assert "共 3 条" in words
    assert "共 21 条" in web.text_of(seen.get("/reports?state=final"))
    assert "共 14 条" in web.text_of(seen.get("/reports?kind=annual_self"))
    found = web.text_of(seen.get("/reports?q=数字环保"))
    assert "数字环保监测预警系统" in found
    assert "没有可以出具报告的评价" in web.text_of(seen.get("/reports?q=%3Cscript%3E"))


# --- jobs ---------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(app: Flask) -> web.Visitor:
    web.account("keeper", Role.ADMIN)
    return web.visit(app, "keeper")


def failed_job() -> Job:
    """A job that cannot be done: its evaluation is not there."""
    return jobs.run_now(
        jobs.enqueue(kind=assessment.JOB_KIND, arguments={"evaluation_id": 999_999}, actor=None)
    )


def test_a_failed_job_is_found_read_and_tried_again(admin: web.Visitor) -> None:
    job = failed_job()
    waiting = jobs.enqueue(kind=assessment.JOB_KIND, arguments={"evaluation_id": 1}, actor=None)
    listed = admin.get("/jobs?state=failed").get_data(as_text=True)
    assert f'href="/jobs/{job.id}"' in listed
    assert f'href="/jobs/{waiting.id}"' not in listed
    words = web.text_of(admin.get(f"/jobs/{job.id}"))
    assert "没有这个评价" in words
    assert "1 / 3" in words
    assert '"evaluation_id": 999999' in words.replace("&#34;", '"')
    answer = admin.post(f"/jobs/{job.id}/retry")
    assert (answer.status_code, answer.location) == (302, f"/jobs/{job.id}")
    assert "任务已重新排队" in web.text_of(admin.get(answer.location))
    queued = Job.get_by_id(job.id)
    assert (queued.state, queued.attempts, queued.finished_at) == (JobState.QUEUED, 0, None)
    assert admin.post(f"/jobs/{job.id}/retry").status_code == 409
    assert jobs.run_now(queued).state is JobState.FAILED
    assert [entry.action for entry in audit.trail("job", job.id)] == ["job.enqueue", "job.retry"]


def test_a_waiting_job_is_called_off_once(admin: web.Visitor) -> None:
    job = jobs.enqueue(kind=assessment.JOB_KIND, arguments={"evaluation_id": 1}, actor=None)
    assert admin.post(f"/jobs/{job.id}/cancel").status_code == 302
    assert Job.get_by_id(job.id).state is JobState.CANCELLED
    assert admin.post(f"/jobs/{job.id}/cancel").status_code == 409
    assert admin.post(f"/jobs/{job.id}/retry").status_code == 409
    assert admin.get("/jobs/999999").status_code == 404


def test_the_list_of_jobs_costs_the_same_with_many(admin: web.Visitor) -> None:
    failed_job()
    before = cost(admin, "/jobs")
    for number in range(60):
        jobs.enqueue(kind=assessment.JOB_KIND, arguments={"evaluation_id": number}, actor=None)
    assert cost(admin, "/jobs") == before <= MOST
    assert "下一页" in web.text_of(admin.get("/jobs"))


def test_nobody_else_looks_after_jobs(app: Flask) -> None:
    job = failed_job()
    seen = visitor(app, FINANCE)
    assert seen.get("/jobs").status_code == 403
    assert seen.post(f"/jobs/{job.id}/retry").status_code == 403
    assert Job.get_by_id(job.id).state is JobState.FAILED
