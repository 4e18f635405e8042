"""Assessment on 100 points: instruments, weights, scores, grades, and the way from draft to final.

Instruments are data (``approvals/data/instruments.json``); an evaluation freezes the one that it was opened
with, weights included.  Points have two decimals and are rounded half up.

Basis: 项目支出绩效评价管理办法（财预〔2020〕10号）and its 附件2; before it the plan's own 四（二）、四（六）.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from approvals.rules.scoring import FULL_MARKS, two_places
from portfolio.foundation.errors import Finding, Invalid, Refused, refuse_unless, say
from portfolio.foundation.roles import Role
from portfolio.rules.labelled import Labelled

EVALUATORS = (Role.INFORMATIZATION, Role.FINANCE)
"""The authorities that evaluate, and take in what a unit reports of itself."""


class EvaluationKind(Labelled):
    """The three instruments."""

    ANNUAL_SELF = "annual_self", "年度自评"
    POST_REPORT = "post_report", "后评价自评报告"
    EVALUATION = "evaluation", "部门（财政）评价"

    @property
    def by_the_unit(self) -> bool:
        """Whether the unit's own scores count; such a grade never moves money (R18)."""
        return self is not EvaluationKind.EVALUATION


class EvaluationState(Labelled):
    """How far an evaluation is."""

    DRAFT = "draft", "评分中"
    SUBMITTED = "submitted", "已提交"
    EXCHANGED = "exchanged", "已交换意见"
    FINAL = "final", "已定稿"


class EvaluationAct(Labelled):
    """What moves an evaluation, or may be done to it where it stands."""

    ASSIGN = "assign", "指派评价人员"
    COMPUTE = "compute", "自动计算"
    SELF_SCORE = "self_score", "自评打分"
    EVALUATE = "evaluate", "评价打分"
    WRITE = "write", "撰写报告文字"
    SUBMIT = "submit", "提交"
    SEND_BACK = "send_back", "退回"
    EXCHANGE = "exchange", "交换意见"
    FINALISE = "finalise", "定稿"


class Section(Labelled):
    """What people write in the report, by the official outline (财预〔2020〕10号附件3)."""

    OBJECTIVES = "objectives", "绩效目标"
    PURPOSE = "purpose", "评价目的、对象和范围"
    METHOD = "method", "评价原则、指标体系、方法和标准"
    PROCESS = "process", "评价工作过程"
    CONCLUSION = "conclusion", "综合评价情况及结论"
    DECISION = "decision", "决策情况分析"
    MANAGEMENT = "management", "过程情况分析"
    OUTPUT = "output", "产出情况分析"
    BENEFIT = "benefit", "效益情况分析"
    PRACTICES = "practices", "主要经验及做法"
    PROBLEMS = "problems", "存在的问题及原因分析"
    SUGGESTIONS = "suggestions", "有关建议"
    OTHER = "other", "其他需要说明的问题"


_LONGEST_SECTION = 20_000


