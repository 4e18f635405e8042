"""Meetings of the leading group: called, opened, decided in, closed; the sheet prints as minutes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.meetings import ApprovalForm, MeetingForm, OpeningForm
from approvals.queries import meetings as reading
from approvals.queries.people import people_in
from approvals.queries.selections import handed_to
from approvals.rules.meeting import needed
from approvals.services import meeting_decisions
from approvals.services import meetings as services
from portfolio.foundation import clock, rulebook
from portfolio.foundation.errors import say
from portfolio.foundation.roles import SEES_EVERYTHING, Role
from portfolio.foundation.web.forms import Form
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow

meetings = Blueprint("meeting", __name__, template_folder="../templates")


@meetings.get("/meetings", endpoint="list")
@allow(*SEES_EVERYTHING)
def held() -> ResponseReturnValue:
    """Every meeting, and what waits for the next one."""
    return render_template(
        "approvals/meeting/list.html",
        rows=reading.meetings(),
        waiting_briefs=reading.queue(),
        may_call=actor().has(Role.SECRETARY),
    )


@meetings.route("/meetings/new", methods=["GET", "POST"])
@allow(Role.SECRETARY)
def call() -> ResponseReturnValue:
    """Call a meeting with its agenda."""
    briefs = reading.queue()
    form = MeetingForm(data={"held_on": clock.today()})
    form.offer(briefs)
    if form.accepted():
        with form.refusals():
            row = services.call(
                number=form.number.data,
                held_on=form.held_on.data,
                place=form.place.data,
                submission_ids=form.submissions.data or (),
                actor=actor(),
            )
            flash(text(say("会议已召集")), "success")
            return redirect(url_for("meeting.sheet", meeting_id=row.id))
    return form.page("approvals/meeting/call.html", waiting_briefs=briefs)


@meetings.get("/meetings/<int:meeting_id>")
@allow(*SEES_EVERYTHING)
def sheet(meeting_id: int) -> ResponseReturnValue:
    """Agenda, attendance and decisions; printed it is the minutes."""
    row = reading.meeting(meeting_id)
    me = actor()
    there = reading.attendance(meeting_id)
    sits = row.opened_at is not None and row.closed_at is None
    return render_template(
        "approvals/meeting/sheet.html",
        meeting=row,
        items=reading.agenda(meeting_id),
        there=there,
        selections=handed_to(meeting_id),
        sits=sits,
        may_decide=sits and me.user_id in {one.id for one in there},
        office=me.has(Role.SECRETARY),
    )


@meetings.route("/meetings/<int:meeting_id>/opening", methods=["GET", "POST"])
@allow(Role.SECRETARY)
def opening(meeting_id: int) -> ResponseReturnValue:
    """Record who is there; with a quorum the meeting may decide."""
    row = reading.meeting(meeting_id)
    members = people_in(Role.MEMBER, on=row.held_on)
    form = OpeningForm()
    form.offer(members)
    if form.accepted():
        with form.refusals():
            services.open_meeting(
                meeting_id=meeting_id,
                chair_id=int(form.chair.data),
                present_ids=form.present.data or (),
                actor=actor(),
            )
            flash(text(say("到会成员达到规定人数，会议开始")), "success")
            return redirect(url_for("meeting.sheet", meeting_id=meeting_id))
    wanted = needed(len(members), rulebook.on(row.held_on))
    return form.page("approvals/meeting/opening.html", meeting=row, members=members, wanted=wanted)


@meetings.route("/meetings/<int:meeting_id>/approval", methods=["GET", "POST"])
@allow(Role.MEMBER)
def approval(meeting_id: int) -> ResponseReturnValue:
    """Approve at once what nobody objects to."""
    row = reading.meeting(meeting_id)
    items = reading.agenda(meeting_id)
    undecided = [one for one in items if one.decision is None and not one.elsewhere]
    form = ApprovalForm(data={"submissions": [one.submission.id for one in undecided if not one.disputed]})
    form.offer(items)
    if form.accepted():
        with form.refusals():
            made = meeting_decisions.approve_rest(
                meeting_id=meeting_id,
                submission_ids=frozenset(form.submissions.data or ()),
                actor=actor(),
            )
            flash(text(say("已一并审定 {n} 项", n=len(made))), "success")
            return redirect(url_for("meeting.sheet", meeting_id=meeting_id))
    return form.page("approvals/meeting/approval.html", meeting=row, items=undecided)


@meetings.route("/meetings/<int:meeting_id>/close", methods=["GET", "POST"])
@allow(Role.SECRETARY)
def close(meeting_id: int) -> ResponseReturnValue:
    """Close the meeting, once it was said what that means; what was not decided goes to another one."""
    row = reading.meeting(meeting_id)
    form = Form()
    if form.accepted():
        with form.refusals():
            services.close(meeting_id=meeting_id, actor=actor())
            flash(text(say("会议已结束")), "success")
            return redirect(url_for("meeting.sheet", meeting_id=meeting_id))
    open_items = [one for one in reading.agenda(meeting_id) if one.decision is None and not one.elsewhere]
    return form.page("approvals/meeting/close.html", meeting=row, undecided=open_items)
