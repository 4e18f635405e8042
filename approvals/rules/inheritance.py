"""Projects from before the system 存量: with which numbers they enter, where, and what is behind them.

Basis: rule INHERITED, whose last day is the closing date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from approvals.rules.book import ruled
from approvals.rules.stages import GOVERNMENT_STAGES, Gate, Phase, Stage
from portfolio.foundation.errors import Finding, Invalid, Message, Refused, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier.check import RulebookLike

CODE = "INHERITED"
BASIS = "系统上线时的存量项目登记，两人办理"

ENTRY: Mapping[Stage, Phase] = {
    Stage.APPRAISAL: Phase.DRAFTING,
    Stage.ESTIMATE: Phase.DRAFTING,
    Stage.CONSTRUCTION: Phase.BUILDING,
    Stage.ACCEPTANCE: Phase.PRELIMINARY,
    Stage.OPERATION: Phase.RUNNING,
    Stage.POST_EVALUATION: Phase.EVALUATING,
}
"""The stages in which a project may be inherited, and the phase in which it enters.

In 立项 it is no different from a new one; what is closed is no longer managed.
"""

_APPROVING = (Stage.INITIATION, Stage.APPRAISAL, Stage.ESTIMATE, Stage.ACCEPTANCE)
_GATES = {
    Gate.PLAN: Stage.INITIATION,
    Gate.APPRAISAL: Stage.APPRAISAL,
    Gate.CONCLUSION: Stage.APPRAISAL,
    Gate.ESTIMATE: Stage.ESTIMATE,
    Gate.BUILD: Stage.ESTIMATE,
    Gate.PRELIMINARY: Stage.ACCEPTANCE,
    Gate.ACCEPTANCE: Stage.ACCEPTANCE,
    Gate.FINAL_ACCOUNTS: Stage.ACCEPTANCE,
    Gate.OPERATION: Stage.ACCEPTANCE,
}
"""The stage whose approval a gate leads to; gates that are asked again and again are none of these."""


def _order(stage: Stage) -> int:
    return GOVERNMENT_STAGES.index(stage)


def approvals_before(stage: Stage) -> tuple[Stage, ...]:
    """The stages whose approvals a project that stands in ``stage`` must show."""
    return tuple(one for one in _APPROVING if _order(one) < _order(stage))


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What is recorded of an inherited project: where it stands, its old numbers, its approved figure.

    ``estimate`` is the approved investment while the project waits for its estimate, later the fixed one.
    """

    stage: Stage
    numbers: Mapping[Stage, str]
    estimate: Money | None


def check_inheritance(given: Inheritance) -> None:
    """Raise ``Invalid`` by field when a number or the figure that the stage presupposes is missing."""
    if given.stage not in ENTRY:
        raise Invalid({"stage": say("“{stage}”阶段的项目不作存量登记", stage=given.stage.label)})
    problems: dict[str, Message] = {}
    before = approvals_before(given.stage)
    lacking = [stage.label for stage in before if not given.numbers.get(stage, "").strip()]
    if lacking:
        problems["numbers"] = say("请填写原批准文号：{stages}", stages="、".join(lacking))
    elif set(given.numbers) - set(before):
        problems["numbers"] = say("只填写“{stage}”之前各阶段的文号", stage=given.stage.label)
    if given.estimate is not None and given.estimate <= Money.ZERO:
        problems["estimate"] = say("金额须大于零")
    elif Stage.APPRAISAL in before and given.estimate is None:
        problems["estimate"] = say("请填写批复投资或核定概算")
    if problems:
        raise Invalid(problems)


def refuse_unless_open(rulebook: RulebookLike) -> None:
    """Raise ``Refused`` after the closing date: on a day on which the rule is no longer in force."""
    if rulebook.rule(CODE) is None:
        raise Refused(
            [
                Finding(
                    CODE,
                    False,
                    say("存量项目登记已于规则规定的日期截止"),
                    BASIS,
                    figure=say("{day}", day=rulebook.day.isoformat()),
                    remedy=say("请按正常程序申报"),
                )
            ]
        )


def behind(gate: Gate, inherited_stage: Stage, stage: Stage) -> bool:
    """Whether a project that was inherited in one stage and stands in another had passed this gate before.

    When a stage is reopened, its gate is asked again.
    """
    return gate in _GATES and _order(_GATES[gate]) < min(_order(inherited_stage), _order(stage))


def approved_before(numbers: Mapping[Stage, str], day: str, rulebook: RulebookLike) -> Finding:
    """What a gate shows of an inherited project: approved before the system, by these numbers.

    It stays true after the closing date, when the rule itself is no longer in force.
    """
    shown = "、".join(f"{stage.label} {numbers[stage]}" for stage in GOVERNMENT_STAGES if stage in numbers)
    what = say("系统上线前已批准（{day}经两人确认）", day=day)
    found = ruled(rulebook, CODE, True, what, what, figure=say("{numbers}", numbers=shown))
    return found[0] if found else Finding(CODE, True, what, BASIS, figure=say("{numbers}", numbers=shown))
