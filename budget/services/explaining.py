"""Rows that move with an entry, and why one of them would not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from budget.queries.consumers import Asked, consumers
from budget.queries.periods import is_closed
from budget.rules.ledger import period_finding
from budget.rules.limits import Limit, of_table
from portfolio.foundation.errors import (
    Conflict,
    Finding,
    HouseError,
    InsufficientFunds,
    Message,
    NotFound,
    Reference,
    Refused,
    StaleVersion,
    say,
)
from portfolio.foundation.money import Money

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One row that moves: ``adds`` fen to columns, ``sets`` others, if ``expects`` and ``guard`` hold.

    ``guard`` is an SQL condition without values from outside; ``reason`` says, of the row as it is found,
    whether it holds and if not why.  ``row_id`` is looked for in the column ``key``; ``absent`` says what it
    means that there is no such row.
    """

    table: Any
    row_id: int
    adds: Mapping[str, int] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    expects: Mapping[str, Any] = field(default_factory=dict)
    guard: str = ""
    reason: Callable[[Row], Finding] | None = None
    key: str = "id"
    absent: Callable[[], Finding] | None = None

    @property
    def table_name(self) -> str:
        """The table's name in the database."""
        return str(self.table._meta.table_name)

    @property
    def shape(self) -> tuple[Any, ...]:
        """All that the statement's text depends on."""
        return self.table_name, self.key, tuple(self.adds), tuple(self.sets), tuple(self.expects), self.guard

    def parameters(self, prefix: str) -> dict[str, Any]:
        """The values of the statement, as the database takes them."""
        columns = self.table._meta.columns
        found: dict[str, Any] = {f"{prefix}id": self.row_id}
        found.update({f"{prefix}add_{name}": fen for name, fen in self.adds.items()})
        for kind, values in (("set", self.sets), ("expect", self.expects)):
            found.update({f"{prefix}{kind}_{n}": columns[n].db_value(v) for n, v in values.items()})
        return found

    def row(self) -> dict[str, Any] | None:
        """The row as it stands, by column names, money as fen."""
        table = self.table
        found = table.select().where(table._meta.columns[self.key] == self.row_id).dicts().first()
        return None if found is None else _columns(self, found)


def explain(changes: Sequence[Change], *, moved: int, day: date | None) -> HouseError:
    """The refusal for changes of which only the first ``moved`` went through: every check, passed or not.

    It is asked before the transaction is taken back, so that what the act did before still counts.  ``day``
    is the day of the entry, whose month could be closed.
    """
    findings = [] if day is None else [period_finding(day, is_closed(day))]
    asked = _asked(changes[:moved])
    money: list[Finding] = []
    for index, change in enumerate(changes):
        row = change.row()
        if row is None and change.absent is not None:
            return InsufficientFunds([change.absent()])
        if row is None:
            return NotFound(say("要记账的对象已不存在（编号 {id}）", id=change.row_id))
        if index < moved:
            money += _limit_findings(change, _taken_back(change, row), asked)
            continue
        if change.reason is not None:
            findings.append(change.reason(row))
        stale = "version" in change.expects and row["version"] != change.expects["version"]
        if stale and not any(finding.blocks for finding in findings):
            return StaleVersion(
                say("此件已被他人更新，您看到的是旧版本"), remedy=say("请刷新页面，核对后重新办理")
            )
        money += _limit_findings(change, row, asked)
    if any(finding.blocks for finding in money):
        return InsufficientFunds([*findings, *money])
    if any(finding.blocks for finding in findings):
        return Refused([*findings, *money])
    return Conflict(
        say("同一时间有他人记账，本次没有办理"), basis="同一指标依次记账", remedy=say("请刷新后重新办理")
    )


def foresee(changes: Sequence[Change], day: date) -> list[Finding]:
    """What an act would be held against if it were carried out now, passed or not; writes nothing.

    One query for each change, and one more for each limit that would be passed.
    """
    findings = [period_finding(day, is_closed(day))]
    for change in changes:
        row = change.row()
        if row is None:
            findings += [change.absent()] if change.absent is not None else []
            continue
        if change.reason is not None:
            findings.append(change.reason(row))
        findings += _limit_findings(change, row, {})
    return findings


def _columns(change: Change, row: Row) -> dict[str, Any]:
    """The row by column names, money as fen."""
    fields = change.table._meta.fields
    return {fields[name].column_name: getattr(value, "fen", value) for name, value in row.items()}


def _taken_back(change: Change, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it was before a change that went through."""
    return {**row, **{name: row[name] - fen for name, fen in change.adds.items()}}


def held_against(
    limits: Iterable[Limit],
    row: Any,  # noqa: ANN401 - a Peewee row
    *,
    adds: Mapping[str, int] = MappingProxyType({}),
    sets: Mapping[str, int] = MappingProxyType({}),
) -> list[Finding]:
    """What ``limits`` say to more fen, or other fen, in some columns of a row; nothing is written."""
    columns = {field.column_name: row.__data__.get(name) for name, field in row._meta.fields.items()}
    found = {name: getattr(value, "fen", value) for name, value in columns.items()}
    change = Change(type(row), row.id, adds, sets)
    return _findings(limits, change, found, {})


def _limit_findings(change: Change, row: dict[str, Any], asked: Asked) -> list[Finding]:
    return _findings(of_table(change.table_name), change, row, asked)


def _findings(limits: Iterable[Limit], change: Change, row: Row, asked: Asked) -> list[Finding]:
    sums = {name: value for name, value in row.items() if value is None or type(value) is int}
    added = {name: (sums[name] or 0) + fen for name, fen in change.adds.items()}
    put = {name: getattr(value, "fen", value) for name, value in change.sets.items()}
    after = {**sums, **added, **{name: value for name, value in put.items() if name in sums}}
    moved = {*change.adds, *change.sets}
    return [
        _itemised(limit, limit.finding(sums, after), change.table_name, row, asked)
        for limit in limits
        if limit.concerns(moved) and limit.at_stake(sums, after)
    ]


def _asked(changes: Iterable[Change]) -> Asked:
    """What contracts and costs an act has taken on before it was refused."""
    return {
        (change.table_name, change.row_id): None
        if {"signed_by_id", "approved_by_id"} & {*change.sets}
        else Money(change.adds.get("value", 0))
        for change in changes
        if change.table_name in {"contract", "direct_cost"}
    }


def _itemised(limit: Limit, finding: Finding, table: str, row: Row, asked: Asked) -> Finding:
    """The finding of a limit, with who took the money and where that is to be seen, if it would be passed."""
    if finding.passed:
        return finding
    taken = consumers(table, row, limit.below, asked)
    listed = taken.listed
    what = say("{what}；已占用：{taken}", what=finding.what, taken=listed) if listed else finding.what
    own = _own_page(table, row)
    return replace(finding, what=what, see=(*own, *(one for one in taken.references if one not in own)))


def _own_page(table: str, row: Row) -> tuple[Reference, ...]:
    """Where the row itself is to be seen."""
    kind, key, label = _OWN[table]
    return () if row[key] is None else (Reference(kind, row[key], label),)


_OWN: Mapping[str, tuple[str, str, Message]] = {
    "budget_line": ("budget_line", "id", say("预算指标")),
    "project_account": ("project_money", "project_id", say("项目资金")),
    "ceiling": ("year", "year", say("年度执行")),
    "contract": ("contract", "id", say("合同")),
    "instalment": ("contract", "contract_id", say("合同")),
    "direct_cost": ("direct_cost", "id", say("非合同支出")),
}
"""Table of a limit; the kind of page that shows its rows, the column that names it, and what it is called."""
