"""Money as whole fen (分), with the units people read: yuan, 万元, 亿元 and capital numerals 大写.

Basis of the capital form: 支付结算办法附一《正确填写票据和结算凭证的基本规定》.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, Self

from portfolio.foundation.errors import Invalid, say

FEN_PER_YUAN = 100
FEN_PER_WAN = 10_000 * FEN_PER_YUAN
FEN_PER_YI = 10_000 * FEN_PER_WAN
LIMIT_FEN = 10**17  # ten trillion yuan: far above any programme, far below a 64-bit column's end

_NUMBER = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿", "万亿")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in whole fen; may be negative (a correction), never fractional."""

    fen: int
    ZERO: ClassVar[Money]

    def __post_init__(self) -> None:
        """Refuse anything but a whole number within the limits of the books."""
        if type(self.fen) is not int:
            raise TypeError(f"fen must be int, not {type(self.fen).__name__}")
        if abs(self.fen) > LIMIT_FEN:
            raise Invalid({"amount": say("金额超出系统可记的范围（十万亿元）")})

    @classmethod
    def from_yuan(cls, text: str | int | Decimal, *, field: str = "amount") -> Self:
        """Read yuan; ``field`` names the field in the error.  Half a fen is refused, never rounded."""
        return cls(_to_fen(text, FEN_PER_YUAN, field))

    @classmethod
    def from_wan(cls, text: str | int | Decimal, *, field: str = "amount") -> Self:
        """Read 万元 (10,000 yuan)."""
        return cls(_to_fen(text, FEN_PER_WAN, field))

    @classmethod
    def from_yi(cls, text: str | int | Decimal, *, field: str = "amount") -> Self:
        """Read 亿元 (100,000,000 yuan)."""
        return cls(_to_fen(text, FEN_PER_YI, field))

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The sum of ``amounts``; zero when there are none."""
        return cls(sum(amount.fen for amount in amounts))

    def __add__(self, other: Money) -> Money:
        """Add money to money."""
        return Money(self.fen + other.fen) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: Money) -> Money:
        """Take money from money."""
        return Money(self.fen - other.fen) if isinstance(other, Money) else NotImplemented

    def __mul__(self, times: int) -> Money:
        """A whole multiple."""
        return Money(self.fen * times) if type(times) is int else NotImplemented

    def __neg__(self) -> Money:
        """The same amount the other way round."""
        return Money(-self.fen)

    def __bool__(self) -> bool:
        """Whether there is any money at all."""
        return self.fen != 0

    def share(self, numerator: int, denominator: int) -> Money:
        """``numerator``/``denominator`` of the amount, rounded half up to the fen (limits in per cent)."""
        exact = Decimal(self.fen) * numerator / denominator
        return Money(int(exact.quantize(Decimal(1), ROUND_HALF_UP)))

    def ratio_to(self, whole: Money) -> Decimal | None:
        """This amount divided by ``whole``, four decimals; ``None`` when there is no whole."""
        if not whole:
            return None
        return (Decimal(self.fen) / Decimal(whole.fen)).quantize(Decimal("0.0001"), ROUND_HALF_UP)

    def yuan_text(self) -> str:
        """Yuan with thousands separators and two decimals: ``1,409.50``."""
        sign = "-" if self.fen < 0 else ""
        yuan, fen = divmod(abs(self.fen), FEN_PER_YUAN)
        return f"{sign}{yuan:,}.{fen:02d}"

    def wan_text(self) -> str:
        """万元 with two decimals, rounded half up for display only."""
        return _unit_text(self.fen, FEN_PER_WAN)

    def yi_text(self) -> str:
        """亿元 with two decimals, rounded half up for display only."""
        return _unit_text(self.fen, FEN_PER_YI)

    def __str__(self) -> str:
        """As sentences carry it: 万元 when whole to two decimals, else yuan."""
        return f"{self.wan_text()}万元" if self.fen % FEN_PER_YUAN**2 == 0 else f"{self.yuan_text()}元"

    def capital(self) -> str:
        """Capital numerals of a formal document: ``人民币壹仟肆佰零玖元伍角``."""
        if self.fen < 0:
            return "人民币负" + Money(-self.fen).capital().removeprefix("人民币")
        yuan, rest = divmod(self.fen, FEN_PER_YUAN)
        jiao, fen = divmod(rest, 10)
        text = f"{_capital_integer(yuan)}元" if yuan else ""
        if jiao:
            text += _DIGITS[jiao] + "角"
        if fen:
            text += ("零" if yuan and not jiao else "") + _DIGITS[fen] + "分"
        if not text:
            text = "零元"
        return "人民币" + text + ("" if fen or jiao else "整")


Money.ZERO = Money(0)


def _to_fen(text: str | int | Decimal, unit: int, field: str) -> int:
    """Whole fen of a number given in ``unit`` fen; refuses what is not exactly a number of fen."""
    cleaned = str(text).strip().translate(_HALF_WIDTH)
    if len(cleaned) > 40 or not _NUMBER.fullmatch(cleaned):
        raise Invalid({field: say("“{text}”不是金额", text=cleaned[:40])})
    exact = Decimal(cleaned.replace(",", "")) * unit
    if exact != exact.to_integral_value():
        raise Invalid({field: say("金额最小到分：“{text}”", text=cleaned)})
    if abs(exact) > LIMIT_FEN:
        raise Invalid({field: say("金额超出系统可记的范围（十万亿元）")})
    return int(exact)


_HALF_WIDTH = str.maketrans(
    "０１２３４５６７８９．，－＋", "0123456789.,-+"
)  # 全角 digits from an input method


def _unit_text(fen: int, unit: int) -> str:
    hundredths = (abs(fen) * 200 + unit) // (2 * unit)
    sign = "-" if fen < 0 and hundredths else ""
    whole, cents = divmod(hundredths, 100)
    return f"{sign}{whole:,}.{cents:02d}"


def _capital_integer(value: int) -> str:
    """The capital numerals of a positive whole number, one 零 for any run of zeros."""
    sections: list[int] = []
    while value:
        value, section = divmod(value, 10_000)
        sections.append(section)
    text = ""
    gap = False
    for index in range(len(sections) - 1, -1, -1):
        section = sections[index]
        if not section:
            gap = bool(text)
            continue
        if text and (gap or section < 1000):
            text += "零"
        text += _capital_section(section) + _section_unit(index, sections)
        gap = False
    return text


def _section_unit(index: int, sections: list[int]) -> str:
    """万, 亿, or 万亿; 万亿 is shortened to 万 when an 亿 section follows it."""
    if index == 3 and sections[2]:
        return "万"
    return _SECTIONS[index]


def _capital_section(section: int) -> str:
    """The capital numerals of 1 to 9999."""
    text = ""
    gap = False
    for place in range(3, -1, -1):
        digit = section // 10**place % 10
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = bool(text)
    return text
