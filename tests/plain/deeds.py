"""What was drawn, as deeds in the office: which line, which day, how much; mostly sensible, sometimes not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from tests.plain import agreements, paying
from tests.plain import funds as model
from tests.plain.figures import Books, Line, last_day, tried
from tests.plain.office import Office


class Deeds:
    """The deeds by the names under which they are drawn; one that finds nothing to act on does nothing."""

    def __init__(self, office: Office, arrive: Callable[[date], None]) -> None:
        self.office, self._arrive = office, arrive

    # --- how what was drawn is meant ---

    @property
    def books(self) -> Books:
        return self.office.books

    @property
    def year(self) -> int:
        return self.books.today.year

    def one(self, found: Iterable[Any], which: int, fits: Callable[[Any], Any]) -> Any:
        """One of those that fit, now and then any of them; ``None`` where there is nothing."""
        everything = list(found)
        fitting = [one for one in everything if fits(one)]
        some = fitting if fitting and which % 6 else everything
        return some[which % len(some)] if some else None

    def line(self, which: int) -> Line:
        """A line that there is, mostly of this year."""
        found: Line = self.one(self.books.lines, which, lambda line: line.year == self.year)
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

    # --- the frame ---

    def set_state(self, whose: str, state: str) -> None:
        self.office.set_state(whose, state)

    def fix(self, what: str, whose: str, amount: int) -> None:
        self.office.fix(what, whose, amount)

    def set_ceiling(self, years_on: int, amount: int) -> None:
        self.office.set_ceiling(self.year + years_on, amount)

    def plan(self, whose: str, years_on: int, source: str, amount: int) -> None:
        self.office.plan(whose, self.year + years_on, source, amount)

    def fund(self, whose: str, source: str, amount: int) -> None:
        """New money in order: a ceiling, an estimate and a plan with room for it; allotted, and released."""
        year, account = self.year, self.books.accounts.get(whose)
        ceiling = self.books.ceilings.get(year, {"allotted": 0})["allotted"]
        self.office.set_ceiling(year, ceiling + amount)
        if account is not None:
            self.office.set_state(whose, "open")
            held = max(account["allotted"], account["contracted"] + account["direct"])
            self.office.fix("cap", whose, held + 2 * amount)
            mine = [one for line, one in self.books.lines.items() if line[:3] == (whose, year, source)]
            self.office.plan(whose, year, source, sum(one["allotted"] for one in mine) + amount)
        line = Line(whose, year, source, "31002")
        self.office.at_once("allot", line, amount)
        if line in self.books.lines:
            self.office.at_once("release", line, amount - 2)

    # --- orders ---

    def _ordered(self, kind: str, line: Line, asked: int | str, how: dict[str, Any], **more: Any) -> None:
        """Draft an order and, unless it waits, post it."""
        on = self.day(how["day"])

        def act(books: Books, amount: int) -> None:
            model.draft(books, kind, line, amount, **more)
            model.post(books, len(books.orders) - 1, on or books.today, by_its_drafter=False)

        number = self.office.draft(kind, line, self.size(asked, act), **more)
        if number is not None and not how["waits"]:
            self.office.post(number, on, how["wrong"])

    def allot(
        self, whose: str, years_on: int, source: str, code: str, amount: int | str, how: dict[str, Any]
    ) -> None:
        self._ordered("allot", Line(whose, self.year + years_on, source, code), amount, how)

    def release(self, which: int, amount: int | str, how: dict[str, Any]) -> None:
        self._ordered("release", self.line(which), amount, how)

    def adjust(self, which: int, sign: int, amount: int | str, how: dict[str, Any]) -> None:
        self._ordered("adjust", self.line(which), amount, how, sign=sign)

    def recall(self, which: int, measure: str, amount: int | str, how: dict[str, Any]) -> None:
        self._ordered("recall", self.line(which), amount, how, measure=measure, sign=-1)

    def virement(self, which: int, other: int, amount: int | str, how: dict[str, Any]) -> None:
        line = self.line(which)
        counter = self.one(self.books.lines, other, lambda one: one != line and one[1:3] == line[1:3])
        self._ordered("virement", line, amount, how, counter=counter)

    def refund(self, which: int, amount: int | str, how: dict[str, Any]) -> None:
        """Of one of the last payments, mostly."""
        entries = list(enumerate(self.books.entries))
        last = [number for number, entry in entries if entry["kind"] == "pay"][-3:]
        corrects, entry = self.one(entries, which, lambda entry: entry[0] in last)
        self._ordered("refund", entry["line"], amount, how, corrects=corrects)

    def reverse(self, which: int, how: dict[str, Any]) -> None:
        """Of one of the last entries, mostly."""
        entries = list(enumerate(self.books.entries))
        corrects, entry = self.one(entries, which, lambda entry: entry in entries[-6:])
        self._ordered("reverse", entry["line"], abs(entry["amount"]), how, corrects=corrects)

    def _order(self, which: int) -> int:
        """An order that waits, or one that was posted or withdrawn long ago."""
        orders = enumerate(self.books.orders)
        return int(self.one(orders, which, lambda order: order[1]["state"] == "drafted")[0])

    def post(self, which: int, day: str, wrong: bool) -> None:
        self.office.post(self._order(which), self.day(day), wrong)

    def withdraw(self, which: int) -> None:
        self.office.withdraw(self._order(which))

    # --- contracts and costs ---

    def _part(self, whose: str, drawn: tuple[int, str, int, bool, int]) -> agreements.Part:
        """A part of a contract, which may name a line, the right one or any other."""
        years_on, source, amount, names, which = drawn
        own = [line for line in self.books.lines if line[:3] == (whose, self.year + years_on, source)]
        line = self.one(self.books.lines, which, lambda line: line in own)
        return self.year + years_on, source, amount, line if names or len(own) > 1 else None

    def _agreement(self, which: int, state: str) -> int:
        contracts = self.books.contracts.items()
        return int(self.one(contracts, which, lambda one: one[1]["state"] == state)[0])

    def contract(
        self,
        whose: str,
        kind: str,
        first: int | str,
        drawn: list[Any],
        unbalanced: bool,
        waits: bool,
        wrong: bool,
    ) -> None:
        """Drafted, with parts for this year and others, which mostly add up; and signed, unless it waits."""
        (year, source, _, line), *others = [self._part(whose, one) for one in drawn]

        def parts(asked: int) -> list[agreements.Part]:
            return [(year, source, asked, line), *others]

        def act(books: Books, asked: int) -> None:
            value = sum(part[2] for part in parts(asked))
            agreements.draft_contract(books, whose, kind, value, parts(asked))
            agreements.sign(books, len(books.contracts) - 1, by_its_drafter=False)

        agreed = parts(self.size(first, act))
        value = sum(part[2] for part in agreed) + unbalanced
        number = self.office.draft_contract(whose, kind, value, agreed)
        if not waits:
            self.office.sign(number, wrong)

    def sign(self, which: int) -> None:
        self.office.sign(self._agreement(which, "draft"))

    def supplement(self, which: int, part: Any, amount: int | str, unbalanced: bool, waits: bool) -> None:
        number = self._agreement(which, "effective")
        year, source, _, line = self._part(self.books.contracts[number]["whose"], part)

        def act(books: Books, asked: int) -> None:
            agreements.draft_supplement(books, number, asked, [(year, source, asked, line)])
            agreements.supplement(books, len(books.supplements) - 1)

        more = self.size(amount, act)
        row = self.office.draft_supplement(number, more + unbalanced, [(year, source, more, line)])
        if row is not None and not waits:
            self.office.supplement(row)

    def sign_supplement(self, which: int) -> None:
        """One that waits, or one that was signed long ago."""
        found = self.one(enumerate(self.books.supplements), which, lambda row: not row[1]["signed"])
        if found is not None:
            self.office.supplement(found[0])

    def end(self, which: int, less: int | None, how: str) -> None:
        """Settled or ended at a little less than the value, or than what is paid, or at all that is paid."""
        number = self._agreement(which, "effective")
        value = self.books.contracts[number]["value"]
        due = (value if how == "settled" else None) if less is None else max(0, value - less)
        self.office.end(number, due, how)

    def commit_year(self, whose: str) -> None:
        self.office.commit_year(whose)

    def cost(self, which: int, amount: int | str, waits: bool, wrong: bool) -> None:
        line = self.line(which)

        def act(books: Books, asked: int) -> None:
            agreements.draft_cost(books, line, asked)
            agreements.approve_cost(books, len(books.costs) - 1, by_its_drafter=False)

        number = self.office.draft_cost(line, self.size(amount, act))
        if not waits:
            self.office.approve_cost(number, wrong)

    def approve_cost(self, which: int) -> None:
        """One that waits, or one that was approved long ago."""
        costs = [(number, one) for number, one in enumerate(self.books.costs) if one["amount"]]
        found = self.one(costs, which, lambda cost: not cost[1]["approved"])
        if found is not None:
            self.office.approve_cost(found[0])

    # --- payments ---

    def _subject(self, which: int) -> tuple[Any, Any, Line | None]:
        """A part of a contract or a cost, mostly one that may be paid, and its line."""
        parts = [(key, None, one, one["committed"]) for key, one in self.books.parts.items()]
        costs = [
            (None, number, one, one["amount"] if one["approved"] else 0)
            for number, one in enumerate(self.books.costs)
            if one["amount"]
        ]

        def payable(found: Any) -> bool:
            *_, one, bound = found
            return bool(bound > one["paid"] and one["line"].year == self.year)

        part, cost, one, _ = self.one([*parts, *costs], which, payable)
        return part, cost, one["line"]

    def pay(self, which: int, quota: int, amount: int | str, day: str, unaccepted: bool, wrong: bool) -> None:
        """Apply, check and pay; mostly some quota is released before."""
        part, cost, line = self._subject(which)
        on, held = self.day(day), self.books.lines.get(line, {"released": 0, "committed": 0})
        if quota and held["released"] < held["committed"]:
            self.office.at_once("release", line, quota)

        def act(books: Books, asked: int) -> None:
            paying.apply(books, part, cost, asked, accepted=True)
            paying.check(books, len(books.applications) - 1)
            paying.pay(books, len(books.applications) - 1, on or books.today, by_its_checker=False)

        application = self.office.apply(part, cost, self.size(amount, act), not unaccepted)
        if application is not None:
            self.office.check(application)
            self.office.pay(application, on, wrong)

    def apply(self, which: int, amount: int) -> None:
        part, cost, _ = self._subject(which)
        self.office.apply(part, cost, amount)

    def go_on(self, which: int, what: str) -> None:
        """An application that waits, or one that was paid or turned back long ago."""
        wanted = {"check": ("applied",), "turn_back": ("applied", "checked"), "pay": ("checked",)}[what]
        rows = enumerate(self.books.applications)
        getattr(self.office, what)(self.one(rows, which, lambda row: row[1]["state"] in wanted)[0])

    # --- counterpart funds ---

    def receive(self, whose: str, source: str, amount: int, day: str) -> None:
        self.office.receive(whose, source, amount, self.day(day) or self.books.today)

    def receipt(self, which: int, cancels: bool, by_the_unit: bool) -> None:
        if not self.books.receipts:
            return
        number = which % len(self.books.receipts)
        if cancels:
            self.office.cancel(number, by_the_unit)
        else:
            self.office.confirm(number)

    # --- time ---

    def _until(self, day: date) -> None:
        self.books.until(day)
        self._arrive(day)

    def later(self, to: str) -> None:
        today = self.books.today
        days = {"tomorrow": today + timedelta(days=1), "next month": last_day(today) + timedelta(days=3)}
        self._until(days.get(to, date(self.year + 1, 1, 6)))

    def close_month(self, back: int) -> None:
        months = self.year * 12 + self.books.today.month - 1 - back
        self.office.close_month(months // 12, months % 12 + 1)

    def reopen_month(self, which: int) -> None:
        last = sorted(self.books.closed_months)[-6:]
        months = [*self.books.closed_months, (self.year, self.books.today.month)]
        self.office.reopen_month(*self.one(sorted(months), which, lambda month: month in last))

    def end_of_year(self, day: str, wrong: bool, untidy: bool, then: bool) -> None:
        """The first year that is still open is closed, and perhaps the contracts of the next committed."""
        year = max([2025, *self.books.closed_years]) + 1
        if year >= self.year:
            self._until(date(year + 1, 1, 6))
        if not untidy:
            self.office.tidy(year)
        if self.office.draft_closing(year) is not None:
            self.office.close_year(year, self.day(day), wrong)
        if then:
            self.office.commit_year("A")
