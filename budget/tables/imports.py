"""Imported tables: each batch with its file and its steps, what came of each row, the columns remembered."""

from __future__ import annotations

from peewee import SQL

from budget.rules.imports.words import WITHOUT_EFFECT, AmountUnit, BatchState, ImportKind
from budget.tables.contract import Contract
from budget.tables.entry import FundsOrder
from budget.tables.payment import PaymentApplication
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import (
    BooleanField,
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
from portfolio.foundation.documents import Document
from portfolio.foundation.jobs import Job
from portfolio.foundation.money import Money


class ImportBatch(Table):
    """One table as it was sent: what it holds, whose it is, how far it has come, what is wrong with it.

    ``organisation`` is the unit whose payments or contracts it lists; ``mapping`` says which head each column
    is; ``about`` is what else its kind needs; ``rows`` and ``total`` are what the examination found, and
    before it ``rows`` are those of the sheet.
    ``acceptance`` is the paper of acceptance that goes with a list of payments.
    """

    kind = EnumField(ImportKind)
    organisation = ForeignKeyField(Organisation, backref="+")
    document = ForeignKeyField(Document, backref="+")
    sha256 = TextField()
    acceptance = ForeignKeyField(Document, null=True, backref="+")
    unit = EnumField(AmountUnit)
    unit_confirmed = BooleanField(default=False)
    about = JsonField()
    mapping = JsonField(default={})
    state = EnumField(BatchState, default=BatchState.RECEIVED)
    rows = IntegerField(default=0)
    total = MoneyField(default=Money.ZERO)
    problems = JsonField(default=[])
    problem_count = IntegerField(default=0)
    job = ForeignKeyField(Job, null=True, backref="+")
    made_by = ForeignKeyField(User, backref="+")
    made_at = MomentField()
    submitted_at = MomentField(null=True)
    checked_by = ForeignKeyField(User, null=True, backref="+")
    checked_at = MomentField(null=True)
    posted_by = ForeignKeyField(User, null=True, backref="+")
    posted_at = MomentField(null=True)
    reason = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        """Whose file it is never changes; steps are taken by different people.

        A statement that is in may still be withdrawn, and its file with it.
        """

        immutable_except = (
            "unit",
            "unit_confirmed",
            "mapping",
            "state",
            "rows",
            "total",
            "problems",
            "problem_count",
            "job_id",
            "submitted_at",
            "checked_by_id",
            "checked_at",
            "posted_by_id",
            "posted_at",
            "reason",
            "version",
        )
        frozen_when = (
            "OLD.\"state\" IN ('returned', 'withdrawn')"
            " OR (OLD.\"state\" = 'posted' AND (OLD.\"kind\" <> 'statement' OR NEW.\"state\" <> 'withdrawn'))"
        )
        constraints = [
            check("ck_import_batch_sha256", "LENGTH(sha256) = 64"),
            check("ck_import_batch_rows", "rows >= 0 AND problem_count >= 0"),
            check(
                "ck_import_batch_people",
                "(checked_by_id IS NULL OR checked_by_id <> made_by_id)"
                " AND (posted_by_id IS NULL OR checked_by_id IS NULL OR posted_by_id <> checked_by_id)"
                " AND (posted_by_id IS NULL OR kind IN ('reports', 'statement')"
                " OR posted_by_id <> made_by_id)",
            ),
            check(
                "ck_import_batch_steps",
                "(state = 'posted') = (posted_by_id IS NOT NULL)"
                " AND (state NOT IN ('submitted', 'checked', 'posted') OR problem_count = 0)"
                " AND (state <> 'returned' OR reason <> '')",
            ),
            check("ck_import_batch_version", "version >= 1"),
        ]


ImportBatch.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_import_batch_file" ON "import_batch" ("kind", "sha256")'
        f' WHERE "state" NOT IN ({", ".join(repr(state.value) for state in sorted(WITHOUT_EFFECT))})'
    )
)


class ImportRow(Table):
    """What came of one row: the application, order or contract; ``effective_on`` is its day in the books."""

    batch = ForeignKeyField(ImportBatch, backref="+", index=False)
    number = IntegerField()
    effective_on = DateField(null=True)
    application = ForeignKeyField(PaymentApplication, null=True, backref="+", index=False)
    order = ForeignKeyField(FundsOrder, null=True, backref="+", index=False)
    contract = ForeignKeyField(Contract, null=True, backref="+", index=False)

    class Meta:
        """Each row once, each thing from one row."""

        append_only = True
        constraints = [
            unique("uq_import_row_number", "batch_id", "number"),
            unique("uq_import_row_application", "application_id"),
            unique("uq_import_row_order", "order_id"),
            unique("uq_import_row_contract", "contract_id"),
            check("ck_import_row_number", "number >= 1"),
            check(
                "ck_import_row_one",
                "(application_id IS NOT NULL AND order_id IS NULL AND contract_id IS NULL)"
                " OR (application_id IS NULL AND order_id IS NOT NULL AND contract_id IS NULL)"
                " OR (application_id IS NULL AND order_id IS NULL AND contract_id IS NOT NULL)",
            ),
        ]


class ImportMapping(Table):
    """Which heads an organisation's tables of a kind have, as chosen the last time."""

    kind = EnumField(ImportKind)
    organisation = ForeignKeyField(Organisation, backref="+", index=False)
    mapping = JsonField()
    changed_by = ForeignKeyField(User, backref="+")
    changed_at = MomentField()

    class Meta:
        """One for each kind and organisation."""

        constraints = [unique("uq_import_mapping", "kind", "organisation_id")]
