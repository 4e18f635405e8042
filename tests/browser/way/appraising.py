"""The second chapter: the leading group decides, experts appraise the study, the estimate is fixed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import paste
from tests.browser.way.hall import Hall, fill, menu, nothing_changed, press, said, waits_for
from tests.browser.way.proposing import ESTIMATE, endorse_and_accept, submit


def leading_group_meets(hall: Hall) -> None:
    """The office calls a meeting and says who is there; a member approves what is on its agenda."""
    office, member, number = hall.cast.secretary, hall.cast.member, "渝信组纪〔2008〕1号"
    page = hall.of(office)
    menu(page, "领导小组会议")
    page.get_by_role("link", name="召集会议").click()
    fill(page, number=number)
    page.get_by_label(hall.name).check()
    press(page, "召集会议")
    page.get_by_role("link", name="登记到会情况").click()
    page.locator(f"#present-{member.user_id}").check()
    fill(page, chair=str(member.user_id))
    press(page, "会议开始")
    page = hall.desk(member)
    expect(page.locator("ul.todo li").filter(has_text=hall.name)).to_contain_text("审定")
    menu(page, "领导小组会议")
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="一并审定").click()
    press(page, "同意选中的项目")
    said(page, "已一并审定 1 项")
    page = hall.of(office)
    page.reload()
    page.get_by_role("main").get_by_role("link", name="结束会议", exact=True).click()
    press(page, "结束会议")
    said(page, "会议已结束")
    waits_for(hall.project(member), "编报可行性研究报告并报送", "申报单位经办人")


def building_now_is_refused(hall: Hall) -> None:
    """Whoever goes to the start of construction before the appraisal is told what is missing, and why."""
    page = hall.project(hall.cast.applicant)
    with nothing_changed():
        page.goto(f"{page.url.split('?')[0]}/acts/start-construction")
        said_why = page.get_by_role("main")
        expect(said_why).to_contain_text("评估")
        for one in ("依据", "R02"):
            expect(said_why).to_contain_text(one)
        expect(page.locator("main form [name=cover_number]")).to_have_count(0)


def write_the_study(hall: Hall) -> None:
    """The applicant fills in the feasibility study, its estimate taken over from the proposal."""
    page = hall.take(hall.cast.applicant, "编报可行性研究报告")
    page.get_by_role("link", name="填写 建设内容").click()
    page.get_by_role("textbox", name="风险分析").fill("部门数据标准不一，分批接入")
    page.get_by_role("textbox", name="共享方案").fill("目录内数据无条件共享")
    press(page, "保存并继续")
    page.get_by_role("link", name="从前一阶段复制").click()
    press(page, "复制")
    said(page, "已复制")
    press(page, "保存并继续")
    press(page, "保存并继续")
    press(page, "保存并继续")
    paste(
        page.locator("#alternatives-0-name"),
        ("集中建设", "推荐", "1000", "5", "5", "5", "5", "5"),
        ("分散建设", "", "2000", "9", "9", "9", "9", "9"),
    )
    press(page, "保存并继续")
    page.locator("#resources-0-name").fill("政务信息资源目录")
    page.locator("#resources-0-source_id").select_option(label="重庆市农业局")
    page.locator("#resources-0-sharing").select_option(label="无条件共享")
    press(page, "保存草稿")
    said(page, "已保存")
    page.get_by_role("link", name="总览").click()
    expect(page.get_by_role("status").first).to_contain_text("可行性研究报告已填齐")


def experts_appraise(hall: Hall) -> None:
    """Three experts score, each alone; the authority concludes, the investment authority replies."""
    submit(hall, "渝农〔2008〕3号", "首席信息官")
    endorse_and_accept(hall, "专家")
    page = hall.take(hall.cast.informatization, "组织专家评审")
    for expert in hall.cast.experts[:3]:
        page.get_by_label(expert.name).check()
    press(page, "指派专家")
    said(page, "专家打分")
    for expert, points in zip(hall.cast.experts, ("85", "80", "90"), strict=False):
        page = hall.take(expert, "专家打分")
        fill(page, points=points, text="方案总体可行")
        press(page, "提交评分")
        said(page, "评分已提交")
    page = hall.take(hall.cast.informatization, "组织专家评审")
    expect(page.get_by_role("main")).to_contain_text("85")
    fill(page, conclusion="同意通过评审")
    press(page, "形成评审结论")
    said(page, "批复")
    page = hall.take(hall.cast.investment, "批复")
    fill(page, outcome="approve")
    press(page, "作出决定")
    said(page, "初步设计")


def fix_the_estimate(hall: Hall) -> None:
    """The design follows the study; the investment authority fixes the estimate."""
    page = hall.take(hall.cast.applicant, "编报初步设计方案和投资概算")
    page.get_by_role("link", name="填写 投资明细").click()
    paste(page.locator("#estimate-0-category"), *ESTIMATE)
    press(page, "保存并继续")
    paste(page.locator("#funding-0-source"), ("市级财政", "2008", "1000"))
    press(page, "保存并继续")
    page.get_by_role("link", name="里程碑").first.click()
    paste(
        page.locator("#milestones-0-name"), ("平台上线", "2008-09-30", "60"), ("部门接入", "2008-12-31", "40")
    )
    press(page, "保存草稿")
    said(page, "已保存")
    submit(hall, "渝农〔2008〕4号", "首席信息官")
    endorse_and_accept(hall, "核定概算")
    page = hall.take(hall.cast.investment, "核定概算")
    expect(page.get_by_role("main")).to_contain_text("1,000.00")
    press(page, "核定概算")
    said(page, "已核定")
