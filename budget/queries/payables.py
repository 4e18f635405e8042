"""What a list of payments is held against: instalments, contracts, costs, lines, accounts, in six queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from budget.rules.words import AccountState, ContractState, InstalmentKind, PeriodState
from budget.tables.contract import Contract, DirectCost, Instalment, Supplier
from budget.tables.line import BudgetLine
from budget.tables.period import Period
from budget.tables.project_account import ProjectAccount
from portfolio.foundation.money import Money

Sums = dict[str, int | None]


@dataclass(slots=True)
class PayableContract:
    """A contract and its totals in fen."""

    id: int
    code: str
    state: ContractState
    project_id: int | None
    supplier: str
    sums: Sums


@dataclass(slots=True)
class PayableInstalment:
    """An instalment of a contract and its totals in fen."""

    id: int
    number: int
    kind: InstalmentKind
    line_id: int | None
    contract: PayableContract
    sums: Sums


@dataclass(slots=True)
class PayableCost:
    """A cost without a contract and its totals in fen."""

    id: int
    title: str
    line_id: int
    project_id: int | None
    approved_by_id: int | None
    sums: Sums


@dataclass(slots=True)
class PayingLine:
    """A line that pays, and its totals in fen."""

    id: int
    year: int
    project_id: int | None
    sums: Sums


@dataclass(slots=True)
class PayingAccount:
    """The account of a project, and its totals in fen."""

    id: int
    state: AccountState
    sums: Sums


@dataclass(slots=True)
class Payables:
    """Everything that payments of one unit move, by id; instalments also by contract code and number."""

    instalments: dict[int, PayableInstalment] = field(default_factory=dict)
    costs: dict[int, PayableCost] = field(default_factory=dict)
    lines: dict[int, PayingLine] = field(default_factory=dict)
    accounts: dict[int, PayingAccount] = field(default_factory=dict)
    closed: set[tuple[int, int]] = field(default_factory=set)
    by_code: dict[tuple[str, int], PayableInstalment] = field(default_factory=dict)
    codes: dict[str, list[int]] = field(default_factory=dict)

    def is_closed(self, day: date) -> bool:
        """Whether the month of ``day`` takes no more entries."""
        return (day.year, day.month) in self.closed


def payables(organisation_id: int) -> Payables:
    """What a unit's payments are held against, as it stands now; six queries however much there is."""
    found = Payables()
    _read_instalments(found, organisation_id)
    _read_costs(found, organisation_id)
    _read_lines(found, organisation_id)
    closed = Period.select(Period.year, Period.month).where(Period.state == PeriodState.CLOSED)
    found.closed = set(closed.tuples())
    return found


def _sums(names: tuple[str, ...], row: tuple[Any, ...]) -> Sums:
    return {
        name: value.fen if isinstance(value, Money) else value for name, value in zip(names, row, strict=True)
    }


_CONTRACT = (
    "paid",
    "supplemented",
    "value",
    "settled_value",
    "original_value",
    "award",
    "ceiling_price",
    "supplement_limit",
)
_INSTALMENT = ("paid", "committed", "amount")
_COST = ("paid", "amount")
_LINE = ("carried_in", "allotted", "carried_out", "released", "committed", "paid", "returned")
_ACCOUNT = ("cap", "preparatory_limit", "contracted", "direct", "allotted", "paid")


def _columns(table: Any, names: tuple[str, ...]) -> list[Any]:  # noqa: ANN401
    return [getattr(table, name) for name in names]


def _read_instalments(found: Payables, organisation_id: int) -> None:
    contracts: dict[int, PayableContract] = {}
    query = (
        Contract.select(
            Contract.id,
            Contract.code,
            Contract.state,
            Contract.project,
            Supplier.name,
            *_columns(Contract, _CONTRACT),
        )
        .join(Supplier, on=(Contract.supplier == Supplier.id))
        .where(Contract.organisation == organisation_id)
    )
    for key, code, state, project, supplier, *sums in query.tuples():
        contracts[key] = PayableContract(key, code, state, project, supplier, _sums(_CONTRACT, tuple(sums)))
    instalments = (
        Instalment.select(
            Instalment.id,
            Instalment.number,
            Instalment.kind,
            Instalment.line,
            Instalment.contract,
            *_columns(Instalment, _INSTALMENT),
        )
        .join(Contract, on=(Instalment.contract == Contract.id))
        .where(Contract.organisation == organisation_id)
    )
    for key, number, kind, line, contract_id, *sums in instalments.tuples():
        contract = contracts[contract_id]
        one = PayableInstalment(key, number, kind, line, contract, _sums(_INSTALMENT, tuple(sums)))
        found.instalments[key] = one
        found.by_code[contract.code, number] = one
        found.codes.setdefault(contract.code, []).append(number)


def _read_costs(found: Payables, organisation_id: int) -> None:
    query = DirectCost.select(
        DirectCost.id,
        DirectCost.title,
        DirectCost.line,
        DirectCost.project,
        DirectCost.approved_by,
        *_columns(DirectCost, _COST),
    ).where(DirectCost.organisation == organisation_id)
    for key, title, line, project, approved, *sums in query.tuples():
        found.costs[key] = PayableCost(key, title, line, project, approved, _sums(_COST, tuple(sums)))


def _read_lines(found: Payables, organisation_id: int) -> None:
    ours = Contract.organisation == organisation_id
    instalments = (
        Instalment.select(Instalment.line).join(Contract).where(ours, Instalment.line.is_null(False))
    )
    costs = DirectCost.select(DirectCost.line).where(DirectCost.organisation == organisation_id)
    query = BudgetLine.select(
        BudgetLine.id, BudgetLine.year, BudgetLine.project, *_columns(BudgetLine, _LINE)
    ).where(BudgetLine.id.in_(instalments) | BudgetLine.id.in_(costs))
    for key, year, project, *sums in query.tuples():
        found.lines[key] = PayingLine(key, year, project, _sums(_LINE, tuple(sums)))
    of_lines = BudgetLine.select(BudgetLine.project).where(
        BudgetLine.id.in_(instalments) | BudgetLine.id.in_(costs)
    )
    accounts = ProjectAccount.select(
        ProjectAccount.id, ProjectAccount.project, ProjectAccount.state, *_columns(ProjectAccount, _ACCOUNT)
    ).where(ProjectAccount.project.in_(of_lines))
    for key, project, state, *sums in accounts.tuples():
        found.accounts[project] = PayingAccount(key, state, _sums(_ACCOUNT, tuple(sums)))
