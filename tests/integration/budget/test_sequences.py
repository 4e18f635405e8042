"""S4: no sequence of acts on money breaks the books; each is held against a plain model, in both directions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from portfolio.foundation import rulebook
from portfolio.foundation.clock import ZONE, now
from portfolio.foundation.db import transaction
from portfolio.tables.project import System
from tests import factories, ledger
from tests.conftest import FROZEN, TemporaryDatabase
from tests.plain import agreements, beside, paying
from tests.plain import funds as model
from tests.plain.figures import Books, Line, last_day, tried
from tests.plain.office import Office
from tests.plain.reading import Names
from tests.soak import LONG, brief_or_long

PIECES = brief_or_long(1, 20)
SEQUENCES = brief_or_long(12, 50)
STEPS = 20

WHOSE = st.sampled_from("AAABBS")
PROJECT = st.sampled_from("AAB")
SOURCE = st.sampled_from(["municipal", "municipal", "municipal", "district"])
CODE = st.sampled_from(["31002", "31002", "31002", "39999"])
YEARS_ON = st.sampled_from([0, 0, 0, 0, 1, 1, -1])
WHICH = st.integers(0, 30)
SELDOM = st.sampled_from([False] * 8 + [True])
AMOUNT = st.sampled_from(["most", "too much"]) | st.integers(1, 5) | st.integers(1, 30)
DAY = st.sampled_from([*["today"] * 8, "this month", "last month", "last year", "tomorrow"])
PART = st.tuples(YEARS_ON, SOURCE, st.integers(1, 12), SELDOM, WHICH)


def opened() -> Office:
    """Two projects with contracts and a system, in the books and in the model."""
    town = ledger.city(rules=False)
    other = factories.project(owner=town.unit, code="P-OTHER")
    system = System.create(
        code="S-1", name="交换平台", owner=town.unit, created_by=town.cio.user_id, created_at=now()
    )
    papers = (ledger.paper(town.unit_finance).id, ledger.paper(town.unit_finance, "验收单.pdf").id)
    supplier = ledger.contracts.add_supplier(code="G-1", name="供应商", actor=town.unit_finance)
    names = Names(projects={town.project_id: "A", other.id: "B"}, systems={system.id: "S"})
    office = Office(town, Books(FROZEN.date()), names, papers, supplier.id)
    for whose, cap in (("A", 70), ("B", 40)):
        office.open_account(whose)
        office.fix("cap", whose, cap)
        office.set_state(whose, "open")
    office.set_ceiling(2026, 100)
    office.set_ceiling(2027, 80)
    for whose, year, source, amount in (
        ("A", 2026, "municipal", 50),
        ("A", 2026, "district", 20),
        ("A", 2027, "municipal", 30),
        ("B", 2026, "municipal", 30),
    ):
        office.plan(whose, year, source, amount)
    lines = [Line(whose, 2026, "municipal", "31002") for whose in "ABS"]
    for line, amount, quota in zip(lines, (45, 20, 10), (30, 15, 10), strict=True):
        for kind, asked in (("allot", amount), ("release", quota)):
            number = office.draft(kind, line, asked)
            assert number is not None
            office.post(number)
    office.sign(
        office.draft_contract(
            "A", "construction", 30, [(2026, "municipal", 20, None), (2027, "municipal", 10, None)]
        )
    )
    application = office.apply((0, 1), None, 10)
    assert application is not None
    office.check(application)
    office.pay(application)
    office.approve_cost(office.draft_cost(lines[1], 4))
    return office


class Sequence(RuleBasedStateMachine):
    """Acts in any order, by the right people and the wrong ones, on days that are open and others."""

    opening: Office
    done = 0

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.clock = self.stack.enter_context(time_machine.travel(FROZEN, tick=False))
        self.undone = transaction()
        self.undone.__enter__()
        self.office = self.opening.again()

    def teardown(self) -> None:
        try:
            if self.office.sound:
                self.office.at_the_end()
                type(self).done += 1
        finally:
            with self.stack:
                self.undone.__exit__(_Undo, _Undo(), None)

    # --- how what was drawn is meant ---

    @property
    def books(self) -> Books:
        return self.office.books

    def line(self, which: int) -> Line:
        """A line that there is."""
        return list(self.books.lines)[which % len(self.books.lines)]

    def day(self, said: str) -> date | None:
        today = self.books.today
        return {
            "today": None,
            "this month": today.replace(day=1),
            "last month": today.replace(day=1) - timedelta(days=1),
            "last year": date(today.year - 1, 12, 15),
            "tomorrow": today + timedelta(days=1),
        }[said]

    def size(self, asked: int | str, act: Callable[[Books, int], None]) -> int:
        """The amount as it was drawn, or the most that the model allows, or one more than that."""
        if isinstance(asked, int):
            return asked
        low, high = 0, 64
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if tried(self.books, act, middle)[1] else (middle, high)
        return max(low, 1) if asked == "most" else low + 1

    def ordered(
        self, kind: str, line: Line, asked: int | str, day: str, waits: bool, wrong: bool, **more: Any
    ) -> None:
        """Draft an order and, unless it waits, post it."""
        on = self.day(day)

        def act(books: Books, amount: int) -> None:
            model.draft(books, kind, line, amount, **more)
            model.post(books, len(books.orders) - 1, on or books.today, by_its_drafter=False)

        number = self.office.draft(kind, line, self.size(asked, act), **more)
        if number is not None and not waits:
            self.office.post(number, on, wrong)

    def parts(self, drawn: list[Any], whose: str) -> list[agreements.Part]:
        """Parts of a contract; some name a line, the right one or any other."""
        found = []
        for years_on, source, amount, names, which in drawn:
            year = self.books.today.year + years_on
            own = [line for line in self.books.lines if line[:3] == (whose, year, source)]
            lines = own if own and which % 4 else list(self.books.lines)
            found.append((year, source, amount, lines[which % len(lines)] if names or len(own) > 1 else None))
        return found

    # --- the frame ---

    @rule(whose=PROJECT, state=st.sampled_from(["open", "open", "preparatory", "frozen", "closed"]))
    def set_state(self, whose: str, state: str) -> None:
        self.office.set_state(whose, state)

    @rule(
        what=st.sampled_from(["cap", "cap", "preparatory", "final"]), whose=PROJECT, amount=st.integers(1, 80)
    )
    def fix(self, what: str, whose: str, amount: int) -> None:
        self.office.fix(what, whose, amount)

    @rule(years_on=YEARS_ON, amount=st.integers(1, 120))
    def set_ceiling(self, years_on: int, amount: int) -> None:
        self.office.set_ceiling(self.books.today.year + years_on, amount)

    @rule(whose=PROJECT, years_on=YEARS_ON, source=SOURCE, amount=st.integers(1, 60))
    def plan(self, whose: str, years_on: int, source: str, amount: int) -> None:
        self.office.plan(whose, self.books.today.year + years_on, source, amount)

    # --- orders ---

    @rule(whose=WHOSE, years_on=YEARS_ON, source=SOURCE, code=CODE, amount=AMOUNT, day=DAY, waits=SELDOM, wrong=SELDOM)
    def allot(self, whose, years_on, source, code, amount, day, waits, wrong) -> None:
        line = Line(whose, self.books.today.year + years_on, source, code)
        self.ordered("allot", line, amount, day, waits, wrong)

    @rule(which=WHICH, amount=AMOUNT, day=DAY, waits=SELDOM, wrong=SELDOM)
    def release(self, which, amount, day, waits, wrong) -> None:
        self.ordered("release", self.line(which), amount, day, waits, wrong)

    @rule(which=WHICH, sign=st.sampled_from([1, -1]), amount=AMOUNT, day=DAY, waits=SELDOM, wrong=SELDOM)
    def adjust(self, which, sign, amount, day, waits, wrong) -> None:
        self.ordered("adjust", self.line(which), amount, day, waits, wrong, sign=sign)

    @rule(
        which=WHICH,
        measure=st.sampled_from(["released", "allotted", "carried_in"]),
        amount=AMOUNT,
        day=DAY,
        waits=SELDOM,
        wrong=SELDOM,
    )
    def recall(self, which, measure, amount, day, waits, wrong) -> None:
        self.ordered("recall", self.line(which), amount, day, waits, wrong, measure=measure, sign=-1)

    @rule(which=WHICH, other=WHICH, amount=AMOUNT, day=DAY, waits=SELDOM, wrong=SELDOM)
    def virement(self, which, other, amount, day, waits, wrong) -> None:
        line = self.line(which)
        same = [one for one in self.books.lines if one != line and (one[1], one[2]) == (line[1], line[2])]
        counter = same[other % len(same)] if same and other % 4 else self.line(other)
        self.ordered("virement", line, amount, day, waits, wrong, counter=counter)

    @rule(which=WHICH, amount=AMOUNT, day=DAY, waits=SELDOM, wrong=SELDOM, any_entry=SELDOM)
    def refund(self, which, amount, day, waits, wrong, any_entry) -> None:
        entries = self.books.entries
        paid = [number for number, one in enumerate(entries) if any_entry or one["kind"] == "pay"]
        corrects = paid[which % len(paid)]
        self.ordered("refund", entries[corrects]["line"], amount, day, waits, wrong, corrects=corrects)

    @rule(which=WHICH, day=DAY, waits=SELDOM, wrong=SELDOM)
    def reverse(self, which, day, waits, wrong) -> None:
        corrects = len(self.books.entries) - 1 - which % len(self.books.entries)
        entry = self.books.entries[corrects]
        self.ordered("reverse", entry["line"], abs(entry["amount"]), day, waits, wrong, corrects=corrects)

    @rule(which=WHICH, day=DAY, wrong=SELDOM)
    def post(self, which, day, wrong) -> None:
        """An order that waited, or one that was posted or withdrawn long ago."""
        self.office.post(len(self.books.orders) - 1 - which % len(self.books.orders), self.day(day), wrong)

    @rule(which=WHICH)
    def withdraw(self, which) -> None:
        self.office.withdraw(len(self.books.orders) - 1 - which % len(self.books.orders))

    # --- contracts and costs ---

    @rule(
        whose=WHOSE,
        kind=st.sampled_from(["construction", "goods", "preparatory"]),
        drawn=st.lists(PART, min_size=1, max_size=3),
        more=st.sampled_from([0] * 9 + [1]),
        waits=SELDOM,
        wrong=SELDOM,
    )
    def contract(self, whose, kind, drawn, more, waits, wrong) -> None:
        parts = self.parts(drawn, whose)
        value = sum(part[2] for part in parts) + more
        number = self.office.draft_contract(whose, kind, value, parts)
        if not waits:
            self.office.sign(number, wrong)

    @rule(which=WHICH)
    def sign(self, which) -> None:
        self.office.sign(which % len(self.books.contracts))

    @rule(
        which=WHICH,
        drawn=st.lists(PART, min_size=1, max_size=2),
        amount=st.none() | st.integers(1, 3),
        waits=SELDOM,
    )
    def supplement(self, which, drawn, amount, waits) -> None:
        number = which % len(self.books.contracts)
        parts = self.parts(drawn, self.books.contracts[number]["whose"])
        if amount is not None:
            parts = [(*parts[0][:2], amount, parts[0][3])]
        row = self.office.draft_supplement(number, sum(part[2] for part in parts), parts)
        if row is not None and not waits:
            self.office.supplement(row)

    @precondition(lambda self: self.books.supplements)
    @rule(which=WHICH)
    def sign_supplement(self, which) -> None:
        self.office.supplement(which % len(self.books.supplements))

    @rule(which=WHICH, less=st.none() | st.integers(-2, 20), how=st.sampled_from(["settled", "terminated"]))
    def end(self, which, less, how) -> None:
        number = which % len(self.books.contracts)
        value = self.books.contracts[number]["value"]
        due = (value if how == "settled" else None) if less is None else max(0, value - less)
        self.office.end(number, due, how)

    @rule(whose=WHOSE)
    def commit_year(self, whose) -> None:
        self.office.commit_year(whose)

    @rule(which=WHICH, amount=AMOUNT, waits=SELDOM, wrong=SELDOM)
    def cost(self, which, amount, waits, wrong) -> None:
        def act(books: Books, asked: int) -> None:
            agreements.draft_cost(books, self.line(which), asked)
            agreements.approve_cost(books, len(books.costs) - 1, by_its_drafter=False)

        number = self.office.draft_cost(self.line(which), self.size(amount, act))
        if not waits:
            self.office.approve_cost(number, wrong)

    @rule(which=WHICH)
    def approve_cost(self, which) -> None:
        self.office.approve_cost(which % len(self.books.costs))

    # --- payments ---

    def subject(self, which: int) -> dict[str, Any]:
        """A part of a contract or a cost, the newest first."""
        costs = [number for number, one in enumerate(self.books.costs) if one["amount"]]
        found = [*[(key, None) for key in self.books.parts], *[(None, number) for number in costs]]
        part, cost = found[which % len(found)]
        return {"part": part, "cost": cost}

    @rule(which=WHICH, amount=AMOUNT, day=DAY, accepted=SELDOM.map(lambda seldom: not seldom), wrong=SELDOM)
    def pay(self, which, amount, day, accepted, wrong) -> None:
        on, what = self.day(day), self.subject(which)

        def act(books: Books, asked: int) -> None:
            paying.apply(books, **what, amount=asked, accepted=True)
            paying.check(books, len(books.applications) - 1)
            paying.pay(books, len(books.applications) - 1, on or books.today, by_its_checker=False)

        application = self.office.apply(**what, amount=self.size(amount, act), accepted=accepted)
        if application is not None:
            self.office.check(application)
            self.office.pay(application, on, wrong)

    @rule(which=WHICH, amount=st.integers(1, 10))
    def apply(self, which, amount) -> None:
        self.office.apply(**self.subject(which), amount=amount)

    @rule(which=WHICH, what=st.sampled_from(["check", "turn_back", "pay"]))
    def go_on(self, which, what) -> None:
        """An application that waited, or one that was paid or turned back long ago."""
        getattr(self.office, what)(len(self.books.applications) - 1 - which % len(self.books.applications))

    # --- counterpart funds ---

    @rule(
        whose=PROJECT,
        source=st.sampled_from(["district", "enterprise", "bank_loan", "municipal"]),
        amount=st.integers(1, 9),
        day=DAY,
    )
    def receive(self, whose, source, amount, day) -> None:
        self.office.receive(whose, source, amount, self.day(day) or self.books.today)

    @precondition(lambda self: self.books.receipts)
    @rule(which=WHICH, cancels=st.booleans(), by_the_unit=st.booleans())
    def settle_receipt(self, which, cancels, by_the_unit) -> None:
        number = which % len(self.books.receipts)
        if cancels:
            self.office.cancel(number, by_the_unit)
        else:
            self.office.confirm(number)

    # --- time ---

    @rule(to=st.sampled_from(["tomorrow", "next month", "next month", "next year"]))
    def later(self, to) -> None:
        today = self.books.today
        self.arrive(
            {
                "tomorrow": today + timedelta(days=1),
                "next month": last_day(today) + timedelta(days=3),
                "next year": date(today.year + 1, 1, 6),
            }[to]
        )

    def arrive(self, day: date) -> None:
        self.books.until(day)
        self.clock.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=ZONE))

    @rule(back=st.integers(-1, 4))
    def close_month(self, back) -> None:
        months = self.books.today.year * 12 + self.books.today.month - 1 - back
        self.office.close_month(months // 12, months % 12 + 1)

    @rule(which=WHICH, any_month=SELDOM)
    def reopen_month(self, which, any_month) -> None:
        closed = sorted(self.books.closed_months)
        if any_month or not closed:
            closed = [(self.books.today.year, self.books.today.month)]
        self.office.reopen_month(*closed[which % len(closed)])

    @rule(day=DAY, wrong=SELDOM, tidy=SELDOM.map(lambda seldom: not seldom), then=st.booleans())
    def end_of_year(self, day, wrong, tidy, then) -> None:
        """The year before is closed, and the next one perhaps committed."""
        year = self.books.today.year - 1
        if year < 2026:
            year += 1
            self.arrive(date(year + 1, 1, 6))
        if tidy:
            self.tidied(year)
        if self.office.draft_closing(year) is not None:
            self.office.close_year(year, self.day(day), wrong)
        if then:
            self.office.commit_year("A")

    def tidied(self, year: int) -> None:
        """Nothing of the year is under way, and its months are closed."""
        waiting = self.books.waiting(year)
        for number, one in enumerate(self.books.orders):
            if one in waiting:
                self.office.withdraw(number)
        for number, one in enumerate(self.books.applications):
            if one in waiting:
                self.office.turn_back(number)
        for month in range(1, 13):
            if (year, month) not in self.books.closed_months:
                self.office.close_month(year, month)


class _Undo(Exception):
    pass


@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.timeout(7200 if LONG else 120)
def test_no_sequence_of_acts_breaks_the_books(database: TemporaryDatabase, piece: int) -> None:
    rulebook.load()
    with time_machine.travel(FROZEN, tick=False):
        Sequence.opening = opened()
    Sequence.done = 0
    number = int(__import__('os').environ.get('SEED', '0')) + 2 * piece + (database.dialect == "postgresql")
    run_state_machine_as_test(
        seed(number)(Sequence),
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate] if __import__('os').environ.get('NOSHRINK') else [Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Sequence.done >= SEQUENCES
    print(sorted(beside.ACCEPTED.items()), sorted(beside.REFUSED.items()))
