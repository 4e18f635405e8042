"""The applicant's own acts: submitting what the stage asks for, and taking it back."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from approvals.forms.acts import ReasonForm, SubmitForm
from approvals.queries.gates import part_of
from approvals.queries.returns import latest_return
from approvals.rules.stages import Act, Stage
from approvals.services import submissions
from approvals.views.blueprint import acts
from approvals.views.errand import Errand
from portfolio.foundation.roles import Role
from portfolio.foundation.web.permissions import allow
from portfolio.rules.dossier import Part


@acts.route("/submit", methods=["GET", "POST"])
@allow(Role.APPLICANT, Role.INFORMATIZATION)
def submit(project_id: int) -> ResponseReturnValue:
    """Submit the stage's dossier with the number of its cover letter; ``?combined=yes`` for 可研代建议书."""
    errand = Errand(Act.SUBMIT, project_id)
    stage = errand.matter.case.stage
    form = SubmitForm(data={**errand.seen, "combined": request.args.get("combined", "")})
    combined = form.combined.data == "yes" and stage is Stage.INITIATION
    if stage is not Stage.REGISTERED:
        form.ask_for_cover()
    if form.accepted():
        with form.refusals():
            submissions.submit(
                project_id=project_id,
                expected_version=form.version.data,
                cover_number=form.cover_number.data,
                combined=combined,
                actor=errand.actor,
            )
            return errand.done()
    part = part_of(errand.matter.case, combined=combined) if stage in _PARTED else Part.PROPOSAL
    findings = errand.findings(combined=combined) if not form.findings else []
    returned = latest_return(project_id)
    return errand.show(form, "submit", findings=findings, combined=combined, part=part, returned=returned)


_PARTED = frozenset({Stage.INITIATION, Stage.APPRAISAL, Stage.ESTIMATE, Stage.ACCEPTANCE, Stage.REGISTERED})


@acts.route("/withdraw", methods=["GET", "POST"])
@allow(Role.APPLICANT, Role.INFORMATIZATION)
def withdraw(project_id: int) -> ResponseReturnValue:
    """Take a submission back before it is accepted."""
    errand = Errand(Act.WITHDRAW, project_id)
    form = ReasonForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            submissions.withdraw(
                submission_id=errand.submission_id(form),
                expected_version=form.version.data,
                reason=form.reason.data,
                actor=errand.actor,
            )
            return errand.done()
    return errand.show(form, "reason")
