"""Whether the declared unit of a table can be the right one: an amount that is ten thousand times off."""

from __future__ import annotations

from budget.rules.imports.words import AmountUnit
from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money

WAN = 10_000
UNIT_BASIS = "导入时声明的金额单位须与表中一致"
_SMALL = Money.from_yuan(10_000)


def unit_doubt(amount: Money, due: Money, unit: AmountUnit, *, confirmed: bool) -> Message | None:
    """Why ``amount`` may be meant in the other unit, held against what is ``due``; ``None`` if it is not.

    Too large: declared in 万元, yet only a ten-thousandth of it is within what is due.  Too small: declared
    in yuan and below 10,000 yuan, while ten thousand times as much is just what is due; that may be true, so
    that ``confirmed`` silences it.
    """
    if unit is AmountUnit.WAN and amount > due and 0 < amount.fen <= due.fen * WAN:
        if amount.fen >= due.fen * 100 and amount.fen % WAN == 0:
            return say(
                "金额{amount}远超应付{due}，按元计则在应付之内：表中可能是元，声明的是万元",
                amount=amount,
                due=due,
            )
        return None
    small = unit is AmountUnit.YUAN and not confirmed and Money.ZERO < amount < _SMALL
    if small and due.fen <= amount.fen * WAN * 10 and amount.fen * WAN <= due.fen:
        return say(
            "金额{amount}按万元计正与应付{due}相当：表中可能是万元，声明的是元", amount=amount, due=due
        )
    return None
