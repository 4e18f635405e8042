"""Meetings of the leading group as people read them: the agenda with its briefs, and who was there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from approvals.queries.frozen import submitted_total
from approvals.rules.stages import Outcome, Phase, SideState, Stage, StepKind, StepState, SubmissionState
from approvals.tables.case import Case
from approvals.tables.decision import Decision
from approvals.tables.meeting import LapsedStep, Meeting, MeetingItem, MeetingMember
from approvals.tables.submission import Step, Submission
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class Signature:
    """What one countersigner said; no outcome is silence until the deadline."""

    role: Role
    outcome: Outcome | None
    opinion: str


@dataclass(frozen=True, slots=True)
class Brief:
    """One matter for the leading group: what it is, what it costs, what the countersigners said."""

    submission: Any
    project: Any
    total: Money
    signatures: tuple[Signature, ...]
    position: int = 0
    decision: Any = None

    @property
    def elsewhere(self) -> bool:
        """Whether it was settled outside the meeting, by circulation or because it was taken back."""
        return self.decision is None and self.submission.state is not SubmissionState.IN_REVIEW

    @property
    def disputed(self) -> bool:
        """Whether a countersigner dissented or attached conditions."""
        return any(one.outcome not in {None, Outcome.APPROVE} for one in self.signatures)


def queue() -> list[Brief]:
    """What waits for the leading group and stands on no open agenda, the oldest first; three queries."""
    listed = (
        MeetingItem.select(MeetingItem.submission)
        .join(Meeting)
        .where(MeetingItem.decision.is_null(), Meeting.closed_at.is_null())
    )
    query = (
        Submission.select(Submission, Project, Organisation)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .switch(Submission)
        .join(Case, on=(Case.submission == Submission.id))
        .where(
            Case.stage == Stage.INITIATION,
            Case.phase == Phase.DECIDING,
            Case.side_state == SideState.ACTIVE,
            Submission.id.not_in(listed),
        )
        .order_by(Submission.submitted_at, Submission.id)
    )
    rows = list(query)
    said = _signatures([row.id for row in rows])
    return [_brief(row, said) for row in rows]


def meetings() -> list[Any]:
    """Every meeting with its chair, the newest first; one query."""
    query = Meeting.select(Meeting, User).join(User, JOIN.LEFT_OUTER, on=Meeting.chair)
    return list(query.order_by(Meeting.held_on.desc(), Meeting.id.desc()))


def meeting(meeting_id: int) -> Any:  # noqa: ANN401 - a Peewee row
    """A meeting with its chair; raises ``NotFound``."""
    query = Meeting.select(Meeting, User).join(User, JOIN.LEFT_OUTER, on=Meeting.chair)
    found = query.where(Meeting.id == meeting_id).first()
    if found is None:
        raise NotFound(say("没有这个{what}（编号 {key}）", what=say("会议"), key=meeting_id))
    return found


def agenda(meeting_id: int) -> list[Brief]:
    """The items of a meeting in their order, each with its brief and its decision; three queries."""
    query = (
        MeetingItem.select(MeetingItem, Submission, Project, Organisation, Decision)
        .join(Submission)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .switch(MeetingItem)
        .join(Decision, JOIN.LEFT_OUTER, on=MeetingItem.decision)
        .where(MeetingItem.meeting == meeting_id)
        .order_by(MeetingItem.position)
    )
    rows = list(query)
    said = _signatures([row.submission_id for row in rows])
    return [
        _brief(row.submission, said, row.position, row.decision if row.decision_id else None) for row in rows
    ]


def attendance(meeting_id: int) -> list[User]:
    """The members who were there, by name, with their houses; one query."""
    query = (
        User.select(User, Organisation)
        .join(Organisation)
        .switch(User)
        .join(MeetingMember, on=(MeetingMember.member == User.id))
        .where(MeetingMember.meeting == meeting_id)
    )
    return list(query.order_by(User.name, User.id))


def open_meeting_of(submission_id: int) -> Any:  # noqa: ANN401 - a Peewee row
    """The meeting that sits and has this submission on its agenda, if any; one query."""
    return (
        Meeting.select()
        .join(MeetingItem, on=(MeetingItem.meeting == Meeting.id))
        .where(
            MeetingItem.submission == submission_id,
            MeetingItem.decision.is_null(),
            Meeting.opened_at.is_null(False),
            Meeting.closed_at.is_null(),
        )
        .order_by(Meeting.id.desc())
        .first()
    )


def _signatures(submission_ids: list[int]) -> dict[int, list[Signature]]:
    """What the countersigners of each submission said, or that they let it pass; one query."""
    said: dict[int, list[Signature]] = defaultdict(list)
    query = (
        Step.select(Step)
        .join(LapsedStep, JOIN.LEFT_OUTER, on=(LapsedStep.step == Step.id))
        .where(
            Step.submission.in_(submission_ids),
            Step.kind == StepKind.COUNTERSIGN,
            (Step.state == StepState.DONE) | LapsedStep.id.is_null(False),
        )
        .order_by(Step.id)
    )
    for step in query:
        said[step.submission_id].append(Signature(step.role, step.outcome, step.opinion))
    return said


def _brief(
    submission: Any,  # noqa: ANN401 - a Peewee row
    said: dict[int, list[Signature]],
    position: int = 0,
    decision: Any = None,  # noqa: ANN401 - a Peewee row
) -> Brief:
    return Brief(
        submission,
        submission.project,
        submitted_total(submission),
        tuple(said.get(submission.id, ())),
        position,
        decision,
    )
