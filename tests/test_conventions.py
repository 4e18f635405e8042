"""The habits of the house, held by tests: sizes, names, the one clock, the schema, the commands, the lock."""

from __future__ import annotations

import ast
import enum
import importlib
import os
import re
import smtplib
import socket
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import psycopg
import pytest

import wsgi
from portfolio.foundation import db
from portfolio.foundation.db import schema
from portfolio.foundation.settings import CHECKOUT
from tests.conftest import NetworkRefusedError, TemporaryDatabase

HOUSES = ("portfolio", "budget", "approvals", "reports")
LONGEST_FILE = 450
LONGEST_FUNCTION = 60
NOT_OURS = {".git", ".venv", "var", "__pycache__"}
DOCUMENTS = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
HAN = re.compile(r"[\u4e00-\u9fff]")


def own_files(*suffixes: str) -> Iterator[Path]:
    """Every file of the checkout that could be committed, by suffix (none given: all)."""
    for folder, folders, names in os.walk(CHECKOUT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith("_cache")]
        yield from (Path(folder, name) for name in sorted(names) if not suffixes or name.endswith(suffixes))


def product_files() -> Iterator[Path]:
    """The Python files of the houses and the front door."""
    for path in own_files(".py"):
        if path.relative_to(CHECKOUT).parts[0] in {*HOUSES, "wsgi.py"}:
            yield path


def place(path: Path, line: int = 1) -> str:
    return f"{path.relative_to(CHECKOUT)}:{line}"


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


# --- sizes and names ----------------------------------------------------------------------------------------


def test_no_file_is_too_long() -> None:
    sizes = {
        place(path): len(path.read_text("utf-8").splitlines()) for path in own_files(".py", ".html", ".js")
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    sizes = {
        place(path, node.lineno): (node.end_lineno or node.lineno) - node.lineno + 1
        for path in own_files(".py")
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


def test_the_houses_are_the_four_and_the_front_door() -> None:
    packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")}
    assert packages == {*HOUSES, "tests"}
    assert [path.name for path in CHECKOUT.glob("*.py")] == ["wsgi.py"]


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
    assert [place(path) for path in own_files(".py") if path.stem in vague or path.parent.name in vague] == []


def test_nothing_is_left_to_do() -> None:
    unfinished = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    found = [
        place(path, number)
        for path in own_files(".py", ".html", ".js", ".css", ".md", "Makefile")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if unfinished.search(line)
    ]
    assert found == []


def test_there_is_one_clock() -> None:
    other_clocks = {"now", "utcnow", "today", "utcfromtimestamp"}
    found = [
        place(path, node.lineno)
        for path in product_files()
        if path != CHECKOUT / "portfolio" / "foundation" / "clock.py"
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr in other_clocks
        if isinstance(node.value, ast.Name | ast.Attribute) and _last_name(node.value) in {"datetime", "date"}
    ]
    assert found == []


def _last_name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def test_every_state_has_its_badge() -> None:
    rooms = (CHECKOUT / house / room for house in HOUSES for room in ("views", "admin"))
    modules = [
        importlib.import_module(".".join(path.relative_to(CHECKOUT).with_suffix("").parts))
        for room in rooms
        for path in room.rglob("*.py")
    ]
    tables = [
        (f"{module.__name__}.{name}", table)
        for module in modules
        for name, table in vars(module).items()
        if name.endswith("BADGES")
    ]
    assert len(tables) > 8
    lacking = {name: set(type(next(iter(table)))) - set(table) for name, table in tables}
    assert {name: states for name, states in lacking.items() if states} == {}


def test_pages_compare_states_kinds_and_roles_with_words_that_exist() -> None:
    for path in product_files():
        if {"rules", "queries"} & set(path.parts):
            importlib.import_module(".".join(path.relative_to(CHECKOUT).with_suffix("").parts))
    known = {one.value for table in _below(enum.Enum) if table.__module__.startswith(HOUSES) for one in table}
    compared = re.compile(r"""\.value (?:==|!=|in|not in) (\([^)]*\)|["'][^"']*["'])""")
    role = re.compile(r"""("[a-z_]+"|'[a-z_]+') (?:not )?in actor\.roles""")
    used = {
        place(path, number): set(re.findall(r"[\"']([^\"']+)[\"']", " ".join(found)))
        for path in own_files(".html")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (found := compared.findall(line) + role.findall(line))
    }
    assert len(used) > 50
    assert {where: words - known for where, words in used.items() if words - known} == {}


def _below(base: type[enum.Enum]) -> set[type[enum.Enum]]:
    children = set(base.__subclasses__())
    return children.union(*(_below(child) for child in children)) if children else set()


def test_no_third_party_fonts_or_scripts_are_committed() -> None:
    fonts = (".ttf", ".otf", ".ttc", ".woff", ".woff2", ".pfb", ".eot")
    assert [place(path) for path in own_files(*fonts, ".min.js", ".min.css", ".map", ".whl")] == []
    banner = re.compile(r"/\*!|@license|sourceMappingURL")
    assert [place(path) for path in own_files(".js", ".css") if banner.search(path.read_text("utf-8"))] == []


# --- set-up -------------------------------------------------------------------------------------------------


def test_commands_in_the_documents_are_targets_of_the_makefile() -> None:
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE))
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(r"(?:`|^|\$ )make ([a-z]+)", document.read_text("utf-8"), re.MULTILINE)
    }
    assert named <= targets
    assert {"setup", "demo", "test", "check"} <= named


