"""What was submitted, the steps it goes through, and what the experts said."""

from __future__ import annotations

from peewee import SQL

from approvals.rules.stages import Outcome, Stage, StepKind, StepState, SubmissionKind, SubmissionState
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import (
    BooleanField,
    DateField,
    EnumField,
    ForeignKeyField,
    IntegerField,
    JsonField,
    MomentField,
    Table,
    TextField,
    check,
    unique,
)
from portfolio.foundation.documents import Document
from portfolio.foundation.roles import Role
from portfolio.tables.project import Project


class Submission(Table):
    """What is judged, frozen as it was submitted: ``snapshot`` and its hash, and the gate's ``findings``.

    ``number`` counts the submissions of a project in a stage; ``cover_number`` is the 文号 of the 请示;
    ``rulebook_day`` is the day whose rules hold for it.
    """

    project = ForeignKeyField(Project, backref="+")
    stage = EnumField(Stage)
    kind = EnumField(SubmissionKind)
    number = IntegerField()
    snapshot = JsonField()
    sha256 = TextField()
    findings = JsonField()
    cover_number = TextField(default="")
    rulebook_day = DateField()
    state = EnumField(SubmissionState)
    submitted_by = ForeignKeyField(User, backref="+")
    on_behalf_of = ForeignKeyField(User, null=True, backref="+")
    submitted_at = MomentField()

    class Meta:
        """Only what became of it is written afterwards."""

        immutable_except = ("state",)
        constraints = [
            unique("uq_submission_number", "project_id", "stage", "number"),
            unique("uq_submission_of_project", "id", "project_id"),
            check("ck_submission_number", "number >= 1"),
            check("ck_submission_sha256", "LENGTH(sha256) = 64"),
        ]


class Step(Table):
    """One thing that one role is asked to do with a submission, by a day; who did it, when, in what words.

    ``round`` counts the times that the same step was opened; ``demands`` are
    the conditions that a countersigner attaches; ``paper`` is the scan of a signed paper 代录.
    """

    submission = ForeignKeyField(Submission, backref="+")
    kind = EnumField(StepKind)
    role = EnumField(Role)
    round = IntegerField(default=1)
    organisation = ForeignKeyField(Organisation, null=True, backref="+")
    assignee = ForeignKeyField(User, null=True, backref="+")
    state = EnumField(StepState, default=StepState.OPEN)
    opened_at = MomentField()
    due_on = DateField()
    actor = ForeignKeyField(User, null=True, backref="+")
    on_behalf_of = ForeignKeyField(User, null=True, backref="+")
    done_at = MomentField(null=True)
    outcome = EnumField(Outcome, null=True)
    opinion = TextField(default="")
    demands = JsonField(null=True)
    paper = ForeignKeyField(Document, null=True, backref="+")

    class Meta:
        """Done means that somebody did it, once, at a time, with an outcome."""

        constraints = [
            check(
                "ck_step_done",
                "(state = 'done' AND actor_id IS NOT NULL AND done_at IS NOT NULL AND outcome IS NOT NULL)"
                " OR (state <> 'done' AND actor_id IS NULL AND done_at IS NULL AND outcome IS NULL)",
            ),
            check("ck_step_dissent", "outcome <> 'dissent' OR opinion <> ''"),
            check("ck_step_return", "outcome <> 'return_for_revision' OR opinion <> ''"),
            check("ck_step_round", "round >= 1"),
        ]


Step.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_step_role" ON "step" ("submission_id", "kind", "role", "round")'
        ' WHERE "assignee_id" IS NULL'
    )
)
Step.add_index(
    SQL(
        'CREATE UNIQUE INDEX "uq_step_assignee" ON "step" ("submission_id", "kind", "assignee_id", "round")'
        ' WHERE "assignee_id" IS NOT NULL'
    )
)
Step.add_index(SQL('CREATE INDEX "ix_step_open" ON "step" ("role", "due_on") WHERE "state" = \'open\''))


class ExpertScore(Table):
    """What one expert gave to one submission, 0 to 100; or the conflict that forbids scoring it."""

    submission = ForeignKeyField(Submission, backref="+")
    expert = ForeignKeyField(User, backref="+")
    score = IntegerField(null=True)
    opinion = TextField()
    conflict = BooleanField()
    scored_at = MomentField()

    class Meta:
        """Once for each expert, never changed; a declared conflict gives no score."""

        append_only = True
        constraints = [
            unique("uq_expert_score", "submission_id", "expert_id"),
            check("ck_expert_score_range", "score BETWEEN 0 AND 100"),
            check(
                "ck_expert_score_conflict",
                "(conflict AND score IS NULL) OR (NOT conflict AND score IS NOT NULL)",
            ),
            check("ck_expert_score_opinion", "opinion <> ''"),
        ]
