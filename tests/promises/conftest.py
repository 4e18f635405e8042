"""A PostgreSQL that may be hurt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portfolio.foundation import db, settings
from portfolio.foundation.db import schema
from portfolio.foundation.settings import Settings, read_settings
from tests.conftest import need
from tests.servers import Server as Cluster
from tests.servers import start_postgresql


@pytest.fixture
def durable_cluster(tmp_path: Path) -> Iterator[tuple[Cluster, Settings]]:
    """A PostgreSQL that really writes to disk, of this test alone."""
    need("postgresql")
    yield from _over(start_postgresql(durable=True), tmp_path)


LARGEST_FILE = 1_300_000


@pytest.fixture
def full_cluster(tmp_path: Path) -> Iterator[tuple[Cluster, Settings]]:
    """A PostgreSQL none of whose files may grow beyond a size that its tables soon reach."""
    need("postgresql")
    yield from _over(start_postgresql(durable=True, largest_file=LARGEST_FILE), tmp_path)


def _over(cluster: Cluster, folder: Path) -> Iterator[tuple[Cluster, Settings]]:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE kept")
    url = f"{cluster.url.rpartition('/')[0]}/kept"
    chosen = read_settings({"ENV": "test", "DATA_DIR": str(folder), "DATABASE_URL": url})
    settings.use(chosen)
    db.bind(url)
    schema.upgrade()
    yield cluster, chosen
    db.unbind()
    cluster.stop()
