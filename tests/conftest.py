"""What every test can ask for: a database on SQLite or PostgreSQL, a Redis, a frozen clock, and no network.

A test that this machine cannot run is skipped and named at the end of the run; with ``REQUIRE_ALL=1`` a skip
is a failure.  A test says what it needs by its fixtures or by ``@pytest.mark.needs("qpdf")``.
"""

from __future__ import annotations

import datetime
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask

import wsgi
from portfolio.foundation import db
from portfolio.foundation.clock import ZONE, follow, follow_days, no_days, real_time
from portfolio.foundation.db import schema
from portfolio.foundation.settings import Settings, read_settings, use
from tests.servers import memory_folder, postgresql_bin, redis_binary, start_postgresql, start_redis
from tests.sparing import spare_compiling

# --- what the machine has -----------------------------------------------------------------------------------

PACKAGES: dict[str, Callable[[], bool]] = {  # named as Debian names them
    "postgresql": lambda: postgresql_bin() is not None,
    "redis-server": lambda: redis_binary() is not None,
    "chromium": lambda: shutil.which("chromium") is not None,
    "poppler-utils": lambda: all(shutil.which(name) for name in ("pdftotext", "pdffonts", "pdftoppm")),
    "qpdf": lambda: shutil.which("qpdf") is not None,
    "hledger": lambda: shutil.which("hledger") is not None,
}
SKIPPED = pytest.StashKey[list[tuple[str, str]]]()


def need(package: str) -> None:
    """Skip the running test unless this machine has the package."""
    if not PACKAGES[package]():
        pytest.skip(f"缺少 {package}")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, keep the list of what was skipped, and spare the disk and the compiler.

    Files of tests lie in memory where there is room: every check of the database's safety stays on, but no
    commit waits for a disk.
    """
    if (folder := memory_folder()) is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))
    spare_compiling()
    config.addinivalue_line("markers", "needs(package, ...): Debian packages without which to skip")
    config.stash[SKIPPED] = []
    config.pluginmanager.register(SkipRecorder(config.stash[SKIPPED]), "skip-recorder")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what the machine cannot run."""
    for mark in item.iter_markers("needs"):
        for package in mark.args:
            need(package)


class SkipRecorder:
    """Notes every skipped test or file with its reason, also when it ran in another process."""

    def __init__(self, skipped: list[tuple[str, str]]) -> None:
        self.skipped = skipped

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.skipped.append((reason.removeprefix("Skipped: "), report.nodeid))

    pytest_runtest_logreport = note
    pytest_collectreport = note


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With REQUIRE_ALL=1 a run that left anything out has failed."""
    if _all_required() and session.config.stash[SKIPPED] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what could not be run here, by reason."""
    recorded = config.stash[SKIPPED]
    skipped = sorted(set(recorded))
    if not skipped:
        return
    required = _all_required()
    terminalreporter.section("未能运行的测试 · tests not run here", red=required, yellow=not required)
    for reason in sorted({reason for reason, _ in skipped}):
        terminalreporter.write_line(f"{reason}：")
        for other, test in skipped:
            if other == reason:
                terminalreporter.write_line(f"    {test}")
    if required:
        terminalreporter.write_line(f"REQUIRE_ALL=1：{len(skipped)} 项未运行，视为失败", red=True)


def _all_required() -> bool:
    return os.environ.get("REQUIRE_ALL", "") == "1"


# --- databases ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TemporaryDatabase:
    """A database of one test, made from the migrations and bound to this process."""

    dialect: str  # "sqlite" or "postgresql"
    url: str
    settings: Settings


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The throw-away PostgreSQL cluster of this process (database "postgres", superuser)."""
    need("postgresql")
    server = start_postgresql()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The throw-away Redis of this process; a test that cares about old keys flushes it first."""
    need("redis-server")
    server = start_redis()
    yield server.url
    server.stop()


