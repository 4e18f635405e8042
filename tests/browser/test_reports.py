"""The report centre in a browser: asked for, drawn while one waits, taken home; with and without scripts."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portfolio.foundation import db, jobs
from portfolio.foundation.access import User
from portfolio.foundation.jobs import Job
from portfolio.foundation.settings import read_settings, use
from portfolio.foundation.web import accounts
from tests import web
from tests.browser.conftest import PHONE, Site, assert_accessible, login
from tests.conftest import TemporaryDatabase
from tests.integration.reports import conftest as demonstration

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]  # whoever comes first loads for all

loaded_once = demonstration.loaded_once
FINANCE, RECORDER = "czj1", "xcj1"
PROJECT = "数字环保监测预警系统"
PAGES = (
    "/plan",
    "/plan/boxes/B4",
    "/plan/items/B1-G1-02",
    "/plan/indicators",
    "/plan/indicators/I06",
    "/plan/indicators/I06/observations",
    "/plan/goals",
    "/reports",
)


@pytest.fixture
def sqlite_database(loaded_once: Path, tmp_path: Path) -> Iterator[TemporaryDatabase]:
    """The whole demonstration in a database of the test's own."""
    shutil.copy(loaded_once / "portfolio.db", tmp_path / "portfolio.db")
    os.symlink(loaded_once / "documents", tmp_path / "documents")
    url = f"sqlite:///{tmp_path / 'portfolio.db'}"
    settings = read_settings({"ENV": "test", "DATA_DIR": str(tmp_path), "DATABASE_URL": url})
    use(settings)
    db.bind(url)
    for name in (FINANCE, RECORDER):
        user = User.get(User.username == name)
        accounts.set_password(user_id=user.id, password=web.PASSWORD, actor=None, temporary=False)
    yield TemporaryDatabase("sqlite", url, settings)
    db.unbind()


def ask(page: Page) -> Job:
    """Press the button beside the unit's own report of a project; the job that comes of it."""
    page.goto("/reports?kind=post_report")
    page.get_by_role("button", name=re.compile(f"出具报告.*{PROJECT}")).click()
    expect(page).to_have_url("/reports")
    expect(page.get_by_role("status").first).to_contain_text("已开始出具报告")
    found: Job = Job.select().order_by(Job.id.desc()).get()
    return found


def test_a_finance_officer_waits_for_a_report_and_takes_it_home(page: Page) -> None:
    login(page, FINANCE)
    page.goto("/")
    page.get_by_role("link", name="报告中心").click()
    job = ask(page)
    mine = page.locator(f"[data-request='{job.id}']")
    expect(mine.get_by_role("progressbar")).to_be_visible()
    assert_accessible(page)
    jobs.run_now(job)
    with page.expect_download() as download:  # the page has found out by itself
        mine.get_by_role("link", name="下载").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert download.value.suggested_filename.endswith(".pdf")
    assert PROJECT in download.value.suggested_filename
    assert_accessible(page)


def test_the_same_on_a_phone_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(PHONE, javascript=False)
    login(page, FINANCE)
    job = ask(page)
    jobs.run_now(job)
    page.get_by_role("link", name="刷新").click()
    mine = page.locator(f"[data-request='{job.id}']")
    expect(mine).to_contain_text("已完成")
    with page.expect_download() as download:
        mine.get_by_role("link", name="下载").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_every_page_is_accessible_and_fits_its_window(
    site: Site, open_page: Callable[..., Page], viewport: object
) -> None:
    page = open_page(viewport) if viewport else open_page()
    login(page, RECORDER)
    for address in PAGES:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
