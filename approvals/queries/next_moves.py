"""What waits for a unit in its own projects: what it drafts, what came back, moves that nobody else makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from peewee import JOIN, SQL

from approvals.queries.evidence import counted
from approvals.queries.returns import RETURNED, Return, join_return, return_of
from approvals.rules.filing import last_day, quarter_ended
from approvals.rules.next_moves import SOON, awaited, phases_of, words_of
from approvals.rules.stages import (
    Act,
    DecisionMode,
    Phase,
    SideState,
    Stage,
    SubmissionKind,
    SubmissionState,
)
from approvals.tables.case import Case, FilingReport
from approvals.tables.decision import Decision
from approvals.tables.submission import Submission
from budget.queries import funds
from portfolio.foundation import clock
from portfolio.foundation.access import Organisation
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.db import fn
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import Actor
from portfolio.foundation.rulebook import Rulebook
from portfolio.queries.progress import half_year_due
from portfolio.rules.dossier import ReportPeriod, Route
from portfolio.tables.dossier import ProgressReport
from portfolio.tables.project import Project

RECORD_LAUNCH, REPORT_PROGRESS = "record_launch", "report_progress"
"""What waits for a unit beside the acts of the procedure."""

_DAY = timedelta(days=1)
_AT_ONCE = phases_of(Act.SUBMIT, Act.ACCEPT_PRELIMINARY, Act.PUT_INTO_OPERATION)
_OPERATING = (Stage.OPERATION, Stage.POST_EVALUATION)


@dataclass(frozen=True, slots=True)
class NextMove:
    """One move: ``code`` is its act's, or one of the two above; since and until when it waits.

    ``returned`` is with what words it came back.
    """

    code: str
    what: Message
    project_id: int
    project_code: str
    project_name: str
    owner_name: str
    stage: Stage
    phase: Phase
    since: date
    due_on: date | None
    returned: Return | None = None


def due_of(case: Any, planned_finish: date | None, rules: Rulebook) -> date | None:  # noqa: ANN401
    """The day that building, acceptance and evaluation run against (R12, R16)."""
    if case.phase is Phase.BUILDING:
        return planned_finish
    if case.phase in {Phase.PRELIMINARY, Phase.TRIAL}:
        return counted(case.completed_on, rules, "R12", "deadline_months").due_on
    if case.phase in {Phase.RUNNING, Phase.EVALUATING}:
        return counted(case.launched_on, rules, "R16", "to_months").due_on
    return None


def of_unit(actor: Actor, rules: Rulebook) -> list[NextMove]:
    """What waits for an applicant in the projects of the own organisation; one query.

    A move waits once it can be made, what has a day of its own when that draws near: so that it is to be
    done, not only to be thought of.  ``rules`` are those of the day.
    """
    moves, report = _moves(rules), _owes_report(rules)
    entry = AuditEntry.alias()
    last = entry.select(fn.MAX(entry.id)).where(entry.subject_kind == "case", entry.subject_id == Case.id)
    columns = (Case, Project, Organisation.id, Organisation.name, Submission.id, Submission.state, *RETURNED)
    query = (
        join_return(
            _own(actor, *columns, AuditEntry.id, AuditEntry.at, moves.alias("moves"), report.alias("report"))
        )
        .join_from(Project, Organisation, on=Project.owner)
        .join_from(Case, AuditEntry, JOIN.LEFT_OUTER, on=(AuditEntry.id == last), attr="last")
        .where(moves | report)
        .order_by(Case.id)
    )
    found = []
    for case in query:
        if case.moves:
            found.append(_move(case, rules))
        if case.report:
            found.append(_report(case, rules))
    return found


def counts(actor: Actor, rules: Rulebook) -> list[Any]:
    """The queries that count it."""
    conditions = (_moves(rules), _owes_report(rules))
    return [_own(actor, fn.COUNT(Case.id)).where(condition) for condition in conditions]


def _own(actor: Actor, *columns: Any) -> Any:  # noqa: ANN401 - a Peewee query
    """The cases that go on of the actor's own organisation, with what was submitted last."""
    return (
        Case.select(*columns)
        .join(Project)
        .join_from(Case, Submission, JOIN.LEFT_OUTER, on=Case.submission)
        .where(Project.owner == actor.organisation_id, Case.side_state == SideState.ACTIVE)
    )


# --- what waits ---------------------------------------------------------------------------------------------


def _moves(rules: Rulebook) -> Any:  # noqa: ANN401 - a Peewee condition
    """Whether the move that the phase waits for can be made, and is due where it has a day."""
    day = rules.day
    judged = fn.COALESCE(Submission.state, "") == SubmissionState.IN_REVIEW
    drawing_near = (Project.planned_finish <= day + SOON) & ~judged
    return (
        Case.phase.in_(_AT_ONCE)
        | (Case.phase.in_(phases_of(Act.START_CONSTRUCTION)) & funds.in_place(clock.fiscal_year(day)))
        | (Case.phase.in_(phases_of(Act.COMPLETE)) & drawing_near)
        | (Case.phase.in_(phases_of(Act.REPORT_QUARTER)) & _owes_quarter(day))
        | (Case.phase.in_(phases_of(Act.OPEN_EVALUATION)) & _evaluable(rules))
    )


