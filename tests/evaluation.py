"""Support for tests of evaluations: people, a project in operation with a dossier, and money in its books.

The project is one from before the system, so that it stands in operation at once; its dossier is written by
the real services.  Its money is written straight into the books: how it gets there is tested elsewhere.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from approvals.queries.evaluations import evaluation
from approvals.rules.evaluation import EvaluationKind, EvaluationState, Grade
from approvals.rules.inheritance import approvals_before
from approvals.rules.scoring import ScoreInput
from approvals.rules.stages import Stage
from approvals.services import evaluations, inherited
from approvals.tables.evaluation import Evaluation, EvaluationScore
from budget.rules.words import EntryKind, FiscalLevel, Measure, PaymentMethod
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation import audit, clock, documents, rulebook
from portfolio.foundation.access import Organisation
from portfolio.foundation.clock import ZONE
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource, Route
from portfolio.services import dossier, progress
from portfolio.tables.project import Project
from tests import factories
from tests.procedure import Cast

IN_2010 = datetime(2010, 3, 1, 10, tzinfo=ZONE)
"""A Monday in the first quarter after the project's two years of building."""
AS_OF = date(2009, 12, 31)


@dataclass(frozen=True)
class People:
    """Who takes part: the unit evaluated, its authorities' officers, an assessor of a third party."""

    unit: Organisation
    applicant: Actor
    cio: Actor
    officer: Actor
    second_officer: Actor
    finance: Actor
    assessor: Actor


def people() -> People:
    """Load the rulebook and bring in everybody."""
    rulebook.load()
    unit = factories.organisation("CQ-NYJ", name="重庆市农业局")
    authority = factories.organisation("CQ-XCJ", name="重庆市信息产业局")
    treasury = factories.organisation("CQ-CZJ", name="重庆市财政局")
    return People(
        unit=unit,
        applicant=factories.actor("applicant", Role.APPLICANT, organisation=unit),
        cio=factories.actor("cio", Role.CIO, organisation=unit),
        officer=factories.actor("officer", Role.INFORMATIZATION, organisation=authority),
        second_officer=factories.actor("second_officer", Role.INFORMATIZATION, organisation=authority),
        finance=factories.actor("finance", Role.FINANCE, organisation=treasury),
        assessor=factories.actor("assessor", Role.ASSESSOR),
    )


def from_cast(cast: Cast) -> People:
    """The same parts, played by the people of the procedure, who have their rulebook and plan already."""
    authority = cast.authorities[Role.INFORMATIZATION]
    return People(
        unit=cast.unit,
        applicant=cast.applicant,
        cio=cast.cio,
        officer=cast.informatization,
        second_officer=factories.actor("second_officer", Role.INFORMATIZATION, organisation=authority),
        finance=cast.finance,
        assessor=cast.assessor,
    )


def running_project(cast: People, stage: Stage = Stage.OPERATION, name: str = "农业信息网") -> int:
    """A project of the unit in ``stage``, with milestones reached and targets achieved; its id.

    The first milestone was reached on time, the second 30 days late of 300, against its first baseline.
    """
    project = dossier.create(
        owner_id=cast.unit.id,
        fields={"name": name, "route": Route.INHERITED, "planned_start": date(2008, 3, 6)},
        actor=cast.applicant,
    )
    _rows(project.id, dossier.set_targets, TARGETS, cast.applicant)
    _rows(project.id, progress.set_milestones, MILESTONES, cast.applicant)
    scan = documents.store(
        io.BytesIO(f"原批准文件{project.id}\n".encode()), name="批复.txt", actor=cast.officer, category="文件"
    )
    evidence = inherited.record_inherited(
        project_id=project.id,
        stage=stage,
        numbers={one: f"渝计委〔2007〕{project.id}号" for one in approvals_before(stage)},
        document_id=scan.id,
        estimate=Money.from_wan(1000),
        actor=cast.officer,
    )
    inherited.confirm_inherited(evidence_id=evidence.id, actor=cast.finance)
    for milestone, reached in (("平台上线", date(2008, 9, 1)), ("部门接入", date(2009, 1, 30))):
        progress.reach_milestone(
            project_id=project.id, name=milestone, actual_on=reached, actor=cast.applicant
        )
    progress.record_achieved(
        project_id=project.id,
        rows=[{"name": name, "actual": actual} for name, actual in ACHIEVED.items()],
        actor=cast.applicant,
    )
    return int(project.id)


MILESTONES = (
    {"name": "平台上线", "planned_on": date(2008, 9, 1), "weight": 60},
    {"name": "部门接入", "planned_on": date(2008, 12, 31), "weight": 40},
)
TARGETS = (
    {"aspect": "quantity", "name": "接入部门", "target": "40", "unit": "个"},
    {"aspect": "quality", "name": "链路可用率", "target": "99.9", "unit": "%"},
    {"aspect": "cost", "name": "单点成本", "target": "5", "unit": "万元", "better": "lower"},
    {"aspect": "social", "name": "办事时间缩短", "target": "30", "unit": "%"},
    {"aspect": "satisfaction", "name": "部门满意度", "target": "85", "unit": "%"},
)
ACHIEVED = {"接入部门": "36", "链路可用率": "99.9", "单点成本": "5", "办事时间缩短": "30", "部门满意度": "85"}


def _rows(project_id: int, fill: Any, rows: Any, actor: Actor) -> None:
    seen = Project.get_by_id(project_id).version
    fill(project_id=project_id, rows=list(rows), expected_version=seen, actor=actor)


# --- money --------------------------------------------------------------------------------------------------


