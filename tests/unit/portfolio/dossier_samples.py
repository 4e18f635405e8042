"""A complete dossier of each part, and a rulebook with the rules that it is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.foundation.errors import Level
from portfolio.foundation.money import Money
from portfolio.rules.dossier import (
    Better,
    CostCategory,
    DeliveryMode,
    Dossier,
    FundingSource,
    Part,
    Route,
    Sharing,
    TargetAspect,
    Track,
)
from portfolio.rules.dossier.facts import (
    AlternativeFact,
    EstimateFact,
    FundingFact,
    IndicatorFact,
    PlanItemFact,
    ResourceFact,
    TargetFact,
)


@dataclass(frozen=True)
class Rule:
    """A rule as a test states it."""

    level: Level = Level.BLOCK
    parameters: Mapping[str, Any] = field(default_factory=dict)
    basis: str = "依据"


@dataclass(frozen=True)
class Rulebook:
    """The rules in force on a day."""

    day: date
    rules: Mapping[str, Rule]

    def rule(self, code: str) -> Rule | None:
        return self.rules.get(code)


RATES = Rule(
    Level.WARN,
    {
        "integration_min_percent": 6,
        "integration_max_percent": 8,
        "management_min_percent": 1,
        "management_max_percent": 2,
        "contingency_min_percent": 5,
        "contingency_max_percent": 10,
    },
    "概算标准",
)
RULES_2007 = Rulebook(date(2007, 3, 1), {"R01": Rule(basis="先规划后立项"), "RATES": RATES})
RULES_2020 = replace(RULES_2007, rules={**RULES_2007.rules, "R06": Rule(basis="国办发〔2019〕57号")})

ITEM = PlanItemFact(
    id=2,
    plan_code="CQ",
    code="B1-G1-02",
    revision=1,
    name="目录体系",
    counts_1162=False,
    valid_from=date(2006, 1, 1),
    valid_to=None,
    plan_from_year=2006,
    plan_to_year=2010,
)


def wan(amount: int) -> Money:
    return Money.from_wan(amount)


def estimate(**amounts: int) -> tuple[EstimateFact, ...]:
    """A line of so many 万元 for each category."""
    return tuple(EstimateFact(CostCategory(name), name, wan(amount)) for name, amount in amounts.items())


def funding(*rows: tuple[str, int, int]) -> tuple[FundingFact, ...]:
    """Source, year and 万元 of each line."""
    return tuple(FundingFact(FundingSource(source), year, wan(amount)) for source, year, amount in rows)


def target(aspect: TargetAspect, name: str = "目标") -> TargetFact:
    return TargetFact(aspect, name, Decimal(1), "", Better.HIGHER, "个")


def way(name: str, build: int, *, chosen: bool = False, years: int = 5) -> AlternativeFact:
    return AlternativeFact(name, "", wan(build), chosen, {year: wan(1) for year in range(1, years + 1)})


PROPOSAL = Dossier(
    project_id=1,
    version=3,
    part=Part.PROPOSAL,
    code="XM2007-0001",
    name="目录体系（一期）",
    owner_code="CQ-ZFB",
    owner_name="市政府办公厅",
    track=Track.GOVERNMENT,
    route=Route.ORDINARY,
    plan_item=ITEM,
    amendment_reason="",
    delivery_mode=DeliveryMode.SELF_BUILD,
    major_marks=(),
    zone=None,
    sector=None,
    cluster=None,
    need="需要",
    content="内容",
    goals="目标",
    relation_to_existing="扩建",
    risks="风险",
    sharing_plan="共享",
    estimate_explanation="",
    planned_start=date(2007, 6, 1),
    planned_finish=date(2008, 12, 31),
    estimate=estimate(hardware=600, application_software=400),
    funding=funding(("municipal", 2007, 600), ("municipal", 2008, 400)),
    indicators=(IndicatorFact("I08", "网上许可", Decimal("4"), "个百分点", ""),),
    targets=(
        target(TargetAspect.QUANTITY),
        target(TargetAspect.SOCIAL),
        target(TargetAspect.SATISFACTION),
    ),
)
STUDY = replace(
    PROPOSAL,
    part=Part.FEASIBILITY,
    alternatives=(way("甲", 1000, chosen=True), way("乙", 900)),
    resources=(ResourceFact("法人基础信息", "市工商局", Sharing.UNCONDITIONAL, ""),),
)
DESIGN = replace(PROPOSAL, part=Part.DESIGN)