def check_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts by section, trimmed, one paragraph to a line; raises ``Invalid`` by section."""
    problems = {}
    cleaned = {}
    for name, text in texts.items():
        if name not in list(Section):
            problems[str(name)] = say("报告提纲没有这一部分")
        elif not isinstance(text, str) or not _printable(text):
            problems[str(name)] = say("须为文字，不含不能显示的字符")
        elif len(text) > _LONGEST_SECTION:
            problems[str(name)] = say("文字过长，至多{longest}字", longest=_LONGEST_SECTION)
        else:
            cleaned[str(name)] = "\n".join(filter(None, (line.strip() for line in text.splitlines())))
    if problems or not texts:
        raise Invalid(problems or {"texts": say("没有给出任何文字")})
    return cleaned


def _printable(text: str) -> bool:
    return all(unicodedata.category(character)[0] != "C" or character in "\n\r\t" for character in text)


_D, _S, _E, _F = EvaluationState
_SELF_REPORT = {
    (_D, EvaluationAct.COMPUTE): _D,
    (_D, EvaluationAct.SELF_SCORE): _D,
    (_D, EvaluationAct.WRITE): _D,
    (_D, EvaluationAct.SUBMIT): _S,
    (_S, EvaluationAct.SEND_BACK): _D,
    (_S, EvaluationAct.FINALISE): _F,
}
_EVALUATION = {
    (_D, EvaluationAct.ASSIGN): _D,
    (_D, EvaluationAct.COMPUTE): _D,
    (_D, EvaluationAct.SELF_SCORE): _D,
    (_D, EvaluationAct.EVALUATE): _D,
    (_D, EvaluationAct.WRITE): _D,
    (_D, EvaluationAct.SUBMIT): _S,
    (_S, EvaluationAct.SEND_BACK): _D,
    (_S, EvaluationAct.EXCHANGE): _E,
    (_E, EvaluationAct.EVALUATE): _E,
    (_E, EvaluationAct.WRITE): _E,
    (_E, EvaluationAct.FINALISE): _F,
}
TRANSITIONS: Mapping[EvaluationKind, Mapping[tuple[EvaluationState, EvaluationAct], EvaluationState]] = {
    EvaluationKind.ANNUAL_SELF: _SELF_REPORT,
    EvaluationKind.POST_REPORT: _SELF_REPORT,
    EvaluationKind.EVALUATION: _EVALUATION,
}
"""Which act leads from which state to which; everything else is refused."""


def next_state(kind: EvaluationKind, state: EvaluationState, act: EvaluationAct) -> EvaluationState:
    """Where ``act`` leads; raises ``Refused`` (EV_STATE) when it is not possible in this state."""
    allowed = TRANSITIONS[kind]
    if (state, act) in allowed:
        return allowed[state, act]
    possible = "、".join(one.label for at, one in allowed if at is state) or "无"
    raise Refused(
        [
            Finding(
                code="EV_STATE",
                passed=False,
                what=say(
                    "{kind}当前为“{state}”，不能{act}", kind=kind.label, state=state.label, act=act.label
                ),
                basis="绩效评价程序：评分—提交—交换意见—定稿，定稿后不再改动",
                remedy=say("此时可办理：{possible}", possible=possible),
            )
        ]
    )


class Grade(Labelled):
    """The grade of a total (财预〔2020〕10号)."""

    EXCELLENT = "excellent", "优"
    GOOD = "good", "良"
    FAIR = "fair", "中"
    POOR = "poor", "差"


GRADE_FLOORS = ((Grade.EXCELLENT, 90), (Grade.GOOD, 80), (Grade.FAIR, 60), (Grade.POOR, 0))
"""The least points of each grade, best first; repeated by ``ck_evaluation_grade``."""


def grade_of(total: Decimal) -> Grade:
    """The grade of a total of 0 to 100 points; raises ``ValueError`` for others."""
    if not 0 <= total <= FULL_MARKS:
        raise ValueError(f"a total of {total} points")
    return next(grade for grade, floor in GRADE_FLOORS if total >= floor)


class FigureKind(StrEnum):
    """What the system can compute about an indicator."""

    FUNDS_IN_PLACE = "funds_in_place"
    EXECUTION_OF_RECEIVED = "execution_of_received"
    EXECUTION_OF_BUDGET = "execution_of_budget"
    COMPLETION = "completion"
    TIMELINESS = "timeliness"
    COST_SAVING = "cost_saving"
    PROCEDURE = "procedure"
    ADJUSTMENTS = "adjustments"
    TARGETS_QUANTITY = "targets_quantity"
    TARGETS_QUALITY = "targets_quality"
    TARGETS_TIMELINESS = "targets_timeliness"
    TARGETS_COST = "targets_cost"
    TARGETS_BENEFIT = "targets_benefit"
    TARGETS_SATISFACTION = "targets_satisfaction"


@dataclass(frozen=True, slots=True)
class IndicatorDefinition:
    """A third-level indicator: its place, its ``weight`` in points, and what to look at (``questions``).

    ``figure`` is what the system computes for it; with ``evidence_only`` that figure answers one of several
    questions, so it is shown and a person scores.
    """

    code: str
    level1: str
    level2: str
    name: str
    weight: Decimal
    figure: FigureKind | None = None
    evidence_only: bool = False
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WeightRule:
    """The first-level groups ``level1`` together weigh at least ``least`` and at most ``most`` points."""

    level1: tuple[str, ...]
    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument: indicators in order, rules on their weights, and the basis in force from each day."""

    kind: EvaluationKind
    title: str
    bases: tuple[tuple[date, str], ...]
    weight_rules: tuple[WeightRule, ...]
    indicators: tuple[IndicatorDefinition, ...]

    @property
    def weights(self) -> dict[str, Decimal]:
        """Points by indicator code."""
        return {indicator.code: indicator.weight for indicator in self.indicators}

    @property
    def basis(self) -> str:
        """The latest basis; of an instrument taken ``on`` a day, the one in force on that day."""
        return max(self.bases)[1]

    def on(self, day: date) -> Instrument:
        """This instrument with the basis in force on ``day`` alone, the first one for days before it."""
        past = [row for row in self.bases if row[0] <= day]
        return replace(self, bases=(max(past) if past else min(self.bases),))

    def weighing(self, weights: Mapping[str, Decimal]) -> Instrument:
        """This instrument under other weights; raises ``Refused`` when they break its rules.

        ``weights`` may name some indicators only; the others keep theirs.
        """
        chosen = {**self.weights, **weights}
        refuse_unless(weight_findings(self, chosen))
        return replace(
            self, indicators=tuple(replace(one, weight=chosen[one.code]) for one in self.indicators)
        )


