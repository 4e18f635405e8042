"""Evaluations as people read them: one with everything that its report prints, and lists of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from peewee import JOIN, SQL

from approvals.queries.evidence import counted
from approvals.queries.instruments import instrument_of
from approvals.rules.acceptance_gate import Clock
from approvals.rules.evaluation import (
    EVALUATORS,
    EvaluationKind,
    EvaluationState,
    Grade,
    IndicatorDefinition,
    Instrument,
    Section,
)
from approvals.rules.opening import OpeningFacts, subject_key
from approvals.tables.case import Case
from approvals.tables.evaluation import Evaluation, EvaluationScore
from budget.queries.funds import execution
from portfolio.foundation import clock
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import fn
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.rulebook import Rulebook
from portfolio.queries.dossier import visible_to
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One indicator of an evaluation with its three scores side by side, in points (``None``: not scored).

    ``computed_value`` is the rate that the system found, as a fraction of 1; ``computed_note`` is its
    formula, or why there is none; ``computed_evidence`` are (what, figure) pairs.  ``self_by`` and
    ``scored_by`` name the people who gave a score.  ``counted`` is the score that the total adds up.
    """

    indicator: IndicatorDefinition
    weight: Decimal
    computed_value: Decimal | None
    computed_score: Decimal | None
    computed_note: str
    computed_evidence: tuple[tuple[str, str], ...]
    self_score: Decimal | None
    self_reason: str
    self_evidence: str
    self_by: str
    evaluator_score: Decimal | None
    reason: str
    evidence: str
    scored_by: str
    counted: Decimal | None


