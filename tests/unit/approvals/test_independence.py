"""Nobody decides on what they submitted, endorsed or scored, nor on their own house's project."""

import pytest

from approvals.rules.independence import Involvement, independence
from approvals.rules.stages import StepKind
from portfolio.foundation.roles import Actor, Role
from tests.unit.approvals.samples import IN_2006, outcome, rules

OWNER, AUTHORITY = 3, 40
INVOLVED = Involvement(
    owner_id=OWNER,
    submitters=frozenset({11}),
    endorsers=frozenset({12}),
    scorers=frozenset({13}),
    countersigners=frozenset({14}),
)


def person(user_id, organisation=AUTHORITY, on_behalf_of=None):
    return Actor(user_id, f"人员{user_id}", organisation, frozenset({Role.INVESTMENT}), on_behalf_of)


def blocked(actor, kind):
    return outcome(independence(actor, kind, INVOLVED, rules(IN_2006))).blocked


def test_somebody_new_may_take_every_step():
    assert [kind for kind in StepKind if blocked(person(99), kind)] == []


@pytest.mark.parametrize(
    ("user_id", "kind", "expected"),
    [
        (11, StepKind.ENDORSE, ("SOD",)),
        (11, StepKind.ACCEPT, ("SOD",)),
        (11, StepKind.DECIDE, ("SOD",)),
        (12, StepKind.ENDORSE, ()),  # the same CIO endorses the next submission
        (12, StepKind.COUNTERSIGN, ("SOD",)),
        (12, StepKind.FIX, ("SOD",)),
        (13, StepKind.SCORE, ()),  # the same expert may score the next submission
        (13, StepKind.REPLY, ("SOD",)),
        (14, StepKind.COUNTERSIGN, ("SOD",)),  # one person, one signature
        (14, StepKind.REPLY, ()),
    ],
)
def test_an_earlier_part_shuts_out_from_later_ones(user_id, kind, expected):
    assert blocked(person(user_id), kind) == expected


def test_standing_in_for_somebody_involved_is_being_involved():
    assert blocked(person(99, on_behalf_of=11), StepKind.DECIDE) == ("SOD",)
    assert blocked(person(11, on_behalf_of=99), StepKind.DECIDE) == ("SOD",)
    assert blocked(person(98, on_behalf_of=99), StepKind.DECIDE) == ()


def test_the_applicants_own_house_recuses_from_every_judgement():
    insider = person(99, organisation=OWNER)
    assert blocked(insider, StepKind.COUNTERSIGN) == ("RECUSAL",)
    assert blocked(insider, StepKind.DECIDE) == ("RECUSAL",)
    assert blocked(insider, StepKind.ENDORSE) == ()  # endorsing is the house's own affair


def test_a_refusal_names_the_person_and_the_earlier_part():
    [found] = [f for f in independence(person(12), StepKind.DECIDE, INVOLVED, rules(IN_2006)) if f.blocks]
    assert "人员12曾审签本项目" in str(found.what)
    assert found.basis == "决策、执行、监督相互分离"
