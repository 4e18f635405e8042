"""Everything an assessment report says, gathered from the houses into one frozen value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from approvals.queries.cases import approvals_trail, case_of
from approvals.queries.evaluations import EvaluationSheet, ScoreLine
from approvals.queries.evaluations import evaluation as sheet_of
from approvals.rules.evaluation import GRADE_FLOORS, EvaluationKind, FigureKind, Section
from approvals.rules.scoring import attainment
from approvals.rules.stages import Stage, SubmissionKind
from approvals.tables.submission import Submission
from portfolio.foundation import audit
from portfolio.foundation.access import Organisation, User, UserRole
from portfolio.foundation.db import in_force
from portfolio.foundation.roles import Role
from portfolio.queries.dossier import dossier
from portfolio.rules.dossier import Better, Part, TargetDimension
from portfolio.rules.dossier.words import TargetAspect
from portfolio.tables.dossier import Milestone, MilestoneBaseline, PerformanceTarget
from reports.datasets.books import Books, books
from reports.rules import (
    ApprovalRow,
    AssessmentReport,
    IndicatorScore,
    MilestoneRow,
    Narrative,
    ReportKind,
    ReportProject,
    Signature,
    TargetRow,
)

_KINDS = {
    EvaluationKind.EVALUATION: ReportKind.EVALUATION,
    EvaluationKind.POST_REPORT: ReportKind.POST_EVALUATION,
    EvaluationKind.ANNUAL_SELF: ReportKind.ANNUAL_SELF,
}
_BASIS_MARKS = {Better.HIGHER: "≥", Better.LOWER: "≤"}

_LEDGER, _TARGETS, _TRAIL = "账簿核对表", "绩效目标及完成情况", "审批文件一览"
_SOURCES = {
    FigureKind.FUNDS_IN_PLACE: _LEDGER,
    FigureKind.EXECUTION_OF_RECEIVED: _LEDGER,
    FigureKind.EXECUTION_OF_BUDGET: _LEDGER,
    FigureKind.COMPLETION: f"{_TARGETS}、里程碑完成情况",
    FigureKind.TIMELINESS: "里程碑完成情况",
    FigureKind.COST_SAVING: "核定概算、决算批复",
    FigureKind.PROCEDURE: _TRAIL,
    FigureKind.ADJUSTMENTS: _TRAIL,
    FigureKind.TARGETS_QUANTITY: _TARGETS,
    FigureKind.TARGETS_QUALITY: _TARGETS,
    FigureKind.TARGETS_TIMELINESS: _TARGETS,
    FigureKind.TARGETS_COST: _TARGETS,
    FigureKind.TARGETS_BENEFIT: _TARGETS,
    FigureKind.TARGETS_SATISFACTION: _TARGETS,
}
"""Where in the report the facts behind a computed figure can be seen."""


def assessment(evaluation_id: int) -> AssessmentReport:
    """The report of an evaluation as everything stands; a fixed number of queries.

    The version for the exchange of views 征求意见稿 until the evaluation is final.  Money is that of the
    ledger up to the day on which the evaluation's figures were computed.  Raises ``NotFound``, and
    ``Refused`` (RECONCILE) when the books do not add up.
    """
    sheet = sheet_of(evaluation_id)
    as_of = sheet.as_of or sheet.opened.at.date()
    money = books(sheet.project_id, as_of, sheet.year)
    first, last = _period(sheet, money, as_of)
    targets = _targets(sheet.project_id, as_of)
    scores = tuple(_score(line, targets, own=sheet.kind.by_the_unit) for line in sheet.lines)
    return AssessmentReport(
        kind=_KINDS[sheet.kind],
        project=_project(sheet, as_of),
        evaluator=sheet.evaluator or sheet.unit,
        issued_on=_issued_on(sheet, as_of),
        as_of=as_of,
        first_year=first,
        last_year=last,
        total=_total(sheet),
        grade=sheet.grade.label if sheet.grade else "",
        number=sheet.number,
        basis=sheet.instrument.basis,
        draft=not sheet.final,
        money=money.money,
        execution=money.execution,
        scores=scores,
        targets=targets,
        milestones=_milestones(sheet.project_id, as_of),
        approvals=_approvals(sheet.project_id, as_of),
        heads=money.heads,
        narrative=_narrative(sheet),
        signatures=_signatures(sheet),
        attachments=("与被评价单位交换意见的记录",) if sheet.reply else (),
        grade_bounds=tuple((grade.label, floor) for grade, floor in GRADE_FLOORS),
    )


def _period(sheet: EvaluationSheet, money: Books, as_of: date) -> tuple[int, int]:
    if sheet.year is not None:
        return sheet.year, sheet.year
    years = [row.year for row in money.money] or [as_of.year]
    return min(years), max(years)


def _issued_on(sheet: EvaluationSheet, as_of: date) -> date:
    signed = sheet.finalised or sheet.submitted
    return signed.at.date() if signed else as_of


def _total(sheet: EvaluationSheet) -> Decimal | None:
    """The total once every indicator has a score that counts."""
    if any(line.counted is None for line in sheet.lines):
        return None
    return sheet.scored_so_far


# --- the project --------------------------------------------------------------------------------------------


def _project(sheet: EvaluationSheet, as_of: date) -> ReportProject:
    facts = dossier(sheet.project_id, Part.DESIGN)
    case = case_of(sheet.project_id)
    decision = case.decision if case.decision_id is not None else None
    fix = case.estimate_fix if case.estimate_fix_id is not None else None
    item, started = facts.plan_item, _by(as_of, _started(sheet.project_id))
    return ReportProject(
        code=facts.code,
        name=facts.name,
        owner=facts.owner_name,
        authority=_authority(sheet.unit, as_of),
        plan_item=f"{item.code} {item.name}" if item else "",
        track=facts.track.label,
        delivery_mode=facts.delivery_mode.label if facts.delivery_mode else "",
        project_class="、".join(mark.label for mark in facts.major_marks),
        zone=facts.zone or "全市",
        sector=facts.sector or "电子政务" if item and not item.counts_1162 else facts.sector or "",
        stage=_stage(sheet, case, started, as_of).label,
        estimate=fix.amount if fix else None,
        approval_number=decision.number if decision else "",
        approved_on=decision.decided_at.date() if decision else None,
        started=started,
        finished=_by(as_of, case.completed_on),
        summary=tuple(text for text in (facts.need, facts.content) if text),
    )


def _stage(sheet: EvaluationSheet, case: Any, started: date | None, day: date) -> Stage:  # noqa: ANN401
    """Where the project stood on a day; what is evaluated as a whole stands in its post-evaluation."""
    if sheet.year is None:
        return Stage.POST_EVALUATION
    last = min(day, date(sheet.year, 12, 31))
    came = (
        (case.launched_on, Stage.OPERATION),
        (case.completed_on, Stage.ACCEPTANCE),
        (started, Stage.CONSTRUCTION),
    )
    return next((stage for since, stage in came if since and since <= last), Stage.ESTIMATE)


def _authority(unit: str, day: date) -> str:
    """The informatization authority of the day, unless it is the unit itself: then the investment one."""
    rows = (
        UserRole.select(UserRole.role, Organisation.name)
        .join(User, on=UserRole.user)
        .join(Organisation, on=User.organisation)
        .where(
            UserRole.role.in_([Role.INFORMATIZATION, Role.INVESTMENT]),
            in_force(UserRole, day),
            Organisation.name != unit,
        )
        .order_by(UserRole.role, UserRole.id)
        .tuples()
    )
    return next((name for _role, name in rows), "")


def _started(project_id: int) -> date | None:
    row = (
        Submission.select(Submission.submitted_at)
        .where(Submission.project == project_id, Submission.kind == SubmissionKind.START_APPLICATION)
        .order_by(Submission.id.desc())
        .first()
    )
    return row.submitted_at.date() if row else None


# --- scores, targets, milestones, approvals -----------------------------------------------------------------


def _score(line: ScoreLine, targets: tuple[TargetRow, ...], *, own: bool) -> IndicatorScore:
    given = line.self_reason if own else line.reason
    evidence = line.self_evidence if own else line.evidence
    figure = line.indicator.figure
    target, actual = _promised_and_found(line, targets)
    return IndicatorScore(
        level1=line.indicator.level1,
        level2=line.indicator.level2,
        level3=line.indicator.name,
        weight=line.weight,
        self_score=line.self_score,
        computed_score=line.computed_score,
        score=line.evaluator_score,
        target=target,
        actual=actual,
        reason=given or line.computed_note,
        evidence=evidence or (_SOURCES[figure] if figure is not None else ""),
    )


def _promised_and_found(line: ScoreLine, targets: tuple[TargetRow, ...]) -> tuple[str, str]:
    """What an indicator was to reach and what it did: a rate, or how many of its targets were reached."""
    figure = line.indicator.figure
    if figure in _DIMENSIONS:
        mine = [row for row in targets if row.dimension in _DIMENSIONS[figure]]
        known = [row for row in mine if row.achieved is not None]
        reached = f"{sum(row.achieved is True for row in known)}项达到" if known else "待核验"
        return (f"{len(mine)}项指标", reached) if mine else ("", "")
    if line.computed_value is None:
        return "", ""
    return "100%", f"{line.computed_value * 100:.2f}%"


def _targets(project_id: int, as_of: date) -> tuple[TargetRow, ...]:
    """The performance targets with what had been reported as achieved by a day."""
    rows = (
        PerformanceTarget.select()
        .where(PerformanceTarget.project == project_id)
        .order_by(PerformanceTarget.position)
    )
    achieved = _achieved(project_id, as_of)
    return tuple(_target(row, achieved.get(row.name, {})) for row in rows)


def _achieved(project_id: int, as_of: date) -> dict[str, dict[str, Any]]:
    """What was last reported of each target by a day, from the audit trail, for the target keeps no dates."""
    entries = audit.trail("project", project_id)
    return {
        row["name"]: row
        for entry in entries
        if entry.action == "targets.achieved" and entry.at.date() <= as_of
        for row in entry.data["rows"]
    }


def _target(row: Any, found: dict[str, Any]) -> TargetRow:  # noqa: ANN401 - a Peewee row
    dimension = _dimension(row.aspect)
    if row.target is None:
        return TargetRow(dimension, row.name, row.target_text, found.get("actual_text", ""))
    target = f"{_BASIS_MARKS[row.better]}{_plain(row.target)}{row.unit}"
    if found.get("actual") is None:
        return TargetRow(dimension, row.name, target)
    actual = Decimal(found["actual"])
    reached = attainment(row.target, actual, row.better)
    return TargetRow(
        dimension,
        row.name,
        target,
        f"{_plain(actual)}{row.unit}",
        achieved=None if reached is None else reached >= 1,
    )


def _dimension(aspect: TargetAspect) -> str:
    """An aspect as the table of targets calls it."""
    if aspect.dimension is TargetDimension.OUTPUT:
        return f"产出{aspect.label}"
    if aspect.dimension is TargetDimension.SATISFACTION:
        return aspect.dimension.label
    return aspect.label


_DIMENSIONS = {
    FigureKind.TARGETS_QUANTITY: {_dimension(TargetAspect.QUANTITY)},
    FigureKind.TARGETS_QUALITY: {_dimension(TargetAspect.QUALITY)},
    FigureKind.TARGETS_TIMELINESS: {_dimension(TargetAspect.TIMELINESS)},
    FigureKind.TARGETS_COST: {_dimension(TargetAspect.COST)},
    FigureKind.TARGETS_BENEFIT: {
        _dimension(one) for one in TargetAspect if one.dimension is TargetDimension.BENEFIT
    },
    FigureKind.TARGETS_SATISFACTION: {_dimension(TargetAspect.SATISFACTION)},
}
"""Which targets a figure about targets looks at, as the table calls them."""


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():f}"


def _milestones(project_id: int, as_of: date) -> tuple[MilestoneRow, ...]:
    """Every milestone that was promised: first promise, last one where it differs, day reached."""
    rows = (
        MilestoneBaseline.select(MilestoneBaseline, Milestone)
        .join(Milestone)
        .where(Milestone.project == project_id, Milestone.dropped_on.is_null())
        .order_by(Milestone.position, MilestoneBaseline.number)
    )
    promises: dict[int, list[Any]] = {}
    for row in rows:
        promises.setdefault(row.milestone_id, []).append(row)
    return tuple(
        MilestoneRow(
            name=made[0].milestone.name,
            planned=made[0].planned_on,
            actual=_by(as_of, made[0].milestone.actual_on),
            revised=made[-1].planned_on if len(made) > 1 else None,
            note=made[-1].reason,
        )
        for made in promises.values()
    )


def _by(day: date, actual: date | None) -> date | None:
    """A day that had come by ``day``."""
    return actual if actual is not None and actual <= day else None


def _approvals(project_id: int, as_of: date) -> tuple[ApprovalRow, ...]:
    return tuple(
        ApprovalRow(
            stage=row.stage.label,
            document=str(row.document),
            number=row.number,
            day=row.at.date(),
            authority=row.authority,
            outcome=row.outcome,
        )
        for row in approvals_trail(project_id)
        if row.at.date() <= as_of
    )


# --- words --------------------------------------------------------------------------------------------------


def _narrative(sheet: EvaluationSheet) -> Narrative:
    written = {section.value: sheet.texts.get(section, ()) for section in Section}
    if sheet.reply:
        reply = f"初稿经与{sheet.unit}交换意见，该单位意见：{sheet.reply}"
        written["other"] = (*written["other"], reply)
    return Narrative(**written)


def _signatures(sheet: EvaluationSheet) -> tuple[Signature, ...]:
    scorers = dict.fromkeys(
        line.self_by if sheet.kind.by_the_unit else line.scored_by for line in sheet.lines
    )
    named = "、".join(name for name in scorers if name)
    people = [f"{'自评' if sheet.kind.by_the_unit else '主评'}人：{named}"] if named else []
    if sheet.finalised:
        people.append(f"审定人：{sheet.finalised.name}")
    return (Signature(sheet.evaluator or sheet.unit, tuple(people)),)
