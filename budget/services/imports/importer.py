"""What every kind of import has in common: reading its table, and the part that each kind fills in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, islice
from typing import Any, Protocol

from budget.rules.imports.fields import (
    MOST_PROBLEMS,
    Problem,
    Row,
    Shape,
    normal_head,
    proposed,
    read_row,
)
from budget.rules.imports.shapes import SHAPES
from budget.rules.imports.totals import Sums
from budget.rules.imports.words import BatchState, ImportKind
from budget.services.books import books
from budget.tables.imports import ImportBatch, ImportMapping
from portfolio.foundation.documents import path_of
from portfolio.foundation.errors import Finding, HouseError, Invalid, Message, Refused, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.foundation.sheets.cells import Cell, read_text
from portfolio.foundation.sheets.files import Table
from portfolio.foundation.web.language import english

HEAD_WITHIN = 10
"""The head of a table stands in one of its first rows, below a title perhaps."""

Tell = Callable[[int], None]
"""Told how many rows are read."""


@dataclass(slots=True)
class Outcome:
    """What an examination of a ``shape`` found: how many rows, what they come to, what is wrong; and the
    check sum of their ``content``, however the file writes it.
    """

    shape: Shape
    rows: int = 0
    total: Money = Money.ZERO
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    content: Any = field(default_factory=hashlib.sha256)

    def note(self, *problems: Problem) -> None:
        """More that is wrong; only the first thousand are listed."""
        self.problem_count += len(problems)
        self.problems += problems[: max(0, MOST_PROBLEMS - len(self.problems))]

    def refuse(self, row: int, column: Message | str, error: HouseError) -> None:
        """What a service refused, as problems of a row."""
        if isinstance(error, Invalid):
            heads = {one.key: one.head for one in self.shape.fields}
            for name, what in error.fields.items():
                self.note(Problem(row, column or heads.get(name, ""), what))
        elif isinstance(error, Refused):
            for finding in error.findings:
                if finding.blocks:
                    self.note(Problem(row, column, finding.what, finding.basis, finding.remedy))
        else:
            self.note(Problem(row, column, error.what, error.basis, error.remedy))


class Importer(Protocol):
    """One kind of import."""

    shape: Shape

    def examine(self, batch: ImportBatch, rows: Iterator[Row], outcome: Outcome, actor: Actor) -> None:
        """Look at every row as if it took effect, in order, and note what is wrong; nothing stays written."""

    def submit(self, batch: ImportBatch, rows: Iterator[Row], actor: Actor) -> BatchState:
        """Carry out what the sender may; says how far that brings the batch."""

    def post(self, batch: ImportBatch, actor: Actor, request: int) -> None:
        """Carry out what a second officer may, all of it or none; ``request`` is the posting request."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the head of a table stands, its texts, column by column (doubled ones count once), and what
    is written ``above`` it.
    """

    row: int
    texts: tuple[str, ...]
    above: tuple[str, ...] = ()

    def places(self, mapping: dict[str, str]) -> dict[str, int]:
        """In which column each field stands."""
        return {key: self.texts.index(text) for key, text in mapping.items() if text in self.texts}


@cache
def spoken(kind: ImportKind) -> Mapping[str, str]:
    """The heads and words of an English template, as they are compared, with those that they stand for."""
    fields = SHAPES[kind].fields
    words = {normal_head(english(word)): word.label for one in fields for word in one.words}
    return words | {normal_head(english(one.head)): str(one.head) for one in fields}


def find_head(rows: Iterable[tuple[int, Sequence[Cell]]], shape: Shape) -> Head:
    """The row among the first ten that has the most known heads; the first written one when none is known."""
    known = {normal_head(name) for one in shape.fields for name in (str(one.head), *one.aliases)}
    known |= set(spoken(shape.kind))
    best, most = Head(1, ()), -1
    before: tuple[str, ...] = ()
    for number, cells in islice(rows, HEAD_WITHIN):
        texts = tuple(read_text(cell) for cell in cells)
        hits = len(known & {normal_head(text) for text in texts if text})
        if any(texts) and hits > most:
            best, most = Head(number, texts, before), hits
        before += tuple(text for text in texts if text)
    return best


@dataclass(frozen=True, slots=True)
class Opened:
    """A table whose file is open: its ``shape`` and ``head``, the names of the ``sheets``, and all its
    ``rows``, which can be read once.
    """

    shape: Shape
    head: Head
    sheets: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[Cell]]]


def table_of(batch: ImportBatch, shape: Shape) -> Opened:
    """The file of a batch, which was examined when it was received, opened and read as far as its head."""
    sheets, rows = Table(path_of(batch.sha256), batch.document.media_type).read()
    first = list(islice(rows, HEAD_WITHIN))
    return Opened(shape, find_head(first, shape), tuple(sheets), chain(first, rows))


def mapping_of(batch: ImportBatch, shape: Shape, head: Head, actor: Actor) -> dict[str, str]:
    """Which head each column is: as chosen for this batch, else as remembered, else by name."""
    if batch.mapping:
        return {key: text for key, text in batch.mapping.items() if text in head.texts}
    row = ImportMapping.get_or_none(
        ImportMapping.kind == batch.kind, ImportMapping.organisation == actor.organisation_id
    )
    return proposed(shape, head.texts, row.mapping if row else {}, spoken(shape.kind))


def read_rows(batch: ImportBatch, table: Opened, tell: Tell, outcome: Outcome | None = None) -> Iterator[Row]:
    """The rows below the head that are not blank and whose cells can be read, one by one.

    A total at the end is no row; what it says is held against the rows when all of them could be read.
    """
    shape, head = table.shape, table.head
    sums = Sums(shape, head.places(batch.mapping), batch.unit)
    outcome = outcome or Outcome(shape)
    unread = 0
    for number, cells in table.rows:
        if number <= head.row or is_blank(cells):
            continue
        tell(number - head.row)
        outcome.note(*sums.misplaced())
        if sums.is_total(cells):
            sums.total = (number, cells)
            continue
        row, problems = read_row(shape, number, cells, sums.places, batch.unit, spoken(shape.kind))
        outcome.rows += 1
        outcome.note(*problems)
        unread += len(problems)
        if not problems:
            sums.add(row)
            outcome.content.update(repr(sorted(row.values.items())).encode())
            yield row
    if not unread:
        outcome.note(*sums.differing())


def is_blank(cells: Sequence[Cell]) -> bool:
    """Whether nothing is in a row."""
    return not any(
        cell is not None and (cell != "" if not isinstance(cell, str) else cell.strip()) for cell in cells
    )


class _TakenBackError(Exception):
    """What was tried is taken back."""


@contextmanager
def trial() -> Iterator[None]:
    """Do what is inside and take it back, so that a table can be examined by the very services that act."""
    try:
        with books():
            yield
            raise _TakenBackError
    except _TakenBackError:
        return


def tried(outcome: Outcome, row: int, column: Message | str, act: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Carry out ``act`` inside a trial; what it refuses becomes problems of ``row``, and it has no effect."""
    try:
        with books():
            return act()
    except HouseError as error:
        outcome.refuse(row, column, error)
        return None


def row_message(row: int, what: Message) -> Message:
    """A sentence about a row, for what is refused as a whole."""
    return say("第{row}行：{what}", row=row, what=what)


@contextmanager
def in_row(number: int) -> Iterator[None]:
    """What is refused inside is refused as the matter of a row of the table."""
    try:
        yield
    except Refused as error:
        raise type(error)([finding_in_row(number, one) for one in error.findings if one.blocks]) from error
    except Invalid as error:
        fields = {name: row_message(number, what) for name, what in error.fields.items()}
        raise Invalid(fields) from error


def finding_in_row(number: int, finding: Finding) -> Finding:
    """A finding that names the row of a table that it is about."""
    return replace(finding, what=row_message(number, finding.what))
