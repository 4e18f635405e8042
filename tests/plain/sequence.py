"""The state machine: acts on money in any order, as hypothesis draws them, most sensible and some not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from portfolio.foundation.clock import ZONE
from portfolio.foundation.db import transaction
from tests.conftest import FROZEN
from tests.plain import agreements, paying
from tests.plain import funds as model
from tests.plain.figures import Books, Line, last_day, tried
from tests.plain.office import Office

WHOSE = st.sampled_from("AAABBS")
PROJECT = st.sampled_from("AAB")
SOURCE = st.sampled_from(["municipal"] * 5 + ["district"])
CODE = st.sampled_from(["31002"] * 4 + ["39999"])
YEARS_ON = st.sampled_from([0] * 8 + [1, 1, 1, -1])
WHICH = st.integers(0, 60)
SELDOM = st.sampled_from([False] * 14 + [True])
AMOUNT = st.sampled_from(["most", "most", "too much"]) | st.integers(1, 4) | st.integers(1, 20)
DAY = st.sampled_from([*["today"] * 16, "this month", "last month", "last year", "tomorrow"])
PART = st.tuples(YEARS_ON, SOURCE, st.integers(1, 5) | st.integers(1, 15), SELDOM, WHICH)
HOW = {"day": DAY, "waits": SELDOM, "wrong": SELDOM}
"""When an order is posted, whether it waits, and whether the wrong person tries."""


class Undo(Exception):
    """A sequence leaves nothing behind."""


class AnySequence(RuleBasedStateMachine):
    """Acts by the right people and the wrong ones, on days that are open and others."""

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
                self.undone.__exit__(Undo, Undo(), None)

    # --- how what was drawn is meant ---

    @property
    def books(self) -> Books:
        return self.office.books

    def one(self, found: Sequence[Any], which: int, fits: Callable[[Any], Any]) -> Any:
        """One of those that fit, and now and then any of them."""
        fitting = [one for one in found if fits(one)]
        return fitting[which % len(fitting)] if fitting and which % 6 else found[which % len(found)]

    def any_waits(self, found: Iterable[dict[str, Any]], *states: str) -> bool:
        return any(one["state"] in states for one in found)

    def line(self, which: int) -> Line:
        """A line that there is, mostly of this year."""
        found: Line = self.one(list(self.books.lines), which, lambda line: line.year == self.books.today.year)
        return found

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
        self, kind: str, line: Line, asked: int | str, *, day: str, waits: bool, wrong: bool, **more: Any
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
            line = self.one(list(self.books.lines), which, lambda line, own=own: line in own)
            found.append((year, source, amount, line if names or len(own) > 1 else None))
        return found

    # --- the frame ---

    @rule(whose=PROJECT, state=st.sampled_from(["open"] * 4 + ["preparatory", "frozen", "closed"]))
    def set_state(self, whose, state):
        self.office.set_state(whose, state)

    @rule(what=st.sampled_from(["cap", "preparatory", "final"]), whose=PROJECT, amount=st.integers(1, 80))
    def fix(self, what, whose, amount):
        self.office.fix(what, whose, amount)

    @rule(years_on=YEARS_ON, amount=st.integers(1, 120))
    def set_ceiling(self, years_on, amount):
        self.office.set_ceiling(self.books.today.year + years_on, amount)

    @rule(whose=PROJECT, years_on=YEARS_ON, source=SOURCE, amount=st.integers(1, 60))
    def plan(self, whose, years_on, source, amount):
        self.office.plan(whose, self.books.today.year + years_on, source, amount)

    @rule(whose=WHOSE, source=SOURCE, amount=st.integers(5, 20))
    def fund(self, whose, source, amount):
        """New money in order: a ceiling, an estimate and a plan with room for it; allotted, and released."""
        year, account = self.books.today.year, self.books.accounts.get(whose)
        ceiling = self.books.ceilings.get(year, {"allotted": 0})["allotted"]
        self.office.set_ceiling(year, ceiling + amount)
        if account is not None:
            self.office.set_state(whose, "open")
            held = max(account["allotted"], account["contracted"] + account["direct"])
            self.office.fix("cap", whose, held + 2 * amount)
            allotted = [
                one["allotted"] for line, one in self.books.lines.items() if line[:2] == (whose, year)
            ]
            self.office.plan(whose, year, source, sum(allotted) + amount)
        line = Line(whose, year, source, "31002")
        self.office.at_once("allot", line, amount)
        if line in self.books.lines:
            self.office.at_once("release", line, amount - 2)

    # --- orders ---

    @rule(
        whose=WHOSE,
        years_on=YEARS_ON,
        source=SOURCE,
        code=CODE,
        amount=AMOUNT,
        how=st.fixed_dictionaries(HOW),
    )
    def allot(self, whose, years_on, source, code, amount, how):
        line = Line(whose, self.books.today.year + years_on, source, code)
        self.ordered("allot", line, amount, **how)

    @rule(which=WHICH, amount=AMOUNT, how=st.fixed_dictionaries(HOW))
    def release(self, which, amount, how):
        self.ordered("release", self.line(which), amount, **how)

    @rule(which=WHICH, sign=st.sampled_from([1, -1]), amount=AMOUNT, how=st.fixed_dictionaries(HOW))
    def adjust(self, which, sign, amount, how):
        self.ordered("adjust", self.line(which), amount, **how, sign=sign)

    @rule(
        which=WHICH,
        measure=st.sampled_from(["released", "allotted", "carried_in"]),
        amount=AMOUNT,
        how=st.fixed_dictionaries(HOW),
    )
    def recall(self, which, measure, amount, how):
        self.ordered("recall", self.line(which), amount, **how, measure=measure, sign=-1)

    @rule(which=WHICH, other=WHICH, amount=AMOUNT, how=st.fixed_dictionaries(HOW))
    def virement(self, which, other, amount, how):
        line = self.line(which)
        alike = (line.year, line.source)
        counter = self.one(
            list(self.books.lines), other, lambda one: one != line and (one.year, one.source) == alike
        )
        self.ordered("virement", line, amount, **how, counter=counter)

    @rule(which=WHICH, amount=AMOUNT, how=st.fixed_dictionaries(HOW))
    def refund(self, which, amount, how):
        corrects, paid = self.one(
            list(enumerate(self.books.entries)), which, lambda entry: entry[1]["kind"] == "pay"
        )
        self.ordered("refund", paid["line"], amount, **how, corrects=corrects)

    @rule(which=WHICH, how=st.fixed_dictionaries(HOW))
    def reverse(self, which, how):
        corrects, entry = self.one(
            list(enumerate(self.books.entries)), which, lambda entry: entry[0] + 8 > len(self.books.entries)
        )
        self.ordered("reverse", entry["line"], abs(entry["amount"]), **how, corrects=corrects)

    @precondition(lambda self: self.any_waits(self.books.orders, "drafted"))
    @rule(which=WHICH, day=DAY, wrong=SELDOM)
    def post(self, which, day, wrong):
        """An order that waited, or one that was posted or withdrawn long ago."""
        self.office.post(self.order(which), self.day(day), wrong)

    @precondition(lambda self: self.any_waits(self.books.orders, "drafted"))
    @rule(which=WHICH)
    def withdraw(self, which):
        self.office.withdraw(self.order(which))

    def order(self, which: int) -> int:
        orders = list(enumerate(self.books.orders))
        return int(self.one(orders, which, lambda order: order[1]["state"] == "drafted")[0])

    # --- contracts and costs ---

    @rule(
        whose=WHOSE,
        kind=st.sampled_from(["construction", "goods", "preparatory"]),
        first=AMOUNT,
        drawn=st.lists(PART, min_size=1, max_size=3),
        more=st.sampled_from([0] * 14 + [1]),
        waits=SELDOM,
        wrong=SELDOM,
    )
    def contract(self, whose, kind, first, drawn, more, waits, wrong):
        """Drafted, with parts for this year and others, which mostly add up; and signed, unless it waits."""
        (year, source, _, line), *others = self.parts(drawn, whose)

        def act(books: Books, asked: int) -> None:
            parts = [(year, source, asked, line), *others]
            agreements.draft_contract(books, whose, kind, sum(part[2] for part in parts), parts)
            agreements.sign(books, len(books.contracts) - 1, by_its_drafter=False)

        parts = [(year, source, self.size(first, act), line), *others]
        number = self.office.draft_contract(whose, kind, sum(part[2] for part in parts) + more, parts)
        if not waits:
            self.office.sign(number, wrong)

    def agreement(self, which: int, state: str) -> int:
        contracts = list(self.books.contracts.items())
        return int(self.one(contracts, which, lambda one: one[1]["state"] == state)[0])

    @precondition(lambda self: self.any_waits(self.books.contracts.values(), "draft"))
    @rule(which=WHICH)
    def sign(self, which):
        self.office.sign(self.agreement(which, "draft"))

    @rule(which=WHICH, drawn=st.lists(PART, min_size=1, max_size=2), amount=AMOUNT, more=SELDOM, waits=SELDOM)
    def supplement(self, which, drawn, amount, more, waits):
        number = self.agreement(which, "effective")
        (year, source, _, line), *others = self.parts(drawn, self.books.contracts[number]["whose"])

        def act(books: Books, asked: int) -> None:
            agreements.draft_supplement(books, number, asked, [(year, source, asked, line)])
            agreements.supplement(books, len(books.supplements) - 1)

        parts = [(year, source, self.size(amount, act), line), *(others if more else [])]
        row = self.office.draft_supplement(number, sum(part[2] for part in parts[:1]), parts)
        if row is not None and not waits:
            self.office.supplement(row)

    @precondition(lambda self: any(not row["signed"] for row in self.books.supplements))
    @rule(which=WHICH)
    def sign_supplement(self, which):
        rows = list(enumerate(self.books.supplements))
        self.office.supplement(self.one(rows, which, lambda row: not row[1]["signed"])[0])

    @rule(which=WHICH, less=st.none() | st.integers(-2, 20), how=st.sampled_from(["settled", "terminated"]))
    def end(self, which, less, how):
        number = self.agreement(which, "effective")
        value = self.books.contracts[number]["value"]
        due = (value if how == "settled" else None) if less is None else max(0, value - less)
        self.office.end(number, due, how)

    @rule(whose=WHOSE)
    def commit_year(self, whose):
        self.office.commit_year(whose)

    @rule(which=WHICH, amount=AMOUNT, waits=SELDOM, wrong=SELDOM)
    def cost(self, which, amount, waits, wrong):
        line = self.line(which)

        def act(books: Books, asked: int) -> None:
            agreements.draft_cost(books, line, asked)
            agreements.approve_cost(books, len(books.costs) - 1, by_its_drafter=False)

        number = self.office.draft_cost(line, self.size(amount, act))
        if not waits:
            self.office.approve_cost(number, wrong)

    @precondition(lambda self: any(not cost["approved"] for cost in self.books.costs))
    @rule(which=WHICH)
    def approve_cost(self, which):
        costs = [(number, one) for number, one in enumerate(self.books.costs) if one["amount"]]
        self.office.approve_cost(self.one(costs, which, lambda cost: not cost[1]["approved"])[0])

    # --- payments ---

    def subject(self, which: int) -> dict[str, Any]:
        """A part of a contract or a cost, mostly one that may be paid."""
        parts = [((key, None), one, one["committed"]) for key, one in self.books.parts.items()]
        costs = [
            ((None, number), one, one["amount"] if one["approved"] else 0)
            for number, one in enumerate(self.books.costs)
            if one["amount"]
        ]

        def payable(found: Any) -> bool:
            _, one, committed = found
            return bool(committed > one["paid"] and one["line"].year == self.books.today.year)

        part, cost = self.one([*parts, *costs], which, payable)[0]
        return {"part": part, "cost": cost}

    @rule(which=WHICH, quota=st.integers(0, 4), amount=AMOUNT, day=DAY, unaccepted=SELDOM, wrong=SELDOM)
    def pay(self, which, quota, amount, day, unaccepted, wrong):
        """Apply, check and pay; mostly the quota for it is released before."""
        on, what = self.day(day), self.subject(which)
        line = (self.books.parts[what["part"]] if what["part"] else self.books.costs[what["cost"]])["line"]
        if (
            quota
            and line is not None
            and self.books.lines[line]["released"] < self.books.lines[line]["committed"]
        ):
            self.office.at_once("release", line, quota)

        def act(books: Books, asked: int) -> None:
            paying.apply(books, **what, amount=asked, accepted=True)
            paying.check(books, len(books.applications) - 1)
            paying.pay(books, len(books.applications) - 1, on or books.today, by_its_checker=False)

        application = self.office.apply(**what, amount=self.size(amount, act), accepted=not unaccepted)
        if application is not None:
            self.office.check(application)
            self.office.pay(application, on, wrong)

    @rule(which=WHICH, amount=st.integers(1, 10))
    def apply(self, which, amount):
        self.office.apply(**self.subject(which), amount=amount)

    @precondition(lambda self: self.any_waits(self.books.applications, "applied", "checked"))
    @rule(which=WHICH, what=st.sampled_from(["check", "turn_back", "pay"]))
    def go_on(self, which, what):
        """An application that waited, or one that was paid or turned back long ago."""
        wanted = {"check": ("applied",), "turn_back": ("applied", "checked"), "pay": ("checked",)}[what]
        rows = list(enumerate(self.books.applications))
        getattr(self.office, what)(self.one(rows, which, lambda row: row[1]["state"] in wanted)[0])

    # --- counterpart funds ---

    @rule(
        whose=PROJECT,
        source=st.sampled_from(["district", "enterprise", "bank_loan", "municipal"]),
        amount=st.integers(1, 9),
        day=DAY,
    )
    def receive(self, whose, source, amount, day):
        self.office.receive(whose, source, amount, self.day(day) or self.books.today)

    @precondition(lambda self: self.books.receipts)
    @rule(which=WHICH, cancels=st.booleans(), by_the_unit=st.booleans())
    def receipt(self, which, cancels, by_the_unit):
        number = which % len(self.books.receipts)
        if cancels:
            self.office.cancel(number, by_the_unit)
        else:
            self.office.confirm(number)

    # --- time ---

    @rule(to=st.sampled_from(["tomorrow", "tomorrow", "next month", "next month", "next month", "next year"]))
    def later(self, to):
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
    def close_month(self, back):
        months = self.books.today.year * 12 + self.books.today.month - 1 - back
        self.office.close_month(months // 12, months % 12 + 1)

    @precondition(lambda self: self.books.closed_months)
    @rule(which=WHICH)
    def reopen_month(self, which):
        today, closed = self.books.today, sorted(self.books.closed_months)
        months = [*closed, (today.year, today.month)]
        self.office.reopen_month(*self.one(months, which, lambda month: month in closed[-6:]))

    @rule(day=DAY, wrong=SELDOM, untidy=SELDOM, then=st.booleans())
    def end_of_year(self, day, wrong, untidy, then):
        """The year before is closed, and the next one perhaps committed."""
        year = self.books.today.year - 1
        if year < 2026:
            year += 1
            self.arrive(date(year + 1, 1, 6))
        if not untidy:
            self.office.tidy(year)
        if self.office.draft_closing(year) is not None:
            self.office.close_year(year, self.day(day), wrong)
        if then:
            self.office.commit_year("A")
