"""Pages of the plan: boxes, groups, items, indicators, the goals of the programme."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portfolio.foundation import clock
from portfolio.foundation.errors import Message, say, several
from portfolio.foundation.roles import SEES_EVERYTHING, Role
from portfolio.foundation.web import charts
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Kind, Listing, Page, answer
from portfolio.foundation.web.permissions import actor, allow, signed_in
from portfolio.queries.plan import plan_on
from portfolio.services.observations import record_observation
from reports.forms import ObservationForm
from reports.queries import indicators as figures
from reports.queries import plan as queries
from reports.queries.indicators import current_plan
from reports.queries.plan import Progress
from reports.queries.programme import Breakdown, ProgrammeSheet, counted_projects, programme_sheet
from reports.views import plan_books

blueprint = Blueprint("plan", __name__, template_folder="../templates")


@blueprint.context_processor
def _view() -> dict[str, bool]:
    """Whether the reader sees but a part of the projects, which every sum then says."""
    reader = g.get("actor")
    return {"partial": reader is not None and not reader.has(*SEES_EVERYTHING)}


@blueprint.get("/plan")
@signed_in
def overview() -> ResponseReturnValue:
    """Every box of the plan and what became of it."""
    plan = plan_on(clock.today())
    boxes = queries.overview(plan, clock.today(), actor()) if plan else []
    total = Progress.sum(one.progress for one in boxes)
    listing = plan_books.book(plan_books.BOXES, boxes)
    return answer(listing, "plan/overview.html", say("专栏与项目"), plan=plan, boxes=boxes, total=total)


@blueprint.get("/plan/boxes/<code>")
@signed_in
def box(code: str) -> ResponseReturnValue:
    """A box: its groups, their items."""
    plan = current_plan(clock.today())
    found, groups = queries.box_sheet(plan, code, clock.today(), actor())
    total = Progress.of(line for group in groups for line in group.lines)
    rows = [(group.group, line) for group in groups for line in group.lines]
    return answer(
        plan_books.book(plan_books.ITEMS, rows),
        "plan/box.html",
        several("规划项目"),
        plan=plan,
        box=found,
        groups=groups,
        total=total,
    )


@blueprint.get("/plan/items/<code>")
@signed_in
def item(code: str) -> ResponseReturnValue:
    """An item: its revisions, projects and money; an applicant begins a project from here."""
    plan = current_plan(clock.today())
    sheet = queries.item_sheet(plan, code, clock.today(), actor())
    applies = actor().has(Role.APPLICANT)
    return render_template("plan/item.html", plan=plan, sheet=sheet, item=sheet.item, applies=applies)


@blueprint.get("/plan/indicators")
@signed_in
def indicators() -> ResponseReturnValue:
    """The indicators and how they keep pace; below them the targets of the text."""
    plan = current_plan(clock.today())
    lines = figures.indicator_lines(plan, actor())
    return answer(
        plan_books.book(plan_books.INDICATORS, list(lines)),
        "plan/indicators.html",
        several("规划指标"),
        plan=plan,
        lines=lines,
        targets=figures.text_targets(plan),
    )


@blueprint.get("/plan/indicators/<code>")
@signed_in
def indicator(code: str) -> ResponseReturnValue:
    """An indicator: chart, years, every observation, and the projects that serve it."""
    plan = current_plan(clock.today())
    sheet = figures.indicator_sheet(plan, code, actor())
    path = {line.year: line.required for line in sheet.years if line.required is not None}
    actual = {line.year: line.observation.figure for line in sheet.years if line.observation is not None}
    if sheet.indicator.base is not None:
        actual[sheet.indicator.base_year] = sheet.indicator.base
    chart = charts.lines([line.year for line in sheet.years], path, actual)
    return render_template("plan/indicator.html", plan=plan, sheet=sheet, chart=chart)


@blueprint.route("/plan/indicators/<code>/observations", methods=["GET", "POST"])
@allow(Role.INFORMATIZATION)
def record(code: str) -> ResponseReturnValue:
    """Record what was observed."""
    sheet = figures.indicator_sheet(current_plan(clock.today()), code, actor())
    form = ObservationForm(year=clock.today().year - 1, count=len(sheet.observations))
    if form.accepted():
        with form.refusals():
            record_observation(
                indicator_id=sheet.indicator.id,
                fields={name: form[name].data for name in ("year", "figure", "mark", "note")},
                expected_count=int(form.count.data) if form.count.data.isdecimal() else -1,
                actor=actor(),
            )
            flash(text(say("数据已登记")), "success")
            return redirect(url_for("plan.indicator", code=code))
    return form.page("plan/record.html", sheet=sheet)


@blueprint.get("/plan/goals")
@signed_in
def goals() -> ResponseReturnValue:
    """The four goals of the programme, and its investment by every side."""
    plan = current_plan(clock.today())
    sheet = programme_sheet(plan, clock.today())
    path = {line.year: line.required for line in sheet.years}
    done = {line.year: line.cumulative for line in sheet.years if line.year <= clock.today().year}
    ahead = {year: round(expected, 2) for year in path if (expected := sheet.prospect.until(year))}
    rows = _sides(sheet)
    return answer(
        Listing(GOALS, Page(rows, len(rows)), every_row=lambda: rows),
        "plan/goals.html",
        say("1162工程投资"),
        plan=plan,
        sheet=sheet,
        chart=charts.bars(sorted(path), path, done, ahead) if path else None,
        projects=counted_projects(sheet, actor()),
    )


def _amount(key: str, label: Message, whole: bool, step: str) -> Column:
    part = "whole" if whole else "counted"
    return Column(key, label, Kind.MONEY, get=lambda row: getattr(getattr(row[1], part), step))


GOALS = (
    Column("side", say("口径"), get=lambda row: row[0]),
    Column("label", say("类别"), get=lambda row: row[1].label),
    _amount("all_approved", say("全部专栏批准"), True, "approved"),
    _amount("all_committed", say("全部专栏落实"), True, "committed"),
    _amount("all_realised", say("全部专栏完成"), True, "realised"),
    _amount("approved", say("1162批准"), False, "approved"),
    _amount("committed", say("1162落实"), False, "committed"),
    _amount("realised", say("1162完成"), False, "realised"),
)
"""What the workbook of the programme holds: a row for each value of each side."""


def _sides(sheet: ProgrammeSheet) -> list[tuple[Message, Breakdown]]:
    years = [Breakdown(str(line.year), line.whole, line.counted) for line in sheet.years]
    sides = (
        (say("按年度"), years),
        (say("按资金来源"), sheet.sources),
        (say("按专栏"), sheet.boxes),
        (say("按重点领域"), sheet.sectors),
        (say("按产业集聚区"), sheet.clusters),
        (say("按经济区"), sheet.zones),
    )
    return [(side, line) for side, lines in sides for line in lines]
