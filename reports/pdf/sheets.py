"""The tables and charts of an assessment report, each made from the rows of the report and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from portfolio.foundation.money import FEN_PER_WAN, Money
from reports.pdf.charts import Bars, Figure, Rates, Ring, Scale
from reports.pdf.fonts import Faces
from reports.pdf.grid import Column, Grid, Row, RowKind
from reports.pdf.linebreak import Align
from reports.rules import AssessmentReport, IndicatorScore, ReportKind

NONE = "—"
WAN = "单位：万元"
RING_PARTS = 6
_YEAR, _DAY, _AMOUNT, _RATE = 38.0, 88.0, 57.0, 48.0
_L, _C, _R = Align.LEFT, Align.CENTRE, Align.RIGHT


def day(value: date | None) -> str:
    """A day as printed: ``2009年3月16日``."""
    return f"{value.year}年{value.month}月{value.day}日" if value else NONE


def points(value: Decimal | None) -> str:
    """A score with two decimals."""
    return NONE if value is None else f"{value:.2f}"


def weight(value: Decimal) -> str:
    """A weight without idle decimals."""
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


def per_cent(part: Money, whole: Money) -> str:
    """``part`` of ``whole`` in per cent with two decimals; a dash when there is no whole."""
    ratio = part.ratio_to(whole)
    return NONE if ratio is None else f"{ratio * 100:.2f}%"


def score_rate(score: Decimal, full: Decimal) -> Decimal:
    """A score as a share of the full marks, in per cent with one decimal."""
    return (score / full * 100).quantize(Decimal("0.1"), ROUND_HALF_UP) if full else Decimal(0)


def _wan(amount: Money) -> Decimal:
    return Decimal(amount.fen) / FEN_PER_WAN


def facts(report: AssessmentReport, faces: Faces, caption: str) -> Grid:
    """What the project is, in two pairs of columns; a pair that has no value on either side is left out."""
    project = report.project
    pairs = [
        ("项目编码", project.code),
        ("所处阶段", project.stage),
        ("建设单位", project.owner),
        ("主管部门", project.authority),
        ("规划项目", project.plan_item),
        ("领　　域", project.sector),
        ("管理方式", project.track),
        ("项目类别", project.project_class),
        ("建设模式", project.delivery_mode),
        ("所在区域", project.zone),
        ("批复文号", project.approval_number),
        ("批复日期", day(project.approved_on)),
        ("核定概算", f"{project.estimate.wan_text()}万元" if project.estimate else NONE),
        ("累计支付", f"{report.money_total.paid.wan_text()}万元"),
        ("开工日期", day(project.started)),
        ("完工日期", day(project.finished)),
    ]
    rows = [
        Row((left[0], left[1] or NONE, right[0], right[1] or NONE))
        for left, right in zip(pairs[::2], pairs[1::2], strict=True)
        if any(value not in ("", NONE) for value in (left[1], right[1]))
    ]
    label = Column("", 62, _C, bold=True)
    return Grid([label, Column(""), label, Column("")], rows, faces, caption=caption)


def money(report: AssessmentReport, faces: Faces, caption: str) -> Grid:
    """The money by year and source through all steps of the ledger, with the total in figures."""
    columns = [
        Column("年度", _YEAR, _C, group=True),
        Column("资金来源"),
        *(Column(head, _AMOUNT, _R) for head in ("计划安排", "指标下达", "用款计划", "合同承诺", "实际支付")),
        Column("支付率", _RATE, _R),
    ]
    rows = [
        Row(
            (
                str(row.year) if row.year else "合计",
                row.source,
                *(
                    amount.wan_text()
                    for amount in (row.planned, row.allotted, row.released, row.committed, row.paid)
                ),
                per_cent(row.paid, row.allotted),
            ),
            RowKind.PLAIN if row.year else RowKind.TOTAL,
        )
        for row in (*sorted(report.money, key=lambda row: row.year), report.money_total)
    ]
    return Grid(columns, rows, faces, caption=caption, unit=WAN)


def execution(report: AssessmentReport, faces: Faces, caption: str) -> Grid:
    """Budget execution by year, with both denominators: the adjusted budget and the funds received."""
    heads = ("年初预算数", "全年预算数", "到位资金", "执行数")
    columns = [
        Column("年度", 48, _C),
        *(Column(head, 0, _R) for head in heads),
        Column("执行率\n（占预算）", 66, _R),
        Column("执行率\n（占到位）", 66, _R),
    ]
    rows = []
    for row in sorted(report.execution, key=lambda row: row.year):
        amounts = (row.initial, row.adjusted, row.received, row.paid)
        rates = per_cent(row.paid, row.adjusted), per_cent(row.paid, row.received)
        rows.append(Row((str(row.year), *(amount.wan_text() for amount in amounts), *rates)))
    if len(rows) > 1:
        initial, adjusted, received, paid = (
            Money.total(getattr(row, name) for row in report.execution)
            for name in ("initial", "adjusted", "received", "paid")
        )
        amounts = (initial, adjusted, received, paid)
        rates = per_cent(paid, adjusted), per_cent(paid, received)
        rows.append(Row(("合计", *(amount.wan_text() for amount in amounts), *rates), RowKind.TOTAL))
    return Grid(columns, rows, faces, caption=caption, unit=WAN)


def money_figure(report: AssessmentReport, faces: Faces, numbers: tuple[int, int]) -> Figure | None:
    """Allotted against paid by year (within a single year: by source), and where the money comes from."""
    if not report.money_total.planned and not report.money_total.allotted:
        return None
    years, sources = report.money_by_year(), report.money_by_source()
    groups = years if len(years) > 1 else sources
    bars = Bars(
        f"图{numbers[0]}　{'各年度' if groups is years else '各来源'}预算与执行（万元）",
        ("指标下达", "实际支付"),
        tuple(f"{row.year}年" if row.year else row.source for row in groups),
        tuple((_wan(row.allotted), _wan(row.paid)) for row in groups),
    )
    parts = [(row.source, _wan(row.planned or row.allotted)) for row in sources]
    parts = sorted((part for part in parts if part[1] > 0), key=lambda part: -part[1])
    if len(parts) > RING_PARTS:
        rest = sum((value for _, value in parts[RING_PARTS - 1 :]), Decimal(0))
        parts = [*parts[: RING_PARTS - 1], ("其余来源", rest)]
    ring = Ring(f"图{numbers[1]}　资金来源构成", "万元", tuple(parts))
    return Figure((bars, ring), faces, 176, (0.54, 0.46))


def targets(report: AssessmentReport, faces: Faces, caption: str) -> Grid:
    """Performance targets, promised and reached."""
    columns = [
        Column("类别", 58, _C, group=True),
        Column("绩效指标"),
        Column("目标值", _DAY, _C),
        Column("完成值", _DAY, _C),
        Column("是否\n完成", 36, _C),
    ]
    noted = any(row.note for row in report.targets)
    if noted:
        columns.append(Column("说明", 96))
    words = {True: "是", False: "否", None: NONE}
    rows = [
        Row(
            (row.dimension, row.name, row.target or NONE, row.actual or NONE, words[row.achieved])
            + ((row.note,) if noted else ())
        )
        for row in report.targets
    ]
    return Grid(columns, rows, faces, caption=caption)


def milestones(report: AssessmentReport, faces: Faces, caption: str) -> Grid:
    """Milestones against the first baseline; a later baseline stands beside it, never in its place."""
    revised = any(row.revised for row in report.milestones)
    columns = [Column("里程碑"), Column("首次计划", _DAY, _C)]
    columns += [Column("调整后计划", _DAY, _C)] if revised else []
    columns += [Column("实际完成", _DAY, _C), Column("偏差\n（天）", 40, _R)]
    rows = []
    for row in report.milestones:
        late = NONE if row.delay is None else f"+{row.delay}" if row.delay > 0 else str(row.delay)
        cells = ["\n".join(part for part in (row.name, row.note) if part), day(row.planned)]
        cells += [day(row.revised)] if revised else []
        cells += [day(row.actual) if row.actual else "未完成", late]
        rows.append(Row(tuple(cells)))
    return Grid(columns, rows, faces, caption=caption)


def approvals(report: AssessmentReport, faces: Faces, caption: str) -> Grid:
    """The approvals trail, document by document."""
    columns = [
        Column("阶段", 36, _C, group=True),
        Column("文件及文号"),
        Column("日期", _DAY, _C),
        Column("审批机关", 96),
        Column("结论", 58, _C),
    ]
    rows = [
        Row(
            (
                row.stage,
                "\n".join(part for part in (row.document, row.number) if part),
                day(row.day),
                row.authority,
                row.outcome or NONE,
            )
        )
        for row in report.approvals
    ]
    return Grid(columns, rows, faces, caption=caption)


def dimensions(report: AssessmentReport, faces: Faces, caption: str) -> Grid:
    """The scores summed up by first-level indicator."""
    kinds = [kind for kind in _score_kinds(report) if _complete(report.scores, kind[1])]
    columns = [
        Column("一级指标", 0, _C),
        Column("权重", 60, _R),
        *(Column(head, 76, _R) for head, _ in kinds),
        Column("得分率", 66, _R),
    ]
    rows = [
        _summary_row(report, name, group, kinds, RowKind.PLAIN) for name, group in report.groups("level1")
    ]
    rows.append(_summary_row(report, "合计", report.scores, kinds, RowKind.TOTAL))
    return Grid(columns, rows, faces, caption=caption)


def _summary_row(
    report: AssessmentReport,
    name: str,
    group: Sequence[IndicatorScore],
    kinds: list[tuple[str, str]],
    kind: RowKind,
) -> Row:
    full = sum((row.weight for row in group), Decimal(0))
    rate = score_rate(report.counted_total(group), full)
    sums = (_sum(group, attribute) for _, attribute in kinds)
    return Row((name, weight(full), *sums, f"{rate:.1f}%"), kind)


def _sum(group: Sequence[IndicatorScore], attribute: str) -> str:
    """The sum of one kind of score; a dash where some indicators have none, for a part is no sum."""
    if not _complete(group, attribute):
        return NONE
    return points(sum((getattr(row, attribute) for row in group), Decimal(0)))


def _complete(group: Sequence[IndicatorScore], attribute: str) -> bool:
    return all(getattr(row, attribute) is not None for row in group)


def _score_kinds(report: AssessmentReport) -> list[tuple[str, str]]:
    """The scores to print side by side: head and attribute; the unit's own and the one that counts always."""
    kinds = [("自评得分", "self_score"), ("系统计算", "computed_score")]
    if report.kind is ReportKind.EVALUATION or any(row.score is not None for row in report.scores):
        kinds.append(("评价得分", "score"))
    return kinds