@dataclass(frozen=True, slots=True)
class Signed:
    """Who did something, and when."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EvaluationSheet:
    """An evaluation with everything that its report prints.

    ``unit`` is the unit evaluated, ``evaluator`` the authority that evaluates (empty in a self-report) and
    ``assessor`` the person of a third party to whom it was assigned; ``as_of`` is the day up to which figures
    were computed; ``texts`` holds the paragraphs by section; ``total``, ``grade`` and ``number`` exist once
    it is final.
    """

    id: int
    version: int
    kind: EvaluationKind
    year: int | None
    state: EvaluationState
    instrument: Instrument
    project_id: int
    project_code: str
    project_name: str
    unit: str
    evaluator: str
    assessor: str
    as_of: date | None
    lines: tuple[ScoreLine, ...]
    texts: Mapping[Section, tuple[str, ...]]
    opened: Signed
    submitted: Signed | None
    reply: str
    replied: Signed | None
    finalised: Signed | None
    total: Decimal | None
    grade: Grade | None
    number: str

    @property
    def final(self) -> bool:
        """Whether it is closed for good; else a report is the version for the exchange of views."""
        return self.state is EvaluationState.FINAL

    @property
    def scored_so_far(self) -> Decimal:
        """The sum of the counted scores given so far."""
        return sum((line.counted for line in self.lines if line.counted is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """An evaluation in a list."""

    id: int
    project_id: int
    project_code: str
    project_name: str
    unit_id: int
    kind: EvaluationKind
    year: int | None
    state: EvaluationState
    total: Decimal | None
    grade: Grade | None
    number: str


def evaluation(evaluation_id: int) -> EvaluationSheet:
    """One evaluation with all its rows; three queries.  Raises ``NotFound``."""
    evaluator = Organisation.alias()
    row = (
        Evaluation.select(Evaluation, Project, Organisation, evaluator)
        .join(Project, on=Evaluation.project)
        .switch(Evaluation)
        .join(Organisation, on=Evaluation.unit)
        .switch(Evaluation)
        .join(evaluator, JOIN.LEFT_OUTER, on=(Evaluation.evaluator == evaluator.id), attr="evaluator")
        .where(Evaluation.id == evaluation_id)
        .first()
    )
    if row is None:
        raise NotFound(say("没有这个项目评价（编号 {key}）", key=evaluation_id))
    scores = list(
        EvaluationScore.select().where(EvaluationScore.evaluation == row).order_by(EvaluationScore.position)
    )
    return _sheet(row, scores, _names(row, scores))


def seen_by(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee query
    """The evaluations, each with its project, that the actor may know of.

    Those of the projects in view; an assessor sees what is assigned to them, and nothing else.
    """
    condition = visible_to(actor)
    if actor.has(Role.ASSESSOR):
        condition = condition | (Evaluation.assessor == actor.user_id)
    return (
        Evaluation.select(Evaluation, Project, Organisation)
        .join(Project, on=Evaluation.project)
        .join(Organisation, on=Project.owner)
        .switch(Evaluation)
        .where(condition)
    )


def left_to(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition
    """The evaluations that wait for this person; nothing of an evaluation for whoever is none of these.

    A unit writes the report on itself, and answers what was found about it; an assessor scores, or an officer
    of the evaluator while nobody is assigned; what is answered or reported is made final by an officer who
    had no part in it.
    """
    own, at = Evaluation.unit == actor.organisation_id, Evaluation.state
    foreign = Evaluation.kind == EvaluationKind.EVALUATION
    found = SQL("1 = 0")
    if actor.has(Role.APPLICANT):
        found |= own & ~foreign & (at == EvaluationState.DRAFT)
    if actor.has(Role.APPLICANT, Role.CIO):
        found |= own & foreign & (at == EvaluationState.SUBMITTED)
    people = [actor.user_id, *([actor.on_behalf_of] if actor.on_behalf_of is not None else [])]
    if actor.has(Role.ASSESSOR):
        found |= Evaluation.assessor.in_(people) & (at == EvaluationState.DRAFT)
    if actor.has(*EVALUATORS):
        evaluates = foreign & (Evaluation.evaluator == actor.organisation_id)
        found |= evaluates & Evaluation.assessor.is_null() & (at == EvaluationState.DRAFT)
        ready = (evaluates & (at == EvaluationState.EXCHANGED)) | (
            ~own & ~foreign & (at == EvaluationState.SUBMITTED)
        )
        found |= ready & _no_part_of(people)
    return found


def _no_part_of(people: list[int]) -> Any:  # noqa: ANN401 - a Peewee condition
    """That none of these people submitted, answered or scored."""
    scored = EvaluationScore.select(EvaluationScore.evaluation).where(
        EvaluationScore.scored_by.in_(people) | EvaluationScore.self_by.in_(people)
    )
    wrote = fn.COALESCE(Evaluation.submitted_by, 0).in_(people) | fn.COALESCE(Evaluation.reply_by, 0).in_(
        people
    )
    return ~wrote & Evaluation.id.not_in(scored)


def visible(evaluation_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """The row of an evaluation that the actor may know of; raises ``NotFound``."""
    row = seen_by(actor).where(Evaluation.id == evaluation_id).first()
    if row is None:
        raise NotFound(say("没有这个项目评价（编号 {key}）", key=evaluation_id))
    return row


def latest(project_code: str) -> EvaluationSheet:
    """The evaluation of a project to report: what is final first, the authority's before the unit's, newest.

    Raises ``NotFound`` when there is none that can be reported.
    """
    rows = [row for row in assessable() if row.project_code == project_code]
    if not rows:
        raise NotFound(
            say("项目 {code} 没有可以出具报告的评价", code=project_code),
            remedy=say("请先启动评价，评分并提交"),
        )
    return evaluation(max(rows, key=_precedence).id)


def assessable() -> list[EvaluationRow]:
    """The evaluations of projects that can be reported: final, or submitted for the exchange of views.

    Ordered by the project's code, oldest first; one query.
    """
    return _listed(Evaluation.state != EvaluationState.DRAFT)


def of_project(project_id: int) -> list[EvaluationRow]:
    """All evaluations of a project, oldest first; one query."""
    return _listed(Evaluation.project == project_id)


def opening_facts(project_id: int, kind: EvaluationKind, year: int | None, rules: Rulebook) -> OpeningFacts:
    """What is looked at before an evaluation is opened on the day of ``rules``."""
    case = Case.get_or_none(Case.project == project_id)
    launched_on = case.launched_on if case else None
    spent = Money.total(row.paid for row in execution(project_id) if row.year == year)
    key = subject_key(project_id, kind, year)
    return OpeningFacts(
        kind=kind,
        year=year,
        current_year=clock.fiscal_year(rules.day),
        stage=case.stage if case else None,
        spent=spent,
        earlier=bool(Evaluation.select().where(Evaluation.subject_key == key).exists()),
        earliest=_counted(launched_on, rules, "from_months"),
        latest=_counted(launched_on, rules, "to_months"),
    )


def _counted(launched_on: date | None, rules: Rulebook, months: str) -> Clock:
    return counted(launched_on, rules, "R16", months)


def _listed(condition: Any) -> list[EvaluationRow]:  # noqa: ANN401 - a Peewee expression
    rows = (
        Evaluation.select(Evaluation, Project)
        .join(Project, on=Evaluation.project)
        .where(condition)
        .order_by(Project.code, Evaluation.opened_at, Evaluation.id)
    )
    return [
        EvaluationRow(
            id=row.id,
            project_id=row.project_id,
            project_code=row.project.code,
            project_name=row.project.name,
            unit_id=row.unit_id,
            kind=row.kind,
            year=row.year,
            state=row.state,
            total=row.total,
            grade=row.grade,
            number=row.number or "",
        )
        for row in rows
    ]


_BEST_FIRST = (EvaluationKind.EVALUATION, EvaluationKind.POST_REPORT, EvaluationKind.ANNUAL_SELF)


def _precedence(row: EvaluationRow) -> tuple[bool, int, bool, int, int]:
    """What is larger is reported rather: final, the authority's, of the whole project, of a later year."""
    rank = -_BEST_FIRST.index(row.kind)
    return row.state is EvaluationState.FINAL, rank, row.year is None, row.year or 0, row.id


