"""Reading the records of a data file into frozen dataclasses, collecting every mistake with its line.

A dataclass is its own schema: each field carries as metadata what one of the functions below (``code()``,
``text(200)``, ``figure()`` …) says about how its JSON value is read.  A field whose key has a year in it,
such as ``target_2010``, has a key template: ``field(metadata=figure(key="target_{to_year}"))``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from portfolio.foundation.errors import Invalid, Message, say
from portfolio.rules.located_json import Located, Number

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FIGURE_PLACES = 4
FIGURE_DIGITS = 11  # with the places 15 in all: the most that a JSON number keeps exactly in any reader

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_FIGURE = re.compile(rf"-?[0-9]{{1,{FIGURE_DIGITS}}}(\.[0-9]{{1,{FIGURE_PLACES}}})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Co"})

_TYPE_NAMES: dict[type, str] = {bool: "是否值", str: "文字", Number: "数字", list: "列表", dict: "记录"}

Reader = Callable[[Located], Any]
Metadata = dict[str, Reader | str | None]


class _Wrong(ValueError):
    """A value that its field cannot take."""

    def __init__(self, problem: Message) -> None:
        super().__init__(problem)
        self.problem = problem


class Problems:
    """Every mistake found so far, by line and field."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[tuple[int, str], Message] = {}

    def add(self, line: int, where: str, problem: Message) -> None:
        """Note a mistake; of several at one place the first is kept."""
        self._found.setdefault((line, where), problem)

    def raise_if_any(self) -> None:
        """Raise ``Invalid`` with all of them in the order of the file."""
        if self._found:
            ordered = sorted(self._found.items(), key=lambda entry: entry[0][0])
            raise Invalid({f"第{line}行 {where}": problem for (line, where), problem in ordered})


@dataclass(frozen=True, slots=True)
class Row:
    """One record as far as it could be read: values by field, and where each stands."""

    where: str
    line: int
    values: Mapping[str, Any]
    keys: Mapping[str, str]
    lines: Mapping[str, int]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - the value of any field
        """The value of a field; ``None`` also when it could not be read."""
        return self.values.get(name)

    def blame(self, problems: Problems, name: str, problem: Message) -> None:
        """Note a mistake in the field ``name`` of this record."""
        problems.add(self.lines.get(name, self.line), f"{self.where}.{self.keys.get(name, name)}", problem)


def code() -> Metadata:
    """A short ASCII code."""
    return _declare(_read_code)


def text(longest: int, *, empty: bool = False) -> Metadata:
    """A line of text of at most ``longest`` characters, without spaces at its ends."""
    return _declare(lambda value: _read_text(value, longest, empty))


def texts(longest: int) -> Metadata:
    """A list of lines of text, read as a tuple."""
    return _declare(lambda value: _read_texts(value, longest))


def reference(section: str, *, optional: bool = False) -> Metadata:
    """The code of a record in another section of the same file."""
    return _declare(_or_null(_read_code) if optional else _read_code, section=section)


def whole(low: int, high: int) -> Metadata:
    """A whole number between two others."""
    return _declare(lambda value: _read_whole(value, low, high))


def figure(*, optional: bool = False, key: str | None = None) -> Metadata:
    """A figure in the unit of its record, read exactly as a ``Decimal``."""
    return _declare(_or_null(_read_figure) if optional else _read_figure, key=key)


def yes_no() -> Metadata:
    """``true`` or ``false``."""
    return _declare(_read_yes_no)


def one_of(choices: type[StrEnum], *, optional: bool = False) -> Metadata:
    """A value of an enumeration."""

    def read(value: Located) -> StrEnum:
        return _read_choice(value, choices)

    return _declare(_or_null(read) if optional else read)


def day(*, optional: bool = False) -> Metadata:
    """A date written as ``2006-10-22``."""
    return _declare(_or_null(_read_day) if optional else _read_day)


def key_of(declared: Any, years: Mapping[str, int]) -> str:  # noqa: ANN401 - dataclasses.Field[Any]
    """The key of a dataclass field in the file, with the plan's years put in."""
    template: str | None = declared.metadata["key"]
    return template.format_map(years) if template else str(declared.name)


def read_record(
    shape: type[DataclassInstance], found: Located, where: str, years: Mapping[str, int], problems: Problems
) -> Row | None:
    """Read one record of ``shape``; missing, unknown and wrong fields go to ``problems``."""
    if not isinstance(found.value, dict):
        problems.add(found.line, where, _expected("记录（{…}）", found))
        return None
    keys = {declared.name: key_of(declared, years) for declared in fields(shape)}
    for unknown in found.value.keys() - set(keys.values()):
        problems.add(found.value[unknown].line, f"{where}.{unknown[:40]}", say("没有这个字段"))
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for declared in fields(shape):
        key = keys[declared.name]
        member = found.value.get(key)
        if member is None:
            problems.add(found.line, f"{where}.{key}", say("缺少这个字段"))
            continue
        lines[declared.name] = member.line
        try:
            values[declared.name] = declared.metadata["read"](member)
        except _Wrong as wrong:
            problems.add(member.line, f"{where}.{key}", wrong.problem)
    return Row(where, found.line, values, keys, lines)


