"""The geometry of the charts that pages draw as SVG: where lines, bars and their labels stand.

Lines may begin above nought, as their axis says; bars always begin there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 96, 24, 32
_STEPS = (1, 2, 2.5, 5, 10)
_LINES = 4
_BAR = 44
_APART = 16  # between two labels
_OVER_BAR = 6
_ABOVE, _BELOW = -10, 20  # a label keeps clear of the other line


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a year, where it stands, and the height of its ``label``."""

    year: int
    value: Decimal
    x: float
    y: float
    label: float = 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the grid and its label, or a year under the axis."""

    value: Decimal
    at: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from nought up, and the height of its ``label``."""

    year: int
    value: Decimal
    x: float
    y: float
    width: float
    height: float
    label: float

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: the grid, the years, a path of what is required, and points or bars of what is.

    ``ahead`` are bars of what is expected, behind those of what is.
    """

    grid: tuple[Mark, ...]
    years: tuple[Mark, ...]
    path: tuple[Point, ...]
    points: tuple[Point, ...]
    bars: tuple[Bar, ...]
    ahead: tuple[Bar, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    foot: int = HEIGHT - _BOTTOM

    @staticmethod
    def line(points: Iterable[Point]) -> str:
        """The points as an SVG polyline."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in points)


def lines(years: Sequence[int], path: Mapping[int, Decimal], actual: Mapping[int, Decimal]) -> Chart:
    """Two lines over the years: what is required, and what was observed."""
    scale = _Scale(years, [*path.values(), *actual.values()], from_zero=False)
    points = tuple(
        replace(one, label=one.y + (_BELOW if path.get(one.year, one.value) > one.value else _ABOVE))
        for one in scale.points(actual)
    )
    return Chart(scale.grid, scale.years, scale.points(path), points, ())


def bars(
    years: Sequence[int],
    path: Mapping[int, Decimal],
    actual: Mapping[int, Decimal],
    ahead: Mapping[int, Decimal] = MappingProxyType({}),
) -> Chart:
    """Bars of what is, before those of what is expected, under a line of what is required."""
    scale = _Scale(years, [*path.values(), *actual.values(), *ahead.values()], from_zero=True)
    coming = {one.year: one.y for one in scale.points(ahead)}
    over = {one.year: min(one.y, coming.get(one.year, one.y)) for one in scale.points(actual)}
    drawn = tuple(_bar(one, over[one.year]) for one in scale.points(actual))
    expected = tuple(
        _bar(one, over[one.year] - _APART if one.year in over else one.y) for one in scale.points(ahead)
    )
    return Chart(scale.grid, scale.years, scale.points(path), (), drawn, expected)


def _bar(top: Point, label: float) -> Bar:
    return Bar(
        top.year, top.value, top.x - _BAR / 2, top.y, _BAR, HEIGHT - _BOTTOM - top.y, label - _OVER_BAR
    )


@dataclass(frozen=True, slots=True)
class Curves:
    """Several lines over the steps of a time, in the order given; those without a value are left out."""

    grid: tuple[Mark, ...]
    steps: tuple[Mark, ...]
    curves: tuple[tuple[str, tuple[Point, ...]], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    foot: int = HEIGHT - _BOTTOM

    @staticmethod
    def line(points: Iterable[Point]) -> str:
        """The points as an SVG polyline."""
        return Chart.line(points)


def curves(steps: Sequence[int], series: Mapping[str, Mapping[int, Decimal]]) -> Curves:
    """Cumulative lines by their names; the label of a last point keeps clear of those above it."""
    scale = _Scale(steps, [value for values in series.values() for value in values.values()], from_zero=False)
    drawn = {name: scale.points(values) for name, values in series.items() if values}
    last, apart = -math.inf, {}
    for name in sorted(drawn, key=lambda name: (drawn[name][-1].y, name)):
        last = max(drawn[name][-1].y + 4, last + _APART)
        apart[name] = last
    return Curves(
        scale.grid,
        scale.years,
        tuple(
            (name, (*points[:-1], replace(points[-1], label=apart[name]))) for name, points in drawn.items()
        ),
    )


class _Scale:
    """Where years and values stand."""

    def __init__(self, years: Sequence[int], values: Sequence[Decimal], *, from_zero: bool) -> None:
        low, high = (min(values), max(values)) if values else (Decimal(0), Decimal(1))
        low = Decimal(0) if from_zero or low <= (high - low) else low
        step = _step(float(high - low) or 1.0)
        self._low = math.floor(float(low) / step) * step
        count = max(1, math.ceil((float(high) - self._low) / step - 1e-9))
        self._high = self._low + count * step
        self._first = min(years)
        self._span = max(1, max(years) - self._first)
        self._inset = _BAR if from_zero else 12
        self.grid = tuple(
            Mark(_plain(self._low + number * step), self._y(self._low + number * step))
            for number in range(count + 1)
        )
        self.years = tuple(Mark(Decimal(year), self._x(year)) for year in years)

    def points(self, values: Mapping[int, Decimal]) -> tuple[Point, ...]:
        """The values by year, ascending."""
        return tuple(
            Point(year, value, self._x(year), self._y(float(value))) for year, value in sorted(values.items())
        )

    def _x(self, year: int) -> float:
        room = WIDTH - _LEFT - _RIGHT - 2 * self._inset
        return round(_LEFT + self._inset + room * (year - self._first) / self._span, 1)

    def _y(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * share, 1)


def _step(span: float) -> float:
    """A round distance between the lines of the grid."""
    rough = span / _LINES
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(step for step in _STEPS if rough <= step * power * (1 + 1e-9))


def _plain(value: float) -> Decimal:
    return Decimal(repr(round(value, 6))).normalize() + 0
