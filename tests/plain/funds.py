"""Accounts, ceilings and plans; and the orders that move money of lines, each drafted and then posted."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.plain.figures import Books, Line

REVERSIBLE = ("allot", "adjust", "recall", "release", "commit", "pay", "refund")

# --- the frame ---


def open_account(books: Books, whose: str) -> None:
    figures = dict.fromkeys(("preparatory", "contracted", "direct", "allotted", "paid"), 0)
    books.accounts[whose] = {"state": "preparatory", "cap": None, "final": None, **figures}


def set_state(books: Books, whose: str, state: str) -> None:
    books.accounts[whose]["state"] = state


def fix_cap(books: Books, whose: str, amount: int) -> None:
    books.accounts[whose]["cap"] = amount


def limit_preparation(books: Books, whose: str, amount: int) -> None:
    books.accounts[whose]["preparatory"] = amount


def final_cost(books: Books, whose: str, amount: int) -> None:
    books.unless(books.accounts[whose]["final"] is None, "M90")
    books.accounts[whose]["final"] = amount


def set_ceiling(books: Books, year: int, amount: int) -> None:
    books.ceilings.setdefault(year, {"allotted": 0})["amount"] = amount


def plan(books: Books, whose: str, year: int, source: str, amount: int) -> None:
    books.plans[whose, year, source] = amount


# --- orders ---


def draft(books: Books, kind: str, line: Line, amount: int, **more: Any) -> None:
    """An order is written down; it says what it moves (``measure``, ``sign``) and what it points at."""
    order = {"measure": "allotted", "sign": 1, "counter": None, "corrects": None, **more}
    order |= {"kind": kind, "line": line, "amount": amount, "state": "drafted"}
    books.line(line)
    _hold(books, order)
    books.orders.append(order)


def withdraw(books: Books, number: int) -> None:
    books.unless(books.orders[number]["state"] == "drafted", "M51")
    books.orders[number]["state"] = "withdrawn"


def post(books: Books, number: int, day: date, by_its_drafter: bool) -> None:
    order = books.orders[number]
    books.unless(order["state"] == "drafted", "M51")
    books.unless(not by_its_drafter, "M50")
    if books.reasons:
        return
    order["state"] = "posted"
    _hold(books, order)
    if order["corrects"] is not None:
        books.unless(day >= books.entries[order["corrects"]]["day"], "M42")
    line, amount = order["line"], order["amount"]
    if order["kind"] in ("allot", "adjust", "release", "recall"):
        moved = "released" if order["kind"] == "release" else order["measure"]
        _more(books, line, moved, amount * order["sign"])
        books.enter(line, order["kind"], moved, amount * order["sign"], day)
    elif order["kind"] == "virement":
        _vire(books, line, order["counter"], amount, day)
    elif order["kind"] == "refund":
        _refund(books, order, day)
    else:
        _reverse(books, order, day)


def _more(books: Books, line: Line, measure: str, moved: int) -> None:
    """What gives a line more needs an account that takes it; new money must be planned."""
    if moved < 0 or measure not in ("allotted", "carried_in", "released"):
        return
    books.may(line.whose, "release" if measure == "released" else "allot")
    if measure == "allotted":
        books.within_plan(line, moved)


def _vire(books: Books, line: Line, counter: Line, amount: int, day: date) -> None:
    books.may(counter.whose, "allot")
    if counter.whose != line.whose:
        books.within_plan(counter, amount)
    books.enter(line, "virement", "allotted", -amount, day, counter=counter)
    books.enter(counter, "virement", "allotted", amount, day, counter=line)


def _refund(books: Books, order: dict[str, Any], day: date) -> None:
    """In the year of the line its money is there again; later it is the treasury's."""
    paid = books.entries[order["corrects"]]
    same_year = day.year == order["line"].year
    books.enter(
        order["line"],
        "refund",
        "paid" if same_year else "returned",
        -order["amount"] if same_year else order["amount"],
        day,
        part=paid["part"],
        cost=paid["cost"],
        refund_of=order["corrects"],
    )


def _reverse(books: Books, order: dict[str, Any], day: date) -> None:
    undone = books.entries[order["corrects"]]
    _more(books, undone["line"], undone["measure"], -undone["amount"])
    about = {"part": undone["part"], "cost": undone["cost"], "corrects": order["corrects"]}
    books.enter(undone["line"], "reverse", undone["measure"], -undone["amount"], day, **about)


# --- what an order is held against, when it is drafted and again when it is posted ---


def _hold(books: Books, order: dict[str, Any]) -> None:
    if order["kind"] == "virement":
        line, counter = order["line"], order["counter"]
        books.unless(line != counter, "Invalid")
        books.unless(line.source == counter.source, "M46")
        books.unless(line.year == counter.year, "M47")
    if order["kind"] == "refund":
        paid = books.entries[order["corrects"]]
        books.unless(paid["kind"] == "pay" and not reversed_(books, order["corrects"]), "M45")
        books.unless(refunded(books, order["corrects"]) + order["amount"] <= paid["amount"], "M45")
    if order["kind"] == "reverse":
        undone = books.entries[order["corrects"]]
        once = not reversed_(books, order["corrects"]) and not refunded(books, order["corrects"])
        books.unless(undone["kind"] in REVERSIBLE and once, "M43")


def reversed_(books: Books, number: int) -> bool:
    return any(entry["corrects"] == number for entry in books.entries)


def refunded(books: Books, number: int) -> int:
    """What came back of a payment; refunds that were themselves undone do not count."""
    return sum(
        abs(entry["amount"])
        for other, entry in enumerate(books.entries)
        if entry["refund_of"] == number and not reversed_(books, other)
    )
