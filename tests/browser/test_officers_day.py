"""Two days at the finance bureau, by pages alone: a list of 2,000 payments, one payment, a virement; then the
bank's statement, the exceptions, the month's close, and the year's execution as a workbook.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from playwright.sync_api import FilePayload, Page, expect

from budget.queries.reconciliation import bounds, cash_entries, payee
from budget.rules.reconciling import voucher_number
from budget.rules.words import PaymentMethod
from budget.services.funds import Heading
from budget.tables.contract import Contract
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from portfolio.foundation import settings
from portfolio.foundation.clock import ZONE
from portfolio.foundation.media_types import MediaType
from portfolio.foundation.money import Money
from tests import ledger, moneypages, sheets
from tests.browser.conftest import Site, assert_accessible, login
from tests.browser.way.hall import fill, menu, press, said
from tests.ledger import City, wan

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(240)]

YEAR = 2010
PAYDAY, MORNING_AFTER = datetime(YEAR, 3, 30, 10, tzinfo=ZONE), datetime(YEAR, 4, 1, 9, tzinfo=ZONE)
PAYMENTS, CONTRACTS, INSTALMENTS = 2_000, 20, 5
SINGLE = "1.5"
MISTAKES: dict[int, tuple[int, Any, str]] = {
    2: (1, "HT-没有", "本单位没有编号为“HT-没有”的合同"),
    1_003: (3, "十二元五角", "十二元五角"),
    2_001: (3, 11, "付款超过"),
}
"""Row, the column that is wrong, what stands there, and what is said about it."""


@dataclass
class Bureau:
    """A unit with contracts to be paid, two budget lines, and the officers at their windows."""

    town: City
    line: BudgetLine
    other: BudgetLine
    contracts: list[Contract]
    single: PaymentApplication
    open_page: Callable[..., Page]
    windows: dict[str, Page] = field(default_factory=dict)

    def of(self, name: str) -> Page:
        """The window of an officer, who logs in at the first time."""
        if name not in self.windows:
            self.windows[name] = self.open_page()
            login(self.windows[name], name)
        return self.windows[name]

    def desk(self, name: str, what: str) -> Page:
        """An officer takes what waits on the desk."""
        page = self.of(name)
        menu(page, "首页")
        page.locator("ul.todo li").get_by_role("link", name=what).first.click()
        return page

    def money(self, name: str, tab: str) -> Page:
        """An officer goes to a tab of the pages of money."""
        page = self.of(name)
        menu(page, "资金")
        page.get_by_role("navigation", name="资金").get_by_role("link", name=tab, exact=True).click()
        return page


@pytest.fixture
def then(site: Site) -> Iterator[time_machine.Traveller]:
    """The end of March 2010; nobody is sent to the log-in meanwhile."""
    site.app.permanent_session_lifetime = timedelta(days=4000)
    settings.use(replace(site.settings, session_idle_minutes=10**7, session_hours=10**6))
    with time_machine.travel(PAYDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def bureau(then: time_machine.Traveller, open_page: Callable[..., Page]) -> Bureau:
    town = ledger.city()
    moneypages.people(town)
    ledger.ready(town, cap=5000, ceiling=5000, year=YEAR)
    ledger.plan(town, YEAR, 2000)
    line = ledger.allot(town, YEAR, 1500)
    ledger.release(town, line, 1200)
    signed = [ledger.signed(town, *[(YEAR, 10)] * INSTALMENTS) for _ in range(CONTRACTS)]
    other = ledger.allot(town, YEAR, 300, heading=Heading("2010399", "30299"), document_number="渝财2号")
    single = ledger.apply(town, signed[0], wan(SINGLE), note="单笔付款")
    return Bureau(town, line, other, signed, single, open_page)


def payments(bureau: Bureau) -> list[list[Any]]:
    """A list of payments, 0.10 to 0.49 万元 each, some of them to the fen."""
    rows: list[list[Any]] = [list(sheets.PAYMENT_HEADS)]
    for at in range(PAYMENTS):
        contract, instalment = at % CONTRACTS, at // CONTRACTS % INSTALMENTS + 1
        amount = 0.1 + at % 40 / 100
        day = date(YEAR, 3, 1 + at % 30)
        rows.append([bureau.contracts[contract].code, instalment, round(amount, 2), day, f"三月第{at + 1}笔"])
    return rows


def workbook(content: bytes, name: str) -> FilePayload:
    return FilePayload(name=name, mimeType=MediaType.XLSX.value, buffer=content)


def test_two_days_at_the_finance_bureau(
    then: time_machine.Traveller, bureau: Bureau, site: Site, tmp_path: Path
) -> None:
    rows = payments(bureau)
    total = Money.total(wan(str(row[2])) for row in rows[1:])
    send_with_mistakes(bureau, rows)
    send_again(bureau, mended(bureau.of("maker"), rows, tmp_path))
    check_and_post_the_list(bureau, total)
    pay_the_single_one(bureau)
    move_money_between_lines(bureau)
    then.move_to(MORNING_AFTER)
    bring_the_statement(bureau)
    close_the_month(bureau)
    the_year_adds_up(bureau, site, total + wan(SINGLE), tmp_path)


def send_with_mistakes(bureau: Bureau, rows: list[list[Any]]) -> None:
    """A list with three wrong rows: each is named with its reason, nothing is done."""
    wrong = [list(row) for row in rows]
    for number, (column, value, _) in MISTAKES.items():
        wrong[number - 1][column - 1] = value
    page = bureau.money("maker", "批量导入")
    page.get_by_role("link", name="付款清单").click()
    assert_accessible(page)
    send(page, workbook(sheets.xlsx(wrong), "三月付款.xlsx"))
    found = page.get_by_role("region", name="错误").locator("tbody tr")
    expect(found.first).to_be_visible()
    assert {int(row) for row in found.locator("td:first-child").all_inner_texts()} == set(MISTAKES)
    for number, (_, _, why) in MISTAKES.items():
        row = found.filter(has=page.get_by_role("cell", name=str(number), exact=True)).first
        expect(row).to_contain_text(why)
    expect(page.get_by_role("link", name="提交", exact=True)).to_have_count(0)
    assert_accessible(page)
    assert PaymentApplication.select().count() == 1  # the single one, as before


def send(page: Page, file: FilePayload) -> None:
    """Fill in the form of a list of payments."""
    fill(page, organisation="UNIT", unit="wan")
    page.set_input_files("#file", file)
    page.set_input_files(
        "#acceptance", FilePayload(name="验收.pdf", mimeType="application/pdf", buffer=moneypages.PDF)
    )
    press(page, "上传并核对")


def mended(page: Page, rows: list[list[Any]], place: Path) -> bytes:
    """The marked-up file as an officer mends it: in the cells that are marked."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注错误的表格").click()
    download.value.save_as(place / "marked.xlsx")
    book = openpyxl.load_workbook(place / "marked.xlsx")
    sheet = book.active
    assert sheet is not None
    marked = {
        cell.row
        for (cell,) in sheet.iter_rows(min_row=2, min_col=len(rows[0]) + 1, max_col=len(rows[0]) + 1)
        if cell.value
    }
    assert marked == set(MISTAKES)
    for number, (column, value, why) in MISTAKES.items():
        cell = sheet.cell(number, column)
        assert cell.value == value
        assert cell.fill.start_color.rgb == "FFFBE3E4"
        assert why in str(sheet.cell(number, len(rows[0]) + 1).value)
        cell.value = rows[number - 1][column - 1]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def send_again(bureau: Bureau, content: bytes) -> None:
    """The mended table is without an error; it is handed in."""
    page = bureau.of("maker")
    page.get_by_role("link", name="改正后重新上传").click()
    send(page, workbook(content, "三月付款（改正）.xlsx"))
    expect(page.get_by_role("region", name="错误")).to_have_count(0)
    page.get_by_role("link", name="提交", exact=True).click()
    press(page, "提交")
    said(page, "待审核")


