"""How high a project is decided, who signs beside whom, and for how long."""

from itertools import permutations

import pytest

from approvals.rules.stages import Circumstance, Outcome, StepKind, Tier
from approvals.rules.tiers import (
    TierFacts,
    acting_role,
    countersign_result,
    countersigners,
    decider,
    tier_of,
    working_days,
)
from portfolio.foundation.money import Money
from portfolio.foundation.roles import AUTHORITIES, Role
from tests.unit.approvals.samples import IN_2006, IN_2008, rules, wan

INFORMATIZATION, INVESTMENT, FINANCE = Role.INFORMATIZATION, Role.INVESTMENT, Role.FINANCE


@pytest.mark.parametrize(
    ("total", "marked", "box", "tier"),
    [
        (wan(50), False, "B3", Tier.ORDINARY),
        (Money(wan(50).fen - 1), False, "B3", Tier.SMALL),
        (Money(wan(50).fen - 1), True, "B1", Tier.SMALL),  # small is small, whatever it is about
        (wan(50), True, "B3", Tier.MAJOR),
        (wan(50), False, "B1", Tier.MAJOR),
        (wan(50), False, "B2", Tier.ORDINARY),
        (wan(50), False, None, Tier.ORDINARY),
        (wan(3000), False, "B2", Tier.MAJOR),
        (Money(wan(3000).fen - 1), False, "B2", Tier.ORDINARY),
    ],
)
def test_the_tier_follows_the_total_the_marks_and_the_box(total, marked, box, tier):
    assert tier_of(TierFacts(total, marked, box), rules(IN_2006)) is tier


def test_three_authorities_sign_and_two_for_a_small_project():
    assert countersigners(Tier.ORDINARY, frozenset()) == AUTHORITIES
    assert countersigners(Tier.MAJOR, frozenset()) == AUTHORITIES
    assert countersigners(Tier.SMALL, frozenset()) == (INFORMATIZATION, FINANCE)


def test_an_authority_does_not_sign_its_own_project():
    assert FINANCE not in countersigners(Tier.ORDINARY, {FINANCE})
    assert countersigners(Tier.SMALL, {FINANCE}) == (INFORMATIZATION,)


def test_one_signature_is_no_joint_decision():
    assert decider(Tier.SMALL, (INFORMATIZATION, FINANCE)) is Circumstance.JOINT
    assert decider(Tier.SMALL, (INFORMATIZATION,)) is Circumstance.LEADING_GROUP
    assert decider(Tier.ORDINARY, AUTHORITIES) is Circumstance.JOINT
    assert decider(Tier.MAJOR, AUTHORITIES) is Circumstance.LEADING_GROUP


def test_another_authority_stands_in_for_the_one_that_applies():
    assert acting_role(INFORMATIZATION, frozenset()) is INFORMATIZATION
    assert acting_role(INFORMATIZATION, {INFORMATIZATION}) is INVESTMENT
    assert acting_role(INVESTMENT, {INVESTMENT}) is INFORMATIZATION
    assert acting_role(INFORMATIZATION, {INFORMATIZATION, INVESTMENT}) is FINANCE
    assert acting_role(Role.MEMBER, {INFORMATIZATION}) is Role.MEMBER


def test_the_countersign_is_over_when_everybody_has_signed_in_whatever_order():
    for given in permutations([Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS, None]):
        assert countersign_result(given) is Circumstance.PENDING
    for given in permutations([Outcome.APPROVE, Outcome.DISSENT, Outcome.APPROVE_WITH_CONDITIONS]):
        assert countersign_result(given) is Circumstance.DISSENT
    assert countersign_result([Outcome.APPROVE, Outcome.APPROVE]) is Circumstance.UNANIMOUS


def test_a_dissent_waits_for_the_last_signature():
    assert countersign_result([Outcome.DISSENT, None]) is Circumstance.PENDING


def test_every_step_that_the_procedure_opens_has_its_days():
    without = {StepKind.PRELIMINARY_ACCEPTANCE}  # the owner's own, opened for nobody
    days = {kind: working_days(kind, rules(IN_2008)) for kind in StepKind if kind not in without}
    assert days[StepKind.ENDORSE] == 5
    assert all(count > 0 for count in days.values())
