"""What was decided: decisions and their conditions, appraisals, overrides, and approvals from before."""

from __future__ import annotations

from peewee import SQL

from approvals.rules.stages import AppraisalMode, DecisionMode, Gate, Outcome, Stage, Tier
from approvals.tables.submission import Submission
from portfolio.foundation.access import Organisation, User
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
    foreign_key,
    unique,
)
from portfolio.foundation.documents import Document
from portfolio.tables.figure import FigureField
from portfolio.tables.plan import PlanItem
from portfolio.tables.project import Project

_OF_PROJECT = (("submission_id", "project_id"), "submission", ("id", "project_id"))


class Decision(Table):
    """A decision on a submission, with its 文号; ``amount`` is what it approved, where it approves money.

    ``minutes`` is the number of the minutes 会议纪要; ``paper`` the scan of a signed paper 代录.
    """

    project = ForeignKeyField(Project, backref="+")
    submission = ForeignKeyField(Submission, backref="+")
    stage = EnumField(Stage)
    mode = EnumField(DecisionMode)
    tier = EnumField(Tier, null=True)
    outcome = EnumField(Outcome)
    positive = BooleanField()
    plan_item = ForeignKeyField(PlanItem, null=True, backref="+")
    amount = MoneyField(null=True)
    number = TextField()
    minutes = TextField(default="")
    reason = TextField(default="")
    decided_by = ForeignKeyField(User, backref="+")
    on_behalf_of = ForeignKeyField(User, null=True, backref="+")
    decided_at = MomentField()
    paper = ForeignKeyField(Document, null=True, backref="+")

    class Meta:
        """Never changed; a negative one says why in writing, a positive first one names the plan item."""

        append_only = True
        constraints = [
            unique("uq_decision_evidence", "id", "project_id", "plan_item_id", "stage", "positive"),
            unique("uq_decision_of_project", "id", "project_id"),
            foreign_key("fk_decision_submission", *_OF_PROJECT),
            check(
                "ck_decision_positive",
                "(positive AND outcome IN ('approve', 'approve_with_conditions'))"
                " OR (NOT positive AND outcome IN ('return_for_revision', 'defer', 'reject'))",
            ),
            check("ck_decision_reason", "positive OR reason <> ''"),
            check(
                "ck_decision_plan_item", "NOT positive OR stage <> 'initiation' OR plan_item_id IS NOT NULL"
            ),
            check("ck_decision_number", "number <> ''"),
            check("ck_decision_amount", "amount >= 0"),
        ]


Decision.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_decision_once" ON "decision" ("submission_id", "mode")'
        " WHERE \"outcome\" <> 'defer'"
    )
)


class Condition(Table):
    """Something that a decision demands of an organisation by a day; unmet, it keeps ``gate`` shut."""

    decision = ForeignKeyField(Decision, backref="+")
    project = ForeignKeyField(Project, backref="+")
    text = TextField()
    owner = ForeignKeyField(Organisation, backref="+")
    due_on = DateField()
    gate = EnumField(Gate)
    evidence = ForeignKeyField(Document, null=True, backref="+")
    met_at = MomentField(null=True)
    met_by = ForeignKeyField(User, null=True, backref="+")

    class Meta:
        """Met means with evidence, by somebody, at a time."""

        table_name = "decision_condition"
        immutable_except = ("evidence_id", "met_at", "met_by_id")
        constraints = [
            check("ck_decision_condition_text", "text <> ''"),
            check(
                "ck_decision_condition_met",
                "(met_at IS NULL AND met_by_id IS NULL AND evidence_id IS NULL)"
                " OR (met_at IS NOT NULL AND met_by_id IS NOT NULL AND evidence_id IS NOT NULL)",
            ),
        ]


class Override(Table):
    """A reasoned passing-over of one rule in one stage of one project, where the rulebook allows it."""

    project = ForeignKeyField(Project, backref="+")
    stage = EnumField(Stage)
    rule = TextField()
    reason = TextField()
    granted_by = ForeignKeyField(User, backref="+")
    on_behalf_of = ForeignKeyField(User, null=True, backref="+")
    granted_at = MomentField()

    class Meta:
        """Never changed, never without a reason."""

        table_name = "rule_override"
        append_only = True
        constraints = [
            unique("uq_rule_override", "project_id", "stage", "rule"),
            check("ck_rule_override_reason", "reason <> ''"),
        ]


