"""Reading what people type into a dossier: incomplete is fine, malformed is refused field by field.

A draft may lack anything.  What is there must be what its field holds: a date a date, money money.  Text may
say anything, mark-up included, for it is only ever shown as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from portfolio.foundation.errors import Invalid, Message, say
from portfolio.foundation.money import Money

LONGEST_LINE = 200
LONGEST_TEXT = 20_000
MOST_ROWS = 500
FIRST_YEAR, LAST_YEAR = 1990, 2100
FIGURE_PLACES = 4

_WHOLE = re.compile(r"-?[0-9]{1,18}")
_FIGURE = re.compile(rf"-?[0-9]{{1,11}}(\.[0-9]{{1,{FIGURE_PLACES}}})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．－／", "0123456789.-/")
_LAYOUT = frozenset("\n\t")

Read = Callable[[Any], Any]


class _Malformed(ValueError):
    """What is there is not what the field holds."""

    def __init__(self, problem: Message) -> None:
        super().__init__(problem)
        self.problem = problem


_REQUIRED: Final = object()


@dataclass(frozen=True, slots=True)
class Field:
    """How a field is read, and what it is when a row does not give it."""

    read: Read
    default: object = _REQUIRED


def read_fields(
    shape: Mapping[str, Field], given: Mapping[str, object], *, whole: bool = True, where: str = ""
) -> dict[str, Any]:
    """The typed values of ``given``; raises ``Invalid`` with every field that is unknown or malformed.

    With ``whole`` what is not given is filled in, and what has no default must be given; without it only what
    is given is read.  ``where`` stands before the field names in the messages.
    """
    values, wrong = _read(shape, given, whole=whole, where=where)
    if wrong:
        raise Invalid(wrong)
    return values


def read_rows(
    shape: Mapping[str, Field], rows: Sequence[Mapping[str, object]], where: str
) -> list[dict[str, Any]]:
    """The typed rows of a table; a wrong cell is named ``where.row.field``, rows counted from 1."""
    if len(rows) > MOST_ROWS:
        raise Invalid({where: say("最多{most}行", most=MOST_ROWS)})
    typed: list[dict[str, Any]] = []
    wrong: dict[str, Message] = {}
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            wrong[f"{where}.{number}"] = say("应为一行表格")
            continue
        values, problems = _read(shape, row, whole=True, where=f"{where}.{number}.")
        typed.append(values)
        wrong |= problems
    if wrong:
        raise Invalid(wrong)
    return typed


def refuse_repeats(rows: Sequence[Mapping[str, Any]], where: str, *names: str) -> None:
    """Raise ``Invalid`` at every row whose ``names`` repeat those of an earlier row."""
    seen: dict[tuple[Any, ...], int] = {}
    wrong: dict[str, Message] = {}
    for number, row in enumerate(rows, 1):
        first = seen.setdefault(tuple(row[name] for name in names), number)
        if first != number:
            wrong[f"{where}.{number}.{names[-1]}"] = say("与第{first}行重复", first=first)
    if wrong:
        raise Invalid(wrong)


def _read(
    shape: Mapping[str, Field], given: Mapping[str, object], *, whole: bool, where: str
) -> tuple[dict[str, Any], dict[str, Message]]:
    values: dict[str, Any] = {}
    wrong = {f"{where}{str(name)[:40]}": say("没有这个字段") for name in given.keys() - shape.keys()}
    for name, field in shape.items():
        if name not in given:
            if whole and field.default is _REQUIRED:
                wrong[f"{where}{name}"] = say("必填")
            elif whole:
                values[name] = field.default
            continue
        try:
            values[name] = field.read(given[name])
        except _Malformed as problem:
            wrong[f"{where}{name}"] = problem.problem
    return values, wrong


# --- readers ------------------------------------------------------------------------------------------------


def line(longest: int = LONGEST_LINE, *, empty: bool = False) -> Read:
    """One line of text, its ends trimmed."""

    def read(value: Any) -> str:  # noqa: ANN401 - whatever a form sends
        text = _text(value, longest, frozenset()).strip()
        if not text and not empty:
            raise _Malformed(say("必填"))
        return text

    return read


def prose(longest: int = LONGEST_TEXT, *, empty: bool = True) -> Read:
    """Text of several lines, perhaps none; all line ends become one kind."""

    def read(value: Any) -> str:  # noqa: ANN401
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        text = _text(value, longest, _LAYOUT).strip()
        if not text and not empty:
            raise _Malformed(say("必填"))
        return text

    return read


def choice(choices: type[StrEnum]) -> Read:
    """A member of an enumeration, or its code."""

    def read(value: Any) -> StrEnum:  # noqa: ANN401
        try:
            return choices(value)
        except ValueError:
            raise _Malformed(say("“{value}”不在可选范围内", value=str(value)[:40])) from None

    return read


def day(value: Any) -> date:  # noqa: ANN401
    """A date, or one written as ``2007-09-01``, between 1990 and 2100."""
    found = value
    if isinstance(value, str):
        text = value.strip().translate(_HALF_WIDTH)
        try:
            found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
        except ValueError:
            found = None
    if not isinstance(found, date) or isinstance(found, datetime):
        raise _Malformed(say("“{value}”不是日期，应写作2007-09-01", value=str(value)[:40]))
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _Malformed(say("日期应在{first}年至{last}年之间", first=FIRST_YEAR, last=LAST_YEAR))
    return found


def whole(low: int, high: int) -> Read:
    """A whole number between two others, both included."""

    def read(value: Any) -> int:  # noqa: ANN401
        text = str(value).strip().translate(_HALF_WIDTH)
        if isinstance(value, bool) or not isinstance(value, int | str) or not _WHOLE.fullmatch(text):
            raise _Malformed(say("“{value}”不是整数", value=str(value)[:40]))
        if not low <= int(text) <= high:
            raise _Malformed(say("应在{low}至{high}之间", low=low, high=high))
        return int(text)

    return read


year: Final = whole(FIRST_YEAR, LAST_YEAR)
key: Final = whole(1, 2**63 - 1)


def figure(*, low: Decimal | None = None, high: Decimal | None = None) -> Read:
    """A figure with at most four decimals."""

    def read(value: Any) -> Decimal:  # noqa: ANN401
        text = format(value, "f") if isinstance(value, Decimal) else str(value)
        text = text.strip().translate(_HALF_WIDTH)
        typed = isinstance(value, int | str | Decimal) and not isinstance(value, bool)
        if not typed or not _FIGURE.fullmatch(text):
            raise _Malformed(say("“{value}”不是数字（最多四位小数）", value=str(value)[:40]))
        number = Decimal(text)
        if (low is not None and number < low) or (high is not None and number > high):
            raise _Malformed(say("应在{low}至{high}之间", low=low, high=high))
        return number

    return read


def money(*, zero: bool = False) -> Read:
    """``Money``, or text in 万元, the unit in which estimates are written (发改委令第55号附表)."""

    def read(value: Any) -> Money:  # noqa: ANN401
        if not isinstance(value, Money | str):
            raise _Malformed(say("“{value}”不是金额", value=str(value)[:40]))
        try:
            amount = value if isinstance(value, Money) else Money.from_wan(value)
        except Invalid as problem:
            raise _Malformed(*problem.fields.values()) from None
        if amount < Money.ZERO or (not zero and not amount):
            raise _Malformed(say("金额不能为负") if zero else say("金额须大于零"))
        return amount

    return read


def flag(value: Any) -> bool:  # noqa: ANN401
    """True or false, and nothing that only looks like it."""
    if not isinstance(value, bool):
        raise _Malformed(say("应为是或否"))
    return value


def optional(read: Read) -> Read:
    """What ``read`` reads, or ``None`` when there is nothing."""

    def maybe(value: Any) -> Any:  # noqa: ANN401
        empty = value is None or (isinstance(value, str) and not value.strip())
        return None if empty else read(value)

    return maybe


def listed(read: Read, most: int) -> Read:
    """A list of at most ``most`` values."""

    def read_all(value: Any) -> list[Any]:  # noqa: ANN401
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
            raise _Malformed(say("应为至多{most}项的列表", most=most))
        return [read(item) for item in value]

    return read_all


def _text(value: Any, longest: int, allowed: frozenset[str]) -> str:  # noqa: ANN401
    if not isinstance(value, str):
        raise _Malformed(say("应为文字"))
    if len(value) > longest:
        raise _Malformed(say("最多{longest}字，现有{n}字", longest=longest, n=len(value)))
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in allowed for sign in value):
        raise _Malformed(say("含有不能显示的字符"))
    return value
