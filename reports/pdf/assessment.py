"""The assessment report 绩效评价报告 as a story of flowables, by the official outline.

Basis: 项目支出绩效评价管理办法（财预〔2020〕10号）附件3（报告提纲）；单位自评按同办法的自评表.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from reportlab.platypus import Flowable, PageBreak

from portfolio.foundation.money import Money
from reports.pdf import sheets
from reports.pdf.cover import Cover
from reports.pdf.fonts import Faces, Substitution
from reports.pdf.linebreak import Align, Run, TextStyle
from reports.pdf.pages import Contents, Document, Pages, body
from reports.pdf.sheets import day, points, weight
from reports.pdf.story import Story
from reports.pdf.typeset import Prose
from reports.rules import AssessmentReport, IndicatorScore, ReportKind

MAX_POINTS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished PDF, and the characters that had to be drawn from elsewhere or could not be drawn."""

    pdf: bytes
    substitutions: tuple[Substitution, ...]
    pages: int


def draw(report: AssessmentReport) -> Rendered:
    """Draw ``report``; the same report and fonts give the same bytes, in every process."""
    faces = Faces("".join(_texts(report)))
    stream = io.BytesIO()
    project = report.project
    title = f"{project.name}{report.kind.label}"
    front = report.kind is not ReportKind.ANNUAL_SELF
    document = Document(stream, front=front, title=title, author=report.evaluator, subject=report.number)
    story = _Assessment(report, faces).tell()
    canvas = partial(Pages, faces=faces, running_head=title)
    document.build(story, canvasmaker=canvas)
    return Rendered(stream.getvalue(), faces.substitutions, document.page)


