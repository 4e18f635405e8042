"""What a table says of itself: the unit of its amounts, and what its rows come to."""

from __future__ import annotations

import pytest

from budget.rules.imports.fields import Row
from budget.rules.imports.magnitude import unit_conflict
from budget.rules.imports.shapes import PAYMENTS
from budget.rules.imports.totals import Sums
from budget.rules.imports.words import AmountUnit
from portfolio.foundation.money import Money

WAN, YUAN = AmountUnit.WAN, AmountUnit.YUAN


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        ("金额（万元）*", WAN),
        ("金额(元)", YUAN),
        ("支付金额/元", YUAN),
        ("金额万元", WAN),
        ("金额：人民币元", YUAN),
        ("下达金额（单位：万元）", WAN),
        ("Amount (CNY 10k)*", WAN),
        ("Amount (CNY)", YUAN),
    ],
)
def test_a_head_that_names_its_unit_is_believed(head: str, unit: AmountUnit) -> None:
    other = YUAN if unit is WAN else WAN
    assert unit_conflict([head], [], unit) is None
    assert f"“{head}”" in str(unit_conflict([head], [], other))


def test_a_line_above_the_head_names_the_unit_when_no_head_does() -> None:
    assert "“单位：元”" in str(unit_conflict(["金额"], ["三月付款清单", "单位：元"], WAN))
    assert unit_conflict(["金额（万元）"], ["单位：元"], WAN) is None
    assert unit_conflict(["金额"], ["付款单位：市财政局", "管理单元", "二〇一〇年纪元"], WAN) is None


@pytest.mark.parametrize(
    "title",
    [
        "新增投资1000亿元",
        "2010年第一批项目支付清单（合计500万元）",
        "期初余额 100 元",
        "合计五百万元",
        "Total CNY 1,200 CNY",
    ],
)
def test_a_title_that_ends_in_an_amount_names_no_unit(title: str) -> None:
    assert unit_conflict(["金额"], [title], WAN) is None
    assert unit_conflict(["金额"], [title], YUAN) is None
    assert "“单位：元”" in str(unit_conflict(["金额"], [title, "单位：元"], WAN))


@pytest.mark.parametrize(
    ("line", "unit"),
    [("金额单位:人民币万元", WAN), ("支付计划2010（万元）", WAN), ("支付计划2010（元）", YUAN)],
)
def test_a_title_that_ends_in_a_unit_names_it(line: str, unit: AmountUnit) -> None:
    other = YUAN if unit is WAN else WAN
    assert unit_conflict(["金额"], [line], unit) is None
    assert f"“{line}”" in str(unit_conflict(["金额"], [line], other))


@pytest.mark.parametrize("head", ["金额（亿元）", "金额（千元）", "金额（百万元）"])
def test_a_unit_that_cannot_be_declared_is_in_conflict_with_both(head: str) -> None:
    assert unit_conflict([head], [], WAN) is not None
    assert unit_conflict([head], [], YUAN) is not None


def sums(*amounts: int) -> Sums:
    made = Sums(PAYMENTS, {"contract": 0, "amount": 1, "note": 2}, WAN)
    for number, amount in enumerate(amounts, 2):
        made.add(Row(number, {"amount": Money.from_wan(amount)}))
    return made


def test_a_total_is_told_from_a_row_by_naming_nothing() -> None:
    made = sums()
    assert made.is_total(["合 计：", 12, ""])
    assert made.is_total([None, "合计", None])
    assert made.is_total(["", 12.0, None, "总计"])
    assert not made.is_total(["HT-1", 12, "合计"])
    assert not made.is_total(["HT-1", 12, "三月合计"])


@pytest.mark.parametrize(
    "word",
    [
        *("合计金额", "合计（元）", "合计(3笔)：", "总 计（单位：万元）", "金额合计", "Total amount"),
        *("TOTAL", "total", "Grand total", "Sub-total", "Total (CNY 10k):"),
    ],
)
def test_a_total_is_one_however_it_is_written(word: str) -> None:
    assert sums().is_total([word, 12, ""])
    made = sums(10, 2)
    made.total = (9, ["", word, None])
    assert list(made.differing()) == []


@pytest.mark.parametrize(
    "word", ["合计（元）-1", "（元）", "共计划", "Total-1", "Totals of HT-1", "统计", "计", "l"]
)
def test_what_only_resembles_a_total_is_a_row(word: str) -> None:
    assert not sums().is_total([word, 12, ""])
    assert not sums().is_total([word, 12, "合计"])


def test_a_total_is_held_against_the_rows() -> None:
    made = sums(10, 2)
    made.total = (9, ["合计", "12.00", None])
    assert list(made.differing()) == []
    made.total = (9, ["合计", 13, None])
    (problem,) = made.differing()
    assert (problem.row, str(problem.what)) == (9, "合计行写的是13.00万元，各行相加是12.00万元")
    made.total = (9, ["合计", "十二", None])
    assert [str(one.what) for one in made.differing()] == ["“十二”不是金额"]
    made.total = (9, ["", "合计", None])
    assert list(made.differing()) == []
