"""Counterpart funds 配套资金: money that districts, enterprises and banks promised, as it arrives."""

from __future__ import annotations

from budget.rules.sources import COUNTERPART
from budget.tables.constraints import YEAR, among
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
)
from portfolio.foundation.documents import Document
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project


class CounterpartReceipt(Table):
    """Money received for a project: registered by its unit with a paper, confirmed by a finance officer."""

    project = ForeignKeyField(Project, backref="+")
    source = EnumField(FundingSource)
    year = IntegerField()
    amount = MoneyField()
    received_on = DateField()
    payer = TextField()
    number = TextField(default="")
    document = ForeignKeyField(Document, backref="+", index=False)
    recorded_by = ForeignKeyField(User, backref="+")
    recorded_at = MomentField()
    confirmed_by = ForeignKeyField(User, null=True, backref="+")
    confirmed_at = MomentField(null=True)
    cancelled_by = ForeignKeyField(User, null=True, backref="+")
    cancelled_at = MomentField(null=True)
    cancel_reason = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        """What was registered stands; it is confirmed by somebody else, or cancelled with a reason."""

        immutable_except = (
            "confirmed_by_id",
            "confirmed_at",
            "cancelled_by_id",
            "cancelled_at",
            "cancel_reason",
            "version",
        )
        frozen_when = 'OLD."cancelled_by_id" IS NOT NULL'
        constraints = [
            check("ck_counterpart_receipt_payable", among("source", COUNTERPART)),
            check("ck_counterpart_receipt_year", YEAR),
            check("ck_counterpart_receipt_amount", "amount > 0"),
            check("ck_counterpart_receipt_payer", "LENGTH(payer) BETWEEN 1 AND 200"),
            check(
                "ck_counterpart_receipt_people",
                "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)"
                " AND (confirmed_by_id IS NULL OR confirmed_by_id <> recorded_by_id)",
            ),
            check(
                "ck_counterpart_receipt_cancelled",
                "(cancelled_by_id IS NULL) = (cancelled_at IS NULL)"
                " AND (cancelled_by_id IS NULL) = (cancel_reason = '')",
            ),
            check("ck_counterpart_receipt_version", "version >= 1"),
        ]
