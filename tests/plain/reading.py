"""The product's books, read into the same dictionaries of figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from budget.queries.funds import line_balance
from budget.queries.replay import execution_on
from budget.rules.words import AccountState, PeriodState, ProgrammeMeasure
from budget.tables.annual_plan import Ceiling
from budget.tables.closing import YearClosing
from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.counterpart import CounterpartReceipt
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.tables.period import Period
from budget.tables.programme import ProgrammeEntry
from budget.tables.project_account import FinalCost, ProjectAccount
from portfolio.foundation.db import database, fn
from portfolio.foundation.money import Money
from tests.plain.figures import MEASURES, Books, Line

WAN = Money.from_wan(1).fen
Figures = dict[str, Any]


@dataclass
class Names:
    """What the rows of the product are called in the model."""

    projects: dict[int, str] = field(default_factory=dict)
    systems: dict[int, str] = field(default_factory=dict)
    contracts: dict[int, int] = field(default_factory=dict)
    costs: dict[int, int] = field(default_factory=dict)
    entries: dict[int, int] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)

    def learn_lines(self) -> None:
        """Lines are known by their names."""
        for row in BudgetLine.select().where(BudgetLine.id.not_in(list(self.lines))):
            whose = self.projects.get(row.project_id) or self.systems[row.system_id]
            self.lines[row.id] = Line(whose, row.year, row.source.value, row.economic_code)

    def id_of(self, what: str, name: Any) -> int:
        """The id of a row of the product."""
        return next(key for key, found in getattr(self, what).items() if found == name)


def wan(amount: Any) -> int | None:
    """An amount in whole 万元."""
    if amount is None:
        return None
    fen = getattr(amount, "fen", amount)
    assert fen % WAN == 0
    return int(fen // WAN)


def as_the_model_says(books: Books) -> Figures:
    """All totals of the model."""
    counts = dict.fromkeys(books.lines, 0)
    for entry in books.entries:
        counts[entry["line"]] += 1
    return {
        "lines": {
            line: (*(one[name] for name in MEASURES), counts[line]) for line, one in books.lines.items()
        },
        "accounts": {whose: tuple(one[name] for name in _ACCOUNT) for whose, one in books.accounts.items()},
        "ceilings": {year: (one["amount"], one["allotted"]) for year, one in books.ceilings.items()},
        "contracts": {
            number: tuple(one[name] for name in _CONTRACT) for number, one in books.contracts.items()
        },
        "parts": {key: tuple(one[name] for name in _PART) for key, one in books.parts.items()},
        "costs": sorted((one["line"], one["amount"], one["paid"]) for one in books.costs if one["amount"]),
        "receipts": [(one["whose"], one["source"], one["amount"], one["state"]) for one in books.receipts],
        "months": books.closed_months,
        "years": books.closed_years,
        "programme": {whose: one["contracted"] for whose, one in books.accounts.items() if one["contracted"]},
    }


_ACCOUNT = ("state", "cap", "preparatory", "final", "contracted", "direct", "allotted", "paid")
_CONTRACT = ("state", "value", "supplemented", "settled", "paid")
_PART = ("year", "source", "amount", "committed", "paid", "line")


def as_the_product_says(names: Names) -> Figures:
    """All totals of the product."""
    names.learn_lines()
    closed = YearClosing.select(YearClosing.year).where(YearClosing.finished_at.is_null(False)).tuples()
    months = Period.select(Period.year, Period.month).where(Period.state == PeriodState.CLOSED).tuples()
    costs = DirectCost.select(DirectCost.line, DirectCost.amount, DirectCost.paid).tuples()
    programme = (
        ProgrammeEntry.select(ProgrammeEntry.project, fn.SUM(ProgrammeEntry.amount))
        .where(ProgrammeEntry.measure == ProgrammeMeasure.COMMITTED)
        .group_by(ProgrammeEntry.project)
    )
    return {
        "lines": {
            names.lines[key]: (*map(wan, totals), count)
            for key, count, *totals in BudgetLine.select(
                BudgetLine.id, BudgetLine.entry_count, *(getattr(BudgetLine, name) for name in MEASURES)
            ).tuples()
        },
        "accounts": dict(_accounts(names)),
        "ceilings": {one.year: (wan(one.amount), wan(one.allotted)) for one in Ceiling.select()},
        "contracts": {
            names.contracts[one.id]: (
                one.state.value, wan(one.value), wan(one.supplemented), wan(one.settled_value), wan(one.paid)
            )
            for one in Contract.select()
        },
        "parts": {
            (names.contracts[one.contract_id], one.number): (
                one.year, one.source.value, wan(one.amount), wan(one.committed), wan(one.paid),
                names.lines.get(one.line_id),
            )
            for one in Instalment.select()
        },
        "costs": sorted((names.lines[line], wan(due), wan(paid)) for line, due, paid in costs if due),
        "receipts": list(_receipts(names)),
        "months": set(months),
        "years": {year for (year,) in closed},
        "programme": {names.projects[key]: wan(amount) for key, amount in programme.tuples() if wan(amount)},
    }  # fmt: skip


def _accounts(names: Names) -> Iterable[tuple[str, Any]]:
    final = dict(FinalCost.select(FinalCost.project, FinalCost.amount).tuples())
    for one in ProjectAccount.select():
        frame = (AccountState(one.state).value, wan(one.cap), wan(one.preparatory_limit))
        totals = (one.contracted, one.direct, one.allotted, one.paid)
        yield names.projects[one.project_id], (*frame, wan(final.get(one.project_id)), *map(wan, totals))


def _receipts(names: Names) -> Iterable[tuple[Any, ...]]:
    for one in CounterpartReceipt.select().order_by(CounterpartReceipt.id):
        ended = "cancelled" if one.cancelled_at else "confirmed" if one.confirmed_at else "recorded"
        yield names.projects[one.project_id], one.source.value, wan(one.amount), ended


# --- entries ------------------------------------------------------------------------------------------------


def new_entries(names: Names) -> dict[int, tuple[Any, ...]]:
    """What the entries say that the model has not seen yet, by id."""
    numbers = {row.id: (names.contracts[row.contract_id], row.number) for row in Instalment.select()}
    last = max(names.entries, default=0)
    return {
        row.id: (
            names.lines[row.line_id],
            row.kind.value,
            row.measure.value,
            wan(row.amount),
            row.effective_on,
            numbers.get(row.instalment_id),
            names.costs.get(row.direct_cost_id),
            names.entries.get(row.corrects_id),
            names.entries.get(row.refund_of_id),
            names.lines.get(row.counter_line_id),
        )
        for row in Entry.select().where(Entry.id > last).order_by(Entry.id)
    }


def said(entry: dict[str, Any]) -> tuple[Any, ...]:
    """What an entry of the model says, in the same order."""
    order = ("line", "kind", "measure", "amount", "day", "part", "cost", "corrects", "refund_of", "counter")
    return tuple(entry[name] for name in order)


# --- days ---------------------------------------------------------------------------------------------------


def replayed(names: Names, day: date) -> Figures:
    """The balances of all lines, and the execution of all projects, as the product has them on a day."""
    balances = {
        line: tuple(wan(amount) for amount in line_balance(key, day).values())
        for key, line in names.lines.items()
    }
    execution = {
        (whose, one.year): tuple(wan(getattr(one, name)) for name in _EXECUTION)
        for project, whose in names.projects.items()
        for one in execution_on(project, day)
    }
    return {"balances": _some(balances), "execution": _some(execution)}


_EXECUTION = ("initial", "adjusted", "received", "paid")


def said_that_day(books: Books, day: date) -> Figures:
    """The same as the model said it that day, with what was entered for it later."""
    lines = books.lines if day == books.today else books.days[day]
    execution: dict[tuple[str, int], list[int]] = {}
    for line, one in lines.items():
        figures = (one["initial"], one["carried_in"] + one["allotted"], one["released"], one["paid"])
        held = execution.setdefault((line.whose, line.year), [0, 0, 0, 0])
        execution[line.whose, line.year] = [sum(pair) for pair in zip(held, figures, strict=True)]
    balances = {line: tuple(one[name] for name in MEASURES) for line, one in lines.items()}
    projects = {key: tuple(sums) for key, sums in execution.items() if key[0] in books.accounts}
    return {"balances": _some(balances), "execution": _some(projects)}


def _some(found: dict[Any, tuple[Any, ...]]) -> dict[Any, tuple[Any, ...]]:
    return {key: figures for key, figures in found.items() if any(figures)}


# --- nothing changed ----------------------------------------------------------------------------------------

WRITTEN = (
    "annual_plan_row", "audit_entry", "budget_line", "ceiling", "ceiling_revision", "contract",
    "counterpart_receipt", "direct_cost", "entry", "estimate_fix", "final_cost", "funds_order", "instalment",
    "job", "line_closing", "movement", "payment_application", "period", "posting_request", "programme_entry",
    "project_account", "supplement", "year_closing",
)  # fmt: skip
"""The tables that an act on money writes to."""


def picture() -> list[list[Any]]:
    """Everything that an act could have changed."""
    return [
        list(database.execute_sql(f'SELECT * FROM "{table}" ORDER BY "id"').fetchall()) for table in WRITTEN
    ]
