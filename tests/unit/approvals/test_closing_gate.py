"""Where the procedure meets the books: final accounts, surplus, and what must be over before closing."""

from dataclasses import replace
from datetime import date

import pytest

from approvals.rules.acceptance_gate import Clock
from approvals.rules.closing_gate import (
    Books,
    ClosingFacts,
    FinalAccounts,
    closing_gate,
    final_accounts_gate,
    post_evaluation_clock,
)
from portfolio.foundation.money import Money
from tests.unit.approvals.samples import IN_2006, IN_2008, IN_2020, outcome, rules, wan

NEVER = Clock(None, None, date(2008, 3, 3))
LATE = Clock(date(2008, 1, 10), date(2008, 4, 10), date(2008, 4, 11))
BOOKS = Books(contracted=wan(900), direct=wan(50), paid=wan(905), received=wan(1000))
ESTIMATE = wan(1000)


def judged(accounts, estimate=ESTIMATE, books=BOOKS, clock=NEVER, day=IN_2008):
    return final_accounts_gate(accounts, estimate, books, clock, rules(day))


def test_accounts_that_agree_with_the_books_pass():
    assert outcome(judged(FinalAccounts(wan(950)))).blocked == ()


@pytest.mark.parametrize("typed", [wan(949), wan(951), Money(wan(950).fen + 1), Money.ZERO])
def test_a_figure_that_contradicts_the_books_is_refused_with_what_they_say(typed):
    found = judged(FinalAccounts(typed))
    assert outcome(found).blocked == ("BOOKS",)
    [contradiction] = [one for one in found if one.blocks]
    assert str(contradiction.limit) == "合同900.00万元，非合同支出50.00万元"


def test_the_estimate_is_the_end_to_the_fen():
    exactly = replace(BOOKS, contracted=wan(950))
    assert outcome(judged(FinalAccounts(wan(1000)), books=exactly)).blocked == ()
    above = replace(BOOKS, contracted=Money(wan(950).fen + 1))
    assert outcome(judged(FinalAccounts(Money(wan(1000).fen + 1)), books=above)).blocked == (
        "FINAL_ACCOUNTS",
    )
    unfixed = judged(FinalAccounts(wan(950)), estimate=None)
    assert outcome(unfixed).blocked == ("FINAL_ACCOUNTS",)


def test_works_still_due_need_room_in_the_estimate_too():
    assert outcome(judged(FinalAccounts(wan(950), wan(50)))).blocked == ()
    assert outcome(judged(FinalAccounts(wan(950), wan(51)))).blocked == ("FINAL_ACCOUNTS",)


def test_no_accounts_before_every_contract_is_settled():
    found = judged(FinalAccounts(wan(950)), books=replace(BOOKS, unsettled=("HT-1", "HT-2")))
    assert outcome(found).blocked == ("SETTLED",)
    assert str(next(one for one in found if one.blocks).figure) == "HT-1、HT-2"


@pytest.mark.parametrize(
    ("received", "remaining", "said"),
    [
        (wan(1000), wan(0), "财政结余资金50.00万元，应当缴回"),
        (wan(1000), wan(20), "财政结余资金30.00万元，应当缴回"),
        (wan(950), wan(0), "无财政结余资金"),
        (wan(940), wan(0), "到位资金不足决算，尚缺10.00万元"),
    ],
)
def test_the_surplus_is_what_was_received_less_cost_and_works_due(received, remaining, said):
    found = judged(FinalAccounts(wan(950), remaining), books=replace(BOOKS, received=received))
    [surplus] = [one for one in found if one.code == "R15"]
    assert (str(surplus.what), surplus.passed) == (said, True)


def test_late_accounts_warn_from_2020():
    assert outcome(judged(FinalAccounts(wan(950)), clock=LATE, day=IN_2020)).warned == ("R14",)
    assert outcome(judged(FinalAccounts(wan(950)), clock=LATE, day=IN_2008)).warned == ()


PAID = replace(BOOKS, paid=wan(950), received=wan(950))
OVER = ClosingFacts(
    accepted=True,
    evaluation_issued=True,
    accounts=FinalAccounts(wan(950)),
    books=PAID,
    report_due=NEVER,
    reported=False,
)


@pytest.mark.parametrize("day", [IN_2006, IN_2008, IN_2020])
def test_what_is_accepted_evaluated_paid_and_returned_closes(day):
    assert outcome(closing_gate(OVER, rules(day))).blocked == ()


@pytest.mark.parametrize(
    ("changed", "blocked"),
    [
        ({"evaluation_issued": False}, ("CLOSING",)),
        ({"accepted": False, "evaluation_issued": False}, ("CLOSING", "CLOSING")),
        ({"books": replace(PAID, paid=wan(949))}, ("BOOKS", "R15")),  # the retention is still due
        ({"books": replace(PAID, received=wan(1000))}, ("R15",)),  # the surplus was not returned
        ({"books": replace(PAID, direct=wan(60), paid=wan(960), received=wan(960))}, ("BOOKS",)),
    ],
)
def test_what_is_still_open_keeps_a_project_from_closing(changed, blocked):
    assert outcome(closing_gate(replace(OVER, **changed), rules(IN_2008))).blocked == blocked


def test_works_within_the_approved_remainder_do_not_contradict_the_accounts():
    later = replace(PAID, contracted=wan(920), paid=wan(970), received=wan(970))
    facts = replace(OVER, accounts=FinalAccounts(wan(950), wan(20)), books=later)
    assert outcome(closing_gate(facts, rules(IN_2008))).blocked == ()


def test_a_project_accepted_before_the_system_has_no_accounts_to_contradict():
    assert outcome(closing_gate(replace(OVER, accounts=None), rules(IN_2008))).blocked == ()


def test_the_units_own_report_is_awaited_from_2020_and_only_warned_of():
    overdue = Clock(date(2020, 1, 1), date(2022, 1, 1), date(2022, 1, 2))
    assert outcome(post_evaluation_clock(overdue, False, rules(IN_2020))).warned == ("R16",)
    assert outcome(post_evaluation_clock(overdue, True, rules(IN_2020))).warned == ()
    assert post_evaluation_clock(overdue, False, rules(IN_2008)) == []
