"""What the system computes for an evaluation: figures with formula and evidence, or why there is none.

Basis: 项目支出绩效评价管理办法（财预〔2020〕10号）附件2: 资金到位率、预算执行率、实际完成率、完成及时性、
成本节约率.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from approvals.rules.evaluation import FigureKind
from approvals.rules.scoring import attainment, excess, mean, points_of, target_rate
from approvals.rules.stages import GOVERNMENT_STAGES, Stage
from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import Better

_PLACES = 10_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed figure.

    ``value`` is the rate itself (it may pass 1 or be negative), ``rate`` the share of the points it earns
    before capping; both ``None`` when it is not computable, and then ``note`` says why.  ``evidence`` are
    (what, figure) pairs to print.
    """

    kind: FigureKind
    value: Fraction | None
    rate: Fraction | None
    note: Message
    evidence: tuple[tuple[str, str], ...] = ()

    @property
    def stored_value(self) -> Decimal | None:
        """The rate with four decimals, half rounded away from zero."""
        if self.value is None:
            return None
        scaled = (abs(self.value) * 2 * _PLACES + 1) // 2
        return Decimal(int(scaled) if self.value >= 0 else -int(scaled)) / _PLACES

    def score(self, weight: Decimal) -> Decimal | None:
        """The points it earns of ``weight``; ``None`` when not computable."""
        return None if self.rate is None else points_of(weight, self.rate)