def check_and_post_the_list(bureau: Bureau, total: Money) -> None:
    """A second officer checks, a third pays; neither may be the other."""
    page = bureau.desk("checker", "付款清单")
    expect(page.get_by_role("main")).to_contain_text(total.wan_text())
    page.get_by_role("link", name="审核", exact=True).click()
    press(page, "审核通过")
    said(page, "待记账")
    expect(page.get_by_role("link", name="支付并记账")).to_have_count(0)
    page = bureau.desk("treasury", "付款清单")
    page.get_by_role("link", name="支付并记账").click()
    press(page, "整批办理")
    said(page, "已完成")
    assert BudgetLine.get_by_id(bureau.line.id).paid == total


def pay_the_single_one(bureau: Bureau) -> None:
    """What the unit applied for by itself."""
    page = bureau.desk("maker", "审核支付申请")
    page.get_by_role("link", name="审核", exact=True).click()
    press(page, "审核通过")
    page = bureau.desk("treasury", "支付")
    page.get_by_role("link", name="办理支付").click()
    press(page, "支付并记账")
    said(page, "已支付并记账")


def move_money_between_lines(bureau: Bureau) -> None:
    """50 万元 from one line to another, drafted by one officer and posted by another."""
    page = bureau.money("maker", "预算指标")
    page.locator("main tbody tr").filter(has_text="渝财2号").get_by_role("link").first.click()
    page.get_by_role("link", name="调剂", exact=True).click()
    fill(page, counter=str(bureau.line.id), amount="50", document_number="渝财调1号", reason="设备款不足")
    press(page, "制单并送复核")
    page = bureau.desk("checker", "调剂")
    page.get_by_role("link", name="复核并记账").click()
    press(page, "复核并记账")
    said(page, "已记账")
    after = [BudgetLine.get_by_id(one.id).allotted for one in (bureau.line, bureau.other)]
    assert after == [wan(1550), wan(250)]


