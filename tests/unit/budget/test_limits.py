"""Limits on plain numbers: what holds, what is left, what the database is told."""

from __future__ import annotations

import pytest

from budget.rules.limits import (
    ACCOUNT_LIMITS,
    CONTRACT_LIMITS,
    LIMITS,
    LINE_LIMITS,
    by_constraint,
    of_table,
)
from budget.rules.refusals import another_person, typed
from portfolio.foundation.errors import Conflict, InsufficientFunds, Refused, say
from portfolio.foundation.roles import Actor

LINE = {
    "carried_in": 20,
    "allotted": 80,
    "carried_out": 0,
    "released": 70,
    "committed": 60,
    "paid": 50,
    "returned": 0,
}


def _limit(code, limits=LINE_LIMITS):
    return next(limit for limit in limits if limit.code == code)


@pytest.mark.parametrize(
    ("code", "changed", "holds"),
    [
        ("M01", {"committed": 100}, True),
        ("M01", {"committed": 101}, False),
        ("M01", {"committed": 60, "carried_out": 41}, False),
        ("M02", {"released": 100}, True),
        ("M02", {"released": 101}, False),
        ("M03", {"paid": 60}, True),
        ("M03", {"paid": 61}, False),
        ("M04", {"paid": 60, "released": 59}, False),
        ("M05", {"returned": 50}, True),
        ("M05", {"returned": 51}, False),
    ],
)
def test_the_limits_of_a_line(code, changed, holds):
    assert _limit(code).holds({**LINE, **changed}) is holds


ACCOUNT = {"cap": None, "preparatory_limit": 10, "contracted": 6, "direct": 4, "allotted": 10, "paid": 0}


@pytest.mark.parametrize(
    ("code", "changed", "holds"),
    [
        ("M11", {}, True),
        ("M11", {"direct": 5}, False),  # before the estimate the preparatory limit is the cap
        ("M11", {"direct": 5, "cap": 11}, True),
        ("R08", {"allotted": 11}, False),
        ("R08", {"allotted": 11, "cap": 20}, True),
        ("M12", {"allotted": 11}, True),  # nothing to compare with yet
        ("M12", {"allotted": 21, "cap": 20}, False),
        ("M13", {"paid": 11}, False),
    ],
)
def test_the_limits_of_an_account(code, changed, holds):
    assert _limit(code, ACCOUNT_LIMITS).holds({**ACCOUNT, **changed}) is holds


def test_a_settled_contract_is_held_to_its_settled_value():
    limit = _limit("M21", CONTRACT_LIMITS)
    assert limit.holds({"paid": 95, "value": 100, "settled_value": None})
    assert not limit.holds({"paid": 95, "value": 100, "settled_value": 90})


def test_a_contract_without_an_award_has_none_to_pass():
    row = {"original_value": 100, "award": None}
    assert _limit("M22", CONTRACT_LIMITS).holds(row)


def test_a_finding_says_what_is_left_and_what_is_asked():
    finding = _limit("M01").finding(LINE, {**LINE, "committed": 120})
    assert str(finding.what) == "预算指标不足：尚余0.40元，本次需要0.60元"
    assert (str(finding.figure), str(finding.limit)) == ("1.20元", "1.00元")
    assert finding.blocks


def test_a_limit_is_written_for_the_database_as_it_is_held_here():
    assert _limit("M01").sql() == "committed + carried_out <= carried_in + allotted"
    assert _limit("M11", ACCOUNT_LIMITS).sql() == "contracted + direct <= COALESCE(cap, preparatory_limit)"
    assert _limit("R08", ACCOUNT_LIMITS).sql() == "cap IS NOT NULL OR allotted <= preparatory_limit"
    assert by_constraint("ck_budget_line_paid").sql() == "0 <= paid"


def test_every_limit_has_a_name_of_its_own_and_belongs_to_the_table_in_it():
    names = [limit.constraint for limit in LIMITS]
    assert len(names) == len(set(names))
    tables = ("budget_line", "project_account", "contract", "instalment", "direct_cost", "ceiling")
    for table in tables:
        assert all(limit.constraint.startswith(f"ck_{table}_") for limit in of_table(table))
    assert {limit.constraint for table in tables for limit in of_table(table)} == set(names)
    assert by_constraint("ck_nothing") is None
    assert of_table("plan") == ()


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.constraint)
def test_a_limit_met_in_the_database_is_the_same_refusal_as_one_met_before(limit):
    refusal = typed(limit.constraint)
    assert isinstance(refusal, InsufficientFunds)
    assert refusal.codes == (limit.code,)
    assert refusal.remedy is limit.remedy


@pytest.mark.parametrize(
    ("violated", "kind", "says"),
    [
        ("uq_entry_corrects", Conflict, "已被冲销"),
        ("entry.corrects_id", Conflict, "已被冲销"),
        ("posting_request.key", Conflict, "正在办理"),
        ("ck_entry_people", Refused, "不同的人"),
        ("ck_contract_balanced", Refused, "ck_contract_balanced"),
    ],
)
def test_other_constraints_are_typed_refusals_too(violated, kind, says):
    refusal = typed(violated)
    assert type(refusal) is kind
    assert says in str(refusal)
    assert refusal.basis
    assert refusal.remedy is not None


def test_two_people_are_two_people_also_by_delegation():
    def finds(user, on_behalf_of=None):
        return another_person(1, Actor(user, "", 1, frozenset(), on_behalf_of), say("记账")).passed

    assert finds(2)
    assert not finds(1)
    assert not finds(2, on_behalf_of=1)
    assert not finds(1, on_behalf_of=3)
