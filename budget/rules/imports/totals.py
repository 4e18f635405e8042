"""The row below a table that says what its rows come to: no row of the table, but held against them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from budget.rules.imports.fields import Problem, Row, Shape
from budget.rules.imports.words import AmountUnit
from portfolio.foundation.errors import say
from portfolio.foundation.money import Money
from portfolio.foundation.sheets.cells import Cell, CellProblem, read_text

_WORDS = frozenset(
    {"合计", "总计", "共计", "小计", "本页合计", "本页小计", "合计金额", "总计金额", "金额合计"}
    | {"total", "grandtotal", "totalamount", "subtotal", "sub-total"}
)
_MARKS = frozenset("合计"[-1] + "lL")
"""Every word has one of them, whichever way it is written."""
_BASIS = "合计行须与各行之和相符，且只在表尾"


@dataclass(slots=True)
class Sums:
    """What the rows of a table come to so far, column by column in fen; ``total`` is the row that says so."""

    shape: Shape
    places: Mapping[str, int]
    unit: AmountUnit
    fen: dict[str, int] = field(default_factory=dict)
    total: tuple[int, Sequence[Cell]] | None = None

    def is_total(self, cells: Sequence[Cell]) -> bool:
        """Whether a row says that it is a total, and names nothing of its own."""
        if not any(isinstance(cell, str) and not _MARKS.isdisjoint(cell) for cell in cells):
            return False  # nearly all rows: a list has thousands
        texts = [_bare(cell) for cell in cells]
        if _WORDS.isdisjoint(texts):
            return False
        named = {key: place for key, place in self.places.items() if key not in self.shape.amounts}
        return all(texts[place] in _WORDS | {""} for place in named.values() if place < len(texts))

    def add(self, row: Row) -> None:
        """One more row."""
        for key in self.shape.amounts:
            if row[key] is not None:
                self.fen[key] = self.fen.get(key, 0) + row[key].fen

    def misplaced(self) -> Iterator[Problem]:
        """What is wrong with a total that other rows come after; it is none then."""
        if self.total is not None:
            what, remedy = say("合计行下面还有数据"), say("请删去小计行，只在表尾留一行合计")
            yield Problem(self.total[0], "", what, _BASIS, remedy)
        self.total = None

    def differing(self) -> Iterator[Problem]:
        """What is wrong with the amounts of the total at the end."""
        if self.total is None:
            return
        number, cells = self.total
        for key in self.shape.amounts:
            one, place = self.shape.field(key), self.places.get(key)
            if place is None or place >= len(cells) or _bare(cells[place]) in _WORDS:
                continue
            summed = Money(self.fen.get(key, 0))
            try:
                stated = one.read(cells[place], self.unit, {})
            except CellProblem as problem:
                yield Problem(number, one.head, problem.what, _BASIS, one.note)
                continue
            if stated is not None and stated != summed:
                what = say("合计行写的是{stated}，各行相加是{summed}", stated=stated, summed=summed)
                yield Problem(number, one.head, what, _BASIS, say("请核对有无漏行、多行或错数"))


def _bare(cell: Cell) -> str:
    """A cell as totals are compared: without blanks, capitals, colons and what stands in brackets behind."""
    text = read_text(cell).replace(" ", "").casefold().rstrip(":：")
    if text.endswith((")", "）")):
        return text.replace("（", "(").partition("(")[0].rstrip(":：") or text
    return text
