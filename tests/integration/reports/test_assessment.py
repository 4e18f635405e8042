"""The assessment report: its figures are those of the ledger, and it is issued once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from approvals.queries import evaluations
from approvals.rules.evaluation import EvaluationKind
from approvals.tables.evaluation import Evaluation
from budget.queries.funds import account, execution, project_lines, project_money
from budget.tables.line import BudgetLine
from budget.tables.project_account import ProjectAccount
from portfolio.foundation import access, audit, documents, jobs
from portfolio.foundation.db import IntegrityError, database, transaction
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import NotFound, Refused
from portfolio.foundation.jobs.run import execute
from portfolio.foundation.jobs.tables import Job, JobState
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.tables.project import Project
from reports import queries
from reports.datasets.assessment import assessment
from reports.datasets.books import books
from reports.pdf import render
from reports.rules import AssessmentReport, ReportKind
from reports.services import assessment as service
from reports.tables import IssuedReport
from tests import factories
from tests.integration.reports.conftest import Copy

pytestmark = pytest.mark.timeout(400)  # whoever comes first walks or loads for all

wan = Money.from_wan


def evaluation_of(copy: Copy, kind: EvaluationKind = EvaluationKind.EVALUATION) -> int:
    (row,) = [one for one in evaluations.of_project(copy.project.id) if one.kind is kind]
    return row.id


# --- the dataset --------------------------------------------------------------------------------------------


def test_money_is_that_of_the_ledger(walked: Copy) -> None:
    report = assessment(evaluation_of(walked))
    held = account(walked.project.id)
    assert held is not None
    assert report.money_total.paid == held.paid
    assert report.money_total.allotted == held.allotted
    assert report.project.estimate == held.cap == wan("2680")
    assert [(row.year, row.planned, row.released, row.committed, row.paid) for row in report.money] == [
        (row.year, row.planned, row.released, row.committed, row.paid)
        for row in project_money(walked.project.id)
    ]
    assert [(row.year, row.initial, row.adjusted, row.received, row.paid) for row in report.execution] == [
        (row.year, row.initial, row.adjusted, row.received, row.paid) for row in execution(walked.project.id)
    ]
    assert [(row.head, row.entries, row.paid) for row in report.heads] == [
        (line.head_hash, line.entry_count, line.paid) for line in project_lines(walked.project.id)
    ]
    assert (report.first_year, report.last_year) == (2007, 2008)


def test_the_report_says_what_was_decided_promised_and_scored(walked: Copy) -> None:
    report = assessment(evaluation_of(walked))
    assert (report.kind, report.draft, report.grade) == (ReportKind.EVALUATION, False, "优")
    assert report.total == sum((row.score or Decimal(0) for row in report.scores), Decimal(0))
    assert len(report.scores) == 17
    assert sum(row.computed_score is not None for row in report.scores) >= 6
    assert all(row.reason for row in report.scores)
    assert report.number.startswith("渝财评〔2009〕")
    assert [row.stage for row in report.approvals] == ["立项", "评估", "概算", "概算", "概算", "验收", "验收"]
    assert [row.achieved for row in report.targets] == [True] * 8
    assert [row.delay for row in report.milestones] == [0, 26, 0, 3]
    assert report.project.plan_item.startswith("B1-G1-02")
    assert report.project.authority == "重庆市信息产业局"
    assert report.evaluator == "重庆市财政局"
    assert any("交换意见" in paragraph for paragraph in report.narrative.other)
    assert all("人：" in line for line in report.signatures[0].people)


def test_the_unit_s_own_report_counts_its_own_scores(walked: Copy) -> None:
    report = assessment(evaluation_of(walked, EvaluationKind.POST_REPORT))
    assert report.kind is ReportKind.POST_EVALUATION
    assert report.evaluator == report.project.owner == "重庆市人民政府办公厅"
    assert report.total == sum((row.self_score or Decimal(0) for row in report.scores), Decimal(0))
    assert {row.score for row in report.scores} == {None}
    assert report.signatures[0].people[0].startswith("自评人：")


def test_a_year_of_its_own_counts_that_year_alone(walked: Copy) -> None:
    report = assessment(evaluation_of(walked, EvaluationKind.ANNUAL_SELF))
    assert (report.kind, report.period) == (ReportKind.ANNUAL_SELF, "2007年度")
    assert {row.year for row in report.money} == {2007}
    assert [head.year for head in report.heads] == [2007]
    assert report.total is not None
    # What was achieved, reached and accepted only later is not in a report of that time.
    assert {row.achieved for row in report.targets} == {None}
    assert (report.project.stage, report.project.finished) == ("建设", None)
    assert [row.actual is not None for row in report.milestones] == [True, True, True, False]
    assert [(row.target, row.actual) for row in report.scores[:2]] == [
        ("100%", "97.00%"),
        ("2项指标", "待核验"),
    ]


def test_the_books_are_read_as_they_stood_on_the_day(walked: Copy) -> None:
    project_id = walked.project.id
    before = books(project_id, date(2007, 4, 5))
    (row,) = before.money
    assert row.paid == wan("774.37")
    assert row.released == wan("1429.78")
    assert books(project_id, date(2007, 3, 1)).heads == ()
    whole = books(project_id, date(2009, 12, 31))
    assert whole.heads[0].head != before.heads[0].head
    assert whole.heads[0].entries > before.heads[0].entries


@pytest.mark.parametrize(
    ("table", "column", "what"),
    [(BudgetLine, "paid", "与分录合计不符"), (ProjectAccount, "paid", "与各指标合计不符")],
)
def test_books_that_do_not_add_up_give_no_report(walked: Copy, table, column, what) -> None:
    column = getattr(table, column)
    table.update({column: column - 1}).where(table.project == walked.project.id).execute()
    with pytest.raises(Refused) as refusal:
        assessment(evaluation_of(walked))
    assert refusal.value.codes[0] == "RECONCILE"
    assert what in str(refusal.value)
    assert IssuedReport.select().count() == 1  # the one of the walk


# --- issuing ------------------------------------------------------------------------------------------------


def test_the_same_data_give_the_report_that_is_there(walked: Copy) -> None:
    evaluation_id = evaluation_of(walked)
    (first,) = IssuedReport.select()
    stored = Document.select().count()
    finance = access.actor_for("czj1")
    again = service.issue(evaluation_id=evaluation_id, actor=finance)
    assert (again.id, IssuedReport.select().count(), Document.select().count()) == (first.id, 1, stored)


@pytest.mark.parametrize("act", [service.issue, service.request])
def test_a_report_is_of_one_moment_and_nobody_waits_while_it_is_read(
    walked: Copy, act: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = walked.project
    names = []

    def rename() -> None:
        with transaction():
            Project.update(name="改过的名称").where(Project.id == project.id).execute()
        database.close()

    def read_slowly(evaluation: Evaluation) -> AssessmentReport:
        names.append(Project.get_by_id(project.id).name)
        other = threading.Thread(target=rename)
        other.start()
        other.join(timeout=5)
        assert not other.is_alive(), "who writes waits until the report is read"
        names.append(Project.get_by_id(project.id).name)
        return assessment(evaluation)

    monkeypatch.setattr(service, "assessment", read_slowly)
    act(evaluation_id=evaluation_of(walked), actor=None)
    assert names == [project.name, project.name]
    assert Project.get_by_id(project.id).name == "改过的名称"


def test_drawn_afresh_the_bytes_are_the_same(walked: Copy) -> None:
    (first,) = IssuedReport.select()
    report = assessment(evaluation_of(walked))
    assert hashlib.sha256(render(report).pdf).hexdigest() == first.pdf_sha256
    assert service.content(first) == walked.walked.pdf
    assert report.project.stage == "后评价"  # also when the project has gone on since
    other = replace(report, number="渝财评〔2009〕99号")
    assert service.data_sha256(other) != service.data_sha256(report) == first.data_sha256


def test_an_issued_report_is_a_document_with_its_audit_and_never_changes(walked: Copy) -> None:
    (first,) = IssuedReport.select()
    assert (first.document.category, first.document.sha256) == ("绩效评价报告", first.pdf_sha256)
    assert audit.trail("evaluation", first.evaluation_id)[-1].action == "report.issue"
    with pytest.raises(IntegrityError):
        IssuedReport.update(pages=1).execute()


def test_a_final_report_stays_as_it_went_out(walked: Copy) -> None:
    (first,) = IssuedReport.select()
    Project.update(name="改过的名称").where(Project.id == walked.project.id).execute()
    evaluation_id = evaluation_of(walked)
    assert service.data_sha256(assessment(evaluation_id)) != first.data_sha256
    assert service.issue(evaluation_id=evaluation_id, actor=None).id == first.id


def test_a_draft_is_marked_and_the_final_one_is_another_report(walked: Copy) -> None:
    evaluation_id = evaluation_of(walked)
    report = assessment(evaluation_id)
    draft = replace(report, draft=True, grade="", number="")
    assert service.data_sha256(draft) != service.data_sha256(report)


# --- through the job table ----------------------------------------------------------------------------------


def request(walked: Copy) -> Job:
    """Ask for the yearly report, which the walk has not issued."""
    evaluation_id = evaluation_of(walked, EvaluationKind.ANNUAL_SELF)
    return service.request(evaluation_id=evaluation_id, actor=access.actor_for("zfb.jb"))


def test_a_report_asked_for_twice_is_one_job_and_one_report(walked: Copy) -> None:
    job = request(walked)
    assert request(walked).id == job.id
    done = jobs.run_now(job)
    assert done.state is JobState.DONE, done.error_detail
    execute(job.id)  # the message is delivered a second time
    report = IssuedReport.get_by_id(done.result["report"])
    assert IssuedReport.select().where(IssuedReport.evaluation == report.evaluation_id).count() == 1
    assert report.issued_by_id == access.actor_for("zfb.jb").user_id
    with documents.open_document(report.document, verify=True) as file:
        assert file.read(5) == b"%PDF-"


def test_a_job_whose_report_was_issued_meanwhile_finds_it(walked: Copy) -> None:
    job = request(walked)
    meanwhile = service.issue(evaluation_id=job.arguments["evaluation_id"], actor=None)
    done = jobs.run_now(job)
    assert done.result["report"] == meanwhile.id


def test_only_who_may_see_the_project_asks_for_its_report(walked: Copy) -> None:
    evaluation_id = evaluation_of(walked)
    for username in ("zfb.cio", "gaj.jb", "sjj", "pj", "fgw2"):
        service.visible(evaluation_id, access.actor_for(username))
    strangers = (access.actor_for("sw.jb"), factories.actor("expert", Role.EXPERT))
    for stranger in strangers:
        with pytest.raises(NotFound):
            service.request(evaluation_id=evaluation_id, actor=stranger)
    with pytest.raises(NotFound):
        service.issue(evaluation_id=evaluation_id + 1000, actor=None)


# --- which evaluation is meant ------------------------------------------------------------------------------


def test_the_final_evaluation_is_chosen_unless_another_is_asked_for(walked: Copy) -> None:
    code = walked.project.code
    assert queries.chosen(code).kind is EvaluationKind.EVALUATION
    yearly = queries.chosen(code, kind=EvaluationKind.ANNUAL_SELF, year=2007)
    assert (yearly.kind, yearly.year) == (EvaluationKind.ANNUAL_SELF, 2007)
    assert queries.chosen(code, kind=EvaluationKind.POST_REPORT).year is None
    with pytest.raises(NotFound):
        queries.chosen(code, kind=EvaluationKind.ANNUAL_SELF, year=1999)
    with pytest.raises(NotFound, match="XM1999-0001"):
        queries.chosen("XM1999-0001")
    assert [row.project_code for row in queries.reportable()] == [code]
    assert Evaluation.select().count() == 3
