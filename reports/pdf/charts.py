"""The charts of the reports: one idea each, bars from zero, values written where they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from reports.pdf.fonts import FaceName, Faces
from reports.pdf.linebreak import Align, Colour, TextStyle
from reports.pdf.typeset import draw_text

BLUE: Colour = (0.122, 0.306, 0.620)
PALE: Colour = (0.690, 0.757, 0.863)
GREY: Colour = (0.36, 0.38, 0.42)
AXIS: Colour = (0.60, 0.65, 0.72)
RED: Colour = (0.784, 0.086, 0.114)
SLICES: tuple[Colour, ...] = (
    BLUE, (0.33, 0.51, 0.76), (0.56, 0.68, 0.85), (0.73, 0.79, 0.87), (0.55, 0.58, 0.63), (0.80, 0.82, 0.84),
)  # fmt: skip
TITLE = TextStyle(face=FaceName.HEI, size=11, leading=20, bold=True, align=Align.CENTRE)
LABEL = TextStyle(size=8.5, leading=11, align=Align.CENTRE)
TITLE_HEIGHT = 24.0


@dataclass(frozen=True, slots=True)
class Bars:
    """Grouped bars: per label one value for each of two series, in the unit of the title."""

    title: str
    series: tuple[str, str]
    labels: tuple[str, ...]
    values: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """A doughnut: named amounts, with the total in the middle and the values in a legend beside it."""

    title: str
    unit: str
    parts: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """Horizontal bars from 0 to 100 per cent, one per name, each with its own note at the end."""

    title: str
    rows: tuple[tuple[str, Decimal, str], ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A score on the line from 0 to 100; ``bounds`` gives each grade with its lowest score, highest first."""

    score: Decimal
    grade: str
    bounds: tuple[tuple[str, int], ...]


Chart = Bars | Ring | Rates | Scale


class Figure(Flowable):
    """One or two charts side by side; never split, and may float to the next page."""

    def __init__(
        self, charts: Sequence[Chart], faces: Faces, height: float, shares: Sequence[float] = ()
    ) -> None:
        """Lay ``charts`` out over the measure in the given ``shares`` of its width (equal when empty)."""
        super().__init__()
        self.charts = tuple(charts)
        self.faces = faces
        self.height = height
        self.shares = tuple(shares) or (1 / len(self.charts),) * len(self.charts)
        self.spaceBefore, self.spaceAfter = 8.0, 10.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """The full measure, at a fixed height."""
        self.width = available_width
        return available_width, self.height

    def draw(self) -> None:
        """Draw each chart in its own share."""
        canvas, x = self.canv, 0.0
        for chart, share in zip(self.charts, self.shares, strict=True):
            width = self.width * share
            canvas.saveState()
            canvas.translate(x, 0)
            _draw(canvas, chart, width, self.height, self.faces)
            canvas.restoreState()
            x += width


def _draw(canvas: Canvas, chart: Chart, width: float, height: float, faces: Faces) -> None:
    if isinstance(chart, Scale):
        _draw_scale(canvas, chart, width, height, faces)
        return
    draw_text(canvas, chart.title, width / 2, height - 15, TITLE, faces)
    if isinstance(chart, Bars):
        _draw_bars(canvas, chart, width, height - TITLE_HEIGHT, faces)
    elif isinstance(chart, Ring):
        _draw_ring(canvas, chart, width, height - TITLE_HEIGHT, faces)
    else:
        _draw_rates(canvas, chart, width, height - TITLE_HEIGHT, faces)


def _fill(canvas: Canvas, colour: Colour, x: float, y: float, width: float, height: float) -> None:
    canvas.setFillColorRGB(*colour)
    canvas.rect(x, y, width, height, stroke=0, fill=1)


def _rule(canvas: Canvas, colour: Colour, width: float, line: tuple[float, float, float, float]) -> None:
    canvas.setStrokeColorRGB(*colour)
    canvas.setLineWidth(width)
    canvas.line(*line)


