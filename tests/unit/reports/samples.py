# ruff: noqa: E501 - rows of a table read best as rows
"""Reports to draw in tests: an ordinary one, a yearly self-evaluation, a bare one and one that is all trouble."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

from portfolio.foundation.money import Money
from reports.rules import (
    ApprovalRow,
    AssessmentReport,
    ExecutionRow,
    IndicatorScore,
    LineHead,
    MilestoneRow,
    MoneyRow,
    Narrative,
    ReportKind,
    ReportProject,
    Signature,
    TargetRow,
)

D = Decimal
wan = Money.from_wan


def project() -> ReportProject:
    return ReportProject(
        code="CQ-2006-1-0018",
        name="重庆市电子政务外网升级改造项目",
        owner="重庆市信息产业局",
        authority="重庆市信息化领导小组办公室",
        plan_item="电子政务网络平台建设工程",
        track="政府投资",
        delivery_mode="代建",
        project_class="全局性、基础性",
        zone="都市区及三峡库区",
        sector="电子政务",
        stage="后评价",
        estimate=wan("12860"),
        approval_number="渝发改高技〔2006〕218号",
        approved_on=date(2006, 4, 12),
        started=date(2006, 8, 1),
        finished=date(2008, 6, 20),
        summary=(
            "项目建设内容包括：覆盖40个区县（自治县）的IP/MPLS骨干网、市级部门城域接入网、统一安全接入平台、"
            "跨部门数据共享交换平台和网络运行管理中心。骨干链路带宽由155Mbps提升至10Gbps，"
            "市级部门接入率达到100%，乡镇（街道）接入率达到85%以上。",
            "项目实行“统一规划、分级建设、分级管理”：市级骨干网和共享交换平台由市财政投资，"
            "区县接入部分由市与区县按6∶4比例分担，单位内部改造由各单位自筹解决。",
        ),
    )


def money() -> tuple[MoneyRow, ...]:
    rows = (
        (2006, "市级财政资金", "3200", "3200", "3200", "3180.5", "2986.42"),
        (2006, "区县配套资金", "800", "760", "700", "700", "655.3"),
        (2006, "单位自筹资金", "400", "400", "400", "380", "362.18"),
        (2007, "市级财政资金", "4100", "4213.58", "4213.58", "4200", "4102.66"),
        (2007, "区县配套资金", "1060", "1060", "980", "1010.25", "930.4"),
        (2007, "单位自筹资金", "400", "400", "400", "400", "391.02"),
        (2008, "市级财政资金", "2200", "2086.42", "2086.42", "2080", "1987.91"),
        (2008, "区县配套资金", "500", "500", "460", "480", "446.58"),
        (2008, "单位自筹资金", "200", "200", "200", "196", "184.4"),
    )
    return tuple(MoneyRow(year, source, *map(wan, amounts)) for year, source, *amounts in rows)


def execution() -> tuple[ExecutionRow, ...]:
    return (
        ExecutionRow(2006, wan("4400"), wan("4360"), wan("4300"), wan("4003.9")),
        ExecutionRow(2007, wan("5560"), wan("5673.58"), wan("5593.58"), wan("5424.08")),
        ExecutionRow(2008, wan("2900"), wan("2786.42"), wan("2746.42"), wan("2618.89")),
    )


FRAMEWORK = (
    ("决策", "项目立项", "立项依据充分性", "4", "4", "4", "4", "符合全市信息化发展总体规划，与部门职责相符，未与在建项目重复。", "规划项目编号及查重记录"),
    ("决策", "项目立项", "立项程序规范性", "3", "3", "3", "3", "项目建议书、可行性研究和专家论证齐备，三部门会签意见一致。", "审批文件一览"),
    ("决策", "绩效目标", "绩效目标合理性", "4", "4", None, "3.5", "目标与建设内容相关，乡镇接入率目标偏保守，实际完成值明显高于设定值。", "绩效目标表"),
    ("决策", "绩效目标", "绩效指标明确性", "3", "3", None, "2.6", "多数指标可衡量，“提升协同效率”一项未给出可核验的口径。", "绩效目标表"),
    ("决策", "资金投入", "预算编制科学性", "3", "3", "3", "2.7", "概算按标准编制，网络设备询价依据充分，系统集成费率偏高0.6个百分点。", "概算审查意见"),
    ("决策", "资金投入", "资金分配合理性", "3", "3", None, "2.8", "市与区县分担比例合理，个别区县配套能力估计不足。", "资金分配方案"),
    ("过程", "资金管理", "资金到位率", "4", "4", "3.94", "3.94", "实际到位12,640.00万元，预算安排12,820.00万元，到位率98.60%。", "指标文件及用款计划"),
    ("过程", "资金管理", "预算执行率", "4", "3.9", "3.81", "3.81", "实际支付12,046.87万元，占到位资金的95.31%。", "账簿核对表"),
    ("过程", "资金管理", "资金使用合规性", "4", "4", None, "3.4", "抽查凭证126笔，3笔设备款支付早于单项验收，已补办手续。", "支付凭证抽查记录"),
    ("过程", "组织实施", "管理制度健全性", "4", "4", None, "4", "制定项目管理、财务管理和安全管理办法共11项。", "制度汇编"),
    ("过程", "组织实施", "制度执行有效性", "4", "3.5", "3.2", "3.2", "两次设计变更均先批后变，17台（套）设备登记入账晚于验收30日以上。", "变更审批单、资产台账"),
    ("产出", "产出数量", "实际完成率", "8", "8", "8", "8", "40个区县骨干节点、112个市级部门接入和1套共享交换平台全部建成。", "验收报告"),
    ("产出", "产出质量", "质量达标率", "8", "7.8", None, "7.6", "网络可用率99.985%，高于目标值；5个区县节点初验整改后通过。", "第三方测试报告"),
    ("产出", "产出时效", "完成及时性", "7", "6.5", "5.6", "5.6", "竣工验收晚于首次计划51天，主要受三峡库区迁建点位光缆施工影响。", "里程碑完成情况"),
    ("产出", "产出成本", "成本节约率", "7", "7", "6.7", "6.7", "合同总额较概算节约4.12%，节约主要来自骨干设备集中采购。", "合同与支付台账"),
    ("效益", "项目效益", "实施效益", "20", "19", None, "17.5", "“一站式”审批事项达到312项，平均办理时限由15.6个工作日压缩到6.2个工作日；共享数据的更新频率仍低于目录承诺。", "共享平台运行日志、抽样访谈"),
    ("效益", "项目效益", "满意度", "10", "9.5", None, "9.2", "回收有效问卷1,286份（回收率96.3%），部门用户满意度92.7%，乡镇用户满意度88.4%。", "满意度调查报告"),
)  # fmt: skip


def scores() -> tuple[IndicatorScore, ...]:
    return tuple(
        IndicatorScore(
            first,
            second,
            third,
            D(weight),
            self_score=D(own),
            computed_score=D(computed) if computed else None,
            score=D(final),
            reason=reason,
            evidence=evidence,
        )
        for first, second, third, weight, own, computed, final, reason, evidence in FRAMEWORK
    )


def targets() -> tuple[TargetRow, ...]:
    return (
        TargetRow("产出数量", "区县骨干节点数", "40个", "40个", achieved=True),
        TargetRow("产出数量", "市级部门接入数", "≥110个", "112个", achieved=True),
        TargetRow("产出质量", "骨干网络可用率", "≥99.95%", "99.985%", achieved=True),
        TargetRow("产出质量", "单项验收一次通过率", "≥95%", "93.8%", achieved=False),
        TargetRow("产出时效", "竣工验收时间", "2008年4月30日", "2008年6月20日", achieved=False),
        TargetRow("产出成本", "投资控制", "≤12,860万元", "12,046.87万元", achieved=True),
        TargetRow("社会效益", "“一站式”审批事项数", "≥300项", "312项", achieved=True),
        TargetRow("社会效益", "平均办理时限", "≤8个工作日", "6.2个工作日", achieved=True),
        TargetRow("可持续影响", "年度运行维护经费落实", "落实", "已纳入部门预算", achieved=True),
        TargetRow("满意度", "部门用户满意度", "≥90%", "92.7%", achieved=True),
    )


def milestones() -> tuple[MilestoneRow, ...]:
    return (
        MilestoneRow("可行性研究报告批复", date(2006, 4, 15), date(2006, 4, 12)),
        MilestoneRow("初步设计及概算核定", date(2006, 6, 30), date(2006, 7, 18)),
        MilestoneRow("骨干网设备到货", date(2006, 12, 20), date(2006, 12, 28)),
        MilestoneRow("40个区县节点开通", date(2007, 9, 30), date(2007, 11, 6), date(2007, 10, 31)),
        MilestoneRow("共享交换平台上线试运行", date(2007, 12, 1), date(2007, 11, 20)),
        MilestoneRow("竣工验收", date(2008, 4, 30), date(2008, 6, 20), date(2008, 6, 30)),
    )


def approvals() -> tuple[ApprovalRow, ...]:
    return (
        ApprovalRow("立项", "关于项目建议书的批复", "渝发改高技〔2005〕902号", date(2005, 11, 3), "市发展改革委", "同意"),
        ApprovalRow("立项", "领导小组第三次会议审定意见", "渝信组〔2005〕7号", date(2005, 12, 8), "市信息化领导小组", "同意"),
        ApprovalRow("评估", "可行性研究报告专家评审意见", "渝信评〔2006〕15号", date(2006, 3, 21), "市信息产业局", "通过"),
        ApprovalRow("评估", "关于可行性研究报告的批复", "渝发改高技〔2006〕218号", date(2006, 4, 12), "市发展改革委", "附条件同意"),
        ApprovalRow("概算", "关于初步设计及投资概算的批复", "渝发改高技〔2006〕431号", date(2006, 7, 18), "市发展改革委", "同意"),
        ApprovalRow("建设", "2006年度投资计划", "渝信组〔2006〕4号", date(2006, 7, 25), "市信息化领导小组", "同意"),
        ApprovalRow("建设", "关于区县节点设计变更的批复", "渝信〔2007〕63号", date(2007, 5, 16), "市信息产业局", "同意"),
        ApprovalRow("验收", "竣工验收意见书", "渝信验〔2008〕22号", date(2008, 6, 20), "市信息产业局", "通过"),
        ApprovalRow("验收", "关于竣工财务决算的批复", "渝财建〔2008〕511号", date(2008, 9, 2), "市财政局", "同意"),
    )  # fmt: skip


def heads() -> tuple[LineHead, ...]:
    found = []
    for number, row in enumerate(money(), 1):
        digest = hashlib.sha256(f"{row.year}{row.source}".encode()).hexdigest()
        document = f"渝财建〔{row.year}〕{70 + number}号"
        line = f"BL-{row.year}-{number:04d}"
        found.append(
            LineHead(line, document, row.year, row.source, 18 + 3 * number, row.allotted, row.paid, digest)
        )
    return tuple(found)


NARRATIVE = Narrative(
    objectives=(
        "总体目标：建成覆盖全市、统一安全、可管可控的电子政务外网，支撑跨部门、跨层级的业务协同和信息共享，"
        "为“十一五”期间各项政务应用提供统一的网络和数据交换基础。",
        "年度目标：2006年完成骨干网设备采购和主城区节点建设；2007年完成全部区县节点开通和共享交换平台试运行；"
        "2008年完成竣工验收并转入运行维护。",
    ),
    purpose=(
        "评价目的：全面了解项目资金的使用和管理情况，客观评价项目的产出和效果，总结经验，发现问题，"
        "为完善电子政务网络建设管理和安排后续资金提供依据。",
    ),
    method=(
        "评价遵循科学规范、公正公开、分级分类、绩效相关的原则，采用成本效益分析法、比较法、因素分析法和公众评判法，"
        "以计划标准为主，辅以历史标准和行业标准。",
    ),
    process=(
        "前期准备（2009年1月）：成立评价组，制定评价方案，下达评价通知。",
        "组织实施（2009年1月至2月）：收集审批、合同、支付和验收资料412份，现场抽查25个点位（占全部点位的62.5%），"
        "召开座谈会6次，回收有效问卷1,286份。",
        "分析评价（2009年2月至3月）：逐项核实、评分，形成报告初稿，与被评价单位交换意见后定稿。",
    ),
    conclusion=(
        "总体看，项目决策依据充分、程序规范，建设任务全面完成，网络性能和应用效果达到预期；"
        "在绩效指标细化、区县配套资金落实和资产登记及时性方面仍有改进空间。",
    ),
    decision=(
        "项目列入全市信息化发展规划，按程序完成立项、评估和概算核定，领导小组集体审定；"
        "未发现与已建、在建系统重复。",
    ),
    management=(
        "资金实行专账核算，支付由经办与复核分设；区县配套资金到位滞后，最长47天。"
        "两次设计变更均在变更前报批，未突破核定概算。",
    ),
    output=(
        "建设内容按批复全部完成，骨干网带宽和可用率均优于目标值。工期延误集中在三峡库区迁建点位，"
        "其余点位均在计划期内开通。",
    ),
    benefit=(
        "截至评价日，外网承载跨部门应用86个，日均交换数据214万条；企业设立登记等高频事项实现“一窗受理、并联审批”，"
        "群众平均跑动次数由3.4次降到1.2次。",
    ),
    practices=(
        "坚持“先规划后立项、先评估后建设”，总体方案一次论证、分年安排资金，避免了分段立项造成的接口不一致。",
        "骨干设备全市集中采购、统一型号，较分散采购节约1,040万元，备件和运行维护成本同步下降。",
        "共享交换平台与信息资源目录同步建设，以目录约束数据提供义务，上线首年即归集目录1,860条。",
    ),
    problems=(
        "部分绩效指标不够细化。“提升协同效率”等指标缺少口径和基线，影响结果核验。"
        "原因是立项时绩效目标与可行性研究分别编制，未作衔接。",
        "区县配套资金到位滞后。三个区县配套资金晚于计划到位，影响节点开通进度。"
        "原因是配套责任未在年度投资计划中逐县明确。",
        "资产登记不及时。17台（套）设备验收30日后才登记入账，涉及金额86.40万元。"
        "原因是验收与资产管理分属不同处室，缺少交接时限。",
    ),
    suggestions=(
        "立项时同步确定可核验的绩效指标，明确口径、基线和数据来源，作为评估的必备内容。",
        "将区县配套资金责任逐县列入年度投资计划，未落实的，暂缓安排下一年度市级资金。",
        "建立验收与资产登记的交接时限，把登记情况列为支付尾款的条件。",
        "将共享数据的更新频率纳入部门年度考核，未达到目录承诺的限期整改。",
    ),
    other=("涉密网络部分未纳入本次评价范围。满意度调查样本按区县人口分层抽取，置信水平为95%。",),
)


def ordinary() -> AssessmentReport:
    rows = scores()
    return AssessmentReport(
        kind=ReportKind.EVALUATION,
        project=project(),
        evaluator="重庆市财政绩效评价中心",
        issued_on=date(2009, 3, 16),
        as_of=date(2008, 12, 31),
        first_year=2006,
        last_year=2008,
        total=sum((row.score for row in rows if row.score is not None), D(0)),
        grade="优",
        number="绩效评〔2009〕12号",
        basis="市信息化发展规划、项目批复文件和市级财政支出绩效评价有关规定",
        marking="内部资料　注意保存",
        money=money(),
        execution=execution(),
        scores=rows,
        targets=targets(),
        milestones=milestones(),
        approvals=approvals(),
        heads=heads(),
        narrative=NARRATIVE,
        signatures=(Signature("重庆市财政绩效评价中心", ("评价组组长：陈志远", "主评人：李静、王海涛")),),
        attachments=("满意度调查问卷及统计结果", "现场抽查点位清单", "与被评价单位交换意见的记录"),
    )


def post_evaluation() -> AssessmentReport:
    report = ordinary()
    rows = tuple(replace(row, score=None) for row in report.scores)
    total = sum((row.self_score for row in rows if row.self_score is not None), D(0))
    unit = report.project.owner
    return replace(
        report,
        kind=ReportKind.POST_EVALUATION,
        scores=rows,
        total=total,
        grade="优",
        evaluator=unit,
        signatures=(Signature(unit),),
        draft=True,
    )


def yearly() -> AssessmentReport:
    """A yearly self-evaluation: execution 10, output 50, benefit 30, satisfaction 10."""
    table = (
        ("预算执行率", "预算执行率", "全年预算执行率", "10", "9.4", "9.4", "100%", "93.99%", "区县配套资金12月下旬到位，尾款结转下年支付。"),
        ("产出指标", "数量指标", "运行维护节点数", "15", "15", "15", "40个", "40个", ""),
        ("产出指标", "质量指标", "骨干网络可用率", "15", "15", None, "≥99.95%", "99.985%", ""),
        ("产出指标", "时效指标", "竣工验收按期完成", "10", "8", "8", "4月30日前", "6月20日", "库区迁建点位光缆施工受汛期影响，已完成。"),
        ("产出指标", "成本指标", "年度支出控制", "10", "10", "10", "≤2,786.42万元", "2,618.89万元", ""),
        ("效益指标", "社会效益指标", "“一站式”审批事项数", "15", "15", None, "≥300项", "312项", ""),
        ("效益指标", "可持续影响指标", "共享数据按目录更新率", "15", "12.5", None, "≥90%", "75.2%", "部分部门业务系统改造未完成，已列入下年计划限期整改。"),
        ("满意度指标", "服务对象满意度", "部门用户满意度", "10", "10", None, "≥90%", "92.7%", ""),
    )  # fmt: skip
    rows = tuple(
        IndicatorScore(
            first,
            second,
            third,
            D(weight),
            self_score=D(own),
            computed_score=D(computed) if computed else None,
            target=target,
            actual=actual,
            reason=reason,
        )
        for first, second, third, weight, own, computed, target, actual, reason in table
    )
    full = ordinary()
    own = full.narrative
    return replace(
        full,
        kind=ReportKind.ANNUAL_SELF,
        evaluator=full.project.owner,
        issued_on=date(2009, 2, 20),
        first_year=2008,
        last_year=2008,
        scores=rows,
        total=sum((row.self_score for row in rows if row.self_score is not None), D(0)),
        grade="优",
        number="",
        money=tuple(row for row in full.money if row.year == 2008),
        execution=tuple(row for row in full.execution if row.year == 2008),
        heads=tuple(head for head in full.heads if head.year == 2008),
        targets=(),
        narrative=Narrative(
            objectives=own.objectives[1:],
            conclusion=("2008年完成竣工验收并转入运行维护，网络运行平稳，年度绩效目标总体实现。",),
            problems=own.problems[1:],
            suggestions=own.suggestions[2:],
        ),
        signatures=(Signature(full.project.owner, ("填报人：刘敏", "财务负责人：周建国")),),
        attachments=(),
    )


def bare() -> AssessmentReport:
    """Nothing but what the types demand."""
    return AssessmentReport(
        kind=ReportKind.EVALUATION,
        project=ReportProject(code="CQ-2006-0001", name="信息亭", owner=""),
        evaluator="评价中心",
        issued_on=date(2007, 1, 1),
        as_of=date(2006, 12, 31),
        first_year=2006,
        last_year=2006,
        total=None,
        grade="",
    )


MARKUP = "<b>不是粗体</b>&nbsp;<font size=40>&amp;<para>](javascript:1)\\() Tj ET"
RARE = "镕堃喆㛃䶮𠮷"
EMOJI = "👩‍💻✅\u202e\u200b\ufeff\x00\x07"


def troubled() -> AssessmentReport:
    """Every field too long, too odd or both."""
    base = ordinary()
    long_text = "跨部门数据共享交换平台及区县电子政务外网接入网络升级改造、安全加固与容灾备份" * 3
    url = "https://www.example.com/" + "very-long-path/" * 12 + "?query=" + "x" * 90
    nasty = f"{MARKUP}{RARE}{EMOJI}"
    rows = tuple(
        replace(
            row,
            reason=(row.reason + "逐项核对凭证与台账，") * (60 if index == 6 else 6) + nasty,
            evidence=url,
        )
        for index, row in enumerate(base.scores)
    )
    return replace(
        base,
        project=replace(
            base.project, name=long_text, owner=f"{long_text}{nasty}", summary=(nasty * 6, url * 3, "，" * 80)
        ),
        evaluator=long_text,
        number=nasty,
        scores=rows,
        money=tuple(
            replace(row, year=2001 + index % 8, source=f"{row.source}{nasty}{index}", paid=wan("123456.78"))
            for index, row in enumerate(base.money * 3)
        ),
        targets=tuple(replace(row, name=row.name + nasty, target=url) for row in base.targets * 3),
        milestones=tuple(
            replace(row, name=row.name + "\n" + nasty, note=long_text) for row in base.milestones
        ),
        approvals=base.approvals * 5,
        heads=base.heads * 4,
        narrative=replace(
            base.narrative, objectives=(nasty + "\n\n第二段\r\n第三段", ""), benefit=(long_text * 8,)
        ),
        signatures=(Signature(long_text, (long_text, RARE)), Signature("第二签署单位")),
    )
