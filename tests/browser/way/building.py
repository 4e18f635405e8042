"""The fourth chapter: construction, acceptance twice over, the final accounts, and operation."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.way.hall import Hall, fill, press, said, waits_for
from tests.browser.way.proposing import submit, upload

PRELIMINARY = ("初步验收报告", "测试报告")
FINAL = ("试运行报告", "财务报告", "审计报告", "信息安全风险评估报告", "档案验收意见")


def start_building(hall: Hall) -> None:
    """Everything is there now: the same act that was refused goes through."""
    page = hall.begin(hall.cast.applicant, "开工")
    expect(page.get_by_role("main")).to_contain_text("全部通过")
    fill(page, cover_number="渝农〔2008〕5号")
    press(page, "开工")
    said(page, "已开工")
    waits_for(page, "按计划建设", "申报单位经办人")


def finish_building(hall: Hall) -> None:
    """Milestones are reached, the project is reported as built."""
    page = hall.project(hall.cast.applicant)
    page.get_by_role("link", name="进度", exact=True).click()
    page.get_by_role("link", name="填报进度").click()
    for name, day in (("平台上线", "2008-09-30"), ("部门接入", "2008-12-20")):
        page.get_by_role("link", name="登记完成").click()
        page.locator("main form [name=name]").select_option(label=name)
        fill(page, actual_on=day)
        press(page, "登记完成")
        expect(page.get_by_role("main")).to_contain_text(day)
    page = hall.begin(hall.cast.applicant, "建成")
    fill(page, completed_on="2008-12-20")
    press(page, "建成")
    said(page, "已报告建成", "初步验收")


def accept_twice(hall: Hall) -> None:
    """The unit's own acceptance and a trial; then the authority's, on application."""
    _papers(hall, PRELIMINARY)
    page = hall.begin(hall.cast.applicant, "初步验收")
    press(page, "确认初步验收")
    said(page, "初步验收已通过", "试运行")
    _papers(hall, FINAL)
    submit(hall, "渝农〔2009〕1号", "首席信息官")
    page = hall.take(hall.cast.cio, "本单位审签")
    press(page, "本单位审签")
    said(page, "竣工验收")
    page = hall.take(hall.cast.investment, "竣工验收")
    fill(page, outcome="approve")
    press(page, "作出决定")
    said(page, "决算")


def _papers(hall: Hall, kinds: tuple[str, ...]) -> None:
    page = hall.project(hall.cast.applicant)
    page.get_by_role("link", name="文件", exact=True).click()
    page.get_by_role("link", name="管理文件").click()
    for kind in kinds:
        upload(page, kind, kind)


def close_the_accounts(hall: Hall) -> None:
    """The contract is settled, the final accounts are approved at what it cost."""
    page = hall.project(hall.cast.finance)
    page.get_by_role("link", name="资金明细").click()
    page.locator("main").get_by_role("link", name="目录和交换平台建设").click()
    page.get_by_role("link", name="结算或终止").click()
    fill(page, end="settled", settled_value="1000", number="渝审〔2009〕1号")
    press(page, "制单并送复核")
    said(page, "另一")
    page = hall.take(hall.cast.finance_checker, "复核审定结算价")
    page.get_by_role("link", name="复核并核定").click()
    press(page, "复核并核定")
    said(page, "审定结算价已核定")
    page = hall.take(hall.cast.finance, "批复竣工财务决算")
    fill(page, final_cost="1000")
    press(page, "确认批复竣工财务决算")
    said(page, "竣工财务决算已批复", "登记系统")


def put_into_operation(hall: Hall) -> None:
    """The system that came of it is registered, certified, and put into operation."""
    page = hall.project(hall.cast.applicant)
    page.locator(".next .acts").get_by_role("link", name="登记系统").click()
    fill(page, name="政务信息资源目录和交换平台")
    press(page, "登记系统")
    page = hall.begin(hall.cast.applicant, "投入运行")
    fill(page, launched_on="2009-03-02")
    press(page, "确认投入运行")
    said(page, "项目已投入运行", "绩效")
