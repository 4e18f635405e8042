"""Acceptance with a missing paper, and an evaluation from its opening to its grade by three people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from playwright.sync_api import Page, expect

from approvals.rules.acceptance_gate import PRELIMINARY_DOCUMENTS
from approvals.tables.evaluation import Evaluation
from portfolio.foundation.roles import Actor
from portfolio.services import documents
from portfolio.tables.project import Project, ProjectDocument
from tests import acceptance, evaluation, procedure
from tests.browser.conftest import PHONE, Site, assert_accessible, login
from tests.pages import give_password

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def then(site: Site) -> Iterator[time_machine.Traveller]:
    """The clock of the server stands in the plan's years; that of the browser does not matter."""
    with time_machine.travel(evaluation.IN_2010, tick=True) as traveller:
        yield traveller


def enter(open_page: Callable[..., Page], actor: Actor, **how: object) -> Page:
    """A window of this person."""
    page = open_page(**how)
    login(page, give_password(actor))
    return page


def press(page: Page, name: str) -> None:
    """Press a button of the page itself and wait for what comes."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def test_acceptance_is_refused_for_a_missing_paper_by_name_and_then_done(
    then: time_machine.Traveller, open_page: Callable[..., Page]
) -> None:
    then.move_to(procedure.IN_2008)
    cast = procedure.with_cast()
    project_id = acceptance.inherit(cast)
    acceptance.complete(cast, project_id)
    page = enter(open_page, cast.applicant)
    page.goto(f"/projects/{project_id}/acts/accept-preliminary")
    for missing in PRELIMINARY_DOCUMENTS:
        expect(page.get_by_role("main")).to_contain_text(missing.label)
    expect(page.get_by_role("main")).to_contain_text("现在不能办理")
    expect(page.get_by_role("button", name="确认初步验收")).to_have_count(0)
    assert_accessible(page)
    page.get_by_role("main").get_by_role("link", name="上传文件").click()
    expect(page).to_have_url(re.compile(f"/projects/{project_id}/documents$"))
    acceptance.put(project_id, PRELIMINARY_DOCUMENTS, cast.applicant)
    page.goto(f"/projects/{project_id}/acts/accept-preliminary")
    assert_accessible(page)
    paper = ProjectDocument.get(project=project_id, withdrawn_at=None, kind=min(PRELIMINARY_DOCUMENTS))
    documents.withdraw(
        project_id=project_id, document_id=paper.document_id, reason="有误", actor=cast.applicant
    )
    press(page, "确认初步验收")
    expect(page.locator(".finding-block")).to_contain_text(paper.kind.label)
    assert procedure.standing(project_id) == ("acceptance", "preliminary")
    acceptance.put(project_id, (paper.kind,), cast.applicant)
    page.goto(f"/projects/{project_id}/acts/accept-preliminary")
    press(page, "确认初步验收")
    expect(page.get_by_role("status").first).to_contain_text("初步验收已通过")
    assert procedure.standing(project_id) == ("acceptance", "trial")
    page.go_back()
    expect(page.get_by_role("main")).to_contain_text("现在不能办理")


def test_an_evaluation_goes_from_opening_to_its_grade_by_three_people(
    then: time_machine.Traveller, open_page: Callable[..., Page]
) -> None:
    people = evaluation.people()
    project_id = evaluation.running_project(people)
    evaluation.spend(people, project_id, 2009, received=400, paid=390)
    officer = enter(open_page, people.officer)
    officer.goto("/evaluations")
    officer.get_by_role("link", name="启动评价").click()
    officer.fill("#project", Project.get_by_id(project_id).code)
    officer.select_option("#kind", "evaluation")
    assert_accessible(officer)
    press(officer, "启动评价")
    sheet = officer.url
    officer.get_by_role("link", name="指派评价人员").click()
    press(officer, "确认指派评价人员")
    _score(enter(open_page, people.assessor), sheet)
    unit = enter(open_page, people.cio, viewport=PHONE)
    unit.goto(sheet)
    unit.get_by_role("link", name="交换意见").click()
    unit.fill("#reply", "对评价结论无不同意见 <b>谢谢</b>")
    press(unit, "确认交换意见")
    expect(unit.get_by_role("main")).to_contain_text("<b>谢谢</b>")
    officer.goto(sheet)
    officer.get_by_role("link", name="定稿").click()
    expect(officer.get_by_role("main")).to_contain_text("等级“优”")
    assert_accessible(officer)
    press(officer, "确认定稿")
    expect(officer.get_by_role("main")).to_contain_text("不影响该单位后续资金和项目安排（R18）")
    assert_accessible(officer)
    assert Evaluation.get().grade.label == "优"


def _score(page: Page, sheet: str) -> None:
    """The assessor computes, takes over what was computed, scores the rest, and hands it in."""
    page.goto(sheet)
    page.get_by_role("link", name="自动计算").click()
    page.fill("#as_of", "2009-12-31")
    press(page, "确认自动计算")
    for button in page.locator("[data-take]").all():
        button.click()
    for row in page.locator("tr:has([data-points])").all():
        points = row.locator("[data-points]")
        if not points.input_value():
            points.fill(row.locator("td").nth(1).inner_text())
            row.locator("textarea").first.fill("现场核查，资料齐全")
    total = page.locator("tfoot [data-score-total]").inner_text()
    assert float(total) > 90
    assert_accessible(page)
    press(page, "保存评分")
    expect(page.get_by_role("status").first).to_contain_text("评分已保存")
    expect(page.locator("tfoot [data-score-total]")).to_have_text(total)
    page.get_by_role("link", name="提交", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(f"得分 {total} 分")
    press(page, "确认提交")
    expect(page.get_by_role("button", name="保存评分")).to_have_count(0)


def test_a_sheet_saves_itself_and_scores_without_scripts(
    then: time_machine.Traveller, open_page: Callable[..., Page]
) -> None:
    people = evaluation.people()
    row = evaluation.authority_evaluation(people, evaluation.running_project(people))
    page = enter(open_page, people.assessor)
    page.goto(f"/evaluations/{row.id}")
    first = page.locator("tr:has([data-points])").first
    first.locator("[data-points]").fill("2.5")
    first.locator("textarea").first.fill("符合规划")
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    plain = enter(open_page, people.officer, javascript=False)
    plain.goto(f"/evaluations/{row.id}")
    expect(plain.locator("[data-points]").first).to_have_value("2.50")
    plain.locator("[data-points]").nth(1).fill("3")
    plain.locator("[name=rows-1-reason]").fill("程序齐备")
    press(plain, "保存评分")
    expect(plain.get_by_role("status").first).to_contain_text("评分已保存")
