"""Changes in construction: what the unit decides itself, what goes back, and that it is asked before."""

from dataclasses import replace

import pytest

from approvals.rules.changes import ChangeFacts, change_findings, moved_between, own_decision
from portfolio.foundation.money import Money
from portfolio.rules.dossier import CostCategory
from portfolio.rules.dossier.facts import EstimateFact
from tests.unit.approvals.samples import IN_2006, IN_2008, IN_2020, outcome, rules, wan

FACTS = ChangeFacts(wan(1000), moved=wan(150), new_total=wan(1000), goal_changed=False, already_done=False)


@pytest.mark.parametrize(
    ("change", "own"),
    [
        ({}, True),
        ({"moved": Money(wan(150).fen + 1)}, False),
        ({"goal_changed": True}, False),
        ({"new_total": Money(wan(1000).fen + 1)}, False),
        ({"new_total": wan(900)}, True),
    ],
)
def test_fifteen_per_cent_with_goal_and_total_unchanged_is_the_units_own_affair(change, own):
    facts = replace(FACTS, **change)
    assert own_decision(facts, rules(IN_2020)) is own
    assert {found.code for found in change_findings(facts, rules(IN_2020))} == {"R09" if own else "R10"}


@pytest.mark.parametrize(("day", "code"), [(IN_2006, "CHANGE"), (IN_2008, "R10")])
def test_before_2020_every_change_wants_prior_approval(day, code):
    assert own_decision(FACTS, rules(day)) is False
    found = change_findings(FACTS, rules(day))
    assert {one.code for one in found} == {code}
    assert "须报原审批部门事先批准" in str(found[0].what)


@pytest.mark.parametrize(("day", "code"), [(IN_2006, "CHANGE"), (IN_2008, "R10"), (IN_2020, "R10")])
def test_what_is_done_already_is_not_approved_afterwards(day, code):
    late = replace(FACTS, moved=wan(400), already_done=True)
    findings = change_findings(late, rules(day))
    assert outcome(findings).blocked == (code,)
    assert "不受理事后报批" in str(next(found for found in findings if found.blocks).what)


def test_filing_an_own_change_after_the_fact_is_allowed():
    assert outcome(change_findings(replace(FACTS, already_done=True), rules(IN_2020))).blocked == ()


def lines(**amounts):
    return [EstimateFact(CostCategory[name], name, wan(amount)) for name, amount in amounts.items()]


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (lines(HARDWARE=600, TRAINING=400), lines(HARDWARE=600, TRAINING=400), 0),
        (lines(HARDWARE=600, TRAINING=400), lines(HARDWARE=500, TRAINING=500), 100),
        (lines(HARDWARE=600, TRAINING=400), lines(HARDWARE=600, DESIGN=400), 400),
        (lines(HARDWARE=600, TRAINING=400), lines(HARDWARE=700, TRAINING=400), 100),
        (lines(HARDWARE=600, TRAINING=400), lines(HARDWARE=500, TRAINING=400), 100),
    ],
)
def test_what_moves_is_counted_once_line_by_line(before, after, moved):
    assert moved_between(before, after) == wan(moved)
