"""Limits that finance fixes by itself, as one officer drafts them and another confirms them."""

from __future__ import annotations

from peewee import SQL

from budget.rules.sources import OWN_LEVEL
from budget.rules.words import LimitKind, LimitState
from budget.tables.annual_plan import CeilingRevision
from budget.tables.constraints import YEAR, among
from budget.tables.contract import Contract
from portfolio.foundation.access import User
from portfolio.foundation.db import (
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
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project


class LimitDraft(Table):
    """A ceiling of a year and source, the preparatory limit of a project, or what a contract comes to.

    It holds once confirmed.
    ``document`` is the paper on which it rests, ``revision`` the amount of the ceiling that came of it.
    """

    kind = EnumField(LimitKind)
    year = IntegerField(null=True)
    source = EnumField(FundingSource, null=True)
    project = ForeignKeyField(Project, null=True, backref="+", index=False)
    contract = ForeignKeyField(Contract, null=True, backref="+", index=False)
    amount = MoneyField()
    number = TextField()
    document = ForeignKeyField(Document, null=True, backref="+", index=False)
    state = EnumField(LimitState, default=LimitState.DRAFTED)
    drafted_by = ForeignKeyField(User, backref="+")
    drafted_at = MomentField()
    confirmed_by = ForeignKeyField(User, null=True, backref="+", index=False)
    confirmed_at = MomentField(null=True)
    revision = ForeignKeyField(CeilingRevision, null=True, backref="+", index=False)
    version = IntegerField(default=1)

    class Meta:
        """What was drafted stands; confirming and withdrawing end it, confirming by somebody else."""

        immutable_except = ("state", "confirmed_by_id", "confirmed_at", "revision_id", "version")
        frozen_when = "OLD.\"state\" <> 'drafted'"
        constraints = [
            unique("uq_limit_draft_revision", "revision_id"),
            check(
                "ck_limit_draft_subject",
                "(kind = 'ceiling') = (year IS NOT NULL) AND (year IS NULL) = (source IS NULL)"
                " AND (kind = 'preparatory') = (project_id IS NOT NULL)"
                " AND (kind IN ('settlement', 'termination')) = (contract_id IS NOT NULL)",
            ),
            check("ck_limit_draft_year", YEAR),
            check("ck_limit_draft_own_level", among("source", OWN_LEVEL)),
            check("ck_limit_draft_amount", "amount >= 0"),
            check("ck_limit_draft_number", "number <> ''"),
            check(
                "ck_limit_draft_people",
                "(state = 'confirmed') = (confirmed_by_id IS NOT NULL)"
                " AND (confirmed_by_id IS NULL) = (confirmed_at IS NULL)"
                " AND (revision_id IS NOT NULL) = (state = 'confirmed' AND kind = 'ceiling')"
                " AND (confirmed_by_id IS NULL OR confirmed_by_id <> drafted_by_id)",
            ),
            check("ck_limit_draft_version", "version >= 1"),
        ]


LimitDraft.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_limit_draft_ceiling" ON "limit_draft" ("year", "source")'
        " WHERE \"state\" = 'drafted' AND \"kind\" = 'ceiling'"
    )
)
LimitDraft.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_limit_draft_project" ON "limit_draft" ("project_id")'
        " WHERE \"state\" = 'drafted' AND \"kind\" = 'preparatory'"
    )
)
LimitDraft.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_limit_draft_contract" ON "limit_draft" ("contract_id")'
        ' WHERE "state" = \'drafted\' AND "contract_id" IS NOT NULL'
    )
)
