"""The acts of appraising: experts score, panel or review concludes, a stage is done again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.acts import (
    ActForm,
    ConcludeForm,
    ReasonForm,
    ReviewForm,
    ScoreForm,
    UpperReplyForm,
)
from approvals.queries.experts import assignment, candidates, document_to_score
from approvals.queries.scores import scores_for, scores_of
from approvals.rules.appraisal_gate import panel_result
from approvals.rules.prospects import FINAL, HAPPENS, SAID
from approvals.rules.readable import readable
from approvals.rules.stages import Act, Gate
from approvals.services import appraisals
from approvals.views.blueprint import acts
from approvals.views.errand import Errand
from portfolio.foundation import documents
from portfolio.foundation.db import transaction
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow


@acts.route("/review", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def review(project_id: int) -> ResponseReturnValue:
    """The written technical review of a small project."""
    errand = Errand(Act.REVIEW, project_id)
    form = ReviewForm(data=errand.seen)
    form.offer()
    if form.accepted():
        with form.refusals():
            appraisals.review(
                submission_id=errand.submission_id(form),
                passed=form.passed.data == "yes",
                conclusion=form.conclusion.data,
                actor=errand.actor,
            )
            return errand.done()
    return errand.show(form, "review", other=[Act.RETURN])


@acts.route("/assign-experts", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def assign_experts(project_id: int) -> ResponseReturnValue:
    """Choose from the list of experts those who are to score."""
    errand = Errand(Act.ASSIGN_EXPERTS, project_id)
    form = ActForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            appraisals.assign_experts(
                submission_id=errand.submission_id(form),
                expert_ids=request.form.getlist("experts", type=int),
                actor=errand.actor,
            )
            return errand.done()
    matter = errand.matter
    return errand.show(
        form,
        "assign_experts",
        experts=candidates(matter.project, matter.submission, matter.rules),
        chosen=set(request.form.getlist("experts", type=int)),
        needed=panel_result([], matter.rules).experts_needed,
    )


@acts.route("/score", methods=["GET", "POST"])
@allow(Role.EXPERT)
def score(project_id: int) -> ResponseReturnValue:
    """An expert's own page: the submission they were asked to score, and the form; nothing else."""
    asked = assignment(project_id, actor().user_id)
    form = ScoreForm()
    if form.accepted():
        with form.refusals():
            appraisals.score(
                submission_id=asked.submission.id,
                points=form.points.data,
                text=form.text.data,
                conflict=form.conflict.data,
                actor=actor(),
            )
            flash(text(SAID[Act.SCORE]), "success")
            return redirect(url_for("act.score", project_id=project_id))
    shown = readable(asked.submission.snapshot)
    facts: dict[str, Any] = {"happens": HAPPENS[Act.SCORE], "final": FINAL[Act.SCORE]}
    facts |= {"asked": asked, "project": asked.project, "shown": shown, "act": Act.SCORE}
    return form.page("approvals/acts/score.html", **facts)


@acts.get("/score/documents/<int:document_id>")
@allow(Role.EXPERT)
def score_document(project_id: int, document_id: int) -> ResponseReturnValue:
    """A document of the submission that this expert was asked to score, to be saved; no other."""
    stored = document_to_score(project_id, document_id, actor().user_id)
    answer = send_file(
        documents.open_document(stored),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=stored.file_name,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@acts.route("/conclude", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def conclude(project_id: int) -> ResponseReturnValue:
    """Draw the panel's conclusion from its scores."""
    errand = Errand(Act.CONCLUDE, project_id)
    form = ConcludeForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            appraisals.conclude_panel(
                submission_id=errand.submission_id(form),
                conclusion=form.conclusion.data,
                actor=errand.actor,
            )
            return errand.done()
    matter = errand.matter
    panel = scores_of(matter.submission)
    return errand.show(
        form,
        "conclude",
        findings=errand.findings(Gate.CONCLUSION),
        panel=panel,
        scores=scores_for(errand.actor, matter.case.submission_id),
        result=panel_result(panel, matter.rules),
    )


@acts.route("/register-upper-reply", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def register_upper_reply(project_id: int) -> ResponseReturnValue:
    """Register the approval of a state or ministry level, with its scan."""
    errand = Errand(Act.REGISTER_UPPER_REPLY, project_id)
    form = UpperReplyForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            received = documents.receive(form.scan.data.stream, name=form.scan.data.filename)
            with transaction():
                scan = documents.record(received, actor=errand.actor, category="上级批复")
                appraisals.register_upper_reply(
                    project_id=project_id,
                    expected_version=form.version.data,
                    amount=form.amount.data,
                    number=form.number.data,
                    document_id=scan.id,
                    actor=errand.actor,
                )
            return errand.done()
    return errand.show(form, "upper_reply")


@acts.route("/reopen-initiation", methods=["GET", "POST"])
@allow(Role.APPLICANT, *AUTHORITIES)
def reopen_initiation(project_id: int) -> ResponseReturnValue:
    """Go back to the proposal."""
    return _reopen(Act.REOPEN_INITIATION, project_id)


@acts.route("/reopen-appraisal", methods=["GET", "POST"])
@allow(Role.APPLICANT, *AUTHORITIES)
def reopen_appraisal(project_id: int) -> ResponseReturnValue:
    """Go back to the feasibility study."""
    return _reopen(Act.REOPEN_APPRAISAL, project_id)


def _reopen(act: Act, project_id: int) -> ResponseReturnValue:
    errand = Errand(act, project_id)
    form = ReasonForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            appraisals.reopen(
                project_id=project_id,
                expected_version=form.version.data,
                act=act,
                reason=form.reason.data,
                actor=errand.actor,
            )
            return errand.done()
    return errand.show(form, "reason")
