"""Pages with JavaScript off: a contract with more instalments than the page began with, and a selection."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from approvals.tables.choice import PlanSelection
from budget.tables.contract import Contract, Instalment
from portfolio.foundation import clock as time
from portfolio.foundation.access import User
from tests import acts, moneypages, procedure
from tests.browser.conftest import Site, login
from tests.moneypages import PDF
from tests.selecting import YEAR, three_projects

pytestmark = pytest.mark.needs("chromium")


def test_a_contract_gets_more_rows_by_a_button_and_keeps_what_was_typed(
    site: Site, open_page: Callable[..., Page]
) -> None:
    world = moneypages.world(year=time.fiscal_year(time.today()))
    page = open_page(javascript=False)
    login(page, "applicant")
    page.goto("/finance/contracts/new")
    for name, value in (("code", "HT-五期"), ("title", "运行维护"), ("value", "30")):
        page.fill(f"#{name}", value)
    chosen = {"whose": f"project:{world.town.project_id}", "kind": "services", "method": "inquiry"}
    for name, value in {**chosen, "supplier": str(world.supplier.id)}.items():
        page.select_option(f"#{name}", value)
    page.fill("#instalments-0-amount", "6")
    page.get_by_role("button", name="增加行").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("#instalments-0-amount")).to_have_value("6")
    for row in range(5):
        page.fill(f"#instalments-{row}-year", str(world.line.year))
        page.fill(f"#instalments-{row}-amount", "6")
        page.select_option(f"#instalments-{row}-kind", label="进度款")
        page.select_option(f"#instalments-{row}-source", label="市级财政")
    page.set_input_files("#document", FilePayload(name="合同.pdf", mimeType="application/pdf", buffer=PDF))
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("合同已起草，请另一人签订")).to_be_visible()
    drafted = Contract.get(Contract.code == "HT-五期")
    assert Instalment.select().where(Instalment.contract == drafted).count() == 5
    assert drafted.document.file_name == "合同.pdf"


def test_a_selection_is_filtered_tried_and_saved(
    site: Site, open_page: Callable[..., Page], clock: object
) -> None:
    clock.move_to(procedure.IN_2008)  # type: ignore[attr-defined]
    cast = procedure.with_cast()
    large, major, _small = three_projects(cast)
    acts.give_passwords(cast.investment)
    page = open_page(javascript=False)
    login(page, User.get_by_id(cast.investment.user_id).username)
    page.goto(f"/annual-plan/{YEAR}/selections/new")
    page.check(f"#chosen-{large}")
    page.select_option("#priority", "major")
    page.get_by_role("button", name="筛选并试算").click()
    expect(page.get_by_text("另有 2 个项目不符合筛选条件")).to_be_visible()
    page.check(f"#chosen-{major}")
    page.get_by_role("button", name="试算", exact=True).click()
    expect(page.get_by_text("市级财政超过年度规模")).to_be_visible()
    page.select_option("#priority", "")
    page.get_by_role("button", name="筛选并试算").click()
    page.uncheck(f"#chosen-{large}")
    page.fill("#title", "先保续建")
    page.fill("#reason", "按得分")
    page.get_by_role("button", name="保存勾选的方案").click()
    expect(page.locator(".notice-success")).to_contain_text("方案已保存：先保续建")
    assert PlanSelection.get().projects == 1
