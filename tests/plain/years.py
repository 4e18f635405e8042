"""Months are closed and opened again; a year is closed line by line, once, in order."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.plain.figures import Books, Line

Key = tuple[str, Any]


def close_month(books: Books, year: int, month: int) -> None:
    books.unless(date(year, month, 1) <= books.today, "Invalid")
    books.unless((year, month) not in books.closed_months, "Conflict")
    books.closed_months.add((year, month))


def reopen_month(books: Books, year: int, month: int) -> None:
    books.unless(year not in books.closed_years, "M55")
    books.unless((year, month) in books.closed_months, "Conflict")
    books.closed_months.discard((year, month))


def draft_closing(books: Books, year: int) -> None:
    _ready(books, year)
    books.drafted_years.add(year)


def close_year(books: Books, year: int, day: date, by_its_drafter: bool) -> None:
    """What is unspent goes on to the next year with what contracts still need; too old money goes back."""
    _ready(books, year)
    books.unless(not by_its_drafter, "M50")
    books.unless(day.year == year + 1 and day <= books.today, "M54")
    books.unless((day.year, day.month) not in books.closed_months, "M41")
    if books.reasons:
        return
    for line in [line for line in books.lines if line.year == year]:
        _close_line(books, line, day)
    for key, part in books.parts.items():
        bound = books.contracts[key[0]]["state"] != "draft"
        if bound and part["year"] == year and part["line"] is None and part["amount"] and not part["paid"]:
            part["year"] += 1
    books.closed_years.add(year)


def _ready(books: Books, year: int) -> None:
    unspent = [line.year for line in books.lines if line.year < year and _left(books.lines[line])]
    books.unless(year not in books.closed_years, "Conflict")
    books.unless(books.today.year > year, "M54")
    books.unless(all((year, month) in books.closed_months for month in range(1, 13)), "M48")
    books.unless(not books.waiting(year), "M49")
    books.unless(set(unspent) <= books.closed_years, "M53")


def _left(one: dict[str, int]) -> int:
    return one["carried_in"] + one["allotted"] - one["carried_out"] - one["paid"]


def _close_line(books: Books, line: Line, day: date) -> None:
    one = books.lines[line]
    left, owed = _left(one), _owed(books, line)
    if not left and not any(kind == "part" for kind, _ in owed):
        return
    carried = _carried(books, line)
    kind = "carry_over" if carried else "decommit"
    books.enter(line, "carry_over" if carried else "recall", "released", one["paid"] - one["released"], day)
    going_on = [_taken_off(books, line, key, kind, day) for key in owed]
    old = min(left - carried, one["carried_in"])
    books.enter(line, "recall", "carried_in", -old, day)
    books.enter(line, "recall", "allotted", -(left - carried - old), day)
    if not carried:
        return
    after = line._replace(year=line.year + 1)
    books.line(after)
    books.enter(line, "carry_over", "carried_out", carried, day, counter=after)
    books.enter(after, "carry_over", "carried_in", carried, day, counter=line)
    for key, unpaid in going_on:
        share = min(unpaid, carried)
        carried -= share
        if share and key[0] == "cost":
            books.costs[key[1]]["line"] = after
        books.enter(after, "commit", "committed", share, day, **dict([key]))


def _carried(books: Books, line: Line) -> int:
    """Money of this year goes on, what came from the last one and is spent first does not go on again.

    Of a project with final accounts only what it still owes goes on, of a closed one nothing.
    """
    one, account = books.lines[line], books.accounts.get(line.whose)
    own = min(_left(one), one["allotted"])
    if account is not None and account["state"] == "closed":
        return 0
    if account is not None and account["final"] is not None:
        return min(own, one["committed"] - one["paid"] + one["returned"])
    return own


def _owed(books: Books, line: Line) -> list[Key]:
    """What is committed on a line, or waits for it, and is not paid: contracts first, in their order."""
    parts = [
        ("part", key)
        for key, part in books.parts.items()
        if part["line"] == line
        and part["amount"] > part["paid"]
        and books.contracts[key[0]]["state"] != "draft"
    ]
    costs = [
        ("cost", number)
        for number, cost in enumerate(books.costs)
        if cost["line"] == line and cost["approved"] and cost["amount"] > cost["paid"]
    ]
    return [*parts, *costs]


def _taken_off(books: Books, line: Line, key: Key, kind: str, day: date) -> tuple[Key, int]:
    """An unpaid commitment leaves its line; returns what stands for it next year, and its amount."""
    what, which = key
    if what == "cost":
        cost = books.costs[which]
        unpaid = cost["amount"] - cost["paid"]
        books.enter(line, kind, "committed", -unpaid, day, cost=which)
        if cost["paid"]:
            books.costs.append({**cost, "amount": 0, "paid": 0})
            which = len(books.costs) - 1
        return (what, which), unpaid
    part = books.parts[which]
    unpaid = part["amount"] - part["paid"]
    books.enter(line, kind, "committed", part["paid"] - part["committed"], day, part=which)
    rest = {**part, "year": line.year + 1, "amount": unpaid, "committed": 0, "paid": 0, "line": None}
    if part["paid"]:
        part["amount"] = part["paid"]
        which = (which[0], 1 + max(number for contract, number in books.parts if contract == which[0]))
    books.parts[which] = rest
    return (what, which), unpaid
