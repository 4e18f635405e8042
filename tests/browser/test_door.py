"""At the door, in a real browser: log in, wrong password, lock-out, language, drawer, log out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portfolio.foundation.clock import follow
from portfolio.foundation.roles import Role
from tests import factories, sample_pages, web
from tests.browser.conftest import PHONE, Site, assert_accessible, login

pytestmark = pytest.mark.needs("chromium")


FOCUSED = """() => {
    const here = document.activeElement, look = getComputedStyle(here);
    return [here.id || here.innerText.trim(), look.outlineStyle, look.boxShadow];
}"""


@pytest.fixture(autouse=True)
def zhang(site: Site) -> None:
    """Somebody with an account, and pages to look at."""
    sample_pages.install(site.app)
    office = factories.organisation("CQ-ZFB", name="重庆市人民政府办公厅", short_name="市政府办公厅")
    web.account("zhang", Role.APPLICANT, Role.CIO, organisation=office)


def test_one_logs_in_and_out_again(page: Page) -> None:
    page.goto("/account")
    expect(page).to_have_url("/login?next=/account")
    login(page, "zhang")
    expect(page).to_have_url("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("待我处理")
    page.locator(".menu summary").click()
    expect(page.get_by_text("重庆市人民政府办公厅")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url("/login")
    page.go_back()
    expect(page).to_have_url("/login")  # nothing of a session is left to look at


def test_wrong_passwords_are_said_and_then_lock(page: Page) -> None:
    for _ in range(4):
        login(page, "zhang", "wrong")
        expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
        expect(page.locator("#username")).to_have_value("zhang")
    login(page, "zhang", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("锁定至")
    assert_accessible(page)


def test_the_language_is_switched_where_one_stands(page: Page) -> None:
    login(page, "zhang")
    page.goto("/account?tab=1")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url("/account?tab=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的账号")


def test_on_a_phone_the_navigation_is_a_drawer(open_page: Callable[..., Page]) -> None:
    page = open_page(PHONE)
    login(page, "zhang")
    drawer = page.locator("#navigation")
    expect(drawer).not_to_be_in_viewport()
    page.get_by_role("button", name="打开导航").click()
    expect(drawer).to_be_in_viewport()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(drawer).not_to_be_in_viewport()
    page.get_by_role("button", name="打开导航").click()
    drawer.get_by_role("link", name="首页").last.click()
    expect(page).to_have_url("/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_folded_navigation_stays_folded(page: Page) -> None:
    login(page, "zhang")
    expect(page.locator("#navigation")).to_have_css("width", "220px")
    page.get_by_role("button", name="收起导航").click()
    page.goto("/account")
    expect(page.locator("#navigation")).to_have_css("width", "56px")
    expect(page.get_by_role("navigation").get_by_role("link", name="首页").last).to_be_visible()
    assert_accessible(page)


def test_without_scripts_everything_still_works(open_page: Callable[..., Page]) -> None:
    page = open_page(PHONE, javascript=False)
    login(page, "zhang")
    page.locator(".bar-menu").click()
    expect(page.locator("#navigation")).to_be_in_viewport()
    page.locator(".nav-close").click()
    page.locator(".menu summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url("/login")


def test_the_keyboard_reaches_everything_and_focus_is_seen(page: Page) -> None:
    page.goto("/login")
    page.locator("#username").evaluate("element => element.blur()")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    login(page, "zhang")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.goto("/sample/form")
    unseen, reached = [], set()
    while "Send" not in reached and len(reached) < 60:
        page.keyboard.press("Tab")
        name, outline, shadow = page.evaluate(FOCUSED)
        if name not in reached and outline == shadow == "none":  # within a day one goes on by parts
            unseen.append(name)
        reached.add(name)
    assert unseen == []
    assert {"Send", "name", "amount", "need", "rows-1-amount"} <= reached


PAGES = ("/", "/account", "/account/password", "/account/second-factor", "/nowhere", "/sample/refuse/refused",
         "/sample/refuse/forbidden", "/sample/form", "/sample/list", "/sample/fault")  # fmt: skip


def test_a_demonstration_says_that_it_is_one(page: Page, site: Site) -> None:
    follow(lambda: timedelta(days=-6000))
    page.goto("/login")
    expect(page.get_by_text("演示系统：数据均为虚构")).to_be_visible()
    login(page, "zhang")
    expect(page.get_by_role("complementary", name="演示系统")).to_contain_text("日期为")
    assert_accessible(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing(open_page: Callable[..., Page], language: str) -> None:
    page = open_page()
    page.goto("/login")
    assert_accessible(page)
    login(page, "zhang")
    if language == "en":
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    for address in PAGES:
        page.goto(address)
        assert_accessible(page)
    page.set_viewport_size(PHONE)
    for address in PAGES:
        page.goto(address)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{address} is too wide"
        )


def test_a_printed_page_has_no_frame(page: Page) -> None:
    login(page, "zhang")
    page.goto("/sample/list")
    page.emulate_media(media="print")
    for part in ("#navigation", ".bar", ".filters button"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.get_by_role("table")).to_be_visible()
