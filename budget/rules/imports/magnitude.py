"""Whether the declared unit of a table can be the right one: what its heads say, and amounts that are
ten thousand times off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from budget.rules.imports.words import AmountUnit
from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money

WAN = 10_000
UNIT_BASIS = "导入时声明的金额单位须与表中一致"
_SMALL = Money.from_yuan(10_000)
_NAMED = re.compile(
    r"(?:(?P<large>亿元|[千百十]?万元|[千百]元|CNY 10k)"
    r"|(?:^|[（(/:：,，、\s]|单位|人民币)(?P<yuan>元|CNY))[)）*＊\s]*$"
)
_UNITS = {"万元": AmountUnit.WAN, "CNY 10k": AmountUnit.WAN, "元": AmountUnit.YUAN, "CNY": AmountUnit.YUAN}


def unit_conflict(heads: Sequence[str], above: Sequence[str], unit: AmountUnit) -> Message | None:
    """Why a table says itself that its amounts are not in ``unit``; ``None`` if it does not.

    The ``heads`` of its amounts say it, as in 金额（万元）; if none does, a line ``above``, as in 单位：元.
    A title that ends in an amount, as in 新增投资1000亿元, names none.
    """
    named = [(text, found) for text in heads if (found := _named(text))]
    named = named or [(text, found) for text in above if (found := _named(text, amounts=False))]
    for text, found in named:
        if _UNITS.get(found) is not unit:
            return say("表中写明“{text}”，声明的金额单位是{unit}", text=text[:40], unit=unit)
    return None


def _named(text: str, *, amounts: bool = True) -> str:
    """The unit at the end of a text, if there is one; without ``amounts`` none behind a number."""
    found = _NAMED.search(text)
    if found is None:
        return ""
    unit = found["large"] or found["yuan"]
    before = text[: text.rindex(unit)].rstrip()
    return unit if amounts or not before[-1:].isnumeric() else ""


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