def _texts(value: Any) -> Iterable[str]:  # noqa: ANN401 - any field of the dataset
    """Every string in the dataset, so that all its characters are looked up before drawing."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))


class _Assessment(Story):
    """The two outlines and their chapters."""

    def tell(self) -> list[Flowable]:
        """The whole story of this kind of report."""
        if self.report.kind is ReportKind.ANNUAL_SELF:
            self._yearly()
        else:
            self._full()
        return self.flow

    # -- the two outlines --------------------------------------------------------------------------------

    def _full(self) -> None:
        self.flow += [Cover(self.report, self.faces), PageBreak()]
        contents_title = TextStyle(size=22, leading=60, bold=True, align=Align.CENTRE)
        self.flow += [Prose("目　　录", contents_title, self.faces), Contents(), body(), PageBreak()]
        self.title_block()
        self.situation()
        self.work()
        self.conclusion()
        self.analysis()
        self.lessons()
        self.suggestions()
        self.remarks()

    def _yearly(self) -> None:
        report = self.report
        self.title_block()
        self.chapter("项目基本情况", sections=False)
        self.introduction()
        self.table(sheets.facts, "项目基本信息")
        self.chapter("预算执行情况", sections=False)
        self.money_used()
        self.chapter("绩效目标完成情况", sections=False)
        self.say_all(report.narrative.objectives)
        if report.targets:
            self.table(sheets.targets, "绩效目标完成情况")
        self.score_sentences()
        self.figure(sheets.scale(report, self.faces))
        if report.scores:
            self.table(sheets.score_sheet, "项目支出绩效自评表")
        self.chapter("自评结论及有关说明")
        self.section("主要成效和做法")
        self.say_or_note(report.narrative.conclusion + report.narrative.practices)
        self.section("存在的问题及改进措施")
        self.say_or_note(report.narrative.problems + report.narrative.suggestions)
        self.chapter("数据来源与核对", sections=False)
        self.sources()
        self.signatures()

    # -- 一、基本情况 -------------------------------------------------------------------------------------

    def situation(self) -> None:
        report = self.report
        self.chapter("基本情况")
        self.section("项目概况")
        self.introduction()
        self.table(sheets.facts, "项目基本信息")
        self.section("绩效目标")
        self.say_or_note(report.narrative.objectives)
        if report.targets:
            self.table(sheets.targets, "绩效目标及完成情况")
        self.section("资金投入和使用情况")
        self.money_used()
        self.section("项目实施进度")
        self.progress()
        self.section("审批程序")
        self.trail()

    def introduction(self) -> None:
        project = self.report.project
        parts = [
            f"建设单位为{project.owner}" if project.owner else "",
            f"主管部门为{project.authority}" if project.authority else "",
            f"对应规划项目“{project.plan_item}”" if project.plan_item else "",
        ]
        known = "，".join(part for part in parts if part)
        sentence = f"{project.name}{known}。" if known else ""
        if project.approved_on:
            number = f"以{project.approval_number}" if project.approval_number else ""
            sentence += f"项目于{day(project.approved_on)}{number}批准"
            sentence += f"，核定概算{project.estimate.wan_text()}万元。" if project.estimate else "。"
        self.say(f"{sentence}基本信息见表{self.tables + 1}。")
        self.say_all(project.summary)

    def money_used(self) -> None:
        report = self.report
        total = report.money_total
        if not report.money:
            self.say(f"截至{day(report.as_of)}，本项目尚无资金安排和支付记录。")
            return
        yearly = report.kind is ReportKind.ANNUAL_SELF
        since = f"{report.period}，" if yearly else f"截至{day(report.as_of)}，累计"
        self.say(
            (
                Run(f"{since}下达指标{total.allotted.wan_text()}万元，"),
                Run(f"合同及非合同承诺{total.committed.wan_text()}万元，实际支付"),
                Run(f"{total.paid.wan_text()}万元", bold=True),
                Run(
                    f"（{total.paid.capital()}），占下达指标的{sheets.per_cent(total.paid, total.allotted)}。"
                ),
                Run(f"各年度、各来源资金情况见表{self.tables + 1}。"),
            )
        )
        self.table(sheets.money, "资金安排与使用情况")
        self.figure(sheets.money_figure(report, self.faces, (self.figures + 1, self.figures + 2)))
        self.figures += 2
        if report.execution:
            self.say(
                f"按年度预算口径，预算执行情况见表{self.tables + 1}，"
                "其中“占预算”以全年预算数为分母，“占到位”以实际到位资金为分母。"
            )
            self.table(sheets.execution, "年度预算执行情况")

    def progress(self) -> None:
        rows = self.report.milestones
        if not rows:
            self.say("本项目未登记里程碑计划。")
            return
        done = [row for row in rows if row.actual]
        late = [row for row in done if (row.delay or 0) > 0]
        sentence = f"项目共设里程碑{len(rows)}个，已完成{len(done)}个"
        if late:
            worst = max(late, key=lambda row: row.delay or 0)
            sentence += f"，其中{len(late)}个晚于首次计划，最长为“{worst.name}”，晚{worst.delay}天"
        elif done:
            sentence += "，均未晚于首次计划"
        self.say(f"{sentence}（见表{self.tables + 1}）。偏差以首次批准的计划为准，后来的调整另列，不作替代。")
        self.table(sheets.milestones, "里程碑完成情况")

    def trail(self) -> None:
        rows = self.report.approvals
        if not rows:
            self.say("本项目未登记审批文件。")
            return
        self.say(f"项目自立项以来形成审批文件{len(rows)}件，按先后次序列于表{self.tables + 1}。")
        self.table(sheets.approvals, "审批文件一览")

    # -- 二、评价工作开展情况 -------------------------------------------------------------------------------

    def work(self) -> None:
        report, narrative = self.report, self.report.narrative
        self.chapter("评价工作开展情况")
        self.section("评价目的、对象和范围")
        self.say(
            f"评价对象为{report.project.name}，评价范围为{report.period}安排和使用的资金及其产出和效果，"
            f"资金数据截至{day(report.as_of)}。" + (f"评价依据为{report.basis}。" if report.basis else "")
        )
        self.say_all(narrative.purpose)
        self.section("评价原则、指标体系、评价方法和评价标准")
        self.say_all(narrative.method)
        self.framework()
        self.section("评价工作过程")
        self.say_or_note(narrative.process, numbered=True)

    def framework(self) -> None:
        report = self.report
        if not report.scores:
            return
        first = report.groups("level1")
        parts = "、".join(f"{name}{weight(_full(group))}分" for name, group in first)
        bounds = report.grade_bounds
        grades = "，".join(
            f"{low}分（含）以上为{name}"
            if number < len(bounds) - 1
            else f"{bounds[number - 1][1]}分以下为{name}"
            for number, (name, low) in enumerate(bounds)
        )
        self.say(
            f"评价指标体系设一级指标{len(first)}个、二级指标{len(report.groups('level2'))}个、"
            f"三级指标{len(report.scores)}个，满分100分，其中{parts}。评价等级分为{len(bounds)}档：{grades}。"
            "能由系统计算的指标，计算结果与自评得分、评价得分并列，互不覆盖。"
        )

    # -- 三、综合评价情况及结论 -----------------------------------------------------------------------------

    def conclusion(self) -> None:
        report = self.report
        self.chapter("综合评价情况及结论", sections=False)
        self.score_sentences()
        self.figure(sheets.scale(report, self.faces))
        self.say_all(report.narrative.conclusion)
        if report.scores:
            self.table(sheets.dimensions, "评价得分汇总")
            self.table(sheets.score_sheet, "项目支出绩效评价评分表")

    def score_sentences(self) -> None:
        report = self.report
        if report.total is None:
            self.say("评分尚未完成，暂不形成综合得分和等级。")
            return
        verb = "综合评价" if report.kind is ReportKind.EVALUATION else "自评"
        runs = [Run(f"经{verb}，{report.project.name}得"), Run(f"{points(report.total)}分", bold=True)]
        if report.grade:
            runs += [Run("，等级为"), Run(f"“{report.grade}”", bold=True)]
        parts = "，".join(
            f"{name}{points(report.counted_total(group))}分（满分{weight(_full(group))}分）"
            for name, group in report.groups("level1")
        )
        runs.append(Run(f"。其中：{parts}。"))
        self.say(runs)

    # -- 四、指标分析 -------------------------------------------------------------------------------------

    def analysis(self) -> None:
        report, narrative = self.report, self.report.narrative
        self.chapter("绩效评价指标分析")
        if not report.scores:
            self.say("本报告未设评分指标。")
            return
        self.figures += 1
        self.figure(sheets.rates_figure(report, self.faces, self.figures))
        written = {
            "决策": narrative.decision,
            "过程": narrative.management,
            "产出": narrative.output,
            "效益": narrative.benefit,
        }
        for name, group in report.groups("level1"):
            self.section(f"{name}情况" if name.startswith("项目") else f"项目{name}情况")
            self.dimension(name, group)
            self.say_all(written.get(name, ()))

    def dimension(self, name: str, group: Sequence[IndicatorScore]) -> None:
        """What the figures say about one first-level indicator: rate, and where points were lost."""
        report = self.report
        score, full = report.counted_total(group), _full(group)
        runs = [
            Run(f"{name}类指标权重{weight(full)}分，得"),
            Run(f"{points(score)}分", bold=True),
            Run(f"，得分率{sheets.score_rate(score, full):.1f}%。"),
        ]
        best = [row.level3 for row in group if report.counted(row) == row.weight]
        if best:
            runs.append(Run(f"{'、'.join(best)}得满分。"))
        lost = [(row, row.weight - (report.counted(row) or Decimal(0))) for row in group]
        lost = sorted((item for item in lost if item[1] > 0), key=lambda item: -item[1])
        if lost:
            named = "、".join(f"{row.level3}（{points(loss)}分）" for row, loss in lost[:MAX_POINTS_NAMED])
            more = "等" if len(lost) > MAX_POINTS_NAMED else ""
            runs.append(Run(f"失分主要在{named}{more}。"))
        self.say(runs)
        for row, _ in lost[:MAX_POINTS_NAMED]:
            if row.reason:
                self.say((Run(f"{row.level3}：", bold=True), Run(" ".join(row.reason.split()))))

    # -- 五、六、七 ----------------------------------------------------------------------------------------

    def lessons(self) -> None:
        narrative = self.report.narrative
        self.chapter("主要经验及做法、存在的问题及原因分析")
        self.section("主要经验及做法")
        self.say_or_note(narrative.practices, numbered=True)
        self.section("存在的问题及原因分析")
        self.say_or_note(narrative.problems, numbered=True)

    def suggestions(self) -> None:
        self.chapter("有关建议", sections=False)
        self.say_or_note(self.report.narrative.suggestions, numbered=True)

    def remarks(self) -> None:
        report = self.report
        self.chapter("其他需要说明的问题")
        if report.narrative.other:
            self.section("有关说明")
            self.say_all(report.narrative.other)
        self.section("数据来源与核对")
        self.sources()
        if report.attachments:
            self.section("附件")
            for number, name in enumerate(report.attachments, 1):
                self.say(f"{number}.{name}")
        self.signatures()

    def sources(self) -> None:
        report = self.report
        if not report.heads:
            self.say(f"截至{day(report.as_of)}，账簿中没有本项目的预算指标，无可核对的账目。")
            return
        self.say(
            f"本报告资金数据取自资金账簿，截至{day(report.as_of)}。每条预算指标的分录首尾相连，"
            f"末条分录的校验值即链首；凭表{self.tables + 1}和表{self.tables + 2}可在账簿中逐条复核，"
            "任何一条分录被改动，链首都会不同。"
        )
        self.table(sheets.ledger, "账簿核对表")
        self.table(sheets.chain_heads, "预算指标链首校验值")
        booked = Money.total(head.paid for head in report.heads)
        gap = booked - report.money_total.paid
        result = f"相差{gap.wan_text()}万元，尚待查明" if gap else "一致"
        self.say(f"经核对，账簿支付额合计{booked.wan_text()}万元，与本报告实际支付合计{result}。")


def _full(group: Iterable[IndicatorScore]) -> Decimal:
    return sum((row.weight for row in group), Decimal(0))
