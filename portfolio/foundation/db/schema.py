"""Migrations: applied in order, written once as plain SQL for each database, never edited after landing.

A migration is a Python file with an SQL file for each database beside it, one statement to a paragraph.
``draft`` writes the SQL of tables that no landed migration has created yet from the tables' own declarations,
and a test holds the two together.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from peewee import Database, PostgresqlDatabase, SchemaManager, SqliteDatabase
from playhouse.migrations import Runner

from portfolio.foundation.db.binding import database, dialect, transaction
from portfolio.foundation.db.table import Table, all_tables

MIGRATIONS = Path(__file__).parent / "migrations"
HISTORY = "schema_migration"
_UPGRADE_LOCK = 0x706F7274  # any number that nothing else in the database locks
_DIALECTS = ("sqlite", "postgresql")

_REFUSE_FUNCTION = """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$"""


def upgrade() -> list[str]:
    """Apply what is pending, in one transaction; returns the names that were applied."""
    with transaction():
        if dialect() == "postgresql":
            database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_UPGRADE_LOCK,))
        return list(Runner(database.obj, str(MIGRATIONS), table_name=HISTORY).up())


def run_sql(db: Database, migration_file: str) -> None:
    """Run the SQL file that stands beside a migration for the database in use."""
    name = "sqlite" if isinstance(db, SqliteDatabase) else "postgresql"
    text = Path(migration_file).with_suffix(f".{name}.sql").read_text("utf-8")
    for statement in text.split("\n\n"):
        if statement.strip():
            # psycopg takes a bare % for a parameter; sqlite3 knows no such escape.
            escaped = statement if name == "sqlite" else statement.replace("%", "%%")
            db.execute_sql(escaped.strip().rstrip(";"))


def draft(name: str, known: frozenset[str] = frozenset()) -> list[Path]:
    """Write ``name``'s SQL for every table not in ``known``, for both databases; returns the files."""
    tables = [table for table in all_tables() if table._meta.table_name not in known]
    written = []
    for which in _DIALECTS:
        statements = declare(tables, which, with_function=not known)
        path = MIGRATIONS / f"{name}.{which}.sql"
        path.write_text(";\n\n".join(statements) + ";\n", "utf-8")
        written.append(path)
    return written


def declare(tables: list[type[Table]], which: str, *, with_function: bool = True) -> list[str]:
    """The statements that create ``tables`` with constraints, indexes and triggers on database ``which``."""
    target = _unconnected(which)
    statements = [_REFUSE_FUNCTION] if which == "postgresql" and with_function else []
    for table in tables:
        manager = SchemaManager(table, database=target)
        create = _text(manager._create_table(safe=False), target)
        statements.append(_pretty(create) + (" STRICT" if which == "sqlite" else ""))
        statements.extend(_text(index, target) for index in manager._create_indexes(safe=False))
        statements.extend(_triggers(table, which))
    return statements


def _unconnected(which: str) -> Database:
    if which == "sqlite":
        # STRICT tables know five types; dates and moments are ISO text there.
        return SqliteDatabase(None, field_types={"DATE": "TEXT", "DATETIME": "TEXT"})
    return PostgresqlDatabase(None, prefer_psycopg3=True)


def _text(context: Any, target: Database) -> str:  # noqa: ANN401 - Peewee has no types
    sql, parameters = context.query()
    if parameters:
        raise ValueError(f"DDL with parameters: {sql}")
    return str(sql)


def _pretty(create: str) -> str:
    """One column or constraint to a line, so that a change of the schema reads well."""
    depth, parts, start = 0, [], create.index("(") + 1
    for index in range(start, len(create)):
        character = create[index]
        if character == ")" and depth == 0:
            break
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(create[start:index].strip())
            start = index + 1
    parts.append(create[start : create.rindex(")")].strip())
    head = create[: create.index("(")].strip()
    return f"{head} (\n    " + ",\n    ".join(parts) + "\n)"


def _triggers(table: type[Table], which: str) -> list[str]:
    name = table._meta.table_name
    free = getattr(table._meta, "immutable_except", ())
    if not getattr(table._meta, "append_only", False) and not free:
        return []
    held = [field.column_name for field in table._meta.sorted_fields if field.column_name not in free]
    make = _sqlite_triggers if which == "sqlite" else _postgresql_triggers
    return make(name, held if free else []) + _frozen(name, getattr(table._meta, "frozen_when", ""), which)


def _of(held: list[str]) -> str:
    """The columns whose writing wakes a trigger, so that it sleeps while only the others are written."""
    return " OF " + ", ".join(f'"{column}"' for column in held) if held else ""


def _sqlite_triggers(name: str, held: list[str]) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'append_only: {name}'); END"
    differs = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in held)
    when = f" WHEN {differs}" if held else ""
    return [
        f'CREATE TRIGGER {name}_no_update BEFORE UPDATE{_of(held)} ON "{name}"{when} {refuse}',
        f'CREATE TRIGGER {name}_no_delete BEFORE DELETE ON "{name}" {refuse}',
    ]


def _postgresql_triggers(name: str, held: list[str]) -> list[str]:
    differs = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in held)
    when = f" WHEN ({differs})" if held else ""
    run = "EXECUTE FUNCTION refuse_change()"
    return [
        f'CREATE TRIGGER {name}_no_update BEFORE UPDATE{_of(held)} ON "{name}" FOR EACH ROW{when} {run}',
        f'CREATE TRIGGER {name}_no_delete BEFORE DELETE ON "{name}" FOR EACH ROW {run}',
        f'CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON "{name}" FOR EACH STATEMENT {run}',
    ]


def _frozen(name: str, when: str, which: str) -> list[str]:
    """The trigger that refuses every change of a row for which ``when`` (on ``OLD``) holds."""
    if not when:
        return []
    head = f'CREATE TRIGGER {name}_frozen BEFORE UPDATE ON "{name}"'
    if which == "sqlite":
        return [f"{head} WHEN {when} BEGIN SELECT RAISE(ABORT, 'append_only: {name}'); END"]
    return [f"{head} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_change()"]


def tables_known_before(name: str) -> frozenset[str]:
    """The tables that migrations before ``name`` create."""
    earlier = [path for path in MIGRATIONS.glob("*.sqlite.sql") if path.name.split(".")[0] < name]
    return frozenset(
        table for path in earlier for table in re.findall(r'CREATE TABLE "(\w+)"', path.read_text("utf-8"))
    )
