"""What a resubmission changed is shown place by place."""

from approvals.rules.differences import Difference, differences

BEFORE = {
    "version": 3,
    "need": "部门之间数据不能互通",
    "estimate": [
        {"category": "hardware", "item": "服务器", "amount": 400},
        {"category": "training", "item": "培训", "amount": 100},
    ],
    "plan_item": {"code": "B1-G1-02", "revision": 1},
}


def test_nothing_changed_is_no_difference_even_when_the_version_moved():
    assert differences(BEFORE, {**BEFORE, "version": 9}) == []


def test_a_changed_amount_is_named_by_row_and_column():
    after = {**BEFORE, "estimate": [BEFORE["estimate"][0], {**BEFORE["estimate"][1], "amount": 150}]}
    assert differences(BEFORE, after) == [Difference("estimate.2.amount", 100, 150)]


def test_rows_come_and_go():
    added = {"category": "design", "item": "设计", "amount": 50}
    longer = {**BEFORE, "estimate": [*BEFORE["estimate"], added]}
    assert differences(BEFORE, longer) == [Difference("estimate.3", None, added)]
    assert differences(longer, BEFORE) == [Difference("estimate.3", added, None)]


def test_values_within_values_and_new_fields():
    after = {**BEFORE, "plan_item": {"code": "B1-G1-03", "revision": 1}, "risks": "标准不一"}
    assert differences(BEFORE, after) == [
        Difference("plan_item.code", "B1-G1-02", "B1-G1-03"),
        Difference("risks", None, "标准不一"),
    ]


def test_text_is_compared_as_a_whole():
    after = {**BEFORE, "need": "新的需求"}
    assert differences(BEFORE, after) == [Difference("need", "部门之间数据不能互通", "新的需求")]
