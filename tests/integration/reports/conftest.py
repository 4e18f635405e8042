"""One project walked all the way, and the whole demonstration; every test works on a copy of its own."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from flask import Flask

import wsgi
from approvals.rules.stages import Act
from portfolio.foundation import db
from portfolio.foundation.clock import follow, real_time
from portfolio.foundation.settings import Settings, read_settings
from portfolio.foundation.web.permissions import signed_in
from portfolio.tables.project import Project
from reports.services import serving
from reports.services.demonstration import walking


@dataclass(frozen=True)
class Walked:
    """What the walk has left: its lines, the report, the project's code, and where its data lie.

    ``pdf`` is what lay at ``path`` then; a later walk writes its own there.
    """

    url: str
    folder: Path
    lines: tuple[str, ...]
    path: Path
    pdf: bytes
    code: str


@dataclass(frozen=True)
class Copy:
    """A copy of it, bound to this process."""

    settings: Settings
    walked: Walked

    @property
    def project(self) -> Project:
        """The project that was walked."""
        found: Project = Project.get(Project.code == self.walked.code)
        return found


# --- the whole demonstration --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def loaded_once(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the demonstration on SQLite, loaded once for all processes of a test run."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    folder = root / "demonstration"
    with (root / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "loaded").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            shutil.copy(sqlite_template, folder / "portfolio.db")
            wsgi.start(settings_for(f"sqlite:///{folder / 'portfolio.db'}", folder))
            loaded = serving.prepare()  # as a first start does
            assert loaded is not None
            assert loaded.fresh
            db.unbind()
            follow(real_time)
            (folder / "loaded").touch()
    return folder


@pytest.fixture
def loaded(loaded_once: Path, tmp_path: Path) -> Iterator[Settings]:
    """The whole demonstration on SQLite, in a database of the test's own, bound to this process."""
    shutil.copy(loaded_once / "portfolio.db", tmp_path / "portfolio.db")
    os.symlink(loaded_once / "documents", tmp_path / "documents")
    settings = settings_for(f"sqlite:///{tmp_path / 'portfolio.db'}", tmp_path)
    wsgi.start(settings)
    yield settings
    db.unbind()
    follow(real_time)


def settings_for(url: str, folder: Path) -> Settings:
    return read_settings({"ENV": "test", "DATA_DIR": str(folder), "DATABASE_URL": url})


def walk_all_the_way(url: str, folder: Path) -> Walked:
    wsgi.start(settings_for(url, folder))
    lines: list[str] = []
    path = walking.walk(lines.append)
    code = path.name.removesuffix("-assessment.pdf")
    db.unbind()
    follow(real_time)
    return Walked(url, folder, tuple(lines), path, path.read_bytes(), code)


@pytest.fixture(scope="session")
def sqlite_walked(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    folder = tmp_path_factory.mktemp("walked")
    shutil.copy(sqlite_template, folder / "portfolio.db")
    return walk_all_the_way(f"sqlite:///{folder / 'portfolio.db'}", folder)


@pytest.fixture(scope="session")
def postgresql_walked(
    postgresql_url: str, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Walked:
    create_database(postgresql_url, "walked", postgresql_template)
    folder = tmp_path_factory.mktemp("walked-postgresql")
    return walk_all_the_way(beside(postgresql_url, "walked"), folder)


def create_database(server: str, name: str, template: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def beside(server: str, name: str) -> str:
    return f"{server.rpartition('/')[0]}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def walked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copy]:
    """The walked project in a database of the test's own; the test runs once on each kind."""
    source: Walked = request.getfixturevalue(f"{request.param}_walked")
    if request.param == "sqlite":
        shutil.copy(source.folder / "portfolio.db", tmp_path / "portfolio.db")
        url = f"sqlite:///{tmp_path / 'portfolio.db'}"
    else:
        server = request.getfixturevalue("postgresql_url")
        create_database(server, "test", "walked")
        url = beside(server, "test")
    # Files are kept by their content, so that copies may share one folder.
    os.symlink(source.folder / "documents", tmp_path / "documents")
    settings = settings_for(url, tmp_path)
    wsgi.start(settings)
    yield Copy(settings, source)
    db.unbind()
    follow(real_time)


@pytest.fixture
def app(loaded: Settings) -> Flask:
    """The application over the whole demonstration, with somebody's pages for two acts."""
    built = wsgi.create_app(loaded)
    for act in (Act.SUBMIT, Act.ENDORSE):
        if f"act.{act.value}" not in built.view_functions:
            address = f"/projects/<int:project_id>/acts/{act.value}"
            built.add_url_rule(address, f"act.{act.value}", signed_in(lambda project_id: str(project_id)))
    return built
