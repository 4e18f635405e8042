"""Filling in a dossier: the checklist of a part, one section at a time, saved by itself as it is typed."""

from __future__ import annotations

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portfolio.forms.copying import CopyForm
from portfolio.forms.tables import DraftForm, first_error
from portfolio.foundation import clock
from portfolio.foundation.errors import StaleVersion, say
from portfolio.foundation.web import shell
from portfolio.foundation.web.forms import Form
from portfolio.foundation.web.language import moment, text
from portfolio.foundation.web.permissions import actor, allow
from portfolio.services import dossier as services
from portfolio.views.blueprint import READERS, WRITERS, asked_by_script, blueprint
from portfolio.views.desk import Desk, desk_of
from portfolio.views.sections import Section


@blueprint.get("/projects/<int:project_id>/dossier/<part>")
@allow(*READERS)
def edit(project_id: int, part: str) -> ResponseReturnValue:
    """The sections of a part, and what each still lacks."""
    return render_template("dossier/part.html", desk=desk_of(project_id, part, actor()))


@blueprint.route("/projects/<int:project_id>/dossier/<part>/<section>", methods=["GET", "POST"])
@allow(*READERS)
def section(project_id: int, part: str, section: str) -> ResponseReturnValue:
    """One section: read, written, or saved as a draft by the page itself."""
    desk = desk_of(project_id, part, actor())
    opened = desk.section(section)
    form = opened.form(desk.project, desk.dossier, desk.shut is not None)
    if form.accepted():
        with form.refusals():
            project = opened.store(form, project_id, desk.part, actor())
            if opened.code == "basics":  # the way that it is handled may have changed
                shell.begun(project_id, actor())
            return _saved(project.version, desk, opened)
    if asked_by_script():
        return make_response(jsonify(what=text(first_error(form))), form.status)
    _offer_what_is_stored(form, desk)
    return form.page("dossier/section.html", desk=desk, section=opened)


@blueprint.route("/projects/<int:project_id>/dossier/<part>/copy", methods=["GET", "POST"])
@allow(*WRITERS)
def copy(project_id: int, part: str) -> ResponseReturnValue:
    """Begin the estimate and funding of a part with those of an earlier one."""
    desk = desk_of(project_id, part, actor())
    form = CopyForm(version=desk.project.version)
    form.offer(desk.earlier)
    if form.accepted():
        with form.refusals():
            services.copy_part(project_id=project_id, target=desk.part, **form.given(), actor=actor())
            flash(text(say("已复制投资明细和资金来源，请核对后修改")), "success")
            return redirect(
                url_for("dossier.section", project_id=project_id, part=desk.part.value, section="estimate")
            )
    return form.page("dossier/copy.html", desk=desk)


def _saved(version: int, desk: Desk, opened: Section) -> ResponseReturnValue:
    """A line for the page that saved by itself; for a person the page again, or the next section."""
    if asked_by_script():
        return jsonify(said=text(say("已自动保存 {moment}", moment=moment(clock.now()))), version=version)
    flash(text(say("“{section}”已保存", section=opened.label)), "success")
    address = {"project_id": desk.project.id, "part": desk.part.value}
    following = desk.after(opened) if request.form.get("then") == "next" else opened
    if following is None:
        return redirect(url_for("dossier.edit", **address))
    return redirect(url_for("dossier.section", section=following.code, **address))


def _offer_what_is_stored(form: DraftForm | Form, desk: Desk) -> None:
    """After somebody else's change: what was typed stays, and saving once more puts it in place of theirs."""
    if isinstance(form.refusal, StaleVersion):
        form["version"].data = desk.project.version
