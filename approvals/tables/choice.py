"""Selections 比选方案 for the annual investment plan: what was chosen, of what, under which ceilings."""

from __future__ import annotations

from approvals.rules.choice import AmountBasis, Method, Pin, Priority, SelectionState
from approvals.tables.meeting import Meeting
from budget.rules.sources import OWN_LEVEL
from budget.tables.constraints import YEAR, among
from portfolio.foundation.access import User
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
from portfolio.rules.dossier import FundingSource
from portfolio.tables.figure import FigureField
from portfolio.tables.project import Project


class PlanSelection(Table):
    """A selection for a year with its reasons, author and time; values are hundredths of a point.

    ``shares`` are the least shares that were set.  Of a solved one ``bound`` is what, as ``solver`` proved,
    no selection exceeds.
    """

    year = IntegerField()
    title = TextField()
    reason = TextField()
    method = EnumField(Method)
    state = EnumField(SelectionState, default=SelectionState.SAVED)
    value = IntegerField()
    projects = IntegerField()
    candidates = IntegerField()
    shares = JsonField()
    bound = IntegerField(null=True)
    solver = TextField(default="")
    rulebook_day = DateField()
    made_by = ForeignKeyField(User, backref="+")
    made_at = MomentField()
    handed_by = ForeignKeyField(User, null=True, backref="+")
    handed_at = MomentField(null=True)
    meeting = ForeignKeyField(Meeting, null=True, backref="+")

    class Meta:
        """What was saved stands; handed over it never changes again; a solved one is proved the best."""

        immutable_except = ("state", "handed_by_id", "handed_at", "meeting_id")
        frozen_when = "OLD.\"state\" = 'handed'"
        constraints = [
            unique("uq_plan_selection", "year", "title"),
            check("ck_plan_selection_year", YEAR),
            check("ck_plan_selection_words", "title <> '' AND reason <> ''"),
            check("ck_plan_selection_projects", "projects BETWEEN 0 AND candidates"),
            check("ck_plan_selection_value", "value >= 0"),
            check("ck_plan_selection_proved", "(method = 'solved') = (bound IS NOT NULL) AND bound = value"),
            check(
                "ck_plan_selection_handed",
                "(state = 'handed') = (handed_by_id IS NOT NULL)"
                " AND (handed_by_id IS NULL) = (handed_at IS NULL)"
                " AND (meeting_id IS NULL OR state = 'handed')",
            ),
        ]


class PlanSelectionRoom(Table):
    """A ceiling as it stood when the selection was made; ``takes`` is what the selection takes of it."""

    selection = ForeignKeyField(PlanSelection, index=False, backref="+")
    source = EnumField(FundingSource)
    ceiling = MoneyField(null=True)
    assumed = MoneyField(null=True)
    taken = MoneyField()
    takes = MoneyField()

    class Meta:
        """Once for each source of the city's own."""

        append_only = True
        constraints = [
            unique("uq_plan_selection_room", "selection_id", "source"),
            check("ck_plan_selection_room_own_level", among("source", OWN_LEVEL)),
            check("ck_plan_selection_room_amounts", "taken >= 0 AND takes >= 0 AND assumed >= 0"),
        ]


class PlanSelectionProject(Table):
    """A project that could be chosen, and whether it was; ``value`` counts in hundredths of a point."""

    selection = ForeignKeyField(PlanSelection, index=False, backref="+")
    project = ForeignKeyField(Project, backref="+")
    chosen = BooleanField()
    pin = EnumField(Pin, null=True)
    basis = EnumField(AmountBasis)
    priority = EnumField(Priority)
    score = FigureField(null=True)
    value = IntegerField()

    class Meta:
        """Once in a selection."""

        append_only = True
        constraints = [
            unique("uq_plan_selection_project", "selection_id", "project_id"),
            check("ck_plan_selection_project_value", "value >= 0"),
        ]


class PlanSelectionNeed(Table):
    """What a project of a selection asks of a source, and what of it would be listed."""

    row = ForeignKeyField(PlanSelectionProject, index=False, backref="+")
    source = EnumField(FundingSource)
    asked = MoneyField()
    amount = MoneyField()

    class Meta:
        """Once for each source; never more than is asked for."""

        append_only = True
        constraints = [
            unique("uq_plan_selection_need", "row_id", "source"),
            check("ck_plan_selection_need_amount", "amount > 0 AND amount <= asked"),
        ]
