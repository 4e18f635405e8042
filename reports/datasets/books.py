"""The money of a project as its ledger tells it up to a day, held against what the ledger keeps as totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from budget.queries.funds import account
from budget.queries.replay import execution_on
from budget.rules.words import Measure, PlanRowState
from budget.tables.annual_plan import AnnualPlanRow
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation.errors import Finding, Message, Refused, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource
from reports.rules import ExecutionRow, LineHead, MoneyRow

BASIS = "评价数据取自资金账簿，账账相符"


@dataclass(frozen=True, slots=True)
class Books:
    """What a report says about money: by year and source, by year, and where each line's chain ends."""

    money: tuple[MoneyRow, ...]
    execution: tuple[ExecutionRow, ...]
    heads: tuple[LineHead, ...]


@dataclass(slots=True)
class _Statement:
    """One line added up from its entries: up to the day, and altogether."""

    line: Any
    sums: dict[Measure, int] = field(default_factory=lambda: defaultdict(int))
    whole: dict[Measure, int] = field(default_factory=lambda: defaultdict(int))
    entries: int = 0
    head: str = ""

    def of(self, measure: Measure) -> Money:
        """The total of a measure up to the day."""
        return Money(self.sums[measure])

    @property
    def available(self) -> Money:
        """What the line had to spend."""
        return self.of(Measure.CARRIED_IN) + self.of(Measure.ALLOTTED) - self.of(Measure.CARRIED_OUT)


def books(project_id: int, as_of: date, year: int | None = None) -> Books:
    """The books of a project up to and including ``as_of``, of one ``year`` or of all; five queries.

    Raises ``Refused`` (RECONCILE) when the entries do not add up to what lines and account say they hold.
    """
    statements = _statements(project_id, as_of)
    _reconcile(project_id, statements)
    wanted = [one for one in statements if year in (None, one.line.year) and one.entries]
    planned = {
        cell: amount for cell, amount in _planned(project_id, as_of).items() if year in (None, cell[0])
    }
    heads = tuple(_head(one) for one in wanted)
    return Books(_money(wanted, planned), _execution(project_id, as_of, year), heads)


def _statements(project_id: int, as_of: date) -> list[_Statement]:
    lines = (
        BudgetLine.select()
        .where(BudgetLine.project == project_id)
        .order_by(BudgetLine.year, BudgetLine.source, BudgetLine.id)
    )
    statements = {line.id: _Statement(line) for line in lines}
    entries = (
        Entry.select()
        .join(BudgetLine, on=(Entry.line == BudgetLine.id))
        .where(BudgetLine.project == project_id)
        .order_by(Entry.line, Entry.number)
    )
    for entry in entries:
        _add(statements[entry.line_id], entry, as_of)
    return list(statements.values())


def _add(statement: _Statement, entry: Any, as_of: date) -> None:  # noqa: ANN401 - a Peewee row
    statement.whole[entry.measure] += entry.amount.fen
    if entry.effective_on <= as_of:
        statement.sums[entry.measure] += entry.amount.fen
        statement.entries += 1
        statement.head = entry.hash


def _reconcile(project_id: int, statements: Sequence[_Statement]) -> None:
    """The entries add up to the totals of every line, and the lines to the account."""
    findings = []
    for one in statements:
        for measure in Measure:
            held, found = getattr(one.line, measure.value), Money(one.whole[measure])
            if held != found:
                what = say(
                    "指标{number}的{measure}与分录合计不符",
                    number=one.line.document_number,
                    measure=measure.label,
                )
                findings.append(_mismatch(what, held, found))
    held = account(project_id)
    if held is None:
        if statements:
            findings.append(_mismatch(say("有预算指标而无项目资金账户"), Money.ZERO, _paid(statements)))
    elif held.paid != _paid(statements):
        findings.append(_mismatch(say("项目资金账户的支付额与各指标合计不符"), held.paid, _paid(statements)))
    if findings:
        raise Refused(findings)


def _paid(statements: Iterable[_Statement]) -> Money:
    """All that was paid, net of what came back later."""
    return Money(sum(one.whole[Measure.PAID] - one.whole[Measure.RETURNED] for one in statements))


def _mismatch(what: Message, held: Money, found: Money) -> Finding:
    return Finding(
        "RECONCILE",
        False,
        what,
        BASIS,
        figure=say("{found}", found=found),
        limit=say("{held}", held=held),
        remedy=say("请先运行 flask ledger verify 查明差异，再出具报告"),
    )


def _planned(project_id: int, as_of: date) -> dict[tuple[int, FundingSource], Money]:
    """The decided annual plan by year and source; the last revision decided by the day holds."""
    rows = (
        AnnualPlanRow.select()
        .where(AnnualPlanRow.project == project_id, AnnualPlanRow.state == PlanRowState.DECIDED)
        .order_by(AnnualPlanRow.revision)
    )
    return {(row.year, row.source): row.amount for row in rows if row.decided_at.date() <= as_of}


def _money(
    statements: Sequence[_Statement], planned: Mapping[tuple[int, FundingSource], Money]
) -> tuple[MoneyRow, ...]:
    cells = {(one.line.year, one.line.source) for one in statements} | planned.keys()
    order = list(FundingSource)
    rows = []
    for year, source in sorted(cells, key=lambda cell: (cell[0], order.index(cell[1]))):
        mine = [one for one in statements if (one.line.year, one.line.source) == (year, source)]
        rows.append(
            MoneyRow(
                year,
                source.label,
                planned=planned.get((year, source), Money.ZERO),
                allotted=Money.total(one.available for one in mine),
                released=Money.total(one.of(Measure.RELEASED) for one in mine),
                committed=Money.total(one.of(Measure.COMMITTED) for one in mine),
                paid=Money.total(one.of(Measure.PAID) for one in mine),
            )
        )
    return tuple(rows)


def _execution(project_id: int, as_of: date, year: int | None) -> tuple[ExecutionRow, ...]:
    return tuple(
        ExecutionRow(row.year, row.initial, row.adjusted, row.received, row.paid)
        for row in execution_on(project_id, as_of)
        if year in (None, row.year)
    )


def _head(one: _Statement) -> LineHead:
    return LineHead(
        line=f"{one.line.year}-{one.line.id:04d}",
        document=one.line.document_number,
        year=one.line.year,
        source=one.line.source.label,
        entries=one.entries,
        allotted=one.available,
        paid=one.of(Measure.PAID),
        head=one.head,
    )
