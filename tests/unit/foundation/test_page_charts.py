"""Where the charts of the pages draw: bars from nought, everything inside, labels clear of the other line."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portfolio.foundation.web import charts

YEARS = list(range(2005, 2011))


def by_year(*values: str) -> dict[int, Decimal]:
    return {2005 + number: Decimal(value) for number, value in enumerate(values)}


def test_bars_begin_at_nought_and_are_as_high_as_their_values() -> None:
    chart = charts.bars(YEARS, by_year("10", "20", "30", "40", "50", "60"), by_year("0", "15", "30"))
    assert chart.grid[0].value == 0
    assert {round(bar.y + bar.height, 1) for bar in chart.bars} == {float(chart.foot)}
    nothing, half, whole = (bar.height for bar in chart.bars)
    assert nothing == 0
    assert whole == pytest.approx(2 * half)


def test_what_is_and_what_is_expected_are_written_over_the_higher_of_their_bars() -> None:
    done, due = by_year("10", "20"), by_year("25", "50")
    chart = charts.bars(YEARS, due, done, {2006: Decimal("40"), 2007: Decimal("60")})
    first, second = chart.bars
    beside, later = chart.ahead
    assert first.label < first.y
    assert second.label < beside.y < second.y
    assert beside.label < second.label
    assert later.label < later.y


@pytest.mark.parametrize(
    "values",
    [("98.2", "98.7", "100"), ("5", "5", "5"), ("0", "0"), ("0.001", "0.002"), ("1", "99999999999")],
)
def test_lines_stay_inside_whatever_the_figures(values: tuple[str, ...]) -> None:
    chart = charts.lines(YEARS, by_year(*values), by_year(*values))
    for point in (*chart.path, *chart.points):
        assert chart.left <= point.x <= chart.right
        assert 0 < point.y <= chart.foot
    assert 2 <= len(chart.grid) <= 7
    assert [mark.value for mark in chart.grid] == sorted({mark.value for mark in chart.grid})


def test_an_indicator_without_figures_has_empty_axes() -> None:
    chart = charts.lines(YEARS, {}, {})
    assert (chart.path, chart.points) == ((), ())
    assert [mark.value for mark in chart.years] == YEARS


def test_a_label_stands_below_its_point_where_more_is_required() -> None:
    chart = charts.lines(YEARS, by_year("100", "120"), by_year("100", "110"))
    base, behind = chart.points
    assert base.label < base.y
    assert behind.label > behind.y


def test_a_line_is_written_as_svg_reads_it() -> None:
    chart = charts.lines([2005, 2006], by_year("0", "10"), {})
    assert chart.line(chart.path).count(",") == 2
