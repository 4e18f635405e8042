"""Submitting an evaluation, sending it back, the exchange of views, and making it final."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from approvals.queries.instruments import instrument_of
from approvals.queries.people import authorities_of
from approvals.rules.book import parameters
from approvals.rules.evaluation import EVALUATORS, EvaluationAct, grade_of, next_state
from approvals.rules.scoring import total_of
from approvals.services.evaluations.parties import record, take, uninvolved
from approvals.tables.evaluation import Evaluation, EvaluationScore
from portfolio.foundation import clock, numbering, rulebook
from portfolio.foundation.db import IntegrityError, change, transaction, violated
from portfolio.foundation.errors import Finding, Invalid, Refused, say
from portfolio.foundation.roles import Actor, Role


def submit(*, evaluation_id: int, expected_version: int | None = None, actor: Actor) -> Evaluation:
    """Hand in a self-report to the authority, or an evaluation to the unit for the exchange of views.

    Raises ``Refused`` when figures were never computed (EV_NOT_COMPUTED) or an indicator has no score that
    counts (EV_UNSCORED), and as ``take`` does.
    """
    with transaction():
        row = take(evaluation_id, EvaluationAct.SUBMIT, actor, expected_version)
        total = _total(row)
        _move(row, EvaluationAct.SUBMIT, submitted_by=actor.user_id, submitted_at=clock.now())
        record(row, actor, "submit", {"total": str(total)})
        return row


def send_back(
    *, evaluation_id: int, reason: str, expected_version: int | None = None, actor: Actor
) -> Evaluation:
    """Send what was submitted back to be worked on again, with the reason, before any reply.

    By an officer of the receiving authority, or of the evaluator.  Raises ``Invalid`` without a reason.
    """
    if not reason.strip():
        raise Invalid({"reason": say("请写明退回理由")})
    with transaction():
        row = take(evaluation_id, EvaluationAct.SEND_BACK, actor, expected_version)
        _move(row, EvaluationAct.SEND_BACK, submitted_by=None, submitted_at=None)
        record(row, actor, "send_back", {"reason": reason.strip()})
        return row


def exchange(
    *, evaluation_id: int, reply: str, expected_version: int | None = None, actor: Actor
) -> Evaluation:
    """The evaluated unit's reply 交换意见, by its applicant or CIO; raises ``Invalid`` without words."""
    if not reply.strip():
        raise Invalid({"reply": say("请填写被评价单位的意见；没有意见请写“无意见”")})
    with transaction():
        row = take(evaluation_id, EvaluationAct.EXCHANGE, actor, expected_version)
        _move(
            row,
            EvaluationAct.EXCHANGE,
            reply=reply.strip(),
            reply_by=actor.user_id,
            reply_at=clock.now(),
        )
        record(row, actor, "exchange", {"reply": reply.strip()})
        return row


def finalise(
    *, evaluation_id: int, number: str = "", expected_version: int | None = None, actor: Actor
) -> Evaluation:
    """Add up the scores that count, grade the total, and close the evaluation for good.

    An evaluation gets its 文号 (``number``, or the next one of the evaluator's series); a self-report has
    none.  By an officer of the receiving authority or of the evaluator who neither scored nor submitted nor
    replied.  Raises ``Forbidden``, ``Invalid`` for a number already used, ``Refused`` (EV_UNSCORED,
    EV_STATE), ``StaleVersion``.
    """
    with transaction():
        row = take(evaluation_id, EvaluationAct.FINALISE, actor, expected_version)
        uninvolved(actor, {row.submitted_by_id, row.reply_by_id, *_scorers(row)})
        total = _total(row)
        EvaluationScore.update(settled=True).where(EvaluationScore.evaluation == row).execute()
        try:
            _move(
                row,
                EvaluationAct.FINALISE,
                total=total,
                grade=grade_of(total),
                number=_number(row, number.strip()),
                finalised_by=actor.user_id,
                finalised_at=clock.now(),
            )
        except IntegrityError as error:
            if violated(error) in {"uq_evaluation_number", "evaluation.number"}:
                raise Invalid({"number": say("文号“{number}”已被使用", number=number.strip())}) from error
            raise
        data = {"total": str(total), "grade": row.grade, "number": row.number}
        record(row, actor, "finalise", data)
        return row


def _move(row: Any, act: EvaluationAct, **values: Any) -> None:  # noqa: ANN401 - Peewee row, columns
    change(row, row.version, state=next_state(row.kind, row.state, act), **values)


def _rows(row: Any) -> list[Any]:  # noqa: ANN401 - Peewee rows
    return list(
        EvaluationScore.select().where(EvaluationScore.evaluation == row).order_by(EvaluationScore.position)
    )


def _scorers(row: Any) -> set[int]:  # noqa: ANN401 - a Peewee row
    """Who gave the scores that count in this evaluation."""
    own = row.kind.by_the_unit
    return {one.self_by_id if own else one.scored_by_id for one in _rows(row)}


def _total(row: Any) -> Decimal:  # noqa: ANN401 - a Peewee row
    """The sum of the scores that count: the unit's own in a self-report, else the evaluator's."""
    instrument = instrument_of(row)
    if row.as_of is None:
        raise Refused(
            [
                Finding(
                    "EV_NOT_COMPUTED",
                    False,
                    say("尚未按账簿和项目档案计算可计算的指标"),
                    instrument.basis,
                    remedy=say("请先选定数据截止日，办理“{act}”", act=EvaluationAct.COMPUTE.label),
                )
            ]
        )
    own = row.kind.by_the_unit
    scores = {one.code: one.self_score if own else one.evaluator_score for one in _rows(row)}
    return total_of(scores, {one.code: one.name for one in instrument.indicators})


def _number(row: Any, given: str) -> str | None:  # noqa: ANN401 - a Peewee row
    """The 文号 of an evaluation: as given, or the next of the evaluating authority's series."""
    if row.kind.by_the_unit:
        if given:
            raise Invalid({"number": say("自评报告不编文号")})
        return None
    if given:
        return given
    today = clock.today()
    series = parameters(rulebook.on(today), "EVALUATION")
    own = authorities_of(row.evaluator_id, today)
    role = next((one for one in EVALUATORS if one in own), Role.INFORMATIZATION)
    while True:  # a number that was given by hand is passed over
        number = numbering.document_number(series[f"{role.value}_series"], today.year)
        if not Evaluation.select().where(Evaluation.number == number).exists():
            return number
