"""What is done to an evaluation: compute, assign, write, submit, send back, reply, finalise."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.evaluations import (
    AssignForm,
    ComputeForm,
    FinaliseForm,
    ReplyForm,
    SendBackForm,
    TextsForm,
    written,
)
from approvals.forms.late import ActForm, given
from approvals.queries.evaluations import EvaluationSheet, evaluation, visible
from approvals.queries.people import assessors
from approvals.rules.consequences import consequence_of
from approvals.rules.evaluation import EvaluationAct, grade_of, next_state
from approvals.services import evaluations as services
from approvals.services.evaluations.parties import authorise
from approvals.views.evaluations import SCORERS, evaluations, not_saved, saved_itself, wants_json
from portfolio.foundation import clock, rulebook
from portfolio.foundation.errors import Message, Refused, say
from portfolio.foundation.roles import Role
from portfolio.foundation.web.forms import Form
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow

_OFFICERS = (Role.INFORMATIZATION, Role.FINANCE)


def _look(evaluation_id: int, act: EvaluationAct) -> tuple[Any, EvaluationSheet]:
    """The evaluation; raises ``NotFound`` for a foreign one and ``Forbidden`` for another's act."""
    row = visible(evaluation_id, actor())
    authorise(row, act, actor())
    return row, evaluation(evaluation_id)


def _page(
    form: Form, act: EvaluationAct, sheet: EvaluationSheet, *, template: str = "act", **facts: object
) -> ResponseReturnValue:
    """The page of an act; where the evaluation stands elsewhere it says so and offers no form."""
    shut: tuple[object, ...] = ()
    try:
        next_state(sheet.kind, sheet.state, act)
    except Refused as refusal:
        shut = refusal.findings
    shown = {"says": (), "danger": False, "shut": shut, "sheet": sheet, "act": act, **facts}
    return form.page(f"approvals/evaluation/{template}.html", **shown)


def _done(evaluation_id: int, said: Message) -> ResponseReturnValue:
    flash(text(said), "success")
    return redirect(url_for("evaluation.sheet", evaluation_id=evaluation_id))


@evaluations.route("/<int:evaluation_id>/compute", methods=["GET", "POST"])
@allow(*SCORERS)
def compute(evaluation_id: int) -> ResponseReturnValue:
    """Compute the figures up to a day."""
    _row, sheet = _look(evaluation_id, EvaluationAct.COMPUTE)
    form = ComputeForm(version=sheet.version, as_of=sheet.as_of or clock.today())
    if form.accepted():
        with form.refusals():
            services.compute(
                evaluation_id=evaluation_id,
                as_of=given(form.as_of),
                expected_version=form.version.data,
                actor=actor(),
            )
            return _done(evaluation_id, say("已按截止日计算各项指标"))
    says = (
        say("按截止日的账簿和项目档案计算可计算的指标，结果记入评分表"),
        None,
        say("再次计算会替换原来的数；照抄系统得分而没有写理由的评分，数变了就会清空"),
    )
    return _page(form, EvaluationAct.COMPUTE, sheet, says=says)


@evaluations.route("/<int:evaluation_id>/assign", methods=["GET", "POST"])
@allow(*_OFFICERS)
def assign(evaluation_id: int) -> ResponseReturnValue:
    """Entrust the scoring to an assessor."""
    _row, sheet = _look(evaluation_id, EvaluationAct.ASSIGN)
    form = AssignForm(version=sheet.version)
    form.offer(assessors(clock.today()))
    if form.accepted():
        with form.refusals():
            services.assign(
                evaluation_id=evaluation_id,
                username=form.username.data,
                expected_version=form.version.data,
                actor=actor(),
            )
            return _done(evaluation_id, say("已指派评价人员"))
    says = (
        say("委托第三方评价人员打分和撰写报告"),
        say("该人员登录后在“绩效评价”中看到此项评价，看不到其他评价"),
        say("提交前可以改派，以最后一次指派为准"),
    )
    return _page(form, EvaluationAct.ASSIGN, sheet, says=says)


