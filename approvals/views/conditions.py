"""The conditions of a project's decisions and their evidence, and rules passed over by name."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.late import EvidenceForm, OverrideForm
from approvals.queries.conditions import condition_of, conditions_of, may_meet, overrides_of
from approvals.queries.standing import knows_of, standing
from approvals.services import conditions as services
from portfolio.foundation import clock, documents, rulebook
from portfolio.foundation.errors import Forbidden, Message, NotFound, say
from portfolio.foundation.roles import AUTHORITIES, SEES_EVERYTHING, UNIT_ROLES, Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow

conditions = Blueprint(
    "conditions", __name__, url_prefix="/projects/<int:project_id>", template_folder="../templates"
)
_READERS = tuple(sorted(UNIT_ROLES | SEES_EVERYTHING))
_MEETERS = tuple(sorted(UNIT_ROLES | set(AUTHORITIES)))


@conditions.get("/conditions", endpoint="list")
@allow(*_READERS)
def demanded(project_id: int) -> ResponseReturnValue:
    """What the decisions demand, met or not, and what was passed over."""
    at = standing(project_id, actor())
    return render_template(
        "approvals/late/conditions.html",
        at=at,
        rows=conditions_of(project_id),
        overrides=overrides_of(project_id),
        may_meet=lambda row: may_meet(row, actor()),
        may_override=actor().has(Role.SECRETARY, Role.MEMBER),
    )


@conditions.route("/conditions/<int:condition_id>", methods=["GET", "POST"])
@allow(*_MEETERS)
def meet(project_id: int, condition_id: int) -> ResponseReturnValue:
    """Hand in the evidence that a condition is met."""
    condition = condition_of(project_id, condition_id)
    owes = condition.owner_id == actor().organisation_id
    at = standing(project_id, actor(), owes_it_something=owes)
    if not may_meet(condition, actor()):
        raise _not_theirs()
    party = knows_of(project_id, actor())
    back = url_for("conditions.list", project_id=project_id) if party else url_for("web.home")
    form = EvidenceForm()
    if form.accepted():
        with form.refusals():
            upload = form.file.data
            received = documents.receive(upload.stream, name=upload.filename)
            services.meet_with_file(condition_id=condition_id, received=received, actor=actor())
            flash(text(say("审批条件已登记落实")), "success")
            return redirect(back)
    return form.page("approvals/late/condition.html", at=at, condition=condition, back=back)


@conditions.get("/conditions/<int:condition_id>/evidence")
@allow(*_READERS)
def evidence(project_id: int, condition_id: int) -> ResponseReturnValue:
    """The file that shows that a condition is met."""
    standing(project_id, actor())
    stored = condition_of(project_id, condition_id).evidence
    if stored is None:
        raise NotFound(say("该条件尚未提交证明材料"))
    return send_file(
        documents.open_document(stored),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=stored.file_name,
    )


@conditions.route("/override", methods=["GET", "POST"])
@allow(Role.SECRETARY, Role.MEMBER)
def override(project_id: int) -> ResponseReturnValue:
    """Pass over one rule in the present stage, by name and with a reason."""
    at = standing(project_id, actor())
    form = OverrideForm(version=at.version)
    offered = _rules()
    form.offer(offered)
    if form.accepted():
        with form.refusals():
            services.override(
                project_id=project_id,
                rule=form.rule.data,
                reason=form.reason.data,
                expected_version=form.version.data,
                actor=actor(),
            )
            flash(text(say("例外已登记，本阶段内对该项目有效")), "success")
            return redirect(url_for("conditions.list", project_id=project_id))
    return form.page("approvals/late/override.html", at=at, offered=offered, held=overrides_of(project_id))


def _rules() -> list[tuple[str, Message]]:
    """The rules of today that this person may pass over, with their titles."""
    found = rulebook.on(clock.today()).rules.values()
    return [
        (rule.code, say("{code} {title}", code=rule.code, title=rule.title))
        for rule in found
        if actor().has(*(Role(role) for role in rule.parameters.get("override_roles", ())))
    ]


def _not_theirs() -> Forbidden:
    return Forbidden(
        say("{name}不属于该条件的责任单位", name=actor().name),
        basis="审批条件由责任单位落实",
        remedy=say("请由责任单位提交证明材料"),
    )
