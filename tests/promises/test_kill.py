"""S2: killed in the middle of the load, the books lose nothing acknowledged and double nothing sent again."""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from budget.queries.verification import verify
from portfolio.foundation import db
from portfolio.foundation.settings import Settings
from portfolio.foundation.web import accounts
from tests import web
from tests.conftest import TemporaryDatabase
from tests.desk import Desk, desk
from tests.officers import Officer, Server, free_port
from tests.servers import Server as Cluster
from tests.servers import postgresql_again
from tests.soak import LONG, brief_or_long

OFFICERS = 4
KILLS_OF_THE_APP = brief_or_long(1, 50)
KILLS_OF_POSTGRESQL = brief_or_long(1, 10)
LOAD_SECONDS = 0.8
APPLICATIONS = brief_or_long(1_000, 100_000)

pytestmark = pytest.mark.timeout(7200 if LONG else 240)


class Load:
    """Officers who pay one application after the other until they are told to stop."""

    def __init__(self, port: int, made: Desk) -> None:
        self.port = port
        self.applications = iter(made.applications)
        self.acknowledged: set[int] = set()
        self.in_doubt: set[int] = set()
        self.refused: set[int] = set()
        first = Officer(port)
        first.log_in("treasury")
        self.officers = [first, *(first.beside() for _ in range(OFFICERS - 1))]

    def close(self) -> None:
        for officer in self.officers:
            officer.close()

    def run(self, hurt: Callable[[], None]) -> None:
        """Pay at full speed, hurt somebody in the middle, and end when every officer has noticed."""
        stop = threading.Event()
        threads = [threading.Thread(target=self._work, args=(one, stop)) for one in self.officers]
        for thread in threads:
            thread.start()
        time.sleep(LOAD_SECONDS * (0.5 + random.random()))  # noqa: S311 - anywhere in the load
        hurt()
        stop.set()
        for thread in threads:
            thread.join()

    def _work(self, officer: Officer, stop: threading.Event) -> None:
        while not stop.is_set():
            application = next(self.applications)
            try:
                known = (
                    self.acknowledged if officer.pay(application, f"kill-{application:08}") else self.refused
                )
                known.add(application)
            except (OSError, http.client.HTTPException):
                self.in_doubt.add(application)
                return

    def send_again(self) -> None:
        """Every request whose outcome nobody knows, with its key; and some that were acknowledged as well."""
        for application in [*sorted(self.in_doubt), *sorted(self.acknowledged)[-3:]]:
            with contextlib.closing(
                self.officers[0].beside()
            ) as officer:  # the connections of before may be dead
                assert officer.pay(application, f"kill-{application:08}")
            self.acknowledged.add(application)
        self.in_doubt.clear()


@contextlib.contextmanager
def served(chosen: Settings, made: Desk, folder: Path) -> Iterator[tuple[Server, Load]]:
    """The web server over this database, and officers who have logged in."""
    accounts.set_password(
        user_id=made.town.treasury.user_id, password=web.PASSWORD, actor=None, temporary=False
    )
    server = Server(chosen, free_port(), folder / "server.log", workers=brief_or_long(1, 2))
    try:
        server.start()
        load = Load(server.port, made)
        yield server, load
        load.close()
    finally:
        server.kill()


def nothing_lost_nothing_doubled(made: Desk, load: Load) -> None:
    paid = made.paid()
    assert load.refused == set()
    assert len(paid) == len(set(paid))
    assert set(paid) == load.acknowledged
    assert verify().offenders == ()


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"] if LONG else ["sqlite"])
def test_the_app_is_killed_in_the_middle_of_the_load(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database: TemporaryDatabase = request.getfixturevalue(f"{dialect}_database")
    made = desk(APPLICATIONS, APPLICATIONS)
    with served(database.settings, made, tmp_path) as (server, load):
        for _ in range(KILLS_OF_THE_APP):
            load.run(server.kill)
            server.start()
            load.send_again()
        assert len(load.acknowledged) > KILLS_OF_THE_APP * OFFICERS
    nothing_lost_nothing_doubled(made, load)


def test_postgresql_is_killed_in_the_middle_of_the_load(
    durable_cluster: tuple[Cluster, Settings], tmp_path: Path
) -> None:
    cluster, chosen = durable_cluster
    made = desk(APPLICATIONS, APPLICATIONS)
    with served(chosen, made, tmp_path) as (_, load):
        for _ in range(KILLS_OF_POSTGRESQL):
            load.run(cluster.crash)
            postgresql_again(cluster)
            load.send_again()
        assert len(load.acknowledged) > KILLS_OF_POSTGRESQL * OFFICERS
    db.unbind()
    db.bind(chosen.database_url)
    nothing_lost_nothing_doubled(made, load)
