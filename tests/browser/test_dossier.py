"""An applicant begins a project and loses nothing on the way to a complete checklist, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from portfolio.foundation import rulebook
from portfolio.foundation.access import Organisation, actor_for
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.queries.dossier import dossier
from portfolio.rules.dossier import Part
from portfolio.services import dossier as services
from portfolio.services.plan import load_plan
from portfolio.tables.plan import Indicator, PlanItem
from portfolio.tables.project import Project, ProjectDocument
from tests import factories, web
from tests.browser.conftest import PHONE, Site, assert_accessible, login, paste
from tests.cast import small_plan

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def house(site: Site) -> Organisation:
    """An organisation with an applicant, under rules and a plan in force today."""
    rulebook.load()
    load_plan(document=small_plan(), actor=None)
    owner = factories.organisation("CQ-NYJ", name="重庆市农业局", short_name="市农业局")
    web.account("zhang", Role.APPLICANT, organisation=owner)
    return owner


@pytest.fixture
def project(house: Organisation) -> Project:
    """A project in which something is written."""
    actor = actor_for("zhang")
    begun = services.create(
        owner_id=house.id, fields={"name": "农业信息平台", "need": "现状落后"}, actor=actor
    )
    return services.set_estimate(
        project_id=begun.id,
        part=Part.PROPOSAL,
        rows=factories.estimate_rows(Money.from_wan(100)),
        expected_version=1,
        actor=actor,
    )


def save(page: Page) -> None:
    """Save, and go on to the next section."""
    page.get_by_role("button", name="保存并继续").click()
    page.wait_for_load_state()


def fill_funding_and_results(page: Page) -> None:
    """The sections that follow the estimate, one after the other."""
    paste(page.locator("#funding-0-source"), ("市级财政", "2010", "7003.5"))
    save(page)
    page.locator("#indicators-0-indicator_id").select_option(str(Indicator.select().first().id))
    page.locator("#indicators-0-contribution").fill("1.5")
    save(page)
    for number, aspect in enumerate(("数量", "社会效益", "服务对象满意度")):
        page.locator(f"#targets-{number}-aspect").select_option(label=aspect)
        page.locator(f"#targets-{number}-name").fill(f"指标{number}")
        page.locator(f"#targets-{number}-target").fill("90")
    save(page)


def test_an_applicant_comes_from_the_plan_to_a_complete_checklist_and_loses_nothing(
    house: Organisation, page: Page, tmp_path: Path
) -> None:
    login(page, "zhang")
    item = PlanItem.select().order_by(PlanItem.code.desc()).first()
    page.get_by_role("main").get_by_role("link", name="新建项目").click()
    page.get_by_label("项目名称").fill("农业信息服务平台")
    page.get_by_label("查找规划项目").fill(item.code)
    expect(page.locator("[data-found]")).to_have_text("1")
    page.locator("#plan_item_id").select_option(str(item.id))
    page.get_by_role("button", name="建立项目").click()
    expect(page.get_by_role("status").first).to_contain_text("已建立")

    page.get_by_label("计划开工").fill("2010-03-01")
    page.get_by_label("计划完工").fill("2010-12-01")
    page.get_by_label("建设模式").select_option(label="自建")
    save(page)

    for label in ("建设必要性", "建设内容", "建设目标", "与已建、在建系统的关系"):
        page.get_by_role("textbox", name=label).fill(f"{label}：𠮷<b>粗</b>🌉")
    page.context.clear_cookies(name="session")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("登录已过期，本次提交没有执行")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新窗口重新登录").click()
    opened.value.wait_for_load_state()
    login(opened.value, "zhang")
    page.get_by_role("button", name="重新提交").click()
    page.wait_for_load_state()
    started = Project.get()
    assert started.goals == "建设目标：𠮷<b>粗</b>🌉"
    expect(page.get_by_role("heading", level=2).first).to_have_text("投资明细")

    rows = [("硬件设备购置", f"设备{number}", "1,000.5") for number in range(7)]
    paste(page.locator("#estimate-0-category"), *rows)
    expect(page.locator("[data-sum=amount]")).to_have_text("7,003.50")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    assert dossier(started.id, Part.PROPOSAL).estimate_total == Money.from_wan("7003.5")
    save(page)

    fill_funding_and_results(page)
    page.get_by_role("link", name="总览").click()
    expect(page.get_by_role("status").first).to_contain_text("项目建议书已填齐")
    assert_accessible(page)

    page.get_by_role("link", name="文件").click()
    letter = tmp_path / "请示.txt"
    letter.write_text("关于立项的请示", "utf-8")
    page.get_by_label("文件种类").select_option(label="请示")
    page.locator("#file").set_input_files(letter)
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("link", name="请示").first).to_be_visible()
    assert ProjectDocument.get().title == "请示"


def test_a_pasted_category_is_known_by_its_usual_names_and_an_unknown_one_is_named(
    project: Project, page: Page
) -> None:
    login(page, "zhang")
    page.goto(f"/projects/{project.id}/dossier/proposal/estimate")
    names = ("硬件设备购置费", "监理费", "预备费", "应用软件", "设备", "杂费")
    paste(page.locator("#estimate-0-category"), *((name, name, "1") for name in names))
    known = [page.locator(f"#estimate-{row}-category option:checked").inner_text() for row in range(6)]
    assert known == ["硬件设备购置", "监理", "预备费", "应用软件开发", "请选择", "请选择"]
    alert = page.get_by_role("alert").filter(has_text="不在选项中")
    expect(alert).to_contain_text("设备、杂费")
    expect(page.locator("#estimate-5-category")).to_have_attribute("aria-invalid", "true")
    page.locator("#estimate-5-category").select_option(label="其他")
    expect(page.locator("#estimate-5-category")).not_to_have_attribute("aria-invalid", "true")
    paste(page.locator("#estimate-0-category"), ("其他", "杂项", "1"))
    expect(alert).to_be_hidden()


def test_a_renamed_program_is_refused_beside_the_progress(
    project: Project, page: Page, tmp_path: Path
) -> None:
    login(page, "zhang")
    page.goto(f"/projects/{project.id}/documents")
    program = tmp_path / "报告.pdf"
    program.write_bytes(b"MZ\x90\x00" + b"\x00" * 200)
    page.get_by_label("文件种类").select_option(label="请示")
    page.locator("#file").set_input_files(program)
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("alert").first).to_contain_text("可执行程序")
    page.locator("#file").set_input_files([])
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("alert").first).to_contain_text("请选择文件")


def test_two_windows_do_not_overwrite_one_another(project: Project, page: Page) -> None:
    login(page, "zhang")
    address = f"/projects/{project.id}/dossier/proposal/text"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    other.get_by_label("建设目标").fill("另一窗口")
    other.get_by_role("button", name="保存草稿").click()
    other.wait_for_load_state()
    page.get_by_label("建设目标").fill("这一窗口")
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_load_state()
    expect(page.get_by_label("建设目标")).to_have_value("这一窗口")
    expect(page.locator("main")).to_contain_text("在新窗口查看现在的内容")
    assert_accessible(page)
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_load_state()
    assert Project.get().goals == "这一窗口"


def test_a_draft_under_way_loses_nothing_typed_meanwhile_and_does_not_stand_in_the_way(
    project: Project, page: Page
) -> None:
    login(page, "zhang")
    page.clock.install()
    address = f"/projects/{project.id}/dossier/proposal/text"
    page.goto(address)
    drafts: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.headers["accept"] == "application/json":
            drafts.append(route)
        else:
            route.continue_()

    def type_and_pause(words: str) -> None:
        page.get_by_label("建设目标").fill(words)
        page.clock.run_for(3000)
        page.wait_for_timeout(100)

    def let_through() -> None:
        while not drafts:
            page.wait_for_timeout(20)
        with page.expect_response(f"**{address}"):
            drafts.pop(0).continue_()

    page.route(f"**{address}", hold)
    type_and_pause("先写的")
    type_and_pause("先写的，又改了")
    assert len(drafts) == 1, "one at a time"
    let_through()
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    page.clock.run_for(3000)
    let_through()
    expect(page.locator("form[data-changed]")).to_have_count(0)
    assert Project.get().goals == "先写的，又改了"
    type_and_pause("再改")
    page.get_by_role("button", name="保存草稿").click()
    let_through()
    expect(page.get_by_role("status").first).to_contain_text("“建设内容”已保存")
    assert Project.get().goals == "再改"


def test_without_scripts_a_section_and_an_upload_work(
    project: Project, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page(javascript=False)
    login(page, "zhang")
    page.goto(f"/projects/{project.id}/dossier/proposal/estimate")
    page.locator("#estimate-4-category").select_option(label="监理")
    page.locator("#estimate-4-item").fill("工程监理")
    page.locator("#estimate-4-amount").fill("3.5")
    page.get_by_role("button", name="保存草稿").click()
    assert dossier(project.id, Part.PROPOSAL).estimate_total == Money.from_wan("103.5")
    page.goto(f"/projects/{project.id}/documents")
    (tmp_path / "a.txt").write_text("文字", "utf-8")
    page.get_by_label("文件种类").select_option(label="请示")
    page.locator("#file").set_input_files(tmp_path / "a.txt")
    page.get_by_role("button", name="上传").click()
    assert ProjectDocument.select().count() == 1


def test_every_kind_of_page_is_accessible_and_fits_a_phone(
    project: Project, open_page: Callable[..., Page]
) -> None:
    page = open_page(PHONE)
    login(page, "zhang")
    below = f"/projects/{project.id}"
    for address in (
        "/projects/new",
        f"{below}/dossier/proposal",
        f"{below}/dossier/proposal/basics",
        f"{below}/dossier/proposal/estimate",
        f"{below}/dossier/feasibility/alternatives",
        f"{below}/dossier/design/copy",
        f"{below}/duplicates",
        f"{below}/documents",
        f"{below}/progress",
        f"{below}/progress/reports/new",
        "/systems",
        "/systems/new",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        assert_accessible(page)
    services.lock(project_id=project.id, actor=actor_for("zhang"))
    page.goto(f"{below}/dossier/proposal/estimate")
    expect(page.locator("main")).to_contain_text("已经报送，现已锁定")
    assert_accessible(page)
