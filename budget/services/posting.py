"""The posting path: a line, what stands behind it and the entry that explains them move together.

On PostgreSQL this is one statement: conditional UPDATEs whose rows feed the INSERT.  SQLite has no UPDATE
inside WITH, but the writer holds the whole database, so the same UPDATEs are followed by the INSERT.  Rows
are always taken in one order (application, contract, instalment, direct cost, account, ceiling, line), so
that two postings never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from budget.rules.chain import content, entry_hash
from budget.rules.ledger import date_finding
from budget.rules.limits import of_table
from budget.rules.words import EntryKind, Measure
from budget.services.claiming import CLAIM_ANSWERED, Claim
from budget.services.explaining import Change, explain
from budget.tables.entry import SAID, Entry
from budget.tables.line import BudgetLine
from portfolio.foundation import clock
from portfolio.foundation.db import database, dialect
from portfolio.foundation.errors import HouseError, refuse_unless

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


_FIELDS = {name: getattr(Entry, name) for name in SAID}
_VALUES = attrgetter(*SAID)


def said(posting: Posting) -> dict[str, Any]:
    """What the entry will say, by field."""
    return dict(zip(SAID, _VALUES(posting), strict=True))


def stored(name: str, value: Any) -> Any:  # noqa: ANN401 - what a column holds
    """What an entry says in one field, as the database takes it; plain numbers and text as they are."""
    return value if value is None or type(value) in {int, str} else _FIELDS[name].db_value(value)


def post(posting: Posting, changes: Sequence[Change] = ()) -> Entry:
    """Make the entry, move its line and everything in ``changes``; inside a transaction.

    Raises ``InsufficientFunds`` with every limit that would be passed, ``Refused`` for a closed month, a day
    outside the years of the line, or a state in ``changes`` that does not allow it.
    """
    _hold_day(posting)
    hold_period(posting.effective_on, exclusive=False)
    ordered = _ordered(changes)
    made = _carry_out(posting, ordered, None)
    if isinstance(made, Entry):
        return made
    raise _refusal(posting, ordered, made)


def pay(posting: Posting, changes: Sequence[Change], claim: Claim) -> Entry | None:
    """``post``, with the request that the entry answers; the month is held already (``read_payment``).

    ``None`` when somebody else has brought the same key meanwhile: then nothing has moved.
    """
    _hold_day(posting)
    ordered = _ordered(changes)
    made = _carry_out(posting, ordered, claim)
    if isinstance(made, Entry):
        return made
    if made == _KEY_TAKEN:
        return None
    raise _refusal(posting, ordered, made)


_KEY_TAKEN = -1
"""How many rows moved when not even the key could be claimed."""


def _hold_day(posting: Posting) -> None:
    day = posting.effective_on
    refuse_unless([date_finding(posting.kind, posting.measure, posting.line_year, day, clock.today())])


def _carry_out(posting: Posting, changes: Sequence[Change], claim: Claim | None) -> Entry | int:
    """The entry, or how many of the changes moved before one stayed."""
    carried_out = _post_sqlite if dialect() == "sqlite" else _post_postgresql
    return carried_out(posting, changes, claim)


def _refusal(posting: Posting, changes: Sequence[Change], moved: int) -> HouseError:
    line = Change(BudgetLine, posting.line, adds={posting.measure.value: posting.amount})
    return explain([*changes, line], moved=moved, day=posting.effective_on)


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
    known: int | None
    """The request that has brought the key before."""
    request_id: int
    """Reserved for the request of this payment, and ``entry_id`` for its entry."""
    entry_id: int


_PAYMENT = """
    SELECT a.id, a.line_id, a.instalment_id, a.direct_cost_id, a.amount, a.state, a.applied_by_id,
        a.checked_by_id, a.note, a.version, l.year, l.project_id, i.contract_id,
        (SELECT r.id FROM posting_request AS r WHERE r.key = {key}), {more}
    FROM payment_application AS a JOIN budget_line AS l ON l.id = a.line_id
        LEFT JOIN instalment AS i ON i.id = a.instalment_id
    WHERE a.id = {id}"""
_RESERVED = {  # nothing is ever deleted from these tables, and SQLite's writer is alone
    "sqlite": "(SELECT COALESCE(MAX(id), 0) + 1 FROM posting_request),"
    " (SELECT COALESCE(MAX(id), 0) + 1 FROM entry)",
    "postgresql": "nextval('posting_request_id_seq'), nextval('entry_id_seq')",
}


def read_payment(application_id: int, day: date, key: str) -> PaymentAsked | None:
    """What a payment needs to know before it is posted, in one query, which holds the month of ``day`` too.

    Nothing else is locked: whatever may change meanwhile is asked again by the posting statement.
    """
    values = {"id": application_id, "key": key, "lock": _PERIOD_LOCK, "month": _month(day)}
    found = database.execute_sql(_payment_sql(dialect()), values).fetchone()
    return None if found is None else PaymentAsked(*found[:_ASKED])


_ASKED = len(fields(PaymentAsked))


@lru_cache(maxsize=2)
def _payment_sql(which: str) -> str:
    p = _parameter(which)
    more = _RESERVED[which]
    if which == "postgresql":
        month = f"CAST({p('lock')} AS INTEGER), CAST({p('month')} AS INTEGER)"
        more += f", pg_advisory_xact_lock_shared({month})"
    return _PAYMENT.format(id=p("id"), key=p("key"), more=more)


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


def _post_sqlite(posting: Posting, changes: Sequence[Change], claim: Claim | None) -> Entry | int:
    entry = said(posting)
    values = {**_line_values(posting), **_entry_values(entry)}
    if claim is not None:
        values |= {"id": claim.entry_id}
        if database.execute_sql(CLAIM_ANSWERED["sqlite"], claim.parameters()).fetchone() is None:
            return _KEY_TAKEN
    moved = _moved(changes)
    if moved < len(changes):
        return moved
    row = database.execute_sql(
        'SELECT "entry_count", "head_hash" FROM "budget_line" WHERE "id" = ?', (posting.line,)
    ).fetchone()
    if row is None:
        return moved
    number, previous = row[0] + 1, row[1]
    digest = entry_hash(content(entry), number, previous)
    values |= {"hash": digest, "number": number, "previous": previous}
    if database.execute_sql(_line_sql("sqlite", posting.measure.value), values).rowcount != 1:
        return moved
    columns, given = _entry_columns("sqlite")
    own, reserved = ('"id", ', ":id, ") if claim is not None else ("", "")
    made = database.execute_sql(
        f'INSERT INTO "entry" ({own}"line_id", "number", "previous_hash", "hash", {columns})'
        f" VALUES ({reserved}:line, :number, :previous, :hash, {given}) RETURNING id",
        values,
    ).fetchone()
    return _made(entry, made[0], number, previous, digest)


def _post_postgresql(posting: Posting, changes: Sequence[Change], claim: Claim | None) -> Entry | int:
    shapes = tuple(change.shape for change in changes)
    entry = said(posting)
    parameters = {**_line_values(posting), **_entry_values(entry), "content": content(entry)}
    if claim is not None:
        parameters |= {"id": claim.entry_id, **claim.parameters()}
    for index, change in enumerate(changes):
        parameters.update(change.parameters(f"c{index}_"))
    sql = _statement(shapes, posting.measure.value, claim is not None)
    rows = database.execute_sql(sql, parameters).fetchall()
    made = next((row for row in rows if row[0] is not None), None)
    return _made(entry, *made) if made is not None else len(rows) - (claim is not None)


def _made(told: dict[str, Any], entry_id: int, number: int, previous: str, digest: str) -> Entry:
    entry: Entry = Entry(__no_default__=True)
    entry.__data__.update(told, amount=_FIELDS["amount"].python_value(told["amount"]))
    entry.__data__.update(id=entry_id, number=number, previous_hash=previous, hash=digest)
    return entry


@lru_cache(maxsize=256)
def _statement(shapes: tuple[tuple[Any, ...], ...], measure: str, claims: bool) -> str:
    """The one statement of PostgreSQL: every part waits for the one before it to have found its row.

    It returns the entry, and an empty row for every part that found its own.
    """
    moves = [("request", CLAIM_ANSWERED["postgresql"])] if claims else []
    for index, shape in enumerate(shapes):
        update = _update_sql("postgresql", shape, f"c{index}_")
        moves.append((f"c{index}", f'{update}{_after(moves)} RETURNING "id"'))
    parts = [f"{name} AS ({sql})" for name, sql in moves]
    line = _line_sql("postgresql", measure) + _after(moves)
    parts.append(f'line AS ({line} RETURNING "id", "entry_count", "previous_head", "head_hash")')
    columns, given = _entry_columns("postgresql")
    own, reserved = ('"id", ', "CAST(%(id)s AS BIGINT), ") if claims else ("", "")
    parts.append(
        f'entry AS (INSERT INTO "entry" ({own}"line_id", "number", "previous_hash", "hash", {columns})'
        f" SELECT {reserved}line.id, line.entry_count, line.previous_head, line.head_hash, {given} FROM line"
        ' RETURNING "id", "number", "previous_hash", "hash")'
    )
    moved = "".join(f" UNION ALL SELECT NULL, NULL, NULL, NULL FROM {name}" for name, _ in moves)
    return f'WITH {", ".join(parts)} SELECT "id", "number", "previous_hash", "hash" FROM entry{moved}'


def _after(moves: Sequence[tuple[str, str]]) -> str:
    """The condition that the last of the parts so far has found its row."""
    return f" AND EXISTS (SELECT 1 FROM {moves[-1][0]})" if moves else ""


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


def _entry_values(told: Mapping[str, Any]) -> dict[str, Any]:
    return {parameter: stored(name, told[name]) for name, parameter in _PARAMETERS.items()}


_PARAMETERS = {name: f"e_{name}" for name in SAID if name != "line"}


def _line_values(posting: Posting) -> dict[str, Any]:
    return {
        "line": posting.line,
        "fen": posting.amount,
        "period_year": posting.effective_on.year,
        "period_month": posting.effective_on.month,
    }