def statement() -> tuple[bytes, Money]:
    """March as the bank has it, in GBK: one payment at another amount, a fee of its own; and their sum."""
    file = io.StringIO()
    out, total = csv.writer(file), Money.from_yuan(25)
    out.writerow(("日期", "支出金额", "对方户名", "凭证号", "摘要"))
    for at, one in enumerate(cash_entries(PaymentMethod.DIRECT, *bounds(YEAR, 3)).order_by(Entry.id)):
        amount = one.amount - Money.from_yuan(100) if at == 7 else one.amount
        total += amount
        voucher = voucher_number(one.line.year, one.line_id, one.number)
        out.writerow(
            (one.effective_on.isoformat(), amount.yuan_text().replace(",", ""), payee(one), voucher, "")
        )
    out.writerow(("2010-03-31", "25.00", "", "", "手续费"))
    return file.getvalue().encode("gbk"), total


def bring_the_statement(bureau: Bureau) -> None:
    """The statement comes in and is matched: two exceptions, of which one is explained at once."""
    page = bureau.money("maker", "对账")
    page.get_by_role("link", name="导入对账单").click()
    lines, total = statement()
    left = Money.from_wan(2000) - total
    fill(page, method="direct", year="2010", month="3", unit="yuan")
    fill(page, opening="20,000,000", closing=left.yuan_text())
    page.set_input_files("#file", FilePayload(name="三月.csv", mimeType="text/csv", buffer=lines))
    press(page, "上传并核对")
    page.get_by_role("link", name="提交", exact=True).click()
    press(page, "提交")
    said(page, "已完成")
    page.get_by_role("link", name="处理差异").click()
    expect(page.locator("main tbody tr")).to_have_count(2)
    assert_accessible(page)
    explain(page, "银行有、账面无", "银行手续费，下月退回")


def explain(page: Page, outcome: str, reason: str) -> None:
    """Work an exception off."""
    page.locator("main tbody").get_by_role("link", name=outcome).click()
    page.get_by_role("link", name="说明", exact=True).click()
    assert_accessible(page)
    fill(page, reason=reason)
    press(page, "登记说明")
    said(page, "已登记说明")


def close_the_month(bureau: Bureau) -> None:
    """A month with an open exception warns; without any, it closes."""
    page = bureau.money("treasury", "结账")
    march = page.locator("main tbody tr").filter(has=page.get_by_role("rowheader", name="3月", exact=True))
    march.get_by_role("link", name="办理结账").click()
    expect(page.get_by_role("main")).to_contain_text("本月对账尚有1项差异未处理")
    page.get_by_role("link", name="处理对账差异").click()
    explain(page, "不一致", "银行少付100元，四月补付")
    expect(page.get_by_role("main")).to_contain_text("本月差异已全部处理")
    confirm_the_statement(bureau)
    page = bureau.money("treasury", "结账")
    march.get_by_role("link", name="办理结账").click()
    expect(page.get_by_role("main")).to_contain_text("本月对账没有未处理的差异")
    press(page, "办理结账")
    said(page, "2010年3月已结账")


def confirm_the_statement(bureau: Bureau) -> None:
    """Both sides agree; who brought the statement in submits it, another officer confirms it."""
    page = bureau.money("maker", "对账")
    page.get_by_role("link", name="对账单", exact=True).click()
    page.locator("main tbody").get_by_role("link", name="2010-03").click()
    expect(page.get_by_role("article")).to_contain_text("两方调节后一致")
    assert_accessible(page)
    page.get_by_role("link", name="提交复核").click()
    press(page, "提交复核")
    said(page, "复核中")
    page = bureau.desk("checker", "复核2010-03直接支付调节表")
    page.get_by_role("link", name="复核通过").click()
    assert_accessible(page)
    press(page, "复核通过")
    said(page, "已复核")


def the_year_adds_up(bureau: Bureau, site: Site, paid: Money, place: Path) -> None:
    """The year's execution as a workbook says what was paid, and so do the books."""
    page = bureau.money("treasury", "年度执行")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    download.value.save_as(place / "year.xlsx")
    sheet = openpyxl.load_workbook(place / "year.xlsx").active
    assert sheet is not None
    heads, figures = (list(row) for row in sheet.iter_rows(values_only=True))
    said_by_year = dict(zip((str(head).partition("（")[0] for head in heads), figures, strict=True))
    columns = [wan(str(said_by_year[name])) for name in ("预算", "用款额度", "承诺", "支付")]
    assert columns == [wan(1800), wan(1200), wan(10 * CONTRACTS * INSTALMENTS), paid]
    answer = site.app.test_cli_runner().invoke(args=["ledger", "verify"])
    entries = 2 + 1 + CONTRACTS * INSTALMENTS + PAYMENTS + 1 + 2
    assert answer.output.strip() == f"凭证 {entries} 笔，合计 {Money.total(columns).fen} 分"
    assert answer.exit_code == 0
