"""Forms in a real browser: sums as one types, a paste from a spreadsheet, one send, nothing lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import sample_pages, web
from tests.browser.conftest import Site, login, paste

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def form(site: Site, page: Page) -> Page:
    """The sample form, opened by somebody who is logged in."""
    sample_pages.install(site.app)
    sample_pages.SENT.clear()
    web.account("zhang")
    login(page, "zhang")
    page.goto("/sample/form")
    return page


def test_a_paste_fills_rows_and_adds_those_that_are_missing(form: Page) -> None:
    paste(form.locator("#rows-0-item"), ("服务器", "1,200.50"), ("存储", "300"), ("集成", "0.000001"))
    expect(form.locator("#rows-2-item")).to_have_value("集成")
    expect(form.locator("[data-sum=amount]")).to_have_text("1,500.500001")
    form.fill("#name", "目录体系")
    form.fill("#amount", "1500.5")
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_url("/")
    (sent,) = sample_pages.SENT
    assert [row["item"] for row in sent["rows"]] == ["服务器", "存储", "集成"]  # type: ignore[attr-defined]


def test_a_paste_takes_cells_of_several_lines_and_amounts_with_their_currency(form: Page) -> None:
    rows = (('"服务器\n""甲""型"', "￥1,200.50"), ("存储", "¥ -300"), ("¥形标牌", "1"))
    paste(form.locator("#rows-0-item"), *rows)
    items = [form.locator(f"#rows-{row}-item").input_value() for row in range(3)]
    assert items == ['服务器 "甲"型', "存储", "¥形标牌"]
    assert form.locator("#rows-1-amount").input_value() == "-300"
    expect(form.locator("[data-sum=amount]")).to_have_text("901.50")


def test_the_field_where_one_types_stands_out_and_does_not_look_shut(form: Page) -> None:
    look = """element => { const style = getComputedStyle(element);
        return [style.backgroundColor, style.outlineStyle, style.outlineColor]; }"""
    field = form.locator("#name")
    ground, *_ = field.evaluate(look)
    field.focus()
    assert field.evaluate(look) == [ground, "solid", "rgb(31, 78, 158)"]


def test_sums_follow_what_is_typed_exactly(form: Page) -> None:
    form.fill("#rows-0-amount", "0.1")
    form.fill("#rows-1-amount", "0.2")
    expect(form.locator("[data-sum=amount]")).to_have_text("0.30")
    form.fill("#rows-1-amount", "-１.５")
    expect(form.locator("[data-sum=amount]")).to_have_text("-1.40")
    form.fill("#rows-2-amount", "1")  # the table has grown with its last row
    expect(form.locator("#rows-3-amount")).to_have_value("")
    expect(form.locator("[data-sum=amount]")).to_have_text("-0.40")


def test_an_error_is_summed_up_and_its_link_leads_to_the_field(form: Page) -> None:
    form.fill("#amount", "12x")
    form.get_by_role("button", name="Send").click()
    summary = form.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("有 2 处需要更正")
    summary.get_by_role("link", name="投资估算").click()
    expect(form.locator("#amount")).to_be_focused()
    expect(form.locator("#amount")).to_have_value("12x")
    expect(form.locator("#amount")).to_have_accessible_description("“12x”不是金额")


def test_a_double_click_sends_once(form: Page) -> None:
    form.fill("#name", "目录体系")
    form.fill("#amount", "1")
    form.get_by_role("button", name="Send").dblclick()
    expect(form).to_have_url("/")
    assert len(sample_pages.SENT) == 1


def test_what_is_typed_is_not_left_behind_unasked(form: Page) -> None:
    asked: list[str] = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    form.fill("#name", "很长的说明")
    form.get_by_role("button", name="English").click()
    form.get_by_role("link", name="首页").click()
    expect(form.locator("#name")).to_have_value("很长的说明")
    assert asked == ["beforeunload", "beforeunload"]
    form.fill("#amount", "1")
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_url("/")
    assert len(asked) == 2, "what is sent is not left behind"


def test_when_the_session_has_ended_one_logs_in_beside_and_sends_again(form: Page) -> None:
    form.fill("#name", "很长的说明")
    form.fill("#amount", "1")
    form.context.clear_cookies(name="session")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("heading", level=1)).to_have_text("登录已过期，本次提交没有执行")
    assert sample_pages.SENT == []
    with form.context.expect_page() as opened:
        form.get_by_role("link", name="在新窗口重新登录").click()
    beside = opened.value
    beside.wait_for_load_state()
    login(beside, "zhang")
    form.get_by_role("button", name="重新提交").click()
    expect(form).to_have_url("/")
    assert [row["name"] for row in sample_pages.SENT] == ["很长的说明"]
