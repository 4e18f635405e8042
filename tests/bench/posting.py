"""P1, P2: payments through the services against the roof.  P3, P4, P5: several clients on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from time import perf_counter

from budget.services import payments
from portfolio.foundation import clock
from portfolio.foundation.db import database
from portfolio.foundation.roles import Actor
from tests.bench import places, roof
from tests.bench.bare import bare_payment, barest_payment
from tests.bench.clients import CLIENTS, Act, Clients, clients
from tests.bench.measure import ROUNDS, Figure, Group, in_turn
from tests.bench.stock import Stock, stocked

UNIT = "per second"
LINES = 1_000
EACH = 150
"""Payments of one measurement."""


def payment(application: int, actor: Actor) -> None:
    """Pay one application through the services, as a page does."""
    payments.post(
        application_id=application, expected_version=1, key=f"bench-request-{application}", actor=actor
    )


def pay(stock: Stock, first: int, number: int) -> float:
    """Payments per second through the service layer, one after the other."""
    start = perf_counter()
    for application in range(first, first + number):
        payment(application, stock.town.treasury)
    return number / (perf_counter() - start)


class Shelf:
    """Hands out applications, each once."""

    def __init__(self, stock: Stock) -> None:
        self.next, self.end = stock.application, stock.application + stock.applications
        self.officer = stock.town.treasury

    def take(self, number: int) -> int:
        """The first of ``number`` unpaid applications."""
        first, self.next = self.next, self.next + number
        if self.next > self.end:
            raise RuntimeError("not enough applications were made")
        return first


def against_the_roof(
    id: str, title: str, bound: float, stock: Stock, bare: Callable[[int, int], float]
) -> Figure:
    """Our payments against those of the bare database, in turn."""
    shelf = Shelf(stock)
    ours, roofs = in_turn(lambda: pay(stock, shelf.take(EACH), EACH), lambda: bare(shelf.take(EACH), EACH))
    return Figure(id, title, ours, roofs, UNIT, bound, ours / roofs, at_least=True)


def on_postgresql() -> Iterable[Figure]:
    """P1."""
    with places.postgresql() as settings:
        stock = stocked(LINES, 2 * (ROUNDS + 1) * EACH)
        yield against_the_roof(
            "P1", "PostgreSQL: posting / roof", 0.40, stock, partial(roof.pgbench, settings, stock)
        )


def on_sqlite() -> Iterable[Figure]:
    """P2."""
    with places.sqlite() as settings:
        stock = stocked(LINES, 2 * (ROUNDS + 1) * EACH)
        bare = roof.raw_sqlite(settings, stock, clock.now().replace(tzinfo=None).isoformat(" "))
        yield against_the_roof("P2", "SQLite: posting / roof", 0.35, stock, bare)


MANY_ROUNDS = 11
"""Where a tenth is to be told from two."""
A_CLIENT = 60
"""Payments of each of several clients in one measurement; a single client pays twice as many."""
A_CLIENT_LONG = 240
"""The same where clients are compared with one: the first and the last to end must not weigh."""


def _rates(
    asked: Clients,
    shelf: Shelf,
    one: tuple[Act, int],
    other: tuple[Act, int],
    rounds: int = ROUNDS,
    a_client: int = A_CLIENT,
) -> tuple[float, float]:
    """Payments per second of two acts, each by so many clients, in turn."""

    def rate(act: Act, number: int) -> float:
        each = a_client if number > 1 else 2 * a_client
        slices = [range(first, first + each) for first in (shelf.take(each) for _ in range(number))]
        return asked.rate(act, shelf.officer, slices)

    return in_turn(lambda: rate(*one), lambda: rate(*other), rounds=rounds)


def hot_line() -> Iterable[Figure]:
    """P3."""
    with clients() as asked, places.postgresql() as settings:
        asked.connect(settings.database_url)
        shelf = Shelf(stocked(1, (ROUNDS + 1) * (CLIENTS + 2) * A_CLIENT))
        many, single = _rates(asked, shelf, (payment, CLIENTS), (payment, 1))
        trouble = _deadlocks()
    title = "PostgreSQL, one hot line: 8 clients / 1"
    yield Figure("P3", title, many, single, UNIT, 0.8, many / single, True, trouble)


def many_lines() -> Iterable[Figure]:
    """P4."""
    with clients() as asked, places.postgresql() as settings:
        asked.connect(settings.database_url)
        shelf = Shelf(stocked(LINES, (MANY_ROUNDS + 1) * (CLIENTS + 2) * A_CLIENT_LONG))
        sides = (payment, CLIENTS), (payment, 1)
        many, single = _rates(asked, shelf, *sides, rounds=MANY_ROUNDS, a_client=A_CLIENT_LONG)
        trouble = _deadlocks()
    title = f"PostgreSQL, {LINES} lines: 8 clients / 1"
    yield Figure("P4", title, many, single, UNIT, 1.8, many / single, True, trouble)


def price_of_the_books() -> Iterable[Figure]:
    """P5; the comparison comes first, for a table just filled has no room to move its rows in place."""
    with clients() as asked, places.postgresql() as settings:
        asked.connect(settings.database_url)
        shelf = Shelf(stocked(LINES, 2 * (ROUNDS + MANY_ROUNDS + 2) * CLIENTS * A_CLIENT))
        kept, barest = _rates(asked, shelf, (payment, CLIENTS), (barest_payment, CLIENTS))
        ours, bare = _rates(asked, shelf, (payment, CLIENTS), (bare_payment, CLIENTS), MANY_ROUNDS)
    title = "all totals and limits with it, for comparison"
    print(
        f"    P5   {1 - kept / barest:>9.3f}          a {kept:>11.3f}  b {barest:>11.3f} {UNIT:<10} {title}"
    )
    title = "share of the rate that chain and totals of the line cost, 8 clients"
    yield Figure("P5", title, ours, bare, UNIT, 0.15, 1 - ours / bare)


def _deadlocks() -> tuple[str, ...]:
    """What PostgreSQL had to undo or could not decide: none may be."""
    sql = "SELECT deadlocks, xact_rollback FROM pg_stat_database WHERE datname = current_database()"
    deadlocks, undone = database.execute_sql(sql).fetchone()
    return (f"{deadlocks} deadlocks, {undone} rollbacks",) if deadlocks or undone else ()


GROUPS = (
    Group(("P1",), on_postgresql),
    Group(("P2",), on_sqlite),
    Group(("P3",), hot_line),
    Group(("P4",), many_lines),
    Group(("P5",), price_of_the_books),
)