def read_section(
    shape: type[DataclassInstance], found: Located, where: str, years: Mapping[str, int], problems: Problems
) -> list[Row]:
    """Read a list of records of ``shape`` whose first field is their code, unique in the list."""
    if not isinstance(found.value, list):
        problems.add(found.line, where, _expected("列表（[…]）", found))
        return []
    rows = [
        row
        for number, member in enumerate(found.value)
        if (row := read_record(shape, member, f"{where}[{number}]", years, problems)) is not None
    ]
    first_lines: dict[str, int] = {}
    for row in rows:
        if row["code"] is None:
            continue
        if row["code"] in first_lines:
            problem = say("编码“{code}”重复，第{line}行已用", code=row["code"], line=first_lines[row["code"]])
            row.blame(problems, "code", problem)
        first_lines.setdefault(row["code"], row.lines["code"])
    return rows


def read_root(found: Located, sections: Collection[str], problems: Problems) -> Mapping[str, Located]:
    """The members of the outermost record, which are the named ``sections`` and nothing else."""
    if not isinstance(found.value, dict):
        problems.add(found.line, "文件", say("最外层应为一条记录，含{names}各节", names="、".join(sections)))
        return {}
    for name in found.value.keys() - set(sections):
        problems.add(found.value[name].line, name[:40], say("没有这一节"))
    return found.value


def read_sections(
    root: Mapping[str, Located],
    line: int,
    shapes: Mapping[str, type[DataclassInstance]],
    years: Mapping[str, int] | None,
    problems: Problems,
) -> dict[str, Sequence[Row]]:
    """Read every section by its shape; without ``years`` those whose keys carry years are passed over."""
    sections: dict[str, Sequence[Row]] = {}
    for name, shape in shapes.items():
        sections[name] = ()
        if name not in root:
            problems.add(line, name, say("缺少这一节"))
        elif years is not None or not any(declared.metadata["key"] for declared in fields(shape)):
            sections[name] = read_section(shape, root[name], name, years or {}, problems)
    return sections


def check_references(
    shape: type[DataclassInstance],
    rows: Sequence[Row],
    sections: Mapping[str, Sequence[Row]],
    problems: Problems,
) -> None:
    """Every reference names a record that the file holds."""
    for declared in fields(shape):
        section = declared.metadata.get("section")
        if section is None:
            continue
        known = {row["code"] for row in sections[section]}
        for row in rows:
            wanted = row[declared.name]
            if wanted is not None and wanted not in known:
                problem = say("{section}里没有“{code}”", section=section, code=wanted)
                row.blame(problems, declared.name, problem)


def record_data(record: DataclassInstance, years: Mapping[str, int]) -> dict[str, Any]:
    """The record as JSON values under the keys of the file."""
    return {
        key_of(declared, years): json_value(getattr(record, declared.name)) for declared in fields(record)
    }


def json_value(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    """A field's value as a file writes it."""
    if isinstance(value, Decimal):
        # Exact: a figure has at most 15 significant digits, which a double gives back unchanged.
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _declare(read: Reader, *, section: str | None = None, key: str | None = None) -> Metadata:
    return {"read": read, "section": section, "key": key}


def _or_null(read: Reader) -> Reader:
    return lambda value: None if value.value is None else read(value)


def _expected(what: str, found: Located) -> Message:
    given = "空（null）" if found.value is None else _TYPE_NAMES[type(found.value)]
    return say("应为{what}，却是{given}", what=what, given=given)


def _read_text(found: Located, longest: int, empty: bool) -> str:
    value = found.value
    if not isinstance(value, str):
        raise _Wrong(_expected("文字", found))
    if not value and not empty:
        raise _Wrong(say("不能为空"))
    if len(value) > longest:
        raise _Wrong(say("太长：{n}个字，最多{longest}个", n=len(value), longest=longest))
    if value != value.strip():
        raise _Wrong(say("首尾有多余的空格"))
    if any(unicodedata.category(character) in _UNPRINTABLE for character in value):
        raise _Wrong(say("含有不能显示的字符"))
    return value


def _read_texts(found: Located, longest: int) -> tuple[str, ...]:
    if not isinstance(found.value, list):
        raise _Wrong(_expected("列表（[…]）", found))
    return tuple(_read_text(member, longest, empty=False) for member in found.value)


def _read_code(found: Located) -> str:
    value = _read_text(found, 40, empty=False)
    if not _CODE.fullmatch(value):
        raise _Wrong(say("“{value}”不能作编码：只用英文字母、数字、点、横线", value=value))
    return value


def _read_number(found: Located, pattern: re.Pattern[str], what: str) -> Decimal:
    if not isinstance(found.value, Number):
        raise _Wrong(_expected(what, found))
    if not pattern.fullmatch(found.value.text):
        raise _Wrong(say("“{value}”不合要求，应为{what}", value=found.value.text[:40], what=what))
    return Decimal(found.value.text)


def _read_whole(found: Located, low: int, high: int) -> int:
    value = int(_read_number(found, _WHOLE, "整数"))
    if not low <= value <= high:
        raise _Wrong(say("{value}超出范围，应在{low}与{high}之间", value=value, low=low, high=high))
    return value


def _read_figure(found: Located) -> Decimal:
    return _read_number(found, _FIGURE, f"数字（整数至多{FIGURE_DIGITS}位，小数至多{FIGURE_PLACES}位）")


def _read_yes_no(found: Located) -> bool:
    if not isinstance(found.value, bool):
        raise _Wrong(_expected("true或false", found))
    return found.value


def _read_choice(found: Located, choices: type[StrEnum]) -> StrEnum:
    value = _read_text(found, 40, empty=False)
    if value not in list(choices):
        raise _Wrong(say("“{value}”不可用，可用：{choices}", value=value, choices="、".join(choices)))
    return choices(value)


def _read_day(found: Located) -> date:
    value = _read_text(found, 10, empty=False)
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # such as 2006-02-30: told in the same words below
    raise _Wrong(say("“{value}”不是日期，应如2006-10-22", value=value))
