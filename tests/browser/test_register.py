"""An applicant finds a project by search, sees what comes next, follows it; the same on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from approvals.rules.stages import Act
from portfolio.foundation.clock import ZONE, follow
from portfolio.foundation.web import accounts
from portfolio.foundation.web.permissions import signed_in
from tests import procedure
from tests.browser.conftest import PHONE, Site, assert_accessible, login
from tests.web import PASSWORD

pytestmark = pytest.mark.needs("chromium")
NAME = "政务信息资源目录体系和交换体系（一期）"


@pytest.fixture
def project_id(site: Site) -> int:
    """A project in the plan's years, drafted and not yet submitted."""
    follow(lambda: procedure.IN_2008 - datetime.now(ZONE))
    if "act.submit" not in site.app.view_functions:
        address = "/projects/<int:project_id>/acts/submit"
        site.app.add_url_rule(address, f"act.{Act.SUBMIT.value}", signed_in(lambda project_id: "submit"))
    cast = procedure.with_cast()
    for person in (cast.applicant, cast.auditor):
        accounts.set_password(user_id=person.user_id, password=PASSWORD, actor=None, temporary=False)
    return procedure.draft(cast, name=NAME)


def test_an_applicant_finds_the_project_and_its_next_act(page: Page, project_id: int) -> None:
    login(page, "applicant")
    assert_accessible(page)
    page.get_by_role("searchbox", name="搜索项目").fill("资源目录")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/projects?q=%E8%B5%84%E6%BA%90%E7%9B%AE%E5%BD%95")
    assert_accessible(page)
    page.get_by_role("link", name=NAME).click()
    expect(page).to_have_url(f"/projects/{project_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page.get_by_text("编报项目建议书并报送").first).to_be_visible()
    expect(page.get_by_role("heading", name="立项关口")).to_be_visible()
    page.get_by_text("已通过").first.click()
    expect(page.get_by_role("list", name="已通过的审查项")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="关注").click()
    expect(page.get_by_role("button", name="取消关注")).to_be_visible()
    page.get_by_role("link", name="报送", exact=True).click()
    expect(page).to_have_url(f"/projects/{project_id}/acts/submit")
    page.goto("/")
    expect(page.get_by_role("region", name="我关注的").get_by_role("link", name=NAME)).to_be_visible()
    page.get_by_role("link", name=f"填写：编报项目建议书并报送 {NAME}").click()
    expect(page).to_have_url(f"/projects/{project_id}/dossier/proposal")


def test_every_tab_is_accessible(page: Page, project_id: int) -> None:
    login(page, "applicant")
    page.goto(f"/projects/{project_id}")
    names = page.get_by_role("navigation", name="项目内容").get_by_role("link").all_inner_texts()
    assert len(names) == 10
    for name in names:
        page.get_by_role("navigation", name="项目内容").get_by_role("link", name=name, exact=True).click()
        page.wait_for_load_state()
        assert_accessible(page)


def test_columns_are_chosen_and_filters_sent_without_script(
    open_page: Callable[..., Page], project_id: int
) -> None:
    page = open_page(javascript=False)
    login(page, "applicant")
    page.goto("/projects")
    page.get_by_text("选择列").click()
    page.get_by_label("规划专栏", exact=True).last.check()
    page.get_by_role("button", name="显示").click()
    expect(page.get_by_role("columnheader", name="规划专栏")).to_be_visible()
    page.get_by_label("阶段", exact=True).select_option("construction")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("没有符合条件的项目")).to_be_visible()
    page.get_by_role("link", name="去掉").click()
    expect(page.get_by_role("columnheader", name="规划专栏")).to_be_visible()


def test_it_fits_a_phone(open_page: Callable[..., Page], project_id: int) -> None:
    page = open_page(PHONE)
    login(page, "applicant")
    for address in ("/", "/projects", f"/projects/{project_id}", f"/projects/{project_id}?tab=estimate"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
        assert_accessible(page)
    page.goto(f"/projects/{project_id}")
    expect(page.get_by_role("link", name="报送", exact=True)).to_be_visible()


def test_all_stages_stand_on_a_printed_page(open_page: Callable[..., Page], project_id: int) -> None:
    page = open_page(ViewportSize(width=672, height=960))  # what A4 leaves between its margins
    login(page, "applicant")
    page.emulate_media(media="print")
    page.goto(f"/projects/{project_id}")
    assert page.locator(".rail").evaluate("rail => rail.scrollWidth <= rail.clientWidth")


def test_the_figures_of_home_print_in_one_row(open_page: Callable[..., Page], project_id: int) -> None:
    page = open_page(ViewportSize(width=672, height=960))
    login(page, "applicant")
    page.emulate_media(media="print")
    page.goto("/")
    cards = page.locator(".figure-card").all()
    assert len(cards) == 4
    assert len({card.bounding_box()["y"] for card in cards}) == 1  # type: ignore[index]


def test_an_auditor_reads_the_log(page: Page, project_id: int) -> None:
    login(page, "auditor")
    page.goto("/audit")
    page.get_by_label("动作").select_option("project.create")
    expect(page.get_by_role("cell", name="新建项目")).to_be_visible()
    expect(page.get_by_text("相符").first).to_be_visible()
    assert_accessible(page)


def test_on_a_phone_nothing_in_a_card_runs_into_its_neighbour(
    open_page: Callable[..., Page], project_id: int
) -> None:
    page = open_page(PHONE)
    login(page, "auditor")
    for address, labels in (("/audit", ("动作", "单位")), ("/projects", ("申报单位", "所处环节"))):
        page.goto(address)
        for label in labels:
            cell = page.locator(f"tbody td[data-label={label}]").first
            cell.evaluate("cell => cell.textContent = 'Listing in the annual investment plan'")
            assert cell.evaluate("cell => cell.scrollWidth <= cell.clientWidth"), (address, label)
