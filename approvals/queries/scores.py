"""What experts gave; each of them sees only their own."""

from __future__ import annotations

from typing import Any

from approvals.rules.appraisal_gate import ScoreFact
from approvals.rules.stages import StepKind
from approvals.tables.submission import ExpertScore, Step
from portfolio.foundation.access import User
from portfolio.foundation.roles import SEES_EVERYTHING, Actor


def scores_of(submission: Any) -> list[ScoreFact]:  # noqa: ANN401 - a Peewee row
    """Every assigned expert of a submission with the score given, if any; two queries."""
    assigned = (
        Step.select(Step, User)
        .join(User, on=Step.assignee)
        .where(Step.submission == submission, Step.kind == StepKind.SCORE)
        .order_by(Step.id)
    )
    given = {row.expert_id: row for row in ExpertScore.select().where(ExpertScore.submission == submission)}
    facts = []
    for step in assigned:
        row = given.get(step.assignee_id)
        facts.append(ScoreFact(step.assignee.name, row.score if row else None, bool(row and row.conflict)))
    return facts


def scores_for(actor: Actor, submission_id: int) -> list[ExpertScore]:
    """The scores that ``actor`` may see: an expert only the own one, the reviewing side all of them."""
    query = ExpertScore.select(ExpertScore, User).join(User).where(ExpertScore.submission == submission_id)
    if not actor.has(*SEES_EVERYTHING):
        query = query.where(ExpertScore.expert == actor.user_id)
    return list(query.order_by(ExpertScore.id))
