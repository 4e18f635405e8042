"""Selections for the annual plan: tried, solved, compared, saved, handed to the leading group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.selections import HandOverForm, SelectionForm, as_typed
from approvals.queries import selections as reading
from approvals.rules.choice import (
    CODE,
    Method,
    Option,
    Picked,
    Pin,
    difference,
    findings,
    usage,
    value_of,
    why_left_out,
)
from approvals.services import selections as services
from approvals.services.selections import Trial
from budget.rules.amounts import hold_year
from portfolio.foundation import clock, rulebook
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.roles import AUTHORITIES, SEES_EVERYTHING
from portfolio.foundation.web import spreadsheet
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow

selections = Blueprint("selection", __name__, template_folder="../templates")

_HEADS = (
    ("项目编号", "text"),
    ("项目名称", "text"),
    ("申报单位", "text"),
    ("优先级", "text"),
    ("专栏", "text"),
    ("经济区", "text"),
    ("得分", "number"),
    ("金额依据", "text"),
    ("来源", "text"),
    ("申报数（万元）", "money"),
    ("列入数（万元）", "money"),
    ("是否列入", "text"),
    ("说明", "text"),
)
_MOST_ROWS = 100_000


@selections.get("/annual-plan/<int:year>/selections", endpoint="list")
@allow(*SEES_EVERYTHING)
def of_year(year: int) -> ResponseReturnValue:
    """The selections of a year."""
    hold_year(year)
    rows = reading.selections_of(year)
    may = _may_make(year)
    return render_template("approvals/selection/list.html", year=year, rows=rows, may_make=may)


@selections.route("/annual-plan/<int:year>/selections/new", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def new(year: int) -> ResponseReturnValue:
    """Try a selection, let the solver make one, save it; nothing is listed by any of that."""
    hold_year(year)
    form = SelectionForm(data=_begun())
    act = request.form.get("act", "") if form.accepted() else ""
    solved = act in ("solve", "save_solved")
    method = Method.SOLVED if solved else Method.HAND
    trial = None
    with form.refusals():
        draft = form.draft()
        if act.startswith("save"):
            words = {"title": form.title.data, "reason": form.reason.data}
            row = services.save(year=year, **words, draft=draft, method=method, actor=actor())
            flash(text(say("方案已保存：{title}", title=row.title)), "success")
            return redirect(url_for("selection.sheet", selection_id=row.id))
        trial = services.attempt(year=year, draft=draft, method=method, actor=actor())
    if trial is None:
        trial = services.attempt(year=year, draft=form.without_shares(), method=Method.HAND, actor=actor())
    return _tried(year, form, trial)


def _tried(year: int, form: SelectionForm, trial: Trial) -> ResponseReturnValue:
    """The page of a draft: what it takes, what is in and why the rest is not."""
    form.offer(trial.candidates)
    problem, chosen = trial.problem, trial.chosen
    options = {one.project_id: one for one in problem.options}
    return form.page(
        "approvals/selection/new.html",
        year=year,
        trial=trial,
        options=options,
        shown=[one for one in trial.candidates if form.shows(one)],
        hidden=[one for one in trial.candidates if not form.shows(one)],
        usages=usage(problem, chosen),
        findings=findings(problem, chosen),
        points=value_of(problem, chosen) / 100,
        why={key: why_left_out(problem, chosen, one) for key, one in options.items() if key not in chosen},
        rule=trial.rules.need(CODE),
        pins=tuple(Pin),
        takes_of=_takes,
    )


def _takes(option: Option) -> str:
    """What a project takes of each source, for the page's own sums."""
    return " ".join(f"{need.source.value}:{need.amount.fen}" for need in option.needs)


def _begun() -> dict[str, Any]:
    """What a new selection begins with: a saved one where the address names it, and the address's filters."""
    base = request.args.get("base", type=int)
    begun = as_typed(reading.saved(base)) if base is not None else {}
    for name in ("priority", "source", "box", "zone"):
        begun[name] = request.args.get(name, "")
    return begun


