"""The months of the books."""

from __future__ import annotations

from budget.rules.words import PeriodState
from budget.tables.constraints import YEAR
from portfolio.foundation.access import User
from portfolio.foundation.db import (
    EnumField,
    ForeignKeyField,
    IntegerField,
    MomentField,
    Table,
    check,
    unique,
)


class Period(Table):
    """A month that somebody has closed at least once; a month without a row is open."""

    year = IntegerField()
    month = IntegerField()
    state = EnumField(PeriodState)
    changed_by = ForeignKeyField(User, backref="+")
    changed_at = MomentField()
    version = IntegerField(default=1)

    class Meta:
        """Each month once."""

        constraints = [
            unique("uq_period", "year", "month"),
            check("ck_period_year", YEAR),
            check("ck_period_month", "month BETWEEN 1 AND 12"),
            check("ck_period_version", "version >= 1"),
        ]
