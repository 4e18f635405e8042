"""Changes during construction: what the unit may decide itself, and what goes back to whoever approved.

Basis: 国办发〔2019〕57号 (R09); 发改委令第55号第二十条 (R10); before them every change needs prior approval.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from approvals.rules.book import ruled
from portfolio.foundation.errors import Finding, Level, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import CostCategory
from portfolio.rules.dossier.check import RulebookLike
from portfolio.rules.dossier.facts import EstimateFact


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """A change against the fixed estimate: the sum of what moves, the new total, whether the goal stays."""

    estimate: Money
    moved: Money
    new_total: Money
    goal_changed: bool
    already_done: bool


def moved_between(before: Iterable[EstimateFact], after: Iterable[EstimateFact]) -> Money:
    """How much of an estimate moves: what lines gain or what they lose, whichever is more."""
    gained = lost = 0
    for _line, old, new in line_differences(before, after):
        change = new.fen - old.fen
        gained, lost = gained + max(change, 0), lost + max(-change, 0)
    return Money(max(gained, lost))


def line_differences(
    before: Iterable[EstimateFact], after: Iterable[EstimateFact]
) -> list[tuple[tuple[CostCategory, str], Money, Money]]:
    """Every line, by category and item, that differs, with its amount before and after."""
    amounts: dict[tuple[CostCategory, str], list[int]] = defaultdict(lambda: [0, 0])
    for side, lines in enumerate((before, after)):
        for line in lines:
            amounts[line.category, line.item][side] += line.amount.fen
    return [(line, Money(old), Money(new)) for line, (old, new) in amounts.items() if old != new]


def own_decision(facts: ChangeFacts, rulebook: RulebookLike) -> bool:
    """R09: up to the limit, with goal and total unchanged, the unit decides itself and files it."""
    rule = rulebook.rule("R09")
    if rule is None or facts.goal_changed or facts.new_total > facts.estimate:
        return False
    return facts.moved <= facts.estimate.share(rule.parameters["limit_percent"], 100)


def change_findings(facts: ChangeFacts, rulebook: RulebookLike) -> list[Finding]:
    """Which way the change goes (R09 or prior approval), and that it is asked for before, never after."""
    own = own_decision(facts, rulebook)
    code = "R09" if own else "R10" if rulebook.rule("R10") else "CHANGE"
    rule = rulebook.rule(code)
    if rule is None:
        return []
    what = say("单位自行调整并备案") if own else say("须报原审批部门事先批准")
    figure = say("调整{moved}，调整后总额{total}", moved=facts.moved, total=facts.new_total)
    limit = say("核定概算{estimate}", estimate=facts.estimate)
    way = Finding(code, True, what, rule.basis, Level.INFORM, figure, limit)
    before = ruled(
        rulebook,
        code,
        own or not facts.already_done,
        say("调整尚未实施"),
        say("调整已经实施，不受理事后报批"),
        remedy=say("请停止实施并按规定接受处理"),
    )
    return [way, *before]
