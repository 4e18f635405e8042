"""The frame of a year: ceilings by own-level source, the annual investment plan, budget round requests."""

from __future__ import annotations

from budget.rules.limits import CEILING_LIMITS
from budget.rules.sources import FISCAL, OWN_LEVEL
from budget.rules.words import PlanRowState, RequestKind, RequestState
from budget.tables.constraints import ONE_SUBJECT, YEAR, among, limit_checks
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
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project, System


class Ceiling(Table):
    """How much of an own-level source may be newly allotted in a year 年度规模; carried-in money apart."""

    year = IntegerField()
    source = EnumField(FundingSource)
    amount = MoneyField()
    allotted = MoneyField(default=Money.ZERO)
    version = IntegerField(default=1)

    class Meta:
        """One for each year and source of the city's own."""

        constraints = [
            unique("uq_ceiling", "year", "source"),
            check("ck_ceiling_year", YEAR),
            check("ck_ceiling_own_level", among("source", OWN_LEVEL)),
            check("ck_ceiling_amount", "amount >= 0"),
            check("ck_ceiling_version", "version >= 1"),
            *limit_checks(CEILING_LIMITS),
        ]


class CeilingRevision(Table):
    """Every amount that a ceiling had, with the document that set it."""

    ceiling = ForeignKeyField(Ceiling, backref="+", index=False)
    revision = IntegerField()
    amount = MoneyField()
    number = TextField()
    set_by = ForeignKeyField(User, backref="+")
    set_at = MomentField()

    class Meta:
        """Revisions stand."""

        append_only = True
        constraints = [
            unique("uq_ceiling_revision", "ceiling_id", "revision"),
            check("ck_ceiling_revision_amount", "amount >= 0"),
            check("ck_ceiling_revision_number", "number <> ''"),
        ]


class AnnualPlanRow(Table):
    """What the annual investment plan gives a project from a source; the last decided revision holds."""

    project = ForeignKeyField(Project, backref="+", index=False)
    year = IntegerField()
    source = EnumField(FundingSource)
    revision = IntegerField()
    amount = MoneyField()
    state = EnumField(PlanRowState, default=PlanRowState.DRAFTED)
    drafted_by = ForeignKeyField(User, backref="+")
    drafted_at = MomentField()
    number = TextField(default="")
    decided_by = ForeignKeyField(User, null=True, backref="+")
    decided_at = MomentField(null=True)

    class Meta:
        """Drafts change, decisions stand; the key with the project is for cases."""

        immutable_except = (
            "amount",
            "state",
            "drafted_by_id",
            "drafted_at",
            "number",
            "decided_by_id",
            "decided_at",
        )
        frozen_when = "OLD.\"state\" = 'decided'"
        constraints = [
            unique("uq_annual_plan_row", "project_id", "year", "source", "revision"),
            unique("uq_annual_plan_row_of_project", "id", "project_id"),
            check("ck_annual_plan_row_year", YEAR),
            check("ck_annual_plan_row_amount", "amount > 0"),
            check("ck_annual_plan_row_revision", "revision >= 1"),
            check(
                "ck_annual_plan_row_decided",
                "(state = 'decided') = (decided_by_id IS NOT NULL)"
                " AND (decided_by_id IS NULL) = (decided_at IS NULL)"
                " AND (state = 'drafted' OR number <> '')",
            ),
        ]


_REACHED = {
    "control_figure": (RequestState.CONTROL, RequestState.SECOND_UP, RequestState.APPROVED),
    "second_request": (RequestState.SECOND_UP, RequestState.APPROVED),
    "approved": (RequestState.APPROVED,),
}


class BudgetRequest(Table):
    """A request of the budget round 二上二下, or one that changes the budget in mid-year 追加调减.

    ``requested`` 一上, ``control_figure`` 一下, ``second_request`` 二上, ``approved`` 二下.
    """

    project = ForeignKeyField(Project, null=True, backref="+")
    system = ForeignKeyField(System, null=True, backref="+")
    year = IntegerField()
    source = EnumField(FundingSource)
    kind = EnumField(RequestKind)
    position = IntegerField(default=1)
    state = EnumField(RequestState, default=RequestState.FIRST_UP)
    requested = MoneyField()
    control_figure = MoneyField(null=True)
    second_request = MoneyField(null=True)
    approved = MoneyField(null=True)
    reason = TextField(default="")
    number = TextField(default="")
    requested_by = ForeignKeyField(User, backref="+")
    requested_at = MomentField()
    approved_by = ForeignKeyField(User, null=True, backref="+")
    approved_at = MomentField(null=True)
    version = IntegerField(default=1)

    class Meta:
        """Each step has its figure; nobody approves what they requested."""

        constraints = [
            unique("uq_budget_request_project", "project_id", "year", "source", "kind", "position"),
            unique("uq_budget_request_system", "system_id", "year", "source", "kind", "position"),
            check("ck_budget_request_subject", ONE_SUBJECT),
            check("ck_budget_request_fiscal", among("source", FISCAL)),
            check("ck_budget_request_year", YEAR),
            check("ck_budget_request_requested", "requested > 0"),
            check("ck_budget_request_reason", "kind = 'round' OR reason <> ''"),
            *(
                check(
                    f"ck_budget_request_{column}",
                    f"({among('state', states)}) = ({column} IS NOT NULL) AND COALESCE({column}, 0) >= 0",
                )
                for column, states in _REACHED.items()
            ),
            check(
                "ck_budget_request_approval",
                "(approved IS NULL) = (approved_by_id IS NULL)"
                " AND (approved_by_id IS NULL) = (approved_at IS NULL)"
                " AND (approved_by_id IS NULL OR approved_by_id <> requested_by_id)",
            ),
            check("ck_budget_request_version", "version >= 1"),
        ]
