"""Whether the books are whole: chains, totals against entries, accounts against one another, anchors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from budget.queries.crosscheck import cross_checks
from budget.rules.chain import GENESIS, content, entry_hash
from budget.rules.ledger import allowed
from budget.rules.limits import LIMITS, of_table
from budget.rules.words import Measure
from budget.tables.annual_plan import Ceiling
from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.entry import SAID, Entry
from budget.tables.line import BudgetLine
from budget.tables.project_account import ProjectAccount
from portfolio.foundation.anchors import broken_anchors
from portfolio.foundation.db import fn, one_view
from portfolio.foundation.money import Money


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found: one line for each offender, how many entries there are, and their sum."""

    offenders: tuple[str, ...]
    entries: int
    total: Money


def verify() -> Verification:
    """Read the whole ledger, as of one moment, and hold everything against everything; writes nothing."""
    with one_view():
        ledger = _Ledger()
        offenders = list(ledger.chains())
        offenders += _lines(ledger)
        offenders += _limits()
        offenders += cross_checks()
        offenders += broken_anchors("ledger", ledger.hashes)
    return Verification(tuple(offenders), ledger.entries, Money(ledger.total))


def heads(since: int) -> list[tuple[str, str]]:
    """The newest hash of every line with an entry of an id above ``since``, as (``line:id``, hash)."""
    newest = (
        Entry.select(Entry.line, fn.MAX(Entry.number).alias("number"))
        .where(Entry.id > since)
        .group_by(Entry.line)
    )
    rows = (
        Entry.select(Entry.line, Entry.hash)
        .join(newest, on=((Entry.line == newest.c.line_id) & (Entry.number == newest.c.number)))
        .tuples()
    )
    return sorted((f"line:{line}", digest) for line, digest in rows)


def broken_entries(line_id: int) -> list[int]:
    """The numbers of a line's entries that do not fit its chain; 0 stands for its end.  Two queries."""
    ledger = _Ledger()
    broken = [entry.number for entry in ledger.misfits(Entry.line == line_id)]
    line = BudgetLine.get_by_id(line_id)
    if (line.entry_count, line.head_hash) != ledger.ends.get(line_id, (0, GENESIS)):
        broken.append(0)
    return broken


class _Ledger:
    """One pass over all entries, chain by chain, keeping what the other checks need."""

    def __init__(self) -> None:
        self.entries = 0
        self.total = 0
        self.hashes: set[str] = set()
        self.sums: dict[int, dict[Measure, int]] = defaultdict(lambda: defaultdict(int))
        self.ends: dict[int, tuple[int, str]] = {}

    def chains(self) -> Iterator[str]:
        """A line for each entry that does not fit its chain."""
        for entry in self.misfits(Entry.number >= 1):
            yield f"line {entry.line_id} 第{entry.number}笔（凭证 {entry.id}）：与凭证链不符"

    def misfits(self, where: Any) -> Iterator[Any]:  # noqa: ANN401 - a Peewee condition
        """The entries that do not fit their chain."""
        ordered = Entry.select().where(where).order_by(Entry.line, Entry.number)
        for entry in ordered.iterator():
            number, previous = self.ends.get(entry.line_id, (0, GENESIS))
            text = content({name: entry.__data__[name] for name in SAID})
            fits = (
                entry.number == number + 1
                and entry.previous_hash == previous
                and entry.hash == entry_hash(text, entry.number, entry.previous_hash)
                and allowed(entry.kind, entry.measure, entry.amount.fen)
            )
            if not fits:
                yield entry
            self.entries += 1
            self.total += entry.amount.fen
            self.hashes.add(entry.hash)
            self.sums[entry.line_id][entry.measure] += entry.amount.fen
            self.ends[entry.line_id] = (entry.number, entry.hash)


def _lines(ledger: _Ledger) -> Iterator[str]:
    """The lines whose totals are not the sums of their entries, or whose chain ends elsewhere."""
    for line in BudgetLine.select().order_by(BudgetLine.id).iterator():
        number, head = ledger.ends.get(line.id, (0, GENESIS))
        if (line.entry_count, line.head_hash) != (number, head):
            yield f"line {line.id}：链尾不符，应有 {line.entry_count} 笔，现有 {number} 笔"
        for measure in Measure:
            held, summed = getattr(line, measure.value).fen, ledger.sums[line.id][measure]
            if held != summed:
                yield (f"line {line.id}：“{measure.label}”累计 {Money(held)}，凭证合计 {Money(summed)}")


_TABLES = (BudgetLine, ProjectAccount, Contract, Instalment, DirectCost, Ceiling)


def _limits() -> Iterator[str]:
    """The rows that pass a limit, should its constraint have been taken away."""
    for table in _TABLES:
        name = table._meta.table_name
        columns = {column for limit in of_table(name) for column in _columns(limit.below, limit.above)}
        wanted = [table._meta.columns[column] for column in sorted(columns | _exceptions(name))]
        for row in table.select(table.id, *wanted).order_by(table.id).iterator():
            values: dict[str, Any] = {
                field.column_name: getattr(row.__data__[field.name], "fen", None) for field in wanted
            }
            yield from (
                f"{name} {row.id}：{limit.title}（{limit.code}）"
                for limit in of_table(name)
                if not limit.holds(values)
            )


def _columns(*terms: Iterable[str]) -> Iterator[str]:
    for side in terms:
        for term in side:
            yield from term.split("|")


def _exceptions(name: str) -> set[str]:
    return {limit.unless for limit in LIMITS if limit in of_table(name) and limit.unless}
