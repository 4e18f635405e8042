"""Writing down how an appraisal ended; the figures are those of the experts' own scores."""

from __future__ import annotations

from typing import Any

from approvals.queries.frozen import submitted_total
from approvals.queries.scores import scores_of
from approvals.rules.appraisal_gate import panel_result
from approvals.rules.stages import AppraisalMode, Circumstance, StepKind, StepState
from approvals.services.matter import Matter
from approvals.tables.decision import Appraisal, Decision
from approvals.tables.submission import Step
from portfolio.foundation import clock
from portfolio.foundation.roles import Actor


def write_passed(matter: Matter, decision: Decision, actor: Actor) -> Appraisal:
    """The appraisal that a positive reply makes official, with the approved investment and its number."""
    return _write(
        matter,
        actor,
        passed=True,
        conclusion=_conclusion_of(matter),
        approved_investment=decision.amount or submitted_total(matter.submission),
        number=decision.number,
        on_behalf_of=decision.on_behalf_of_id,
    )


def write_failed(matter: Matter, conclusion: str, actor: Actor) -> Appraisal:
    """The appraisal of a study that did not pass."""
    return _write(matter, actor, passed=False, conclusion=conclusion, on_behalf_of=actor.on_behalf_of)


def _write(matter: Matter, actor: Actor, **values: Any) -> Appraisal:  # noqa: ANN401 - columns
    figures: dict[str, Any] = {"mode": AppraisalMode.TECHNICAL_REVIEW}
    if Circumstance.BY_PANEL in matter.circumstances():
        result = panel_result(scores_of(matter.submission), matter.rules)
        figures = {
            "mode": AppraisalMode.PANEL,
            "experts": result.experts,
            "experts_needed": result.experts_needed,
            "mean": result.mean if result.mean is not None else 0,
            "spread": result.spread if result.spread is not None else 0,
            "pass_mark": result.pass_mark,
        }
    written: Appraisal = Appraisal.create(
        project=matter.case.project_id,
        submission=matter.submission,
        decided_by=actor.user_id,
        decided_at=clock.now(),
        **figures,
        **values,
    )
    return written


def _conclusion_of(matter: Matter) -> str:
    step = (
        Step.select(Step.opinion)
        .where(
            Step.submission == matter.submission,
            Step.kind.in_([StepKind.PANEL, StepKind.REVIEW]),
            Step.state == StepState.DONE,
        )
        .order_by(Step.id.desc())
        .get()
    )
    return str(step.opinion)
