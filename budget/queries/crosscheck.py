"""Rules between accounts that no single row can hold: each total against the rows that it sums."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from budget.queries.funds import as_money
from budget.queries.pairs import pair_checks
from budget.queries.warrants import warrant_checks
from budget.rules.sources import OWN_LEVEL
from budget.rules.words import EntryKind, Measure
from budget.tables.annual_plan import Ceiling
from budget.tables.contract import Contract, DirectCost, Instalment, Supplement
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.tables.project_account import EstimateFix, ProjectAccount
from portfolio.foundation.db import fn
from portfolio.foundation.money import Money

Sums = dict[Any, Money]


def cross_checks() -> Iterator[str]:
    """One line for each total that is not the sum of what it stands for."""
    yield from _accounts()
    yield from _ceilings()
    yield from _contracts()
    yield from _instalments()
    yield from _commitments()
    yield from _corrections()
    yield from pair_checks()
    yield from warrant_checks()


def _sums(key: Any, amount: Any, *where: Any) -> Sums:  # noqa: ANN401 - Peewee expressions
    query = key.model.select(key, fn.SUM(amount)).group_by(key)
    rows = query.where(*where) if where else query
    return {found: as_money(total) for found, total in rows.tuples()}


def _differs(what: str, held: Money, summed: Money | None) -> Iterator[str]:
    if held != (summed or Money.ZERO):
        yield f"{what} {held}，应为 {summed or Money.ZERO}"


def _accounts() -> Iterator[str]:
    signed = Contract.signed_by.is_null(False)
    contracted = _sums(Contract.project, fn.COALESCE(Contract.settled_value, Contract.value), signed)
    direct = _sums(DirectCost.project, DirectCost.amount, DirectCost.approved_by.is_null(False))
    kept = BudgetLine.allotted + BudgetLine.carried_in - BudgetLine.carried_out
    allotted = _sums(BudgetLine.project, kept)
    paid = _sums(BudgetLine.project, BudgetLine.paid - BudgetLine.returned)
    caps = {
        row.project_id: row.amount for row in EstimateFix.select().order_by(EstimateFix.revision)
    }  # the last one stays
    for row in ProjectAccount.select().order_by(ProjectAccount.id):
        where = f"project_account {row.project_id}"
        yield from _differs(f"{where}：合同合计", row.contracted, contracted.get(row.project_id))
        yield from _differs(f"{where}：非合同支出合计", row.direct, direct.get(row.project_id))
        yield from _differs(f"{where}：指标合计", row.allotted, allotted.get(row.project_id))
        yield from _differs(f"{where}：支付合计", row.paid, paid.get(row.project_id))
        if row.cap != caps.get(row.project_id):
            yield f"{where}：概算 {row.cap} 与最后一次核定 {caps.get(row.project_id)} 不符"


def _ceilings() -> Iterator[str]:
    for source in OWN_LEVEL:
        allotted = _sums(BudgetLine.year, BudgetLine.allotted, BudgetLine.source == source)
        for row in Ceiling.select().where(Ceiling.source == source).order_by(Ceiling.year):
            yield from _differs(f"ceiling {row.year} {source}：已下达", row.allotted, allotted.get(row.year))


def _contracts() -> Iterator[str]:
    instalments = _sums(Instalment.contract, Instalment.amount)
    paid = _sums(Instalment.contract, Instalment.paid)
    supplements = _sums(Supplement.contract, Supplement.amount, Supplement.signed_by.is_null(False))
    for row in Contract.select().order_by(Contract.id):
        where = f"contract {row.code}"
        yield from _differs(f"{where}：分期合计", row.instalments_total, instalments.get(row.id))
        yield from _differs(f"{where}：已付合计", row.paid, paid.get(row.id))
        yield from _differs(f"{where}：补充合同合计", row.supplemented, supplements.get(row.id))


def _net_paid(key: Any) -> Sums:  # noqa: ANN401 - a Peewee field
    paid = _sums(key, Entry.amount, Entry.measure == Measure.PAID, key.is_null(False))
    returned = _sums(key, Entry.amount, Entry.measure == Measure.RETURNED, key.is_null(False))
    return {one: paid[one] - returned.get(one, Money.ZERO) for one in paid}


def _instalments() -> Iterator[str]:
    committed = _sums(
        Entry.instalment,
        Entry.amount,
        Entry.measure == Measure.COMMITTED,
        Entry.instalment.is_null(False),
    )
    paid, costs_paid = _net_paid(Entry.instalment), _net_paid(Entry.direct_cost)
    for row in Instalment.select().order_by(Instalment.id):
        where = f"instalment {row.id}"
        yield from _differs(f"{where}：承诺", row.committed, committed.get(row.id))
        yield from _differs(f"{where}：已付", row.paid, paid.get(row.id))
    for row in DirectCost.select().order_by(DirectCost.id):
        yield from _differs(f"direct_cost {row.id}：已付", row.paid, costs_paid.get(row.id))


def _commitments() -> Iterator[str]:
    """What a line has committed is this year's instalments and approved costs on it."""
    instalments = _sums(Instalment.line, Instalment.committed, Instalment.line.is_null(False))
    costs = _sums(DirectCost.line, DirectCost.amount, DirectCost.approved_by.is_null(False))
    for row in BudgetLine.select().order_by(BudgetLine.id):
        summed = instalments.get(row.id, Money.ZERO) + costs.get(row.id, Money.ZERO)
        yield from _differs(f"line {row.id}：承诺", row.committed, summed)


def _corrections() -> Iterator[str]:
    """A red entry undoes exactly what it points at, on the same line and measure."""
    undone = Entry.alias()
    rows = (
        Entry.select(Entry, undone)
        .join(undone, on=(Entry.corrects == undone.id), attr="undone")
        .order_by(Entry.id)
    )
    for entry in rows:
        first = entry.undone
        exact = (
            entry.line_id == first.line_id
            and entry.measure is first.measure
            and entry.amount == -first.amount
            and first.kind is not EntryKind.REVERSE
        )
        if not exact:
            yield f"line {entry.line_id} 第{entry.number}笔：冲销与原凭证不符"