def _names(row: Any, scores: list[Any]) -> dict[int, str]:  # noqa: ANN401 - Peewee rows
    """The names of everybody who appears in an evaluation, by user id; one query."""
    people = {row.opened_by_id, row.submitted_by_id, row.reply_by_id, row.finalised_by_id, row.assessor_id}
    people |= {one.self_by_id for one in scores} | {one.scored_by_id for one in scores}
    return {
        user.id: user.name for user in User.select(User.id, User.name).where(User.id.in_(people - {None}))
    }


def _sheet(row: Any, scores: list[Any], names: Mapping[int, str]) -> EvaluationSheet:  # noqa: ANN401
    instrument = instrument_of(row)
    by_code = {indicator.code: indicator for indicator in instrument.indicators}
    own = row.kind.by_the_unit
    return EvaluationSheet(
        id=row.id,
        version=row.version,
        kind=row.kind,
        year=row.year,
        state=row.state,
        instrument=instrument,
        project_id=row.project_id,
        project_code=row.project.code,
        project_name=row.project.name,
        unit=row.unit.name,
        evaluator=row.evaluator.name if row.evaluator_id else "",
        assessor=names.get(row.assessor_id, ""),
        as_of=row.as_of,
        lines=tuple(_line(one, by_code[one.code], names, own=own) for one in scores),
        texts={Section(name): tuple(text.splitlines()) for name, text in row.texts.items()},
        opened=Signed(names[row.opened_by_id], row.opened_at),
        submitted=_signed(names, row.submitted_by_id, row.submitted_at),
        reply=row.reply or "",
        replied=_signed(names, row.reply_by_id, row.reply_at),
        finalised=_signed(names, row.finalised_by_id, row.finalised_at),
        total=row.total,
        grade=row.grade,
        number=row.number or "",
    )


def _signed(names: Mapping[int, str], person: int | None, at: datetime | None) -> Signed | None:
    return None if person is None or at is None else Signed(names[person], at)


def _line(
    one: Any,  # noqa: ANN401 - a Peewee row
    indicator: IndicatorDefinition,
    names: Mapping[int, str],
    *,
    own: bool,
) -> ScoreLine:
    return ScoreLine(
        indicator=indicator,
        weight=one.weight,
        computed_value=one.computed_value,
        computed_score=one.computed_score,
        computed_note=one.computed_note,
        computed_evidence=tuple((what, figure) for what, figure in one.computed_evidence),
        self_score=one.self_score,
        self_reason=one.self_reason,
        self_evidence=one.self_evidence,
        self_by=names.get(one.self_by_id, ""),
        evaluator_score=one.evaluator_score,
        reason=one.reason,
        evidence=one.evidence,
        scored_by=names.get(one.scored_by_id, ""),
        counted=one.self_score if own else one.evaluator_score,
    )
