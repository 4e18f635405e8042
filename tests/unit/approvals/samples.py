"""Literals that the tests of the rules start from: the shipped rules of a day, and a complete dossier."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.foundation.errors import Finding, Level
from portfolio.foundation.money import Money
from portfolio.foundation.rulebook import SHIPPED, Rule, Rulebook
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

IN_2006 = date(2006, 9, 1)
IN_2008 = date(2008, 3, 3)
IN_2020 = date(2020, 6, 1)


def wan(amount: int) -> Money:
    """So many 万元."""
    return Money.from_wan(amount)


def rules(day: date) -> Rulebook:
    """The rulebook that ships, as it stands on ``day``."""
    held = {}
    for row in json.loads(SHIPPED.read_text("utf-8"))["rules"]:
        if row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999"):
            level = Level(row["level"])
            held[row["code"]] = Rule(row["code"], row["title"], level, row["parameters"], row["basis"])
    return Rulebook(day, held)


@dataclass(frozen=True)
class Outcome:
    """Findings by what they came to."""

    blocked: tuple[str, ...]
    warned: tuple[str, ...]
    passed: frozenset[str]


def outcome(findings: list[Finding]) -> Outcome:
    """The codes that block, that warn, and that passed."""
    return Outcome(
        tuple(found.code for found in findings if found.blocks),
        tuple(found.code for found in findings if not found.passed and not found.blocks),
        frozenset(found.code for found in findings if found.passed),
    )


ITEM = PlanItemFact(
    1, "CQ-11-5", "B1-G1-02", 1, "政务信息资源目录体系", False, date(2006, 1, 1), None, 2006, 2010
)
OTHER_ITEM = PlanItemFact(
    2, "CQ-11-5", "B1-G1-03", 1, "政务信息交换体系", False, date(2006, 1, 1), None, 2006, 2010
)


def _lines(total: int) -> tuple[EstimateFact, ...]:
    """An estimate of ``total`` 万元 whose rates lie within the standard."""
    return (EstimateFact(CostCategory.APPLICATION_SOFTWARE, "目录管理软件", wan(total)),)


def dossier(part: Part = Part.PROPOSAL, total: int = 1000, **changes: Any) -> Dossier:
    """A dossier that lacks nothing in any of its parts, for a project of ``total`` 万元."""
    values: dict[str, Any] = {
        "project_id": 7,
        "version": 1,
        "part": part,
        "code": "XM2008-0001",
        "name": "政务信息资源目录体系（一期）",
        "owner_code": "XXCYJ",
        "owner_name": "市信息产业局",
        "track": Track.GOVERNMENT,
        "route": Route.ORDINARY,
        "plan_item": ITEM,
        "amendment_reason": "",
        "delivery_mode": DeliveryMode.SELF_BUILD,
        "major_marks": (),
        "zone": None,
        "sector": None,
        "cluster": None,
        "need": "部门之间数据不能互通",
        "content": "建设目录和交换两个平台",
        "goals": "四十个部门接入",
        "relation_to_existing": "利用已建的政务外网",
        "risks": "部门数据标准不一",
        "sharing_plan": "目录内数据无条件共享",
        "estimate_explanation": "",
        "planned_start": date(2008, 6, 1),
        "planned_finish": date(2009, 12, 31),
        "estimate": _lines(total),
        "funding": (FundingFact(FundingSource.MUNICIPAL, 2008, wan(total)),),
        "indicators": (IndicatorFact("I01", "信息化指数", Decimal(1), "%", ""),),
        "targets": (
            TargetFact(TargetAspect.QUANTITY, "接入部门", Decimal(40), "", Better.HIGHER, "个"),
            TargetFact(TargetAspect.SOCIAL, "办事时间缩短", Decimal(30), "", Better.HIGHER, "%"),
            TargetFact(TargetAspect.SATISFACTION, "部门满意度", Decimal(85), "", Better.HIGHER, "%"),
        ),
        "alternatives": (
            AlternativeFact("集中建设", "", wan(total), True, {year: wan(50) for year in range(1, 6)}),
            AlternativeFact("分散建设", "", wan(total + 500), False, {year: wan(80) for year in range(1, 6)}),
        ),
        "resources": (ResourceFact("法人基础信息", "市工商局", Sharing.UNCONDITIONAL, ""),),
    }
    return Dossier(**{**values, **changes})
