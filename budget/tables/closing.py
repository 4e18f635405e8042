"""The closing of years: drafted by one officer, carried out by another, line by line."""

from __future__ import annotations

from budget.tables.constraints import YEAR
from budget.tables.line import BudgetLine
from portfolio.foundation.access import User
from portfolio.foundation.db import (
    DateField,
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


class YearClosing(Table):
    """A year that is being closed 年终结转, or is closed once ``finished_at`` is there.

    ``lapse_years`` is copied from the rulebook on the day of drafting (R15): money that was not spent for as
    many years lapses; empty where it never does by age.
    """

    year = IntegerField()
    number = TextField()
    lapse_years = IntegerField(null=True)
    drafted_by = ForeignKeyField(User, backref="+")
    drafted_at = MomentField()
    posted_by = ForeignKeyField(User, null=True, backref="+")
    posted_at = MomentField(null=True)
    effective_on = DateField(null=True)
    finished_at = MomentField(null=True)
    version = IntegerField(default=1)

    class Meta:
        """Each year once, by two people."""

        immutable_except = (
            "number",
            "lapse_years",
            "drafted_by_id",
            "drafted_at",
            "posted_by_id",
            "posted_at",
            "effective_on",
            "finished_at",
            "version",
        )
        frozen_when = 'OLD."finished_at" IS NOT NULL'
        constraints = [
            unique("uq_year_closing", "year"),
            check("ck_year_closing_year", YEAR),
            check("ck_year_closing_number", "number <> ''"),
            check("ck_year_closing_lapse", "lapse_years >= 1"),
            check(
                "ck_year_closing_posted",
                "(posted_by_id IS NULL) = (posted_at IS NULL)"
                " AND (posted_by_id IS NULL) = (effective_on IS NULL)"
                " AND (finished_at IS NULL OR posted_at IS NOT NULL)"
                " AND (posted_by_id IS NULL OR posted_by_id <> drafted_by_id)",
            ),
            check("ck_year_closing_version", "version >= 1"),
        ]


class LineClosing(Table):
    """What became of the unspent money of a line: ``carried`` to ``next_line``, ``lapsed`` to the treasury.

    ``origins`` tells the carried money by the year in which it was first allotted, in fen.
    """

    line = ForeignKeyField(BudgetLine, backref="+", index=False)
    closing = ForeignKeyField(YearClosing, backref="+")
    next_line = ForeignKeyField(BudgetLine, null=True, backref="+")
    carried = MoneyField()
    lapsed = MoneyField()
    origins = JsonField()
    at = MomentField()

    class Meta:
        """A line is closed once; what was found then stands."""

        append_only = True
        constraints = [
            unique("uq_line_closing", "line_id"),
            check("ck_line_closing_amounts", "carried >= 0 AND lapsed >= 0"),
            check("ck_line_closing_next", "(carried > 0) = (next_line_id IS NOT NULL)"),
            check("ck_line_closing_other", "next_line_id <> line_id"),
        ]
