"""The reconciliation statement 余额调节表: what the bank states and what the books have, adjusted.

The books keep payments and what came back, no balance of an account.  Their side therefore begins with the
balance that the bank states at the beginning of the month, less what had been paid by then without having
left the account; what follows on either side is known to the fen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from budget.rules.reconciling import RECONCILING_BASIS
from portfolio.foundation.errors import Finding, Level, say
from portfolio.foundation.money import Money

BALANCE_CODE, OPEN_CODE, GAP_CODE = "M62", "M63", "M64"
FOLLOWING_RULE = "STATEMENT"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Both sides of the statement of a month; everything is zero or more but for the last four.

    ``opening`` and ``closing`` are as the bank states them, ``None`` where they were not asked for.
    ``received`` and ``paid`` are on the statement, ``returned`` and ``booked`` in the books of the month.
    ``not_received`` and ``not_paid`` are of the month in the books alone, ``unbooked_received`` and
    ``unbooked_paid`` on the statement alone.  Net, and negative for what came back: ``carried_in`` was booked
    before the month and had not left the account when it began, ``carried_out`` still has not;
    ``differing`` is how much more the bank paid where amounts differ; ``ahead`` left the account by the end
    of the month and was booked later.
    """

    opening: Money | None
    closing: Money | None
    received: Money
    paid: Money
    returned: Money
    booked: Money
    not_received: Money
    not_paid: Money
    unbooked_received: Money
    unbooked_paid: Money
    carried_in: Money
    carried_out: Money
    differing: Money
    ahead: Money

    @property
    def start(self) -> Money:
        """Where both sides begin."""
        return Money.ZERO if self.opening is None else self.opening

    @property
    def bank(self) -> Money:
        """The balance of the account at the end of the month."""
        return self.start + self.received - self.paid

    @property
    def books(self) -> Money:
        """What the books come to at the end of the month."""
        return self.start - self.carried_in + self.returned - self.booked

    @property
    def bank_adjusted(self) -> Money:
        """The bank's balance with what only the books have."""
        return self.bank + self.not_received - self.not_paid - self.carried_out

    @property
    def books_adjusted(self) -> Money:
        """What the books come to with what only the bank has."""
        unbooked = self.unbooked_received - self.unbooked_paid
        return self.books + unbooked - self.differing - self.ahead

    @property
    def gap(self) -> Money:
        """What is not explained: entries made after the matching; zero when all is well."""
        return self.bank_adjusted - self.books_adjusted


def balance_finding(opening: Money, received: Money, paid: Money, closing: Money) -> Finding:
    """Whether a statement adds up: opening balance, plus receipts, less payments, is the closing balance."""
    due = opening + received - paid
    told = say(
        "期初余额{opening}加收入{received}减支出{paid}应为{due}，与期末余额{closing}相差{gap}",
        opening=opening,
        received=received,
        paid=paid,
        due=due,
        closing=closing,
        gap=_distance(closing, due),
    )
    return Finding(
        BALANCE_CODE,
        due == closing,
        say("期初余额加收入减支出等于期末余额") if due == closing else told,
        RECONCILING_BASIS,
        remedy=say("请核对期初、期末余额和表中各行，补全后重新导入"),
    )


def following_finding(
    before: date, closing: Money, after: date, opening: Money, level: Level, basis: str
) -> Finding:
    """Whether a statement begins with what the one before it left; each of the month of a day."""
    months = {"year": before.year, "month": before.month, "next_year": after.year, "next": after.month}
    passed = closing == opening
    told = say(
        "{year}年{month}月期末余额{closing}与{next_year}年{next}月期初余额{opening}相差{gap}",
        **months,
        closing=closing,
        opening=opening,
        gap=_distance(closing, opening),
    )
    return Finding(
        FOLLOWING_RULE,
        passed,
        say("{year}年{month}月期末余额与{next_year}年{next}月期初余额一致", **months) if passed else told,
        basis,
        level,
        remedy=say("请核对两份对账单的余额；其间缺少的对账单请补充导入"),
    )


def open_finding(count: int) -> Finding:
    """Whether every exception of a statement is settled."""
    return Finding(
        OPEN_CODE,
        count == 0,
        say("此对账单尚有{n}项差异未处理", n=count) if count else say("此对账单的差异已全部处理"),
        RECONCILING_BASIS,
        remedy=say("请逐项对应、说明或更正；更正指令须已记账"),
    )


def gap_finding(gap: Money) -> Finding:
    """Whether both adjusted balances are the same."""
    return Finding(
        GAP_CODE,
        not gap,
        say("两方调节后相差{gap}：核对之后账面有新的凭证", gap=gap) if gap else say("两方调节后一致"),
        RECONCILING_BASIS,
        remedy=say("请重新核对"),
    )


def _distance(one: Money, other: Money) -> Money:
    return Money(abs(one.fen - other.fen))
