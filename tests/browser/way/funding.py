"""The third chapter: the annual plan, and the money, each sum drafted by one and posted by another."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect

from portfolio.foundation.roles import Actor
from tests.browser.way.hall import Hall, fill, menu, press, said


def into_the_annual_plan(hall: Hall) -> None:
    """The investment authority lists the project, the leading group decides the year's plan."""
    page = hall.begin(hall.cast.investment, "列入年度投资计划")
    expect(page.get_by_role("main")).to_contain_text("1,000.00")
    fill(page, year="2008", source="municipal", amount="1000")
    press(page, "列入年度投资计划")
    said(page, "已编入年度投资计划草案", "下一步：年度投资计划审定")
    page = hall.of(hall.cast.member)
    menu(page, "年度计划")
    page.get_by_role("link", name="审定草案").click()
    press(page, "审定草案")
    said(page, "已审定")


def money_is_in_place(hall: Hall) -> None:
    """A ceiling, an allotment, a release; whoever drafted it is offered no button to post it."""
    maker, checker = hall.cast.finance, hall.cast.finance_checker
    page = hall.of(maker)
    menu(page, "资金")
    page.get_by_role("link", name="设定年度规模").click()
    fill(page, source="municipal", amount="100000", number="渝人发〔2008〕1号")
    press(page, "制单并送复核")
    said(page, "另一")
    page = hall.desk(checker)
    page.locator("ul.todo li").get_by_role("link", name="复核年度规模").click()
    page.get_by_role("link", name="复核并核定").click()
    press(page, "复核并核定")
    said(page, "年度规模已核定")
    page = _money_of(hall, maker)
    page.get_by_role("link", name="下达指标").click()
    fill(page, year="2008", source="municipal", amount="1000", document_number="渝财建〔2008〕1号")
    press(page, "制单并送复核")
    _posted_by_another(hall, page, checker)
    page = _money_of(hall, maker)
    page.locator("main").get_by_role("link", name="渝财建〔2008〕1号").click()
    page.get_by_role("link", name="下达用款额度").click()
    fill(page, amount="1000")
    press(page, "制单并送复核")
    _posted_by_another(hall, page, checker)


def _money_of(hall: Hall, actor: Actor) -> Page:
    page = hall.project(actor)
    page.get_by_role("link", name="资金明细").click()
    return page


def _posted_by_another(hall: Hall, drafted: Page, checker: Actor) -> None:
    said(drafted, "另一")
    expect(drafted.get_by_role("link", name="复核并记账")).to_have_count(0)
    page = hall.take(checker, "复核")
    page.get_by_role("link", name="复核并记账").click()
    press(page, "复核并记账")
    said(page, "已记账")


def a_contract_is_signed(hall: Hall) -> None:
    """The applicant registers the supplier and drafts the contract, the unit's finance clerk signs it."""
    page = _money_of(hall, hall.cast.applicant)
    page.get_by_role("link", name="起草合同").click()
    page.get_by_role("link", name="先登记供应商").click()
    fill(page, code="50010001", name="重庆软件公司")
    press(page, "登记供应商")
    said(page, "已登记")
    page = _money_of(hall, hall.cast.applicant)
    page.get_by_role("link", name="起草合同").click()
    fill(page, code="HT-2008-1", title="目录和交换平台建设", kind="construction", method="open_tender")
    page.locator("#supplier").select_option(label="重庆软件公司")
    fill(page, procurement_number="采2008-1", value="1000")
    for number, kind, amount in ((0, "advance", "300"), (1, "progress", "700")):
        fill(
            page,
            **{
                f"instalments-{number}-year": "2008",
                f"instalments-{number}-amount": amount,
                f"instalments-{number}-kind": kind,
                f"instalments-{number}-source": "municipal",
            },
        )
    press(page, "保存草稿")
    said(page, "另一人签订")
    page = _money_of(hall, hall.cast.unit_finance)
    page.locator("main").get_by_role("link", name="目录和交换平台建设").click()
    page.get_by_role("link", name="签订合同").click()
    press(page, "签订合同")
    said(page, "合同已生效")


def pay(hall: Hall, amount: str) -> None:
    """The unit's finance clerk applies, one officer checks, another pays."""
    page = _money_of(hall, hall.cast.unit_finance)
    page.locator("main").get_by_role("link", name="目录和交换平台建设").click()
    page.get_by_role("link", name="申请付款").first.click()
    page.fill("#amount", amount)
    paper = FilePayload(name="发票.txt", mimeType="text/plain", buffer=f"发票{amount}\n".encode())
    page.set_input_files("#invoice", paper)
    page.set_input_files("#acceptance", paper)
    press(page, "提交申请")
    said(page, "等待财政审核")
    page = hall.take(hall.cast.finance, "审核支付申请")
    page.get_by_role("link", name="审核", exact=True).click()
    press(page, "审核通过")
    said(page, "另一名财政经办人")
    expect(page.get_by_role("link", name="办理支付")).to_have_count(0)
    page = hall.take(hall.cast.finance_checker, "支付")
    page.get_by_role("link", name="办理支付").click()
    press(page, "支付并记账")
    said(page, "已支付并记账")
