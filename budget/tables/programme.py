"""The account of programme investment 新增投资: a target to reach, never mixed with the fiscal budget."""

from __future__ import annotations

from peewee import SQL

from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.tables.constraints import YEAR
from budget.tables.contract import Contract
from portfolio.foundation.access import User, Zone
from portfolio.foundation.db import (
    BooleanField,
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
from portfolio.tables.plan import Cluster, PlanBox, PlanItem, Sector
from portfolio.tables.project import Project


class ProgrammeEntry(Table):
    """Investment of a project from one source, planned, approved, committed or realised on a day.

    Box, sector, cluster, zone and ``counts_1162`` are those of the project and its plan item at the time.
    A correction is a further entry, negative where there was too much.
    """

    project = ForeignKeyField(Project, backref="+")
    measure = EnumField(ProgrammeMeasure)
    source = EnumField(ProgrammeSource)
    amount = MoneyField()
    day = DateField()
    year = IntegerField()
    quarter = IntegerField()
    plan_item = ForeignKeyField(PlanItem, null=True, backref="+", index=False)
    box = ForeignKeyField(PlanBox, null=True, backref="+", index=False)
    sector = ForeignKeyField(Sector, null=True, backref="+", index=False)
    cluster = ForeignKeyField(Cluster, null=True, backref="+", index=False)
    zone = ForeignKeyField(Zone, null=True, backref="+", index=False)
    counts_1162 = BooleanField()
    contract = ForeignKeyField(Contract, null=True, backref="+", index=False)
    note = TextField(default="")
    recorded_by = ForeignKeyField(User, backref="+", index=False)
    recorded_at = MomentField()

    class Meta:
        """Entries stand."""

        append_only = True
        constraints = [
            check("ck_programme_entry_amount", "amount <> 0"),
            check("ck_programme_entry_year", YEAR),
            check("ck_programme_entry_quarter", "quarter BETWEEN 1 AND 4"),
        ]


ProgrammeEntry.add_index(
    SQL('CREATE INDEX "programme_entry_measure" ON "programme_entry" ("measure", "year", "quarter")')
)
