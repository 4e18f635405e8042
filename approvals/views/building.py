"""The acts of building: the start through its gate, changes on the way, and the completion."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from approvals.forms.acts import CompleteForm, CoverForm
from approvals.forms.changes import ChangeForm, as_filled
from approvals.rules.stages import Act, Gate, Stage
from approvals.services import changes, construction
from approvals.views.blueprint import acts
from approvals.views.errand import Errand
from budget.queries.funds import funds_in_place
from portfolio.foundation import clock
from portfolio.foundation.roles import Role
from portfolio.foundation.web.permissions import allow
from portfolio.queries.dossier import dossier
from portfolio.rules.dossier import Part

BEFORE = frozenset({Stage.INITIATION, Stage.APPRAISAL, Stage.ESTIMATE})
"""Where the start of construction shows what is missing instead of saying that it is not the time."""


@acts.route("/start-construction", methods=["GET", "POST"])
@allow(Role.APPLICANT)
def start_construction(project_id: int) -> ResponseReturnValue:
    """Start building; however early it is asked, the page shows what the gate still lacks."""
    errand = Errand(Act.START_CONSTRUCTION, project_id)
    matter = errand.matter
    form = CoverForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            construction.start_construction(
                project_id=project_id,
                expected_version=form.version.data,
                cover_number=form.cover_number.data,
                actor=errand.actor,
            )
            return errand.done()
    early = matter.case.stage in BEFORE and not errand.ways()
    if early:
        errand.actor.require_unit(matter.project.owner_id, Role.APPLICANT)
    errand.under_rules_of_today()
    year = clock.fiscal_year(clock.today())
    return errand.show(
        form,
        "start_construction",
        early=early,
        gate=Gate.BUILD,
        findings=errand.findings(Gate.BUILD) if matter.case.stage in BEFORE else None,
        year=year,
        funds=funds_in_place(project_id, year),
    )


@acts.route("/request-change", methods=["GET", "POST"])
@allow(Role.APPLICANT)
def request_change(project_id: int) -> ResponseReturnValue:
    """Ask for a change of estimate, funding, content, goals or completion."""
    errand = Errand(Act.REQUEST_CHANGE, project_id)
    before = dossier(project_id, Part.DESIGN)
    form = ChangeForm(data={**errand.seen, **as_filled(before)})
    if form.accepted():
        with form.refusals():
            changes.request_change(
                project_id=project_id,
                expected_version=form.version.data,
                change=form.change(before),
                cover_number=form.cover_number.data,
                actor=errand.actor,
            )
            return errand.done()
    return errand.show(form, "request_change")


@acts.route("/complete", methods=["GET", "POST"])
@allow(Role.APPLICANT)
def complete(project_id: int) -> ResponseReturnValue:
    """Say that everything is built, since a day."""
    errand = Errand(Act.COMPLETE, project_id)
    form = CompleteForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            construction.complete(
                project_id=project_id,
                expected_version=form.version.data,
                completed_on=form.completed_on.data,
                actor=errand.actor,
            )
            return errand.done()
    return errand.show(form, "complete")