def test_the_lock_holds_versions_and_hashes_and_no_addresses() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text("utf-8")
    assert not re.search(r"://|^-|@ ", lock, re.MULTILINE)
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_lock_has_everything_that_is_asked_for() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text("utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    assert {re.split(r"[\[<>=!~ ]", name)[0] for name in asked} <= locked


def test_tests_reach_neither_the_world_nor_a_mail_server() -> None:
    with pytest.raises(NetworkRefusedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(NetworkRefusedError):
        socket.getaddrinfo("example.com", 443)
    with pytest.raises(NetworkRefusedError):
        smtplib.SMTP("127.0.0.1", 25)


# --- commands -----------------------------------------------------------------------------------------------


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in sorted(group.commands.items()):
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def test_every_command_explains_itself_in_chinese(sqlite_database: TemporaryDatabase) -> None:
    app = wsgi.create_app(sqlite_database.settings)
    runner = app.test_cli_runner()
    for path in commands(app.cli):
        result = runner.invoke(app.cli, [*path, "--help"])
        assert result.exit_code == 0, path
        assert HAN.search(result.output), f"{' '.join(path)} explains nothing in Chinese"


def test_application_commands_in_the_documents_exist(sqlite_database: TemporaryDatabase) -> None:
    known = {" ".join(path) for path in commands(wsgi.create_app(sqlite_database.settings).cli)}
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(r"flask --app wsgi ([a-z-]+ [a-z-]+)", document.read_text("utf-8"))
    }
    assert named
    assert named - known == set()


# --- the schema ---------------------------------------------------------------------------------------------


@pytest.fixture
def tables(database: TemporaryDatabase) -> list[type[db.Table]]:
    """Every table of the houses, with the migrated database of the test bound."""
    wsgi.start(database.settings)
    return [table for table in db.all_tables() if table.__module__.partition(".")[0] in HOUSES]


def test_every_table_class_lives_in_a_tables_room(tables: list[type[db.Table]]) -> None:
    outside = [
        f"{table.__module__}.{table.__name__}"
        for table in tables
        if not table.__module__.startswith("portfolio.foundation.")
        and table.__module__.split(".")[1:2] != ["tables"]
    ]
    assert outside == []


def test_what_is_append_only_is_held_by_triggers(
    tables: list[type[db.Table]], database: TemporaryDatabase
) -> None:
    held = [
        table
        for table in tables
        if getattr(table._meta, "append_only", False) or getattr(table._meta, "immutable_except", ())
    ]
    assert held
    actions = ["DELETE", "UPDATE"] if database.dialect == "sqlite" else ["DELETE", "TRUNCATE", "UPDATE"]
    assert {t._meta.table_name: _refused_actions(t._meta.table_name) for t in held} == {
        t._meta.table_name: actions for t in held
    }


def _refused_actions(table: str) -> list[str]:
    if db.dialect() == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    else:
        query = (
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'"
        )
    definitions = [text for (text,) in db.database.execute_sql(query, (table,)).fetchall()]
    return sorted({re.search(r"BEFORE (\w+)", text)[1] for text in definitions})  # type: ignore[index]


def test_the_schema_of_the_migrations_is_that_of_the_tables(
    tables: list[type[db.Table]], database: TemporaryDatabase, request: pytest.FixtureRequest
) -> None:
    migrated = describe_schema()
    declared_url = _empty_database(database, request)
    db.bind(declared_url)
    for statement in schema.declare(tables, database.dialect):
        escaped = statement if database.dialect == "sqlite" else statement.replace("%", "%%")
        db.database.execute_sql(escaped)
    declared = describe_schema()
    assert migrated.keys() == declared.keys()
    assert {name: migrated[name] for name in migrated if migrated[name] != declared[name]} == {}


def _empty_database(database: TemporaryDatabase, request: pytest.FixtureRequest) -> str:
    if database.dialect == "sqlite":
        return f"sqlite:///{database.settings.data_dir / 'declared.db'}"
    server = request.getfixturevalue("postgresql_url")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS declared WITH (FORCE)")
        connection.execute("CREATE DATABASE declared")
    return f"{server.rpartition('/')[0]}/declared"


Description = dict[str, list[tuple[object, ...]]]


def describe_schema() -> Description:
    """Columns, constraints, indexes and triggers of the bound database, by table; not the migrations' own."""
    described = _describe_sqlite() if db.dialect() == "sqlite" else _describe_postgresql()
    described.pop(schema.HISTORY, None)
    return described


def _describe_sqlite() -> Description:
    rows = db.database.execute_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    described: Description = {}
    for name, sql in rows:
        found = [tuple(row) for row in _ask(f'PRAGMA table_xinfo("{name}")')]
        found += [tuple(row[2:]) for row in _ask(f'PRAGMA foreign_key_list("{name}")')]
        found += [("constraint", text) for text in _named_constraints(sql)]
        found += [
            (kind, " ".join(text.split()))
            for kind, text in _ask(
                f"SELECT type, sql FROM sqlite_master WHERE tbl_name = '{name}' AND sql NOT NULL"
            )
            if kind != "table"
        ]
        found.append(("strict", sql.rstrip().endswith("STRICT")))
        described[name] = sorted(found, key=repr)
    return described


def _named_constraints(create: str) -> Iterator[str]:
    """Every named constraint of a CREATE TABLE up to its closing bracket, white space made even."""
    for match in re.finditer(r"CONSTRAINT \w+ ", create):
        depth = 0
        for index in range(match.end(), len(create)):
            depth += {"(": 1, ")": -1}.get(create[index], 0)
            if (depth == 0 and create[index] == ",") or depth < 0:
                yield " ".join(create[match.start() : index].split())
                break


def _describe_postgresql() -> Description:
    queries = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)"
        " FROM pg_trigger WHERE NOT tgisinternal",
    )
    described: Description = {}
    for query in queries:
        for table, *rest in _ask(query):
            described.setdefault(table.strip('"'), []).append(tuple(map(_one_list, rest)))
    return {table: sorted(rows, key=repr) for table, rows in described.items()}


def _one_list(said: object) -> object:
    """A list of words in one spelling: PostgreSQL keeps it as it was written, as one value or as many."""
    if not isinstance(said, str):
        return said
    return re.sub(
        r"ARRAY\[('[\w.]+'::text(?:, '[\w.]+'::text)*)\]",
        lambda found: "'{" + ",".join(re.findall(r"'([\w.]+)'", found[1])) + "}'::text[]",
        said,
    )


def _ask(query: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = db.database.execute_sql(query).fetchall()
    return rows
