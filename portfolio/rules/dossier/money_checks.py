"""Checks of a dossier's money: estimate, funding, and the rates of the estimate standard 概算标准."""

from __future__ import annotations

from portfolio.foundation.errors import Finding, Level, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier.check import RulebookLike, RuleLike, finding
from portfolio.rules.dossier.facts import Dossier
from portfolio.rules.dossier.words import CostCategory

BUILDING = (
    CostCategory.CIVIL_WORKS,
    CostCategory.HARDWARE,
    CostCategory.SYSTEM_SOFTWARE,
    CostCategory.APPLICATION_SOFTWARE,
    CostCategory.INTEGRATION,
)
"""What is built, as against what it costs to have it built; the base of the management rate."""

EQUIPMENT = (CostCategory.HARDWARE, CostCategory.SYSTEM_SOFTWARE)
"""The base of the integration rate."""


def estimate(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    """There is an estimate, line by line."""
    return [
        finding(
            "ESTIMATE",
            bool(dossier.estimate),
            say("已编列投资明细{n}项", n=len(dossier.estimate)),
            say("未编列投资明细"),
            remedy=say("请按费用类别逐项填列"),
            figure=say("{total}", total=dossier.estimate_total),
        )
    ]


def funding_sum(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    """Where the money comes from is exactly what is asked for."""
    funding, wanted = dossier.funding_total, dossier.estimate_total
    check_both = say("请核对资金来源和投资明细，相差 {gap}", gap=wanted - funding)
    return [
        finding(
            "FUNDING_SUM",
            bool(dossier.funding) and funding == wanted,
            say("资金来源合计等于投资合计"),
            say("资金来源合计与投资合计不等") if dossier.funding else say("未填列资金来源"),
            remedy=check_both if dossier.funding else say("请按来源和年度逐行填列"),
            figure=say("{funding}", funding=funding),
            limit=say("{wanted}", wanted=wanted),
        )
    ]


def funding_start(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    """No money is planned for a year before the project starts."""
    if dossier.planned_start is None or not dossier.funding:
        return []
    start = dossier.planned_start.year
    first = min(line.year for line in dossier.funding)
    return [
        finding(
            "FUNDING_START",
            first >= start,
            say("资金年度不早于开工年度"),
            say("资金年度早于开工年度"),
            remedy=say("请调整资金年度或计划开工时间"),
            figure=say("{year}年", year=first),
            limit=say("{year}年", year=start),
        )
    ]


def funding_period(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    """Money outside the plan's years is allowed, but must be seen."""
    item = dossier.plan_item
    if item is None or not dossier.funding:
        return []
    first, last = item.plan_from_year, item.plan_to_year
    outside = sorted({line.year for line in dossier.funding if not first <= line.year <= last})
    return [
        finding(
            "FUNDING_PERIOD",
            not outside,
            say("资金年度均在规划期内"),
            say("部分资金年度在规划期外"),
            level=Level.WARN,
            figure=say("{years}年", years="、".join(str(year) for year in outside)) if outside else None,
            limit=say("{first}—{last}年", first=first, last=last),
            remedy=say("请说明规划期外资金的安排"),
        )
    ]


def no_fiscal_money(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    """A filed project takes no fiscal money."""
    fiscal = Money.total(line.amount for line in dossier.funding if line.source.fiscal)
    return [
        finding(
            "FISCAL_SOURCES",
            not fiscal,
            say("备案项目未使用财政资金"),
            say("备案项目不得使用财政资金"),
            basis="财政资金项目须按政府投资程序审批",
            remedy=say("需要财政资金的，请改按政府投资项目申报"),
            figure=say("{fiscal}", fiscal=fiscal) if fiscal else None,
        )
    ]


def building_costs(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    """A design's estimate is broken down by category, not written as one lump of other costs."""
    building = dossier.cost_of(BUILDING)
    return [
        finding(
            "CATEGORIES",
            bool(building),
            say("概算按费用类别编列"),
            say("概算未编列工程、设备、软件或集成费用"),
            remedy=say("请按费用类别分列，不以“其他”笼统编报"),
            figure=say("{building}", building=building),
        )
    ]


def rates(dossier: Dossier, rulebook: RulebookLike) -> list[Finding]:
    """The rates of the estimate standard 概算标准 (rule ``RATES``); what is not charged is not checked."""
    rule = rulebook.rule("RATES")
    if rule is None:
        return []
    everything_else = [category for category in CostCategory if category is not CostCategory.CONTINGENCY]
    bases = (
        ("INTEGRATION", CostCategory.INTEGRATION, EQUIPMENT),
        ("MANAGEMENT", CostCategory.MANAGEMENT, BUILDING),
        ("CONTINGENCY", CostCategory.CONTINGENCY, everything_else),
    )
    findings = []
    for name, category, base_categories in bases:
        charged, base = dossier.cost_of([category]), dossier.cost_of(base_categories)
        if charged and base:
            lowest = rule.parameters.get(f"{name.lower()}_min_percent", 0)
            highest = rule.parameters[f"{name.lower()}_max_percent"]
            findings.append(_rate(name, category, charged, base, lowest, highest, rule))
    return findings


def _rate(
    name: str,
    category: CostCategory,
    charged: Money,
    base: Money,
    lowest: int,
    highest: int,
    rule: RuleLike,
) -> Finding:
    """Whether a cost lies between two whole per cents of its base."""
    passed = lowest * base.fen <= 100 * charged.fen <= highest * base.fen
    percent = f"{(charged.ratio_to(base) or 0) * 100:.2f}%"
    return finding(
        f"RATE_{name}",
        passed,
        say("{category}费率在概算标准之内", category=category.label),
        say("{category}费率超出概算标准的范围", category=category.label),
        basis=rule.basis,
        level=rule.level,
        remedy=say("请核对取费，或在报告中说明理由"),
        figure=say("{charged}，占{percent}", charged=charged, percent=percent),
        limit=say("{lowest}%—{highest}%", lowest=lowest, highest=highest),
    )
