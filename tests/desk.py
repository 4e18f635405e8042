"""A desk with many checked applications waiting to be paid, from a line with room for some of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from budget.rules.words import ApplicationState
from budget.services import payments
from budget.tables.contract import Contract
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from portfolio.foundation import clock
from portfolio.foundation.db import database, transaction
from portfolio.foundation.errors import HouseError
from tests import ledger
from tests.bench.stock import fill
from tests.ledger import City, wan


@dataclass
class Desk:
    """Applications for 1 万元 each, with ids in a row; the line has released room for the first few paid."""

    town: City
    line: BudgetLine
    contract: Contract
    applications: range

    def pay(self, application: int, **other: Any) -> Entry:
        """Pay one of them, under a key that is its own."""
        return payments.post(
            **{
                "application_id": application,
                "expected_version": 1,
                "key": f"desk-request-{application}",
                "actor": self.town.treasury,
                **other,
            }
        )

    def paid(self) -> list[int]:
        """The applications that entries stand for, in order of the chain."""
        rows = Entry.select(Entry.application).where(Entry.line == self.line, Entry.kind == "pay")
        return [row.application_id for row in rows.order_by(Entry.number)]


def desk(room: int, applications: int) -> Desk:
    """A line on which ``room`` of so many ``applications`` can be paid; everything through the services."""
    town = ledger.city()
    ledger.ready(town, cap=applications + 1, ceiling=applications + 1)
    ledger.plan(town, 2026, applications)
    line = ledger.allot(town, 2026, applications)
    ledger.release(town, line, room)
    contract = ledger.signed(town, (2026, applications))
    now = clock.now()
    with transaction():
        first = fill(
            PaymentApplication,
            applications,
            organisation=town.unit.id,
            line=line.id,
            instalment=ledger.instalment(contract).id,
            amount=wan(1),
            state=ApplicationState.CHECKED,
            invoice=ledger.paper(town.unit_finance).id,
            applied_by=town.unit_finance.user_id,
            applied_at=now,
            checked_by=town.checker.user_id,
            checked_at=now,
        )
    return Desk(town, line, contract, range(first, first + applications))


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every call in a thread of its own; their answers and refusals, in order.  Faults are raised."""
    results: list[Any] = [None] * len(calls)
    faults: list[BaseException] = []
    start = threading.Barrier(len(calls))

    def run(index: int, call: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[index] = call()
        except HouseError as refusal:
            results[index] = refusal
        except BaseException as fault:
            faults.append(fault)
        finally:
            database.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return results
