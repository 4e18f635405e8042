"""A payment in a browser: applied for, checked, paid by three people; too much is refused with figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from budget.tables.contract import Contract, Instalment
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from portfolio.foundation import clock
from tests import ledger, moneypages
from tests.browser.conftest import PHONE, Site, assert_accessible, login, paste, ready
from tests.moneypages import PDF, World

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def world(site: Site) -> World:
    return moneypages.world(year=clock.fiscal_year(clock.today()))


def invoice() -> FilePayload:
    return FilePayload(name="发票.pdf", mimeType="application/pdf", buffer=PDF)


def apply(page: Page, world: World, amount: str) -> None:
    page.goto(f"/finance/contracts/{world.contract.id}")
    page.get_by_role("link", name="申请付款").last.click()
    page.fill("#amount", amount)
    page.set_input_files("#invoice", invoice())
    page.set_input_files("#acceptance", invoice())
    page.get_by_role("button", name="提交申请").click()


def test_a_payment_goes_through_three_pairs_of_hands(world: World, open_page: Callable[..., Page]) -> None:
    unit, first, second = open_page(), open_page(), open_page(PHONE)
    for page, name in ((unit, "unit-finance"), (first, "checker"), (second, "treasury")):
        login(page, name)
    apply(unit, world, "25")
    expect(unit.get_by_text("付款申请已提交，等待财政审核")).to_be_visible()
    assert_accessible(unit)
    address = unit.url

    first.goto("/finance/applications?state=applied")
    assert_accessible(first)
    first.goto(address)
    assert_accessible(first)
    first.get_by_role("link", name="审核", exact=True).click()
    assert_accessible(first)
    first.get_by_role("button", name="审核通过").click()
    expect(first.get_by_text("须由另一名财政经办人支付")).to_be_visible()
    expect(first.get_by_role("link", name="办理支付")).to_have_count(0)
    first.goto(f"{address}/posting")
    first.get_by_role("button", name="支付并记账").click()
    expect(first.get_by_role("alert")).to_contain_text("支付须由经办人以外的人办理")
    assert BudgetLine.get_by_id(world.line.id).paid == ledger.wan(10)

    second.goto(address)
    second.get_by_role("link", name="办理支付").click()
    ready(second).get_by_role("button", name="支付并记账").dblclick()
    expect(second.get_by_text("已支付并记账")).to_be_visible()
    assert_accessible(second)
    assert BudgetLine.get_by_id(world.line.id).paid == ledger.wan(35)
    second.go_back()
    second.get_by_role("button", name="支付并记账").click()
    second.wait_for_load_state()
    assert BudgetLine.get_by_id(world.line.id).paid == ledger.wan(35)


def test_too_much_is_refused_with_figures_and_the_papers_stay(world: World, page: Page) -> None:
    login(page, "unit-finance")
    apply(page, world, "75")
    expect(page.get_by_role("alert")).to_contain_text("付款超过本期应付")
    expect(page.get_by_text("尚余60.00万元，本次需要75.00万元").first).to_be_visible()
    assert_accessible(page)
    expect(page.locator("#amount")).to_have_value("75")
    page.fill("#amount", "60")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("付款申请已提交，等待财政审核")).to_be_visible()
    assert PaymentApplication.select().count() == 3


def test_pages_of_money_are_accessible(world: World, page: Page) -> None:
    login(page, "maker")
    year = world.line.year
    for address in (
        f"/finance/{year}",
        f"/finance/{year}/ceiling",
        "/finance/lines",
        f"/finance/lines/{world.line.id}?check=chain&as_of={year}-01-01",
        "/finance/orders",
        f"/finance/orders/{world.order.id}",
        "/finance/orders/allotment",
        f"/finance/contracts/{world.contract.id}",
        f"/finance/contracts/{world.contract.id}/settlement",
        f"/finance/costs/{world.cost.id}",
        "/finance/periods",
        "/finance/programme",
        f"/projects/{world.town.project_id}/money",
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(page)


def begin_contract(page: Page, world: World, code: str) -> None:
    page.goto("/finance/contracts/new")
    page.fill("#code", code)
    page.fill("#title", "合同")
    for field, value in (("whose", f"project:{world.town.project_id}"), ("kind", "services")):
        page.select_option(f"#{field}", value)
    page.select_option("#supplier", str(world.supplier.id))
    page.select_option("#method", "inquiry")
    page.fill("#value", "30")


def test_instalments_are_pasted_from_a_spreadsheet(world: World, page: Page) -> None:
    login(page, "applicant")
    begin_contract(page, world, "HT-粘贴")
    instalment = (str(world.line.year), "6", "进度款", "市级财政")
    paste(page.locator("#instalments-0-year"), *(instalment for _ in range(5)))
    expect(page.locator("[data-sum=amount]")).to_have_text("30.00")
    assert_accessible(page)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("合同已起草，请另一人签订")).to_be_visible()
    drafted = Contract.get(Contract.code == "HT-粘贴")
    assert Instalment.select().where(Instalment.contract == drafted).count() == 5


def test_a_contract_shows_how_far_its_file_has_come_and_too_large_a_file_is_refused_at_its_field(
    world: World, page: Page, tmp_path: Path
) -> None:
    login(page, "applicant")
    begin_contract(page, world, "HT-附件")
    large = tmp_path / "合同.pdf"
    with large.open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    page.set_input_files("#document", large)
    expect(page.locator("#document")).to_have_accessible_description("文件超过 50 MB，请压缩或拆分后上传")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#document")).to_be_focused()
    expect(page.locator("#code")).to_have_value("HT-附件")
    assert_accessible(page)

    page.set_input_files("#document", invoice())
    expect(page.locator("#document-size")).to_have_count(0)
    page.fill("#instalments-0-year", str(world.line.year))
    page.get_by_role("button", name="保存草稿").click()  # a row that was only begun
    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page.locator("#instalments-0-amount")).to_have_attribute("aria-invalid", "true")
    page.fill("#instalments-0-amount", "30")
    page.select_option("#instalments-0-kind", label="进度款")
    page.select_option("#instalments-0-source", label="市级财政")
    expect(page.locator("[data-sum=amount]")).to_have_text("30.00")

    sent: list[Route] = []
    page.route("**/contracts/new", lambda route: sent.append(route))
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("progressbar", name="上传进度")).to_be_visible()
    sent.pop().continue_()
    expect(page.get_by_text("合同已起草，请另一人签订")).to_be_visible()
    drafted = Contract.get(Contract.code == "HT-附件")
    assert (drafted.document.file_name, drafted.document.size_bytes) == ("发票.pdf", len(PDF))