def percent_text(value: Fraction | Decimal) -> str:
    """A rate as printed: per cent with two decimals, half rounded away from zero."""
    scaled = int((abs(Fraction(value)) * 20_000 + 1) // 2)
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{scaled // 100}.{scaled % 100:02d}%"


def not_computable(kind: FigureKind, why: Message, evidence: tuple[tuple[str, str], ...] = ()) -> Figure:
    """The absence of a figure, with its reason; a person scores instead."""
    return Figure(kind, None, None, why, evidence)


def funds_in_place(received: Money, budget: Money) -> Figure:
    """资金到位率 = received / budget."""
    evidence = (("实际到位资金", str(received)), ("预算资金", str(budget)))
    if budget.fen <= 0:
        return not_computable(
            FigureKind.FUNDS_IN_PLACE, say("没有安排到本项目的预算资金，无法计算资金到位率"), evidence
        )
    rate = Fraction(received.fen, budget.fen)
    note = say("资金到位率 = 实际到位资金 ÷ 预算资金 = {rate}", rate=percent_text(rate))
    return Figure(FigureKind.FUNDS_IN_PLACE, rate, rate, note, evidence)


def execution_of_received(paid: Money, received: Money) -> Figure:
    """预算执行率 of an evaluation = paid / funds received."""
    evidence = (("实际支出资金", str(paid)), ("实际到位资金", str(received)))
    if received.fen <= 0:
        return not_computable(
            FigureKind.EXECUTION_OF_RECEIVED, say("没有到位资金，无法计算预算执行率"), evidence
        )
    rate = Fraction(paid.fen, received.fen)
    note = say("预算执行率 = 实际支出资金 ÷ 实际到位资金 = {rate}", rate=percent_text(rate))
    return Figure(FigureKind.EXECUTION_OF_RECEIVED, rate, rate, note, evidence)


def execution_of_budget(paid: Money, adjusted: Money, initial: Money) -> Figure:
    """预算执行率 of an annual self-evaluation = paid / the year's adjusted budget; the initial one beside."""
    evidence = [("全年执行数", str(paid)), ("全年预算数", str(adjusted)), ("年初预算数", str(initial))]
    if initial.fen > 0:
        evidence.append(("按年初预算数计", percent_text(Fraction(paid.fen, initial.fen))))
    if adjusted.fen <= 0:
        return not_computable(
            FigureKind.EXECUTION_OF_BUDGET, say("当年没有预算，无法计算预算执行率"), tuple(evidence)
        )
    rate = Fraction(paid.fen, adjusted.fen)
    note = say("预算执行率 = 全年执行数 ÷ 全年预算数 = {rate}", rate=percent_text(rate))
    return Figure(FigureKind.EXECUTION_OF_BUDGET, rate, rate, note, tuple(evidence))


@dataclass(frozen=True, slots=True)
class MilestoneFact:
    """A milestone: the day of its *first* baseline, and the day on which it was reached, if it was."""

    name: str
    planned: date
    actual: date | None

    def done(self, as_of: date) -> bool:
        """Whether it was reached by ``as_of``."""
        return self.actual is not None and self.actual <= as_of

    def counts(self, as_of: date) -> bool:
        """Whether it was due or reached by ``as_of``."""
        return self.planned <= as_of or self.done(as_of)


@dataclass(frozen=True, slots=True)
class TargetFact:
    """A performance target: a figure with its ``unit``, or words; what was achieved is of the same kind."""

    name: str
    target: Decimal | None = None
    actual: Decimal | None = None
    better: Better = Better.HIGHER
    unit: str = ""
    target_text: str = ""
    actual_text: str = ""

    @property
    def reached(self) -> Fraction | None:
        """How far it was reached, 1 being just reached; ``None`` when the figures do not say."""
        if self.target is None or self.actual is None:
            return None
        return attainment(self.target, self.actual, self.better)

    @property
    def text(self) -> str:
        """What was promised and what was achieved, in one line."""
        if self.target is None:
            found = self.actual_text or "未填"
            return str(say("目标：{target}；实际：{found}", target=self.target_text, found=found))
        found = "未填" if self.actual is None else f"{_plain(self.actual)}{self.unit}"
        target = f"{_plain(self.target)}{self.unit}"
        said = say(
            "目标{better} {target}，实际 {found}", better=self.better.label, target=target, found=found
        )
        return str(said)


def completion(milestones: Sequence[MilestoneFact], targets: Sequence[TargetFact], as_of: date) -> Figure:
    """实际完成率: what was done of what was planned; milestones due by ``as_of`` and quantity targets alike.

    A milestone counts 1 when reached, a target in proportion and at most 1; a person judges words.
    """
    due = [one for one in milestones if one.counts(as_of)]
    done = [Fraction(one.done(as_of)) for one in due]
    evidence = (
        ("到期里程碑", str(say("{due} 个，已完成 {done} 个", due=len(due), done=int(sum(done))))),
        *((one.name, one.text) for one in targets),
    )
    counted = [one for one in targets if one.target is not None]
    unknown = [one.name for one in counted if one.reached is None]
    if unknown:
        why = say("缺实际完成值：{names}", names="、".join(unknown))
        return not_computable(FigureKind.COMPLETION, why, evidence)
    rate = mean([*done, *(target_rate(one.reached or Fraction(0)) for one in counted)])
    if rate is None:
        why = say("没有到期的里程碑和以数字表示的数量指标，无法计算实际完成率")
        return not_computable(FigureKind.COMPLETION, why, evidence)
    note = say("实际完成率 = 实际产出 ÷ 计划产出 = {rate}", rate=percent_text(rate))
    return Figure(FigureKind.COMPLETION, rate, rate, note, evidence)


def timeliness(milestones: Sequence[MilestoneFact], start: date | None, as_of: date) -> Figure:
    """完成及时性: the mean over due milestones of 1 − delay ÷ planned duration, against the first baseline.

    The planned duration of a milestone runs from ``start`` to its first baseline, at least one day.  One that
    is overdue and not reached is late up to ``as_of``.  Being early earns no more than being on time.
    """
    due = [one for one in milestones if one.counts(as_of)]
    if start is None or not due:
        why = say("没有登记计划开工日期或到期的里程碑，无法计算完成及时性")
        return not_computable(FigureKind.TIMELINESS, why)
    evidence = []
    rates = []
    for one in due:
        reached = one.actual if one.actual and one.done(as_of) else None
        late = max(((reached or as_of) - one.planned).days, 0)
        planned_days = max((one.planned - start).days, 1)
        rates.append(max(1 - Fraction(late, planned_days), Fraction(0)))
        actual = reached.isoformat() if reached else say("尚未完成")
        delay = say("延误 {late} 天", late=late) if late else say("按期")
        promised = one.planned.isoformat()
        said = say(
            "首次基线 {promised}，实际 {actual}，{delay}", promised=promised, actual=actual, delay=delay
        )
        evidence.append((one.name, str(said)))
    rate = sum(rates, Fraction(0)) / len(rates)
    note = say(
        "完成及时率 = 各里程碑（1 − 延误天数 ÷ 计划天数）的平均 = {rate}（以首次基线为准）",
        rate=percent_text(rate),
    )
    return Figure(FigureKind.TIMELINESS, rate, rate, note, tuple(evidence))


def cost_saving(planned: Money | None, actual: Money | None) -> Figure:
    """成本节约率 = (planned − actual) / planned; costs within the plan earn all, an overrun less."""
    evidence = (
        ("计划成本", "未核定" if planned is None else str(planned)),
        ("实际成本", "未决算" if actual is None else str(actual)),
    )
    if planned is None or planned.fen <= 0:
        return not_computable(FigureKind.COST_SAVING, say("没有核定的计划成本，无法计算成本节约率"), evidence)
    if actual is None:
        return not_computable(FigureKind.COST_SAVING, say("尚未决算，无法计算成本节约率"), evidence)
    saved = Fraction(planned.fen - actual.fen, planned.fen)
    note = say("成本节约率 =（计划成本 − 实际成本）÷ 计划成本 = {rate}", rate=percent_text(saved))
    return Figure(FigureKind.COST_SAVING, saved, 1 + min(saved, Fraction(0)), note, evidence)


def procedure_followed(required: Sequence[str], present: Sequence[str]) -> Figure:
    """立项程序规范性: the share of the decisions required so far that are there."""
    missing = [name for name in required if name not in present]
    if not required:
        return not_computable(FigureKind.PROCEDURE, say("没有须经审批的环节，无法核对审批程序"))
    evidence = tuple((name, "缺" if name in missing else "有") for name in required)
    kept = Fraction(len(required) - len(missing), len(required))
    if missing:
        note = say("应有审批 {n} 项，缺：{names}", n=len(required), names="、".join(missing))
    else:
        note = say("应有审批 {n} 项，全部齐备", n=len(required))
    return Figure(FigureKind.PROCEDURE, kept, kept, note, evidence)


APPROVALS: tuple[tuple[Stage, str], ...] = (
    (Stage.INITIATION, "立项决定"),
    (Stage.APPRAISAL, "评估批复"),
    (Stage.ESTIMATE, "概算核定"),
    (Stage.ESTIMATE, "列入年度投资计划"),
    (Stage.ACCEPTANCE, "竣工验收"),
    (Stage.ACCEPTANCE, "竣工财务决算批复"),
)
"""The approvals of the government track, each with the stage that it closes."""


def approvals_required(stage: Stage) -> tuple[str, ...]:
    """The approvals that a project in ``stage`` must have; none on the filing track."""
    if stage not in GOVERNMENT_STAGES:
        return ()
    reached = GOVERNMENT_STAGES.index(stage)
    return tuple(name for closed, name in APPROVALS if GOVERNMENT_STAGES.index(closed) < reached)


@dataclass(frozen=True, slots=True)
class AdjustmentFact:
    """A change of the project, and whether it went through the procedure before it was made."""

    name: str
    in_order: bool


def adjustments_in_order(adjustments: Sequence[AdjustmentFact]) -> Figure:
    """调整手续完备: the share of changes decided or filed as R09 and R10 ask; no change is in order too."""
    if not adjustments:
        return Figure(FigureKind.ADJUSTMENTS, Fraction(1), Fraction(1), say("没有调整事项"))
    rate = Fraction(sum(one.in_order for one in adjustments), len(adjustments))
    evidence = tuple((one.name, "手续完备" if one.in_order else "手续不全") for one in adjustments)
    note = say("调整手续完备的占 {rate}", rate=percent_text(rate))
    return Figure(FigureKind.ADJUSTMENTS, rate, rate, note, evidence)


def targets_reached(kind: FigureKind, targets: Sequence[TargetFact]) -> Figure:
    """The mean attainment of the targets of one aspect or dimension, each at most 1.

    Far passed targets earn all here and are marked, because only a person can say that they were set too low.
    """
    evidence = tuple((one.name, _with_excess(one)) for one in targets)
    if not targets:
        return not_computable(kind, say("没有设定这一方面的绩效指标"))
    unknown = [one.name for one in targets if one.reached is None]
    if unknown:
        why = say("缺实际完成值，或须人工判断：{names}", names="、".join(unknown))
        return not_computable(kind, why, evidence)
    rate = mean(target_rate(one.reached or Fraction(0)) for one in targets) or Fraction(0)
    note = say("各项绩效指标完成率的平均（每项至多 100%）= {rate}", rate=percent_text(rate))
    return Figure(kind, rate, rate, note, evidence)


def _with_excess(target: TargetFact) -> str:
    if target.reached is None or not excess(target.reached):
        return target.text
    return str(
        say(
            "{told}（完成值为目标的 {reached}，如系目标设定偏低，按 {lowered} 计分）",
            told=target.text,
            reached=percent_text(target.reached),
            lowered=percent_text(target_rate(target.reached, set_too_low=True)),
        )
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
