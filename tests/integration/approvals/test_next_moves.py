"""What waits for a unit in its own projects: drafts, what came back and why, moves that nobody else makes."""

from __future__ import annotations

from datetime import date

import pytest
from peewee import Select

from approvals.queries import next_moves
from approvals.queries.returns import latest_return
from approvals.rules.stages import Act, Outcome, Stage
from approvals.services import appraisals, cases, filing, reviews, submissions
from approvals.services.decisions import Ruling
from portfolio.foundation import rulebook
from portfolio.foundation.db import database as bound
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource, ReportPeriod
from portfolio.services import progress
from tests import acceptance, factories, procedure, web

RETURNED = Ruling(Outcome.RETURN_FOR_REVISION, reason="缩小建设范围")


def waits(actor):
    """What is to be done, and until when; it is counted as it is listed."""
    rules = rulebook.of_today()
    found = next_moves.of_unit(actor, rules)
    columns = next_moves.counts(actor, rules)
    assert sum(Select(columns=columns).bind(bound).tuples().get()) == len(found)
    return [(move.code, f"{move.what}", move.due_on) for move in found]


def moves(actor):
    return [(code, due_on) for code, _what, due_on in waits(actor)]


PROPOSAL = ("submit", "编报项目建议书并报送", None)


def test_a_draft_waits_for_the_applicants_of_its_unit_until_it_is_submitted(cast):
    project_id = procedure.draft(cast)
    neighbour = procedure.unit_people(factories.organisation("CQ-LYJ"), "neighbour-")["applicant"]
    assert waits(cast.applicant) == [PROPOSAL]
    assert waits(neighbour) == []
    assert moves(procedure.colleague_of(cast.applicant)) == moves(cast.applicant)
    procedure.submit(cast, project_id)
    assert waits(cast.applicant) == []


def test_what_came_back_says_with_what_words_and_from_whom_until_it_is_submitted_again(cast, clock):
    project_id = procedure.draft(cast)
    procedure.submit(cast, project_id)
    procedure.endorse(cast, project_id)
    clock.shift(86400)
    submission = procedure.current(project_id)
    reviews.return_for_revision(submission_id=submission.id, text="请补充测算", actor=cast.informatization)
    clock.shift(86400)
    [move] = next_moves.of_unit(cast.applicant, rulebook.of_today())
    found = move.returned
    assert found == latest_return(project_id)
    assert (found.words, found.house, found.person) == (
        "请补充测算",
        "重庆市信息产业局",
        cast.informatization.name,
    )
    assert (found.submission_id, found.reopened, found.stood_in_for) == (submission.id, False, "")
    assert found.on == move.since == date(2008, 3, 4)
    procedure.submit(cast, project_id)
    assert waits(cast.applicant) == []
    assert latest_return(project_id) is None


def test_the_group_returns_as_the_group(cast):
    project_id = procedure.draft(cast)
    procedure.to_countersign(cast, project_id)
    procedure.countersign(cast, project_id)
    procedure.decide(cast, project_id, RETURNED)
    found = latest_return(project_id)
    assert (found.words, found.house, found.person) == ("缩小建设范围", "信息化领导小组", cast.member.name)


def test_what_was_taken_back_is_a_draft_like_any_other(cast):
    project_id = procedure.draft(cast)
    submission = procedure.submit(cast, project_id)
    submissions.withdraw(
        submission_id=submission.id,
        expected_version=procedure.version(project_id),
        reason="漏附文件",
        actor=cast.applicant,
    )
    assert waits(cast.applicant) == [PROPOSAL]
    assert latest_return(project_id) is None


def test_a_stage_that_is_opened_again_says_why_and_by_whom(cast, clock):
    project_id = procedure.carry(cast, until="approved")
    clock.shift(1)
    appraisals.reopen(
        project_id=project_id,
        expected_version=procedure.version(project_id),
        act=Act.REOPEN_INITIATION,
        reason="建设内容有重大变更",
        actor=cast.investment,
    )
    assert waits(cast.applicant) == [PROPOSAL]
    found = latest_return(project_id)
    assert (found.words, found.person, found.reopened) == ("建设内容有重大变更", cast.investment.name, True)


def test_every_stage_waits_for_its_own_document_and_the_start_for_the_money(cast):
    project_id = procedure.carry(cast, until="approved")
    assert waits(cast.applicant) == [("submit", "编报可行性研究报告并报送", None)]
    procedure.study(cast, project_id)
    assert waits(cast.applicant) == [("submit", "编报初步设计方案和投资概算并报送", None)]
    procedure.design(cast, project_id)
    procedure.plan(cast, project_id)
    assert waits(cast.applicant) == []  # the finance authority has to allot first
    procedure.allot(cast, project_id)
    assert moves(cast.applicant) == [("start_construction", None)]
    procedure.start(cast, project_id)
    assert waits(cast.applicant) == []


