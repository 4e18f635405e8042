"""How a project gets on: milestones reached, half-yearly reports, what was achieved of its targets."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portfolio.forms.progress import AchievedForm, ReachedForm, ReportForm
from portfolio.foundation import clock
from portfolio.foundation.errors import Message, say
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow
from portfolio.queries import progress as reading
from portfolio.queries.dossier import milestones
from portfolio.services import progress as services
from portfolio.services.dossier import may_write
from portfolio.views.blueprint import READERS, WRITERS, blueprint, visible_project


@blueprint.get("/projects/<int:project_id>/progress")
@allow(*READERS)
def progress(project_id: int) -> ResponseReturnValue:
    """Milestones, reports and targets on one page."""
    project = visible_project(project_id, actor())
    reached = milestones(project_id)
    return render_template(
        "dossier/progress.html",
        project=project,
        milestones=reached,
        percent=reading.percent_reached(reached),
        reports=reading.reports(project_id),
        targets=reading.targets(project_id),
        may_write=may_write(project, actor()),
    )


@blueprint.route("/projects/<int:project_id>/progress/milestones", methods=["GET", "POST"])
@allow(*WRITERS)
def reach(project_id: int) -> ResponseReturnValue:
    """Say that a milestone was reached."""
    project = visible_project(project_id, actor())
    form = ReachedForm(name=request.args.get("name"), actual_on=clock.today())
    form.offer([one.name for one in milestones(project_id) if one.actual_on is None])
    if form.accepted():
        with form.refusals():
            services.reach_milestone(project_id=project_id, **form.given(), actor=actor())
            return _back(project_id, say("里程碑“{name}”已登记完成", name=form.name.data))
    return form.page("dossier/reach.html", project=project)


@blueprint.route("/projects/<int:project_id>/progress/reports/new", methods=["GET", "POST"])
@allow(*WRITERS)
def report(project_id: int) -> ResponseReturnValue:
    """The report of a period, begun with what is known."""
    project = visible_project(project_id, actor())
    year, period = reading.half_year_due(clock.today())
    reached = milestones(project_id)
    form = ReportForm(year=year, period=period, percent_done=reading.percent_reached(reached))
    if form.accepted():
        with form.refusals():
            services.report_progress(project_id=project_id, fields=form.given(), actor=actor())
            return _back(project_id, say("进度报告已提交"))
    return form.page("dossier/report.html", project=project, milestones=reached)


@blueprint.route("/projects/<int:project_id>/progress/targets", methods=["GET", "POST"])
@allow(*WRITERS)
def achieved(project_id: int) -> ResponseReturnValue:
    """What was achieved of each target."""
    project = visible_project(project_id, actor())
    targets = reading.targets(project_id)
    held = [{"actual": one.actual, "actual_text": one.actual_text} for one in targets]
    form = AchievedForm(data={"achieved": held})
    form.complete(held)
    if form.accepted():
        with form.refusals():
            rows = form.of([one.name for one in targets])
            services.record_achieved(project_id=project_id, rows=rows, actor=actor())
            return _back(project_id, say("实际完成值已保存"))
    return form.page("dossier/achieved.html", project=project, targets=targets)


def _back(project_id: int, said: Message) -> ResponseReturnValue:
    flash(text(said), "success")
    return redirect(url_for("dossier.progress", project_id=project_id))
