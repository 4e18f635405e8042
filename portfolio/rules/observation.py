"""Observations of the plan's indicators, and how they keep pace with the way to the target.

Basis: 规划四（四）“建立和完善信息化统计指标体系”.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Protocol

from portfolio.foundation.errors import Message, say
from portfolio.rules.dossier.draft import Field, choice, figure, line, whole
from portfolio.rules.labelled import Labelled
from portfolio.rules.plan import Course, required_path

LONGEST_NOTE = 200
_PER_CENT = "%"
_FULL = Decimal(100)


class ObservationMark(Labelled):
    """What kind of statistics a figure comes from; in a year they follow in this order."""

    FLASH = "flash", "快报"
    ANNUAL = "annual", "年报"
    REVISION = "revision", "修订"


OBSERVATION = {
    "year": Field(whole(1990, 2100)),
    "figure": Field(figure()),
    "mark": Field(choice(ObservationMark)),
    "note": Field(line(LONGEST_NOTE, empty=True), ""),
}
"""How a typed observation is read; ``note`` names the bulletin or, for a revision, the reason."""


class Standing(Labelled):
    """How an indicator stands against the way to its target."""

    REACHED = "reached", "已达目标"
    ON_PACE = "on_pace", "达到进度"
    BEHIND = "behind", "落后于进度"
    WITHOUT_PATH = "without_path", "无逐年进度"
    UNOBSERVED = "unobserved", "尚无数据"


@dataclass(frozen=True, slots=True)
class Pace:
    """A figure of a year beside what that year requires; ``attained`` is the quotient of the two."""

    standing: Standing
    year: int | None = None
    figure: Decimal | None = None
    required: Decimal | None = None
    attained: Decimal | None = None

    @property
    def gap(self) -> Decimal | None:
        """By how much the figure passes what is required; negative when it lags."""
        return self.figure - self.required if self.figure is not None and self.required is not None else None


class Observed(Protocol):
    """An observation as the rules see it."""

    @property
    def year(self) -> int:
        """The year that the figure is of."""

    @property
    def figure(self) -> Decimal:
        """In the indicator's unit."""

    @property
    def mark(self) -> ObservationMark:
        """The kind of statistics."""


def holding(observations: Sequence[Observed]) -> dict[int, Observed]:
    """The observation that holds for each year, years ascending: the last one recorded for it."""
    last = {one.year: one for one in observations}
    return dict(sorted(last.items()))


def pace(course: Course, latest: Observed | None) -> Pace:
    """How the latest observation stands against the required path of its own year."""
    if latest is None:
        return Pace(Standing.UNOBSERVED)
    required = required_path(course).get(latest.year)
    attained = _quotient(latest.figure, required) if required else None
    if latest.figure >= course.target:
        standing = Standing.REACHED
    elif required is None:
        standing = Standing.WITHOUT_PATH
    else:
        standing = Standing.ON_PACE if latest.figure >= required else Standing.BEHIND
    return Pace(standing, latest.year, latest.figure, required, attained)


def cumulative_path(target: Decimal, from_year: int, to_year: int) -> dict[int, Decimal]:
    """What a total over the years must have come to by each year's end, in equal yearly parts."""
    span = to_year - from_year + 1
    with localcontext(prec=28):
        return {
            from_year + step - 1: (target * step / span).quantize(Decimal("0.01"), ROUND_HALF_UP)
            for step in range(1, span + 1)
        }


def required_by(target: Decimal, from_year: int, to_year: int, today: date) -> Decimal:
    """What a total over the years must have come to by the last quarter that has ended, in equal parts."""
    quarters = (to_year - from_year + 1) * 4
    ended = (today.year - from_year) * 4 + (today.month - 1) // 3
    with localcontext(prec=28):
        return (target * min(max(ended, 0), quarters) / quarters).quantize(Decimal("0.01"), ROUND_HALF_UP)


def problems(
    course: Course, unit: str, earlier: Sequence[Observed], given: Observed, note: str, today: date
) -> dict[str, Message]:
    """What is wrong with an observation, by field; ``earlier`` are all of the indicator's."""
    found: dict[str, Message] = {}
    if given.year <= course.base_year or given.year > today.year:
        found["year"] = say("年份应在{start}至{end}之间", start=course.base_year + 1, end=today.year)
    if given.figure < 0:
        found["figure"] = say("不能是负数")
    elif unit == _PER_CENT and given.figure > _FULL:
        found["figure"] = say("百分比不能超过100")
    marks = {one.mark for one in earlier if one.year == given.year}
    wrong = _order_problem(marks, given.mark, given.year, today)
    if wrong is not None:
        found["mark"] = wrong
    if given.mark is ObservationMark.REVISION and not note:
        found["note"] = say("修订须写明依据，如统计公报名称和文号")
    return found


def _order_problem(
    marks: set[ObservationMark], mark: ObservationMark, year: int, today: date
) -> Message | None:
    final = {ObservationMark.ANNUAL, ObservationMark.REVISION} & marks
    if mark is ObservationMark.REVISION and not final:
        return say("{year}年还没有年报数，无从修订", year=year)
    if mark is ObservationMark.ANNUAL and final:
        return say("{year}年的年报数已登记，更正请用修订", year=year)
    if mark is ObservationMark.ANNUAL and year >= today.year:
        return say("{year}年尚未结束，只能登记快报", year=year)
    if mark is ObservationMark.FLASH and final:
        return say("{year}年已有年报数，不再登记快报", year=year)
    return None


def _quotient(figure_: Decimal, required: Decimal) -> Decimal:
    with localcontext(prec=28):
        return (figure_ / required).quantize(Decimal("0.0001"), ROUND_HALF_UP)
