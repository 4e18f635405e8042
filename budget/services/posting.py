"""The posting path: a line, what stands behind it and the entry that explains them move together.

On PostgreSQL this is one statement: conditional UPDATEs whose rows feed the INSERT.  SQLite has no UPDATE
inside WITH, but the writer holds the whole database, so the same UPDATEs are followed by the INSERT.  Rows
are always taken in one order (application, contract, instalment, direct cost, account, ceiling, line), so
that two postings never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from budget.rules.chain import content, entry_hash
from budget.rules.ledger import date_finding
from budget.rules.limits import of_table
from budget.rules.words import EntryKind, Measure
from budget.services.explaining import Change, explain
from budget.tables.entry import SAID, Entry
from budget.tables.line import BudgetLine
from portfolio.foundation import clock
from portfolio.foundation.db import database, dialect
from portfolio.foundation.errors import refuse_unless

_PERIOD_LOCK = 0x6D6F6E79  # any number that nothing else in the database locks


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry to be made; ``amount`` in fen, negative for less.  Ids, not rows."""

    line: int
    line_year: int
    kind: EntryKind
    measure: Measure
    amount: int
    maker: int
    checker: int
    posted_by: int
    effective_on: date
    request: int | None = None
    on_behalf_of: int | None = None
    document_number: str = ""
    note: str = ""
    corrects: int | None = None
    refund_of: int | None = None
    counter_line: int | None = None
    contract: int | None = None
    instalment: int | None = None
    direct_cost: int | None = None
    application: int | None = None
    at: datetime = field(default_factory=clock.now)
    answers: bool = False
    """Whether this entry is the whole answer to its request, and is written there with it."""


_FIELDS = {name: getattr(Entry, name) for name in SAID}


def _content(posting: Posting) -> str:
    return content({name: getattr(posting, name) for name in SAID})


def answer_of(entry_id: int) -> dict[str, Any]:
    """The answer to a request that made this one entry; ``_ANSWER`` says the same in SQL."""
    return {"entry": entry_id}


_ANSWER = ("'{\"entry\":' || ", " || '}'")


def post(posting: Posting, changes: Sequence[Change] = (), *, period_held: bool = False) -> Entry:
    """Make the entry, move its line and everything in ``changes``; inside a transaction.

    ``period_held`` says that the caller holds the month already (``read_payment``).  Raises
    ``InsufficientFunds`` with every limit that would be passed, ``Refused`` for a closed month, a day outside
    the years of the line, or a state in ``changes`` that does not allow it.
    """
    day = posting.effective_on
    refuse_unless([date_finding(posting.kind, posting.measure, posting.line_year, day, clock.today())])
    if not period_held:
        hold_period(day, exclusive=False)
    ordered = _ordered(changes)
    made = _post_sqlite(posting, ordered) if dialect() == "sqlite" else _post_postgresql(posting, ordered)
    if isinstance(made, Entry):
        return made
    line = Change(BudgetLine, posting.line, adds={posting.measure.value: posting.amount})
    raise explain([*ordered, line], moved=made, day=day)


def move(changes: Sequence[Change]) -> None:
    """Move rows that no entry stands for (a contract signed for later years), under the same guards."""
    ordered = _ordered(changes)
    moved = _moved(ordered)
    if moved < len(ordered):
        raise explain(ordered, moved=moved, day=None)


def hold_period(day: date, *, exclusive: bool) -> None:
    """Keep the month of ``day`` from being closed while entries are written into it, and vice versa."""
    if dialect() == "postgresql":
        kind = "" if exclusive else "_shared"
        database.execute_sql(f"SELECT pg_advisory_xact_lock{kind}(%s, %s)", (_PERIOD_LOCK, _month(day)))


def _month(day: date) -> int:
    return day.year * 100 + day.month


@dataclass(frozen=True, slots=True)
class PaymentAsked:
    """An application as it stands, with what of its line and instalment a payment needs to know."""

    id: int
    line_id: int
    instalment_id: int | None
    direct_cost_id: int | None
    amount: int
    state: str
    applied_by_id: int
    checked_by_id: int | None
    note: str
    version: int
    line_year: int
    project_id: int | None
    contract_id: int | None


_PAYMENT = """
    SELECT a.id, a.line_id, a.instalment_id, a.direct_cost_id, a.amount, a.state, a.applied_by_id,
        a.checked_by_id, a.note, a.version, l.year, l.project_id, i.contract_id{lock}
    FROM payment_application AS a JOIN budget_line AS l ON l.id = a.line_id
        LEFT JOIN instalment AS i ON i.id = a.instalment_id
    WHERE a.id = {id}"""


