"""Chinese paragraphs on the page: drawing set lines, and one flowable for all running text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from reportlab.lib.rl_accel import escapePDF
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from reports.pdf.fonts import Faces
from reports.pdf.linebreak import Align, Line, Text, TextStyle, one_line, set_lines

ASCENT = 0.88  # em above the baseline of both faces
BOLD_STROKE = 0.03  # em: width of the stroke that makes bold out of regular
MIN_LINES = 2  # at the foot and at the head of a page …
LONG_END = 0.5  # … where a single last line may stand if it fills more than this share of the measure
Breaker = Callable[[Any, TextStyle, float, Faces], list[Line]]


def draw_line(canvas: Canvas, line: Line, x: float, baseline: float, style: TextStyle) -> None:
    """Draw a set line with its left edge at ``x``; graphics state is left as it was."""
    if not line.chunks:
        return
    size, document = style.size, canvas._doc
    red, green, blue = style.colour
    out = [f"q {red:.3g} {green:.3g} {blue:.3g} rg BT 1 0 0 1 {x + line.offset * size:.3f} {baseline:.3f} Tm"]
    heavy, current, spacing = False, "", 0.0
    for chunk in line.chunks:
        if chunk.bold is not heavy:
            heavy = chunk.bold
            stroke = f"2 Tr {size * BOLD_STROKE:.3f} w {red:.3g} {green:.3g} {blue:.3g} RG"
            out.append(stroke if heavy else "0 Tr")
        if chunk.spacing != spacing:
            spacing = chunk.spacing
            out.append(f"{spacing * size:.4f} Tc")
        font = chunk.face.font
        for subset, codes in font.splitString(chunk.text, document):
            name = font.getSubsetInternalName(subset, document)
            if name != current:
                current = name
                out.append(f"{name} {size:g} Tf")
            out.append(f"({escapePDF(codes)}) Tj")
    out.append("ET Q")
    canvas._code.append(" ".join(out))


def place(line: Line, style: TextStyle, measure: float) -> float:
    """The left edge, in points from the left of the measure, at which ``line`` is aligned."""
    if style.align is Align.CENTRE:
        return (measure - (line.width + 2 * min(line.offset, 0.0)) * style.size) / 2
    if style.align is Align.RIGHT:
        return measure - (line.offset + line.width) * style.size
    return 0.0


def draw_lines(
    canvas: Canvas,
    lines: Iterable[Line],
    x: float,
    top: float,
    measure: float,
    style: TextStyle,
) -> None:
    """Draw ``lines`` downwards from ``top``, each centred in its leading."""
    baseline = top - (style.leading - style.size) / 2 - ASCENT * style.size
    for line in lines:
        draw_line(canvas, line, x + place(line, style, measure), baseline, style)
        baseline -= style.leading


def draw_text(
    canvas: Canvas,
    text: Text,
    x: float,
    baseline: float,
    style: TextStyle,
    faces: Faces,
) -> float:
    """Draw ``text`` on one line, starting, centred or ending at ``x`` by the style; returns its width."""
    line = one_line(text, style, faces)
    if line is None:
        return 0.0
    width = line.width * style.size
    shift = {Align.CENTRE: width / 2, Align.RIGHT: width}.get(style.align, 0.0)
    draw_line(canvas, line, x - shift - line.offset * style.size, baseline, style)
    return width


class Prose(Flowable):
    """A paragraph on the page; splits between lines, never leaving a single line behind or ahead."""

    def __init__(
        self,
        text: Text,
        style: TextStyle,
        faces: Faces,
        *,
        lines: list[Line] | None = None,
        breaker: Breaker = set_lines,
    ) -> None:
        """Set ``text`` in ``style``; ``breaker`` replaces the ordinary line breaking (balanced titles)."""
        super().__init__()
        self.text = text
        self.style = style
        self.faces = faces
        self.lines = lines
        self._breaker = breaker
        self._broken_for = 0.0
        self.spaceBefore, self.spaceAfter = style.before, style.after

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Break the lines; see ReportLab's ``Flowable``."""
        if self.lines is None or (self._broken_for and self._broken_for != available_width):
            self.lines = self._breaker(self.text, self.style, available_width, self.faces)
            self._broken_for = available_width
        self.width, self.height = available_width, len(self.lines) * self.style.leading
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Prose]:
        """Two paragraphs at a line boundary, or nothing where too few lines would stand alone."""
        self.wrap(available_width, available_height)
        lines = self.lines or []
        fitting = int((available_height + 0.01) / self.style.leading)
        long_end = lines and lines[-1].width * self.style.size > available_width * LONG_END
        fitting = min(fitting, len(lines) - (1 if long_end else MIN_LINES))
        if fitting < MIN_LINES:
            return []
        return [self._part(lines[:fitting]), self._part(lines[fitting:])]

    def _part(self, lines: list[Line]) -> Prose:
        return Prose("", self.style, self.faces, lines=lines)

    def draw(self) -> None:
        """Draw the lines from the top of the flowable down."""
        draw_lines(self.canv, self.lines or (), 0.0, self.height, self.width, self.style)
