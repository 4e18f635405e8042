"""Meetings of the leading group: agenda, attendance, quorum, decisions that carry the number, minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from approvals.rules.stages import Outcome
from approvals.services import meeting_decisions, meetings
from approvals.services.decisions import Ruling
from approvals.services.steps import Opinion
from approvals.tables.decision import Decision
from approvals.tables.meeting import Meeting, MeetingItem
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.db import IntegrityError
from portfolio.foundation.errors import Conflict, Forbidden, Invalid, Refused
from portfolio.foundation.roles import AUTHORITIES, Role
from tests import acts, factories, procedure, web
from tests.procedure import case_of, current, standing

NUMBER = "渝信组纪〔2008〕1号"


@pytest.fixture
def members(cast):
    """The member of the cast and two more."""
    house = factories.organisation("CQ-LXZ2", name="成员单位")
    return (cast.member, *(factories.actor(f"member{n}", Role.MEMBER, organisation=house) for n in (2, 3)))


def waiting(cast, name="政务信息资源目录体系和交换体系（一期）", opinion=procedure.NOBODY_MINDS):
    """A project that waits for the leading group; its submission."""
    project_id = procedure.draft(cast, name=name)
    procedure.to_countersign(cast, project_id)
    procedure.countersign(cast, project_id, opinion=opinion)
    assert case_of(project_id).phase.value == "deciding"
    return current(project_id)


def call(cast, *submissions, number=NUMBER, **changed):
    values: dict[str, Any] = {
        "number": number,
        "held_on": procedure.IN_2008.date(),
        "submission_ids": [one.id for one in submissions],
        "actor": cast.secretary,
    }
    return meetings.call(**{**values, **changed})


def opened(cast, members, *submissions):
    row = call(cast, *submissions)
    return meetings.open_meeting(
        meeting_id=row.id,
        chair_id=members[0].user_id,
        present_ids=[one.user_id for one in members[:2]],
        actor=cast.secretary,
    )


def test_what_is_decided_in_a_meeting_carries_its_number(cast, members):
    submission = waiting(cast)
    row = opened(cast, members, submission)
    assert (row.members, row.needed, row.present) == (3, 2, 2)
    decision = procedure.decide(cast, submission.project_id, Ruling(Outcome.APPROVE, minutes="乱写的号"))
    assert decision.minutes == NUMBER
    assert MeetingItem.get().decision_id == decision.id
    meetings.close(meeting_id=row.id, actor=cast.secretary)
    assert meetings.close(meeting_id=row.id, actor=cast.secretary).closed_at is not None
    told = AuditEntry.select().where(AuditEntry.subject_kind == "meeting").order_by(AuditEntry.id)
    actions = [one.action for one in told]
    assert actions == ["meeting.call", "meeting.open", "meeting.decide", "meeting.close"]


def test_without_a_quorum_no_meeting(cast, members):
    row = call(cast, waiting(cast))
    with pytest.raises(Refused) as refused:
        meetings.open_meeting(
            meeting_id=row.id,
            chair_id=members[0].user_id,
            present_ids=[members[0].user_id],
            actor=cast.secretary,
        )
    assert refused.value.codes == ("QUORUM",)
    assert Meeting.get().opened_at is None
    with pytest.raises(IntegrityError):
        Meeting.update(
            opened_at=row.called_at, chair=members[0].user_id, members=3, needed=2, present=1
        ).execute()


def test_who_is_not_there_does_not_decide_what_the_meeting_deals_with(cast, members):
    submission = waiting(cast)
    opened(cast, members, submission)
    with pytest.raises(Forbidden):
        procedure.decide(cast, submission.project_id, actor=members[2])
    assert Decision.select().count() == 0
    assert procedure.decide(cast, submission.project_id, actor=members[1]).minutes == NUMBER


def test_the_attendance_is_members_with_a_chair_among_them_on_the_day(cast, members, clock):
    row = call(cast, waiting(cast), held_on=procedure.IN_2008.date() + timedelta(days=1))
    there = [one.user_id for one in members]

    def opens(present, chair):
        meetings.open_meeting(meeting_id=row.id, chair_id=chair, present_ids=present, actor=cast.secretary)

    with pytest.raises(Invalid) as early:
        opens(there, there[0])
    assert set(early.value.fields) == {"present"}
    clock.shift(timedelta(days=1))
    for present, chair, field in (
        ([*there, cast.applicant.user_id], there[0], "present"),
        (there[:2], there[2], "chair"),
    ):
        with pytest.raises(Invalid) as wrong:
            opens(present, chair)
        assert set(wrong.value.fields) == {field}
    opens(there, there[0])
    opens(there, there[0])  # a second click
    with pytest.raises(Conflict):
        opens(there[:2], there[0])


def test_an_agenda_holds_what_waits_and_stands_on_no_other(cast, members):
    submission = waiting(cast)
    early = procedure.draft(cast, name="气象信息服务平台")
    procedure.submit(cast, early)
    with pytest.raises(Refused):
        call(cast, current(early))
    call(cast, submission)
    with pytest.raises(Refused):
        call(cast, submission, number="渝信组纪〔2008〕2号")
    with pytest.raises(Conflict):
        call(cast, submission)
    assert Meeting.select().count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": " "}, "number"),
        ({"submission_ids": []}, "submissions"),
        ({"held_on": procedure.IN_2008.date() - timedelta(days=1)}, "held_on"),
    ],
)
def test_what_a_call_lacks_is_said_by_field(cast, changed, field):
    with pytest.raises(Invalid) as refused:
        call(cast, waiting(cast), **changed)
    assert set(refused.value.fields) == {field}


def test_only_the_office_calls_opens_and_closes(cast, members):
    row = call(cast, waiting(cast))
    for act in (
        lambda: call(cast, actor=cast.member, number="2号"),
        lambda: meetings.open_meeting(meeting_id=row.id, chair_id=1, present_ids=[1], actor=cast.investment),
        lambda: meetings.close(meeting_id=row.id, actor=cast.member),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Refused):
        meetings.close(meeting_id=row.id, actor=cast.secretary)


def test_what_nobody_objects_to_is_approved_at_once_or_not_at_all(cast, members):
    first, second = waiting(cast), waiting(cast, "农村公共信息服务平台")
    row = call(cast, first, second)
    both = frozenset({first.id, second.id})

    def approve(ids):
        return meeting_decisions.approve_rest(meeting_id=row.id, submission_ids=ids, actor=cast.member)

    with pytest.raises(Refused):
        approve(both)  # not opened
    meetings.open_meeting(
        meeting_id=row.id,
        chair_id=cast.member.user_id,
        present_ids=[one.user_id for one in members],
        actor=cast.secretary,
    )
    with pytest.raises(Refused):
        approve(frozenset({first.id, 999_999}))
    assert Decision.select().count() == 0
    assert [one.minutes for one in approve(both)] == [NUMBER, NUMBER]
    assert approve(both) == [], "a second click decides nothing twice"
    assert Decision.select().count() == 2


def test_on_the_pages_a_meeting_is_called_opened_decided_and_printed(one_app, clock):
    clock.move_to(procedure.IN_2008)
    cast = procedure.with_cast()
    desk = acts.Desk(one_app, cast)
    plain = waiting(cast)
    disputed = waiting(cast, "农村<b>公共</b>信息平台", Opinion(Outcome.APPROVE, "同意")) and None
    del disputed
    office, member = desk.of(cast.secretary), desk.of(cast.member)
    page = office.get("/meetings/new")
    assert "&lt;b&gt;公共" in page.get_data(as_text=True)
    form = {"number": NUMBER, "held_on": "2008-03-03", "place": "市政府第一会议室"}
    assert office.post("/meetings/new", form).status_code == 422
    sent = office.post("/meetings/new", {**form, "submissions": str(plain.id)})
    assert sent.status_code == 302, web.text_of(sent)
    address = sent.location
    assert "待审定" in web.text_of(member.get(address))
    nobody = office.post(f"{address}/opening", {"chair": str(cast.member.user_id)})
    assert nobody.status_code == 422
    there = {"present": str(cast.member.user_id), "chair": str(cast.member.user_id)}
    assert office.post(f"{address}/opening", there).status_code == 302
    assert NUMBER in web.text_of(desk.open(cast.member, plain.project_id, "decide"))
    assert member.get(f"{address}/approval").status_code == 200
    assert member.post(f"{address}/approval", {"submissions": str(plain.id)}).status_code == 302
    assert standing(plain.project_id) == ("appraisal", "drafting")
    with web.queries() as seen:
        asked = web.text_of(office.get(f"{address}/close"))
    assert len(seen) <= 20
    assert "会议结束后不能重新开始" in asked
    assert "议程上的项目已全部审定" in asked
    assert "进行中" in web.text_of(member.get(address))
    assert office.post(f"{address}/close", {}).status_code == 302
    minutes = web.text_of(desk.of(cast.auditor).get(address))
    for words in (NUMBER, "市政府第一会议室", "同意", "1 / 1 人（至少 1 人）", "已结束"):
        assert words in minutes, words
    assert len(AUTHORITIES) == 3


def test_the_pages_of_meetings_cost_the_same_however_much_there_is(one_app, clock):
    clock.move_to(procedure.IN_2008)
    cast = procedure.with_cast()
    desk = acts.Desk(one_app, cast)
    visitor, counts = desk.of(cast.secretary), []
    waiting(cast)
    for _ in range(2):
        with web.queries() as seen:
            visitor.get("/meetings")
        counts.append(len(seen))
        for n in range(3):
            waiting(cast, f"第{n}个平台，互不相干的内容{n}")
    assert counts[0] == counts[1]