class Appraisal(Table):
    """The result of the appraisal: by experts (0 to 100 points), by written review, or by an upper level.

    ``experts_needed`` and ``pass_mark`` are copied from the rulebook when it was concluded.
    """

    project = ForeignKeyField(Project, backref="+")
    submission = ForeignKeyField(Submission, null=True, backref="+")
    mode = EnumField(AppraisalMode)
    experts = IntegerField(default=0)
    experts_needed = IntegerField(default=0)
    mean = FigureField(null=True)
    spread = FigureField(null=True)
    pass_mark = FigureField(null=True)
    conclusion = TextField()
    passed = BooleanField()
    approved_investment = MoneyField(null=True)
    number = TextField(default="")
    document = ForeignKeyField(Document, null=True, backref="+")
    decided_by = ForeignKeyField(User, backref="+")
    on_behalf_of = ForeignKeyField(User, null=True, backref="+")
    decided_at = MomentField()

    class Meta:
        """Passed means enough experts, enough points, an approved investment and a number."""

        append_only = True
        constraints = [
            unique("uq_appraisal_evidence", "id", "project_id", "passed"),
            foreign_key("fk_appraisal_submission", *_OF_PROJECT),
            check("ck_appraisal_conclusion", "conclusion <> ''"),
            check(
                "ck_appraisal_approved",
                "NOT passed OR (COALESCE(approved_investment, 0) > 0 AND number <> '')",
            ),
            check(
                "ck_appraisal_panel",
                "mode <> 'panel' OR (mean IS NOT NULL AND spread IS NOT NULL AND pass_mark IS NOT NULL)",
            ),
            check(
                "ck_appraisal_passed",
                "NOT passed OR mode <> 'panel' OR (experts >= experts_needed AND mean >= pass_mark)",
            ),
            check(
                "ck_appraisal_source",
                "(mode = 'upper_level' AND document_id IS NOT NULL)"
                " OR (mode <> 'upper_level' AND submission_id IS NOT NULL)",
            ),
        ]


class InheritedEvidence(Table):
    """What shows that a project was approved before the system 存量; one person records, another confirms.

    ``stage`` is where it stood at go-live; ``numbers`` are the 文号 of the old approvals by stage.
    """

    project = ForeignKeyField(Project, backref="+")
    stage = EnumField(Stage)
    numbers = JsonField()
    document = ForeignKeyField(Document, backref="+")
    estimate = MoneyField(null=True)
    recorded_by = ForeignKeyField(User, backref="+")
    recorded_at = MomentField()
    confirmed = BooleanField(default=False)
    confirmed_by = ForeignKeyField(User, null=True, backref="+")
    confirmed_at = MomentField(null=True)

    class Meta:
        """Two people, never one; a record that nobody has confirmed may be followed by a better one."""

        immutable_except = ("confirmed", "confirmed_by_id", "confirmed_at")
        constraints = [
            unique("uq_inherited_evidence", "id", "project_id", "stage", "confirmed"),
            check(
                "ck_inherited_evidence_confirmed",
                "(confirmed AND confirmed_by_id IS NOT NULL AND confirmed_at IS NOT NULL)"
                " OR (NOT confirmed AND confirmed_by_id IS NULL AND confirmed_at IS NULL)",
            ),
            check("ck_inherited_evidence_two", "confirmed_by_id <> recorded_by_id"),
            check(
                "ck_inherited_evidence_stage_evidenced",
                "stage NOT IN ('registered', 'filed', 'reporting', 'closed')",
            ),
            check("ck_inherited_evidence_estimate", "estimate > 0"),
        ]


InheritedEvidence.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_inherited_evidence_confirmed" ON "inherited_evidence" ("project_id")'
        ' WHERE "confirmed"'
    )
)
