"""How everything here is measured: two things in turn, several rounds, in one run; the ratio of the medians.

A machine is never quiet, so a figure is never a time but a ratio, and both sides are printed with it.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter

ROUNDS = 5
NEAR = 0.10
"""A figure this near to its bound is measured once more."""


@dataclass(frozen=True)
class Figure:
    """One line of the table: ``a`` and ``b`` in ``unit``, their ``ratio``, and whether it keeps the bound."""

    id: str
    title: str
    a: float
    b: float
    unit: str
    bound: float
    ratio: float
    at_least: bool = False
    conditions: tuple[str, ...] = field(default=())
    """What went wrong beside the figure (retries, lock errors); any of it is a failure."""

    @property
    def ok(self) -> bool:
        """Whether the bound and every side condition are kept."""
        kept = self.ratio >= self.bound if self.at_least else self.ratio <= self.bound
        return kept and not self.conditions

    @property
    def near(self) -> bool:
        """Whether noise could have decided."""
        return abs(self.ratio - self.bound) <= NEAR * abs(self.bound)

    def line(self) -> str:
        """The figure as it is printed."""
        sign = "≥" if self.at_least else "≤"
        trouble = f"  {'; '.join(self.conditions)}" if self.conditions else ""
        return (
            f"{'ok ' if self.ok else 'NOT'} {self.id:<4} {self.ratio:>9.3f} {sign} {self.bound:<6g}"
            f" a {self.a:>11.3f}  b {self.b:>11.3f} {self.unit:<10} {self.title}{trouble}"
        )


@dataclass(frozen=True)
class Group:
    """Figures that are measured together: by which ids they can be asked for, and what measures them."""

    ids: tuple[str, ...]
    measure: Callable[[], Iterable[Figure]]


def in_turn(
    a: Callable[[], float], b: Callable[[], float], *, rounds: int = ROUNDS, warm: bool = True
) -> tuple[float, float]:
    """Measure ``a`` and ``b`` in turn, A B A B …; the median of each."""
    if warm:
        a(), b()
    pairs = [(a(), b()) for _ in range(rounds)]
    return statistics.median(one for one, _ in pairs), statistics.median(two for _, two in pairs)


def milliseconds(call: Callable[[], object], times: int = 1) -> float:
    """How long ``call`` takes, in milliseconds; the median of several calls."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        call()
        taken.append(perf_counter() - start)
    return statistics.median(taken) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(groups: Sequence[Group], only: frozenset[str], journal: Path) -> bool:
    """Measure every group asked for, print the table, write the journal; whether every bound is kept."""
    every = True
    with journal.open("w", encoding="utf-8") as file:
        for group in groups:
            if only and only.isdisjoint(group.ids):
                continue
            figures = list(group.measure())
            if any(figure.near or not figure.ok for figure in figures):
                for figure in figures:
                    print(f"    {figure.line()}  (再测一次 · once more)", flush=True)
                figures = list(group.measure())
            for figure in figures:
                print(figure.line(), flush=True)
                kept = {
                    name: round(value, 4) if isinstance(value, float) else value
                    for name, value in asdict(figure).items()
                    if name in ("id", "ratio", "bound", "a", "b", "unit")
                }
                file.write(json.dumps({**kept, "ok": figure.ok}) + "\n")
                file.flush()
                every = every and figure.ok
    return every
