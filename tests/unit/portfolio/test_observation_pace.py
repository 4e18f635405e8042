"""How a figure stands against the way to its target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from portfolio.rules.observation import ObservationMark, Standing, cumulative_path, pace, required_by
from portfolio.rules.plan_document import Path


@dataclass(frozen=True)
class Way:
    base_year: int = 2005
    base: Decimal | None = Decimal(100)
    target_year: int = 2010
    target: Decimal = Decimal(200)
    path: Path = Path.LINEAR


@dataclass(frozen=True)
class Seen:
    year: int
    figure: Decimal
    mark: ObservationMark = ObservationMark.ANNUAL


@pytest.mark.parametrize(
    ("figure", "standing", "attained", "gap"),
    [
        ("180", Standing.ON_PACE, "1.0000", "0"),
        ("179.99", Standing.BEHIND, "0.9999", "-0.01"),
        ("90", Standing.BEHIND, "0.5000", "-90"),
        ("200", Standing.REACHED, "1.1111", "20"),
    ],
)
def test_a_figure_is_measured_by_its_own_year(
    figure: str, standing: Standing, attained: str, gap: str
) -> None:
    found = pace(Way(), Seen(2009, Decimal(figure)))
    assert (found.standing, found.required) == (standing, Decimal("180.00"))
    assert (found.attained, found.gap) == (Decimal(attained), Decimal(gap))


def test_without_a_base_there_is_no_way_but_the_target_can_be_reached() -> None:
    way = Way(base=None, path=Path.NONE)
    assert pace(way, Seen(2009, Decimal(199))).standing is Standing.WITHOUT_PATH
    assert pace(way, Seen(2009, Decimal(200))).standing is Standing.REACHED
    assert pace(way, Seen(2009, Decimal(199))).gap is None


def test_nothing_observed_is_said_as_such() -> None:
    assert pace(Way(), None).standing is Standing.UNOBSERVED


def test_a_year_outside_the_plan_has_no_requirement() -> None:
    assert pace(Way(), Seen(2011, Decimal(150))).standing is Standing.WITHOUT_PATH


def test_a_total_grows_by_equal_parts_and_ends_at_its_target() -> None:
    path = cumulative_path(Decimal(1000), 2006, 2010)
    assert path == {2006 + step: Decimal(200 * (step + 1)) for step in range(5)}
    assert cumulative_path(Decimal(100), 2006, 2008)[2008] == Decimal(100)


@pytest.mark.parametrize(
    ("today", "required"),
    [
        (date(2005, 6, 1), "0"),
        (date(2006, 3, 31), "0"),
        (date(2006, 4, 1), "50"),
        (date(2010, 3, 16), "800"),
        (date(2010, 12, 31), "950"),
        (date(2011, 1, 1), "1000"),
        (date(2026, 3, 2), "1000"),
    ],
)
def test_what_is_due_counts_the_quarters_that_have_ended(today: date, required: str) -> None:
    assert required_by(Decimal(1000), 2006, 2010, today) == Decimal(required)
