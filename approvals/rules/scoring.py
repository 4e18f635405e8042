"""Points: what a rate earns, what a score may be, and what it must say for itself.

Basis: 项目支出绩效评价管理办法（财预〔2020〕10号）: 定量指标达标满分、未达标按比例、设值明显偏低的扣减;
定性指标分三档 100–80%（含）、80–60%（含）、60–0%.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portfolio.foundation.errors import Finding, Invalid, Message, Refused, say
from portfolio.rules.dossier import Better
from portfolio.rules.labelled import Labelled

FULL_MARKS = Decimal(100)
EXCESS_TOLERATED = Fraction(3, 10)
"""How far a target may be passed before its having been set too low costs points."""
_CENT = Decimal("0.01")
_ABSURD = 10**9


def two_places(value: Decimal) -> bool:
    """Whether a value is finite, no absurdity, and has at most two decimals."""
    return value.is_finite() and abs(value) < _ABSURD and value == round(value, 2)


def round_points(exact: Fraction) -> Decimal:
    """Points of at least 0 with two decimals, half a hundredth rounded up."""
    return Decimal(int((exact * 200 + 1) // 2)) * _CENT


def points_of(weight: Decimal, rate: Fraction) -> Decimal:
    """What ``rate`` (1 is all) earns of ``weight`` points: nothing below 0, and never more than all."""
    return round_points(Fraction(weight) * min(max(rate, Fraction(0)), Fraction(1)))


def attainment(target: Decimal, actual: Decimal, better: Better) -> Fraction | None:
    """How far a target was reached, 1 being just reached; ``None`` where a ratio says nothing.

    Where lower is better the ratio is turned round.  Zero and negative figures have no ratio: the comparison
    alone decides, and what misses a target other than zero is left to a person.
    """
    reached = actual >= target if better is Better.HIGHER else actual <= target
    part, whole = (actual, target) if better is Better.HIGHER else (target, actual)
    if whole <= 0 or part < 0:
        return Fraction(1) if reached else None
    return Fraction(part) / Fraction(whole)


def excess(attained: Fraction) -> Fraction:
    """By how much ``attained`` passes the target beyond what is tolerated; 0 when it does not."""
    return max(attained - 1 - EXCESS_TOLERATED, Fraction(0))


def target_rate(attained: Fraction, *, set_too_low: bool = False) -> Fraction:
    """The share of its points that a quantitative target earns.

    Reached: all; not reached: in proportion; far above because it had been ``set_too_low`` (a person says
    so): less by the excess over what is tolerated.
    """
    rate = min(max(attained, Fraction(0)), Fraction(1))
    return max(rate - excess(attained), Fraction(0)) if set_too_low else rate


class Band(Labelled):
    """The three bands of a qualitative indicator."""

    REACHED = "reached", "达成预期"
    PARTLY = "partly", "部分达成并具有一定效果"
    MISSED = "missed", "未达成且效果较差"


BAND_FLOORS = ((Band.REACHED, 80), (Band.PARTLY, 60), (Band.MISSED, 0))
"""The least per cent of the weight in each band, best first."""


def band_of(score: Decimal, weight: Decimal) -> Band:
    """The band in which a score lies."""
    return next(band for band, floor in BAND_FLOORS if score * 100 >= weight * floor)


@dataclass(frozen=True, slots=True)
class ScoreInput:
    """A score as somebody gives it: points, the reason, and where the evidence is.

    ``band`` is the judgement of a qualitative indicator; when given, the points must lie in it.
    """

    score: Decimal
    reason: str = ""
    evidence: str = ""
    band: Band | None = None


def check_scores(
    entries: Mapping[str, ScoreInput],
    weights: Mapping[str, Decimal],
    computed: Mapping[str, Decimal | None],
) -> None:
    """Raise ``Invalid`` naming, by indicator code, every score that cannot be taken.

    Unknown indicator; more than two decimals; below 0 or above the weight; outside its band; or without a
    reason although it is not the computed score.
    """
    if not entries:
        raise Invalid({"scores": say("没有给出任何评分")})
    problems = {
        code: problem
        for code, entry in entries.items()
        if (problem := _problem(entry, weights.get(code), computed.get(code))) is not None
    }
    if problems:
        raise Invalid(problems)


def _problem(entry: ScoreInput, weight: Decimal | None, computed: Decimal | None) -> Message | None:
    if weight is None:
        return say("本次评价没有这项指标")
    if not two_places(entry.score):
        return say("评分应为至多两位小数的数")
    if not 0 <= entry.score <= weight:
        return say("评分 {score} 不在 0 至 {weight} 分之间", score=entry.score, weight=weight)
    if entry.band is not None and entry.band is not band_of(entry.score, weight):
        return say("评分 {score} 不在“{band}”一档", score=entry.score, band=entry.band.label)
    if not entry.reason.strip() and entry.score != computed:
        return say("非系统计算的评分须说明理由")
    return None


def total_of(scores: Mapping[str, Decimal | None], names: Mapping[str, str]) -> Decimal:
    """The sum of the counted scores; raises ``Refused`` (EV_UNSCORED) naming what has none."""
    missing = [names.get(code, code) for code, score in scores.items() if score is None]
    if missing or not scores:
        raise Refused(
            [
                Finding(
                    code="EV_UNSCORED",
                    passed=False,
                    what=say("还有{n}项指标没有评分", n=len(missing)),
                    basis="绩效评估制度：各项指标均须评分，才能汇总定级",
                    figure=say("{names}", names="、".join(missing)),
                    remedy=say("请逐项评分并说明理由；系统不能计算的指标由人工评分"),
                )
            ]
        )
    return sum((score for score in scores.values() if score is not None), Decimal(0))


def mean(rates: Iterable[Fraction]) -> Fraction | None:
    """The plain mean; ``None`` of nothing."""
    listed = tuple(rates)
    return sum(listed, Fraction(0)) / len(listed) if listed else None
