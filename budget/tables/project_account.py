"""What a project may cost, and what of it is contracted, allotted and paid."""

from __future__ import annotations

from budget.rules.limits import ACCOUNT_LIMITS
from budget.rules.words import AccountState
from budget.tables.constraints import limit_checks
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
from portfolio.tables.project import Project


class ProjectAccount(Table):
    """The account of one project; amounts in fen.

    ``cap`` is the estimate last fixed, empty before; ``preparatory_limit`` what may be spent until then.
    ``contracted`` sums the contracts of all years, at their settled value once settled; ``direct`` the
    approved costs without a contract; ``allotted`` the lines of all years; ``paid`` is net of what suppliers
    gave back.
    """

    project = ForeignKeyField(Project, backref="+", index=False)
    state = EnumField(AccountState, default=AccountState.NONE)
    cap = MoneyField(null=True)
    preparatory_limit = MoneyField(default=Money.ZERO)
    preparatory_number = TextField(default="")
    contracted = MoneyField(default=Money.ZERO)
    direct = MoneyField(default=Money.ZERO)
    allotted = MoneyField(default=Money.ZERO)
    paid = MoneyField(default=Money.ZERO)
    opened_by = ForeignKeyField(User, backref="+")
    opened_at = MomentField()
    version = IntegerField(default=1)

    class Meta:
        """The project's limits (procedure: contracts of all years and other costs ≤ estimate; R08)."""

        constraints = [
            unique("uq_project_account_project", "project_id"),
            check("ck_project_account_cap_amount", "cap > 0"),
            check("ck_project_account_preparatory_amount", "preparatory_limit >= 0"),
            check("ck_project_account_version", "version >= 1"),
            *limit_checks(ACCOUNT_LIMITS),
        ]


class EstimateFix(Table):
    """An estimate as it was fixed 核定概算; each revision stands, the last one is the cap."""

    project = ForeignKeyField(Project, backref="+", index=False)
    revision = IntegerField()
    amount = MoneyField()
    number = TextField()
    fixed_by = ForeignKeyField(User, backref="+")
    fixed_at = MomentField()

    class Meta:
        """The key with the project lets a case point at an estimate of its own project alone."""

        append_only = True
        constraints = [
            unique("uq_estimate_fix", "project_id", "revision"),
            unique("uq_estimate_fix_of_project", "id", "project_id"),
            check("ck_estimate_fix_amount", "amount > 0"),
            check("ck_estimate_fix_revision", "revision >= 1"),
        ]


class FinalCost(Table):
    """What a project cost by its approved final accounts 竣工财务决算; from then on its surplus goes back."""

    project = ForeignKeyField(Project, backref="+", index=False)
    amount = MoneyField()
    number = TextField()
    recorded_by = ForeignKeyField(User, backref="+")
    recorded_at = MomentField()

    class Meta:
        """Approved once."""

        append_only = True
        constraints = [
            unique("uq_final_cost_project", "project_id"),
            check("ck_final_cost_amount", "amount >= 0"),
        ]
