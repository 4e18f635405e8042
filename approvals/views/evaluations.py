"""Evaluations: the list, opening one, the scoring sheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.evaluations import OpenForm, ScoresForm
from approvals.forms.late import given
from approvals.queries.evaluations import EvaluationSheet, ScoreLine, evaluation, seen_by, visible
from approvals.rules.consequences import consequence_of
from approvals.rules.evaluation import EvaluationAct, EvaluationKind, EvaluationState, Section
from approvals.rules.scoring import ScoreInput
from approvals.services import evaluations as services
from approvals.services.evaluations.parties import possible
from approvals.tables.evaluation import Evaluation
from portfolio.foundation import clock, rulebook
from portfolio.foundation.errors import Invalid, Message, NotFound, say
from portfolio.foundation.roles import SEES_EVERYTHING, UNIT_ROLES, Role
from portfolio.foundation.web.forms import Form
from portfolio.foundation.web.language import moment, text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.queries import dossier
from portfolio.tables.project import Project

evaluations = Blueprint("evaluation", __name__, url_prefix="/evaluations", template_folder="../templates")

READERS = (*sorted(UNIT_ROLES | SEES_EVERYTHING), Role.ASSESSOR)
OPENERS = (Role.APPLICANT, Role.INFORMATIZATION, Role.FINANCE)
SCORERS = (*OPENERS, Role.ASSESSOR)
_SIDES = {EvaluationAct.SELF_SCORE: "self", EvaluationAct.EVALUATE: "evaluator"}
_BADGES = {
    EvaluationState.DRAFT: "waiting",
    EvaluationState.SUBMITTED: "review",
    EvaluationState.EXCHANGED: "review",
    EvaluationState.FINAL: "approved",
}


@dataclass(frozen=True, slots=True)
class Points(Column):
    """A column of points, always with their two decimals."""

    kind: Kind = Kind.NUMBER

    def shown(self, value: Any) -> Any:  # noqa: ANN401 - as every column
        """The points, or a dash before there are any."""
        return "—" if value is None else f"{value:.2f}"


def _address(row: Any) -> str:  # noqa: ANN401 - a Peewee row
    return url_for("evaluation.sheet", evaluation_id=row.id)


COLUMNS = (
    Column("code", say("项目编号"), get=lambda row: row.project.code),
    Column("name", say("项目"), get=lambda row: row.project.name, link=_address),
    Column("unit", say("单位"), get=lambda row: row.project.owner.short_name),
    Column("kind", say("评价方式")),
    Column("year", say("年度"), get=lambda row: say("{year}", year=row.year) if row.year else None),
    Column("state", say("状态"), Kind.STATUS, get=lambda row: (_BADGES[row.state], text(row.state))),
    Points("total", say("得分")),
    Column("grade", say("等级")),
    Column("opened_at", say("启动日期"), Kind.DAY),
)


@evaluations.get("", endpoint="list")
@allow(*READERS)
def every_one() -> ResponseReturnValue:
    """The evaluations that one may know of."""
    years = range(clock.today().year, clock.today().year - 10, -1)
    filters = Filters(
        [
            Filter("kind", say("评价方式"), [(kind.value, kind) for kind in EvaluationKind]),
            Filter("state", say("状态"), [(state.value, state) for state in EvaluationState]),
            Filter("year", say("年度"), [(str(year), str(year)) for year in years]),
            Filter("q", say("项目名称或编号")),
        ]
    )
    query = _filtered(seen_by(actor()), filters)
    listing = Listing(
        COLUMNS,
        page_of(query, sort=(Evaluation.opened_at, Evaluation.id), descending=True),
        filters,
        nothing=say("没有符合条件的评价"),
        what_next=say("启动评价后，在评分表上计算、打分、撰写报告"),
        every_row=lambda: query.order_by(Evaluation.opened_at.desc(), Evaluation.id.desc()).iterator(),
    )
    facts = {"may_open": actor().has(*OPENERS)}
    return answer(listing, "approvals/evaluation/list.html", say("绩效评价"), **facts)


def _filtered(query: Any, filters: Filters) -> Any:  # noqa: ANN401 - Peewee queries
    for name, column in (("kind", Evaluation.kind), ("state", Evaluation.state), ("year", Evaluation.year)):
        if filters.value(name):
            query = query.where(column == filters.value(name))
    sought = filters.value("q")
    return query.where(Project.name.contains(sought) | Project.code.contains(sought)) if sought else query


@evaluations.route("/new", methods=["GET", "POST"], endpoint="open")
@allow(*OPENERS)
def open_one() -> ResponseReturnValue:
    """Open an evaluation of a project."""
    form = OpenForm(project=request.args.get("project", "")[:40])
    if form.accepted():
        with form.refusals():
            row = services.open_one(
                project_id=_project_called(form.project.data).id,
                kind=given(form.kind),
                year=form.year.data,
                actor=actor(),
            )
            flash(text(say("评价已启动，请先计算指标")), "success")
            return redirect(url_for("evaluation.sheet", evaluation_id=row.id))
    return form.page("approvals/evaluation/open.html")


def _project_called(code: str) -> Any:  # noqa: ANN401 - a Peewee row
    try:
        return dossier.project(code, actor())
    except NotFound as missing:
        raise Invalid({"project": missing.what}) from None


@evaluations.route("/<int:evaluation_id>", methods=["GET", "POST"])
@allow(*READERS)
def sheet(evaluation_id: int) -> ResponseReturnValue:
    """The scoring sheet: both sides beside what was computed; whoever may score saves here."""
    row = visible(evaluation_id, actor())
    may = possible(row, actor())
    found = evaluation(evaluation_id)
    side = next((_SIDES[act] for act in may if act in _SIDES), "")
    held = _held(found, side)
    form = _form(found, held)
    if form.accepted():
        with form.refusals():
            return _saved(form, row, side, held)
    if form.is_submitted() and wants_json():
        return not_saved(form)
    return form.page(
        "approvals/evaluation/sheet.html", sheet=found, groups=_groups(found), side=side, may=may,
        acts=EvaluationAct, outline=tuple(Section), consequence=_consequence(found),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """The indicators of one first level, with their weights and both sides' scores added up."""

    name: str
    lines: tuple[ScoreLine, ...]

    @property
    def weight(self) -> Decimal:
        """Points to be had."""
        return sum((line.weight for line in self.lines), Decimal("0.00"))

    @property
    def own(self) -> Decimal:
        """What the unit gave itself so far."""
        return sum((line.self_score or Decimal(0) for line in self.lines), Decimal("0.00"))

    @property
    def evaluator(self) -> Decimal:
        """What the evaluator gave so far."""
        return sum((line.evaluator_score or Decimal(0) for line in self.lines), Decimal("0.00"))


