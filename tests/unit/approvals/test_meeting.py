"""How many members must be there, and whose silence counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from approvals.rules.meeting import needed, quorum
from approvals.rules.silence import lapses, silent_roles
from approvals.rules.stages import StepKind
from portfolio.foundation.errors import Level
from portfolio.foundation.roles import Role
from portfolio.foundation.rulebook import Rule


@dataclass
class Book:
    """A rulebook of two rules."""

    day: date = date(2008, 3, 20)
    rules: dict[str, Rule] = field(
        default_factory=lambda: {
            "QUORUM": Rule("QUORUM", "", Level.BLOCK, {"more_than_percent": 50}, "议事规则"),
            "SILENCE": Rule("SILENCE", "", Level.INFORM, {"roles": ["investment"]}, "程序"),
        }
    )

    def rule(self, code: str) -> Rule | None:
        return self.rules.get(code)


@pytest.mark.parametrize(("members", "wanted"), [(1, 1), (2, 2), (3, 2), (4, 3), (9, 5), (10, 6)])
def test_more_than_half_must_be_there(members, wanted):
    assert needed(members, Book()) == wanted
    assert [found.passed for found in quorum(wanted, members, Book())] == [True]
    [short] = quorum(wanted - 1, members, Book())
    assert (short.blocks, short.code) == (True, "QUORUM")


def test_more_people_than_members_are_no_quorum():
    assert [found.blocks for found in quorum(4, 3, Book())] == [True]


@pytest.mark.parametrize(
    ("kind", "role", "due_on", "others", "expected"),
    [
        (StepKind.COUNTERSIGN, Role.INVESTMENT, date(2008, 3, 19), True, True),
        (StepKind.COUNTERSIGN, Role.INVESTMENT, date(2008, 3, 20), True, False),
        (StepKind.COUNTERSIGN, Role.INVESTMENT, date(2008, 3, 19), False, False),
        (StepKind.COUNTERSIGN, Role.FINANCE, date(2008, 3, 19), True, False),
        (StepKind.DECIDE, Role.INVESTMENT, date(2008, 3, 19), True, False),
    ],
)
def test_whose_silence_counts_after_the_day(kind, role, due_on, others, expected):
    assert lapses(kind, role, due_on, signed_by_others=others, rulebook=Book()) is expected


def test_without_the_rule_nobodys_silence_counts():
    assert silent_roles(Book(rules={})) == frozenset()
