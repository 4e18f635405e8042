"""The variants of P5: a payment that neither chains its entry nor keeps the totals of its line.

It claims its key, reads and checks the application, moves what its limits need (contract, instalment and
account of the project) and writes application, entry and answer; what it spares is the hash and the UPDATE
of the line.  With ``nothing_kept`` it spares the other totals too, and with them every limit.  It lives here
and nowhere else.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from budget.rules.accounts import Act
from budget.rules.chain import GENESIS
from budget.rules.words import EntryKind, Measure
from budget.services.books import once
from budget.services.companions import About, paid_changes
from budget.services.payments import disbursement
from budget.services.posting import (
    _ANSWER,
    Posting,
    _entry_columns,
    _entry_values,
    _ordered,
    _update_sql,
    answer_of,
)
from portfolio.foundation import clock
from portfolio.foundation.db import database
from portfolio.foundation.roles import Actor


def bare_payment(application: int, actor: Actor, *, nothing_kept: bool = False) -> None:
    """Pay an application on PostgreSQL without chain and totals of the line."""

    def effect(request: int) -> dict[str, Any]:
        row = disbursement._payable(application, 1, clock.today(), actor)
        posting = Posting(
            line=row.line_id,
            line_year=row.line_year,
            kind=EntryKind.PAY,
            measure=Measure.PAID,
            amount=row.amount,
            maker=row.applied_by_id,
            checker=row.checked_by_id or 0,
            posted_by=actor.user_id,
            effective_on=clock.today(),
            request=request,
            contract=row.contract_id,
            instalment=row.instalment_id,
            application=row.id,
        )
        about = About(row.contract_id, row.instalment_id, row.direct_cost_id)
        changes = [disbursement._posted(row, actor)]
        if not nothing_kept:
            changes += paid_changes(row.project_id, row.amount, Act.PAY, about)
        ordered = _ordered(changes)
        values = {**_entry_values(posting), "line": row.line_id}
        for index, change in enumerate(ordered):
            values.update(change.parameters(f"c{index}_"))
        made = database.execute_sql(_sql(tuple(change.shape for change in ordered)), values).fetchone()
        return answer_of(made[0])

    once(
        f"bare-request-{application}",
        "payment.post",
        {"application": application},
        actor,
        effect,
        answered=True,
    )


def barest_payment(application: int, actor: Actor) -> None:
    """The same without any total, and so without any limit."""
    bare_payment(application, actor, nothing_kept=True)


@cache
def _sql(shapes: tuple[tuple[Any, ...], ...]) -> str:
    columns, given = _entry_columns("postgresql")
    moves = []
    for index, shape in enumerate(shapes):
        before = f" AND EXISTS (SELECT 1 FROM c{index - 1})" if index else ""
        moves.append(f'c{index} AS ({_update_sql("postgresql", shape, f"c{index}_")}{before} RETURNING "id")')
    return (
        f"WITH {', '.join(moves)},"
        f' entry AS (INSERT INTO "entry" ("line_id", "number", "previous_hash", "hash", {columns})'
        " SELECT CAST(%(line)s AS BIGINT), CAST(%(e_application)s AS INTEGER),"
        f" '{GENESIS}', '{GENESIS}', {given}"
        f' FROM c0 WHERE EXISTS (SELECT 1 FROM c{len(shapes) - 1}) RETURNING "id"),'
        f' answer AS (UPDATE "posting_request" SET "answer" = {"entry.id".join(_ANSWER)} FROM entry'
        ' WHERE "posting_request"."id" = %(e_request)s) SELECT id FROM entry'
    )
