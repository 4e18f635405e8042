"""What entries may say and when, how they are chained, what instalments add up to, what may be typed."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.rules import amounts
from budget.rules.accounts import Act, act_of, state_finding
from budget.rules.chain import GENESIS, content, entry_hash
from budget.rules.ledger import allowed, date_finding, moves_sql, reversal_finding
from budget.rules.plan import commitments_finding, planned_finding
from budget.rules.schedule import InstalmentPlan, balance_finding, check_plans, reductions, year_finding
from budget.rules.sources import FISCAL, ceiling_bound, fiscal_level, programme_source
from budget.rules.words import AccountState, ContractKind, EntryKind, InstalmentKind, Measure
from portfolio.foundation.clock import ZONE
from portfolio.foundation.errors import Invalid, Level
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource


@pytest.mark.parametrize(
    ("kind", "measure", "fen", "may"),
    [
        (EntryKind.PAY, Measure.PAID, 1, True),
        (EntryKind.PAY, Measure.PAID, -1, False),
        (EntryKind.PAY, Measure.COMMITTED, 1, False),
        (EntryKind.REFUND, Measure.PAID, -1, True),
        (EntryKind.REFUND, Measure.RETURNED, 1, True),
        (EntryKind.REFUND, Measure.RETURNED, -1, False),
        (EntryKind.ALLOT, Measure.ALLOTTED, 0, False),
        (EntryKind.DECOMMIT, Measure.COMMITTED, 1, False),
        (EntryKind.REVERSE, Measure.RELEASED, -1, True),
    ],
)
def test_each_kind_moves_what_it_may(kind, measure, fen, may):
    assert allowed(kind, measure, fen) is may


def test_the_database_is_told_about_every_kind():
    sql = moves_sql()
    more, less = sql.split(" OR amount < 0 AND ")
    assert "'pay.paid'" in more
    assert "'pay.paid'" not in less
    assert "kind IN ('opening', 'reverse')" in more
    assert "kind IN ('reverse')" in less
    assert all(f"'{kind.value}" in sql for kind in EntryKind)


@pytest.mark.parametrize(
    ("kind", "measure", "day", "passes"),
    [
        (EntryKind.PAY, Measure.PAID, date(2026, 3, 2), True),
        (EntryKind.PAY, Measure.PAID, date(2026, 3, 3), False),  # tomorrow
        (EntryKind.PAY, Measure.PAID, date(2025, 12, 31), False),
        (EntryKind.ALLOT, Measure.ALLOTTED, date(2025, 12, 31), True),  # ahead
        (EntryKind.REVERSE, Measure.ALLOTTED, date(2025, 12, 31), True),
        (EntryKind.RELEASE, Measure.RELEASED, date(2025, 12, 31), False),
    ],
)
def test_an_entry_takes_effect_in_the_years_of_its_line(kind, measure, day, passes):
    assert date_finding(kind, measure, 2026, day, date(2026, 3, 2)).passed is passes


def test_what_takes_off_or_comes_back_may_come_in_a_later_year():
    late, today = date(2028, 1, 5), date(2028, 2, 1)
    assert date_finding(EntryKind.DECOMMIT, Measure.COMMITTED, 2026, late, today).passed
    assert date_finding(EntryKind.REFUND, Measure.RETURNED, 2026, late, today).passed
    assert not date_finding(EntryKind.REFUND, Measure.PAID, 2026, late, today).passed


def test_a_reversal_is_made_once_and_of_certain_kinds():
    assert reversal_finding(EntryKind.PAY, corrected=False, refunded=False).passed
    assert not reversal_finding(EntryKind.PAY, corrected=True, refunded=False).passed
    assert not reversal_finding(EntryKind.PAY, corrected=False, refunded=True).passed
    assert not reversal_finding(EntryKind.REVERSE, corrected=False, refunded=False).passed
    assert not reversal_finding(EntryKind.CARRY_OVER, corrected=False, refunded=False).passed


# --- chain --------------------------------------------------------------------------------------------------

SAID = {
    "line": 3,
    "kind": EntryKind.PAY,
    "amount": Money(5),
    "effective_on": date(2026, 3, 2),
    "at": datetime(2026, 3, 2, 10, tzinfo=ZONE),
    "note": "首付款",
    "corrects": None,
}


def test_what_an_entry_says_has_one_spelling():
    assert content(SAID) == (
        '{"amount":5,"at":"2026-03-02T10:00:00+08:00","corrects":null,"effective_on":"2026-03-02",'
        '"kind":"pay","line":3,"note":"\\u9996\\u4ed8\\u6b3e"}'
    )
    assert content({**SAID, "amount": 5}) == content(SAID)


def test_the_hash_covers_what_is_said_the_number_and_the_one_before():
    text = content(SAID)
    found = entry_hash(text, 1, GENESIS)
    assert found == hashlib.sha256(f"{text}|1|{GENESIS}".encode()).hexdigest()
    others = {entry_hash(text, 2, GENESIS), entry_hash(text, 1, "f" * 64), entry_hash(text + " ", 1, GENESIS)}
    assert len(others | {found}) == 4


# --- schedule -----------------------------------------------------------------------------------------------


def test_instalments_add_up_to_the_value():
    assert balance_finding(Money(100), [Money(40), Money(60)]).passed
    finding = balance_finding(Money(10_000), [Money(4_000)])
    assert finding.blocks
    assert "相差60.00元" in str(finding.what)


def test_no_instalment_lies_in_a_past_year():
    assert year_finding([2026, 2027], 2026).passed
    assert year_finding([], 2026).passed
    assert not year_finding([2025, 2027], 2026).passed


@given(st.lists(st.integers(0, 1000), max_size=8), st.integers(0, 4000))
def test_what_is_not_due_leaves_the_last_instalments_first(amounts_, by):
    left = [Money(fen) for fen in amounts_]
    taken = reductions(left, Money(by))
    assert Money.total(taken) == min(Money(by), Money.total(left))
    assert all(Money.ZERO <= off <= most for off, most in zip(taken, left, strict=True))
    first_touched = next((index for index, off in enumerate(taken) if off), len(taken))
    assert taken[first_touched + 1 :] == left[first_touched + 1 :]


def test_an_instalment_survives_being_written_down():
    plan = InstalmentPlan(
        2027, Money(5), InstalmentKind.RETENTION, FundingSource.CENTRAL, date(2027, 6, 1), 9
    )
    assert InstalmentPlan.from_data(plan.as_data()) == plan
    assert InstalmentPlan.from_data(InstalmentPlan(2027, Money(5)).as_data()) == InstalmentPlan(
        2027, Money(5)
    )


def test_every_wrong_instalment_is_named():
    plans = [
        InstalmentPlan(2026, Money(5)),
        InstalmentPlan(1900, Money(0)),
        InstalmentPlan(2026, Money(1), source=FundingSource.OTHER),
    ]
    with pytest.raises(Invalid) as refusal:
        check_plans(plans)
    assert "instalments[2].amount" in refusal.value.fields
    assert "instalments[3].source" in refusal.value.fields
    with pytest.raises(Invalid):
        check_plans([InstalmentPlan(2026, Money(5))] * 201)


# --- accounts, plan, sources, amounts -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "act", "may"),
    [
        (AccountState.NONE, Act.ALLOT, False),
        (AccountState.PREPARATORY, Act.ALLOT, True),
        (AccountState.PREPARATORY, Act.PREPARE, True),
        (AccountState.PREPARATORY, Act.BUILD, False),
        (AccountState.OPEN, Act.BUILD, True),
        (AccountState.FROZEN, Act.PAY, False),
        (AccountState.CLOSED, Act.PAY, False),
        (AccountState.CLOSED, Act.CORRECT, True),
    ],
)
def test_an_account_does_what_its_state_allows(state, act, may):
    assert state_finding(state, act).passed is may


def test_only_preparatory_contracts_prepare():
    assert [kind for kind in ContractKind if act_of(kind) is Act.PREPARE] == [ContractKind.PREPARATORY]


def test_allotments_stay_within_the_plan():
    source = FundingSource.MUNICIPAL
    assert planned_finding(2026, source, Money(100), Money(40), Money(60)).passed
    assert not planned_finding(2026, source, Money(100), Money(40), Money(61)).passed
    assert not planned_finding(2026, source, None, Money(0), Money(1)).passed
    assert planned_finding(2026, source, None, Money(-10), Money(10)).passed  # taken off an opening
    beyond = planned_finding(2026, source, Money(100), Money(-10), Money(111))
    assert (beyond.passed, beyond.what.parameters["asked"]) == (False, Money(101))


def test_later_years_above_their_approved_funding_are_only_warned_about():
    finding = commitments_finding(2027, Money(2), Money(1))
    assert finding.level is Level.WARN
    assert not finding.passed
    assert not finding.blocks
    assert commitments_finding(2027, Money(1), Money(1)).passed
    assert not commitments_finding(2027, Money(1), None).passed


def test_sources_know_their_level_and_whether_the_ceiling_binds():
    assert [source for source in FundingSource if ceiling_bound(source)] == [FundingSource.MUNICIPAL]
    assert {source: fiscal_level(source).label for source in FISCAL} == {
        FundingSource.MUNICIPAL: "市",
        FundingSource.DISTRICT: "区县",
        FundingSource.CENTRAL: "中央",
    }
    assert {programme_source(source).label for source in FundingSource} == {
        "政府",
        "企业自有",
        "银行贷款",
        "外资",
        "其他",
    }


@pytest.mark.parametrize("amount", [Money(0), Money(-1), amounts.LARGEST + Money(1), 5, "5", None])
def test_an_amount_is_money_above_zero(amount):
    with pytest.raises(Invalid):
        amounts.positive(amount)


def test_zero_is_no_negative_amount():
    assert amounts.not_negative(Money(0)) == Money(0)
    assert amounts.positive(amounts.LARGEST) == amounts.LARGEST
    with pytest.raises(Invalid):
        amounts.not_negative(Money(-1))


@pytest.mark.parametrize("year", [1989, 2101, "2026", 2026.0, None, True])
def test_a_year_of_account_is_a_whole_number_within_reason(year):
    with pytest.raises(Invalid):
        amounts.year_of_account(year)


@pytest.mark.parametrize("text", ["", "  ", None, 5, "长" * 1001, "a\x00b"])
def test_a_text_is_there_and_not_too_long(text):
    with pytest.raises(Invalid):
        amounts.written(text, "reason")
    assert amounts.written(" 好 ", "reason") == "好"
