"""A frozen submission as people read it, with what changed in its place."""

from __future__ import annotations

from approvals.rules.differences import differences
from approvals.rules.readable import readable, told
from portfolio.foundation.money import Money

BEFORE = {
    "name": "目录体系",
    "goals": "四十个部门",
    "version": 3,
    "totals": {"proposal": 30_000_000},
    "plan_item": {"id": 1, "code": "B1-G1-02", "name": "目录"},
    "major_marks": ["city_wide", "exemplary"],
    "estimate": [
        {"category": "hardware", "item": "服务器", "amount": 10_000_000},
        {"category": "training", "item": "培训", "amount": 20_000_000},
    ],
}
AFTER = BEFORE | {
    "goals": "四十五个部门",
    "version": 9,
    "totals": {"proposal": 12_000_000},
    "estimate": [{"category": "hardware", "item": "服务器", "amount": 12_000_000}],
}


def test_values_are_words_and_money() -> None:
    shown = readable(BEFORE)
    facts = {str(one.label): str(one.value) for one in shown.facts}
    assert facts["规划项目"] == "B1-G1-02 目录"
    assert facts["重大工程标志"] == "全局性、示范性"
    (estimate,) = shown.tables
    assert estimate.total == Money.from_wan(30)
    assert [cell.value for cell in estimate.rows[0].cells][1:] == ["服务器", Money.from_wan(10)]


def test_what_changed_is_marked_where_it_stands_and_told_in_words() -> None:
    changes = differences(BEFORE, AFTER)
    shown = readable(AFTER, changes)
    (goals,) = shown.prose
    assert (goals.changed, goals.before, goals.value) == (True, "四十个部门", "四十五个部门")
    (estimate,) = shown.tables
    amount = estimate.rows[0].cells[2]
    assert (amount.before, amount.value) == (Money.from_wan(10), Money.from_wan(12))
    assert [row.mark for row in estimate.rows] == ["", "removed"]
    assert [str(one.where) for one in told(changes)] == [
        "建设目标",
        "投资估算（概算）第 1 行“金额”",
        "投资估算（概算）第 2 行",
    ]


def test_a_row_that_came_is_marked_as_a_whole() -> None:
    (estimate,) = readable(BEFORE, differences(AFTER, BEFORE)).tables
    assert [row.mark for row in estimate.rows] == ["", "added"]


def test_another_plan_item_is_told_once() -> None:
    moved = BEFORE | {"plan_item": {"id": 2, "code": "B2-G2-03", "name": "农业"}}
    (change,) = told(differences(BEFORE, moved))
    assert (change.before, change.after) == ("B1-G1-02", "B2-G2-03")


def test_columns_of_figures_are_told_from_columns_of_words() -> None:
    target = {"aspect": "quantity", "name": "接入部门", "target": "40", "unit": "个"}
    (estimate, targets) = readable({**BEFORE, "targets": [target]}).tables
    assert [str(label) for label, _, figure in estimate.heads if figure] == ["金额"]
    assert [str(label) for label, _, figure in targets.heads if figure] == ["目标值"]
