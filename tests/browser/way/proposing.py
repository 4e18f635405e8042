"""The first chapter: from the plan to an approved proposal, with one refusal and one return."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import paste
from tests.browser.way.hall import Hall, fill, menu, nothing_changed, press, said

CHAPTERS = {
    "建设必要性": "部门之间数据不能互通，企业和市民反复提交材料",
    "建设内容": "建设目录管理平台和数据交换平台，接入四十个部门",
    "建设目标": "四十个部门编目并接入",
    "与已建、在建系统的关系": "利用已建的电子政务外网",
}
ESTIMATE = (
    ("硬件设备购置", "服务器和存储", "400"),
    ("应用软件开发", "目录和交换平台", "450"),
    ("设计", "初步设计", "50"),
    ("培训", "四十个部门", "100"),
)
TARGETS = (
    ("数量", "接入部门", "", "40", "个"),
    ("社会效益", "办事时间缩短", "", "30", "%"),
    ("服务对象满意度", "部门满意度", "", "85", "%"),
)


def propose_what_the_plan_holds(hall: Hall, item: str) -> None:
    """The applicant goes down the plan to an item and begins a project under it."""
    page = hall.of(hall.cast.applicant)
    menu(page, "五年规划")
    page.get_by_role("link", name="专栏1").click()
    page.get_by_role("link", name=item).click()
    page.get_by_role("link", name="按此申报项目").click()
    page.get_by_label("项目名称").fill(hall.name)
    press(page, "建立项目")
    said(page, "请逐节填写")


def fill_in_the_proposal(hall: Hall) -> None:
    """Section by section, with the tables pasted from a spreadsheet; the sums are drawn as one types."""
    page = hall.of(hall.cast.applicant)
    page.get_by_label("计划开工").fill("2008-06-01")
    page.get_by_label("计划完工").fill("2008-12-31")
    page.get_by_label("建设模式").select_option(label="自建")
    press(page, "保存并继续")
    for label, words in CHAPTERS.items():
        page.get_by_role("textbox", name=label).fill(words)
    press(page, "保存并继续")
    paste(page.locator("#estimate-0-category"), *ESTIMATE)
    expect(page.locator("[data-sum=amount]")).to_have_text("1,000.00")
    press(page, "保存并继续")
    paste(page.locator("#funding-0-source"), ("市级财政", "2008", "1000"))
    press(page, "保存并继续")
    page.locator("#indicators-0-indicator_id").select_option(label="行政许可项目在线处理率 · %")
    page.locator("#indicators-0-contribution").fill("1")
    press(page, "保存并继续")
    paste(page.locator("#targets-0-aspect"), *TARGETS)
    press(page, "保存并继续")
    page.get_by_role("link", name="总览").click()
    expect(page.get_by_role("status").first).to_contain_text("项目建议书已填齐")
    page.get_by_role("link", name="文件", exact=True).click()
    upload(page, "请示", "立项请示")


def upload(page: Page, kind: str, title: str) -> None:
    """Put a paper into the project's documents, from its page of documents."""
    page.get_by_label("文件种类").select_option(label=kind)
    page.get_by_label("标题").fill(title)
    page.locator("#file").set_input_files(
        {"name": f"{title}.txt", "mimeType": "text/plain", "buffer": f"{title}\n".encode()}
    )
    press(page, "上传")
    expect(page.locator("main table").get_by_role("link", name=title, exact=True)).to_be_visible()


def submit(hall: Hall, cover: str, next_step: str) -> Page:
    """The applicant sends in what the stage asks for; the page says where it has gone."""
    page = hall.begin(hall.cast.applicant, "报送")
    fill(page, cover_number=cover)
    press(page, "报送")
    said(page, "已报送", next_step)
    return page


def _endorse(hall: Hall) -> None:
    page = hall.take(hall.cast.cio, "本单位审签")
    fill(page, opinion="同意上报")
    press(page, "本单位审签")
    said(page, "已审签上报", "信息化主管部门")


def endorse_and_accept(hall: Hall, then: str) -> None:
    """The unit's CIO puts a name to it, the informatization authority takes it in."""
    _endorse(hall)
    page = hall.take(hall.cast.informatization, "受理")
    fill(page, opinion="材料齐全")
    press(page, "受理")
    said(page, then)


def submit_and_get_it_back(hall: Hall, reason: str) -> None:
    """The informatization authority returns it with a reason, which the applicant finds on the desk."""
    submit(hall, "渝农〔2008〕1号", "首席信息官")
    _endorse(hall)
    page = hall.take(hall.cast.informatization, "受理")
    page.get_by_role("link", name="退回修改").click()
    with nothing_changed():
        press(page, "退回修改")
        expect(page.get_by_role("alert")).to_contain_text("意见")
    fill(page, opinion=reason)
    press(page, "退回修改")
    said(page, "申报单位")
    page = hall.desk(hall.cast.applicant)
    expect(page.locator("ul.todo li")).to_contain_text(reason)
    page = hall.project(hall.cast.applicant)
    expect(page.locator(".next")).to_contain_text(reason)


def correct_and_submit_again(hall: Hall) -> None:
    """The applicant rewrites the goals and sends it again; whoever compares sees what was changed."""
    page = hall.take(hall.cast.applicant, "退回修改")
    page.get_by_role("link", name="填写 建设内容").click()
    page.get_by_role("textbox", name="建设目标").fill("四十五个部门编目并接入")
    press(page, "保存草稿")
    said(page, "已保存")
    submit(hall, "渝农〔2008〕2号", "首席信息官")
    page = hall.take(hall.cast.cio, "本单位审签")
    page.get_by_role("link", name="项目建议书").first.click()
    expect(page.locator("ins").first).to_contain_text("四十五个部门")


def take_in_and_countersign(hall: Hall) -> None:
    """Accepted now; three authorities sign, each without waiting for the others."""
    endorse_and_accept(hall, "会签")
    for actor in (hall.cast.finance, hall.cast.investment, hall.cast.informatization):
        page = hall.take(actor, "会签")
        fill(page, outcome="approve", opinion="同意")
        press(page, "签署")
        said(page, "会签意见已签署", "下一步")
