"""Deciding, every outcome on one page: leading group, replying authority, final acceptance."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.acts import DecisionForm
from approvals.queries.condition_owners import condition_owners
from approvals.queries.frozen import submitted_total
from approvals.queries.meetings import open_meeting_of
from approvals.queries.scores import scores_of
from approvals.rules.appraisal_gate import panel_result
from approvals.rules.stages import Act, Outcome, Phase, Stage, StepKind
from approvals.services import changes, decisions
from approvals.services.decisions import Ruling
from approvals.services.steps import open_one
from approvals.views.blueprint import acts
from approvals.views.errand import Errand
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.foundation.web.permissions import allow

OUTCOMES = (
    Outcome.APPROVE,
    Outcome.APPROVE_WITH_CONDITIONS,
    Outcome.RETURN_FOR_REVISION,
    Outcome.DEFER,
    Outcome.REJECT,
)
_OF_A_CHANGE = tuple(outcome for outcome in OUTCOMES if outcome is not Outcome.DEFER)


@acts.route("/decide", methods=["GET", "POST"])
@allow(Role.MEMBER, *AUTHORITIES)
def decide(project_id: int) -> ResponseReturnValue:
    """Approve, with conditions or without, return, defer or reject; ``?outcome=`` chooses beforehand."""
    errand = Errand(Act.APPROVE, project_id)
    form = _form(errand, OUTCOMES)
    if form.accepted():
        with form.refusals():
            decisions.decide(
                submission_id=errand.submission_id(form),
                expected_version=form.version.data,
                ruling=ruling_of(form),
                actor=errand.actor,
            )
            return errand.done()
    return _page(errand, form)


@acts.get("/approve")
@allow(Role.MEMBER, *AUTHORITIES)
def approve(project_id: int) -> ResponseReturnValue:
    """To the page of decisions, with 同意 chosen."""
    return _chosen(project_id, Outcome.APPROVE)


@acts.get("/defer")
@allow(Role.MEMBER, *AUTHORITIES)
def defer(project_id: int) -> ResponseReturnValue:
    """To the page of decisions, with 暂缓 chosen."""
    return _chosen(project_id, Outcome.DEFER)


@acts.get("/reject")
@allow(Role.MEMBER, *AUTHORITIES)
def reject(project_id: int) -> ResponseReturnValue:
    """To the page of decisions, with the negative one chosen."""
    return _chosen(project_id, Outcome.REJECT)


def _chosen(project_id: int, outcome: Outcome) -> ResponseReturnValue:
    Errand(Act.APPROVE, project_id)
    return redirect(url_for("act.decide", project_id=project_id, outcome=outcome.value))


@acts.route("/decide-change", methods=["GET", "POST"])
@allow(Role.MEMBER, *AUTHORITIES)
def decide_change(project_id: int) -> ResponseReturnValue:
    """Decide on a change during construction; an approved one is applied at once."""
    errand = Errand(Act.DECIDE_CHANGE, project_id)
    form = _form(errand, _OF_A_CHANGE)
    if form.accepted():
        with form.refusals():
            changes.decide_change(
                submission_id=errand.submission_id(form),
                expected_version=form.version.data,
                ruling=ruling_of(form),
                actor=errand.actor,
            )
            return errand.done()
    if not form.is_submitted():
        open_one(errand.matter.submission, StepKind.CHANGE)
    return _page(errand, form)


def _form(errand: Errand, outcomes: tuple[Outcome, ...]) -> DecisionForm:
    case, submission = errand.matter.case, errand.matter.submission
    approves = submission is not None and case.stage in {Stage.INITIATION, Stage.APPRAISAL}
    amount = submitted_total(submission) if approves else None
    form = DecisionForm(data={**errand.seen, "outcome": request.args.get("outcome"), "amount": amount})
    form.offer(outcomes, case.stage)
    form.offer_owners(condition_owners(errand.matter.project))
    if not approves:
        del form.amount
    sits = open_meeting_of(submission.id) if case.phase is Phase.DECIDING else None
    errand.meeting = sits
    if case.phase is not Phase.DECIDING or sits is not None:
        del form.minutes
    if errand.act is Act.DECIDE_CHANGE:
        del form.review_on
    return form


def ruling_of(form: DecisionForm) -> Ruling:
    """What was decided, with what the outcome chosen has to say."""
    outcome = Outcome(form.outcome.data)
    return Ruling(
        outcome,
        reason=form.reason.data,
        conditions=form.demands(),
        number=form.number.data,
        minutes=form.minutes.data if form.minutes else "",
        amount=form.amount.data if form.amount and outcome.positive else None,
        review_on=form.review_on.data if form.review_on else None,
    )


def _page(errand: Errand, form: DecisionForm) -> ResponseReturnValue:
    matter = errand.matter
    facts: dict[str, Any] = {"leads_by_outcome": []}
    if errand.act is Act.APPROVE:
        ways = [(Outcome.APPROVE, Act.APPROVE), (Outcome.RETURN_FOR_REVISION, Act.RETURN)]
        ways += [(Outcome.DEFER, Act.DEFER), (Outcome.REJECT, Act.REJECT)]
        facts["leads_by_outcome"] = [(outcome, errand.leads(act)) for outcome, act in ways]
    scores = scores_of(matter.submission) if matter.submission is not None else []
    facts["result"] = panel_result(scores, matter.rules) if scores else None
    return errand.show(form, "decide", meeting=errand.meeting, **facts)
