"""Meetings of the leading group 领导小组会议; and silence that counts as no objection."""

from __future__ import annotations

from approvals.tables.decision import Decision
from approvals.tables.submission import Step, Submission
from portfolio.foundation.access import User
from portfolio.foundation.db import (
    DateField,
    ForeignKeyField,
    IntegerField,
    MomentField,
    Table,
    TextField,
    check,
    unique,
)


class Meeting(Table):
    """A meeting with its number 会议纪要号; ``members``, ``needed``, ``present`` are counted at its opening.

    ``needed`` is copied from the rulebook of the day.
    """

    number = TextField()
    held_on = DateField()
    place = TextField(default="")
    called_by = ForeignKeyField(User, backref="+")
    called_at = MomentField()
    chair = ForeignKeyField(User, null=True, backref="+")
    members = IntegerField(null=True)
    needed = IntegerField(null=True)
    present = IntegerField(null=True)
    opened_at = MomentField(null=True)
    closed_at = MomentField(null=True)

    class Meta:
        """No meeting is opened without a chair and its quorum, none is closed that was not opened."""

        immutable_except = (
            "chair_id",
            "members",
            "needed",
            "present",
            "opened_at",
            "closed_at",
        )
        constraints = [
            unique("uq_meeting_number", "number"),
            check("ck_meeting_number", "number <> ''"),
            check(
                "ck_meeting_opened",
                "(opened_at IS NULL AND chair_id IS NULL AND members IS NULL AND needed IS NULL"
                " AND present IS NULL) OR (opened_at IS NOT NULL AND chair_id IS NOT NULL"
                " AND members IS NOT NULL AND needed IS NOT NULL AND present IS NOT NULL)",
            ),
            check("ck_meeting_quorum", "present >= needed AND present <= members"),
            check("ck_meeting_closed", "closed_at IS NULL OR opened_at IS NOT NULL"),
        ]


class MeetingMember(Table):
    """A member who was there."""

    meeting = ForeignKeyField(Meeting, backref="+", index=False)
    member = ForeignKeyField(User, backref="+")

    class Meta:
        """Once each."""

        append_only = True
        constraints = [unique("uq_meeting_member", "meeting_id", "member_id")]


class MeetingItem(Table):
    """A submission on the agenda, in its place, and what was decided about it there."""

    meeting = ForeignKeyField(Meeting, backref="+", index=False)
    position = IntegerField()
    submission = ForeignKeyField(Submission, backref="+")
    decision = ForeignKeyField(Decision, null=True, backref="+")

    class Meta:
        """Once on an agenda; only the decision is written afterwards."""

        immutable_except = ("decision_id",)
        constraints = [
            unique("uq_meeting_item_submission", "meeting_id", "submission_id"),
            unique("uq_meeting_item_position", "meeting_id", "position"),
            check("ck_meeting_item_position", "position >= 1"),
        ]


class LapsedStep(Table):
    """That a countersigner let the deadline pass, which counts as no objection 逾期视为无意见."""

    step = ForeignKeyField(Step, backref="+", index=False)
    lapsed_at = MomentField()

    class Meta:
        """Once, and for good."""

        append_only = True
        constraints = [unique("uq_lapsed_step", "step_id")]
