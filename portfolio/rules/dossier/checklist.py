"""What a part of the dossier still lacks: the checks that applicant and reviewer both see.

Each check is a function of the dossier and the rulebook that gives its findings, passed and failed alike.
Whether duplicates are answered, how the estimate stands against the approved investment, and what a grade
bars are for the approvals to judge.
"""

from __future__ import annotations

from collections.abc import Mapping

from portfolio.foundation.errors import Finding, Level, Message, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier.check import Check, RulebookLike, finding
from portfolio.rules.dossier.facts import AlternativeFact, Dossier
from portfolio.rules.dossier.money_checks import (
    building_costs,
    estimate,
    funding_period,
    funding_start,
    funding_sum,
    no_fiscal_money,
    rates,
)
from portfolio.rules.dossier.words import Part, Route, TargetDimension, Track

UPKEEP_YEARS = 5
FEWEST_ALTERNATIVES = 2


def checklist(dossier: Dossier, part: Part, rulebook: RulebookLike) -> list[Finding]:
    """Every check of ``part`` in the order of the form, passed and failed.

    A filed project is checked for what is filed; of a confidential one only plan link and totals are here.
    """
    if dossier.part is not part:
        raise ValueError(f"a dossier of {dossier.part.value} cannot be judged as {part.value}")
    checks = _CHECKS[part]
    if dossier.route is Route.CONFIDENTIAL:
        checks = (_plan_link, estimate, funding_sum, funding_start, funding_period)
    elif dossier.track is Track.FILING:
        checks = (_plan_link, _content, _schedule, estimate, funding_sum, no_fiscal_money)
    return [found for check in checks for found in check(dossier, rulebook)]


# --- the plan and the words ---------------------------------------------------------------------------------


def _plan_link(dossier: Dossier, rulebook: RulebookLike) -> list[Finding]:
    """R01, 先规划后立项: linked to an item of the plan that is in force on the day."""
    rule = rulebook.rule("R01")
    if rule is None:
        return []
    item = dossier.plan_item
    bad = say("未挂接规划项目")
    remedy = say("请选择所依据的规划项目；规划中没有的，填写增补理由并先报领导小组审定增补")
    if item is not None:
        day = rulebook.day.isoformat()
        bad = say("所挂接的规划项目 {code} 在 {day} 不在有效期内", code=item.code, day=day)
        remedy = say("请改挂现行的规划项目")
    elif dossier.amendment_reason:
        bad = say("拟增补的项目尚未列入规划")
        remedy = say("请先报领导小组审定增补，再挂接增补后的规划项目")
    good = say("已列入规划：{code} {name}", code=item.code, name=item.name) if item else bad
    passed = item is not None and item.in_force(rulebook.day)
    return [finding("R01", passed, good, bad, basis=rule.basis, remedy=remedy, level=rule.level)]


def _stated(code: str, value: object, what: Message) -> Finding:
    """A chapter or field of the form that must not stay empty."""
    return finding(
        code,
        bool(value),
        say("已填写{what}", what=what),
        say("未填写{what}", what=what),
        remedy=say("请补充{what}", what=what),
    )


