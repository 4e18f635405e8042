"""Dictionaries of figures in 万元, what an act does to them, and what may never be true of them.

Nothing here asks the product: every rule is written down once more, from the procedure, in the plainest way
there is.  An act is tried on a copy; reasons against it are collected by the codes that people see, and the
limits are looked at when it is over.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

MEASURES = ("carried_in", "allotted", "carried_out", "released", "committed", "paid", "returned")
WORKING = ("preparatory", "open")
MAY = {
    "allot": WORKING,
    "release": WORKING,
    "prepare": WORKING,
    "build": ("open",),
    "pay": WORKING,
}
"""What is done to a project's money → the states of its account in which it may be done."""


class Line(NamedTuple):
    """A budget line by its names: whose, of which year, source and economic code."""

    whose: str
    year: int
    source: str
    code: str


def nothing() -> dict[str, int]:
    """The figures of a line without any money; ``initial`` is what its year began with."""
    return dict.fromkeys((*MEASURES, "initial"), 0)


@dataclass
class Books:
    """Everything that is known of the money, as of ``today``."""

    today: date
    lines: dict[Line, dict[str, int]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    ceilings: dict[int, dict[str, int]] = field(default_factory=dict)
    plans: dict[tuple[str, int, str], int] = field(default_factory=dict)
    contracts: dict[int, dict[str, Any]] = field(default_factory=dict)
    parts: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    supplements: list[dict[str, Any]] = field(default_factory=list)
    costs: list[dict[str, Any]] = field(default_factory=list)
    applications: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    receipts: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    closed_months: set[tuple[int, int]] = field(default_factory=set)
    drafted_years: set[int] = field(default_factory=set)
    closed_years: set[int] = field(default_factory=set)
    days: dict[date, dict[Line, dict[str, int]]] = field(default_factory=dict)
    reasons: set[str] = field(default_factory=set)

    # --- what an act is held against ---

    def unless(self, fine: bool, reason: str) -> None:
        """Note a reason against the act that is being tried."""
        if not fine:
            self.reasons.add(reason)

    def may(self, whose: str, what: str) -> None:
        """A project's account must be in a state for this; a system has none."""
        if whose in self.accounts:
            self.unless(self.accounts[whose]["state"] in MAY[what], "M40")

    def within_plan(self, line: Line, amount: int) -> None:
        """New money of a project whose estimate is fixed is in the decided annual plan."""
        account = self.accounts.get(line.whose)
        if account is None or account["cap"] is None:
            return
        allotted = sum(one["allotted"] for other, one in self.lines.items() if other[:3] == line[:3])
        self.unless(allotted + amount <= self.plans.get(line[:3], 0), "M32")

    def waiting(self, year: int) -> list[dict[str, Any]]:
        """The applications and orders on lines of a year that are neither carried out nor taken back."""
        under_way = [*self.applications, *self.orders]
        states = ("applied", "checked", "drafted")
        return [one for one in under_way if one["line"].year == year and one["state"] in states]

    # --- what moves ---

    def line(self, line: Line) -> None:
        """A line is there, without money if it is new."""
        self.lines.setdefault(line, nothing())

    def used(self) -> set[Line]:
        """The lines that any entry was made on."""
        return {entry["line"] for entry in self.entries}

    def enter(self, line: Line, kind: str, measure: str, amount: int, day: date, **about: Any) -> None:
        """One entry: its line, what stands behind it, and every day from its own on."""
        if not amount:
            return
        self._dated(line, kind, measure, day)
        entry = dict.fromkeys(("part", "cost", "corrects", "refund_of", "counter"))
        entry |= {"line": line, "kind": kind, "measure": measure, "amount": amount, "day": day, **about}
        self.entries.append(entry)
        self._beside(entry)
        origin = kind if entry["corrects"] is None else self.entries[entry["corrects"]]["kind"]
        begins = measure in ("carried_in", "allotted") and origin in ("allot", "carry_over")
        held = [lines for past, lines in self.days.items() if past >= day]
        for lines in [self.lines, *held]:
            figures = lines.setdefault(line, nothing())
            figures[measure] += amount
            figures["initial"] += amount if begins else 0

    def _dated(self, line: Line, kind: str, measure: str, day: date) -> None:
        """Money is allotted up to a year ahead; what only takes off, or went to the treasury, comes later."""
        ahead = kind in ("allot", "adjust", "virement") or (kind == "reverse" and measure == "allotted")
        late = kind in ("decommit", "recall", "carry_over") or measure == "returned"
        in_time = line.year - ahead <= day.year and (late or day.year <= line.year)
        self.unless(in_time and day <= self.today, "M42")
        self.unless((day.year, day.month) not in self.closed_months, "M41")
        self.unless(day.year >= line.year or line.year not in self.closed_years, "M55")

    def _beside(self, entry: dict[str, Any]) -> None:
        line, measure, amount = entry["line"], entry["measure"], entry["amount"]
        account = self.accounts.get(line.whose, {"allotted": 0, "paid": 0, "direct": 0})
        if measure in ("allotted", "carried_in", "carried_out"):
            account["allotted"] += -amount if measure == "carried_out" else amount
        if measure == "allotted" and line.source == "municipal":
            self.unless(line.year in self.ceilings, "M31")
            self.ceilings.get(line.year, {"allotted": 0})["allotted"] += amount
        part = self.parts.get(entry["part"])
        cost = None if entry["cost"] is None else self.costs[entry["cost"]]
        if measure == "committed" and part is not None:
            part["committed"] += amount
            part["line"] = line if amount > 0 else part["line"]
        if measure == "committed" and cost is not None:
            cost["amount"] += amount
            account["direct"] += amount
        if measure in ("paid", "returned"):
            net = amount if measure == "paid" else -amount
            account["paid"] += net
            if part is not None:
                part["paid"] += net
                self.contracts[entry["part"][0]]["paid"] += net
            if cost is not None:
                cost["paid"] += net

    def until(self, day: date) -> None:
        """The day ends, and what it held is kept; it is ``day`` now."""
        self.days[self.today] = deepcopy(self.lines)
        self.today = day

    # --- what may never be true ---

    def broken(self) -> set[str]:
        """The limits that the figures pass."""
        found: dict[str, bool] = {}

        def hold(**limits: bool) -> None:
            found.update({code: True for code, kept in limits.items() if not kept})

        for one in self.lines.values():
            money = one["carried_in"] + one["allotted"] - one["carried_out"]
            hold(M01=one["committed"] <= money, M02=one["released"] <= money)
            hold(M03=one["paid"] - one["returned"] <= one["committed"], M04=one["paid"] <= one["released"])
            hold(M05=one["returned"] <= one["paid"], M00=min(one[name] for name in MEASURES) >= 0)
        for one in self.accounts.values():
            bound = one["contracted"] + one["direct"]
            cap = one["preparatory"] if one["cap"] is None else one["cap"]
            hold(M11=bound <= cap, M12=one["cap"] is None or one["allotted"] <= one["cap"])
            hold(R08=one["cap"] is not None or one["allotted"] <= one["preparatory"])
            hold(M13=one["paid"] <= bound, M00=min(bound, one["allotted"], one["paid"]) >= 0)
        for one in self.contracts.values():
            due = one["value"] if one["settled"] is None else one["settled"]
            hold(M21=one["paid"] <= due, M24=due <= one["value"], M00=one["paid"] >= 0)
            hold(R11=10 * one["supplemented"] <= one["original"])
        for one in self.parts.values():
            hold(M25=one["paid"] <= one["amount"], M27=one["paid"] <= one["committed"])
            hold(M28=one["committed"] <= one["amount"], M00=one["paid"] >= 0)
        for one in self.costs:
            hold(M26=one["paid"] <= one["amount"], M00=one["paid"] >= 0)
        for one in self.ceilings.values():
            hold(M31=one["allotted"] <= one["amount"], M00=one["allotted"] >= 0)
        return set(found)


Act = Callable[..., None]


def tried(books: Books, act: Act, *arguments: Any, **more: Any) -> tuple[Books, set[str]]:
    """The books as they would be after an act, and every reason why it must be refused."""
    after = deepcopy(books)
    act(after, *arguments, **more)
    return after, after.reasons | after.broken()


def last_day(day: date) -> date:
    """The last day of a month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
