"""The one table of the reports: wrapped Chinese cells, hairlines, grouped labels, heads on every page.

Unlike a general table it may break anywhere between rows although labels span rows: each part merges the
equal neighbours of its own rows, so a label is printed again after a page break.  A tall row breaks between
its lines.  Figures stand at the right, in digits of equal width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from reports.pdf.fonts import FaceName, Faces
from reports.pdf.linebreak import Align, Colour, Line, TextStyle, set_lines
from reports.pdf.typeset import draw_lines

HEAD_GROUND: Colour = (0.906, 0.925, 0.953)
TOTAL_GROUND: Colour = (0.957, 0.965, 0.980)
RULE: Colour = (0.122, 0.137, 0.161)
HAIR: Colour = (0.60, 0.65, 0.72)
OUTER_WIDTH, HAIR_WIDTH = 1.1, 0.4
PAD_X, PAD_Y = 4.0, 3.6
CELL = TextStyle(size=9.5, leading=13.5)
HEAD = TextStyle(face=FaceName.HEI, size=10, leading=13.5, bold=True, align=Align.CENTRE)
CAPTION = TextStyle(face=FaceName.HEI, size=11, leading=20, bold=True, align=Align.CENTRE)
UNIT = TextStyle(size=9.5, leading=20, align=Align.RIGHT)
CAPTION_HEIGHT = 22.0
MIN_ROWS = 2
STURDY = 40.0  # height from which a single row may open a table
TALL_LINES = 12  # a row of more lines may break between pages
MIN_ROW_LINES = 4  # … leaving at least so many on either side


class RowKind(StrEnum):
    """How a row is printed."""

    PLAIN = "plain"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width in points (``0`` takes what is left), and where its cells stand."""

    head: str
    width: float = 0.0
    align: Align = Align.LEFT
    group: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of texts; an empty text is printed as given."""

    cells: tuple[str, ...]
    kind: RowKind = RowKind.PLAIN


@dataclass(slots=True)
class _SetRow:
    """A row with its cells broken into lines."""

    row: Row
    cells: list[list[Line]]
    height: float = 0.0

    def lines(self) -> int:
        return max((len(cell) for cell in self.cells), default=0)

    def fit(self) -> None:
        self.height = max(self.lines(), 1) * CELL.leading + 2 * PAD_Y


@dataclass(slots=True)
class _Layout:
    """What all parts of one table share."""

    columns: tuple[Column, ...]
    faces: Faces
    caption: str
    unit: str
    widths: list[float] = field(default_factory=list)
    heads: list[list[Line]] = field(default_factory=list)
    has_head: bool = True

    def measure(self, width: float) -> None:
        fixed = sum(column.width for column in self.columns)
        open_columns = sum(1 for column in self.columns if not column.width) or 1
        share = (width - fixed) / open_columns
        self.widths = [column.width or share for column in self.columns]
        self.has_head = any(column.head for column in self.columns)
        self.heads = [
            set_lines(column.head, HEAD, measure - 2 * PAD_X + 4, self.faces)
            for column, measure in zip(self.columns, self.widths, strict=True)
        ]

    @property
    def head_height(self) -> float:
        if not self.has_head:
            return 0.0
        return max(len(lines) for lines in self.heads) * HEAD.leading + 2 * PAD_Y

    @property
    def caption_height(self) -> float:
        return CAPTION_HEIGHT if self.caption or self.unit else 0.0

    def style(self, index: int, kind: RowKind) -> TextStyle:
        column = self.columns[index]
        if kind is RowKind.TOTAL or column.bold:
            align = column.align if column.align is not Align.JUSTIFY else Align.LEFT
            return _STYLES[align, True]
        return _STYLES[column.align, False]


_STYLES = {
    (align, bold): TextStyle(
        face=FaceName.HEI if bold else FaceName.SONG, size=9.5, leading=13.5, align=align, bold=bold
    )
    for align in Align
    for bold in (False, True)
}


class Grid(Flowable):
    """A table on the page."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[Row],
        faces: Faces,
        *,
        caption: str = "",
        unit: str = "",
    ) -> None:
        """Make a table; ``caption`` stands above its middle, ``unit`` above its right end."""
        super().__init__()
        self._layout = _Layout(tuple(columns), faces, caption, unit)
        self._rows = tuple(rows)
        self._set: list[_SetRow] = []
        self._measured = 0.0
        self.continued = self.floats = False
        self.spaceBefore, self.spaceAfter = 8.0, 10.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Break all cells; see ReportLab's ``Flowable``."""
        if self._measured != available_width:
            self._layout.measure(available_width)
            self._set = [self._set_row(row) for row in self._rows]
            self._measured = available_width
        self._stretch_groups()
        self.width = available_width
        self.height = self._top() + sum(row.height for row in self._set)
        return self.width, self.height

    def _top(self) -> float:
        return self._layout.caption_height + self._layout.head_height

    def _set_row(self, row: Row) -> _SetRow:
        layout = self._layout
        cells = [
            set_lines(text, layout.style(index, row.kind), layout.widths[index] - 2 * PAD_X, layout.faces)
            for index, text in enumerate(row.cells)
        ]
        made = _SetRow(row, cells)
        made.fit()
        return made

    def float_if_low(self, width: float, limit: float) -> bool:
        """Let the table move as a whole when it is no higher than ``limit``, instead of breaking."""
        _, height = self.wrap(width, limit)
        self.floats = height <= limit
        return self.floats

    def opening_height(self, width: float) -> float:
        """The least height that a first part needs: caption, head and the first rows."""
        self.wrap(width, 0.0)
        return self._top() + sum(self._least(row) for row in self._set[: self._least_rows()])

    def _least_rows(self) -> int:
        """How many rows must stand under a head: two, or one that is tall enough by itself."""
        return 1 if self._set and self._set[0].height >= STURDY else MIN_ROWS

    @staticmethod
    def _least(row: _SetRow) -> float:
        if row.lines() > TALL_LINES:
            return (MIN_ROW_LINES + 1) * CELL.leading + 2 * PAD_Y
        return row.height

    def split(self, available_width: float, available_height: float) -> list[Grid]:
        """Two tables at a row boundary (or inside a tall row); nothing where no two rows fit."""
        self.wrap(available_width, available_height)
        room = available_height - self._top()
        fitting, used = 0, 0.0
        while fitting < len(self._set) and used + self._set[fitting].height <= room + 0.01:
            used += self._set[fitting].height
            fitting += 1
        head, tail = self._set[:fitting], self._set[fitting:]
        if tail and tail[0].lines() > TALL_LINES:
            halves = self._halves(tail[0], room - used)
            if halves:
                return [self._part([*head, halves[0]], first=True), self._part([halves[1], *tail[1:]])]
        keep = self._legal_cut(fitting)
        if not keep:
            return []
        return [self._part(self._set[:keep], first=True), self._part(self._set[keep:])]

    def _legal_cut(self, fitting: int) -> int:
        """How many of ``fitting`` rows to leave: a total or a last row takes company along."""
        total = len(self._set)
        keep = fitting
        while keep and (total - keep < MIN_ROWS or self._set[keep].row.kind is RowKind.TOTAL):
            keep -= 1
        least = 1 if self.continued or total <= MIN_ROWS else self._least_rows()
        return keep if keep >= min(least, total) else 0

    def _halves(self, row: _SetRow, room: float) -> tuple[_SetRow, _SetRow] | None:
        fitting = int((room - 2 * PAD_Y) / CELL.leading)
        fitting = min(fitting, row.lines() - MIN_ROW_LINES)
        if fitting < MIN_ROW_LINES:
            return None
        columns = self._layout.columns
        first, second = [], []
        for column, cell in zip(columns, row.cells, strict=True):
            first.append(cell if column.group else cell[:fitting])
            second.append(cell if column.group else cell[fitting:])
        halves = _SetRow(row.row, first), _SetRow(row.row, second)
        for half in halves:
            half.fit()
        return halves

    def _part(self, rows: list[_SetRow], *, first: bool = False) -> Grid:
        part = Grid(self._layout.columns, (), self._layout.faces)
        layout = self._layout
        part._layout = layout if first else _continuation(layout)
        part._set, part._measured = rows, self._measured
        part.continued = self.continued or not first
        return part

    def _blocks(self, index: int) -> list[tuple[int, int]]:
        """Runs of rows whose labels are equal up to and including group column ``index``."""

        def label(row: _SetRow) -> tuple[str, ...]:
            return row.row.cells[: index + 1]

        blocks, start = [], 0
        for place in range(1, len(self._set) + 1):
            ended = place == len(self._set)
            if ended or label(self._set[place]) != label(self._set[start]):
                blocks.append((start, place))
                start = place
        return blocks

    def _stretch_groups(self) -> None:
        """Rows are as high as their own cells; a group label too tall for its rows stretches the last one."""
        columns = self._layout.columns
        for row in self._set:
            plain = [len(cell) for cell, column in zip(row.cells, columns, strict=True) if not column.group]
            row.height = max([*plain, 1]) * CELL.leading + 2 * PAD_Y
        for index, column in enumerate(columns):
            if not column.group:
                continue
            for start, end in self._blocks(index):
                need = len(self._set[start].cells[index]) * CELL.leading + 2 * PAD_Y
                have = sum(row.height for row in self._set[start:end])
                if need > have:
                    self._set[end - 1].height += need - have

    def draw(self) -> None:
        """Draw grounds, rules and texts."""
        canvas = self.canv
        canvas.saveState()
        top = self._draw_caption(canvas, self.height)
        self._draw_grounds(canvas, top)
        self._draw_rules(canvas, top)
        canvas.restoreState()
        self._draw_texts(canvas, top)

    def _draw_caption(self, canvas: Canvas, top: float) -> float:
        layout = self._layout
        for text, style in ((layout.caption, CAPTION), (layout.unit, UNIT)):
            if text:
                lines = set_lines(text, style, self.width, layout.faces)[:1]
                draw_lines(canvas, lines, 0.0, top, self.width, style)
        return top - layout.caption_height

    def _draw_grounds(self, canvas: Canvas, top: float) -> None:
        layout = self._layout
        if layout.has_head:
            canvas.setFillColorRGB(*HEAD_GROUND)
            canvas.rect(0, top - layout.head_height, self.width, layout.head_height, stroke=0, fill=1)
        y = top - layout.head_height
        for row in self._set:
            y -= row.height
            if row.row.kind is RowKind.TOTAL:
                canvas.setFillColorRGB(*TOTAL_GROUND)
                canvas.rect(0, y, self.width, row.height, stroke=0, fill=1)

    def _draw_rules(self, canvas: Canvas, top: float) -> None:
        layout = self._layout
        bottom = top - layout.head_height - sum(row.height for row in self._set)
        edges = [0.0]
        for width in layout.widths:
            edges.append(edges[-1] + width)
        canvas.setStrokeColorRGB(*HAIR)
        canvas.setLineWidth(HAIR_WIDTH)
        lines = [(x, top, x, bottom) for x in edges[1:-1]]
        if layout.has_head:
            lines.append((0.0, top - layout.head_height, self.width, top - layout.head_height))
        y = top - layout.head_height
        for number, row in enumerate(self._set[:-1]):
            y -= row.height
            lines.append((self._rule_start(number, edges), y, self.width, y))
        canvas.lines(lines)
        canvas.setStrokeColorRGB(*RULE)
        canvas.setLineWidth(OUTER_WIDTH)
        canvas.lines([(0, top, self.width, top), (0, bottom, self.width, bottom)])
        canvas.setLineWidth(HAIR_WIDTH)
        canvas.setStrokeColorRGB(*HAIR)
        canvas.lines([(0, top, 0, bottom), (self.width, top, self.width, bottom)])

    def _rule_start(self, number: int, edges: list[float]) -> float:
        """The rule under a row begins right of the labels that go on below."""
        here, below = self._set[number].row, self._set[number + 1].row
        for index, column in enumerate(self._layout.columns):
            if not column.group or here.cells[: index + 1] != below.cells[: index + 1]:
                return edges[index]
        return edges[-1]

    def _draw_texts(self, canvas: Canvas, top: float) -> None:
        layout = self._layout
        x = 0.0
        for index, column in enumerate(layout.columns):
            width = layout.widths[index]
            if layout.has_head:
                height = layout.head_height
                self._draw_cell(canvas, layout.heads[index], x, width, top, height, HEAD)
            y = top - layout.head_height
            blocks = self._blocks(index) if column.group else [(n, n + 1) for n in range(len(self._set))]
            for start, end in blocks:
                height = sum(row.height for row in self._set[start:end])
                row = self._set[start]
                style = layout.style(index, row.row.kind)
                self._draw_cell(canvas, row.cells[index], x, width, y, height, style)
                y -= height
            x += width

    @staticmethod
    def _draw_cell(
        canvas: Canvas,
        lines: list[Line],
        x: float,
        width: float,
        top: float,
        height: float,
        style: TextStyle,
    ) -> None:
        spare = (height - len(lines) * style.leading) / 2
        pad = PAD_X if style is not HEAD else PAD_X - 2
        draw_lines(canvas, lines, x + pad, top - spare, width - 2 * pad, style)


def _continuation(layout: _Layout) -> _Layout:
    caption = layout.caption
    if caption and not caption.endswith("（续）"):
        caption += "（续）"
    return _Layout(
        layout.columns, layout.faces, caption, layout.unit, layout.widths, layout.heads, layout.has_head
    )
