"""What moves beside a line: the rows of contract, cost, account and ceiling that an entry is also about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budget.rules.accounts import ALLOWED, Act, state_finding
from budget.rules.limits import BUDGET_LAW
from budget.rules.sources import ceiling_bound
from budget.rules.words import AccountState, Measure
from budget.services.explaining import Change
from budget.tables.annual_plan import Ceiling
from budget.tables.constraints import among
from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.line import BudgetLine
from budget.tables.project_account import ProjectAccount
from portfolio.foundation.errors import Finding, InsufficientFunds, say


@dataclass(frozen=True, slots=True)
class About:
    """The contract instalment or direct cost that an entry is about; ids."""

    contract: int | None = None
    instalment: int | None = None
    direct_cost: int | None = None


def companions(line: Any, measure: Measure, fen: int, act: Act, about: About) -> list[Change]:  # noqa: ANN401
    """The rows that follow when ``measure`` of ``line`` moves by ``fen``.

    Paid is kept net everywhere but on the line: what comes back after its year stays paid there, and counts
    as returned.  What a project was allotted in all goes down when carried money is given back.
    """
    if measure is Measure.ALLOTTED:
        changes = account_changes(line.project_id, act, allotted=fen)
        return changes + (_ceiling(line, fen) if ceiling_bound(line.source) else [])
    if measure in (Measure.CARRIED_IN, Measure.CARRIED_OUT):
        kept = fen if measure is Measure.CARRIED_IN else -fen
        return account_changes(line.project_id, act, allotted=kept)
    if measure is Measure.COMMITTED:
        return _committed(line, fen, act, about)
    if measure in (Measure.PAID, Measure.RETURNED):
        return paid_changes(line.project_id, fen if measure is Measure.PAID else -fen, act, about)
    return account_changes(line.project_id, act)


def paid_changes(project_id: int | None, net: int, act: Act, about: About) -> list[Change]:
    """The rows that follow when ``net`` fen more are paid for a project (none: for a system)."""
    changes = account_changes(project_id, act, paid=net)
    return changes + [Change(table, key, {"paid": net}) for table, key in _paid_rows(about)]


def _committed(line: Any, fen: int, act: Act, about: About) -> list[Change]:  # noqa: ANN401
    if about.instalment is not None:
        sets = {"line_id": line.id} if fen > 0 else {}
        changes = account_changes(line.project_id, act)
        return [*changes, Change(Instalment, about.instalment, {"committed": fen}, sets)]
    if about.direct_cost is not None:
        changes = account_changes(line.project_id, act, direct=fen)
        return [*changes, Change(DirectCost, about.direct_cost, {"amount": fen})]
    return []


def _paid_rows(about: About) -> list[tuple[Any, int]]:
    rows = ((Contract, about.contract), (Instalment, about.instalment), (DirectCost, about.direct_cost))
    return [(table, key) for table, key in rows if key is not None]


def account_changes(project_id: int | None, act: Act, **fen: int) -> list[Change]:
    """The move of the project's account, which must be in a state for ``act``; a system has no account."""
    if project_id is None:
        return []
    return [
        Change(
            ProjectAccount,
            project_id,
            {name: amount for name, amount in fen.items() if amount} or {"paid": 0},
            key="project_id",
            absent=lambda: state_finding(AccountState.NONE, act),
            guard="" if act is Act.CORRECT else among("state", _in_order(act)),
            reason=lambda row: state_finding(AccountState(row["state"]), act),
        )
    ]


def _in_order(act: Act) -> list[AccountState]:
    return [state for state in AccountState if state in ALLOWED[act]]


def _ceiling(line: BudgetLine, fen: int) -> list[Change]:
    row = Ceiling.get_or_none(Ceiling.year == line.year, Ceiling.source == line.source)
    if row is None:
        raise InsufficientFunds(
            [
                Finding(
                    "M31",
                    False,
                    say("{year}年{source}尚未设定年度规模", year=line.year, source=line.source.label),
                    BUDGET_LAW,
                    remedy=say("请先设定年度规模"),
                )
            ]
        )
    return [Change(Ceiling, row.id, {"allotted": fen})]
