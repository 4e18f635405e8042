"""The register of systems: listed, entered, certified by the informatization authority, retired."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from portfolio.forms.systems import CertificationForm, LinkForm, RetirementForm, SystemForm
from portfolio.foundation.errors import say
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.queries import dossier as projects
from portfolio.queries import systems as reading
from portfolio.queries.systems import Life, life_of
from portfolio.services import systems as services
from portfolio.tables.project import System
from portfolio.views import choices
from portfolio.views.blueprint import READERS, WRITERS, blueprint, visible_project

_BADGES = {Life.BUILDING: "waiting", Life.SERVING: "approved", Life.RETIRED: "blocked"}
_COLUMNS = (
    Column("code", say("编号"), link=lambda row: url_for("dossier.system", system_id=row.id)),
    Column("name", say("系统名称")),
    Column("owner", say("所属单位"), get=lambda row: row.owner.name),
    Column("life", say("状态"), Kind.STATUS, get=lambda row: (_BADGES[life_of(row)], text(life_of(row)))),
    Column("launched_on", say("上线"), Kind.DAY),
    Column("catalogued_on", say("编入目录"), Kind.DAY),
    Column("shared_on", say("实现共享"), Kind.DAY),
    Column("secure_on", say("安全合规"), Kind.DAY),
)


@blueprint.get("/systems")
@allow(*READERS)
def systems() -> ResponseReturnValue:
    """Every system: whoever plans a new one must be able to find what is there."""
    filters = Filters(
        [
            Filter("life", say("状态"), [(one.value, one) for one in Life]),
            Filter("q", say("名称、编号或单位")),
        ]
    )
    query = reading.listed(life=filters.value("life"), text=filters.value("q"))
    listing = Listing(
        _COLUMNS,
        page_of(query, sort=(System.code, System.id)),
        filters,
        nothing=say("没有符合条件的系统"),
        what_next=say("项目建成的系统和规划之前已有的系统都在此登记"),
        every_row=lambda: query.order_by(System.code),
    )
    return answer(listing, "dossier/systems.html", say("系统台账"), may_register=actor().has(*WRITERS))


@blueprint.route("/systems/new", methods=["GET", "POST"])
@allow(*WRITERS)
def register_system() -> ResponseReturnValue:
    """Enter a system, and the project that made it."""
    form = _new_form()
    if form.accepted():
        with form.refusals():
            owner = form.owner_id.data or actor().organisation_id
            system = services.register(
                owner_id=owner, fields=form.given(), project_id=form.project_id.data, actor=actor(), once=True
            )
            flash(text(say("系统 {code} 已登记", code=system.code)), "success")
            return redirect(url_for("dossier.system", system_id=system.id))
    return form.page("dossier/system_new.html")


@blueprint.get("/systems/<int:system_id>")
@allow(*READERS)
def system(system_id: int) -> ResponseReturnValue:
    """One system, the projects behind it, and its certificates."""
    found = reading.one(system_id)
    return render_template(
        "dossier/system.html",
        system=found,
        life=(_BADGES[life_of(found)], life_of(found)),
        projects=reading.behind(system_id, actor()),
        may_certify=actor().has(Role.INFORMATIZATION) and found.retired_on is None,
        may_retire=services.may_keep(found, actor()) and found.retired_on is None,
    )


@blueprint.route("/systems/<int:system_id>/certification", methods=["GET", "POST"])
@allow(Role.INFORMATIZATION)
def certify_system(system_id: int) -> ResponseReturnValue:
    """Certify a system as catalogued, shared and secure."""
    found = reading.one(system_id)
    form = CertificationForm(obj=found)
    if form.accepted():
        with form.refusals():
            services.certify(
                system_id=system_id, fields=form.given(), expected_version=form.version.data, actor=actor()
            )
            flash(text(say("核定结果已登记")), "success")
            return redirect(url_for("dossier.system", system_id=system_id))
    return form.page("dossier/certify.html", system=found)


@blueprint.route("/systems/<int:system_id>/retirement", methods=["GET", "POST"])
@allow(*WRITERS)
def retire_system(system_id: int) -> ResponseReturnValue:
    """Take a system out of service, once it was said what that means."""
    found = reading.one(system_id)
    form = RetirementForm(obj=found)
    if form.accepted():
        with form.refusals():
            services.retire(
                system_id=system_id, fields=form.given(), expected_version=form.version.data, actor=actor()
            )
            flash(text(say("系统“{name}”已下线", name=found.name)), "success")
            return redirect(url_for("dossier.system", system_id=system_id))
    return form.page("dossier/retire.html", system=found)


@blueprint.route("/projects/<int:project_id>/systems", methods=["GET", "POST"])
@allow(*READERS)
def project_systems(project_id: int) -> ResponseReturnValue:
    """The systems that a project makes or upgrades; an existing one is linked here."""
    project = visible_project(project_id, actor())
    form = LinkForm()
    form.offer(reading.open_to(project_id))
    if form.accepted():
        with form.refusals():
            services.link(system_id=form.system_id.data, project_id=project_id, actor=actor())
            flash(text(say("已关联系统")), "success")
            return redirect(url_for("dossier.project_systems", project_id=project_id))
    return form.page(
        "dossier/project_systems.html",
        project=project,
        links=reading.of_project(project_id),
        may_link=services.may_link(project, actor()),
    )


def _new_form() -> Any:  # noqa: ANN401 - WTForms has no types
    form = SystemForm()
    form.owner_id.offer(choices.units(), say("本单位"))
    known = [SelectChoice(str(one.id), f"{one.code} {one.name}") for one in projects.projects(actor())]
    form.project_id.offer(known, say("存量系统，没有项目"))
    asked = request.args.get("project", "")
    if not form.is_submitted() and any(one.value == asked for one in known):
        form.project_id.data = int(asked)
    return form