def score_sheet(report: AssessmentReport, faces: Faces, caption: str) -> Grid:
    """The full score table: every third-level indicator, its scores side by side, why, and the evidence."""
    yearly = report.kind is ReportKind.ANNUAL_SELF
    kinds = _score_kinds(report)
    columns = [
        Column("一级\n指标", 28, _C, group=True),
        Column("二级\n指标", 37 if yearly else 46, _C, group=True),
        Column("三级指标", 75 if not yearly else 66),
        *((Column("年度\n指标值", 58, _C), Column("实际\n完成值", 58, _C)) if yearly else ()),
        Column("权重", 29, _R),
        *(Column(f"{head[:2]}\n{head[2:]}", 38, _R) for head, _ in kinds),
        Column("偏差原因\n及依据" if yearly else "评分理由与依据"),
    ]
    rows = [_score_row(row, kinds, yearly=yearly) for row in report.scores]
    sums = [_sum(report.scores, attribute) for _, attribute in kinds]
    middle = ("", "") if yearly else ()
    grade = f"等级：{report.grade}" if report.grade else ""
    rows.append(Row(("合计", "", "", *middle, "100", *sums, grade), RowKind.TOTAL))
    return Grid(columns, rows, faces, caption=caption)


def _score_row(row: IndicatorScore, kinds: list[tuple[str, str]], *, yearly: bool) -> Row:
    middle = (row.target or NONE, row.actual or NONE) if yearly else ()
    evidence = f"（依据：{row.evidence}）" if row.evidence else ""
    reason = row.reason + evidence
    scores = (points(getattr(row, attribute)) for _, attribute in kinds)
    return Row((row.level1, row.level2, row.level3, *middle, weight(row.weight), *scores, reason or NONE))


