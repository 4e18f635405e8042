"""P10: payments by list against single ones.  P13: a long list against a short one, and its memory."""

from __future__ import annotations

import itertools
import multiprocessing
import resource
from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

from budget.services import payments
from budget.tables.contract import Contract
from portfolio.foundation import clock
from tests import ledger, sheets
from tests.bench import places
from tests.bench.measure import Figure, Group, in_turn
from tests.ledger import City, wan

CONTRACTS, INSTALMENTS = 20, 20
SHORT, LONG = 2_000, 20_000
MOST_MEGABYTES = 400
PLENTY = 90_000
_lists = itertools.count()


@dataclass
class Payable:
    """Contracts with instalments that hold many small payments."""

    town: City
    contracts: list[Contract]
    paper: int

    def by_list(self, rows: int) -> float:
        """Import a workbook of ``rows`` payments: examined, applied for, checked, posted; ms for each row."""
        number = next(_lists)
        table = [sheets.PAYMENT_HEADS]
        for row in range(rows):
            contract, instalment = row % CONTRACTS, row // CONTRACTS % INSTALMENTS + 1
            table.append((self.contracts[contract].code, instalment, 0.01, "", f"{number}-{row}"))
        content = sheets.xlsx(table)
        start = perf_counter()
        batch = sheets.receive(self.town.unit_finance, content, acceptance_id=self.paper)
        batch = sheets.submitted(self.town.unit_finance, batch)
        batch = sheets.checked(self.town.checker, batch)
        batch = sheets.posted(self.town.treasury, batch)
        taken = perf_counter() - start
        if batch.state.value != "posted":
            raise RuntimeError(f"{batch.state}: {batch.problems[:3]}")
        return taken * 1000 / rows

    def one_by_one(self, count: int = 40) -> float:
        """Apply for, check and post ``count`` payments, each by itself; ms for each."""
        start = perf_counter()
        for row in range(count):
            instalment = ledger.instalment(
                self.contracts[row % CONTRACTS], row // CONTRACTS % INSTALMENTS + 1
            )
            asked = payments.apply(
                instalment_id=instalment.id,
                amount=wan("0.01"),
                invoice_id=self.paper,
                acceptance_id=self.paper,
                key=ledger.key(),
                actor=self.town.unit_finance,
            )
            seen = payments.check(
                application_id=asked.id, expected_version=asked.version, actor=self.town.checker
            )
            ledger.post(self.town, seen)
        return (perf_counter() - start) * 1000 / count


def payable() -> Payable:
    """Twenty contracts of twenty instalments."""
    town, year = ledger.city(), clock.today().year
    ledger.ready(town, cap=PLENTY, ceiling=PLENTY, year=year)
    ledger.plan(town, year, PLENTY)
    line = ledger.allot(town, year, PLENTY)
    ledger.release(town, line, PLENTY)
    signed = [ledger.signed(town, *[(year, 20)] * INSTALMENTS) for _ in range(CONTRACTS)]
    return Payable(town, signed, ledger.paper(town.unit_finance).id)


def lists_and_singles() -> Iterable[Figure]:
    """P10, on both databases."""
    for id, name, place in (("P10a", "PostgreSQL", places.postgresql), ("P10b", "SQLite", places.sqlite)):
        with place():
            made = payable()
            single, listed = in_turn(made.one_by_one, lambda made=made: made.by_list(SHORT))
        title = f"{name}: a payment by itself / in a list of 2,000"
        yield Figure(id, title, single, listed, "ms", 20, single / listed, at_least=True)


def long_lists() -> Iterable[Figure]:
    """P13, on SQLite."""
    with places.sqlite():
        made = payable()
        long, short = in_turn(lambda: made.by_list(LONG), lambda: made.by_list(SHORT), warm=False)
    title = f"import, per row: {LONG} rows / {SHORT}"
    yield Figure("P13a", title, long, short, "ms", 1.3, long / short)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        peak = pool.apply(peak_megabytes)
    title = f"import of {LONG} rows: peak memory / {MOST_MEGABYTES} MB"
    yield Figure("P13b", title, peak, MOST_MEGABYTES, "MB", 1, peak / MOST_MEGABYTES)


def peak_megabytes() -> float:
    """The most memory that a fresh process holds while it imports a long list."""
    import wsgi  # noqa: F401 - brings in every table

    with places.sqlite():
        payable().by_list(LONG)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


GROUPS = (Group(("P10", "P10a", "P10b"), lists_and_singles), Group(("P13", "P13a", "P13b"), long_lists))
