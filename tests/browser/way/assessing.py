"""The last chapter: what was achieved, the evaluation, its grade and its report, and who looks on."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portfolio.foundation import jobs
from portfolio.foundation.jobs import Job
from portfolio.foundation.roles import Actor
from tests.browser.conftest import ready
from tests.browser.way.hall import Hall, fill, menu, press, said


def open_the_evaluation(hall: Hall) -> None:
    """The applicant reports what was achieved, and opens the post-evaluation."""
    page = hall.project(hall.cast.applicant)
    page.get_by_role("link", name="进度", exact=True).click()
    page.get_by_role("link", name="填报进度").click()
    page.get_by_role("link", name="填报实际值").click()
    for number, value in enumerate(("40", "30", "85")):
        fill(page, **{f"achieved-{number}-actual": value})
    press(page, "保存")
    page = hall.begin(hall.cast.applicant, "启动后评价")
    press(page, "确认启动后评价")
    said(page, "项目已转入后评价")


def the_unit_scores_itself(hall: Hall) -> None:
    """The unit's own report: computed from the books, scored, handed in."""
    page = _open(hall, hall.cast.applicant, "post_report")
    _compute(page)
    _score(page)
    press(page, "确认提交")


def the_authority_evaluates(hall: Hall) -> None:
    """Finance names an assessor, who scores; the unit answers, and finance makes it final."""
    page = _open(hall, hall.cast.finance, "evaluation")
    page.get_by_role("link", name="指派评价人员").click()
    press(page, "确认指派评价人员")
    page = _evaluation(hall, hall.cast.assessor)
    _compute(page)
    _score(page)
    press(page, "确认提交")
    page = _evaluation(hall, hall.cast.cio)
    page.get_by_role("link", name="交换意见").click()
    fill(page, reply="无意见")
    press(page, "确认交换意见")
    page = _evaluation(hall, hall.cast.finance_checker)
    page.get_by_role("link", name="定稿").click()
    press(page, "确认定稿")
    expect(page.get_by_role("main")).to_contain_text("等级")


def _open(hall: Hall, actor: Actor, kind: str) -> Page:
    page = hall.begin(actor, "启动评价")
    fill(page, kind=kind)
    press(page, "启动评价")
    return page


def _evaluation(hall: Hall, actor: Actor) -> Page:
    page = hall.of(actor)
    menu(page, "绩效评价")
    page.locator("main tbody tr", has_text="部门（财政）评价").get_by_role("link").first.click()
    return page


def _compute(page: Page) -> None:
    page.get_by_role("link", name="自动计算").click()
    fill(page, as_of="2009-12-31")
    press(page, "确认自动计算")


def _score(page: Page) -> None:
    """What was computed is taken over, the rest gets its full points with a reason."""
    for button in ready(page).locator("[data-take]").all():
        button.click()
    for row in page.locator("tr:has([data-points])").all():
        points = row.locator("[data-points]")
        if not points.input_value():
            points.fill(row.locator("td").nth(1).inner_text())
            row.locator("textarea").first.fill("现场核查，资料齐全")
    press(page, "保存评分")
    expect(page.get_by_role("status").first).to_contain_text("评分已保存")
    page.get_by_role("link", name="提交", exact=True).click()


def report_as_pdf(hall: Hall, folder: Path) -> None:
    """Finance asks for the report, sees it being drawn, takes it home; it names the project."""
    page = hall.of(hall.cast.finance)
    menu(page, "报告中心")
    page.get_by_role("main").get_by_role("button", name="出具报告").first.click()
    said(page, "已开始出具报告")
    job = Job.select().order_by(Job.id.desc()).get()
    mine = page.locator(f"[data-request='{job.id}']")
    expect(mine.get_by_role("progressbar")).to_be_visible()
    jobs.run_now(job)  # as the worker does
    with page.expect_download() as download:
        mine.get_by_role("link", name="下载").click()
    path = folder / "report.pdf"
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"%PDF-")
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not installed")
    read = subprocess.run([reader, str(path), "-"], capture_output=True, text=True, check=True)
    assert hall.name in "".join(read.stdout.split())


def close_the_project(hall: Hall) -> None:
    """Finance closes it; nothing is left to do."""
    page = hall.begin(hall.cast.finance, "办结")
    press(page, "确认办结")
    said(page, "项目已办结")
    expect(page.locator(".next")).to_contain_text("项目已经办结，没有待办的事")


def others_look_at_it(hall: Hall) -> None:
    """An auditor finds every act in the log and the chain whole; an administrator finds the report's job."""
    page = hall.of(hall.cast.auditor)
    menu(page, "审计日志")
    page.get_by_label("动作", exact=True).select_option("case.close")
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("相符")
    page = hall.of(hall.cast.admin)
    menu(page, "后台任务")
    page.locator("main tbody tr").get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("已完成")
