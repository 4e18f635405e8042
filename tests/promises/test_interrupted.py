"""S8: the disk full, a lock that does not come, a connection cut anywhere: a payment whole or not at all."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import peewee
import psycopg
import pytest

from budget.queries.verification import verify
from budget.tables.payment import PaymentApplication, PostingRequest
from portfolio.foundation.clock import now
from portfolio.foundation.db import database as bound
from portfolio.foundation.db import dialect
from tests.bench.stock import fill
from tests.conftest import TemporaryDatabase
from tests.desk import Desk, desk
from tests.soak import brief_or_long

pytestmark = pytest.mark.usefixtures("clock")
FAULTS = (peewee.DatabaseError, peewee.InterfaceError, sqlite3.Error, psycopg.Error)


def as_if_never_asked(made: Desk, application: int) -> None:
    key = f"desk-request-{application}"
    assert application not in made.paid()
    assert not PostingRequest.select().where(PostingRequest.key == key).exists()
    assert PaymentApplication.get_by_id(application).version == 1
    assert verify().offenders == ()


class Cut:
    """Cuts the connection before the ``at``-th statement of a payment, its COMMIT among them."""

    def __init__(self, url: str, at: int) -> None:
        self.url, self.left = url, at
        self.hit = False

    def before_statement(self) -> None:
        self.left -= 1
        if self.left:
            return
        self.hit = True
        if dialect() == "sqlite":
            bound.connection().close()
            return
        (pid,) = bound.connection().execute("SELECT pg_backend_pid()").fetchone()
        with psycopg.connect(self.url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def passing(original: Callable[..., Any], cutting: Cut) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        cutting.before_statement()
        return original(*given, **named)

    return call


@contextmanager
def cut(url: str, at: int) -> Iterator[Cut]:
    """Everything that goes to the database passes here."""
    cutting, opened = Cut(url, at), bound.obj
    with pytest.MonkeyPatch.context() as patch:
        for name in ("execute_sql", "commit"):
            patch.setattr(opened, name, passing(getattr(opened, name), cutting))
        yield cutting


def test_a_connection_cut_between_any_two_statements(database: TemporaryDatabase) -> None:
    made = desk(1, 1)
    (application,) = made.applications
    for at in itertools.count(1):
        with cut(database.url, at) as cutting:
            try:
                made.pay(application)
            except FAULTS:
                assert cutting.hit
            else:
                assert not cutting.hit
                break
        bound.close()
        as_if_never_asked(made, application)
    assert at > 3  # cut so often in vain
    assert made.paid() == [application]
    assert verify().offenders == ()


def test_a_lock_that_does_not_come(database: TemporaryDatabase) -> None:
    made = desk(1, 1)
    (application,) = made.applications
    with holding(database, made):
        if dialect() == "sqlite":
            bound.execute_sql("PRAGMA busy_timeout = 50")
        else:
            bound.execute_sql("SET lock_timeout = '50ms'")
        with pytest.raises(peewee.OperationalError, match="lock"):
            made.pay(application)
    as_if_never_asked(made, application)
    made.pay(application)
    assert made.paid() == [application]
    assert verify().offenders == ()


@contextmanager
def holding(database: TemporaryDatabase, made: Desk) -> Iterator[None]:
    """Somebody else holds the line, or on SQLite the whole database without having queued for it."""
    if dialect() == "sqlite":
        other = sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    with psycopg.connect(database.url) as connection:
        connection.execute("SELECT id FROM budget_line WHERE id = %s FOR UPDATE", (made.line.id,))
        yield
        connection.rollback()


PAGES = brief_or_long(4, 40)
WORTH_OF_PAGES = brief_or_long(200, 600)  # ten payments fill about one


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("pages", range(PAGES))
def test_a_full_disk(pages: int) -> None:
    made = desk(WORTH_OF_PAGES, WORTH_OF_PAGES)
    (used,) = bound.execute_sql("PRAGMA page_count").fetchone()
    bound.execute_sql(f"PRAGMA max_page_count = {used + pages}")
    acknowledged, failed = _until_full(made)
    assert made.paid() == acknowledged
    as_if_never_asked(made, failed)
    bound.execute_sql("PRAGMA max_page_count = 1000000")
    made.pay(failed)
    assert made.paid() == [*acknowledged, failed]
    assert verify().offenders == ()


@pytest.mark.usefixtures("full_cluster")
def test_a_full_disk_under_postgresql() -> None:
    """No file may grow further; the log has files of its own, below that size."""
    made = desk(400, 400)
    number = 0
    with pytest.raises(peewee.DatabaseError, match="could not extend"):
        while True:
            fill(  # earlier requests, until their table is as large as a file may be
                PostingRequest,
                100,
                key=f"['earlier-request-{number}-' || i]",
                action="payment.post",
                body_hash="0" * 64,
                answer={},
                actor=made.town.treasury.user_id,
                at=now(),
            )
            number += 1
    acknowledged, failed = _until_full(made)
    assert made.paid() == acknowledged
    as_if_never_asked(made, failed)


def _until_full(made: Desk) -> tuple[list[int], int]:
    """Pay until the disk is full: what was acknowledged, and what was not."""
    acknowledged = []
    for application in made.applications:
        try:
            made.pay(application)
        except peewee.DatabaseError as fault:
            if not re.search("full|could not extend file", str(fault)):
                raise
            return acknowledged, application
        acknowledged.append(application)
    raise AssertionError("the disk was never full")
