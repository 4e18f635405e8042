"""No sequence of service calls breaks an invariant: every step is held against a plain model of the books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budget.queries.verification import verify
from budget.rules.words import Measure
from budget.services import contracts, funds, movements, payments
from budget.tables.contract import Contract
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.tables.project_account import ProjectAccount
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import InsufficientFunds, Refused
from tests import ledger
from tests.conftest import FROZEN
from tests.ledger import wan
from tests.soak import LONG, brief_or_long

CAP, CEILING, PLAN = 60, 50, 45


@dataclass
class Agreement:
    """A contract as the model knows it, in 万元: one instalment a supplement, all in this year."""

    row: Any
    original: int
    parts: list[int]
    paid: list[int]
    supplemented: int = 0
    ended: bool = False

    @property
    def value(self) -> int:
        return sum(self.parts)


@dataclass
class Model:
    """The invariants, said a second time and plainly."""

    allotted: int = 0
    released: int = 0
    agreements: list[Agreement] = field(default_factory=list)
    payments: list[list[Any]] = field(
        default_factory=list
    )  # entry, agreement, part, amount, refunded, undone

    @property
    def committed(self) -> int:
        return sum(one.value for one in self.agreements)

    @property
    def paid(self) -> int:
        return sum(sum(one.paid) for one in self.agreements)

    def holds(self) -> bool:
        return (
            0 <= self.paid <= self.committed <= self.allotted
            and self.paid <= self.released <= self.allotted <= min(PLAN, CEILING)
            and self.committed <= CAP
            and all(
                paid <= part
                for one in self.agreements
                for part, paid in zip(one.parts, one.paid, strict=True)
            )
            and all(one.supplemented * 10 <= one.original for one in self.agreements)
        )


class Books:
    """The services and the model side by side; a step is tried on both."""

    def __init__(self) -> None:
        self.town = ledger.city(rules=False)
        ledger.ready(self.town, cap=CAP, ceiling=CEILING)
        ledger.plan(self.town, 2026, PLAN)
        self.line = ledger.allot(self.town, 2026, 1)
        self.model = Model(allotted=1)

    def step(self, name: str, which: int, amount: int) -> None:
        getattr(self, name)(which, amount)
        assert self.model.holds()
        self.agrees()

    def attempt(self, fits: bool, call: Callable[[], Any]) -> Any:
        """The services must do what the model says fits, and refuse what does not."""
        if fits:
            return call()
        with pytest.raises(Refused):
            call()
        return None

    def agrees(self) -> None:
        line, account = BudgetLine.get_by_id(self.line.id), ProjectAccount.get()
        model = self.model
        assert (line.allotted, line.released) == (wan(model.allotted), wan(model.released))
        assert (line.committed, line.paid) == (wan(model.committed), wan(model.paid))
        assert (account.contracted, account.paid) == (wan(model.committed), wan(model.paid))

    # --- steps ---

    def allot(self, _which: int, amount: int) -> None:
        order = ledger.ordered(self.town, amount)
        fits = self.model.allotted + amount <= PLAN
        if self.attempt(fits, lambda: _post(funds.allot, order, self.town)):
            self.model.allotted += amount

    def release(self, _which: int, amount: int) -> None:
        order = funds.draft_release(line_id=self.line.id, amount=wan(amount), actor=self.town.maker)
        fits = self.model.released + amount <= self.model.allotted
        if self.attempt(fits, lambda: _post(funds.release, order, self.town)):
            self.model.released += amount

    def contract(self, _which: int, amount: int) -> None:
        row = ledger.draft(self.town, (2026, amount))
        fits = self.model.committed + amount <= min(CAP, self.model.allotted)
        signed = self.attempt(fits, lambda: ledger.sign(self.town, row))
        if signed:
            self.model.agreements.append(Agreement(signed, amount, [amount], [0]))

    def supplement(self, which: int, amount: int) -> None:
        one = self._agreement(which)
        if one is None or one.ended:
            return
        drafted = contracts.draft_supplement(
            contract_id=one.row.id,
            amount=wan(amount),
            reason="增加",
            instalments=ledger.instalments((2026, amount)),
            actor=self.town.applicant,
        )
        fits = (one.supplemented + amount) * 10 <= one.original and (
            self.model.committed + amount <= min(CAP, self.model.allotted)
        )
        call = {"supplement_id": drafted.id, "key": ledger.key(), "actor": self.town.cio}
        if self.attempt(fits, lambda: contracts.supplement(**call)):
            one.supplemented += amount
            one.parts.append(amount)
            one.paid.append(0)

    def settle(self, which: int, amount: int) -> None:
        one = self._agreement(which)
        if one is None or one.ended:
            return
        current = Contract.get_by_id(one.row.id)
        fits = sum(one.paid) <= amount <= one.value
        settled = self.attempt(
            fits,
            lambda: contracts.settle(
                contract_id=one.row.id,
                expected_version=current.version,
                settled_value=wan(amount),
                number="审1号",
                key=ledger.key(),
                actor=self.town.treasury,
            ),
        )
        if settled:
            less = one.value - amount
            for index in reversed(range(len(one.parts))):
                off = min(less, one.parts[index] - one.paid[index])
                one.parts[index] -= off
                less -= off
            one.ended = True

    def pay(self, which: int, amount: int) -> None:
        one = self._agreement(which)
        if one is None:
            return
        part = which % len(one.parts)
        if one.paid[part] + amount > one.parts[part]:
            with pytest.raises(InsufficientFunds):
                ledger.apply(self.town, one.row, wan(amount), part + 1)
            return
        application = ledger.checked(self.town, one.row, amount, part + 1)
        fits = self.model.paid + amount <= self.model.released
        entry = self.attempt(fits, lambda: ledger.post(self.town, application))
        if entry:
            one.paid[part] += amount
            self.model.payments.append([entry, one, part, amount, 0, False])

    def refund(self, which: int, amount: int) -> None:
        if not self.model.payments:
            return
        found = self.model.payments[which % len(self.model.payments)]
        entry, one, part, paid, refunded, undone = found
        fits = not undone and refunded + amount <= paid
        if self.attempt(fits, lambda: ledger.refund(self.town, entry, amount)):
            found[4] += amount
            one.paid[part] -= amount

    def reverse(self, which: int, _amount: int) -> None:
        if not self.model.payments:
            return
        found = self.model.payments[which % len(self.model.payments)]
        entry, one, part, paid, refunded, undone = found
        if self.attempt(not undone and not refunded, lambda: ledger.reverse(self.town, entry)):
            found[5] = True
            one.paid[part] -= paid

    def unrelease(self, which: int, _amount: int) -> None:
        """A red entry for a release, as long as what was paid does not rest on it."""
        undone = Entry.select(Entry.corrects).where(Entry.corrects.is_null(False))
        rows = list(Entry.select().where(Entry.kind == "release", Entry.id.not_in(undone)).order_by(Entry.id))
        if not rows:
            return
        entry = rows[which % len(rows)]
        amount = entry.amount.fen // wan(1).fen
        order = payments.draft_reversal(entry_id=entry.id, reason="记错", actor=self.town.maker)
        fits = self.model.released - amount >= self.model.paid
        if self.attempt(fits, lambda: _post(payments.reverse, order, self.town)):
            self.model.released -= amount

    def increase(self, _which: int, amount: int) -> None:
        fits = self.model.allotted + amount <= PLAN
        if self.attempt(fits, lambda: _post(movements.adjust, self._adjustment(amount, True), self.town)):
            self.model.allotted += amount

    def decrease(self, _which: int, amount: int) -> None:
        left = self.model.allotted - amount
        fits = left >= max(self.model.released, self.model.committed)
        if self.attempt(fits, lambda: _post(movements.adjust, self._adjustment(amount, False), self.town)):
            self.model.allotted = left

    def take_back(self, which: int, amount: int) -> None:
        """Recall payment quota, or money that was allotted."""
        measure = (Measure.RELEASED, Measure.ALLOTTED)[which % 2]
        model = self.model
        quota = measure is Measure.RELEASED
        fits = (
            model.released - amount >= model.paid
            if quota
            else model.allotted - amount >= max(model.released, model.committed)
        )

        def act() -> Entry:
            order = movements.draft_recall(
                line_id=self.line.id,
                measure=measure,
                amount=wan(amount),
                document_number="渝财收1号",
                reason="收回",
                actor=self.town.maker,
            )
            return _post(movements.recall, order, self.town)

        if self.attempt(fits, act):
            if quota:
                model.released -= amount
            else:
                model.allotted -= amount

    def _adjustment(self, amount: int, increase: bool) -> Any:
        return movements.draft_adjustment(
            line_id=self.line.id,
            amount=wan(amount),
            increase=increase,
            document_number="渝财调1号",
            reason="调整",
            actor=self.town.maker,
        )

    def _agreement(self, which: int) -> Agreement | None:
        found = self.model.agreements
        return found[which % len(found)] if found else None


def _post(post: Callable[..., Entry], order: Any, town: ledger.City) -> Entry:
    return post(order_id=order.id, key=ledger.key(), actor=town.checker)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "allot",
                "release",
                "contract",
                "supplement",
                "settle",
                "pay",
                "refund",
                "reverse",
                "unrelease",
                "increase",
                "decrease",
                "take_back",
            ]
        ),
        st.integers(0, 5),
        st.integers(1, 4) | st.integers(1, 30),
    ),
    min_size=6,
    max_size=14,
)
OPENING = [("allot", 0, 44), ("release", 0, 40), ("contract", 0, 20), ("supplement", 0, 1), ("pay", 0, 10)]


class _Undo(Exception):
    pass


@pytest.mark.usefixtures("database")
@pytest.mark.timeout(7200 if LONG else 120)
def test_no_sequence_of_acts_breaks_the_books():
    from portfolio.foundation import rulebook

    rulebook.load()

    @settings(
        max_examples=brief_or_long(12, 1_000),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(STEPS)
    def run(steps):
        with time_machine.travel(FROZEN, tick=False), pytest.raises(_Undo), transaction():
            books = Books()
            for step in [*OPENING, *steps]:
                books.step(*step)
            assert verify().offenders == ()
            raise _Undo

    run()