def scale(report: AssessmentReport, faces: Faces) -> Figure | None:
    """The total on the scale of grades."""
    if report.total is None:
        return None
    return Figure((Scale(report.total, report.grade, report.grade_bounds),), faces, 58)


def rates_figure(report: AssessmentReport, faces: Faces, number: int) -> Figure | None:
    """How much of its full marks each second-level indicator reached."""
    rows = []
    for name, group in report.groups("level2"):
        full = sum((row.weight for row in group), Decimal(0))
        score = report.counted_total(group)
        rows.append((name, score_rate(score, full), f"{points(score)}/{weight(full)}"))
    if not rows:
        return None
    title = f"图{number}　二级指标得分率（得分/权重）"
    return Figure((Rates(title, tuple(rows)),), faces, 34 + 19 * len(rows))


def ledger(report: AssessmentReport, faces: Faces, caption: str) -> Grid:
    """The ledger's own statement: one row per budget line."""
    columns = [
        Column("指标编号", 72),
        Column("指标文号"),
        Column("年度", _YEAR, _C),
        Column("资金来源", 68),
        Column("分录数", 40, _R),
        Column("指标额", _AMOUNT, _R),
        Column("支付额", _AMOUNT, _R),
    ]
    rows = [
        Row(
            (
                head.line,
                head.document or NONE,
                str(head.year),
                head.source,
                str(head.entries),
                head.allotted.wan_text(),
                head.paid.wan_text(),
            )
        )
        for head in report.heads
    ]
    allotted = Money.total(head.allotted for head in report.heads).wan_text()
    paid = Money.total(head.paid for head in report.heads).wan_text()
    entries = str(sum(head.entries for head in report.heads))
    rows.append(Row(("合计", "", "", "", entries, allotted, paid), RowKind.TOTAL))
    return Grid(columns, rows, faces, caption=caption, unit=WAN)


def chain_heads(report: AssessmentReport, faces: Faces, caption: str) -> Grid:
    """The head of each budget line's chain of hashes, in full."""
    columns = [Column("指标编号", 76), Column("链首校验值（SHA-256）", 0, _C)]
    rows = [Row((head.line, head.head)) for head in report.heads]
    return Grid(columns, rows, faces, caption=caption)
