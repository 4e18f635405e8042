"""The final accounts 竣工财务决算 as they were approved, with what the books said on that day."""

from __future__ import annotations

from approvals.tables.decision import Decision
from portfolio.foundation.db import ForeignKeyField, MoneyField, Table, check, foreign_key, unique
from portfolio.tables.project import Project


class FinalAccountsApproval(Table):
    """One project's final accounts; ``surplus`` is what is left of ``received`` and goes back (R15).

    ``estimate`` is the cap on the day; ``remaining_works`` are still due outside the final cost; a negative
    ``surplus`` is what was never received.
    """

    decision = ForeignKeyField(Decision, index=False, backref="+")
    project = ForeignKeyField(Project, index=False, backref="+")
    estimate = MoneyField()
    contracted = MoneyField()
    direct = MoneyField()
    paid = MoneyField()
    received = MoneyField()
    final_cost = MoneyField()
    remaining_works = MoneyField()
    surplus = MoneyField()

    class Meta:
        """Once for a project, equal to the books, within the estimate; never changed."""

        table_name = "final_accounts"
        append_only = True
        constraints = [
            unique("uq_final_accounts_project", "project_id"),
            unique("uq_final_accounts_decision", "decision_id"),
            foreign_key(
                "fk_final_accounts_decision", ("decision_id", "project_id"), "decision", ("id", "project_id")
            ),
            check("ck_final_accounts_books", "final_cost = contracted + direct"),
            check("ck_final_accounts_estimate", "final_cost + remaining_works <= estimate"),
            check("ck_final_accounts_surplus", "surplus = received - final_cost - remaining_works"),
            check(
                "ck_final_accounts_positive",
                "contracted >= 0 AND direct >= 0 AND paid >= 0 AND received >= 0 AND remaining_works >= 0",
            ),
            check("ck_final_accounts_paid", "paid <= final_cost"),
        ]
