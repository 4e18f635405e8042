"""When the milestones of a project are promised, and when they are reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from portfolio.foundation import clock
from portfolio.foundation.money import Money
from portfolio.services import progress
from reports.services.demonstration.journey import Journey

_SMALL = Money.from_wan(100)
_MONTHS, _MONTHS_OF_SMALL = 13, 9
MILESTONES = (  # share of the building time in per cent, weight, name
    (15, 10, "详细设计和标准规范确认"),
    (40, 30, "设备到货安装"),
    (75, 30, "应用软件开发完成"),
    (100, 30, "系统联调建成"),
)
_DELAYS = {"main": (0, 26, 0, 0), "good": (0, 12, 18, 9), "middling": (14, 45, 60, 43)}
"""Days by which each milestone is reached later than promised, a late start apart."""


@dataclass(frozen=True, slots=True)
class Works:
    """The days of a project that is being built: its start, and when each milestone is reached."""

    start: date
    reached: tuple[date, ...]

    @property
    def finished(self) -> date:
        """The day on which everything is built."""
        return self.reached[-1]


def promise(journey: Journey) -> None:
    """Write the milestones with their planned days into the design."""
    rows = [
        {"name": name, "planned_on": day, "weight": weight}
        for (_, weight, name), day in zip(MILESTONES, _promised(journey), strict=True)
    ]
    progress.set_milestones(
        project_id=journey.project_id,
        rows=rows,
        expected_version=journey.project.version,
        actor=journey.applicant,
    )


def begin(journey: Journey) -> Works:
    """The works that start today; a start later than planned puts everything off."""
    start = clock.today()
    slip = max((start - journey.project.planned_start).days, 0)
    late = _DELAYS[journey.script.profile]
    reached = tuple(
        day + timedelta(slip + delay) for day, delay in zip(_promised(journey), late, strict=True)
    )
    return Works(start, reached)


def _promised(journey: Journey) -> tuple[date, ...]:
    start = journey.project.planned_start
    months = _MONTHS_OF_SMALL if journey.script.amount < _SMALL else _MONTHS
    days = (clock.add_months(start, months) - start).days
    return tuple(start + timedelta(days * share // 100) for share, _, _ in MILESTONES)
