"""Budget lines: the money of a project or system from one source in one year."""

from __future__ import annotations

from peewee import SQL

from budget.rules.chain import GENESIS
from budget.rules.limits import LINE_LIMITS
from budget.rules.sources import FISCAL
from budget.rules.words import FiscalLevel, PaymentMethod
from budget.tables.constraints import ONE_SUBJECT, YEAR, among, limit_checks
from portfolio.foundation.db import (
    EnumField,
    ForeignKeyField,
    IntegerField,
    MoneyField,
    Table,
    TextField,
    check,
    unique,
)
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project, System


class BudgetLine(Table):
    """An allotment 指标 with its own totals, which move in one statement with the entry that explains them.

    ``entry_count`` and ``head_hash`` are the number and hash of the newest entry; ``previous_head`` is the
    hash before it, so that one statement can move the line and write the next link of its chain.
    """

    project = ForeignKeyField(Project, null=True, backref="+", index=False)
    system = ForeignKeyField(System, null=True, backref="+", index=False)
    year = IntegerField()
    source = EnumField(FundingSource)
    level = EnumField(FiscalLevel)
    method = EnumField(PaymentMethod)
    document_number = TextField()
    functional_code = TextField()
    economic_code = TextField()
    carried_in = MoneyField(default=Money.ZERO)
    allotted = MoneyField(default=Money.ZERO)
    carried_out = MoneyField(default=Money.ZERO)
    released = MoneyField(default=Money.ZERO)
    committed = MoneyField(default=Money.ZERO)
    paid = MoneyField(default=Money.ZERO)
    returned = MoneyField(default=Money.ZERO)
    entry_count = IntegerField(default=0)
    head_hash = TextField(default=GENESIS)
    previous_head = TextField(default=GENESIS)

    class Meta:
        """0 ≤ paid ≤ committed ≤ carried_in + allotted, paid ≤ released; all that may move are totals.

        Money that came back after its year (``returned``) is owed no longer, but stays paid from the line.
        """

        immutable_except = (
            "carried_in",
            "allotted",
            "carried_out",
            "released",
            "committed",
            "paid",
            "returned",
            "entry_count",
            "head_hash",
            "previous_head",
        )
        constraints = [
            unique("uq_budget_line_of_project", "id", "project_id"),
            unique(
                "uq_budget_line_project",
                "project_id",
                "year",
                "source",
                "functional_code",
                "economic_code",
                "method",
            ),
            unique(
                "uq_budget_line_system",
                "system_id",
                "year",
                "source",
                "functional_code",
                "economic_code",
                "method",
            ),
            check("ck_budget_line_subject", ONE_SUBJECT),
            check("ck_budget_line_fiscal", among("source", FISCAL)),
            check("ck_budget_line_year", YEAR),
            check("ck_budget_line_document", "document_number <> ''"),
            check("ck_budget_line_codes", "functional_code <> '' AND economic_code <> ''"),
            check("ck_budget_line_head", "entry_count >= 0 AND LENGTH(head_hash) = 64"),
            *limit_checks(LINE_LIMITS),
        ]


BudgetLine.add_index(SQL('CREATE INDEX "budget_line_year" ON "budget_line" ("year", "source", "id")'))
