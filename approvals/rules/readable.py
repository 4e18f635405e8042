"""A frozen submission as people read it: fields, paragraphs and tables, with what changed marked in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from approvals.rules.differences import Difference
from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import (
    Better,
    CostCategory,
    DeliveryMode,
    DocumentKind,
    FundingSource,
    MajorMark,
    ParticipantPart,
    Route,
    Sharing,
    TargetAspect,
    Track,
)

FACTS: Mapping[str, Message] = {
    "code": say("项目编号"),
    "name": say("项目名称"),
    "owner_name": say("申报单位"),
    "plan_item": say("规划项目"),
    "amendment_reason": say("规划增补理由"),
    "track": say("管理方式"),
    "route": say("办理途径"),
    "delivery_mode": say("建设模式"),
    "major_marks": say("重大工程标志"),
    "zone": say("经济区"),
    "sector": say("重点领域"),
    "cluster": say("产业集聚区"),
    "planned_start": say("计划开工"),
    "planned_finish": say("计划完工"),
}
PROSE: Mapping[str, Message] = {
    "need": say("建设需求"),
    "content": say("建设内容"),
    "goals": say("建设目标"),
    "relation_to_existing": say("与已有系统的关系"),
    "sharing_plan": say("信息资源共享"),
    "risks": say("风险和对策"),
    "estimate_explanation": say("投资变化说明"),
}
TABLES: Mapping[str, tuple[Message, Mapping[str, Message]]] = {
    "estimate": (
        say("投资估算（概算）"),
        {"category": say("费用类别"), "item": say("支出项"), "amount": say("金额")},
    ),
    "funding": (say("资金来源"), {"source": say("来源"), "year": say("年度"), "amount": say("金额")}),
    "targets": (
        say("绩效目标"),
        {
            "aspect": say("类别"),
            "name": say("指标"),
            "better": say("方向"),
            "target": say("目标值"),
            "target_text": say("定性目标"),
            "unit": say("计量单位"),
        },
    ),
    "indicators": (
        say("服务的规划指标"),
        {"name": say("规划指标"), "contribution": say("贡献"), "unit": say("计量单位"), "note": say("说明")},
    ),
    "alternatives": (
        say("方案比选"),
        {
            "name": say("方案"),
            "description": say("说明"),
            "build_amount": say("建设投资"),
            "upkeep": say("五年运行维护"),
            "chosen": say("推荐"),
        },
    ),
    "resources": (
        say("信息资源目录"),
        {
            "name": say("信息资源"),
            "source": say("来源单位"),
            "sharing": say("共享方式"),
            "terms": say("共享条件"),
        },
    ),
    "milestones": (
        say("里程碑"),
        {"name": say("里程碑"), "planned_on": say("计划日期"), "weight": say("权重（%）")},
    ),
    "participants": (
        say("参建单位"),
        {"name": say("参建单位"), "part": say("角色"), "share_percent": say("分担（%）")},
    ),
    "documents": (say("随件文件"), {"kind": say("文件种类"), "title": say("标题")}),
}
"""Of each table its caption and the columns shown, in order."""

_ENUMS: Mapping[str, type[StrEnum]] = {
    "track": Track,
    "route": Route,
    "delivery_mode": DeliveryMode,
    "major_marks": MajorMark,
    "estimate.category": CostCategory,
    "funding.source": FundingSource,
    "targets.aspect": TargetAspect,
    "targets.better": Better,
    "resources.sharing": Sharing,
    "participants.part": ParticipantPart,
    "documents.kind": DocumentKind,
}
_NAMES = frozenset({"owner_name", "zone", "sector", "cluster"})
"""Names that are data of the city; a message tells them in the reader's language."""
_MONEY = frozenset({"estimate.amount", "funding.amount", "alternatives.build_amount", "alternatives.upkeep"})
_FIGURES = frozenset(
    {"targets.target", "indicators.contribution", "milestones.weight", "participants.share_percent"}
)
SUMMED = frozenset({"estimate", "funding"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One value under its label; ``changed`` with what stood there ``before``."""

    label: Message
    value: Any
    changed: bool = False
    before: Any = None

    @property
    def money(self) -> bool:
        """Whether it is an amount, in 万元."""
        return isinstance(self.value if self.value is not None else self.before, Money)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``mark`` is ``added``, ``removed`` or nothing; ``key`` a document's id."""

    cells: tuple[Shown, ...]
    mark: str = ""
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the dossier: each column's head, whether it is money and whether it is a figure at all.

    ``total`` where its amounts add up to something.
    """

    name: str
    caption: Message
    heads: tuple[tuple[Message, bool, bool], ...]
    rows: tuple[Row, ...]
    total: Money | None


@dataclass(frozen=True, slots=True)
class Readable:
    """A whole submission."""

    facts: tuple[Shown, ...]
    prose: tuple[Shown, ...]
    tables: tuple[Table, ...]


def value_of(place: str, value: Any) -> Any:  # noqa: ANN401 - JSON in, something to print out
    """A frozen value as it is shown: money, an enum's member, a message, the rest as it is."""
    if value is None or value == "" or value == []:
        return None
    if place == "plan_item":
        return say("{code} {name}", code=value["code"], name=value["name"])
    if place in _NAMES:
        return say("{name}", name=value)
    if place in _MONEY:
        amounts = value.values() if isinstance(value, Mapping) else [value]
        return Money(sum(amounts))
    if place in _ENUMS:
        kind = _ENUMS[place]
        if isinstance(value, list):
            return say("{names}", names="、".join(str(getattr(kind(one), "label", one)) for one in value))
        return kind(value)
    if isinstance(value, bool):
        return say("是") if value else say("否")
    return value


def readable(snapshot: Mapping[str, Any], changes: Sequence[Difference] = ()) -> Readable:
    """Everything a snapshot holds; what ``changes`` name is marked, with what stood there before."""
    moved = {found.place: found for found in changes}
    return Readable(
        tuple(_shown(name, label, snapshot, moved) for name, label in FACTS.items() if snapshot.get(name)),
        tuple(
            _shown(name, label, snapshot, moved)
            for name, label in PROSE.items()
            if snapshot.get(name) or name in moved
        ),
        tuple(
            _table(name, snapshot.get(name) or [], moved)
            for name in TABLES
            if snapshot.get(name) or any(place.startswith(f"{name}.") for place in moved)
        ),
    )


def _shown(name: str, label: Message, snapshot: Mapping[str, Any], moved: Mapping[str, Difference]) -> Shown:
    value = value_of(name, snapshot.get(name))
    if name == "plan_item" and any(place.startswith("plan_item.") for place in moved):
        code = moved.get("plan_item.code")
        return Shown(label, value, True, code.before if code else None)
    found = moved.get(name)
    if found is None:
        return Shown(label, value)
    return Shown(label, value, True, value_of(name, found.before))


def _table(name: str, rows: Sequence[Mapping[str, Any]], moved: Mapping[str, Difference]) -> Table:
    caption, columns = TABLES[name]
    shown = [_row(name, number, row, columns, moved) for number, row in enumerate(rows, 1)]
    number = len(rows) + 1
    while (gone := moved.get(f"{name}.{number}")) is not None:
        shown.append(replace(_row(name, number, gone.before, columns, {}), mark="removed"))
        number += 1
    places = {f"{name}.{column}": label for column, label in columns.items()}
    heads = tuple((label, place in _MONEY, place in _MONEY | _FIGURES) for place, label in places.items())
    total = Money(sum(row["amount"] for row in rows)) if name in SUMMED else None
    return Table(name, caption, heads, tuple(shown), total)


def _row(
    name: str,
    number: int,
    row: Mapping[str, Any],
    columns: Mapping[str, Message],
    moved: Mapping[str, Difference],
) -> Row:
    cells = []
    for column, label in columns.items():
        place = f"{name}.{column}"
        found = moved.get(f"{name}.{number}.{column}")
        before = value_of(place, found.before) if found else None
        cells.append(Shown(label, value_of(place, row.get(column)), found is not None, before))
    mark = "added" if f"{name}.{number}" in moved else ""
    return Row(tuple(cells), mark, row.get("id") if name == "documents" else None)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference in words: where, what stood there, what stands there now."""

    where: Message
    before: Any
    after: Any


def told(changes: Sequence[Difference]) -> list[Change]:
    """The differences that a reader cares about, in words; sums that follow from others are left out."""
    found = []
    for one in changes:
        name, _, rest = one.place.partition(".")
        if name in FACTS or name in PROSE:
            if name == "plan_item" and rest not in {"", "code"}:
                continue
            where = FACTS.get(name) or PROSE[name]
            place = "" if name == "plan_item" and rest else name
            found.append(Change(where, value_of(place, one.before), value_of(place, one.after)))
        elif name in TABLES:
            found += _told_of_row(name, rest, one)
    return found


def _told_of_row(name: str, rest: str, one: Difference) -> list[Change]:
    caption, columns = TABLES[name]
    number, _, column = rest.partition(".")
    column = column.partition(".")[0]
    if not column:
        where = say("{table}第 {row} 行", table=caption, row=number)
        return [Change(where, _whole(name, one.before, columns), _whole(name, one.after, columns))]
    if column not in columns:
        return []
    where = say("{table}第 {row} 行“{column}”", table=caption, row=number, column=columns[column])
    if isinstance(one.before, int) and f"{name}.{column}" in _MONEY:
        return [Change(where, Money(one.before), Money(one.after) if one.after is not None else None)]
    place = f"{name}.{column}"
    return [Change(where, value_of(place, one.before), value_of(place, one.after))]


def _whole(
    name: str, row: Mapping[str, Any] | None, columns: Mapping[str, Message]
) -> tuple[Any, ...] | None:
    """The values of a row that came or went, in the order of the columns."""
    if row is None:
        return None
    values = (value_of(f"{name}.{column}", row.get(column)) for column in columns)
    return tuple(value for value in values if value is not None)
