"""The report centre: which evaluations a person may have reported, what was issued, what was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN

from approvals.rules.evaluation import EvaluationKind, EvaluationState
from approvals.tables.evaluation import Evaluation
from portfolio.foundation.access import Organisation
from portfolio.foundation.jobs import Job, JobState
from portfolio.foundation.roles import UNIT_ROLES, Actor
from portfolio.queries.dossier import visible_to
from portfolio.tables.project import Project
from reports.tables import IssuedReport

RECENT = 6
_SHOWN = (Evaluation.id, Evaluation.kind, Evaluation.year, Project.code, Project.name)


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report that a person asked for: of which evaluation, how far the work is, and what came of it."""

    id: int
    evaluation_id: int
    project_code: str
    project_name: str
    kind: EvaluationKind | None
    year: int | None
    state: JobState
    done: int
    total: int
    asked_at: datetime
    error: str
    report_id: int | None
    draft: bool


def reportable(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee query
    """The evaluations that a person may have reported, each with project and unit: a query to be paged."""
    mine = visible_to(actor) | (Evaluation.assessor == actor.user_id)
    if actor.has(*UNIT_ROLES):
        mine |= (Evaluation.unit == actor.organisation_id) | (Evaluation.evaluator == actor.organisation_id)
    return (
        Evaluation.select(Evaluation, Project, Organisation)
        .join(Project, on=Evaluation.project)
        .switch(Evaluation)
        .join(Organisation, on=Evaluation.unit)
        .where(Evaluation.state != EvaluationState.DRAFT, mine)
    )


def requests(
    kind: str, actor: Actor, shown: Iterable[int] = (), *, most: int = RECENT
) -> tuple[list[ReportRequest], Mapping[int, IssuedReport]]:
    """What a person asked for lately, the newest first; and the report in force of each evaluation.

    The second is of the evaluations ``shown`` in a list too: the final report, else the newest draft.
    Two queries.
    """
    mine = Job.select().where(Job.kind == kind, Job.created_by == actor.user_id)
    jobs = list(mine.order_by(Job.id.desc()).limit(most))
    wanted = {job.arguments["evaluation_id"] for job in jobs} | set(shown)
    rows = (
        Evaluation.select(
            Evaluation.id, Evaluation.kind, Evaluation.year, Project.code, Project.name, IssuedReport
        )
        .join(Project, on=Evaluation.project)
        .join_from(
            Evaluation,
            IssuedReport,
            JOIN.LEFT_OUTER,
            on=(IssuedReport.evaluation == Evaluation.id),
            attr="report",
        )
        .where(Evaluation.id.in_(sorted(wanted)))
        .order_by(IssuedReport.draft.desc(), IssuedReport.id)
    )
    evaluations = {row.id: row for row in rows}
    reports = [row.report for row in rows if getattr(row, "report", None) is not None]
    by_id = {report.id: report for report in reports}
    asked = [_request(job, evaluations.get(job.arguments["evaluation_id"]), by_id) for job in jobs]
    return asked, {report.evaluation_id: report for report in reports}


def _request(job: Any, evaluation: Any, reports: Mapping[int, Any]) -> ReportRequest:  # noqa: ANN401 - Peewee rows
    report = reports.get(job.result["report"]) if job.result else None
    return ReportRequest(
        id=job.id,
        evaluation_id=job.arguments["evaluation_id"],
        project_code=evaluation.project.code if evaluation else "",
        project_name=evaluation.project.name if evaluation else "",
        kind=evaluation.kind if evaluation else None,
        year=evaluation.year if evaluation else None,
        state=job.state,
        done=job.progress_done,
        total=job.progress_total or 0,
        asked_at=job.created_at,
        error=job.error or "",
        report_id=report.id if report else None,
        draft=bool(report and report.draft),
    )
