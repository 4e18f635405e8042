"""P6: writers over HTTP on SQLite.  P7, P8, P9: pages against a page of nothing, and large against small."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from time import perf_counter

from portfolio.foundation import clock
from tests.bench import places, rooms
from tests.bench.measure import ROUNDS, Figure, Group, in_turn, percentile
from tests.bench.rooms import NOTHING, Beside, Room, beside
from tests.bench.stock import Stock, paid, stocked
from tests.officers import Officer, Server, free_port

WRITERS, EACH = 8, 30
LIST = "/projects"
MOST_QUERIES = 8
REPEATED = 7
"""A page of one measurement is opened so often, and the quickest time counts."""


def writers() -> Iterable[Figure]:
    """P6."""
    with places.sqlite() as settings, tempfile.TemporaryDirectory() as folder:
        stock = stocked(1_000, WRITERS * EACH * (ROUNDS + 1))
        rooms.may_log_in(stock.town.treasury)
        log = Path(folder, "server.log")
        server = Server(settings, free_port(), log)
        try:
            server.start()
            taken, refused = _all_at_once(server.port, stock)
        finally:
            server.kill()
        locked = log.read_text(errors="replace").count("database is locked")
    trouble = (f"{refused} refused, {locked} times locked",) if refused or locked else ()
    slow, usual = percentile(taken, 0.99), percentile(taken, 0.5)
    title = f"SQLite, {WRITERS} HTTP writers: p99 / p50"
    yield Figure("P6", title, slow, usual, "ms", 5, slow / usual, conditions=trouble)


def _all_at_once(port: int, stock: Stock) -> tuple[list[float], int]:
    """The times of all payments but those of a first round, and how many were refused."""
    first = Officer(port)
    first.log_in("treasury")
    officers = [first, *(first.beside() for _ in range(WRITERS - 1))]
    taken: list[list[float]] = [[] for _ in officers]
    refused = [0] * WRITERS
    start = threading.Barrier(WRITERS)

    def write(which: int) -> None:
        start.wait()
        for application in range(stock.application + which, stock.application + stock.applications, WRITERS):
            begun = perf_counter()
            if not officers[which].pay(application, f"http-request-{application}"):
                refused[which] += 1
            taken[which].append((perf_counter() - begun) * 1000)

    threads = [threading.Thread(target=write, args=(which,)) for which in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for officer in officers:
        officer.close()
    return [one for times in taken for one in times[EACH:]], sum(refused)


def against_nothing() -> Iterable[Figure]:
    """P7."""
    with places.sqlite() as settings:
        room = Room(partial(stocked, 1_000, 1_000), settings)
        nothing = partial(_quickest, room.milliseconds, NOTHING)
        project = f"/projects/{room.stock.project}"
        applications = iter(range(room.stock.application, room.stock.application + 1_000))
        measured = (
            ("P7a", "project page / trivial route", 5, partial(_quickest, room.milliseconds, project)),
            ("P7b", "list of 50 rows / trivial route", 10, partial(_quickest, room.milliseconds, LIST)),
            ("P7c", "payment POST / trivial route", 8, lambda: room.posting(next(applications))),
        )
        for id, title, bound, page in measured:
            ours, trivial = in_turn(page, nothing)
            yield Figure(id, title, ours, trivial, "ms", bound, ours / trivial)


def _quickest(page: object, address: str) -> float:
    return min(page(address) for _ in range(REPEATED))  # type: ignore[operator]


def large_lists() -> Iterable[Figure]:
    """P8."""
    with beside(partial(stocked, 1_000, 8), partial(stocked, 100_000, 8)) as (small, large):
        ends = in_turn(lambda: _of(large, LIST, "last_page"), lambda: _of(large, LIST))
        sizes = in_turn(lambda: _of(large, LIST), lambda: _of(small, LIST))
        queries = large.ask("queries", LIST)
    yield Figure("P8a", "100,000 projects: last page / first", *ends, "ms", 1.5, ends[0] / ends[1])
    yield Figure("P8b", "list of 100,000 projects / 1,000", *sizes, "ms", 1.5, sizes[0] / sizes[1])
    title = f"list: queries for a page / {MOST_QUERIES}"
    yield Figure("P8c", title, queries, MOST_QUERIES, "queries", 1, queries / MOST_QUERIES)


def large_books() -> Iterable[Figure]:
    """P9."""
    year = clock.today().year
    with beside(partial(_paid, 10_000), partial(_paid, 1_000_000)) as (small, large):
        for id, title, address in (
            ("P9a", "year of finance", f"/finance/{year}"),
            ("P9b", "home", "/"),
        ):
            times = in_turn(partial(_of, large, address), partial(_of, small, address))
            title = f"{title}: 1,000,000 payments / 10,000"
            yield Figure(id, title, *times, "ms", 1.5, times[0] / times[1])


def _of(room: Beside, address: str, method: str = "milliseconds") -> float:
    return min(room.ask(method, address) for _ in range(REPEATED))


def _paid(payments: int) -> Stock:
    stock = stocked(1_000, 8)
    paid(stock, payments)
    return stock


GROUPS = (
    Group(("P6",), writers),
    Group(("P7", "P7a", "P7b", "P7c"), against_nothing),
    Group(("P8", "P8a", "P8b", "P8c"), large_lists),
    Group(("P9", "P9a", "P9b"), large_books),
)
