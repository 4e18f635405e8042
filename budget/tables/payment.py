"""Requests to post, each carried out once, and applications for payment with their papers."""

from __future__ import annotations

from peewee import SQL

from budget.rules.words import ApplicationState
from budget.tables.contract import DirectCost, Instalment
from budget.tables.line import BudgetLine
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import (
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


class PostingRequest(Table):
    """A request with its key: sent twice it has one effect and one answer; another body is a conflict."""

    key = TextField()
    action = TextField()
    body_hash = TextField()
    answer = JsonField(null=True)
    actor = ForeignKeyField(User, backref="+", index=False)
    at = MomentField()

    class Meta:
        """The answer is written once, in the transaction of the effect."""

        immutable_except = ("answer",)
        frozen_when = 'OLD."answer" IS NOT NULL'
        constraints = [
            unique("uq_posting_request_key", "key"),
            check("ck_posting_request_key", "LENGTH(key) BETWEEN 8 AND 200"),
            check("ck_posting_request_body", "LENGTH(body_hash) = 64"),
        ]


class PaymentApplication(Table):
    """A unit asks to pay an instalment or a direct cost; one officer checks it, another posts it."""

    organisation = ForeignKeyField(Organisation, backref="+")
    line = ForeignKeyField(BudgetLine, backref="+")
    instalment = ForeignKeyField(Instalment, null=True, backref="+")
    direct_cost = ForeignKeyField(DirectCost, null=True, backref="+")
    amount = MoneyField()
    state = EnumField(ApplicationState, default=ApplicationState.APPLIED)
    invoice = ForeignKeyField(Document, backref="+")
    acceptance = ForeignKeyField(Document, null=True, backref="+")
    note = TextField(default="")
    applied_by = ForeignKeyField(User, backref="+", index=False)
    applied_at = MomentField()
    checked_by = ForeignKeyField(User, null=True, backref="+", index=False)
    checked_at = MomentField(null=True)
    posted_by = ForeignKeyField(User, null=True, backref="+", index=False)
    posted_at = MomentField(null=True)
    refused_by = ForeignKeyField(User, null=True, backref="+", index=False)
    refused_at = MomentField(null=True)
    refused_reason = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        """Three people for three steps; only the steps are ever written afterwards."""

        immutable_except = (
            "state",
            "checked_by_id",
            "checked_at",
            "posted_by_id",
            "posted_at",
            "refused_by_id",
            "refused_at",
            "refused_reason",
            "version",
        )
        frozen_when = "OLD.\"state\" IN ('posted', 'refused')"
        constraints = [
            check("ck_payment_application_subject", "(instalment_id IS NULL) <> (direct_cost_id IS NULL)"),
            check("ck_payment_application_amount", "amount > 0"),
            check(
                "ck_payment_application_people",
                "(checked_by_id IS NULL OR checked_by_id <> applied_by_id)"
                " AND (posted_by_id IS NULL OR (posted_by_id <> checked_by_id"
                " AND posted_by_id <> applied_by_id))",
            ),
            check(
                "ck_payment_application_steps",
                "(state = 'applied' AND checked_by_id IS NULL AND posted_by_id IS NULL"
                " AND refused_by_id IS NULL)"
                " OR (state = 'checked' AND checked_by_id IS NOT NULL AND posted_by_id IS NULL"
                " AND refused_by_id IS NULL)"
                " OR (state = 'posted' AND checked_by_id IS NOT NULL AND posted_by_id IS NOT NULL"
                " AND refused_by_id IS NULL)"
                " OR (state = 'refused' AND refused_by_id IS NOT NULL AND posted_by_id IS NULL"
                " AND refused_reason <> '')",
            ),
            check("ck_payment_application_version", "version >= 1"),
        ]


WAITING = PaymentApplication.state != SQL(f"'{ApplicationState.POSTED.value}'")
"""What is not paid: a handful beside what is, found by an index that must be asked in these very words."""

PaymentApplication.add_index(
    SQL(
        'CREATE INDEX "payment_application_waiting" ON "payment_application" ("organisation_id")'
        " WHERE \"state\" <> 'posted'"
    )
)
