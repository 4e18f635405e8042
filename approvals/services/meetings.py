"""Meetings of the leading group 领导小组会议: called with an agenda, opened with a quorum, closed.

Deciding in a meeting is deciding, by a member who is there; the decision carries the meeting's number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from approvals.queries.people import holder_ids
from approvals.rules import meeting as rules
from approvals.rules.stages import Phase, SideState, Stage
from approvals.rules.workflow import BASIS
from approvals.tables.case import Case
from approvals.tables.decision import Decision
from approvals.tables.meeting import Meeting, MeetingItem, MeetingMember
from approvals.tables.submission import Submission
from portfolio.foundation import audit, clock, rulebook
from portfolio.foundation.db import for_update, get, transaction
from portfolio.foundation.errors import Conflict, Finding, Forbidden, Invalid, Refused, refuse_unless, say
from portfolio.foundation.roles import Actor, Role


def call(
    *, number: str, held_on: date, place: str = "", submission_ids: Sequence[int], actor: Actor
) -> Meeting:
    """The office calls a meeting with its agenda, in the order of ``submission_ids``.

    Raises ``Invalid`` without a number or an agenda and for a past day, ``Conflict`` for a number that was
    given, ``Refused`` for what does not wait for the leading group or stands on another open agenda.
    """
    actor.require(Role.SECRETARY)
    wanted = list(dict.fromkeys(submission_ids))
    problems = {}
    if not number.strip():
        problems["number"] = say("请填写会议纪要号")
    if held_on < clock.today():
        problems["held_on"] = say("会议日期不能早于今天")
    if not wanted:
        problems["submissions"] = say("请选择上会项目")
    if problems:
        raise Invalid(problems)
    with transaction():
        if Meeting.select().where(Meeting.number == number.strip()).exists():
            raise Conflict(
                say("会议纪要号 {number} 已被使用", number=number.strip()), remedy=say("请核对会议纪要号")
            )
        row: Meeting = Meeting.create(
            number=number.strip(),
            held_on=held_on,
            place=place.strip(),
            called_by=actor.user_id,
            called_at=clock.now(),
        )
        for position, submission_id in enumerate(wanted, 1):
            _refuse_unless_waiting(submission_id)
            MeetingItem.create(meeting=row, position=position, submission=submission_id)
        data = {"number": row.number, "held_on": held_on.isoformat(), "submissions": wanted}
        audit.record(actor, "meeting.call", ("meeting", row.id), data)
        return row


def _refuse_unless_waiting(submission_id: int) -> None:
    """Raise ``Refused`` unless a submission waits for the leading group and no other meeting has it."""
    submission = get(Submission, submission_id, say("申报件"))
    case = for_update(Case.select().where(Case.project == submission.project_id)).get()
    waits = (case.submission_id, case.stage, case.phase, case.side_state) == (
        submission_id,
        Stage.INITIATION,
        Phase.DECIDING,
        SideState.ACTIVE,
    )
    elsewhere = (
        MeetingItem.select()
        .join(Meeting)
        .where(
            MeetingItem.submission == submission_id,
            MeetingItem.decision.is_null(),
            Meeting.closed_at.is_null(),
        )
        .exists()
    )
    if not waits or elsewhere:
        raise Refused(
            [
                Finding(
                    "FLOW",
                    False,
                    say("该申报件不在待审定之列，或已列入其他会议"),
                    BASIS,
                    remedy=say("请刷新后重新选择上会项目"),
                )
            ]
        )


def open_meeting(*, meeting_id: int, chair_id: int, present_ids: Sequence[int], actor: Actor) -> Meeting:
    """The office records who is there and who presides; with a quorum the meeting may decide.

    Opened already by the same attendance it is given back.  Raises ``Refused`` (QUORUM) with too few,
    ``Invalid`` for somebody who is no member, a chair who is not there, or before the day, ``Conflict``.
    """
    actor.require(Role.SECRETARY)
    present = set(present_ids)
    with transaction():
        row = get(Meeting, meeting_id, say("会议"), lock=True)
        if row.opened_at is not None:
            return _opened_already(row, chair_id, present)
        members = holder_ids(Role.MEMBER, on=row.held_on)
        problems = {}
        if clock.today() < row.held_on:
            problems["present"] = say("会议日期未到，不能登记到会情况")
        elif present - members:
            problems["present"] = say("到会人员须是领导小组成员")
        if chair_id not in present:
            problems["chair"] = say("主持人须是到会成员")
        if problems:
            raise Invalid(problems)
        book = rulebook.on(row.held_on)
        refuse_unless(rules.quorum(len(present), len(members), book))
        values = {
            "chair": chair_id,
            "members": len(members),
            "needed": rules.needed(len(members), book),
            "present": len(present),
            "opened_at": clock.now(),
        }
        Meeting.update(**values).where(Meeting.id == row.id).execute()
        for member_id in sorted(present):
            MeetingMember.create(meeting=row, member=member_id)
        data = {"present": sorted(present), "chair": chair_id, "members": len(members)}
        audit.record(actor, "meeting.open", ("meeting", row.id), data)
        opened: Meeting = Meeting.get_by_id(row.id)
        return opened


def _opened_already(row: Any, chair_id: int, present: set[int]) -> Meeting:  # noqa: ANN401 - a Peewee row
    query = MeetingMember.select(MeetingMember.member).where(MeetingMember.meeting == row)
    there = {one.member_id for one in query}
    if (row.chair_id, there) != (chair_id, present):
        raise Conflict(say("到会情况已经登记"), remedy=say("请刷新页面查看"))
    opened: Meeting = row
    return opened


def sitting_on(submission_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """The item under which a meeting in session deals with a submission; ``None`` when none does.

    Raises ``Forbidden`` when ``actor``, or whoever signed the paper, is not there.
    """
    item = (
        MeetingItem.select(MeetingItem, Meeting)
        .join(Meeting)
        .where(
            MeetingItem.submission == submission_id,
            MeetingItem.decision.is_null(),
            Meeting.opened_at.is_null(False),
            Meeting.closed_at.is_null(),
        )
        .first()
    )
    if item is None:
        return None
    decider = actor.on_behalf_of if actor.by_paper else actor.user_id
    if (
        not MeetingMember.select()
        .where(MeetingMember.meeting == item.meeting_id, MeetingMember.member == decider)
        .exists()
    ):
        raise Forbidden(
            say("{name}没有到会，不能在会上审定", name=actor.name),
            basis=BASIS,
            remedy=say("请由到会成员审定"),
        )
    return item


def refuse_unless_sitting(meeting_id: int) -> None:
    """Raise ``Refused`` (MEETING) before a meeting is opened and after it is closed; it is locked."""
    row = get(Meeting, meeting_id, say("会议"), lock=True)
    if row.opened_at is None or row.closed_at is not None:
        raise Refused(
            [
                Finding(
                    "MEETING",
                    False,
                    say("会议没有开始，或已经结束"),
                    BASIS,
                    remedy=say("请核对会议的到会情况"),
                )
            ]
        )


def minute(item: Any, decision: Decision, actor: Actor) -> None:  # noqa: ANN401 - a Peewee row
    """Write down what was decided about an item of the agenda."""
    MeetingItem.update(decision=decision.id).where(MeetingItem.id == item.id).execute()
    data = {"submission": item.submission_id, "decision": decision.id, "number": decision.number}
    audit.record(actor, "meeting.decide", ("meeting", item.meeting_id), data)


def close(*, meeting_id: int, actor: Actor) -> Meeting:
    """The office closes a meeting; what was not decided goes to another one.  Twice is once."""
    actor.require(Role.SECRETARY)
    with transaction():
        row: Meeting = get(Meeting, meeting_id, say("会议"), lock=True)
        if row.closed_at is not None:
            return row
        if row.opened_at is None:
            raise Refused(
                [
                    Finding(
                        "MEETING",
                        False,
                        say("会议尚未开始，不能结束"),
                        BASIS,
                        remedy=say("请先登记到会情况"),
                    )
                ]
            )
        Meeting.update(closed_at=clock.now()).where(Meeting.id == row.id).execute()
        audit.record(actor, "meeting.close", ("meeting", row.id), {"number": row.number})
        closed: Meeting = Meeting.get_by_id(row.id)
        return closed