def spend(
    cast: People, project_id: int, year: int, *, received: int, paid: int, budget: int = 500
) -> BudgetLine:
    """A line of ``budget`` 万元 in a year, so much of it received and paid on the last day of November."""
    line: BudgetLine = BudgetLine.create(
        project=project_id,
        year=year,
        source=FundingSource.MUNICIPAL,
        level=FiscalLevel.MUNICIPAL,
        method=PaymentMethod.DIRECT,
        document_number=f"渝财建〔{year}〕{project_id}号",
        functional_code="2013602",
        economic_code="31006",
        allotted=Money.from_wan(budget),
        released=Money.from_wan(received),
        committed=Money.from_wan(paid),
        paid=Money.from_wan(paid),
    )
    post(cast, line, EntryKind.ALLOT, Measure.ALLOTTED, budget, date(year, 1, 15))
    post(cast, line, EntryKind.RELEASE, Measure.RELEASED, received, date(year, 3, 1))
    post(cast, line, EntryKind.COMMIT, Measure.COMMITTED, paid, date(year, 4, 1))
    post(cast, line, EntryKind.PAY, Measure.PAID, paid, date(year, 11, 30))
    return line


def post(
    cast: People,
    line: BudgetLine,
    kind: EntryKind,
    measure: Measure,
    wan: int,
    day: date,
    **more: Any,
) -> Entry:
    """An entry of so many 万元 in the books of a line, not in its totals."""
    number = Entry.select().where(Entry.line == line).count() + 1
    entry: Entry = Entry.create(
        line=line,
        number=number,
        kind=kind,
        measure=measure,
        amount=Money.from_wan(wan),
        effective_on=day,
        at=clock.now(),
        maker=cast.finance.user_id,
        checker=cast.officer.user_id,
        posted_by=cast.officer.user_id,
        previous_hash="0" * 64,
        hash=f"{line.id:032d}{number:032d}",
        **more,
    )
    return entry


# --- evaluations --------------------------------------------------------------------------------------------


def self_report(cast: People, project_id: int, year: int = 2009) -> Evaluation:
    """An annual self-evaluation, opened and computed."""
    row = evaluations.open_one(
        project_id=project_id, kind=EvaluationKind.ANNUAL_SELF, year=year, actor=cast.applicant
    )
    return evaluations.compute(evaluation_id=row.id, as_of=AS_OF, actor=cast.applicant)


def authority_evaluation(cast: People, project_id: int) -> Evaluation:
    """The authority's evaluation, opened by its officer, entrusted to the assessor, computed."""
    row = evaluations.open_one(project_id=project_id, kind=EvaluationKind.EVALUATION, actor=cast.officer)
    evaluations.assign(evaluation_id=row.id, username="assessor", actor=cast.officer)
    return evaluations.compute(evaluation_id=row.id, as_of=AS_OF, actor=cast.assessor)


def taking_over(evaluation_id: int, rate: str = "0.9") -> Mapping[str, ScoreInput]:
    """Every computed score taken over, the others at a rate of their weight, with a reason."""
    return {
        line.indicator.code: ScoreInput(line.computed_score)
        if line.computed_score is not None
        else ScoreInput((line.weight * Decimal(rate)).quantize(Decimal("0.01")), "查阅资料", "调查记录")
        for line in evaluation(evaluation_id).lines
    }


def at_rate(evaluation_id: int, rate: str) -> Mapping[str, ScoreInput]:
    """Every score at a rate of its weight, with a reason."""
    return {
        line.indicator.code: ScoreInput((line.weight * Decimal(rate)).quantize(Decimal("0.01")), "现场核查")
        for line in evaluation(evaluation_id).lines
    }


def exchanged(cast: People, project_id: int, rate: str = "0.9") -> Evaluation:
    """The authority's evaluation, scored by the assessor at ``rate`` of every weight and replied to."""
    row = authority_evaluation(cast, project_id)
    evaluations.evaluate(evaluation_id=row.id, scores=at_rate(row.id, rate), actor=cast.assessor)
    evaluations.submit(evaluation_id=row.id, actor=cast.assessor)
    return evaluations.exchange(evaluation_id=row.id, reply="无意见", actor=cast.cio)


def carried_to_final(cast: People, project_id: int, rate: str = "0.9", number: str = "") -> Evaluation:
    """The authority's evaluation of a project, all the way."""
    row = exchanged(cast, project_id, rate)
    return evaluations.finalise(evaluation_id=row.id, number=number, actor=cast.officer)


def evaluated_before(cast: Cast, total: int, grade: Grade) -> Evaluation:
    """An earlier project of the cast's unit, whose evaluation is final with this total and grade."""
    earlier = factories.project(owner=cast.unit, created_by=cast.applicant.user_id, name="农业门户网站")
    row: Evaluation = Evaluation.create(
        project=earlier,
        kind=EvaluationKind.EVALUATION,
        subject_key=f"project:{earlier.id}:evaluation:0",
        instrument={},
        unit=cast.unit,
        evaluator=cast.authorities[Role.INFORMATIZATION],
        state=EvaluationState.FINAL,
        as_of=clock.today(),
        texts={},
        submitted_by=cast.applicant.user_id,
        submitted_at=clock.now(),
        reply="无异议",
        reply_by=cast.applicant.user_id,
        reply_at=clock.now(),
        total=total,
        grade=grade,
        number="渝信产评〔2008〕1号",
        opened_by=cast.informatization.user_id,
        opened_at=clock.now(),
        finalised_by=cast.informatization.user_id,
        finalised_at=clock.now(),
    )
    return row


def held(row: Evaluation) -> Any:
    """Everything that the database holds of an evaluation, to compare with later."""
    queries = (
        Evaluation.select().where(Evaluation.id == row.id),
        EvaluationScore.select().where(EvaluationScore.evaluation == row.id).order_by(EvaluationScore.id),
    )
    return [list(query.tuples()) for query in queries], len(audit.trail("evaluation", row.id))
