"""Where things are measured: a throw-away PostgreSQL that really writes to disk, and an SQLite file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from portfolio.foundation import db
from portfolio.foundation.db import schema
from portfolio.foundation.settings import Settings, read_settings, use
from tests.servers import start_postgresql


@contextmanager
def postgresql() -> Iterator[Settings]:
    """A fresh database on a server of its own, migrated and bound."""
    server = start_postgresql(durable=True)
    try:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        with bound(f"{server.url.rpartition('/')[0]}/bench") as settings:
            yield settings
    finally:
        server.stop()


@contextmanager
def sqlite() -> Iterator[Settings]:
    """A fresh SQLite file, migrated and bound."""
    with bound("") as settings:
        yield settings


@contextmanager
def bound(url: str) -> Iterator[Settings]:
    """The database at ``url`` (none: SQLite in a temporary folder) with all migrations, bound to us."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = read_settings({"ENV": "test", "DATA_DIR": folder, "DATABASE_URL": url})
        use(settings)
        db.bind(settings.database_url)
        try:
            schema.upgrade()
            yield settings
        finally:
            db.unbind()


def sqlite_path(settings: Settings) -> Path:
    """The file of an SQLite database."""
    return Path(settings.database_url.removeprefix("sqlite:///"))
