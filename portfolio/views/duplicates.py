"""What may have been built already, and the applicant's answer to each."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portfolio.forms.duplicates import AnswerForm
from portfolio.foundation.errors import say
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow
from portfolio.foundation.web.shell import returned
from portfolio.queries.duplicates import likeness, similar
from portfolio.rules.dossier.duplicates import duplicates_finding
from portfolio.services import dossier as services
from portfolio.views.blueprint import READERS, blueprint, visible_project


@blueprint.get("/projects/<int:project_id>/duplicates")
@allow(*READERS)
def duplicates(project_id: int) -> ResponseReturnValue:
    """The likenesses that were found, with a form for each that may be answered."""
    project = visible_project(project_id, actor())
    found = similar(project_id)
    return render_template(
        "dossier/duplicates.html",
        project=project,
        matches=found,
        finding=duplicates_finding(found),
        shut=services.shut_for(project, actor()),
        returned=None if project.locked else returned(project_id),
    )


@blueprint.route("/projects/<int:project_id>/duplicates/<kind>/<int:matched_id>", methods=["GET", "POST"])
@allow(*READERS)
def answer(project_id: int, kind: str, matched_id: int) -> ResponseReturnValue:
    """The answer to one likeness; a further answer takes the place of the one before."""
    project = visible_project(project_id, actor())
    match = likeness(project_id, kind, matched_id)
    form = AnswerForm(reply=match.reply, text=match.answer)
    if form.accepted():
        with form.refusals():
            services.answer_duplicate(
                project_id=project_id,
                kind=kind,
                matched_id=matched_id,
                **form.given(),
                actor=actor(),
            )
            flash(text(say("已答复“{name}”", name=match.thing.name)), "success")
            return redirect(url_for("dossier.duplicates", project_id=project_id))
    shut = services.shut_for(project, actor())
    return form.page("dossier/answer.html", project=project, match=match, shut=shut)
