"""The columns of an imported table: their heads, what they hold, and how a row of them is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from budget.rules.imports.words import AmountUnit, ImportKind
from portfolio.foundation.errors import Message, say
from portfolio.foundation.sentences import keep, tell
from portfolio.foundation.sheets.cells import Cell, CellProblem, read_day, read_money, read_text, read_whole
from portfolio.rules.labelled import Labelled

MOST_PROBLEMS = 1_000
"""Of more wrong rows only the first are listed; the batch has no effect either way."""

CELL_BASIS = "导入表格式要求（见模板“填写说明”）"
_HEAD_TAILS = str.maketrans("", "", " *＊：:　")


class Holds(StrEnum):
    """What a column holds."""

    TEXT = "text"
    MONEY = "money"
    DAY = "day"
    WHOLE = "whole"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its key, head, what it holds, other heads it is known by, a note and a sample.

    ``words`` are the members of which a ``WORD`` names one, by label or code.
    """

    key: str
    head: Message
    holds: Holds = Holds.TEXT
    needed: bool = False
    aliases: tuple[str, ...] = ()
    note: Message | None = None
    sample: str = ""
    longest: int = 200
    words: tuple[Labelled, ...] = ()

    def read(self, cell: Cell, unit: AmountUnit, spoken: Mapping[str, str]) -> Any:  # noqa: ANN401 - by what it holds
        """The value of a cell, ``None`` when there is nothing; raises ``CellProblem``.

        A word may also be one of those ``spoken`` in another language.
        """
        typed = read_text(cell) if isinstance(cell, str) else None
        if cell is None or typed == "":
            return None
        if self.holds is Holds.MONEY:
            return read_money(cell, wan=unit is AmountUnit.WAN)
        if self.holds is Holds.DAY:
            return read_day(cell)
        if self.holds is Holds.WHOLE:
            return read_whole(cell)
        text = read_text(cell) if typed is None else typed
        if self.holds is Holds.WORD:
            return self._word(spoken.get(normal_head(text), text))
        if len(text) > self.longest:
            raise CellProblem(say("文字不能超过{n}个字", n=self.longest))
        return text

    def _word(self, text: str) -> Labelled:
        for word in self.words:
            if text in (word.label, word.value):
                return word
        allowed = "、".join(word.label for word in self.words)
        raise CellProblem(say("“{text}”不在可选项中：{allowed}", text=text[:40], allowed=allowed))


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of one kind of table."""

    kind: ImportKind
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field:
        """The column with this key."""
        return next(one for one in self.fields if one.key == key)

    @property
    def amounts(self) -> tuple[str, ...]:
        """The keys of the columns that hold amounts."""
        return tuple(one.key for one in self.fields if one.holds is Holds.MONEY)

    def missing(self, mapping: Mapping[str, str]) -> list[Field]:
        """The needed columns that nothing is mapped to."""
        return [one for one in self.fields if one.needed and one.key not in mapping]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: its number, the column's head, what, why, and what to do."""

    row: int
    column: Message | str
    what: Message
    basis: str = CELL_BASIS
    remedy: Message | None = None

    def as_data(self) -> dict[str, Any]:
        """Plain values, for the batch: templates with their values, so that every reader can be told."""
        return {
            "row": self.row,
            "column": keep(self.column),
            "what": keep(self.what),
            "basis": self.basis,
            "remedy": "" if self.remedy is None else keep(self.remedy),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The problem that was kept; of an older batch, whose sentences are finished, as it was said then."""
        remedy = tell(data["remedy"]) if data["remedy"] else None
        return cls(data["row"], tell(data["column"]), tell(data["what"]), data["basis"], remedy)


@dataclass(slots=True)
class Row:
    """One row as read: its number in the file, and the values by key."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401
        """The value under ``key``; ``None`` where the cell is empty or has no column."""
        return self.values.get(key)


def normal_head(text: str) -> str:
    """A head as heads are compared: without blanks, stars, colons, capitals and the unit behind it."""
    bare = text.translate(_HEAD_TAILS).replace("（", "(").replace("）", ")").casefold()
    return bare.partition("(")[0] or bare


def proposed(
    shape: Shape, heads: Sequence[str], remembered: Mapping[str, str], spoken: Mapping[str, str]
) -> dict[str, str]:
    """Which head each column is: what was chosen the last time, else the head of the same name.

    ``spoken`` are other languages' heads and words, as ``normal_head`` makes them, with ours.
    """
    there = {head: head for head in heads if head}
    by_name = {normal_head(spoken.get(normal_head(head), head)): head for head in reversed(heads) if head}
    found: dict[str, str] = {}
    taken: set[str] = set()
    for one in shape.fields:
        names = [str(one.head), *one.aliases]
        known = next((by_name[n] for n in map(normal_head, names) if n in by_name), None)
        head = there.get(remembered.get(one.key, ""), known)
        if head is not None and head not in taken:
            found[one.key] = head
            taken.add(head)
    return found


def read_row(
    shape: Shape,
    number: int,
    cells: Sequence[Cell],
    places: Mapping[str, int],
    unit: AmountUnit,
    spoken: Mapping[str, str],
) -> tuple[Row, list[Problem]]:
    """A row with its values, and a problem for every cell that does not hold what it must."""
    row, problems = Row(number), []
    for one in shape.fields:
        place = places.get(one.key)
        cell = cells[place] if place is not None and place < len(cells) else None
        try:
            value = one.read(cell, unit, spoken)
        except CellProblem as problem:
            problems.append(Problem(number, one.head, problem.what, remedy=one.note))
            continue
        if value is None and one.needed:
            problems.append(Problem(number, one.head, say("未填写"), remedy=one.note))
        elif value is not None:
            row.values[one.key] = value
    return row, problems
