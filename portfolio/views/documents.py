"""The documents of a project: listed, handed in, handed out to whoever may know of it, withdrawn."""

from __future__ import annotations

from flask import flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from portfolio.forms.documents import DocumentForm, WithdrawalForm
from portfolio.foundation.documents import open_document, receive
from portfolio.foundation.errors import say
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow
from portfolio.foundation.web.shell import returned
from portfolio.queries import documents as reading
from portfolio.services import documents as services
from portfolio.views.blueprint import READERS, blueprint, visible_project


@blueprint.route("/projects/<int:project_id>/documents", methods=["GET", "POST"])
@allow(*READERS)
def documents(project_id: int) -> ResponseReturnValue:
    """Everything in the dossier, and a form to hand in more."""
    project = visible_project(project_id, actor())
    form = DocumentForm()
    if form.accepted():
        with form.refusals():
            _hand_in(project_id, form)
            return redirect(url_for("dossier.documents", project_id=project_id))
    return form.page(
        "dossier/documents.html",
        project=project,
        rows=reading.filed(project_id),
        may_add=services.may_hand_in(project, actor()),
        returned=returned(project_id),
    )


@blueprint.get("/projects/<int:project_id>/documents/<int:document_id>")
@allow(*READERS)
def download(project_id: int, document_id: int) -> ResponseReturnValue:
    """The file itself, to be saved and never to be run here."""
    visible_project(project_id, actor())
    row = reading.one(project_id, document_id)
    answer = send_file(
        open_document(row.document),
        mimetype=row.document.media_type.value,
        as_attachment=True,
        download_name=row.document.file_name,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@blueprint.route("/projects/<int:project_id>/documents/<int:document_id>/withdrawal", methods=["GET", "POST"])
@allow(*READERS)
def withdraw_document(project_id: int, document_id: int) -> ResponseReturnValue:
    """Take a document out, for a reason, once it was said what that means."""
    project = visible_project(project_id, actor())
    row = reading.one(project_id, document_id)
    form = WithdrawalForm()
    if form.accepted():
        with form.refusals():
            services.withdraw(
                project_id=project_id, document_id=document_id, reason=form.reason.data, actor=actor()
            )
            flash(text(say("“{title}”已撤回", title=row.title)), "success")
            return redirect(url_for("dossier.documents", project_id=project_id))
    return form.page("dossier/withdraw.html", project=project, row=row)


def _hand_in(project_id: int, form: DocumentForm) -> None:
    """The file goes to its place before the transaction, so that the database does not wait for the disk."""
    upload = form.file.data
    received = receive(upload.stream, name=upload.filename)
    services.hand_in(project_id=project_id, received=received, **form.given(), actor=actor())
    flash(text(say("“{title}”已放入卷宗", title=form.named)), "success")
