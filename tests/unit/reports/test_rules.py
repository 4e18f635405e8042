"""The dataset of a report: its sums, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from portfolio.foundation.money import Money
from reports.rules import IndicatorScore, ReportKind
from tests.unit.reports import samples


def test_a_total_that_is_not_the_sum_is_refused() -> None:
    report = samples.ordinary()
    assert report.total is not None
    with pytest.raises(ValueError, match="total"):
        replace(report, total=report.total + 1)


def test_weights_that_do_not_sum_to_100_are_refused() -> None:
    report = samples.ordinary()
    with pytest.raises(ValueError, match="100"):
        replace(report, scores=report.scores[1:], total=None)


@pytest.mark.parametrize("score", ["-0.01", "4.01"])
def test_a_score_outside_its_weight_is_refused(score: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        IndicatorScore("决策", "项目立项", "立项依据充分性", Decimal(4), score=Decimal(score))


def test_the_evaluators_score_counts_in_an_evaluation_and_the_own_score_in_a_self_report() -> None:
    row = IndicatorScore("a", "b", "c", Decimal(10), self_score=Decimal(9), score=Decimal(7))
    assert samples.ordinary().counted(row) == 7
    assert samples.yearly().counted(row) == 9


def test_money_is_summed_by_year_by_source_and_in_total() -> None:
    report = samples.ordinary()
    assert [row.year for row in report.money_by_year()] == [2006, 2007, 2008]
    assert [row.source for row in report.money_by_source()] == [
        "市级财政资金",
        "区县配套资金",
        "单位自筹资金",
    ]
    assert report.money_total.paid == Money.from_wan("12046.87")
    for rows in (report.money_by_year(), report.money_by_source()):
        assert Money.total(row.paid for row in rows) == report.money_total.paid


def test_delay_counts_from_the_first_baseline_never_from_a_later_one() -> None:
    late = samples.milestones()[-1]
    assert late.revised is not None
    assert late.delay == 51


def test_every_kind_has_a_title() -> None:
    assert [kind.label for kind in ReportKind] == ["绩效评价报告", "后评价自评报告", "年度绩效自评报告"]
