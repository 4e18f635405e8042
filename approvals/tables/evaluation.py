"""Evaluations: one per subject, instrument and year, with a row for every indicator and its three scores.

A row may be worked on until it is final; then triggers refuse every change.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from approvals.rules.evaluation import GRADE_FLOORS, EvaluationKind, EvaluationState, Grade
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
from portfolio.tables.figure import FigureField
from portfolio.tables.project import Project, System

_SCALE = 100
_GRADE_BY_TOTAL = " ".join(
    f"WHEN total >= {floor * _SCALE} THEN '{grade.value}'" for grade, floor in GRADE_FLOORS
)


class PointsField(IntegerField):
    """Points with two decimals, stored as whole hundredths so that both databases agree exactly."""

    def db_value(self, value: Decimal | int | None) -> int | None:
        """Points to hundredths; more decimals raise ``ValueError``, never round."""
        if value is None:
            return None
        scaled = Decimal(value) * _SCALE
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} points have more than two decimals")
        return int(scaled)

    def python_value(self, value: Any) -> Decimal | None:  # noqa: ANN401 - as the driver gives it
        """Hundredths to points."""
        return None if value is None else Decimal(int(value)).scaleb(-2)


class Evaluation(Table):
    """One evaluation of one project or system by one instrument, of a ``year`` or of the whole (no year).

    ``subject_key`` spells out subject, kind and year, because a UNIQUE lets empty years repeat.
    ``instrument`` is frozen as it was opened with, weights included.  ``unit`` is the unit evaluated and
    ``evaluator`` the organisation that evaluates it (none in a self-report); ``as_of`` is the day up to which
    figures were computed; ``texts`` are what people write in the report, by section.
    """

    project = ForeignKeyField(Project, null=True, backref="+")
    system = ForeignKeyField(System, null=True, backref="+")
    kind = EnumField(EvaluationKind)
    year = IntegerField(null=True)
    subject_key = TextField()
    instrument = JsonField()
    unit = ForeignKeyField(Organisation, backref="+")
    evaluator = ForeignKeyField(Organisation, null=True, backref="+")
    assessor = ForeignKeyField(User, null=True, backref="+")
    state = EnumField(EvaluationState, default=EvaluationState.DRAFT)
    as_of = DateField(null=True)
    texts = JsonField()
    submitted_by = ForeignKeyField(User, null=True, backref="+")
    submitted_at = MomentField(null=True)
    reply = TextField(null=True)
    reply_by = ForeignKeyField(User, null=True, backref="+")
    reply_at = MomentField(null=True)
    total = PointsField(null=True)
    grade = EnumField(Grade, null=True)
    number = TextField(null=True)
    opened_by = ForeignKeyField(User, backref="+")
    opened_at = MomentField()
    finalised_by = ForeignKeyField(User, null=True, backref="+")
    finalised_at = MomentField(null=True)
    version = IntegerField(default=1)

    class Meta:
        """What is final has total, grade, person and time, and changes no more."""

        immutable_except = (
            "assessor_id",
            "state",
            "as_of",
            "texts",
            "submitted_by_id",
            "submitted_at",
            "reply",
            "reply_by_id",
            "reply_at",
            "total",
            "grade",
            "number",
            "finalised_by_id",
            "finalised_at",
            "version",
        )
        frozen_when = "OLD.\"state\" = 'final'"
        constraints = [
            unique("uq_evaluation_subject", "subject_key"),
            unique("uq_evaluation_number", "number"),
            unique("uq_evaluation_of_project", "id", "project_id"),
            check("ck_evaluation_subject", "(project_id IS NULL) <> (system_id IS NULL)"),
            check(
                "ck_evaluation_subject_key",
                "subject_key = COALESCE('project:' || project_id, 'system:' || system_id)"
                " || ':' || kind || ':' || COALESCE(year, 0)",
            ),
            check("ck_evaluation_year", "year BETWEEN 1990 AND 2100"),
            check(
                "ck_evaluation_year_kind",
                "kind = 'evaluation' OR (kind = 'annual_self') = (year IS NOT NULL)",
            ),
            check("ck_evaluation_evaluator", "(kind = 'evaluation') = (evaluator_id IS NOT NULL)"),
            check("ck_evaluation_independent", "evaluator_id <> unit_id"),
            check("ck_evaluation_assessor", "assessor_id IS NULL OR kind = 'evaluation'"),
            check(
                "ck_evaluation_submitted",
                "(state = 'draft') = (submitted_at IS NULL)"
                " AND (submitted_at IS NULL) = (submitted_by_id IS NULL)",
            ),
            check("ck_evaluation_exchange_kind", "state <> 'exchanged' OR kind = 'evaluation'"),
            check(
                "ck_evaluation_exchanged",
                "NOT (state = 'exchanged' OR (state = 'final' AND kind = 'evaluation'))"
                " OR (COALESCE(reply, '') <> '' AND reply_by_id IS NOT NULL AND reply_at IS NOT NULL)",
            ),
            check(
                "ck_evaluation_final",
                "state <> 'final' OR (total IS NOT NULL AND grade IS NOT NULL AND as_of IS NOT NULL"
                " AND finalised_by_id IS NOT NULL AND finalised_at IS NOT NULL)",
            ),
            check(
                "ck_evaluation_not_final",
                "state = 'final' OR (total IS NULL AND grade IS NULL AND number IS NULL"
                " AND finalised_by_id IS NULL AND finalised_at IS NULL)",
            ),
            check(
                "ck_evaluation_number",
                "state <> 'final' OR kind <> 'evaluation' OR COALESCE(number, '') <> ''",
            ),
            check("ck_evaluation_two_sides", "finalised_by_id <> reply_by_id"),
            check("ck_evaluation_total", f"total BETWEEN 0 AND {100 * _SCALE}"),
            check("ck_evaluation_grade_of_total", f"grade = CASE {_GRADE_BY_TOTAL} END"),
            check("ck_evaluation_version", "version >= 1"),
        ]


class EvaluationScore(Table):
    """One indicator of one evaluation: what the system computed, what unit and evaluator say.

    ``weight`` and all scores are points.  ``computed_value`` is the rate itself; without one
    ``computed_note`` says why.  ``settled`` is set when the evaluation becomes final.
    """

    evaluation = ForeignKeyField(Evaluation, index=False, backref="+")
    position = IntegerField()
    code = TextField()
    weight = PointsField()
    computed_value = FigureField(null=True)
    computed_score = PointsField(null=True)
    computed_note = TextField(default="")
    computed_evidence = JsonField()
    self_score = PointsField(null=True)
    self_reason = TextField(default="")
    self_evidence = TextField(default="")
    self_by = ForeignKeyField(User, null=True, backref="+")
    self_at = MomentField(null=True)
    evaluator_score = PointsField(null=True)
    reason = TextField(default="")
    evidence = TextField(default="")
    scored_by = ForeignKeyField(User, null=True, backref="+")
    scored_at = MomentField(null=True)
    settled = BooleanField(default=False)

    class Meta:
        """A score lies between 0 and the weight, names its author, and its reason unless it was computed."""

        immutable_except = (
            "computed_value",
            "computed_score",
            "computed_note",
            "computed_evidence",
            "self_score",
            "self_reason",
            "self_evidence",
            "self_by_id",
            "self_at",
            "evaluator_score",
            "reason",
            "evidence",
            "scored_by_id",
            "scored_at",
            "settled",
        )
        frozen_when = 'OLD."settled"'
        constraints = [
            unique("uq_evaluation_score_code", "evaluation_id", "code"),
            unique("uq_evaluation_score_position", "evaluation_id", "position"),
            check("ck_evaluation_score_weight", f"weight BETWEEN 1 AND {100 * _SCALE}"),
            check("ck_evaluation_score_computed", "computed_score BETWEEN 0 AND weight"),
            check("ck_evaluation_score_self", "self_score BETWEEN 0 AND weight"),
            check("ck_evaluation_score_evaluator", "evaluator_score BETWEEN 0 AND weight"),
            check(
                "ck_evaluation_score_self_by",
                "(self_score IS NULL) = (self_by_id IS NULL) AND (self_score IS NULL) = (self_at IS NULL)",
            ),
            check(
                "ck_evaluation_score_scored_by",
                "(evaluator_score IS NULL) = (scored_by_id IS NULL)"
                " AND (evaluator_score IS NULL) = (scored_at IS NULL)",
            ),
            check(
                "ck_evaluation_score_self_reason",
                "self_score IS NULL OR self_reason <> '' OR COALESCE(self_score = computed_score, 1 = 0)",
            ),
            check(
                "ck_evaluation_score_reason",
                "evaluator_score IS NULL OR reason <> ''"
                " OR COALESCE(evaluator_score = computed_score, 1 = 0)",
            ),
            check(
                "ck_evaluation_score_settled",
                "NOT settled OR self_score IS NOT NULL OR evaluator_score IS NOT NULL",
            ),
        ]
