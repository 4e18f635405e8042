"""Pages: A4 with the margins of official documents, running head, page numbers, outline and contents.

A page's number is known when it ends, the total when the last one ends, and the contents when every heading
has its page: so pages are kept as they end and completed when the document is saved, in one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    ActionFlowable,
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageTemplate,
)

from reports.pdf.charts import Figure
from reports.pdf.fonts import FaceName, Faces
from reports.pdf.grid import Grid
from reports.pdf.linebreak import Align, Colour, TextStyle
from reports.pdf.typeset import Prose, draw_text

PAGE_WIDTH, PAGE_HEIGHT = A4
TOP, BOTTOM, LEFT, RIGHT = 37 * mm, 35 * mm, 28 * mm, 26 * mm
MEASURE = PAGE_WIDTH - LEFT - RIGHT
DEPTH = PAGE_HEIGHT - TOP - BOTTOM
RED: Colour = (0.784, 0.086, 0.114)
GREY: Colour = (0.36, 0.38, 0.42)
RUNNING = TextStyle(size=9, leading=12, align=Align.LEFT, colour=GREY)
FOLIO = TextStyle(size=14, leading=16, align=Align.LEFT)
ENTRY = (
    TextStyle(face=FaceName.HEI, size=13, leading=26, bold=True, align=Align.LEFT),
    TextStyle(size=13, leading=26, align=Align.LEFT),
)
ENTRY_NUMBER = TextStyle(size=13, leading=26, align=Align.RIGHT)
DOT_PITCH = 5.4
CREATOR = "政务信息化项目与投资管理系统"
MAX_ENTRY_PITCH = 30.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading met while drawing: its level (0 chapter, 1 section), title and height on its page."""

    level: int
    title: str
    top: float


class Pages(Canvas):
    """A canvas that keeps its pages and completes them at the end."""

    def __init__(self, *args: Any, faces: Faces, running_head: str, **kwargs: Any) -> None:  # noqa: ANN401
        """Start a document; ``running_head`` stands at the top of every numbered page."""
        super().__init__(*args, **kwargs)
        self._faces = faces
        self._head = running_head
        self._kept: list[dict[str, Any]] = []
        self.open_page()

    def open_page(self) -> None:
        """Begin the notes about the current page."""
        self.marks: list[Mark] = []
        self.contents_top: float | None = None
        self.numbered = False

    def showPage(self) -> None:
        """Keep the page instead of writing it."""
        self._kept.append(dict(self.__dict__))
        self._startPage()
        self.open_page()

    def save(self) -> None:
        """Complete and write all kept pages, then the file."""
        pages, self._kept = self._kept, []
        front = sum(1 for page in pages if not page["numbered"])
        entries = [
            (mark, index - front + 1, f"h{index}-{place}")
            for index, page in enumerate(pages)
            for place, mark in enumerate(page["marks"])
        ]
        for index, page in enumerate(pages):
            self.__dict__.update(page)
            self._complete(index, index - front + 1, len(pages) - front, entries)
            super().showPage()
        super().save()

    def _complete(self, index: int, number: int, total: int, entries: list[tuple[Mark, int, str]]) -> None:
        for place, mark in enumerate(self.marks):
            key = f"h{index}-{place}"
            self.bookmarkPage(key, fit="XYZ", left=0, top=mark.top, zoom=0)
            self.addOutlineEntry(mark.title, key, mark.level, closed=False)
        if self.contents_top is not None:
            self._draw_contents(self.contents_top, entries)
        if self.numbered:
            self._draw_furniture(number, total)

    def _draw_furniture(self, number: int, total: int) -> None:
        """Running head with a red line; the number between dashes, outside: odd right, even left."""
        faces, y = self._faces, PAGE_HEIGHT - 27 * mm
        page_of = replace(RUNNING, align=Align.RIGHT)
        wide = draw_text(self, f"第 {number} 页　共 {total} 页", LEFT + MEASURE, y, page_of, faces)
        head, room = self._head, MEASURE - wide - 20
        if len(head) * RUNNING.size > room:
            head = head[: int(room / RUNNING.size) - 1] + "…"
        draw_text(self, head, LEFT, y, RUNNING, faces)
        self.setStrokeColorRGB(*RED)
        self.setLineWidth(0.7)
        self.line(LEFT, y - 5, LEFT + MEASURE, y - 5)
        folio, foot = f"— {number} —", BOTTOM - 7 * mm - 11
        if number % 2:
            draw_text(self, folio, LEFT + MEASURE - 14, foot, replace(FOLIO, align=Align.RIGHT), faces)
        else:
            draw_text(self, folio, LEFT + 14, foot, FOLIO, faces)

    def _draw_contents(self, top: float, entries: list[tuple[Mark, int, str]]) -> None:
        pitch = min(MAX_ENTRY_PITCH, (top - BOTTOM) / max(len(entries), 1))
        y = top
        for mark, number, key in entries:
            y -= pitch
            self._draw_entry(mark, number, y)
            box = (LEFT, y - 6, LEFT + MEASURE, y + pitch - 6)
            self.linkAbsolute("", key, box, name=f"to-{key}", Border="[0 0 0]")

    def _draw_entry(self, mark: Mark, number: int, y: float) -> None:
        style, faces = ENTRY[mark.level], self._faces
        left = LEFT + 2 * style.size * mark.level
        start = left + draw_text(self, mark.title, left, y, style, faces) + 8
        end = LEFT + MEASURE - draw_text(self, str(number), LEFT + MEASURE, y, ENTRY_NUMBER, faces) - 6
        place = LEFT + MEASURE - 22 - DOT_PITCH * int((LEFT + MEASURE - 22 - start) / DOT_PITCH)
        self.setStrokeColorRGB(*GREY)
        self.setLineWidth(1.1)
        self.setLineCap(1)
        self.setDash([0.01, DOT_PITCH - 0.01])  # with round caps: dots, all rows on one grid
        self.line(place, y + 3, min(end, LEFT + MEASURE - 20), y + 3)
        self.setDash()
        self.setLineCap(0)


