"""Projects from before the system: recorded by one person, confirmed by another."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.late import ConfirmForm, InheritedForm
from approvals.queries.inherited import newest, waiting
from approvals.queries.standing import Standing, standing
from approvals.rules.stages import Stage
from approvals.services import inherited as services
from portfolio.foundation import documents
from portfolio.foundation.errors import NotFound, StaleVersion, say
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow

inherited = Blueprint("inherited", __name__, template_folder="../templates")
_KEEPERS = (*AUTHORITIES, Role.SECRETARY)


@inherited.get("/inherited", endpoint="list")
@allow(*_KEEPERS)
def waiting_ones() -> ResponseReturnValue:
    """What is still to be recorded or confirmed."""
    return render_template("approvals/late/inherited_list.html", rows=waiting(actor()))


@inherited.route("/projects/<int:project_id>/inherited", methods=["GET", "POST"])
@allow(*_KEEPERS)
def record(project_id: int) -> ResponseReturnValue:
    """Where a project stood, its old numbers and their scan."""
    at = standing(project_id, actor(), in_procedure=False)
    form = InheritedForm()
    if form.accepted():
        with form.refusals():
            upload = form.file.data
            services.record_with_scan(
                project_id=project_id,
                stage=Stage(form.stage.data),
                numbers=form.numbers,
                received=documents.receive(upload.stream, name=upload.filename),
                estimate=form.amount.data,
                actor=actor(),
            )
            flash(text(say("存量登记已保存，须由另一人核对原件后确认")), "success")
            return redirect(url_for("inherited.list"))
    return form.page("approvals/late/inherited_record.html", at=at, held=newest(project_id))


@inherited.route("/projects/<int:project_id>/inherited/confirm", methods=["GET", "POST"])
@allow(*_KEEPERS)
def confirm(project_id: int) -> ResponseReturnValue:
    """A second person confirms what the first recorded."""
    at = standing(project_id, actor(), in_procedure=False)
    evidence = _record_of(at)
    form = ConfirmForm(evidence=evidence.id)
    if form.accepted():
        with form.refusals():
            _still_newest(form, evidence)
            services.confirm_inherited(evidence_id=evidence.id, actor=actor())
            flash(text(say("存量登记已确认，项目进入管理程序")), "success")
            return redirect(url_for("inherited.list"))
    return form.page("approvals/late/inherited_confirm.html", at=at, held=evidence, stages=Stage)


@inherited.get("/projects/<int:project_id>/inherited/scan")
@allow(*_KEEPERS)
def scan(project_id: int) -> ResponseReturnValue:
    """The old approvals as they were scanned."""
    stored = _record_of(standing(project_id, actor(), in_procedure=False)).document
    return send_file(
        documents.open_document(stored),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=stored.file_name,
    )


def _still_newest(form: ConfirmForm, evidence: Any) -> None:  # noqa: ANN401 - a Peewee row
    """Raise ``StaleVersion`` when the page showed another record than the one that stands now."""
    if form.evidence.data != evidence.id:
        raise StaleVersion(say("该存量登记已被新的登记取代"), remedy=say("请核对并确认最新的登记"))


def _record_of(at: Standing) -> Any:  # noqa: ANN401 - a Peewee row
    found = newest(at.project.id)
    if found is None:
        raise NotFound(say("该项目还没有存量登记"), remedy=say("请先登记原批准文件"))
    return found
