"""The two sides of a reconciliation statement, and what is said of balances."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from budget.rules.adjusting import Adjustment, balance_finding, following_finding, gap_finding
from portfolio.foundation.errors import Level
from portfolio.foundation.money import Money

NOTHING = Money.ZERO
SHEET = Adjustment(
    opening=Money(1000),
    closing=Money(760),
    received=Money(10),  # 7 of interest, 3 returned
    paid=Money(250),  # 150 of this month with 5 too much, 60 of an earlier one, 30 booked later, 5 of a fee
    returned=Money(5),  # 3 on the statement, 2 not
    booked=Money(170),  # 150 on the statement, 20 not
    not_received=Money(2),
    not_paid=Money(20),
    unbooked_received=Money(7),
    unbooked_paid=Money(5),
    carried_in=Money(100),
    carried_out=Money(40),
    differing=Money(5),
    ahead=Money(30),
)


def test_both_sides_come_to_the_same() -> None:
    assert (SHEET.bank, SHEET.books) == (Money(760), Money(735))
    assert (SHEET.bank_adjusted, SHEET.books_adjusted) == (Money(702), Money(702))
    assert SHEET.gap == NOTHING
    assert gap_finding(SHEET.gap).passed


def test_a_payment_booked_after_the_matching_is_a_gap() -> None:
    later = replace(SHEET, booked=Money(171))
    assert later.gap == Money(1)
    assert str(gap_finding(later.gap).what) == "两方调节后相差0.01元：核对之后账面有新的凭证"


def test_without_balances_the_movements_are_compared() -> None:
    moved = replace(SHEET, opening=None, closing=None)
    assert (moved.bank, moved.gap) == (Money(-240), NOTHING)


def test_balances_are_held_against_the_lines_and_the_statement_before() -> None:
    assert balance_finding(Money(1000), Money(10), Money(250), Money(760)).passed
    wrong = balance_finding(Money(1000), Money(10), Money(250), Money(700))
    assert wrong.blocks
    assert str(wrong.what).endswith("与期末余额7.00元相差0.60元")
    days = (date(2010, 2, 1), date(2010, 3, 1))
    assert following_finding(days[0], Money(5), days[1], Money(5), Level.BLOCK, "").passed
    apart = following_finding(days[0], Money(5), days[1], Money(7), Level.WARN, "依据")
    assert (apart.blocks, apart.passed, apart.basis) == (False, False, "依据")
    assert str(apart.what) == "2010年2月期末余额0.05元与2010年3月期初余额0.07元相差0.02元"
