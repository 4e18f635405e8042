"""Who has taken the money of a row: what a refusal names, and leads to, beside the limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from budget.rules.words import EntryKind, Measure
from budget.tables.contract import Contract, DirectCost, Instalment, Supplement
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation.db import fn
from portfolio.foundation.errors import Message, Reference, say
from portfolio.foundation.money import Money
from portfolio.tables.project import Project, System

_MOST = 5


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who took money, by a word or by the name it was given, how much, and where that is to be seen."""

    name: Message | str
    amount: Money
    kind: str
    id: int

    @property
    def reference(self) -> Reference:
        """Where it is to be seen."""
        return Reference(self.kind, self.id, self.name)


@dataclass(frozen=True, slots=True)
class Taken:
    """The largest consumers of some money, and how many there are in all."""

    largest: tuple[Consumer, ...] = ()
    count: int = 0

    @property
    def listed(self) -> Message | None:
        """The largest with their amounts, ``等`` for the rest; ``None`` when there are none."""
        if not self.largest:
            return None
        items = [say("{name} {amount}", name=one.name, amount=one.amount) for one in self.largest]
        told = reduce(lambda before, item: say("{before}、{item}", before=before, item=item), items)
        return say("{listed} 等{n}项", listed=told, n=self.count) if self.count > len(self.largest) else told

    @property
    def references(self) -> tuple[Reference, ...]:
        """Where the largest are to be seen."""
        return tuple(one.reference for one in self.largest)


Asked = Mapping[tuple[str, int], Money | None]
"""What the act that is being refused has moved already, by table and id; ``None``: all of it is new."""


def consumers(table: str, row: Mapping[str, Any], below: tuple[str, ...], asked: Asked) -> Taken:
    """What has consumed the money of a row (its columns) as far as ``below`` names it, the largest first.

    What was ``asked`` for in vain has consumed nothing.
    """
    for wanted, column, query in _QUERIES:
        if table == wanted and column in below:
            found = query(row)
            return found if isinstance(found, Taken) else _taken(found, asked)
    return Taken()


def _taken(rows: Sequence[Consumer], asked: Asked) -> Taken:
    found = []
    for one in rows:
        less = asked.get((one.kind, one.id), Money.ZERO)
        if less is not None:
            found.append(replace(one, amount=one.amount - less))
    largest = sorted((one for one in found if one.amount), key=lambda one: (-one.amount.fen, str(one.name)))
    return Taken(tuple(largest[:_MOST]), len(largest))


def _committed_on(row: Mapping[str, Any]) -> list[Consumer]:
    return _by_entries(row["id"], Measure.COMMITTED)


def _released_on(row: Mapping[str, Any]) -> Taken:
    return _entries(Entry.line == row["id"], Entry.kind == EntryKind.RELEASE)


def _paid_from(row: Mapping[str, Any]) -> list[Consumer]:
    return _by_entries(row["id"], Measure.PAID)


def _by_entries(line_id: int, measure: Measure) -> list[Consumer]:
    """The contracts and costs of a line by its entries: what is being refused has none yet."""
    mine = (Entry.line == line_id) & (Entry.measure == measure)
    contracts = (
        Entry.select(Contract.id, Contract.code, fn.SUM(Entry.amount))
        .join(Contract, on=(Entry.contract == Contract.id))
        .where(mine)
        .group_by(Contract.id, Contract.code)
        .tuples()
    )
    costs = (
        Entry.select(DirectCost.id, DirectCost.title, fn.SUM(Entry.amount))
        .join(DirectCost, on=(Entry.direct_cost == DirectCost.id))
        .where(mine)
        .group_by(DirectCost.id, DirectCost.title)
        .tuples()
    )
    return _contracts(contracts) + [
        Consumer(title, _money(total), "direct_cost", key) for key, title, total in costs
    ]


def _contracted_by(row: Mapping[str, Any]) -> list[Consumer]:
    value = fn.COALESCE(Contract.settled_value, Contract.value)
    contracts = (
        Contract.select(Contract.id, Contract.code, value)
        .where(Contract.project == row["project_id"], Contract.signed_by.is_null(False))
        .tuples()
    )
    return _contracts(contracts) + _direct(DirectCost.project == row["project_id"])


def _contracts(rows: Any) -> list[Consumer]:  # noqa: ANN401 - tuples of id, code and amount
    return [Consumer(say("合同{code}", code=code), _money(sum_), "contract", key) for key, code, sum_ in rows]


