"""The plan gate 先规划后立项: what must hold before a proposal is taken in.

Basis: 规划四（六）“坚持先规划后立项”, 四（一）“防止各自为政，重复建设”.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from approvals.rules.book import OpenCondition, conditions_met, parameters, plus_percent, ruled
from approvals.rules.evaluation import Grade
from approvals.rules.workflow import BASIS
from portfolio.foundation.errors import Finding, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier.check import RulebookLike
from portfolio.rules.dossier.checklist import checklist
from portfolio.rules.dossier.duplicates import Match, duplicates_finding
from portfolio.rules.dossier.facts import Dossier
from portfolio.rules.dossier.words import Part


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What the plan gate looks at beside the dossier itself.

    ``unshared_systems`` are the owner's systems in service that are not shared or not secure;
    ``grades`` the latest final grades of the owner's earlier projects, by name.
    """

    dossier: Dossier
    duplicates: tuple[Match, ...] = ()
    unshared_systems: tuple[str, ...] = ()
    grades: tuple[tuple[str, Grade], ...] = ()
    conditions: tuple[OpenCondition, ...] = ()


def plan_gate(facts: PlanFacts, rulebook: RulebookLike) -> list[Finding]:
    """Every check of a proposal, passed and failed."""
    return [*checklist(facts.dossier, Part.PROPOSAL, rulebook), *_beyond_dossier(facts, rulebook)]


def combined_gate(facts: PlanFacts, rulebook: RulebookLike) -> list[Finding]:
    """Every check of a feasibility study that stands for the proposal too (R03)."""
    study = checklist(facts.dossier, Part.FEASIBILITY, rulebook)
    seen = {found.code for found in study}
    as_proposal = replace(facts.dossier, part=Part.PROPOSAL)
    proposal = [found for found in checklist(as_proposal, Part.PROPOSAL, rulebook) if found.code not in seen]
    return [
        *study,
        *proposal,
        *combination(facts.dossier.estimate_total, rulebook),
        *_beyond_dossier(facts, rulebook),
    ]


def combination(total: Money, rulebook: RulebookLike) -> list[Finding]:
    """R03: stages 1 and 2 may be combined up to a total; without the rule they may not."""
    rule = rulebook.rule("R03")
    if rule is None:
        return [
            Finding(
                "R03",
                False,
                say("现行规定不允许以可行性研究报告代项目建议书"),
                BASIS,
                remedy=say("请先单独报批项目建议书"),
            )
        ]
    limit = Money(rule.parameters["limit_fen"])
    return ruled(
        rulebook,
        "R03",
        total <= limit,
        say("投资规模可以可研代建议书"),
        say("投资超过可研代建议书的限额"),
        figure=say("{total}", total=total),
        limit=say("{limit}", limit=limit),
        remedy=say("请先单独报批项目建议书"),
    )


def _beyond_dossier(facts: PlanFacts, rulebook: RulebookLike) -> list[Finding]:
    return [
        duplicates_finding(facts.duplicates),
        *_systems(facts, rulebook),
        *_grades(facts, rulebook),
        *conditions_met(facts.conditions, rulebook),
    ]


def _systems(facts: PlanFacts, rulebook: RulebookLike) -> list[Finding]:
    """R17: a unit whose systems are not shared or not secure builds nothing new."""
    lacking = facts.unshared_systems
    return ruled(
        rulebook,
        "R17",
        not lacking,
        say("本单位在用系统均已共享且符合安全要求"),
        say("本单位有系统未按要求共享或不符合安全要求，不得新建、改建、扩建"),
        figure=say("{names}", names="、".join(lacking)) if lacking else None,
        remedy=say("请先完成系统的共享和安全整改，由信息化主管部门确认"),
    )


def _grades(facts: PlanFacts, rulebook: RulebookLike) -> list[Finding]:
    """R18: a unit whose earlier project was graded as the rulebook names must put it right first."""
    rule = rulebook.rule("R18")
    if rule is None:
        return []
    barred = [name for name, grade in facts.grades if grade.value in rule.parameters["bar_grades"]]
    return ruled(
        rulebook,
        "R18",
        not barred,
        say("本单位以往项目评价结果不影响申报"),
        say("本单位有项目评价等级为差，整改到位前不安排新项目"),
        figure=say("{names}", names="、".join(barred)) if barred else None,
        remedy=say("请完成整改，或由领导小组批准例外"),
    )


def material_change(
    approved: Money | None, approved_item: str, now: Dossier, rulebook: RulebookLike
) -> list[Finding]:
    """Whether a study is still what was approved: the same plan item, and not much dearer.

    ``approved`` is the total of the approved proposal; ``approved_item`` the code of its plan item.
    """
    if approved is None:
        return []
    percent = parameters(rulebook, "MATERIAL")["limit_percent"]
    limit = plus_percent(approved, percent)
    item = now.plan_item.code if now.plan_item else ""
    return ruled(
        rulebook,
        "MATERIAL",
        now.estimate_total <= limit and item == approved_item,
        say("与批准的项目建议书没有重大变更"),
        say("与批准的项目建议书相比有重大变更"),
        figure=say("{item} {total}", item=item, total=now.estimate_total),
        limit=say("{item} {limit}", item=approved_item, limit=limit),
        remedy=say("请重报项目建议书，由原审定机关决定"),
    )
