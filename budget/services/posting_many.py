"""Many entries at once: totals move once for a batch, entries are written in a few statements, and every
limit of the single path holds on what the totals come to.

Only moves that go one way may be posted so (all payments, say): then the last state keeps the limits if and
only if every state on the way does.  Rows are locked in the order of the single path before anything is
written, so that batches and single postings never wait for each other in a circle; the chain of each line is
computed here, under that lock.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from budget.rules.chain import content, entry_hash
from budget.rules.ledger import date_finding
from budget.services.explaining import Change, explain
from budget.services.posting import _ORDER, Posting, _entry_columns, _guards, hold_period, said, stored
from budget.tables.line import BudgetLine
from portfolio.foundation import clock
from portfolio.foundation.db import database, dialect
from portfolio.foundation.errors import Refused, refuse_unless

_AT_ONCE = 400


def post_many(postings: Sequence[Posting], changes: Iterable[Change]) -> None:
    """Make all entries in order, move their lines and, summed up, everything in ``changes``; or raise.

    All postings move one measure the same way.  Raises ``InsufficientFunds`` or ``Refused`` like ``post``;
    whoever wants rows named holds them against ``hold_rows`` first.
    """
    _hold_one_way(postings)
    today = clock.today()
    days = {(one.kind, one.measure, one.line_year, one.effective_on) for one in postings}
    refuse_unless([date_finding(*told, today) for told in sorted(days)])
    for day in sorted({one.effective_on.replace(day=1) for one in postings}):
        hold_period(day, exclusive=False)
    summed = sum_up(changes)
    hold_rows((change.table, change.row_id, change.key) for change in summed)
    hold_rows((BudgetLine, one.line) for one in postings)
    first_day = min(one.effective_on for one in postings)
    for group in _alike(summed):
        moved = _move_group(group)
        if len(moved) < len(group):
            stayed = [change for change in group if change.row_id not in moved]
            raise explain(stayed, moved=0, day=first_day)
    _write(postings)


def sum_up(changes: Iterable[Change]) -> list[Change]:
    """One change for each row, what it adds summed; what else it says must be the same each time."""
    found: dict[tuple[str, int], Change] = {}
    adds: dict[tuple[str, int], dict[str, int]] = {}
    for change in changes:
        key = (change.table_name, change.row_id)
        if key not in found:
            found[key], adds[key] = change, dict(change.adds)
            continue
        if (change.guard, dict(change.sets)) != (found[key].guard, dict(found[key].sets)):
            raise ValueError(f"two different changes of {key}")
        for name, fen in change.adds.items():
            adds[key][name] = adds[key].get(name, 0) + fen
    summed = [replace(change, adds=adds[key]) for key, change in found.items()]
    return sorted(summed, key=lambda change: (_ORDER.index(change.table_name), change.row_id))


def hold_rows(rows: Iterable[tuple[Any, int] | tuple[Any, int, str]]) -> None:
    """Lock rows (table, id) until the transaction ends, in the order of postings; SQLite's writer has all.

    A third part names the column that the number is looked for in, where that is not the id.
    """
    if dialect() == "sqlite":
        return
    wanted: dict[tuple[str, str], set[int]] = defaultdict(set)
    for table, number, *key in rows:
        wanted[str(table._meta.table_name), key[0] if key else "id"].add(number)
    for name, column in sorted(wanted, key=lambda place: _ORDER.index(place[0])):
        sql = f'SELECT 1 FROM "{name}" WHERE "{column}" = ANY(%s) ORDER BY "id" FOR UPDATE'
        database.execute_sql(sql, (sorted(wanted[name, column]),))


def _hold_one_way(postings: Sequence[Posting]) -> None:
    ways = {(one.measure, one.amount > 0) for one in postings}
    if len(ways) != 1:
        raise ValueError(f"postings of {len(ways)} ways cannot be made at once")


def _alike(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes that one statement can make: the same table, columns, values set and guard."""
    groups: dict[Any, list[Change]] = {}
    for change in changes:
        groups.setdefault((change.shape, tuple(change.sets.values())), []).append(change)
    yield from groups.values()


def _move_group(group: Sequence[Change]) -> set[int]:
    """Move the rows of a group in one statement, each under its limits; the ids of those that moved."""
    first = group[0]
    added = list(first.adds)
    names = ["id", *(f"add_{name}" for name in added)]
    given, parameters = _values(names, [[one.row_id, *one.adds.values()] for one in group])
    columns = first.table._meta.columns
    mark = _mark()
    assignments = [f'"{name}" = "{name}" + v."add_{name}"' for name in added]
    for name, value in first.sets.items():
        assignments.append(f'"{name}" = {mark(f"set_{name}")}')
        parameters[f"set_{name}"] = columns[name].db_value(value)
    table = first.table_name
    guards = _guards(table, {name: f'v."add_{name}"' for name in added})
    guards += f" AND ({first.guard})" if first.guard else ""
    sql = (
        f'UPDATE "{table}" SET {", ".join(assignments)} FROM {given}'
        f' WHERE "{table}"."{first.key}" = v."id"{guards} RETURNING "{table}"."{first.key}"'
    )
    return {row[0] for row in database.execute_sql(sql, parameters).fetchall()}


