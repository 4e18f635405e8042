"""JSON with the line of every value, so that a mistake in a data file can be shown where it stands.

The standard decoder forgets positions.  Objects and lists are walked here; strings, numbers and names are
left to ``json.JSONDecoder.raw_decode``.  Numbers stay text: nothing is ever turned into a float.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass

from portfolio.foundation.errors import Invalid, Message, say

_DEEPEST = 20
_SPACE = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Located:
    """A value and the line (from 1) on which it begins."""

    value: str | bool | Number | list[Located] | dict[str, Located] | None
    line: int


def decode_utf8(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark.

    Raises ``Invalid`` naming the line at which another encoding (GBK, UTF-16) shows itself: guessing an
    encoding would load wrong names without anybody noticing.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = say("不是UTF-8编码（可能是GBK或UTF-16），请另存为UTF-8后再导入")
        raise Invalid({f"第{line}行": problem}) from error


def decode_located(text: str) -> Located:
    """Decode one JSON document; raises ``Invalid`` naming line and column of the first thing not JSON."""
    if not text.strip("\ufeff \t\r\n"):
        raise Invalid({"第1行": say("文件是空的")})
    return _Decoder(text.removeprefix("\ufeff")).document()


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


class _Decoder:
    """One pass over one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line_ends = [found.start() for found in re.finditer("\n", text)]
        self._scalar = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_refuse_constant)

    def document(self) -> Located:
        """The whole text as one value."""
        value, at = self._value(self._skip(0), 0)
        if self._skip(at) != len(self._text):
            raise self._wrong(self._skip(at), say("内容结束之后还有多余的字符"))
        return value

    def _line(self, at: int) -> int:
        return bisect_right(self._line_ends, at - 1) + 1

    def _wrong(self, at: int, problem: Message) -> Invalid:
        line_start = self._text.rfind("\n", 0, at) + 1
        return Invalid({f"第{self._line(at)}行第{at - line_start + 1}列": problem})

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _value(self, at: int, depth: int) -> tuple[Located, int]:
        if depth > _DEEPEST:
            raise self._wrong(at, say("嵌套过深"))
        if self._text.startswith("{", at):
            members, end = self._object(at + 1, depth + 1)
            return Located(members, self._line(at)), end
        if self._text.startswith("[", at):
            values, end = self._list(at + 1, depth + 1)
            return Located(values, self._line(at)), end
        try:
            scalar, end = self._scalar.raw_decode(self._text, at)
        except ValueError as error:
            problem = (
                say("文字缺少结尾的引号，或含有不允许的字符")
                if self._text.startswith('"', at)
                else say("此处应有一个值（文字要加英文双引号）")
            )
            raise self._wrong(at, problem) from error
        return Located(scalar, self._line(at)), end

    def _object(self, at: int, depth: int) -> tuple[dict[str, Located], int]:
        members: dict[str, Located] = {}
        at = self._skip(at)
        if self._text.startswith("}", at):
            return members, at + 1
        while True:
            key_at = at = self._skip(at)
            if not self._text.startswith('"', at):
                raise self._wrong(at, say("此处应为字段名（加英文双引号）"))
            key, at = self._value(at, depth)
            at = self._skip(at)
            if not self._text.startswith(":", at):
                raise self._wrong(at, say("字段名之后缺少冒号"))
            name = str(key.value)
            if name in members:
                raise self._wrong(key_at, say("同一条记录里字段“{name}”出现两次", name=name[:40]))
            members[name], at = self._value(self._skip(at + 1), depth)
            at, more = self._separator(at, "}")
            if not more:
                return members, at

    def _list(self, at: int, depth: int) -> tuple[list[Located], int]:
        values: list[Located] = []
        at = self._skip(at)
        if self._text.startswith("]", at):
            return values, at + 1
        while True:
            value, at = self._value(self._skip(at), depth)
            values.append(value)
            at, more = self._separator(at, "]")
            if not more:
                return values, at

    def _separator(self, at: int, closing: str) -> tuple[int, bool]:
        """Pass the comma (more follows) or the closing bracket."""
        at = self._skip(at)
        if self._text.startswith(",", at):
            return at + 1, True
        if self._text.startswith(closing, at):
            return at + 1, False
        raise self._wrong(at, say("此处缺少逗号或“{closing}”", closing=closing))
