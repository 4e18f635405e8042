"""The one database of a process: SQLite on a single machine, PostgreSQL beyond it.

SQLite runs in WAL mode with full synchronisation.  Writers queue on a lock file before ``BEGIN IMMEDIATE``,
because SQLite's own busy handler lets a writer starve; PostgreSQL needs no such queue.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from peewee import Database, DatabaseProxy, IntegrityError, Model, SqliteDatabase, __exception_wrapper__
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from portfolio.foundation.errors import Message, NotFound, StaleVersion, say
from portfolio.foundation.settings import SettingsError

database: Any = DatabaseProxy()
"""Every table is bound to this proxy; ``bind`` gives it a database."""

_CONNECT_SECONDS = 4  # a server that does not answer is said, not waited for
_POOL = {
    "max_connections": 32,
    "stale_timeout": 300,
    "timeout": 10,  # a burst of requests waits for a free connection instead of failing
}
_OLDEST_SQLITE = (3, 37, 0)
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "recursive_triggers": 1,  # so that REPLACE meets the append-only triggers too
    "busy_timeout": 10_000,
}
_EXPECTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


class _Pending(threading.local):
    """What waits for the outermost transaction of this thread to be safely stored."""

    def __init__(self) -> None:
        self.callbacks: list[Callable[[], None]] = []


_pending = _Pending()


def bind(url: str) -> Database:
    """Bind the process to the database at ``url`` (``sqlite:///path`` or ``postgresql://…``).

    Nothing is opened before the first statement.  Raises ``SettingsError`` with one line when the address is
    of no known kind or SQLite is too old.
    """
    unbind()
    if url.startswith("sqlite:///"):
        opened = _open_sqlite(Path(url.removeprefix("sqlite:///")))
    elif url.startswith(("postgresql://", "postgres://")):
        opened = _open_postgresql(url)
    else:
        raise SettingsError("DATABASE_URL 应以 sqlite:/// 或 postgresql:// 开头")
    database.initialize(opened)
    return opened


def release() -> None:
    """Close the connections of this process, if any; the next statement opens another."""
    if database.obj is not None:
        database.obj.close_all()


def unbind() -> None:
    """Close the connections of this process and forget the database."""
    release()
    database.initialize(None)


def dialect() -> str:
    """``sqlite`` or ``postgresql``."""
    return "sqlite" if isinstance(database.obj, SqliteDatabase) else "postgresql"


class _CheckedSqlite(SqliteDatabase):
    """SQLite whose every connection is asserted to be as safe as the books need it."""

    def _connect(self) -> Any:  # noqa: ANN401 - Peewee has no types
        path = Path(self.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():  # an open file must never be opened a second time: closing it drops its locks
            path.touch(mode=0o600)  # what SQLite writes beside it has the same mode
        connection = super()._connect()
        for pragma, expected in _EXPECTED.items():
            found = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
            if found != expected:
                connection.close()
                raise SettingsError(f"SQLite 的 {pragma} 为 {found}，应为 {expected}：数据目录须在本机磁盘上")
        return connection


class _PooledSqlite(PooledSqliteDatabase, _CheckedSqlite):
    """The same, kept open: to open one is to read the whole schema, half the work of a page."""


def _open_sqlite(path: Path) -> SqliteDatabase:
    opened = _PooledSqlite(
        str(path),
        pragmas=_PRAGMAS,
        lock_type="IMMEDIATE",
        returning_clause=True,
        check_same_thread=False,  # a connection goes from thread to thread, and is never with two
        **_POOL,
    )
    if opened.server_version < _OLDEST_SQLITE:
        raise SettingsError("SQLite 版本过低，至少需要 3.37")
    return opened


class _Postgresql(PooledPostgresqlDatabase):
    """PostgreSQL whose transactions begin and end without a cursor; making one takes longer than BEGIN."""

    def begin(self, isolation_level: None = None) -> None:
        """BEGIN; the server's isolation level stands."""
        with __exception_wrapper__:
            answer = self.connection().pgconn.exec_(b"BEGIN")
            if answer.status != ExecStatus.COMMAND_OK:
                raise error_from_result(answer)

    def commit(self) -> None:
        """COMMIT."""
        with __exception_wrapper__:
            self.connection().commit()


def _open_postgresql(url: str) -> PooledPostgresqlDatabase:
    patience = {} if "connect_timeout" in url else {"connect_timeout": _CONNECT_SECONDS}
    return _Postgresql(
        url,
        prefer_psycopg3=True,
        **_POOL,
        **patience,
    )


@contextmanager
def _turn_to_write() -> Iterator[None]:
    """Wait for the lock file's turn; the kernel releases it when a process dies."""
    database.connect(reuse_if_open=True)  # makes the folder in which both files lie
    handle = os.open(f"{database.obj.database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def transaction() -> Iterator[None]:
    """All or nothing.  An inner transaction joins the outer one as a savepoint."""
    outermost = not database.in_transaction()
    mark = 0 if outermost else len(_pending.callbacks)
    turn = _turn_to_write() if outermost and dialect() == "sqlite" else nullcontext()
    try:
        with turn, database.atomic():
            yield
    except BaseException:
        del _pending.callbacks[mark:]
        raise
    if outermost:
        callbacks, _pending.callbacks = _pending.callbacks, []
        for callback in callbacks:
            callback()


@contextmanager
def one_view() -> Iterator[None]:
    """Read everything as of one moment, whatever others write; inside a transaction, as it is there."""
    if database.in_transaction():
        yield
    elif dialect() == "sqlite":
        with database.atomic("DEFERRED"):
            yield
    else:
        with database.atomic():
            database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def after_commit(callback: Callable[[], None]) -> None:
    """Run ``callback`` once the outermost transaction is stored; at once when there is none."""
    if database.in_transaction():
        _pending.callbacks.append(callback)
    else:
        callback()


def for_update(query: Any) -> Any:  # noqa: ANN401 - Peewee has no types
    """Lock the rows of ``query`` until the transaction ends; SQLite's writer holds everything already."""
    return query if dialect() == "sqlite" else query.for_update()


def get(table: type[Model], key: int, what: Message, *, lock: bool = False) -> Any:  # noqa: ANN401
    """The row with id ``key``, locked when asked; raises ``NotFound`` saying ``what`` was looked for."""
    query = table.select().where(table.id == key)
    row = (for_update(query) if lock else query).first()
    if row is None:
        raise NotFound(say("没有这个{what}（编号 {key}）", what=what, key=key))
    return row


def change(row: Any, expected: int, **values: Any) -> None:  # noqa: ANN401
    """Write ``values`` to a versioned row if it still has version ``expected``; raises ``StaleVersion``.

    The version goes up by one, in the database and in ``row``.
    """
    table = type(row)
    values["version"] = expected + 1
    changed = table.update(**values).where(table.id == row.id, table.version == expected).execute()
    if changed != 1:
        raise StaleVersion(
            say("此件已被他人更新，您看到的是旧版本"), remedy=say("请刷新页面，核对后重新办理")
        )
    for name, value in values.items():
        setattr(row, name, value)
    row.dirty_fields.clear()


def violated(error: IntegrityError) -> str:
    """The name of the constraint that ``error`` reports; for a UNIQUE on SQLite, its columns."""
    diagnosis = getattr(getattr(error, "__cause__", None) or getattr(error, "orig", None), "diag", None)
    if diagnosis is not None and diagnosis.constraint_name:
        return str(diagnosis.constraint_name)
    return str(error).partition(": ")[2] or str(error)


def sha256_text(text: str) -> str:
    """The SHA-256 of a text as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
