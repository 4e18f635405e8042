"""The variant of P5: a payment without the chain and without any total that moves with it.

It claims its key, reads and checks the application, and writes application, entry and answer; what it spares
is the hash and the UPDATE of line, contract, instalment and account.  It lives here and nowhere else.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from budget.rules.chain import GENESIS
from budget.rules.words import EntryKind, Measure
from budget.services.books import once
from budget.services.payments import disbursement
from budget.services.posting import Posting, _entry_columns, _entry_values, _update_sql, answer_of
from portfolio.foundation import clock
from portfolio.foundation.db import database
from portfolio.foundation.roles import Actor


def bare_payment(application: int, actor: Actor) -> None:
    """Pay an application on PostgreSQL without chain and totals."""

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
        posted = disbursement._posted(row, actor)
        values = {**posted.parameters("c0_"), **_entry_values(posting), "line": row.line_id}
        made = database.execute_sql(_sql(posted.shape), values).fetchone()
        return answer_of(made[0])

    once(
        f"bare-request-{application}",
        "payment.post",
        {"application": application},
        actor,
        effect,
        answered=True,
    )


@cache
def _sql(shape: tuple[Any, ...]) -> str:
    columns, given = _entry_columns("postgresql")
    return (
        (
            f'WITH c0 AS ({_update_sql("postgresql", shape, "c0_")} RETURNING "id"),'
            f' entry AS (INSERT INTO "entry" ("line_id", "number", "previous_hash", "hash", {columns})'
            f" SELECT %(line)s, c0.id, '{GENESIS}', '{GENESIS}', {given} FROM c0 RETURNING \"id\"),"
            ' answer AS (UPDATE "posting_request" SET "answer" = \'{{"entry":\' || entry.id || \'}}\' FROM entry'
            ' WHERE "posting_request"."id" = %(e_request)s) SELECT id FROM entry'
        )
        .replace("{{", "{")
        .replace("}}", "}")
    )