def _direct(where: Any) -> list[Consumer]:  # noqa: ANN401 - a Peewee condition
    rows = DirectCost.select().where(where, DirectCost.approved_by.is_null(False))
    return [Consumer(row.title, row.amount, "direct_cost", row.id) for row in rows]


def _allotted_to(row: Mapping[str, Any]) -> list[Consumer]:
    return _lines_of(row, "allotted")


def _paid_for(row: Mapping[str, Any]) -> list[Consumer]:
    return _lines_of(row, "paid")


def _lines_of(row: Mapping[str, Any], column: str) -> list[Consumer]:
    lines = BudgetLine.select().where(BudgetLine.project == row["project_id"])
    return [
        Consumer(
            say("{year}年{source}", year=line.year, source=line.source.label),
            getattr(line, column),
            "budget_line",
            line.id,
        )
        for line in lines
    ]


def _allotted_under(row: Mapping[str, Any]) -> list[Consumer]:
    rows = (
        BudgetLine.select(BudgetLine.id, fn.COALESCE(Project.name, System.name), BudgetLine.allotted)
        .left_outer_join(Project, on=(BudgetLine.project == Project.id))
        .switch(BudgetLine)
        .left_outer_join(System, on=(BudgetLine.system == System.id))
        .where(BudgetLine.year == row["year"], BudgetLine.source == row["source"])
        .tuples()
    )
    return [Consumer(name, _money(amount), "budget_line", key) for key, name, amount in rows]


def _paid_of(row: Mapping[str, Any]) -> list[Consumer]:
    rows = Instalment.select().where(Instalment.contract == row["id"])
    return [
        Consumer(
            say("{year}年第{number}期", year=one.year, number=one.number), one.paid, "contract", row["id"]
        )
        for one in rows
    ]


def _supplements_of(row: Mapping[str, Any]) -> list[Consumer]:
    rows = Supplement.select().where(Supplement.contract == row["id"], Supplement.signed_by.is_null(False))
    return [
        Consumer(say("第{number}份补充合同", number=one.number), one.amount, "contract", row["id"])
        for one in rows
    ]


def _payments_of_instalment(row: Mapping[str, Any]) -> Taken:
    return _entries(Entry.instalment == row["id"], Entry.kind == EntryKind.PAY)


def _payments_of_cost(row: Mapping[str, Any]) -> Taken:
    return _entries(Entry.direct_cost == row["id"], Entry.kind == EntryKind.PAY)


def _entries(*where: Any) -> Taken:  # noqa: ANN401 - Peewee conditions
    """The largest of some entries, as far as they are not undone and nothing has come back of them.

    There may be thousands, so no more than those are read.
    """
    left = Entry.amount - _came_back()
    rows = (
        Entry.select(Entry.id, Entry.number, Entry.effective_on, left, fn.COUNT(Entry.id).over())
        .where(*where, ~_undone(Entry), left > 0)
        .order_by(left.desc(), Entry.id)
        .limit(_MOST)
        .tuples()
    )
    found, count = [], 0
    for key, number, day, amount, count in rows:  # noqa: B007 - the same in every row
        name = say("{day}第{number}号凭证", day=day.isoformat(), number=number)
        found.append(Consumer(name, _money(amount), "entry", key))
    return Taken(tuple(found), count)


def _undone(entry: Any) -> Any:  # noqa: ANN401 - a Peewee table and condition
    reverse = Entry.alias()
    return fn.EXISTS(reverse.select(reverse.id).where(reverse.corrects == entry.id))


def _came_back() -> Any:  # noqa: ANN401 - a Peewee query of one number
    """What was given back of an entry, in its year or later."""
    refund = Entry.alias()
    given = refund.select(fn.COALESCE(fn.SUM(fn.ABS(refund.amount)), 0))
    return given.where(refund.refund_of == Entry.id, ~_undone(refund))


_QUERIES = (
    ("budget_line", "committed", _committed_on),
    ("budget_line", "released", _released_on),
    ("budget_line", "paid", _paid_from),
    ("project_account", "contracted", _contracted_by),
    ("project_account", "allotted", _allotted_to),
    ("project_account", "paid", _paid_for),
    ("ceiling", "allotted", _allotted_under),
    ("contract", "paid", _paid_of),
    ("contract", "supplemented", _supplements_of),
    ("instalment", "paid", _payments_of_instalment),
    ("direct_cost", "paid", _payments_of_cost),
)
"""Table, the column that takes the money, and who took it."""


def _money(found: Any) -> Money:  # noqa: ANN401 - a driver's number or money
    return found if isinstance(found, Money) else Money(int(found or 0))
