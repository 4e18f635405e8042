"""A list of payments held against the books row by row, each on what the rows before it leave.

The checks are those of a single payment; here they are asked of rows that were read all at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from budget.queries.payables import PayableCost, PayableInstalment, Payables, Sums
from budget.rules.accounts import Act
from budget.rules.accounts import state_finding as account_finding
from budget.rules.ledger import date_finding, period_finding
from budget.rules.limits import Limit, of_table
from budget.rules.words import AccountState, EntryKind, Measure
from budget.services.contracts.drafts import OWING, state_finding
from budget.services.payments.applications import accepted_finding, approved_finding
from portfolio.foundation.errors import Finding
from portfolio.foundation.money import Money

TOUCHED: Mapping[str, tuple[Limit, ...]] = {
    name: tuple(limit for limit in of_table(name) if limit.concerns({"paid"}))
    for name in ("instalment", "contract", "direct_cost", "project_account", "budget_line")
}


@dataclass(slots=True)
class Till:
    """The books as far as a list of payments has come; ``acceptance`` goes with all of its rows."""

    books: Payables
    today: date
    acceptance: int | None
    _days: dict[tuple[int, date], list[Finding]] = field(default_factory=dict)
    _targets: dict[tuple[type, int], list[Finding]] = field(default_factory=dict)

    def pay(self, target: PayableInstalment | PayableCost, amount: Money, day: date) -> list[Finding]:
        """Take one payment in; what keeps it out, in which case it is as if it had not been asked for."""
        failed = list(self._kept_out(target))
        moved = list(self._moved(target))
        line_id = target.line_id
        if line_id is not None and line_id in self.books.lines:
            failed += self._on_day(self.books.lines[line_id].year, day)
        for table, sums in moved:
            failed += _passed(table, sums, amount)
        if not failed:
            for _, sums in moved:
                sums["paid"] = (sums["paid"] or 0) + amount.fen
        return failed

    def _kept_out(self, target: PayableInstalment | PayableCost) -> list[Finding]:
        """What keeps every payment of a target out, looked at once: no payment of the list changes it."""
        key = (type(target), target.id)
        if key not in self._targets:
            self._targets[key] = [finding for finding in self._standing(target) if finding.blocks]
        return self._targets[key]

    def _standing(self, target: PayableInstalment | PayableCost) -> Iterator[Finding]:
        if isinstance(target, PayableCost):
            yield approved_finding(target)
            yield from self._account(target.project_id)
        else:
            yield state_finding(target.contract, *OWING)
            yield accepted_finding(target.kind, self.acceptance)
            yield from self._account(target.contract.project_id)

    def _account(self, project_id: int | None) -> Iterator[Finding]:
        if project_id is not None:
            account = self.books.accounts.get(project_id)
            yield account_finding(AccountState.NONE if account is None else account.state, Act.PAY)

    def _on_day(self, year: int, day: date) -> list[Finding]:
        key = (year, day)
        if key not in self._days:
            asked = [
                date_finding(EntryKind.PAY, Measure.PAID, year, day, self.today),
                period_finding(day, self.books.is_closed(day)),
            ]
            self._days[key] = [finding for finding in asked if finding.blocks]
        return self._days[key]

    def _moved(self, target: PayableInstalment | PayableCost) -> Iterator[tuple[str, Sums]]:
        project_id: int | None
        if isinstance(target, PayableCost):
            yield "direct_cost", target.sums
            project_id = target.project_id
        else:
            yield "instalment", target.sums
            yield "contract", target.contract.sums
            project_id = target.contract.project_id
        if project_id is not None and project_id in self.books.accounts:
            yield "project_account", self.books.accounts[project_id].sums
        if target.line_id is not None and target.line_id in self.books.lines:
            yield "budget_line", self.books.lines[target.line_id].sums


def _passed(table: str, sums: Sums, amount: Money) -> list[Finding]:
    after = {**sums, "paid": (sums["paid"] or 0) + amount.fen}
    return [limit.finding(sums, after) for limit in TOUCHED[table] if not limit.holds(after)]


def open_amount(target: Any) -> Money:  # noqa: ANN401 - an instalment or a cost
    """What is still due of an instalment or cost."""
    return Money(max(0, (target.sums["amount"] or 0) - (target.sums["paid"] or 0)))
