"""What fills an evaluation: computed figures, the unit's and the evaluator's scores, the report's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from approvals.queries.figures import figures_of
from approvals.queries.instruments import instrument_of
from approvals.rules.evaluation import EvaluationAct, check_texts
from approvals.rules.figures import Figure
from approvals.rules.scoring import ScoreInput, check_scores
from approvals.services.evaluations.parties import record, take
from approvals.tables.evaluation import Evaluation, EvaluationScore
from portfolio.foundation import clock
from portfolio.foundation.db import change, transaction
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.roles import Actor


def compute(
    *, evaluation_id: int, as_of: date, expected_version: int | None = None, actor: Actor
) -> Evaluation:
    """Compute what the system can say about each indicator from the books and the dossier up to a day.

    Computing again replaces the figures; a score that had been taken over from a figure without a reason is
    cleared when that figure has changed.  By the unit for its own reports, else by the evaluating side.
    Raises ``Invalid`` for a day to come or before the year evaluated, and as ``take`` does.
    """
    with transaction():
        row = take(evaluation_id, EvaluationAct.COMPUTE, actor, expected_version)
        _check_day(row, as_of)
        figures = figures_of(row, as_of)
        cleared = {}
        for score in _scores(row):
            indicator_figure = figures.get(score.code)
            if indicator_figure is not None:
                cleared[score.code] = _write_figure(score, indicator_figure)
        change(row, row.version, as_of=as_of)
        data = {
            "as_of": as_of,
            "computed": {code: figure.stored_value for code, figure in figures.items()},
            "cleared": {code: names for code, names in cleared.items() if names},
        }
        record(row, actor, "compute", data)
        return row


def _check_day(row: Any, as_of: date) -> None:  # noqa: ANN401 - a Peewee row
    if as_of > clock.today():
        raise Invalid({"as_of": say("数据截止日不能晚于今日")})
    if row.year is not None and as_of < date(row.year, 12, 31):
        raise Invalid({"as_of": say("数据截止日不能早于{year}年12月31日", year=row.year)})


def _write_figure(score: Any, figure: Figure) -> list[str]:  # noqa: ANN401 - a Peewee row
    """Write a figure; returns which sides' scores, taken over from an earlier figure, no longer hold."""
    points = None if score.evidence_only else figure.score(score.weight)
    values: dict[str, Any] = {
        "computed_value": figure.stored_value,
        "computed_score": points,
        "computed_note": str(figure.note),
        "computed_evidence": [list(pair) for pair in figure.evidence],
    }
    cleared = []
    if score.self_score is not None and not score.self_reason and score.self_score != points:
        values |= {"self_score": None, "self_evidence": "", "self_by": None, "self_at": None}
        cleared.append("self")
    if score.evaluator_score is not None and not score.reason and score.evaluator_score != points:
        values |= {"evaluator_score": None, "evidence": "", "scored_by": None, "scored_at": None}
        cleared.append("evaluator")
    EvaluationScore.update(**values).where(EvaluationScore.id == score.id).execute()
    return cleared


def self_score(
    *,
    evaluation_id: int,
    scores: Mapping[str, ScoreInput],
    expected_version: int | None = None,
    actor: Actor,
) -> Evaluation:
    """Write the unit's own scores, some or all, by indicator code; a later one replaces an earlier one.

    By an applicant of the unit.  Raises ``Invalid`` by indicator code: unknown, above the weight, or without
    a reason though not the computed score; and as ``take`` does.
    """
    return _score(evaluation_id, EvaluationAct.SELF_SCORE, scores, expected_version, actor)


def evaluate(
    *,
    evaluation_id: int,
    scores: Mapping[str, ScoreInput],
    expected_version: int | None = None,
    actor: Actor,
) -> Evaluation:
    """Write the evaluator's scores, some or all, by indicator code, also after the exchange of views.

    By an officer of the evaluator or the assigned assessor.  Raises as ``self_score`` does.
    """
    return _score(evaluation_id, EvaluationAct.EVALUATE, scores, expected_version, actor)


_COLUMNS = {
    EvaluationAct.SELF_SCORE: ("self_score", "self_reason", "self_evidence", "self_by", "self_at"),
    EvaluationAct.EVALUATE: ("evaluator_score", "reason", "evidence", "scored_by", "scored_at"),
}


def _score(
    evaluation_id: int,
    act: EvaluationAct,
    scores: Mapping[str, ScoreInput],
    expected_version: int | None,
    actor: Actor,
) -> Evaluation:
    with transaction():
        row = take(evaluation_id, act, actor, expected_version)
        rows = {one.code: one for one in _scores(row)}
        computed = {code: one.computed_score for code, one in rows.items()}
        check_scores(scores, {code: one.weight for code, one in rows.items()}, computed)
        for code, entry in scores.items():
            given = (entry.score, entry.reason.strip(), entry.evidence.strip(), actor.user_id, clock.now())
            values = dict(zip(_COLUMNS[act], given, strict=True))
            EvaluationScore.update(**values).where(EvaluationScore.id == rows[code].id).execute()
        change(row, row.version)
        record(row, actor, act.value, {code: str(entry.score) for code, entry in sorted(scores.items())})
        return row


def write(
    *,
    evaluation_id: int,
    texts: Mapping[str, str],
    expected_version: int | None = None,
    actor: Actor,
) -> Evaluation:
    """Write sections of the report, by the names of ``Section``; a line is a paragraph, an empty one removes.

    Sections that are not named keep their words.  By the unit for its own reports, else by the evaluating
    side, also after the exchange of views.  Raises ``Invalid`` by section, and as ``take`` does.
    """
    cleaned = check_texts(texts)
    with transaction():
        row = take(evaluation_id, EvaluationAct.WRITE, actor, expected_version)
        merged = {name: text for name, text in {**row.texts, **cleaned}.items() if text}
        change(row, row.version, texts=merged)
        record(row, actor, "write", {"sections": sorted(cleaned)})
        return row


def _scores(row: Any) -> list[Any]:  # noqa: ANN401 - Peewee rows
    """The rows of an evaluation in order, each knowing whether its figure is evidence only."""
    evidence_only = {one.code for one in instrument_of(row).indicators if one.evidence_only}
    rows = list(
        EvaluationScore.select().where(EvaluationScore.evaluation == row).order_by(EvaluationScore.position)
    )
    for one in rows:
        one.evidence_only = one.code in evidence_only
    return rows