def _migrate(url: str) -> None:
    db.bind(url)
    schema.upgrade()
    db.unbind()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "portfolio.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """The name of a migrated PostgreSQL database that tests copy."""
    name = "template_of_tests"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    _migrate(_at(postgresql_url, name))
    return name


def _at(url: str, name: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/{name}"


def _bound(dialect: str, url: str, folder: Path) -> Iterator[TemporaryDatabase]:
    settings = read_settings({"ENV": "test", "DATA_DIR": str(folder), "DATABASE_URL": url})
    use(settings)
    db.bind(url)
    yield TemporaryDatabase(dialect, url, settings)
    db.unbind()
    follow(real_time)  # an application may have followed the clock of a demonstration
    follow_days(no_days)


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[TemporaryDatabase]:
    """A fresh SQLite database."""
    path = tmp_path / "portfolio.db"
    shutil.copy(sqlite_template, path)
    yield from _bound("sqlite", f"sqlite:///{path}", tmp_path)


@pytest.fixture
def postgresql_database(
    postgresql_url: str, postgresql_template: str, tmp_path: Path
) -> Iterator[TemporaryDatabase]:
    """A fresh PostgreSQL database: the last test's, emptied, or a copy of the template."""
    name = "test"
    url = _at(postgresql_url, name)
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        asked = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if asked.fetchone() is None or not _emptied(url, _at(postgresql_url, postgresql_template)):
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    yield from _bound("postgresql", url, tmp_path)


# A copy has the numbers of its template, and whatever is made anew gets another.
_SHAPE = """
    SELECT (SELECT md5(string_agg(oid || tgenabled::text, ',' ORDER BY oid)) FROM pg_trigger),
        (SELECT md5(string_agg(oid || conname, ',' ORDER BY oid)) FROM pg_constraint),
        (SELECT md5(string_agg(oid || relname, ',' ORDER BY oid)) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace),
        (SELECT md5(string_agg(attrelid || attname::text, ',' ORDER BY attrelid, attnum)) FROM pg_attribute
            WHERE attrelid > 16383)
"""


@cache
def _shape_of_template(url: str) -> Any:
    """The template's shape, which no test can change."""
    with psycopg.connect(url) as connection:
        return connection.execute(_SHAPE).fetchone()


def _emptied(url: str, template_url: str) -> bool:
    """Empty a database that still has the template's shape (far quicker than a copy); ``False`` if not."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if connection.execute(_SHAPE).fetchone() != _shape_of_template(template_url):
            return False
        # As the superuser's replica role: neither append-only triggers nor foreign keys stand in the way.
        connection.execute("SET LOCAL session_replication_role = replica")
        ever_written = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND relname <> %s AND pg_relation_size(oid) > 0",
            (schema.HISTORY,),
        )
        connection.execute(";".join(f'DELETE FROM "{table}"' for (table,) in ever_written.fetchall()))
        connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)"
            " FROM pg_sequences WHERE last_value IS NOT NULL"
        )
    return True


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> TemporaryDatabase:
    """A fresh database; the test runs once on each kind."""
    bound: TemporaryDatabase = request.getfixturevalue(f"{request.param}_database")
    return bound


# --- pages --------------------------------------------------------------------------------------------------


@pytest.fixture
def app(database: TemporaryDatabase) -> Flask:
    """The whole application over the database of the test."""
    return wsgi.create_app(database.settings)


@pytest.fixture
def one_app(sqlite_database: TemporaryDatabase) -> Flask:
    """The same on SQLite alone, for what no database can tell apart."""
    return wsgi.create_app(sqlite_database.settings)


# --- time and the world outside -----------------------------------------------------------------------------

FROZEN = datetime.datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)  # a Monday


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still at 10:00 on Monday 2 March 2026, until ``clock.move_to`` or ``clock.shift``."""
    with time_machine.travel(FROZEN, tick=False) as traveller:
        yield traveller


MAIL_PORTS = {25, 465, 587}
LOOPBACK = ("127.", "::1", "localhost")


class NetworkRefusedError(AssertionError):
    """A test tried to reach the world outside, or to send mail."""


def _refuse(address: Any) -> None:  # sockets take many kinds of addresses
    if not isinstance(address, tuple):
        return  # a Unix socket
    host, port = address[:2]
    if not str(host).startswith(LOOPBACK) or port in MAIL_PORTS:
        raise NetworkRefusedError(f"tests may not connect to {host}:{port}")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves this machine, name look-ups included, and mail everywhere."""

    def guarded(original: Callable[..., Any], where: int) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            _refuse(arguments[where])
            return original(*arguments, **named)

        return call

    def look_up(host: str | bytes | None, port: Any, *arguments: Any, **named: Any) -> Any:
        if host is not None:
            _refuse((host.decode() if isinstance(host, bytes) else host, port))
        return original_look_up(host, port, *arguments, **named)

    original_look_up = socket.getaddrinfo
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect, 1))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex, 1))
        patch.setattr(socket.socket, "sendto", guarded(socket.socket.sendto, -1))
        patch.setattr(socket, "getaddrinfo", look_up)
        yield
