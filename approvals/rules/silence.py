"""逾期视为无意见: whose silence counts as no objection, and when it does not.

Rule SILENCE names the roles; finance is never among them in the rulebook that is shipped.
"""

from __future__ import annotations

from datetime import date

from approvals.rules.stages import StepKind
from portfolio.foundation.roles import Role
from portfolio.rules.dossier.check import RulebookLike

CODE = "SILENCE"


def silent_roles(rulebook: RulebookLike) -> frozenset[Role]:
    """The countersigners whose silence after the deadline counts as no objection."""
    rule = rulebook.rule(CODE)
    return frozenset(Role(one) for one in rule.parameters["roles"]) if rule is not None else frozenset()


def lapses(
    kind: StepKind, role: Role, due_on: date, *, signed_by_others: bool, rulebook: RulebookLike
) -> bool:
    """Whether an open step lapses on the rulebook's day.

    ``signed_by_others`` says whether anybody has signed: where all are silent nothing is decided.
    """
    asked = kind is StepKind.COUNTERSIGN and role in silent_roles(rulebook)
    return asked and due_on < rulebook.day and signed_by_others
