"""What is in a cell, read as text, money, a day or a whole number, in the ways in which people type them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from portfolio.foundation.errors import Invalid, Message, say
from portfolio.foundation.money import Money

Cell: TypeAlias = str | float | int | bool | date | datetime | time | timedelta | None
"""A cell as a workbook or a CSV file holds it; nothing is ``""`` or ``None``."""

FIRST_YEAR, LAST_YEAR = 1990, 2100
_EPOCH = date(1899, 12, 30)
_SERIALS = range(32_874, 73_416)  # 1990-01-01 to 2100-12-31
_DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_SHORT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"[T ]+([01]?[0-9]|2[0-3])[:：][0-5][0-9]([:：][0-5][0-9](\.[0-9]+)?)?$")
_WHOLE = re.compile(r"第?([+-]?[0-9]{1,15})\s*[期年度季月]*")
_MONEY_SIGN = re.compile(r"^[¥￥]\s*|\s*元$")
_PLAIN = re.compile(r"[ -~\u4e00-\u9fff（）、，。；：]*")


class CellProblem(ValueError):
    """A cell does not hold what its column must; ``what`` says so."""

    def __init__(self, what: Message) -> None:
        super().__init__(what)
        self.what = what


def read_text(cell: Cell) -> str:
    """A cell as one line of text: numbers without a point where they are whole, full-width letters narrowed.

    Chinese punctuation stays; blanks around and doubled ones inside go.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _narrowed(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ", "seconds")
    return str(cell)


def _narrowed(text: str) -> str:
    if not _PLAIN.fullmatch(text):
        text = "".join(_narrow(letter) for letter in text)
    return " ".join(text.split())


def _narrow(letter: str) -> str:
    """A full-width letter, digit or sign of arithmetic as its narrow one; punctuation of sentences stays."""
    if letter in "（），。；：？！、“”‘’《》〔〕【】—…·":
        return letter
    if unicodedata.category(letter) in {"Cc", "Cf", "Zs"}:
        return " " if letter in "\t\r\n" or unicodedata.category(letter) == "Zs" else ""
    return unicodedata.normalize("NFKC", letter) if "\uff01" <= letter <= "\uff5e" else letter


def _number_text(number: float) -> str:
    """A number as a spreadsheet shows it: fifteen digits, no exponent."""
    if isinstance(number, int) or number.is_integer():
        return str(int(number))
    return f"{Decimal(f'{number:.15g}'):f}"


def read_money(cell: Cell, *, wan: bool) -> Money:
    """An amount in 万元 or in yuan; thousands separators, full-width digits and ¥ are understood.

    Raises ``CellProblem`` for what is no amount or finer than a fen; never rounds.
    """
    if isinstance(cell, bool | date | time | timedelta):
        raise CellProblem(say("“{text}”不是金额", text=read_text(cell)[:40]))
    text = _MONEY_SIGN.sub("", read_text(cell).replace("，", ",")).replace(" ", "")
    try:
        return Money.from_wan(text) if wan else Money.from_yuan(text)
    except Invalid as refusal:
        raise CellProblem(refusal.fields["amount"]) from None


def read_day(cell: Cell) -> date:
    """A day: a date cell, a serial number, or text such as 2010-03-24, 2010/3/24, 20100324, 2010年3月24日.

    The time of a day, which banks print behind it, is left out.  Raises ``CellProblem`` for no day or a year
    outside 1990 to 2100.
    """
    found = _as_day(cell)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CellProblem(say("“{text}”不是日期（如2010-03-24）", text=read_text(cell)[:40]))
    return found


def _as_day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta) or cell is None:
        return None
    text = _TIME.sub("", read_text(cell))
    if re.fullmatch(r"[0-9]{5}", text) and int(text) in _SERIALS:
        return _EPOCH + timedelta(days=int(text))
    match = _DAY.fullmatch(text) or _SHORT_DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def read_whole(cell: Cell) -> int:
    """A whole number, also written with a unit behind it (第3期, 2010年); raises ``CellProblem``."""
    text = read_text(cell)
    found = _WHOLE.fullmatch(text)
    if isinstance(cell, bool | date | time | timedelta) or found is None:
        raise CellProblem(say("“{text}”不是整数", text=text[:40]))
    return int(found[1])
