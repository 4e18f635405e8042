"""Support for tests of refusals: what was refused, why, and that nothing has moved."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from budget.queries.verification import verify
from budget.tables.contract import Contract
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication, PostingRequest
from budget.tables.project_account import ProjectAccount
from portfolio.foundation.errors import HouseError


def _books() -> tuple[Any, ...]:
    """Everything that money is counted in."""
    return (
        list(BudgetLine.select().order_by(BudgetLine.id).dicts()),
        list(ProjectAccount.select().order_by(ProjectAccount.id).dicts()),
        list(Contract.select().order_by(Contract.id).dicts()),
        list(PaymentApplication.select().order_by(PaymentApplication.id).dicts()),
        list(FundsOrder.select().order_by(FundsOrder.id).dicts()),
        Entry.select().count(),
        PostingRequest.select().count(),
    )


class Refusal:
    """A refusal of one kind with these codes, after which nothing has moved."""

    def __init__(self, kind: type[HouseError], *codes: str) -> None:
        self.kind, self.codes = kind, codes
        self.error: Any = None

    def __enter__(self) -> Refusal:
        self.before = _books()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> bool:
        assert kind is not None, "nothing was refused"
        assert issubclass(kind, self.kind), error
        if self.codes:
            assert set(self.codes) <= set(error.codes), error
            blocking = [finding for finding in error.findings if finding.blocks]
            assert all(finding.basis and finding.remedy for finding in blocking)
        self.error = error
        assert _books() == self.before
        assert verify().offenders == ()
        return True