def test_a_half_year_of_building_is_reported_when_it_is_over(cast, clock):
    project_id = procedure.carry(cast, until="building")
    clock.move_to("2008-06-30T10:00:00+08:00")
    assert waits(cast.applicant) == []
    clock.move_to("2008-07-01T10:00:00+08:00")
    assert waits(cast.applicant) == [("report_progress", "填报2008年上半年进度", date(2008, 7, 31))]
    given = {"year": 2008, "period": ReportPeriod.SECOND_QUARTER, "percent_done": 10, "text": "设备到货"}
    progress.report_progress(project_id=project_id, fields=given, actor=cast.applicant)
    assert waits(cast.applicant) == []  # the second quarter ends with the half-year


def test_what_is_begun_later_owes_no_report_of_before(cast, clock):
    project_id = procedure.carry(cast, until="funded")
    clock.move_to("2008-07-01T10:00:00+08:00")
    procedure.start(cast, project_id)
    assert waits(cast.applicant) == []
    clock.move_to("2009-01-05T10:00:00+08:00")
    assert moves(cast.applicant) == [("report_progress", date(2009, 1, 31))]


def test_what_is_nearly_built_is_completed_and_then_accepted_step_by_step(cast, clock):
    days = {"planned_start": date(2008, 3, 3), "planned_finish": date(2008, 5, 30)}
    project_id = procedure.carry(cast, until="building", **days)
    clock.move_to("2008-04-29T10:00:00+08:00")
    assert waits(cast.applicant) == []
    clock.move_to("2008-04-30T10:00:00+08:00")
    assert waits(cast.applicant) == [("complete", "按计划建设，完工后登记建成", date(2008, 5, 30))]
    acceptance.complete(cast, project_id, date(2008, 4, 30))
    assert moves(cast.applicant) == [("accept_preliminary", date(2008, 10, 30))]
    acceptance.accept_preliminary(cast, project_id)
    assert moves(cast.applicant) == [("submit", date(2008, 10, 30))]
    acceptance.apply_for_acceptance(cast, project_id)
    assert waits(cast.applicant) == []
    procedure.decide(cast, project_id, RETURNED)
    assert moves(cast.applicant) == [("submit", date(2008, 10, 30))]
    assert latest_return(project_id).words == "缩小建设范围"


def test_the_accounts_approved_the_unit_puts_it_into_operation(cast):
    project_id = acceptance.accounted(cast)
    assert moves(cast.applicant) == [("put_into_operation", None)]
    acceptance.register_system(cast, project_id)
    acceptance.launch(cast, project_id, date(2008, 3, 3))
    assert waits(cast.applicant) == []  # the post-evaluation has no time of its own before 2020


@pytest.mark.parametrize(("day", "found"), [("2020-03-03", []), ("2020-03-04", ["open_evaluation"])])
def test_the_post_evaluation_waits_from_twelve_months_after_launch(cast, clock, day, found):
    clock.move_to("2019-03-04T10:00:00+08:00")
    project_id = acceptance.running(cast)
    clock.move_to(f"{day}T10:00:00+08:00")
    assert moves(cast.applicant) == [(code, date(2021, 3, 4)) for code in found]
    assert procedure.standing(project_id) == ("operation", "running")


def test_what_ran_before_the_system_lacks_its_first_day(cast):
    acceptance.inherit(cast, Stage.OPERATION)
    assert waits(cast.applicant) == [("record_launch", "登记投运日期", None)]


def test_a_filed_project_is_asked_for_each_quarter_once_it_is_over(cast, clock):
    project_id = acceptance.registered(cast)
    assert waits(cast.applicant) == [("submit", "编报备案登记表并报送", None)]
    acceptance.submit_filing(cast, project_id)
    acceptance.file(cast, project_id)
    assert waits(cast.applicant) == []  # filed in March: nothing was to be reported of last year
    clock.move_to("2008-04-01T10:00:00+08:00")
    assert waits(cast.applicant) == [("report_quarter", "填报2008年第1季度完成投资", None)]
    amounts = {FundingSource.ENTERPRISE: Money.from_wan(100)}
    filing.report_quarter(project_id=project_id, year=2008, quarter=1, amounts=amounts, actor=cast.applicant)
    assert waits(cast.applicant) == []
    clock.move_to("2008-07-01T10:00:00+08:00")
    assert moves(cast.applicant) == [("report_quarter", None)]


def test_a_stopped_project_waits_for_nobody(cast):
    project_id = procedure.draft(cast)
    cases.suspend(
        project_id=project_id,
        expected_version=procedure.version(project_id),
        reason="机构调整",
        actor=cast.secretary,
    )
    assert waits(cast.applicant) == []


def test_one_query_however_much_waits(cast):
    def asked():
        with web.queries() as seen:
            found = next_moves.of_unit(cast.applicant, rules)
        return len(found), len(seen)

    rules = rulebook.of_today()
    procedure.draft(cast)
    assert asked() == (1, 1)
    for name in ("乡镇信息服务站", "农产品价格监测", "动物防疫信息系统"):
        procedure.draft(cast, name=name)
    assert asked() == (4, 1)
