"""Contracts with their parts by year, supplements, settlement, commitment; and costs without a contract."""

from __future__ import annotations

from typing import Any

from tests.plain.figures import Books, Line

Part = tuple[int, str, int, Line | None]
"""Year, source, amount, and the line that it names, if any."""


def draft_contract(books: Books, whose: str, kind: str, value: int, parts: list[Part]) -> None:
    number = len(books.contracts)
    books.contracts[number] = {
        "whose": whose, "kind": kind, "state": "draft", "value": value, "original": value,
        "supplemented": 0, "settled": None, "paid": 0,
    }  # fmt: skip
    _add(books, number, parts)


def sign(books: Books, number: int, by_its_drafter: bool) -> None:
    contract = books.contracts[number]
    books.unless(not by_its_drafter, "Forbidden")
    books.unless(contract["state"] == "draft", "M53")
    if books.reasons:
        return
    contract["state"] = "effective"
    _bind(books, number, contract["value"], _parts(books, number))


def draft_supplement(books: Books, number: int, amount: int, parts: list[Part]) -> None:
    books.unless(books.contracts[number]["state"] == "effective", "M53")
    books.supplements.append({"contract": number, "amount": amount, "parts": parts, "signed": False})


def supplement(books: Books, which: int) -> None:
    row = books.supplements[which]
    contract = books.contracts[row["contract"]]
    books.unless(not row["signed"], "Conflict")
    books.unless(contract["state"] == "effective", "M53")
    if books.reasons:
        return
    row["signed"] = True
    contract["supplemented"] += row["amount"]
    contract["value"] += row["amount"]
    added = _add(books, row["contract"], row["parts"])
    _bind(books, row["contract"], row["amount"], added)


def end(books: Books, number: int, due: int | None, how: str) -> None:
    """Settled, or ended early: what is not due leaves the last parts, their lines and the project."""
    contract = books.contracts[number]
    books.unless(contract["state"] == "effective", "M53")
    if books.reasons:
        return
    due = contract["paid"] if due is None else due
    less = contract["value"] - due
    books.unless(due >= contract["paid"], "M21")
    books.unless(less >= 0, "M24")
    if books.reasons:
        return
    contract |= {"state": how, "settled": due}
    if contract["whose"] in books.accounts:
        books.accounts[contract["whose"]]["contracted"] -= less
    parts = sorted(_parts(books, number), key=lambda key: (books.parts[key]["year"], key))
    for key in reversed(parts):
        part = books.parts[key]
        off = min(less, part["amount"] - part["paid"])
        less -= off
        part["amount"] -= off
        over = max(0, part["committed"] - part["amount"])
        if over:
            books.enter(part["line"], "decommit", "committed", -over, books.today, part=key)


def commit_year(books: Books, whose: str) -> None:
    """This year's parts of contracts in force take their place on lines; those without a line wait."""
    ready = []
    for key, part in books.parts.items():
        contract = books.contracts[key[0]]
        due = part["year"] == books.today.year and part["committed"] < part["amount"]
        if contract["whose"] == whose and contract["state"] != "draft" and due:
            line = _line_of(books, key)
            ready += [(key, line)] if line is not None else []
    _commit(books, ready)


# --- costs ---


def draft_cost(books: Books, line: Line, amount: int) -> None:
    books.costs.append({"line": line, "amount": amount, "paid": 0, "approved": False})


def approve_cost(books: Books, which: int, by_its_drafter: bool) -> None:
    cost = books.costs[which]
    books.unless(not by_its_drafter, "Forbidden")
    books.unless(not cost["approved"], "Conflict")
    if books.reasons:
        return
    amount, cost["amount"], cost["approved"] = cost["amount"], 0, True
    books.may(cost["line"].whose, "prepare")
    books.enter(cost["line"], "commit", "committed", amount, books.today, cost=which)


# --- how ---


def _parts(books: Books, number: int) -> list[tuple[int, int]]:
    return [key for key in books.parts if key[0] == number]


def _add(books: Books, number: int, parts: list[Part]) -> list[tuple[int, int]]:
    first = 1 + max([0, *(key[1] for key in _parts(books, number))])
    added = []
    for place, (year, source, amount, line) in enumerate(parts):
        key = (number, first + place)
        books.parts[key] = {
            "year": year, "source": source, "amount": amount, "committed": 0, "paid": 0, "line": line,
            "advance": place == 0,
        }  # fmt: skip
        added.append(key)
    return added


def _bind(books: Books, number: int, value: int, keys: list[tuple[int, int]]) -> None:
    """Money that becomes owed: balanced, not for the past, within the estimate, on lines of its own."""
    whose, parts = books.contracts[number]["whose"], [books.parts[key] for key in keys]
    books.unless(sum(part["amount"] for part in parts) == value, "M20")
    books.unless(all(part["year"] >= books.today.year for part in parts), "M44")
    books.may(whose, "prepare" if books.contracts[number]["kind"] == "preparatory" else "build")
    if whose in books.accounts:
        books.accounts[whose]["contracted"] += value
    named = [(whose, part["year"], part["source"]) == part["line"][:3] for part in parts if part["line"]]
    books.unless(all(named), "Invalid")
    ready = []
    for key in keys:
        if books.parts[key]["year"] == books.today.year:
            line = _line_of(books, key)
            books.unless(line is not None, "M01")
            ready += [(key, line)] if line is not None else []
    _commit(books, ready)


def _commit(books: Books, ready: list[tuple[Any, Line]]) -> None:
    for key, line in ready:
        part = books.parts[key]
        books.may(line.whose, "prepare")
        books.enter(line, "commit", "committed", part["amount"] - part["committed"], books.today, part=key)


def _line_of(books: Books, key: tuple[int, int]) -> Line | None:
    """The line that a part names, or else the only one there is."""
    part = books.parts[key]
    if part["line"] is not None:
        return part["line"]
    whose = books.contracts[key[0]]["whose"]
    own = [line for line in books.used() if line[:3] == (whose, part["year"], part["source"])]
    books.unless(len(own) < 2, "Invalid")
    return own[0] if own else None
