"""The acts of reviewers: endorsing, accepting, returning, countersigning, coordinating."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.acts import CountersignForm, NeededOpinionForm, OpinionForm
from approvals.queries.condition_owners import condition_owners
from approvals.queries.steps import steps_of
from approvals.rules.silence import silent_roles
from approvals.rules.stages import Act, Outcome, Phase, StepKind
from approvals.services import reviews
from approvals.services.steps import Opinion
from approvals.views.blueprint import acts
from approvals.views.errand import Errand
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.foundation.web.permissions import allow

DECIDED = frozenset({Phase.DECIDING, Phase.REPLYING, Phase.INSPECTING})
"""Where a submission is returned by a decision alone."""


@acts.route("/endorse", methods=["GET", "POST"])
@allow(Role.CIO)
def endorse(project_id: int) -> ResponseReturnValue:
    """The CIO of the applicant's own house endorses."""
    errand = Errand(Act.ENDORSE, project_id)
    form = OpinionForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            reviews.endorse(
                submission_id=errand.submission_id(form), text=form.opinion.data, actor=errand.actor
            )
            return errand.done()
    return errand.show(form, other=[Act.RETURN])


@acts.route("/accept", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def accept(project_id: int) -> ResponseReturnValue:
    """The informatization authority, or who acts for it, takes the submission in."""
    errand = Errand(Act.ACCEPT, project_id)
    form = OpinionForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            reviews.accept(
                submission_id=errand.submission_id(form), text=form.opinion.data, actor=errand.actor
            )
            return errand.done()
    return errand.show(form, other=[Act.RETURN])


@acts.route("/return", methods=["GET", "POST"], endpoint="return")
@allow(Role.CIO, *AUTHORITIES, Role.MEMBER)
def give_back(project_id: int) -> ResponseReturnValue:
    """Send a submission back for revision; where it waits for a decision, by deciding so."""
    errand = Errand(Act.RETURN, project_id)
    if errand.matter.case.phase in DECIDED:
        outcome = Outcome.RETURN_FOR_REVISION.value
        return redirect(url_for("act.decide", project_id=project_id, outcome=outcome))
    form = NeededOpinionForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            reviews.return_for_revision(
                submission_id=errand.submission_id(form), text=form.opinion.data, actor=errand.actor
            )
            return errand.done()
    return errand.show(form)


@acts.route("/countersign", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def countersign(project_id: int) -> ResponseReturnValue:
    """One authority signs beside the others."""
    errand = Errand(Act.COUNTERSIGN, project_id)
    steps = steps_of(errand.matter.submission)
    asked = {step.role for step in steps if step.open and step.kind is StepKind.COUNTERSIGN}
    mine = [role for role in AUTHORITIES if errand.actor.has(role)]
    form = CountersignForm(data=errand.seen)
    form.offer([role for role in mine if role in asked] or mine)
    form.offer_owners(condition_owners(errand.matter.project))
    if form.accepted():
        with form.refusals():
            reviews.countersign(
                submission_id=errand.submission_id(form),
                role=Role(form.role.data) if form.role.data in set(mine) else mine[0],
                opinion=Opinion(Outcome(form.outcome.data), form.opinion.data),
                conditions=form.demands(),
                actor=errand.actor,
            )
            return errand.done()
    silent = bool(silent_roles(errand.matter.rules) & {Role(one.value) for one in form.role.choices})
    return errand.show(form, "countersign", silent=silent)


@acts.route("/coordinate", methods=["GET", "POST"])
@allow(Role.SECRETARY)
def coordinate(project_id: int) -> ResponseReturnValue:
    """The office says what came of talking the dissent over."""
    errand = Errand(Act.COORDINATE, project_id)
    form = NeededOpinionForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            reviews.coordinate(
                submission_id=errand.submission_id(form), text=form.opinion.data, actor=errand.actor
            )
            return errand.done()
    return errand.show(form)
