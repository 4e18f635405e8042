"""S5: whichever entry is altered behind the back of the product, ``ledger verify`` names it."""

from __future__ import annotations

import random
from typing import Any

import pytest

from budget.queries.verification import verify
from budget.services.anchors import anchor_ledger
from budget.tables.entry import Entry
from portfolio.foundation import clock as time
from portfolio.foundation.db import database, dialect
from tests.desk import desk
from tests.integration.budget.test_verification import behind_the_back
from tests.soak import LONG, brief_or_long

SAMPLED = brief_or_long(25, 1_000)

pytestmark = [pytest.mark.usefixtures("database", "clock"), pytest.mark.timeout(7200 if LONG else 120)]

ALTERATIONS: dict[str, Any] = {
    "amount": lambda value: value + 1,
    "effective_on": lambda value: "2026-01-31",
    "at": lambda value: "2026-01-31 10:00:00",
    "note": lambda value: "改",
    "document_number": lambda value: "渝财9号",
    "posted_by_id": lambda value: value - 1,
    "maker_id": lambda value: value + 1,
    "kind": lambda value: "allot" if value == "pay" else "pay",
    "measure": lambda value: "committed" if value == "paid" else "paid",
    "number": lambda value: value + 100_000,
    "hash": lambda value: "0" * 64,
    "previous_hash": lambda value: "f" * 64,
}


def ask(sql: str, *values: Any) -> Any:
    return database.execute_sql(sql if dialect() == "sqlite" else sql.replace("?", "%s"), values)


def test_any_altered_entry_is_named() -> None:
    made = desk(SAMPLED, SAMPLED)
    for application in made.applications:
        made.pay(application)
    entries = [entry.id for entry in Entry.select(Entry.id).order_by(Entry.id)]
    behind_the_back()
    chance = random.Random(5)  # noqa: S311 - a sample that can be drawn again
    missed = []
    for place, entry in enumerate(chance.sample(entries, SAMPLED)):
        column = list(ALTERATIONS)[place % len(ALTERATIONS)]
        (before,) = ask(f"SELECT {column} FROM entry WHERE id = ?", entry).fetchone()
        ask(f"UPDATE entry SET {column} = ? WHERE id = ?", ALTERATIONS[column](before), entry)
        if not any(f"凭证 {entry}）" in line for line in verify().offenders):
            missed.append((entry, column))
        ask(f"UPDATE entry SET {column} = ? WHERE id = ?", before, entry)
    assert missed == []
    assert verify().offenders == ()


def test_a_tail_that_is_cut_off_together_with_its_totals_is_named() -> None:
    made = desk(5, 5)
    for application in made.applications:
        made.pay(application)
    anchor_ledger(day=time.today())
    last = Entry.select().order_by(Entry.id.desc()).get()
    behind_the_back()
    ask("DELETE FROM entry WHERE id = ?", last.id)
    ask(
        "UPDATE budget_line SET paid = paid - ?, entry_count = entry_count - 1, head_hash = ? WHERE id = ?",
        last.amount.fen,
        last.previous_hash,
        made.line.id,
    )
    for table in ("contract", "instalment", "project_account"):
        ask(f"UPDATE {table} SET paid = paid - ?", last.amount.fen)
    assert any("2026-03-02" in line for line in verify().offenders)
