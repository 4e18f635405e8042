"""The appraisal gate 先评估后建设: what a study must hold, who may score it, and when it has passed.

Basis: 规划四（六）“先评估后建设”, “做好项目前期可行性研究”.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from approvals.rules.book import OpenCondition, conditions_met, parameters, ruled
from approvals.rules.plan_gate import material_change
from portfolio.foundation.errors import Finding, Level, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier.check import RulebookLike
from portfolio.rules.dossier.checklist import checklist
from portfolio.rules.dossier.facts import Dossier
from portfolio.rules.dossier.words import Part

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """What the appraisal gate looks at: the study, and the proposal that was approved before it."""

    dossier: Dossier
    approved_proposal: Money | None
    approved_item: str
    conditions: tuple[OpenCondition, ...] = ()


def appraisal_gate(facts: StudyFacts, rulebook: RulebookLike) -> list[Finding]:
    """Every check of a feasibility study, passed and failed."""
    return [
        *checklist(facts.dossier, Part.FEASIBILITY, rulebook),
        *material_change(facts.approved_proposal, facts.approved_item, facts.dossier, rulebook),
        *conditions_met(facts.conditions, rulebook),
    ]


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    """An expert who is to score, and what ties the expert to the project."""

    name: str
    is_expert: bool
    organisation_id: int
    took_part: bool


def expert_findings(expert: ExpertFacts, party_ids: frozenset[int], rulebook: RulebookLike) -> list[Finding]:
    """Whether an expert may be assigned; ``party_ids`` are the owner and the organisations that take part."""
    qualified = ruled(
        rulebook,
        "APPRAISAL",
        expert.is_expert,
        say("{name}是评审专家", name=expert.name),
        say("{name}不是评审专家", name=expert.name),
        remedy=say("请从专家名单中选择"),
    )
    tied = expert.organisation_id in party_ids or expert.took_part
    conflict = ruled(
        rulebook,
        "CONFLICT",
        not tied,
        say("{name}与项目没有利害关系", name=expert.name),
        say("{name}与项目有利害关系，应当回避", name=expert.name),
        remedy=say("请另选与申报、参建单位无关的专家"),
    )
    return [*qualified, *conflict]


@dataclass(frozen=True, slots=True)
class ScoreFact:
    """What one expert gave, 0 to 100; ``None`` while the expert has not scored."""

    expert: str
    score: int | None
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class PanelResult:
    """The panel's figures: experts counted, mean (one decimal) and spread in points, the mark to reach."""

    experts: int
    mean: Decimal | None
    spread: Decimal | None
    experts_needed: int
    pass_mark: int

    @property
    def passed(self) -> bool:
        """Whether enough experts gave enough points."""
        return self.experts >= self.experts_needed and self.mean is not None and self.mean >= self.pass_mark


def panel_result(scores: Sequence[ScoreFact], rulebook: RulebookLike) -> PanelResult:
    """Mean (to one decimal) and spread (highest less lowest) of the scores given without conflict."""
    rule = parameters(rulebook, "APPRAISAL")
    given = [fact.score for fact in scores if fact.score is not None and not fact.conflict]
    mean = spread = None
    if given:
        mean = (Decimal(sum(given)) / len(given)).quantize(_TENTH, ROUND_HALF_UP)
        spread = Decimal(max(given) - min(given))
    return PanelResult(len(given), mean, spread, rule["experts_min"], rule["pass_points"])


def panel_gate(scores: Sequence[ScoreFact], rulebook: RulebookLike) -> list[Finding]:
    """Whether the panel may be concluded, and whether it passed; the last finding is the result (R02)."""
    result = panel_result(scores, rulebook)
    waiting = [fact.expert for fact in scores if fact.score is None and not fact.conflict]
    everybody = ruled(
        rulebook,
        "PANEL",
        not waiting,
        say("专家均已打分"),
        say("尚有专家未打分：{names}", names="、".join(waiting)),
        remedy=say("请催促专家打分"),
    )
    enough = ruled(
        rulebook,
        "PANEL",
        result.experts >= result.experts_needed,
        say("评审专家人数符合要求"),
        say("有效打分的专家人数不足"),
        figure=say("{n}人", n=result.experts),
        limit=say("至少{n}人", n=result.experts_needed),
        remedy=say("请增派专家"),
    )
    return [*everybody, *enough, *_spread(result, rulebook), *passed_mark(result, rulebook)]


def passed_mark(result: PanelResult, rulebook: RulebookLike) -> list[Finding]:
    """R02: the mean reaches the pass mark; with too few scores nobody knows yet."""
    known = result.experts >= result.experts_needed
    return ruled(
        rulebook,
        "R02",
        result.passed,
        say("专家评审通过"),
        say("专家评审未通过") if known else say("评分不足，尚不能判定是否通过"),
        figure=say("平均{mean}分", mean=result.mean if result.mean is not None else "—"),
        limit=say("{mark}分", mark=result.pass_mark),
        remedy=say("请按专家意见修改可行性研究报告后重新报送")
        if known
        else say("请待专家评分齐备后再下结论"),
    )


def _spread(result: PanelResult, rulebook: RulebookLike) -> list[Finding]:
    """A wide spread is shown to whoever decides; it stops nobody."""
    widest = parameters(rulebook, "APPRAISAL")["spread_points"]
    rule = rulebook.rule("APPRAISAL")
    if result.spread is None or rule is None:
        return []
    good = result.spread <= widest
    what = say("专家意见较为一致") if good else say("专家打分差距较大")
    figure, limit = say("相差{n}分", n=result.spread), say("{n}分", n=widest)
    remedy = None if good else say("请在结论中说明分歧所在")
    return [Finding("SPREAD", good, what, rule.basis, Level.WARN, figure, limit, remedy)]