def read_payment(application_id: int, day: date) -> PaymentAsked | None:
    """What a payment needs to know before it is posted, in one query, which holds the month of ``day`` too.

    Nothing else is locked: whatever may change meanwhile is asked again by the posting statement.
    """
    values = {"id": application_id, "lock": _PERIOD_LOCK, "month": _month(day)}
    found = database.execute_sql(_payment_sql(dialect()), values).fetchone()
    return None if found is None else PaymentAsked(*found[:13])


@lru_cache(maxsize=2)
def _payment_sql(which: str) -> str:
    p = _parameter(which)
    held = f", pg_advisory_xact_lock_shared(CAST({p('lock')} AS INTEGER), CAST({p('month')} AS INTEGER))"
    return _PAYMENT.format(id=p("id"), lock=held if which == "postgresql" else "")


_ORDER = (
    "payment_application",
    "contract",
    "instalment",
    "direct_cost",
    "project_account",
    "ceiling",
    "budget_line",
)


def _ordered(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (_ORDER.index(change.table_name), change.row_id))


# --- statements ---------------------------------------------------------------------------------------------


def _moved(changes: Sequence[Change]) -> int:
    """Move one row after the other until one stays; how many moved."""
    for index, change in enumerate(changes):
        sql = _update_sql(dialect(), change.shape, "c")
        if database.execute_sql(sql, change.parameters("c")).rowcount != 1:
            return index
    return len(changes)


def _post_sqlite(posting: Posting, changes: Sequence[Change]) -> Entry | int:
    moved = _moved(changes)
    if moved < len(changes):
        return moved
    row = database.execute_sql(
        'SELECT "entry_count", "head_hash" FROM "budget_line" WHERE "id" = ?', (posting.line,)
    ).fetchone()
    if row is None:
        return moved
    number, previous = row[0] + 1, row[1]
    digest = entry_hash(_content(posting), number, previous)
    values = {**_line_values(posting), "hash": digest, "number": number, "previous": previous}
    if database.execute_sql(_line_sql("sqlite", posting.measure.value), values).rowcount != 1:
        return moved
    columns, given = _entry_columns("sqlite")
    made = database.execute_sql(
        f'INSERT INTO "entry" ("line_id", "number", "previous_hash", "hash", {columns})'
        f" VALUES (:line, :number, :previous, :hash, {given}) RETURNING id",
        {**_entry_values(posting), **values},
    ).fetchone()
    if posting.answers:
        database.execute_sql(
            f'UPDATE "posting_request" SET "answer" = {":entry".join(_ANSWER)} WHERE "id" = :request',
            {"entry": made[0], "request": posting.request},
        )
    return _made(posting, made[0], number, previous, digest)


def _post_postgresql(posting: Posting, changes: Sequence[Change]) -> Entry | int:
    shapes = tuple(change.shape for change in changes)
    parameters = {**_line_values(posting), **_entry_values(posting), "content": _content(posting)}
    for index, change in enumerate(changes):
        parameters.update(change.parameters(f"c{index}_"))
    sql = _statement(shapes, posting.measure.value, posting.answers)
    moved, *made = database.execute_sql(sql, parameters).fetchone()
    return _made(posting, *made) if made[0] is not None else int(moved)


def _made(posting: Posting, entry_id: int, number: int, previous: str, digest: str) -> Entry:
    entry: Entry = Entry(__no_default__=True)
    entry.__data__.update({name: getattr(posting, name) for name in SAID})
    entry.__data__["amount"] = _FIELDS["amount"].python_value(posting.amount)
    entry.__data__.update(id=entry_id, number=number, previous_hash=previous, hash=digest)
    return entry


