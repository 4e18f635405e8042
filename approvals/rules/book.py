"""How a gate reads the rulebook: a rule that is not in force asks nothing; one that is gives one finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portfolio.foundation.errors import Finding, Level, Message, NotFound, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier.check import RulebookLike

CONDITION = "CONDITION"


def ruled(
    rulebook: RulebookLike,
    code: str,
    passed: bool,
    good: Message,
    bad: Message,
    *,
    figure: Message | None = None,
    limit: Message | None = None,
    remedy: Message | None = None,
) -> list[Finding]:
    """One check under rule ``code`` at its level, saying ``good`` or ``bad``; empty when not in force."""
    rule = rulebook.rule(code)
    if rule is None:
        return []
    what = good if passed else bad
    return [Finding(code, passed, what, rule.basis, rule.level, figure, limit, None if passed else remedy)]


def parameters(rulebook: RulebookLike, code: str) -> Mapping[str, Any]:
    """The thresholds of a rule that the procedure cannot do without; raises ``NotFound``."""
    rule = rulebook.rule(code)
    if rule is None:
        raise NotFound(
            say("{day} 的规则库中没有规则 {code}", day=rulebook.day.isoformat(), code=code),
            remedy=say("请系统管理员载入规则库"),
        )
    return rule.parameters


def plus_percent(amount: Money, percent: int) -> Money:
    """``amount`` and ``percent`` of it, to the fen."""
    return amount.share(100 + percent, 100)


@dataclass(frozen=True, slots=True)
class OpenCondition:
    """A condition of a decision that is not met yet."""

    text: str
    owner: str
    due_on: date


def conditions_met(conditions: Sequence[OpenCondition], rulebook: RulebookLike) -> list[Finding]:
    """One finding for each open condition of a gate; a passed one when there is none."""
    if not conditions:
        met = say("审批所附条件均已落实")
        return ruled(rulebook, CONDITION, True, met, met)
    return [
        found
        for condition in conditions
        for found in ruled(
            rulebook,
            CONDITION,
            False,
            say("审批所附条件已落实"),
            say("审批所附条件尚未落实：{text}", text=condition.text),
            remedy=say(
                "请{owner}落实后提交证明材料，期限 {day}", owner=condition.owner, day=condition.due_on
            ),
        )
    ]


def with_overrides(
    findings: Iterable[Finding], overrides: Mapping[str, str], rulebook: RulebookLike
) -> list[Finding]:
    """The findings, those passed over by name turned into warnings that say why.

    ``overrides`` gives the reason by rule code; only a rule whose row names ``override_roles`` can be passed
    over.
    """
    turned = []
    for found in findings:
        rule = rulebook.rule(found.code)
        if found.blocks and found.code in overrides and rule and rule.parameters.get("override_roles"):
            what = say("{what}（经批准例外：{reason}）", what=found.what, reason=overrides[found.code])
            turned.append(replace(found, level=Level.WARN, what=what))
        else:
            turned.append(found)
    return turned