@selections.get("/annual-plan/selections/<int:selection_id>")
@allow(*SEES_EVERYTHING)
def sheet(selection_id: int) -> ResponseReturnValue:
    """A saved selection: what it takes, what is in, what is left out and why; printed, or as a workbook."""
    kept = reading.saved(selection_id)
    why = _reasons(kept)
    if request.args.get("format") == "xlsx":
        heads = [spreadsheet.Head(text(say(words)), kind) for words, kind in _HEADS]
        return spreadsheet.workbook(
            kept.row.title,
            [spreadsheet.Sheet(kept.row.title, heads, _cells(kept, why))],
            most=_MOST_ROWS,
        )
    return render_template(
        "approvals/selection/sheet.html",
        kept=kept,
        row=kept.row,
        year=kept.row.year,
        usages=usage(kept.problem, kept.chosen),
        findings=findings(kept.problem, kept.chosen),
        why=why,
        rule=rulebook.on(kept.row.rulebook_day).rule(CODE),
        may_make=_may_make(kept.row.year),
    )


@selections.get("/annual-plan/<int:year>/selections/comparison")
@allow(*SEES_EVERYTHING)
def comparison(year: int) -> ResponseReturnValue:
    """Two selections side by side: value, money, number, and where they differ."""
    hold_year(year)
    asked = request.args.getlist("selection", type=int)[:2]
    pair = [reading.saved(one) for one in asked]
    if any(one.row.year != year for one in pair):
        raise NotFound(say("所选方案不属于{year}年度", year=year))
    lines = {line.project.id: line for kept in pair for line in kept.lines}
    found = difference(*(_picked(kept) for kept in pair)) if len(pair) == len({*asked}) == 2 else None
    used = [usage(kept.problem, kept.chosen) for kept in pair]
    return render_template(
        "approvals/selection/comparison.html",
        year=year,
        rows=reading.selections_of(year),
        asked=asked,
        pair=pair,
        lines=lines,
        found=found,
        used=used,
        totals=[_picked(kept).totals for kept in pair],
    )


@selections.route("/annual-plan/selections/<int:selection_id>/handover", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def hand_over(selection_id: int) -> ResponseReturnValue:
    """Put a selection before the leading group: its projects become drafts of the year's plan."""
    kept, checks = services.before_handing_over(selection_id, actor())
    form = HandOverForm()
    form.offer(reading.open_meetings())
    if form.accepted():
        with form.refusals():
            done = services.hand_over(selection_id=selection_id, meeting_id=form.meeting_id, actor=actor())
            flash(text(say("方案已提交审定，编列草案 {n} 行", n=done.rows)), "success")
            return redirect(url_for("selection.sheet", selection_id=selection_id))
    handed = kept.row.handed_at is not None
    return form.page(
        "approvals/selection/hand_over.html", kept=kept, row=kept.row, checks=checks, handed=handed
    )


def _may_make(year: int) -> bool:
    return year >= clock.fiscal_year(clock.today()) and actor().has(*AUTHORITIES)


def _picked(kept: reading.Saved) -> Picked:
    return Picked({line.project.id: line.option.total for line in kept.inside})


def _reasons(kept: reading.Saved) -> dict[int, Any]:
    return {line.project.id: why_left_out(kept.problem, kept.chosen, line.option) for line in kept.outside}


def _cells(kept: reading.Saved, why: dict[int, Any]) -> Iterable[list[Any]]:
    """The rows of the workbook: one for each project and source."""
    for line in kept.lines:
        for need in line.option.needs:
            yield [
                line.project.code,
                line.project.name,
                line.project.owner.name,
                text(line.priority),
                line.box_name,
                line.zone_name,
                line.points,
                text(line.basis),
                text(need.source),
                need.asked,
                need.amount,
                text(say("列入") if line.chosen else say("未列入")),
                text(why.get(line.project.id, "")),
            ]