@lru_cache(maxsize=256)
def _statement(shapes: tuple[tuple[Any, ...], ...], measure: str, answers: bool) -> str:
    """The one statement of PostgreSQL: every UPDATE waits for the one before it to have found its row."""
    parts = []
    for index, shape in enumerate(shapes):
        before = f" AND EXISTS (SELECT 1 FROM c{index - 1})" if index else ""
        update = _update_sql("postgresql", shape, f"c{index}_")
        parts.append(f'c{index} AS ({update}{before} RETURNING "id")')
    before = f" AND EXISTS (SELECT 1 FROM c{len(shapes) - 1})" if shapes else ""
    line = _line_sql("postgresql", measure) + before
    parts.append(f'line AS ({line} RETURNING "id", "entry_count", "previous_head", "head_hash")')
    columns, given = _entry_columns("postgresql")
    parts.append(
        f'entry AS (INSERT INTO "entry" ("line_id", "number", "previous_hash", "hash", {columns})'
        f" SELECT line.id, line.entry_count, line.previous_head, line.head_hash, {given} FROM line"
        ' RETURNING "id", "number", "previous_hash", "hash")'
    )
    if answers:
        parts.append(
            f'answer AS (UPDATE "posting_request" SET "answer" = {"entry.id".join(_ANSWER)} FROM entry'
            ' WHERE "posting_request"."id" = %(e_request)s)'
        )
    moved = " + ".join(["0", *(f"(SELECT COUNT(*) FROM c{index})" for index in range(len(shapes)))])
    return (
        f"WITH {', '.join(parts)} SELECT {moved}, entry.id, entry.number, entry.previous_hash, entry.hash"
        " FROM (SELECT 1) AS one LEFT JOIN entry ON TRUE"
    )


@lru_cache(maxsize=32)
def _line_sql(which: str, measure: str) -> str:
    """The conditional UPDATE of a line: its total, its chain, its limits, and the month still open."""
    p = _parameter(which)
    if which == "sqlite":
        digest = ":hash"
    else:
        number = "CAST(entry_count + 1 AS TEXT)"
        text = f"CAST({p('content')} AS TEXT) || '|' || {number} || '|' || head_hash"
        digest = f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"
    return (
        f'UPDATE "budget_line" SET "{measure}" = "{measure}" + {p("fen")},'
        f' "entry_count" = "entry_count" + 1, "previous_head" = "head_hash", "head_hash" = {digest}'
        f' WHERE "id" = {p("line")}{_guards("budget_line", {measure: p("fen")})}'
        f' AND NOT EXISTS (SELECT 1 FROM "period" WHERE "year" = {p("period_year")}'
        f' AND "month" = {p("period_month")} AND "state" = \'closed\')'
    )


@lru_cache(maxsize=256)
def _update_sql(which: str, shape: tuple[Any, ...], prefix: str) -> str:
    """The conditional UPDATE of one row: what is added and set, under its limits, expectations and guard."""
    table, key, adds, sets, expects, guard = shape
    p = _parameter(which)
    added = {column: p(f"{prefix}add_{column}") for column in adds}
    assignments = [f'"{column}" = "{column}" + {given}' for column, given in added.items()]
    assignments += [f'"{column}" = {p(f"{prefix}set_{column}")}' for column in sets]
    conditions = "".join(f' AND "{column}" = {p(f"{prefix}expect_{column}")}' for column in expects)
    conditions += f" AND ({guard})" if guard else ""
    return (
        f'UPDATE "{table}" SET {", ".join(assignments)}'
        f' WHERE "{key}" = {p(prefix + "id")}{_guards(table, added)}{conditions}'
    )


def _guards(table: str, added: Mapping[str, str]) -> str:
    """The limits that the moved columns could pass, as conditions; like a CHECK they hold when unknown."""

    def written(column: str) -> str:
        return f'("{column}" + {added[column]})' if column in added else f'"{column}"'

    touched = [limit for limit in of_table(table) if limit.concerns(added)]
    return "".join(f" AND ({limit.sql(written)}) IS NOT FALSE" for limit in touched)


def _parameter(which: str) -> Any:  # noqa: ANN401 - a function of a name
    return (lambda name: f":{name}") if which == "sqlite" else (lambda name: f"%({name})s")


@lru_cache(maxsize=2)
def _entry_columns(which: str) -> tuple[str, str]:
    """The columns of what an entry says, and the parameters that give them, typed for PostgreSQL."""
    p = _parameter(which)
    columns, given = [], []
    for name, column in _FIELDS.items():
        if name == "line":
            continue
        columns.append(f'"{column.column_name}"')
        kind = _TYPES.get(column.field_type, "BIGINT")
        given.append(f"CAST({p(f'e_{name}')} AS {kind})" if which == "postgresql" else p(f"e_{name}"))
    return ", ".join(columns), ", ".join(given)


_TYPES = {"TEXT": "TEXT", "DATE": "DATE", "DATETIME": "TIMESTAMP"}


def _entry_values(posting: Posting) -> dict[str, Any]:
    return {
        f"e_{name}": column.db_value(getattr(posting, name))
        for name, column in _FIELDS.items()
        if name != "line"
    }


def _line_values(posting: Posting) -> dict[str, Any]:
    return {
        "line": posting.line,
        "fen": posting.amount,
        "period_year": posting.effective_on.year,
        "period_month": posting.effective_on.month,
    }
