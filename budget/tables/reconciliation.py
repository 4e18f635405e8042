"""Statements of bank and treasury, line by line, and how each line stands to the books."""

from __future__ import annotations

from peewee import SQL

from budget.rules.reconciling import MatchOutcome, Settlement, StatementState
from budget.rules.words import PaymentMethod
from budget.tables.constraints import YEAR
from budget.tables.entry import Entry, FundsOrder
from budget.tables.imports import ImportBatch
from portfolio.foundation.access import User
from portfolio.foundation.db import (
    DateField,
    EnumField,
    ForeignKeyField,
    IntegerField,
    JsonField,
    MomentField,
    MoneyField,
    Table,
    TextField,
    check,
    unique,
)


class BankStatement(Table):
    """The statement of a month for one way of paying: the treasury's account, or the units' own.

    ``opening`` and ``closing`` are the balances that the bank states, empty where it was imported before they
    were asked for.  ``reason`` is why it was withdrawn or last sent back.
    """

    batch = ForeignKeyField(ImportBatch, backref="+")
    method = EnumField(PaymentMethod)
    year = IntegerField()
    month = IntegerField()
    made_by = ForeignKeyField(User, backref="+")
    made_at = MomentField()
    opening = MoneyField(null=True)
    closing = MoneyField(null=True)
    state = EnumField(StatementState, default=StatementState.OPEN)
    submitted_at = MomentField(null=True)
    checked_by = ForeignKeyField(User, null=True, backref="+")
    checked_at = MomentField(null=True)
    reason = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        """What the bank states never changes; whoever brought it in is not whoever confirms it."""

        immutable_except = ("state", "submitted_at", "checked_by_id", "checked_at", "reason", "version")
        frozen_when = "OLD.\"state\" = 'withdrawn'"
        constraints = [
            check("ck_bank_statement_year", YEAR),
            check("ck_bank_statement_month", "month BETWEEN 1 AND 12"),
            check("ck_bank_statement_balances", "(opening IS NULL) = (closing IS NULL)"),
            check("ck_bank_statement_people", "checked_by_id IS NULL OR checked_by_id <> made_by_id"),
            check(
                "ck_bank_statement_steps",
                "(state = 'confirmed') = (checked_by_id IS NOT NULL)"
                " AND (checked_by_id IS NULL) = (checked_at IS NULL)"
                " AND (state NOT IN ('submitted', 'confirmed') OR submitted_at IS NOT NULL)"
                " AND (state <> 'withdrawn' OR reason <> '')",
            ),
            check("ck_bank_statement_version", "version >= 1"),
        ]


BankStatement.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_bank_statement" ON "bank_statement" ("method", "year", "month")'
        " WHERE \"state\" <> 'withdrawn'"
    )
)


class StatementLine(Table):
    """One line: ``amount`` was paid out, negative came in."""

    statement = ForeignKeyField(BankStatement, backref="+", index=False)
    number = IntegerField()
    day = DateField()
    amount = MoneyField()
    payee = TextField(default="")
    reference = TextField(default="")
    note = TextField(default="")

    class Meta:
        """Each row of the file once."""

        append_only = True
        constraints = [
            unique("uq_statement_line", "statement_id", "number"),
            check("ck_statement_line_amount", "amount <> 0"),
        ]


class Reconciliation(Table):
    """How one line of a statement, or a payment that no line shows, stands, and how that was settled."""

    statement = ForeignKeyField(BankStatement, backref="+")
    line = ForeignKeyField(StatementLine, null=True, backref="+", index=False)
    entry = ForeignKeyField(Entry, null=True, backref="+")
    outcome = EnumField(MatchOutcome)
    differs = JsonField(default=[])
    settlement = EnumField(Settlement, default=Settlement.OPEN)
    reason = TextField(default="")
    order = ForeignKeyField(FundsOrder, null=True, backref="+")
    settled_by = ForeignKeyField(User, null=True, backref="+")
    settled_at = MomentField(null=True)
    version = IntegerField(default=1)

    class Meta:
        """A line once; what a person settled says who did and why."""

        immutable_except = (
            "entry_id",
            "outcome",
            "differs",
            "settlement",
            "reason",
            "order_id",
            "settled_by_id",
            "settled_at",
            "version",
        )
        constraints = [
            unique("uq_reconciliation_line", "line_id"),
            check(
                "ck_reconciliation_sides",
                "(outcome IN ('matched', 'differing') AND line_id IS NOT NULL AND entry_id IS NOT NULL)"
                " OR (outcome = 'bank_only' AND line_id IS NOT NULL AND entry_id IS NULL)"
                " OR (outcome = 'books_only' AND line_id IS NULL AND entry_id IS NOT NULL)",
            ),
            check(
                "ck_reconciliation_settled",
                "(settlement NOT IN ('linked', 'explained', 'correcting') OR settled_by_id IS NOT NULL)"
                " AND (settlement NOT IN ('explained', 'correcting') OR reason <> '')"
                " AND (settlement <> 'correcting' OR order_id IS NOT NULL)",
            ),
            check("ck_reconciliation_version", "version >= 1"),
        ]


Reconciliation.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_reconciliation_entry" ON "reconciliation" ("entry_id")'
        " WHERE \"outcome\" IN ('matched', 'differing') AND \"settlement\" <> 'withdrawn'"
    )
)
Reconciliation.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_reconciliation_missing" ON "reconciliation" ("statement_id", "entry_id")'
        " WHERE \"outcome\" = 'books_only'"
    )
)