def _need(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    return [_stated("NEED", dossier.need, say("建设必要性"))]


def _content(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    return [_stated("CONTENT", dossier.content, say("建设内容"))]


def _goals(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    return [_stated("GOALS", dossier.goals, say("建设目标"))]


def _relation(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    what = say("与已建、在建系统的关系")
    return [_stated("RELATION", dossier.relation_to_existing, what)]


def _delivery_mode(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    return [_stated("DELIVERY_MODE", dossier.delivery_mode, say("建设模式"))]


def _risks(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    return [_stated("RISKS", dossier.risks, say("风险分析"))]


def _schedule(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    both = dossier.planned_start is not None and dossier.planned_finish is not None
    return [_stated("SCHEDULE", both, say("计划开工和完工时间"))]


# --- results ------------------------------------------------------------------------------------------------


def _indicators(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    return [
        finding(
            "INDICATORS",
            bool(dossier.indicators),
            say("服务规划指标{n}项", n=len(dossier.indicators)),
            say("未说明服务于哪项规划指标"),
            remedy=say("请选择规划指标并填写贡献量"),
        )
    ]


def _targets(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    """At least one performance target on each side."""
    findings = []
    for dimension in TargetDimension:
        count = sum(1 for target in dossier.targets if target.aspect.dimension is dimension)
        findings.append(
            finding(
                f"TARGETS_{dimension.name}",
                count > 0,
                say("绩效目标：{dimension}指标{n}项", dimension=dimension.label, n=count),
                say("绩效目标表缺少{dimension}指标", dimension=dimension.label),
                remedy=say("请在绩效目标表中补充{dimension}指标", dimension=dimension.label),
            )
        )
    return findings


# --- alternatives -------------------------------------------------------------------------------------------


def _alternatives(dossier: Dossier, _rulebook: RulebookLike) -> list[Finding]:
    """At least two, each with whole-life cost, and one chosen that is what the estimate says."""
    count = len(dossier.alternatives)
    compared = finding(
        "ALTERNATIVES",
        count >= FEWEST_ALTERNATIVES,
        say("比选方案{n}个", n=count),
        say("比选方案不足"),
        remedy=say("请补充比选方案"),
        figure=say("{n}个", n=count),
        limit=say("至少{n}个", n=FEWEST_ALTERNATIVES),
    )
    return [compared, _upkeep(dossier), *_chosen(dossier)]


def _upkeep(dossier: Dossier) -> Finding:
    years = range(1, UPKEEP_YEARS + 1)
    lacking = [way.name for way in dossier.alternatives if not all(year in way.upkeep for year in years)]
    return finding(
        "UPKEEP",
        not lacking and bool(dossier.alternatives),
        say("各方案均列有{n}年运行维护费用", n=UPKEEP_YEARS),
        say("有方案未列齐{n}年运行维护费用", n=UPKEEP_YEARS),
        remedy=say("请逐年补列运行维护费用"),
        figure=say("{names}", names="、".join(lacking)) if lacking else None,
    )


def _chosen(dossier: Dossier) -> list[Finding]:
    chosen = [way for way in dossier.alternatives if way.chosen]
    one = finding(
        "CHOSEN",
        len(chosen) == 1,
        say("已确定推荐方案"),
        say("应确定一个推荐方案"),
        remedy=say("请在比选方案中选定一个"),
    )
    return [one, _chosen_cost(chosen[0], dossier.estimate_total)] if len(chosen) == 1 else [one]


def _chosen_cost(chosen: AlternativeFact, total: Money) -> Finding:
    return finding(
        "CHOSEN_COST",
        chosen.build_amount == total,
        say("推荐方案的建设费用等于投资合计"),
        say("推荐方案的建设费用与投资合计不等"),
        remedy=say("请使推荐方案“{name}”与投资明细一致", name=chosen.name),
        figure=say("{build}", build=chosen.build_amount),
        limit=say("{total}", total=total),
    )


# --- information resources ----------------------------------------------------------------------------------


def _resources(dossier: Dossier, rulebook: RulebookLike) -> list[Finding]:
    """R06, where in force: a catalogue and a plan of sharing; and one source for each item of data."""
    findings = []
    rule = rulebook.rule("R06")
    if rule is not None:
        passed = bool(dossier.resources) and bool(dossier.sharing_plan)
        findings.append(
            finding(
                "R06",
                passed,
                say("已编制信息资源目录{n}项和共享方案", n=len(dossier.resources)),
                say("缺少信息资源目录或共享方案"),
                basis=rule.basis,
                level=rule.level,
                remedy=say("请编列信息资源目录并填写共享方案"),
                figure=say("目录{n}项", n=len(dossier.resources)),
            )
        )
    if dossier.resources:
        disputed = [resource.name for resource in dossier.resources if resource.other_sources]
        findings.append(
            finding(
                "ONE_SOURCE",
                not disputed,
                say("各项数据来源唯一"),
                say("有数据与其他项目登记的来源不同"),
                basis="一数一源",
                level=Level.WARN,
                remedy=say("请与信息化主管部门核定唯一来源"),
                figure=say("{names}", names="、".join(disputed)) if disputed else None,
            )
        )
    return findings


_MONEY: tuple[Check, ...] = (estimate, funding_sum, funding_start, funding_period)

_CHECKS: Mapping[Part, tuple[Check, ...]] = {
    Part.PROPOSAL: (
        _plan_link,
        _need,
        _content,
        _goals,
        _relation,
        _delivery_mode,
        _schedule,
        *_MONEY,
        _indicators,
        _targets,
        rates,
    ),
    Part.FEASIBILITY: (
        _plan_link,
        _content,
        _risks,
        _schedule,
        *_MONEY,
        _targets,
        _alternatives,
        _resources,
        rates,
    ),
    Part.DESIGN: (_plan_link, _content, _schedule, *_MONEY, building_costs, rates),
}
