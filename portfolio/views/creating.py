"""Starting a project."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portfolio.forms.project import NewProjectForm
from portfolio.foundation.errors import say
from portfolio.foundation.roles import Role
from portfolio.foundation.web import shell
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow
from portfolio.rules.dossier import Route, Track
from portfolio.services import dossier as services
from portfolio.views import choices
from portfolio.views.blueprint import WRITERS, blueprint


@blueprint.route("/projects/new", methods=["GET", "POST"])
@allow(*WRITERS)
def create() -> ResponseReturnValue:
    """A new project: of one's own organisation, or a filed one that the authority registers for its owner."""
    form = _new_form()
    if form.accepted():
        with form.refusals():
            owner = form.owner or actor().organisation_id
            project = services.create(owner_id=owner, fields=form.given(), actor=actor(), once=True)
            shell.begun(project.id, actor())
            flash(text(say("项目 {code} 已建立，请逐节填写", code=project.code)), "success")
            return redirect(
                url_for("dossier.section", project_id=project.id, part="proposal", section="basics")
            )
    return form.page("dossier/new.html")


def _new_form() -> NewProjectForm:
    """The form with what it offers; ``?item=`` in the address chooses an item of the plan."""
    form = NewProjectForm(
        track=Track.GOVERNMENT if actor().has(Role.APPLICANT) else Track.FILING, route=Route.ORDINARY
    )
    offered = choices.plan_items()
    form.plan_item_id.offer(offered, say("规划中没有，拟增补"))
    asked = request.args.get("item", "")
    if asked and not form.is_submitted():
        form.plan_item_id.data = next(
            (int(one.value) for one in offered if one.label.split(" ")[0] == asked), None
        )
    if actor().has(Role.INFORMATIZATION):
        form.owner_id.offer(choices.units(), say("本单位"))
    else:
        del form.owner_id
    return form