def _amount(value: Decimal) -> str:
    """A value as a label: no decimals from a thousand on, where they would only crowd the bar."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.1f}"


def _draw_bars(canvas: Canvas, chart: Bars, width: float, height: float, faces: Faces) -> None:
    foot, roof = 18.0, height - 30.0
    legend = replace(LABEL, align=Align.LEFT)
    x = width / 2 - 62
    for name, colour in zip(chart.series, (PALE, BLUE), strict=True):
        _fill(canvas, colour, x, height - 11, 9, 9)
        x += 13 + draw_text(canvas, name, x + 13, height - 10, legend, faces) + 16
    top = max((value for pair in chart.values for value in pair), default=Decimal(0)) or Decimal(1)
    slot = (width - 16) / max(len(chart.labels), 1)
    bar = min(slot * 0.36, 30.0)
    size = 8.5 if slot >= 68 else max(5.5, slot / 68 * 8.5)
    value_style = replace(LABEL, size=size)
    for number, (label, pair) in enumerate(zip(chart.labels, chart.values, strict=True)):
        middle = 8 + slot * (number + 0.5)
        for side, colour, value in ((-1, PALE, pair[0]), (1, BLUE, pair[1])):
            tall = float(max(value, Decimal(0)) / top) * (roof - foot)
            left = middle + (0.02 * bar if side > 0 else -1.02 * bar)
            _fill(canvas, colour, left, foot, bar, tall)
            draw_text(canvas, _amount(value), left + bar / 2, foot + tall + 3, value_style, faces)
        draw_text(canvas, _shorten(label, max(int(slot / LABEL.size), 2)), middle, 5, LABEL, faces)
    _rule(canvas, AXIS, 0.6, (4, foot, width - 4, foot))


def _draw_ring(canvas: Canvas, chart: Ring, width: float, height: float, faces: Faces) -> None:
    total = sum((value for _, value in chart.parts), Decimal(0))
    radius = min(height / 2 - 6, width * 0.22)
    centre_x, centre_y = radius + 6, height / 2
    angle = 90.0
    for (_, value), colour in zip(chart.parts, SLICES, strict=False):
        sweep = float(value / total) * 360 if total else 0.0
        _slice(canvas, (centre_x, centre_y), radius, (angle, -sweep), colour)
        angle -= sweep
    middle = replace(LABEL, face=FaceName.HEI, size=10.5, bold=True)
    draw_text(canvas, _amount(total), centre_x, centre_y - 1, middle, faces)
    draw_text(canvas, chart.unit, centre_x, centre_y - 12, replace(LABEL, colour=GREY), faces)
    _ring_legend(canvas, chart, (centre_x + radius + 10, width), centre_y, faces)


def _slice(
    canvas: Canvas,
    centre: tuple[float, float],
    radius: float,
    arc: tuple[float, float],
    colour: Colour,
) -> None:
    start, sweep = arc
    if not sweep:
        return
    x, y = centre
    inner = radius * 0.58
    path = canvas.beginPath()
    path.arc(x - radius, y - radius, x + radius, y + radius, start, sweep)
    end = math.radians(start + sweep)
    path.lineTo(x + inner * math.cos(end), y + inner * math.sin(end))
    path.arcTo(x - inner, y - inner, x + inner, y + inner, start + sweep, -sweep)
    path.close()
    canvas.setFillColorRGB(*colour)
    canvas.setStrokeColorRGB(1, 1, 1)
    canvas.setLineWidth(0.8)
    canvas.drawPath(path, stroke=1, fill=1)


def _ring_legend(
    canvas: Canvas,
    chart: Ring,
    span: tuple[float, float],
    centre_y: float,
    faces: Faces,
) -> None:
    left, right = span
    total = sum((value for _, value in chart.parts), Decimal(0))
    pitch = 25.0
    y = centre_y + pitch * (len(chart.parts) - 1) / 2 + 2
    name_style = replace(LABEL, align=Align.LEFT)
    value_style = replace(LABEL, align=Align.LEFT, colour=GREY, size=8)
    for (name, value), colour in zip(chart.parts, SLICES, strict=False):
        _fill(canvas, colour, left, y, 8, 8)
        short = _shorten(name, int((right - left - 12) / LABEL.size))
        draw_text(canvas, short, left + 12, y + 0.5, name_style, faces)
        share = value / total * 100 if total else Decimal(0)
        draw_text(canvas, f"{value:,.2f}（{share:.1f}%）", left + 12, y - 10.5, value_style, faces)
        y -= pitch


def _shorten(name: str, length: int) -> str:
    return name if len(name) <= length else name[: max(length - 1, 1)] + "…"


def _draw_rates(canvas: Canvas, chart: Rates, width: float, height: float, faces: Faces) -> None:
    pitch = height / max(len(chart.rows), 1)
    left, right = 76.0, width - 96.0
    name_style = replace(LABEL, size=9, align=Align.RIGHT)
    note_style = replace(LABEL, size=9, align=Align.LEFT)
    bar = min(pitch * 0.56, 11.0)
    for number, (name, rate, note) in enumerate(chart.rows):
        y = height - pitch * (number + 0.5)
        draw_text(canvas, _shorten(name, 8), left - 6, y - 3.2, name_style, faces)
        _fill(canvas, (0.925, 0.937, 0.957), left, y - bar / 2, right - left, bar)
        _fill(canvas, BLUE, left, y - bar / 2, float(rate / 100) * (right - left), bar)
        draw_text(canvas, f"{rate:.1f}%　{note}", right + 6, y - 3.2, note_style, faces)
    _rule(canvas, AXIS, 0.6, (left, 0, left, height))


def _draw_scale(canvas: Canvas, chart: Scale, width: float, height: float, faces: Faces) -> None:
    """The score as a figure at the left, the scale beside it; the scale is drawn from 0, true to length."""
    figure = TextStyle(face=FaceName.HEI, size=26, bold=True, align=Align.LEFT, colour=BLUE)
    middle = height / 2
    wide = draw_text(canvas, f"{chart.score:.2f}", 6, middle - 10, figure, faces)
    small = TextStyle(face=FaceName.HEI, size=12, align=Align.LEFT, colour=GREY)
    wide += 4 + draw_text(canvas, f"分　{chart.grade}", 10 + wide, middle - 9, small, faces)
    left, right = wide + 34, width - 10
    unit = (right - left) / 100
    shades: tuple[Colour, ...] = ((0.925, 0.937, 0.957), (0.82, 0.86, 0.92), PALE, (0.50, 0.62, 0.80))
    lowest = tuple(reversed(chart.bounds))
    highs = [low for _, low in lowest[1:]] + [100]
    for (name, low), high, shade in zip(lowest, highs, shades, strict=False):
        _fill(canvas, shade, left + low * unit, middle - 6, (high - low) * unit - 0.8, 12)
        draw_text(canvas, name, left + (low + high) / 2 * unit, middle - 3.2, LABEL, faces)
        draw_text(canvas, str(low), left + low * unit, middle - 17, LABEL, faces)
    draw_text(canvas, "100", right, middle - 17, LABEL, faces)
    x = left + float(chart.score) * unit
    path = canvas.beginPath()
    path.moveTo(x, middle + 7)
    path.lineTo(x - 4, middle + 14)
    path.lineTo(x + 4, middle + 14)
    path.close()
    canvas.setFillColorRGB(*RED)
    canvas.drawPath(path, stroke=0, fill=1)
