"""How high a decision is made, who countersigns, and how long each step may take.

Basis: 规划四（五）: the three authorities propose, the leading group decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from approvals.rules.book import parameters
from approvals.rules.stages import Circumstance, Outcome, StepKind, Tier
from portfolio.foundation.money import Money
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.rules.dossier.check import RulebookLike

FEWEST_JOINT_SIGNERS = 2


@dataclass(frozen=True, slots=True)
class TierFacts:
    """What the tier of a project depends on; ``box`` is the code of the plan's box, if any."""

    total: Money
    marked_major: bool
    box: str | None


def tier_of(facts: TierFacts, rulebook: RulebookLike) -> Tier:
    """Small below the threshold; major when marked so, from the upper threshold, or in a named box."""
    rule = parameters(rulebook, "TIER")
    if facts.total.fen < rule["small_below_fen"]:
        return Tier.SMALL
    if facts.marked_major or facts.total.fen >= rule["major_from_fen"]:
        return Tier.MAJOR
    return Tier.MAJOR if facts.box in rule["leading_group_boxes"] else Tier.ORDINARY


def countersigners(tier: Tier, own: AbstractSet[Role]) -> tuple[Role, ...]:
    """The authorities that countersign in parallel; ``own`` are those that are themselves the applicant."""
    signing = (Role.INFORMATIZATION, Role.FINANCE) if tier is Tier.SMALL else AUTHORITIES
    return tuple(role for role in signing if role not in own)


_STANDS_IN = {
    Role.INFORMATIZATION: Role.INVESTMENT,
    Role.INVESTMENT: Role.INFORMATIZATION,
    Role.FINANCE: Role.INVESTMENT,
}


def acting_role(role: Role, own: AbstractSet[Role]) -> Role:
    """The role that acts alone: another authority when this one is itself the applicant."""
    if role not in own or role not in _STANDS_IN:
        return role
    return next((other for other in (_STANDS_IN[role], *AUTHORITIES) if other not in own), role)


def decider(tier: Tier, signers: Iterable[Role]) -> Circumstance:
    """Whether the countersigners decide themselves; fewer than two of them cannot decide jointly."""
    joint = tier is not Tier.MAJOR and len(tuple(signers)) >= FEWEST_JOINT_SIGNERS
    return Circumstance.JOINT if joint else Circumstance.LEADING_GROUP


def countersign_result(outcomes: Iterable[Outcome | None]) -> Circumstance:
    """How far the countersign is, from the outcome of each step (``None``: still open)."""
    given = tuple(outcomes)
    if None in given:
        return Circumstance.PENDING
    return Circumstance.DISSENT if Outcome.DISSENT in given else Circumstance.UNANIMOUS


def working_days(kind: StepKind, rulebook: RulebookLike) -> int:
    """The working days that a step may take."""
    days: int = parameters(rulebook, "DEADLINE")[f"{kind.value}_days"]
    return days