def weight_findings(instrument: Instrument, weights: Mapping[str, Decimal]) -> list[Finding]:
    """The checks on a set of weights: known indicators, each above 0 in whole hundredths, groups, sum 100."""
    basis = instrument.basis
    known = instrument.weights
    odd = sorted(code for code in weights.keys() ^ known.keys())
    bad = sorted(code for code, value in weights.items() if not (two_places(value) and 0 < value <= 100))
    usable = {code: value for code, value in weights.items() if code not in bad}
    total = sum(usable.values(), Decimal(0))
    findings = [
        Finding(
            "EV_WEIGHT_CODES",
            not odd,
            say("权重与指标体系一一对应"),
            basis,
            figure=say("{codes}", codes="、".join(odd)) if odd else None,
            remedy=say("请按指标编码逐项设定权重"),
        ),
        Finding(
            "EV_WEIGHT_VALUES",
            not bad,
            say("每项权重大于 0，至多两位小数"),
            basis,
            figure=say("{codes}", codes="、".join(bad)) if bad else None,
            remedy=say("请更正所列指标的权重"),
        ),
        Finding(
            "EV_WEIGHT_SUM",
            total == FULL_MARKS,
            say("权重合计为 100 分"),
            basis,
            figure=say("{total} 分", total=total),
            limit=say("100 分"),
            remedy=say("请调整权重，使合计为 100 分"),
        ),
    ]
    return findings + [_group_finding(instrument, rule, usable, basis) for rule in instrument.weight_rules]


def _group_finding(
    instrument: Instrument, rule: WeightRule, weights: Mapping[str, Decimal], basis: str
) -> Finding:
    members = [one.code for one in instrument.indicators if one.level1 in rule.level1]
    total = sum((weights.get(code, Decimal(0)) for code in members), Decimal(0))
    limit = (
        say("{points} 分", points=rule.least)
        if rule.least == rule.most
        else say("{least} 至 {most} 分", least=rule.least, most=rule.most)
    )
    return Finding(
        "EV_WEIGHT_GROUP",
        rule.least <= total <= rule.most,
        say("“{groups}”的权重合计", groups="、".join(rule.level1)),
        basis,
        figure=say("{total} 分", total=total),
        limit=limit,
        remedy=say("请调整该组指标的权重"),
    )


def read_instrument(data: Mapping[str, Any]) -> Instrument:
    """An instrument from its data, shipped or frozen; raises ``Refused`` when its weights break its rules."""
    instrument = Instrument(
        kind=EvaluationKind(data["kind"]),
        title=data["title"],
        bases=tuple((date.fromisoformat(row["from"]), row["text"]) for row in data["bases"]),
        weight_rules=tuple(
            WeightRule(tuple(row["level1"]), Decimal(row["least"]), Decimal(row["most"]))
            for row in data["weight_rules"]
        ),
        indicators=tuple(_read_indicator(row) for row in data["indicators"]),
    )
    if len(instrument.weights) != len(instrument.indicators):
        raise ValueError(f"{instrument.kind}: an indicator code occurs twice")
    refuse_unless(weight_findings(instrument, instrument.weights))
    return instrument


def _read_indicator(row: Mapping[str, Any]) -> IndicatorDefinition:
    return IndicatorDefinition(
        code=row["code"],
        level1=row["level1"],
        level2=row["level2"],
        name=row["name"],
        weight=Decimal(row["weight"]),
        figure=FigureKind(row["figure"]) if row.get("figure") else None,
        evidence_only=row.get("evidence_only", False),
        questions=tuple(row.get("questions", ())),
    )


def instrument_data(instrument: Instrument) -> dict[str, Any]:
    """The instrument as plain values: what ``read_instrument`` reads back as itself."""
    return {
        "kind": instrument.kind.value,
        "title": instrument.title,
        "bases": [{"from": start.isoformat(), "text": text} for start, text in instrument.bases],
        "weight_rules": [
            {"level1": list(rule.level1), "least": str(rule.least), "most": str(rule.most)}
            for rule in instrument.weight_rules
        ],
        "indicators": [
            {
                "code": one.code,
                "level1": one.level1,
                "level2": one.level2,
                "name": one.name,
                "weight": str(one.weight),
                "figure": one.figure.value if one.figure else None,
                "evidence_only": one.evidence_only,
                "questions": list(one.questions),
            }
            for one in instrument.indicators
        ],
    }