class Heading(Prose):
    """A heading that enters the outline and the contents."""

    def __init__(self, level: int, title: str, style: TextStyle, faces: Faces) -> None:
        """Make a heading of ``level`` 0 (chapter) or 1 (section)."""
        super().__init__(title, style, faces)
        self._level = level
        self._title = title

    def draw(self) -> None:
        """Draw, and tell the page."""
        _, top = self.canv.absolutePosition(0, self.height)
        self.canv.marks.append(Mark(self._level, self._title, top + 6))
        super().draw()


class Contents(Flowable):
    """Where the contents will stand; takes the rest of its page."""

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """All that is left."""
        self.width, self.height = available_width, available_height - 1
        return self.width, self.height

    def draw(self) -> None:
        """Tell the page where the list begins."""
        _, self.canv.contents_top = self.canv.absolutePosition(0, self.height)


class Barrier(Flowable):
    """Figures that floated come no later than here."""

    _ZEROSIZE = True

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Takes no room."""
        return 0.0, 0.0

    def draw(self) -> None:
        """Draws nothing."""


class Need(Flowable):
    """Go to a new page unless ``height`` is left here: before a heading, what it must not leave alone."""

    def __init__(self, height: float, grid: Grid | None = None) -> None:
        """``grid`` adds the height of that table's first rows."""
        super().__init__()
        self.least = height
        self.grid = grid

    def total(self, width: float) -> float:
        """All the height that must be left."""
        return self.least + (self.grid.opening_height(width) if self.grid else 0.0)

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Takes no room."""
        return 0.0, 0.0

    def draw(self) -> None:
        """Draws nothing."""


class Document(BaseDocTemplate):
    """Lays a story out on front pages (no furniture) and body pages (numbered)."""

    def __init__(self, stream: BinaryIO, *, front: bool, **information: str) -> None:
        """Write to ``stream``; with ``front`` pages first; ``information`` is title, author and subject."""
        super().__init__(
            stream,
            pagesize=A4,
            invariant=1,
            pageCompression=1,
            initialFontName=FaceName.SONG.value,
            lang="zh-CN",
            creator=CREATOR,
            **information,
        )
        self._waiting: list[Figure | Grid] = []
        box = (LEFT, BOTTOM, MEASURE, DEPTH)
        plain = PageTemplate("front", [Frame(*box, 0, 0, 0, 0)])
        numbered = PageTemplate("body", [Frame(*box, 0, 0, 0, 0)], onPage=_number_page)
        self.addPageTemplates([plain, numbered] if front else [numbered])

    def handle_flowable(self, flowables: list[Any]) -> None:
        """ReportLab's step, with two of our own before it: what floats, and the height a heading needs."""
        first = flowables[0]
        if isinstance(first, ActionFlowable):  # ReportLab's own page and frame events
            super().handle_flowable(flowables)
            return
        room, fresh = self._room(first)
        if self._waiting and self._placeable(first, room, fresh):
            flowables.insert(0, self._waiting.pop(0))
        elif self._must_wait(first, room, fresh) and not _last(flowables):
            self._waiting.append(flowables.pop(0))
            return
        elif isinstance(first, Grid) and first.continued and not fresh:
            self.handle_frameEnd()  # the rest of a table begins a page, even where rows of it would still fit
            return
        elif isinstance(first, Need):
            flowables.pop(0)
            if not fresh and first.total(MEASURE) > room:
                self.handle_frameEnd()
            return
        super().handle_flowable(flowables)

    def _room(self, flowable: Flowable) -> tuple[float, bool]:
        frame = self.frame
        fresh = bool(frame._atTop)
        space = 0.0 if fresh else max(flowable.getSpaceBefore() - frame._prevASpace, 0.0)
        return frame._y - frame._y1p - space, fresh

    def _must_wait(self, flowable: Flowable, room: float, fresh: bool) -> bool:
        """Whether a floating figure or table goes to a later page, to be filled up with text here."""
        if fresh or not (isinstance(flowable, Figure) or (isinstance(flowable, Grid) and flowable.floats)):
            return False
        return bool(self._waiting) or flowable.wrap(MEASURE, room)[1] > room

    def _placeable(self, following: Flowable, room: float, fresh: bool) -> bool:
        """Whether the first in waiting may stand here: never inside a table, before a long one or the end."""
        if isinstance(following, Barrier):
            return True
        if isinstance(following, Grid) and not following.floats:
            return not following.continued
        return fresh or self._waiting[0].height + self._waiting[0].getSpaceBefore() <= room


def _last(flowables: Sequence[Any]) -> bool:
    """Whether nothing is left that could fill the page instead of the figure."""
    return len(flowables) < 2 or isinstance(flowables[1], Barrier)


def _number_page(canvas: Pages, document: Document) -> None:
    canvas.numbered = True


def body() -> NextPageTemplate:
    """From the next page on, numbered pages."""
    return NextPageTemplate("body")