@evaluations.route("/<int:evaluation_id>/texts", methods=["GET", "POST"])
@allow(*SCORERS)
def write(evaluation_id: int) -> ResponseReturnValue:
    """The words of the report, section by section."""
    row, sheet = _look(evaluation_id, EvaluationAct.WRITE)
    form = TextsForm(version=sheet.version, **written(row.texts))
    if form.accepted():
        with form.refusals():
            held = services.write(
                evaluation_id=evaluation_id,
                texts=form.texts,
                expected_version=form.version.data,
                actor=actor(),
            )
            if wants_json():
                return saved_itself(held.version)
            return _done(evaluation_id, say("报告文字已保存"))
    if form.is_submitted() and wants_json():
        return not_saved(form)
    return _page(form, EvaluationAct.WRITE, sheet, template="texts")


@evaluations.route("/<int:evaluation_id>/submit", methods=["GET", "POST"])
@allow(*SCORERS)
def submit(evaluation_id: int) -> ResponseReturnValue:
    """Hand it in."""
    _row, sheet = _look(evaluation_id, EvaluationAct.SUBMIT)
    form = ActForm(version=sheet.version)
    if form.accepted():
        with form.refusals():
            services.submit(evaluation_id=evaluation_id, expected_version=form.version.data, actor=actor())
            return _done(evaluation_id, say("已提交"))
    own = sheet.kind.by_the_unit
    says = (
        say("提交评价，得分 {total} 分", total=f"{sheet.scored_so_far:.2f}"),
        say("送信息化或财政主管部门审核定稿") if own else say("送“{unit}”交换意见", unit=sheet.unit),
        say("提交后不能改分，除非被退回") if own else say("提交后等待对方意见；交换意见后仍可调整评分"),
    )
    return _page(form, EvaluationAct.SUBMIT, sheet, says=says)


@evaluations.route("/<int:evaluation_id>/send-back", methods=["GET", "POST"])
@allow(*_OFFICERS)
def send_back(evaluation_id: int) -> ResponseReturnValue:
    """Send it back to be worked on again."""
    _row, sheet = _look(evaluation_id, EvaluationAct.SEND_BACK)
    form = SendBackForm(version=sheet.version)
    if form.accepted():
        with form.refusals():
            services.send_back(
                evaluation_id=evaluation_id,
                reason=form.reason.data,
                expected_version=form.version.data,
                actor=actor(),
            )
            return _done(evaluation_id, say("已退回"))
    says = (say("退回重新评分和修改"), say("退给提交人员，理由随评价保留"), None)
    return _page(form, EvaluationAct.SEND_BACK, sheet, says=says)


@evaluations.route("/<int:evaluation_id>/exchange", methods=["GET", "POST"])
@allow(Role.APPLICANT, Role.CIO)
def exchange(evaluation_id: int) -> ResponseReturnValue:
    """The evaluated unit replies."""
    _row, sheet = _look(evaluation_id, EvaluationAct.EXCHANGE)
    form = ReplyForm(version=sheet.version)
    if form.accepted():
        with form.refusals():
            services.exchange(
                evaluation_id=evaluation_id,
                reply=form.reply.data,
                expected_version=form.version.data,
                actor=actor(),
            )
            return _done(evaluation_id, say("意见已送出"))
    says = (
        say("代表“{unit}”对评价得分和报告提出意见", unit=sheet.unit),
        say("送“{evaluator}”，由其核实后定稿", evaluator=sheet.evaluator),
        say("意见送出后不能修改，写入评价报告"),
    )
    return _page(form, EvaluationAct.EXCHANGE, sheet, says=says)


@evaluations.route("/<int:evaluation_id>/finalise", methods=["GET", "POST"])
@allow(*_OFFICERS)
def finalise(evaluation_id: int) -> ResponseReturnValue:
    """Close it for good: total, grade, and what follows from it."""
    _row, sheet = _look(evaluation_id, EvaluationAct.FINALISE)
    form = FinaliseForm(version=sheet.version)
    if form.accepted():
        with form.refusals():
            row = services.finalise(
                evaluation_id=evaluation_id,
                number=form.number.data,
                expected_version=form.version.data,
                actor=actor(),
            )
            said = say("评价已定稿：{total} 分，{grade}", total=row.total, grade=row.grade.label)
            return _done(evaluation_id, said)
    total = sheet.scored_so_far
    grade = grade_of(total)
    says = (
        say("评价定稿：总分 {total} 分，等级“{grade}”", total=f"{total:.2f}", grade=grade.label),
        consequence_of(sheet.kind, grade, rulebook.on(clock.today())),
        say("定稿后得分、等级和报告文字不再改动"),
    )
    return _page(form, EvaluationAct.FINALISE, sheet, says=says, danger=True)
