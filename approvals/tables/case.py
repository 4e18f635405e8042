"""Where each project stands, and the evidence that it may stand there."""

from __future__ import annotations

from approvals.rules.stages import FILING_STAGES, GOVERNMENT_STAGES, Phase, SideState, Stage, Tier
from approvals.tables.decision import Appraisal, Decision, InheritedEvidence
from approvals.tables.submission import Submission
from budget.tables.annual_plan import AnnualPlanRow
from budget.tables.line import BudgetLine
from budget.tables.project_account import EstimateFix
from portfolio.foundation.access import User
from portfolio.foundation.db import (
    BooleanField,
    DateField,
    EnumField,
    ForeignKeyField,
    IntegerField,
    MomentField,
    Table,
    check,
    foreign_key,
    unique,
)
from portfolio.rules.dossier import Track
from portfolio.tables.plan import PlanItem
from portfolio.tables.project import Project


def _in(column: str, values: tuple[Stage, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


_BUILT = GOVERNMENT_STAGES[3:]
_APPROVED = "plan_item_id IS NOT NULL AND decision_id IS NOT NULL"
_APPRAISED = "appraisal_id IS NOT NULL"
_INHERITED_BUILT = _in("COALESCE(inherited_stage, 'initiation')", _BUILT)
_FUNDED = "estimate_fix_id IS NOT NULL AND annual_plan_row_id IS NOT NULL AND budget_line_id IS NOT NULL"


class Case(Table):
    """The one place that says in which stage a project is, with keys to what brought it there.

    ``stage_key`` and ``holds`` never change: through them the keys reach only a positive first decision,
    a passed appraisal and a confirmed inheritance, all of this very project.
    """

    project = ForeignKeyField(Project, backref="+", index=False)
    track = EnumField(Track)
    stage = EnumField(Stage)
    phase = EnumField(Phase)
    side_state = EnumField(SideState, default=SideState.ACTIVE)
    review_on = DateField(null=True)
    tier = EnumField(Tier, null=True)
    combined = BooleanField(default=False)
    rulebook_day = DateField(null=True)
    submission = ForeignKeyField(Submission, null=True, backref="+")
    stage_key = EnumField(Stage, default=Stage.INITIATION)
    holds = BooleanField(default=True)
    plan_item = ForeignKeyField(PlanItem, null=True, backref="+")
    decision = ForeignKeyField(Decision, null=True, backref="+")
    appraisal = ForeignKeyField(Appraisal, null=True, backref="+")
    estimate_fix = ForeignKeyField(EstimateFix, null=True, backref="+")
    annual_plan_row = ForeignKeyField(AnnualPlanRow, null=True, backref="+")
    budget_line = ForeignKeyField(BudgetLine, null=True, backref="+")
    inherited = ForeignKeyField(InheritedEvidence, null=True, backref="+")
    inherited_stage = EnumField(Stage, null=True)
    completed_on = DateField(null=True)
    launched_on = DateField(null=True)
    opened_by = ForeignKeyField(User, backref="+")
    opened_at = MomentField()
    version = IntegerField(default=1)

    class Meta:
        """先规划后立项 and 先评估后建设, held by the database itself."""

        table_name = "approval_case"
        constraints = [
            unique("uq_approval_case_project", "project_id"),
            foreign_key(
                "fk_approval_case_submission",
                ("submission_id", "project_id"),
                "submission",
                ("id", "project_id"),
            ),
            foreign_key(
                "fk_approval_case_plan_item",
                ("project_id", "plan_item_id"),
                "project",
                ("id", "plan_item_id"),
            ),
            foreign_key(
                "fk_approval_case_decision",
                ("decision_id", "project_id", "plan_item_id", "stage_key", "holds"),
                "decision",
                ("id", "project_id", "plan_item_id", "stage", "positive"),
            ),
            foreign_key(
                "fk_approval_case_appraisal",
                ("appraisal_id", "project_id", "holds"),
                "appraisal",
                ("id", "project_id", "passed"),
            ),
            foreign_key(
                "fk_approval_case_estimate",
                ("estimate_fix_id", "project_id"),
                "estimate_fix",
                ("id", "project_id"),
            ),
            foreign_key(
                "fk_approval_case_annual_plan",
                ("annual_plan_row_id", "project_id"),
                "annual_plan_row",
                ("id", "project_id"),
            ),
            foreign_key(
                "fk_approval_case_line", ("budget_line_id", "project_id"), "budget_line", ("id", "project_id")
            ),
            foreign_key(
                "fk_approval_case_inherited",
                ("inherited_id", "project_id", "inherited_stage", "holds"),
                "inherited_evidence",
                ("id", "project_id", "stage", "confirmed"),
            ),
            check("ck_approval_case_holds", "holds"),
            check("ck_approval_case_first_stage", "stage_key = 'initiation'"),
            check("ck_approval_case_inherited", "(inherited_id IS NULL) = (inherited_stage IS NULL)"),
            check(
                "ck_approval_case_stage_of_track",
                f"(track = 'filing' AND {_in('stage', FILING_STAGES)})"
                f" OR (track = 'government' AND {_in('stage', GOVERNMENT_STAGES)})",
            ),
            check(
                "ck_approval_case_plan_before_approval",
                f"track = 'filing' OR stage = 'initiation' OR ({_APPROVED})"
                " OR COALESCE(inherited_stage, 'initiation') <> 'initiation'",
            ),
            check(
                "ck_approval_case_appraisal_before_estimate",
                f"track = 'filing' OR {_in('stage', GOVERNMENT_STAGES[:2])} OR {_APPRAISED}"
                f" OR COALESCE(inherited_stage, 'initiation') NOT IN ('initiation', 'appraisal')",
            ),
            check(
                "ck_approval_case_appraisal_before_building",
                f"track = 'filing' OR NOT ({_in('stage', _BUILT)}) OR ({_FUNDED}) OR {_INHERITED_BUILT}",
            ),
            check("ck_approval_case_deferred", "(side_state = 'deferred') = (review_on IS NOT NULL)"),
            check("ck_approval_case_version", "version >= 1"),
        ]


class FilingReport(Table):
    """That a filed project's realised investment was reported for a quarter; the money is in the books."""

    project = ForeignKeyField(Project, backref="+", index=False)
    year = IntegerField()
    quarter = IntegerField()
    revision = IntegerField()
    reported_by = ForeignKeyField(User, backref="+")
    reported_at = MomentField()

    class Meta:
        """Reports stand as they were given; a correction is a further revision."""

        append_only = True
        constraints = [
            unique("uq_filing_report", "project_id", "year", "quarter", "revision"),
            check("ck_filing_report_quarter", "quarter BETWEEN 1 AND 4"),
            check("ck_filing_report_revision", "revision >= 1"),
        ]
