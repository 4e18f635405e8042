"""What an entry of the audit log says, for people: its figures by name, money in 万元, codes as words.

Lists and whole records are shown as they were put down.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import reduce
from typing import Any

from approvals.rules.evaluation import EvaluationKind, Grade
from approvals.rules.stages import DecisionMode, Outcome, Phase, Stage
from budget.rules.imports.words import AmountUnit, BatchState, ImportKind
from budget.rules.words import AccountState, DirectCostKind, EntryKind, LimitKind, PeriodState, RequestKind
from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import ArchiveClass, DocumentKind, FundingSource, Part, ReportPeriod
from reports.views.words import job_words

NAMES: Mapping[str, Message] = {
    "actual_on": say("实际日期"),
    "after": say("修改后"),
    "amount": say("金额"),
    "archive_class": say("档案类别"),
    "as_of": say("截至日期"),
    "before": say("修改前"),
    "category": say("类别"),
    "code": say("编号"),
    "corrects": say("所更正的凭证"),
    "day": say("日期"),
    "decision": say("决定"),
    "direct_cost": say("非合同支出"),
    "document": say("文件"),
    "figure": say("数值"),
    "file_name": say("文件名"),
    "final_cost": say("决算"),
    "from": say("生效日期"),
    "grade": say("评价等级"),
    "instalment": say("合同分期"),
    "instalments": say("合同分期"),
    "kind": say("种类"),
    "launched_on": say("投运日期"),
    "line": say("预算指标"),
    "mode": say("办理方式"),
    "name": say("名称"),
    "note": say("说明"),
    "number": say("文号"),
    "organisation": say("单位"),
    "outcome": say("意见"),
    "owner": say("单位"),
    "part": say("申报材料"),
    "percent_done": say("完成百分比"),
    "period": say("报告期"),
    "phase": say("办理进展"),
    "problems": say("错误"),
    "project": say("项目"),
    "quarter": say("季度"),
    "reason": say("原因"),
    "reply": say("答复"),
    "revision": say("修订次数"),
    "role": say("岗位"),
    "roles": say("岗位"),
    "rows": say("行数"),
    "sha256": say("文件校验值"),
    "source": say("资金来源"),
    "stage": say("所处阶段"),
    "state": say("状态"),
    "submission": say("申报件"),
    "surplus": say("结余"),
    "text": say("内容"),
    "title": say("标题"),
    "to": say("终止日期"),
    "total": say("合计"),
    "unit": say("金额单位"),
    "username": say("用户名"),
    "value": say("合同金额"),
    "version": say("版本"),
    "year": say("年度"),
}
"""What the fields of entries are called; one without a name is shown by its code."""

NAMES_OF: Mapping[tuple[str, str], Message] = {
    ("account.set_state", "from"): say("原状态"),
    ("account.set_state", "to"): say("现状态"),
    ("session.begin", "by"): say("验证方式"),
    ("session.begin", "from"): say("登录地址"),
    ("submission.freeze", "number"): say("序号"),
}
"""The same, where an action means something else by its field."""

_MONEY = frozenset({"amount", "final_cost", "surplus", "total", "value"})
_WORDS: Mapping[str, type[StrEnum]] = {
    "archive_class": ArchiveClass,
    "grade": Grade,
    "mode": DecisionMode,
    "outcome": Outcome,
    "part": Part,
    "period": ReportPeriod,
    "phase": Phase,
    "role": Role,
    "roles": Role,
    "source": FundingSource,
    "stage": Stage,
    "unit": AmountUnit,
}
"""The words that a field holds in every entry."""

_WORDS_OF: Mapping[tuple[str, str], type[StrEnum]] = {
    ("account", "from"): AccountState,
    ("account", "to"): AccountState,
    ("budget_request", "kind"): RequestKind,
    ("direct_cost", "kind"): DirectCostKind,
    ("dossier", "kind"): DocumentKind,
    ("evaluation", "kind"): EvaluationKind,
    ("import", "kind"): ImportKind,
    ("import", "state"): BatchState,
    ("limit", "kind"): LimitKind,
    ("order", "kind"): EntryKind,
    ("period", "state"): PeriodState,
}
"""The words that a field holds in the entries about one kind of thing, the first word of their action."""


def content_words(action: str, data: Mapping[str, Any]) -> Message | str:
    """All that an entry says, field by field in the order of their codes; what is empty is left out."""
    told = [
        say("{name}：{value}", name=_name(action, key, value), value=_value(action, key, value))
        for key, value in sorted(data.items())
        if value not in (None, "", [], {})
    ]
    return reduce(lambda one, more: say("{one}；{more}", one=one, more=more), told) if told else ""


def _name(action: str, key: str, value: Any) -> Message | str:  # noqa: ANN401 - what JSON holds
    if key == "rows" and isinstance(value, list):
        return NAMES["text"]
    return NAMES_OF.get((action, key), NAMES.get(key, key))


def _value(action: str, key: str, value: Any) -> Any:  # noqa: ANN401 - what JSON holds, and a sentence takes
    if key in _MONEY and type(value) is int:
        return Money(value)
    words = _WORDS_OF.get((action.partition(".")[0], key)) or _WORDS.get(key)
    if isinstance(value, str):
        return job_words(value) if (action.partition(".")[0], key) == ("job", "kind") else _word(words, value)
    if words is not None and isinstance(value, list):
        told: list[Any] = [_word(words, str(one)) for one in value]
        return reduce(lambda one, more: say("{one}、{more}", one=one, more=more), told)
    if isinstance(value, bool):
        return say("是") if value else say("否")
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _word(words: type[StrEnum] | None, code: str) -> StrEnum | str:
    return words(code) if words is not None and code in {one.value for one in words} else code
