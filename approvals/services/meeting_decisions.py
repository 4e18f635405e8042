"""Deciding at once everything on an agenda that nobody objects to."""

from __future__ import annotations

from approvals.rules.stages import Outcome
from approvals.services.decisions import Ruling, decide
from approvals.services.meetings import refuse_unless_sitting
from approvals.tables.case import Case
from approvals.tables.decision import Decision
from approvals.tables.meeting import MeetingItem
from approvals.tables.submission import Submission
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Finding, Refused, say
from portfolio.foundation.roles import Actor


def approve_rest(*, meeting_id: int, submission_ids: frozenset[int], actor: Actor) -> list[Decision]:
    """Approve those of ``submission_ids`` that are still undecided on the agenda: all of them or none.

    They are what the page showed.  Raises ``Refused`` when the meeting does not sit or one of them is not
    on its agenda, and whatever deciding each of them would raise.
    """
    with transaction():
        refuse_unless_sitting(meeting_id)
        items = list(
            MeetingItem.select(MeetingItem, Submission, Case)
            .join(Submission)
            .join(Case, on=(Case.project == Submission.project), attr="case")
            .where(MeetingItem.meeting == meeting_id, MeetingItem.submission.in_(list(submission_ids)))
            .order_by(MeetingItem.position)
        )
        if not items or len(items) < len(submission_ids):
            raise Refused([_not_listed()])
        return [
            decide(
                submission_id=item.submission_id,
                expected_version=item.submission.case.version,
                ruling=Ruling(Outcome.APPROVE),
                actor=actor,
            )
            for item in items
            if item.decision_id is None
        ]


def _not_listed() -> Finding:
    return Finding(
        "MEETING",
        False,
        say("没有选择议程上待审定的项目"),
        "领导小组议事规则",
        remedy=say("请刷新会议页面后重新选择"),
    )