def _groups(found: EvaluationSheet) -> list[Group]:
    """The lines by first level, in the order of the instrument."""
    return [
        Group(name, tuple(lines)) for name, lines in groupby(found.lines, lambda line: line.indicator.level1)
    ]


def _consequence(found: EvaluationSheet) -> Message | None:
    """What followed from the grade when it became final."""
    if found.grade is None or found.finalised is None:
        return None
    return consequence_of(found.kind, found.grade, rulebook.on(found.finalised.at.date()))


def _held(found: EvaluationSheet, side: str) -> dict[str, ScoreInput]:
    """The scores of a side as they stand."""
    entries = {}
    for line in found.lines:
        mine = (line.self_score, line.self_reason, line.self_evidence)
        theirs = (line.evaluator_score, line.reason, line.evidence)
        score, reason, evidence = mine if side == "self" else theirs
        if score is not None:
            entries[line.indicator.code] = ScoreInput(score, reason, evidence)
    return entries


def _form(found: EvaluationSheet, held: dict[str, ScoreInput]) -> ScoresForm:
    """A row for every indicator, holding what its side has said so far."""
    rows = []
    for line in found.lines:
        entry = held.get(line.indicator.code)
        said = {"score": entry.score, "reason": entry.reason, "evidence": entry.evidence} if entry else {}
        rows.append({"indicator": line.indicator.code, **said})
    return ScoresForm(version=found.version, rows=rows)


def _saved(form: ScoresForm, row: Any, side: str, held: dict[str, ScoreInput]) -> ResponseReturnValue:  # noqa: ANN401
    """Write what changed; a sheet that saves itself gets the new version back."""
    service = services.self_score if side == "self" else services.evaluate
    scores = form.changed(held)
    version = form.version.data
    if scores or not side:
        version = service(
            evaluation_id=row.id, scores=scores, expected_version=version, actor=actor()
        ).version
    if wants_json():
        return saved_itself(version)
    flash(text(say("评分已保存（{moment}）", moment=moment(clock.now()))), "success")
    return redirect(_address(row))


def saved_itself(version: int) -> Response:
    """What a form that saves itself is told: when, and which version it holds now."""
    return jsonify(said=text(say("已保存 {time}", time=f"{clock.now():%H:%M}")), version=version)


def not_saved(form: Form) -> Response:
    """What a form that saves itself is told when it cannot be taken yet."""
    if form.refusal is not None:
        what = text(form.refusal.what)
    else:
        what = text(say("有{n}处填写需要更正", n=len(form.errors)))
    answer_ = jsonify(what=what)
    answer_.status_code = form.status
    return answer_


def wants_json() -> bool:
    """Whether a form that saves itself asks."""
    return request.accept_mimetypes.best == "application/json"