def _mark() -> Any:  # noqa: ANN401 - a function of a name
    return (lambda name: f":{name}") if dialect() == "sqlite" else (lambda name: f"%({name})s")


def _values(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[str, dict[str, Any]]:
    """Rows as a table ``v`` of a statement, whatever their number; text columns are named with ``text_``."""
    if dialect() == "sqlite":
        picked = ", ".join(f"json_extract(value, '$[{at}]') AS \"{name}\"" for at, name in enumerate(names))
        return f"(SELECT {picked} FROM json_each(:rows)) AS v", {"rows": json.dumps(rows)}
    typed = ", ".join(f"%({name})s::{'text' if name.startswith('text_') else 'bigint'}[]" for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    by_column = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    return f"unnest({typed}) AS v({listed})", by_column


# --- lines and their chains ---------------------------------------------------------------------------------


def _write(postings: Sequence[Posting]) -> None:
    """Compute the chains under the lock, write the entries, move the lines."""
    heads = _heads(sorted({one.line for one in postings}))
    fen: dict[int, int] = defaultdict(int)
    ends = {line: (number, "", head) for line, (number, head) in heads.items()}
    rows = []
    for one in postings:
        number, _, head = ends[one.line]
        told = said(one)
        digest = entry_hash(content(told), number + 1, head)
        ends[one.line] = (number + 1, head, digest)
        fen[one.line] += one.amount
        values = [stored(name, value) for name, value in told.items() if name != "line"]
        rows.append([one.line, number + 1, head, digest, *values])
    _move_lines(postings, [[line, fen[line], *ends[line]] for line in sorted(fen)])
    _insert_entries(rows)


def _heads(lines: Sequence[int]) -> dict[int, tuple[int, str]]:
    found: dict[int, tuple[int, str]] = {}
    for start in range(0, len(lines), _AT_ONCE):
        part = BudgetLine.select(BudgetLine.id, BudgetLine.entry_count, BudgetLine.head_hash).where(
            BudgetLine.id.in_(lines[start : start + _AT_ONCE])
        )
        found.update({line: (number, head) for line, number, head in part.tuples()})
    return found


def _move_lines(postings: Sequence[Posting], rows: list[list[Any]]) -> None:
    measure = postings[0].measure.value
    given, parameters = _values(["id", "fen", "count", "text_previous", "text_head"], rows)
    guards = _guards("budget_line", {measure: 'v."fen"'})
    months = sorted({(one.effective_on.year, one.effective_on.month) for one in postings})
    listed = ", ".join(str(year * 100 + month) for year, month in months)
    sql = (
        f'UPDATE "budget_line" SET "{measure}" = "{measure}" + v."fen", "entry_count" = v."count",'
        ' "previous_head" = v."text_previous", "head_hash" = v."text_head"'
        f' FROM {given} WHERE "budget_line"."id" = v."id"{guards}'
        ' AND NOT EXISTS (SELECT 1 FROM "period" WHERE "state" = \'closed\''
        f' AND "year" * 100 + "month" IN ({listed})) RETURNING "budget_line"."id"'
    )
    moved = {row[0] for row in database.execute_sql(sql, parameters).fetchall()}
    if len(moved) < len(rows):
        stayed = [Change(BudgetLine, row[0], {measure: row[1]}) for row in rows if row[0] not in moved]
        days = [one.effective_on for one in postings]
        refusals = [explain(stayed, moved=0, day=day) for day in sorted({day.replace(day=1) for day in days})]
        raise next((one for one in refusals if isinstance(one, Refused)), refusals[0])


def _insert_entries(rows: Sequence[Sequence[Any]]) -> None:
    columns, _ = _entry_columns(dialect())
    given = f'"line_id", "number", "previous_hash", "hash", {columns}'
    insert_rows("entry", given, rows)


def insert_rows(table: str, columns: str, rows: Sequence[Sequence[Any]]) -> list[int]:
    """Insert rows of values as the database takes them, some hundreds to a statement; their ids, in order."""
    ids: list[int] = []
    insert = _insert_sqlite if dialect() == "sqlite" else _insert_postgresql
    for start in range(0, len(rows), _AT_ONCE):
        made = insert(table, columns, rows[start : start + _AT_ONCE])
        ids += sorted(row[0] for row in made)  # ids rise in the order of the rows
    return ids


def _insert_sqlite(table: str, columns: str, rows: Sequence[Sequence[Any]]) -> Sequence[Any]:
    one = f"({', '.join('?' * len(rows[0]))})"
    sql = f'INSERT INTO "{table}" ({columns}) VALUES {", ".join([one] * len(rows))} RETURNING "id"'
    return database.execute_sql(sql, [value for row in rows for value in row]).fetchall()


def _insert_postgresql(table: str, columns: str, rows: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """The rows as one parameter, typed by the table: thousands of them cost more than the insertion does."""
    names = columns.replace('"', "").split(", ")
    given = json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str)
    sql = (
        f'INSERT INTO "{table}" ({columns}) SELECT {columns}'
        f' FROM json_populate_recordset(CAST(NULL AS "{table}"), %s) RETURNING "id"'
    )
    return database.execute_sql(sql, (given,)).fetchall()
