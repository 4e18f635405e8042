"""What may be typed into a money field, a year, a month."""

from __future__ import annotations

from portfolio.foundation.errors import Invalid, NotFound, say
from portfolio.foundation.money import Money

LARGEST = Money.from_yi(10_000)
"""More than any single posting of the programme, whose whole is 1,000亿元."""

FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST_TEXT = 1000


def positive(amount: object, field: str = "amount") -> Money:
    """``amount`` when it is money above zero and not absurd; raises ``Invalid`` naming ``field``."""
    if not isinstance(amount, Money):
        raise Invalid({field: say("须为金额")})
    if amount.fen <= 0:
        raise Invalid({field: say("金额须大于零")})
    if amount > LARGEST:
        raise Invalid({field: say("单笔金额超过{limit}，请核对单位", limit=LARGEST)})
    return amount


def not_negative(amount: object, field: str = "amount") -> Money:
    """``amount`` when it is money, zero or more, and not absurd; raises ``Invalid`` naming ``field``."""
    if isinstance(amount, Money) and not amount:
        return amount
    return positive(amount, field)


def year_of_account(year: object, field: str = "year") -> int:
    """``year`` when books may be kept for it; raises ``Invalid`` naming ``field``."""
    if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid({field: say("年度须在{first}至{last}之间", first=FIRST_YEAR, last=LAST_YEAR)})
    return year


def hold_year(year: int) -> None:
    """Raise ``NotFound`` for a year that no books are kept for: the address of a page names it."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound(say("没有{year}年的账", year=year))


def written(text: object, field: str, *, needed: bool = True) -> str:
    """``text`` without surrounding space; raises ``Invalid`` when it is missing or too long."""
    if not isinstance(text, str):
        raise Invalid({field: say("须为文字")})
    cleaned = text.strip()
    if needed and not cleaned:
        raise Invalid({field: say("必填")})
    if len(cleaned) > LONGEST_TEXT or "\x00" in cleaned:
        raise Invalid({field: say("文字过长或含有不可用的字符")})
    return cleaned
