"""The estimate gate: the approved investment holds the estimate, and nothing is listed or built before both.

Basis: 发改委令第55号第十三条; 《政府投资条例》第十二条、第十七条.
"""

from __future__ import annotations

from dataclasses import dataclass

from approvals.rules.book import OpenCondition, conditions_met, parameters, plus_percent, ruled
from approvals.rules.evaluation import Grade
from portfolio.foundation.errors import Finding, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier.check import RulebookLike
from portfolio.rules.dossier.checklist import checklist
from portfolio.rules.dossier.facts import Dossier
from portfolio.rules.dossier.words import Part


@dataclass(frozen=True, slots=True)
class DesignFacts:
    """What the estimate gate looks at: the design, and the investment that the appraisal approved."""

    dossier: Dossier
    approved_investment: Money | None
    conditions: tuple[OpenCondition, ...] = ()


def estimate_gate(facts: DesignFacts, rulebook: RulebookLike) -> list[Finding]:
    """Every check of a preliminary design and its estimate, passed and failed."""
    return [
        *checklist(facts.dossier, Part.DESIGN, rulebook),
        *against_approved(
            facts.dossier.estimate_total,
            facts.approved_investment,
            facts.dossier.estimate_explanation,
            rulebook,
        ),
        *conditions_met(facts.conditions, rulebook),
    ]


def against_approved(
    estimate: Money, approved: Money | None, explanation: str, rulebook: RulebookLike
) -> list[Finding]:
    """R02, R04, R05: an estimate needs an appraisal; above it, an explanation; far above, a new study."""
    appraised = ruled(
        rulebook,
        "R02",
        approved is not None,
        say("已通过评估并批复"),
        say("尚未通过评估，不得核定概算"),
        remedy=say("请先完成评估"),
    )
    if approved is None:
        return appraised
    over = estimate > approved
    figure = say("{estimate}", estimate=estimate)
    return [
        *appraised,
        *_within_tenth(estimate, approved, rulebook),
        *ruled(
            rulebook,
            "R05",
            not over or bool(explanation),
            say("概算未超过批复投资") if not over else say("概算超过批复投资，已作说明"),
            say("概算超过批复投资，未作说明"),
            figure=figure,
            limit=say("{approved}", approved=approved),
            remedy=say("请以独立章节定量说明调整的内容和理由"),
        ),
    ]


def _within_tenth(estimate: Money, approved: Money, rulebook: RulebookLike) -> list[Finding]:
    if rulebook.rule("R04") is None:
        return []
    percent = parameters(rulebook, "R04")["limit_percent"]
    limit = plus_percent(approved, percent)
    return ruled(
        rulebook,
        "R04",
        estimate <= limit,
        say("概算在批复投资的{percent}%以内", percent=100 + percent),
        say("概算超过批复投资{percent}%以上", percent=percent),
        figure=say("{estimate}", estimate=estimate),
        limit=say("{limit}", limit=limit),
        remedy=say("请压减概算，或重报可行性研究报告"),
    )


@dataclass(frozen=True, slots=True)
class BuildFacts:
    """What the build gate asks: each of the things that must have come before."""

    appraised: bool
    estimate_fixed: bool
    in_annual_plan: bool
    year: int
    allotted: Money
    conditions: tuple[OpenCondition, ...] = ()


def build_gate(facts: BuildFacts, rulebook: RulebookLike) -> list[Finding]:
    """Whether construction may start: appraised, fixed, planned, paid for, and every condition met."""
    return [
        *ruled(
            rulebook,
            "R02",
            facts.appraised,
            say("已通过评估"),
            say("未通过评估，不得开工建设"),
            remedy=say("请先完成评估"),
        ),
        *ruled(
            rulebook,
            "BUILD",
            facts.estimate_fixed,
            say("概算已核定"),
            say("概算尚未核定，不得开工建设"),
            remedy=say("请报投资主管部门核定概算"),
        ),
        *ruled(
            rulebook,
            "R07",
            facts.in_annual_plan,
            say("已列入{year}年度投资计划", year=facts.year),
            say("未列入{year}年度投资计划", year=facts.year),
            remedy=say("请申请列入年度投资计划，报领导小组审定"),
        ),
        *ruled(
            rulebook,
            "ALLOTMENT",
            facts.allotted > Money.ZERO,
            say("本年资金指标已下达"),
            say("本年资金指标尚未下达"),
            figure=say("{allotted}", allotted=facts.allotted),
            remedy=say("请财政主管部门下达指标"),
        ),
        *conditions_met(facts.conditions, rulebook),
    ]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is to be listed for a year and source, against what the project asks for.

    ``grades`` are the latest final grades of the owner's earlier projects, by name.
    """

    amount: Money
    asked: Money
    grades: tuple[tuple[str, Grade], ...]


def cut(listing: Listing, rulebook: RulebookLike) -> list[Finding]:
    """CUT, with the grades that R18 names: a unit that was graded 中 gets less than it asks for.

    Before construction alone: what is under contract is owed.
    """
    limit = cut_limit(listing.asked, listing.grades, rulebook)
    if limit is None:
        return []
    percent = parameters(rulebook, "CUT")["percent"]
    named = _cut_by(listing.grades, rulebook)
    return ruled(
        rulebook,
        "CUT",
        listing.amount <= limit,
        say("已按评价结果核减年度投资"),
        say(
            "本单位有项目评价等级为中（{names}），年度投资须核减 {percent}%",
            names="、".join(named),
            percent=percent,
        ),
        figure=say("{amount}", amount=listing.amount),
        limit=say("{limit}", limit=limit),
        remedy=say("请压减年度投资，或由领导小组批准例外"),
    )


def cut_limit(asked: Money, grades: tuple[tuple[str, Grade], ...], rulebook: RulebookLike) -> Money | None:
    """The most that may be listed of what is asked for, where CUT cuts it; ``None`` where it does not."""
    rule = rulebook.rule("CUT")
    if rule is None or asked <= Money.ZERO or not _cut_by(grades, rulebook):
        return None
    return asked.share(100 - rule.parameters["percent"], 100)


def _cut_by(grades: tuple[tuple[str, Grade], ...], rulebook: RulebookLike) -> list[str]:
    """The earlier projects whose grades demand the cut."""
    grading = rulebook.rule("R18")
    if grading is None:
        return []
    return [name for name, grade in grades if grade.value in grading.parameters["cut_grades"]]


def annual_plan_gate(*, appraised: bool, estimate_fixed: bool, rulebook: RulebookLike) -> list[Finding]:
    """R07: only what is appraised, or has its estimate fixed, is listed in an annual investment plan."""
    return ruled(
        rulebook,
        "R07",
        appraised or estimate_fixed,
        say("可行性研究报告已批准或概算已核定"),
        say("可行性研究报告未批准且概算未核定，不得列入年度投资计划"),
        remedy=say("请先完成评估"),
    )
