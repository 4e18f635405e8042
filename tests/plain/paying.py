"""Applications for payment, checked and posted by three people; and what others pay in beside the budget."""

from __future__ import annotations

from datetime import date

from tests.plain.figures import Books


def apply(books: Books, part: tuple[int, int] | None, cost: int | None, amount: int, accepted: bool) -> None:
    if part is not None:
        contract, one = books.contracts[part[0]], books.parts[part]
        due = contract["value"] if contract["settled"] is None else contract["settled"]
        books.unless(contract["state"] != "draft", "M53")
        books.unless(accepted or one["advance"], "M55")
        books.unless(one["paid"] + amount <= one["amount"], "M25")
        books.unless(one["paid"] + amount <= one["committed"], "M27")
        books.unless(contract["paid"] + amount <= due, "M21")
    else:
        one = books.costs[cost or 0]
        books.unless(one["approved"], "M54")
        books.unless(one["paid"] + amount <= one["amount"], "M26")
    asked = {"part": part, "cost": cost, "line": one["line"], "amount": amount}
    books.applications.append({**asked, "state": "applied"})


def check(books: Books, which: int) -> None:
    books.unless(books.applications[which]["state"] == "applied", "M54")
    books.applications[which]["state"] = "checked"


def turn_back(books: Books, which: int) -> None:
    books.unless(books.applications[which]["state"] in ("applied", "checked"), "M54")
    books.applications[which]["state"] = "refused"


def pay(books: Books, which: int, day: date, by_its_checker: bool) -> None:
    asked = books.applications[which]
    books.unless(asked["state"] == "checked", "M54")
    books.unless(not by_its_checker, "M50")
    if books.reasons:
        return
    asked["state"] = "posted"
    books.may(asked["line"].whose, "pay")
    about = {"part": asked["part"], "cost": asked["cost"]}
    books.enter(asked["line"], "pay", "paid", asked["amount"], day, **about)


# --- counterpart funds ---


def receive(books: Books, whose: str, source: str, amount: int, day: date) -> None:
    books.unless(source not in ("municipal", "central"), "Invalid")
    books.unless(day <= books.today, "Invalid")
    received = {"whose": whose, "source": source, "year": day.year, "amount": amount}
    books.receipts.append({**received, "state": "recorded"})


def confirm(books: Books, which: int) -> None:
    books.unless(books.receipts[which]["state"] == "recorded", "Conflict")
    books.receipts[which]["state"] = "confirmed"


def cancel(books: Books, which: int, by_the_unit: bool) -> None:
    state = books.receipts[which]["state"]
    books.unless(state != "cancelled", "Conflict")
    books.unless(state != "confirmed" or not by_the_unit, "Forbidden")
    books.receipts[which]["state"] = "cancelled"
