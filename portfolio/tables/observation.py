"""What was observed of the plan's indicators, year by year."""

from __future__ import annotations

from peewee import SQL

from portfolio.foundation.access import User
from portfolio.foundation.db import (
    EnumField,
    ForeignKeyField,
    IntegerField,
    MomentField,
    Table,
    TextField,
    check,
    unique,
)
from portfolio.rules.observation import ObservationMark
from portfolio.tables.figure import FigureField
from portfolio.tables.plan import Indicator


class Observation(Table):
    """A figure of an indicator in a year, in its unit; of a year's figures the last one recorded holds.

    ``position`` counts the observations of the indicator: two people who record at once meet there.
    """

    indicator = ForeignKeyField(Indicator, backref="+", index=False)
    position = IntegerField()
    year = IntegerField()
    figure = FigureField()
    mark = EnumField(ObservationMark)
    note = TextField(default="")
    recorded_by = ForeignKeyField(User, backref="+", index=False)
    recorded_at = MomentField()

    class Meta:
        """Figures stand; a year has one annual figure, and a revision says why."""

        append_only = True
        constraints = [
            unique("uq_observation_position", "indicator_id", "position"),
            check("ck_observation_position", "position >= 1"),
            check("ck_observation_year", "year BETWEEN 1990 AND 2100"),
            check("ck_observation_figure", "figure >= 0"),
            check("ck_observation_revision", "mark <> 'revision' OR note <> ''"),
        ]


Observation.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_observation_annual" ON "observation" ("indicator_id", "year")'
        " WHERE \"mark\" = 'annual'"
    )
)