def _owes_quarter(day: date) -> Any:  # noqa: ANN401 - a Peewee condition
    """Whether the quarter that ended last was filed for, and is not reported."""
    year, quarter = quarter_ended(day)
    reported = FilingReport.select(FilingReport.id).where(
        FilingReport.project == Project.id, FilingReport.year == year, FilingReport.quarter == quarter
    )
    filed = Decision.select(Decision.id).where(
        Decision.project == Project.id,
        Decision.mode == DecisionMode.FILING,
        Decision.decided_at < _after(last_day(year, quarter)),
    )
    return fn.EXISTS(filed) & ~fn.EXISTS(reported)


def _evaluable(rules: Rulebook) -> Any:  # noqa: ANN401 - a Peewee condition
    """Whether the time of the post-evaluation has come (R16), or the day is missing from which it counts."""
    lacking = Case.inherited_stage.in_(_OPERATING) & Case.launched_on.is_null()
    rule = rules.rule("R16")
    if rule is None:
        return lacking
    return lacking | (Case.launched_on <= clock.add_months(rules.day, -rule.parameters["from_months"]))


def _owes_report(rules: Rulebook) -> Any:  # noqa: ANN401 - a Peewee condition
    """Whether a project was being built in the half-year that ended last, and has not reported it (R19)."""
    if rules.rule("R19") is None:
        return SQL("1 = 0")
    year, period = half_year_due(rules.day)
    ended = period.last_day(year)
    reported = ProgressReport.select(ProgressReport.id).where(
        ProgressReport.project == Project.id,
        ProgressReport.year == year,
        ProgressReport.period.in_([one for one in ReportPeriod if one.last_day(year) == ended]),
    )
    begun_since = Submission.alias()
    started = begun_since.select(begun_since.id).where(
        begun_since.project == Project.id,
        begun_since.kind == SubmissionKind.START_APPLICATION,
        begun_since.submitted_at >= _after(ended),
    )
    return (
        (Case.phase == Phase.BUILDING)
        & (Project.route != Route.CONFIDENTIAL)
        & ~fn.EXISTS(reported)
        & ~fn.EXISTS(started)
    )


def _after(day: date) -> datetime:
    """The moment at which a day is over."""
    return datetime.combine(day + _DAY, time.min, tzinfo=clock.ZONE)


# --- as it is told ------------------------------------------------------------------------------------------


def _move(case: Any, rules: Rulebook) -> NextMove:  # noqa: ANN401 - a Peewee row
    """The move of a row for which ``_moves`` holds."""
    code, what = _named(case)
    returned = return_of(case)
    since = _moved_on(case) if returned is None else returned.on
    if case.phase is Phase.REPORTING:
        year, quarter = quarter_ended(rules.day)
        what = say("填报{year}年第{quarter}季度完成投资", year=year, quarter=quarter)
        since = last_day(year, quarter) + _DAY
    due_on = due_of(case, case.project.planned_finish, rules)
    return _told(case, code, what, since, due_on, returned)


def _named(case: Any) -> tuple[str, Message]:  # noqa: ANN401 - a Peewee row
    row = awaited(case.stage, case.phase, case.side_state)
    if row is None or (case.inherited_stage in _OPERATING and case.launched_on is None):
        return RECORD_LAUNCH, say("登记投运日期")
    return row.act.value, words_of(row.act, case.stage)


def _report(case: Any, rules: Rulebook) -> NextMove:  # noqa: ANN401 - a Peewee row
    """The report of a row for which ``_owes_report`` holds, with its last day by R19."""
    (year, period), rule = half_year_due(rules.day), rules.need("R19").parameters
    half = "half_year" if period is ReportPeriod.FIRST_HALF else "year"
    due_on = date(rules.day.year, rule[f"{half}_month"], rule[f"{half}_day"])
    what = say("填报{year}年{period}进度", year=year, period=period.label)
    return _told(case, REPORT_PROGRESS, what, period.last_day(year) + _DAY, due_on)


def _moved_on(case: Any) -> date:  # noqa: ANN401 - a Peewee row
    """The day on which something happened last in the procedure."""
    day: date = case.last.at.date()
    return day


def _told(
    case: Any,  # noqa: ANN401 - a Peewee row
    code: str,
    what: Message,
    since: date,
    due_on: date | None = None,
    returned: Return | None = None,
) -> NextMove:
    project = case.project
    return NextMove(
        code=code,
        what=what,
        project_id=project.id,
        project_code=project.code,
        project_name=project.name,
        owner_name=project.owner.name,
        stage=case.stage,
        phase=case.phase,
        since=since,
        due_on=due_on,
        returned=returned,
    )
