"""The entries of the ledger, append-only, chained per line; and the orders from which most of them come."""

from __future__ import annotations

from peewee import SQL

from budget.rules.ledger import moves_sql
from budget.rules.words import EntryKind, Measure, OrderState
from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication, PostingRequest
from portfolio.foundation.access import User
from portfolio.foundation.db import (
    DateField,
    EnumField,
    ForeignKeyField,
    IntegerField,
    MomentField,
    MoneyField,
    Table,
    TextField,
    check,
    unique,
)
from portfolio.foundation.documents import Document


class Entry(Table):
    """One move of one measure of one line, in fen; more is positive, less negative.

    ``effective_on`` is the day whose balance it changes, ``at`` the moment of writing.  A reversal points at
    the entry it undoes (``corrects``), a refund at the payment that money came back from (``refund_of``);
    ``counter_line`` is the other line of a virement or carry-over.
    """

    line = ForeignKeyField(BudgetLine, backref="+", index=False)
    number = IntegerField()
    kind = EnumField(EntryKind)
    measure = EnumField(Measure)
    amount = MoneyField()
    effective_on = DateField()
    at = MomentField()
    maker = ForeignKeyField(User, backref="+", index=False)
    checker = ForeignKeyField(User, backref="+", index=False)
    posted_by = ForeignKeyField(User, backref="+", index=False)
    on_behalf_of = ForeignKeyField(User, null=True, backref="+", index=False)
    document_number = TextField(default="")
    note = TextField(default="")
    corrects = ForeignKeyField("self", null=True, backref="+", index=False)
    refund_of = ForeignKeyField("self", null=True, backref="+", index=False)
    counter_line = ForeignKeyField(BudgetLine, null=True, backref="+", index=False)
    contract = ForeignKeyField(Contract, null=True, backref="+", index=False)
    instalment = ForeignKeyField(Instalment, null=True, backref="+")
    direct_cost = ForeignKeyField(DirectCost, null=True, backref="+", index=False)
    application = ForeignKeyField(PaymentApplication, null=True, backref="+", index=False)
    request = ForeignKeyField(PostingRequest, null=True, backref="+", index=False)
    previous_hash = TextField()
    hash = TextField()

    class Meta:
        """Every kind moves what it may; two people; a correction points at what it corrects, once."""

        append_only = True
        constraints = [
            unique("uq_entry_number", "line_id", "number"),
            unique("uq_entry_corrects", "corrects_id"),
            check("ck_entry_number", "number >= 1"),
            check("ck_entry_move", moves_sql()),
            check("ck_entry_people", "maker_id <> checker_id"),
            check("ck_entry_corrects", "(kind = 'reverse') = (corrects_id IS NOT NULL)"),
            check("ck_entry_refund", "(kind = 'refund') = (refund_of_id IS NOT NULL)"),
            check("ck_entry_counter_line", "counter_line_id <> line_id"),
            check("ck_entry_hash", "LENGTH(hash) = 64 AND LENGTH(previous_hash) = 64"),
        ]


SAID = tuple(
    field.name
    for field in Entry._meta.sorted_fields
    if field.name not in {"id", "number", "previous_hash", "hash"}
)
"""Every field that an entry says something with; the hash covers them all."""

for _name in ("refund_of_id", "direct_cost_id"):  # said by few entries: the others are not in the index
    Entry.add_index(SQL(f'CREATE INDEX "entry_{_name}" ON "entry" ("{_name}") WHERE "{_name}" IS NOT NULL'))
Entry.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_entry_payment" ON "entry" ("application_id")'
        ' WHERE "kind" = \'pay\' AND "application_id" IS NOT NULL'
    )
)


class FundsOrder(Table):
    """An order to allot, release, refund or reverse: drafted by one officer, posted by another.

    ``corrects`` is the entry that a refund or reversal is about; ``entry`` what came of the order;
    ``document`` the paper on which it rests.
    """

    kind = EnumField(EntryKind)
    line = ForeignKeyField(BudgetLine, backref="+")
    counter_line = ForeignKeyField(BudgetLine, null=True, backref="+")
    amount = MoneyField()
    document_number = TextField(default="")
    note = TextField(default="")
    corrects = ForeignKeyField(Entry, null=True, backref="+")
    state = EnumField(OrderState, default=OrderState.DRAFTED)
    drafted_by = ForeignKeyField(User, backref="+")
    drafted_at = MomentField()
    posted_by = ForeignKeyField(User, null=True, backref="+")
    posted_at = MomentField(null=True)
    entry = ForeignKeyField(Entry, null=True, backref="+")
    version = IntegerField(default=1)
    document = ForeignKeyField(Document, null=True, backref="+", index=False)

    class Meta:
        """What was ordered stands; posting and withdrawing end it."""

        immutable_except = ("state", "posted_by_id", "posted_at", "entry_id", "version")
        frozen_when = "OLD.\"state\" <> 'drafted'"
        constraints = [
            check("ck_funds_order_amount", "amount > 0"),
            check("ck_funds_order_corrects", "(kind IN ('refund', 'reverse')) = (corrects_id IS NOT NULL)"),
            check(
                "ck_funds_order_posted",
                "(state = 'posted') = (entry_id IS NOT NULL)"
                " AND (state = 'posted') = (posted_by_id IS NOT NULL)"
                " AND (posted_by_id IS NULL OR posted_by_id <> drafted_by_id)",
            ),
            check("ck_funds_order_counter_line", "counter_line_id <> line_id"),
            check("ck_funds_order_version", "version >= 1"),
        ]
