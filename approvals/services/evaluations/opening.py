"""Opening an evaluation with its frozen instrument, and assigning an assessor to it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from approvals.queries.evaluations import opening_facts
from approvals.queries.instruments import instrument_on
from approvals.rules.evaluation import EvaluationAct, EvaluationKind, Instrument, instrument_data
from approvals.rules.opening import check_year, opening_findings, subject_key
from approvals.services.evaluations.parties import evaluating_authority, independent_assessor, record, take
from approvals.tables.evaluation import Evaluation, EvaluationScore
from portfolio.foundation import access, clock, rulebook
from portfolio.foundation.db import change, get, transaction
from portfolio.foundation.errors import refuse_unless, say
from portfolio.foundation.roles import Actor, Role
from portfolio.tables.project import Project


def open_one(
    *,
    project_id: int,
    kind: EvaluationKind,
    year: int | None = None,
    evaluator_id: int | None = None,
    weights: Mapping[str, Decimal] | None = None,
    actor: Actor,
) -> Evaluation:
    """Open an evaluation of a project by one instrument, of a ``year`` or of the whole.

    The unit's applicant opens the unit's own; an officer of the informatization or finance authority opens an
    evaluation, which ``evaluator_id`` (default: the officer's organisation) carries out.  ``weights`` (points
    by indicator code) changes those of the instrument within its rules.  Raises ``Invalid`` for a year that
    does not fit the kind, ``Forbidden`` for the wrong people, ``Refused`` (EV_ONCE, EV_YEAR, EV_SPENT,
    EV_STAGE, EV_WEIGHT_…).
    """
    check_year(kind, year)
    with transaction():
        project = get(Project, project_id, say("项目"), lock=True)
        evaluator = _evaluator(project, kind, evaluator_id, actor)
        rules = rulebook.on(clock.today())
        instrument = instrument_on(kind, rules.day).weighing(weights or {})
        found = opening_findings(opening_facts(project_id, kind, year, rules), instrument.basis, rules)
        refuse_unless(found)
        row: Evaluation = Evaluation.create(
            project=project,
            kind=kind,
            year=year,
            subject_key=subject_key(project_id, kind, year),
            instrument=instrument_data(instrument),
            unit=project.owner_id,
            evaluator=evaluator,
            texts={},
            opened_by=actor.user_id,
            opened_at=clock.now(),
        )
        _open_scores(row, instrument)
        findings = [one.as_data() for one in found]
        record(row, actor, "open", {"project": project_id, "kind": kind, "year": year, "findings": findings})
        return row


def _evaluator(project: Any, kind: EvaluationKind, wanted: int | None, actor: Actor) -> int | None:  # noqa: ANN401
    """Who evaluates: nobody in a unit's own report, which its applicant opens; else an authority."""
    if kind.by_the_unit:
        actor.require_unit(project.owner_id, Role.APPLICANT)
        return None
    return evaluating_authority(project, wanted, actor)


def _open_scores(row: Evaluation, instrument: Instrument) -> None:
    """A row for every indicator, in the order of the instrument, with nothing scored yet."""
    EvaluationScore.insert_many(
        {
            "evaluation": row,
            "position": position,
            "code": indicator.code,
            "weight": indicator.weight,
            "computed_evidence": [],
        }
        for position, indicator in enumerate(instrument.indicators, 1)
    ).execute()


def assign(
    *, evaluation_id: int, username: str, expected_version: int | None = None, actor: Actor
) -> Evaluation:
    """Entrust the scoring to an assessor of a third party; the last assignment holds.

    By an officer of the evaluator.  Raises ``NotFound`` for an unknown person, ``Forbidden`` when they are
    no assessor or their house has a part in the project, ``Refused`` (EV_STATE) once it is submitted.
    """
    with transaction():
        row = take(evaluation_id, EvaluationAct.ASSIGN, actor, expected_version)
        assessor = access.actor_for(username)
        independent_assessor(row, assessor)
        change(row, row.version, assessor=assessor.user_id)
        record(row, actor, "assign", {"assessor": assessor.user_id})
        return row
