"""The figures of rules in words: what each is called, and with which unit it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role

_LABELS = {
    "limit": "上限",
    "override_roles": "可以破例的岗位",
    "roles": "适用的岗位",
    "more_than": "须超过",
    "percent": "核减比例",
    "deadline": "期限",
    "extension_small": "小型项目可延长",
    "extension_large": "大型项目可延长",
    "lapse": "失效年限",
    "behind": "落后超过",
    "above": "超出超过",
    "from_month": "起算月份",
    "months": "预看月数",
    "across_sources": "可否跨资金来源",
    "unscored_points": "未评估项目计分",
    "mark_points": "重大工程标志加分",
    "continuing_points": "在建续建加分",
    "from": "最早",
    "to": "最晚",
    "bar_grades": "不再安排的等级",
    "cut_grades": "压减安排的等级",
    "half_year_month": "上半年报送截止月",
    "half_year_day": "上半年报送截止日",
    "year_month": "全年报送截止月",
    "year_day": "全年报送截止日",
    "small_below": "小型项目低于",
    "major_from": "重大项目不低于",
    "leading_group_boxes": "由领导小组审定的专栏",
    "experts_min": "专家人数不少于",
    "pass_points": "合格分数",
    "spread_points": "分歧提示分差",
    "integration_min": "系统集成费率不低于",
    "integration_max": "系统集成费率不高于",
    "management_min": "建设管理费率不低于",
    "management_max": "建设管理费率不高于",
    "contingency_min": "预备费率不低于",
    "contingency_max": "预备费率不高于",
    "endorse": "单位审签",
    "accept": "受理",
    "review": "审查",
    "panel": "组织专家评审",
    "score": "专家打分",
    "countersign": "会签",
    "coordinate": "协调",
    "decide": "审定",
    "reply": "答复",
    "fix": "核定概算",
    "final_acceptance": "竣工验收",
    "final_accounts": "决算批复",
    "file": "备案",
    "change": "变更审批",
    "informatization_series": "信息化主管部门文号",
    "finance_series": "财政部门文号",
    "joint_series": "联合文号",
    "leading_group_series": "领导小组文号",
    "reply_series": "批复文号",
    "acceptance_series": "验收文号",
    "final_accounts_series": "决算批复文号",
    "filing_series": "备案文号",
    "change_series": "变更批复文号",
}
_GRADES = {"poor": "差", "fair": "中"}
_UNITS = ("_fen", "_percent", "_days", "_months", "_years")


def in_words(parameters: Mapping[str, Any]) -> list[tuple[Message | str, Any]]:
    """Label and value of each figure; what has no name yet keeps its code."""
    return [(_label(name), _value(name, value)) for name, value in parameters.items()]


def _stem(name: str) -> str:
    return next((name.removesuffix(unit) for unit in _UNITS if name.endswith(unit)), name)


def _label(name: str) -> Message | str:
    words = _LABELS.get(_stem(name))
    return Message(words) if words else name


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, list):
        return [_member(one) for one in value]
    if name.endswith("_fen"):
        return Money(value)
    if name == "percent" or name.endswith("_percent"):
        return f"{value}%"
    if name.endswith("_days"):
        return say("{n} 个工作日", n=value)
    if name.endswith("_months"):
        return say("{n} 个月", n=value)
    if name.endswith("_years"):
        return say("{n} 年", n=value)
    return value


def _member(one: Any) -> Any:  # noqa: ANN401
    if one in set(Role):
        return Role(one)
    return Message(_GRADES[one]) if one in _GRADES else one
