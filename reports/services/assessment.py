"""Issuing an assessment report: asked for through the job table, drawn once, kept as a document."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Callable
from typing import Any

from approvals.tables.evaluation import Evaluation
from portfolio.foundation import access, audit, clock, documents, jobs
from portfolio.foundation.db import IntegrityError, canonical_json, get, one_view, sha256_text, transaction
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.jobs import Job
from portfolio.foundation.roles import Actor
from portfolio.tables.project import Participant, Project
from reports.datasets.assessment import assessment
from reports.pdf import render
from reports.rules import AssessmentReport
from reports.tables import IssuedReport

JOB_KIND = "reports.assessment"
CATEGORY = "绩效评价报告"


def request(*, evaluation_id: int, actor: Actor | None) -> Job:
    """Ask for the report of an evaluation; asking again while nothing has changed gives the first job back.

    Raises ``NotFound`` for an evaluation that is not there or that the actor may not see, and whatever the
    dataset raises while its figures do not reconcile.
    """
    return jobs.enqueue(
        kind=JOB_KIND,
        arguments={"evaluation_id": evaluation_id},
        actor=actor,
        dedupe=f"{JOB_KIND}:{evaluation_id}:{data_sha256(_as_it_stands(evaluation_id, actor))}",
    )


def call_off(*, job_id: int, actor: Actor) -> Job:
    """Call off a report that the actor asked for and that is not out yet.

    Raises ``NotFound`` for a job that is no report of the actor's own, ``Conflict`` when it has ended.
    """
    mine = Job.get_or_none((Job.id == job_id) & (Job.kind == JOB_KIND) & (Job.created_by == actor.user_id))
    if mine is None:
        raise NotFound(say("没有这项出具报告的请求（编号 {id}）", id=job_id))
    return jobs.cancel(job_id=job_id, actor=actor)


PARTS = 3
"""Into how many parts the work is told: the books read, the report drawn, the file kept."""


def issue(
    *, evaluation_id: int, actor: Actor | None, tell: Callable[[int, int], None] = lambda done, total: None
) -> IssuedReport:
    """Draw the report as the data stand now and keep it; the same data give the first one back.

    The report of a final evaluation goes out once and stays as it was.  ``actor`` is ``None`` for the system
    itself; ``tell`` hears how many of ``PARTS`` are done.  Raises as ``request``.
    """
    tell(0, PARTS)
    report = _as_it_stands(evaluation_id, actor)
    tell(1, PARTS)
    key = data_sha256(report)
    known = issued(evaluation_id, key) if report.draft else final_report(evaluation_id)
    row = known or _issue(report, evaluation_id, key, actor, tell)
    tell(PARTS, PARTS)
    return row


def _as_it_stands(evaluation_id: int, actor: Actor | None) -> AssessmentReport:
    """What the report would say, all of it as of one moment; nobody who writes waits for it."""
    with one_view():
        return assessment(visible(evaluation_id, actor))


def _issue(
    report: AssessmentReport,
    evaluation_id: int,
    key: str,
    actor: Actor | None,
    tell: Callable[[int, int], None],
) -> IssuedReport:
    rendered = render(report)
    tell(2, PARTS)
    name = f"{report.project.code}-{report.project.name}-{report.kind.label}.pdf"
    received = documents.receive(io.BytesIO(rendered.pdf), name=name, limit=len(rendered.pdf))
    try:
        with transaction():
            document = documents.record(received, actor=actor, category=CATEGORY)
            row: IssuedReport = IssuedReport.create(
                evaluation=evaluation_id,
                document=document,
                draft=report.draft,
                data_sha256=key,
                pdf_sha256=hashlib.sha256(rendered.pdf).hexdigest(),
                pages=rendered.pages,
                issued_by=actor.user_id if actor else None,
                issued_at=clock.now(),
            )
            data = {"data": key, "document": document.id, "draft": report.draft}
            audit.record(actor, "report.issue", ("evaluation", evaluation_id), data)
            return row
    except IntegrityError:
        # The same message was delivered twice and somebody else was quicker.
        known = issued(evaluation_id, key)
        if known is None:
            raise
        return known


def issued(evaluation_id: int, key: str) -> IssuedReport | None:
    """The report that was issued from these very data."""
    row: IssuedReport | None = IssuedReport.get_or_none(
        (IssuedReport.evaluation == evaluation_id) & (IssuedReport.data_sha256 == key)
    )
    return row


def final_report(evaluation_id: int) -> IssuedReport | None:
    """The report of a final evaluation, once it has gone out."""
    row: IssuedReport | None = IssuedReport.get_or_none(
        (IssuedReport.evaluation == evaluation_id) & ~IssuedReport.draft
    )
    return row


def issued_report(report_id: int, actor: Actor) -> IssuedReport:
    """An issued report whose evaluation the actor may see; raises ``NotFound``."""
    row: IssuedReport = get(IssuedReport, report_id, say("报告"))
    try:
        visible(row.evaluation_id, actor)
    except NotFound:  # said as if there were none
        raise NotFound(say("没有这个{what}（编号 {key}）", what=say("报告"), key=report_id)) from None
    return row


def content(report: IssuedReport) -> bytes:
    """The bytes of an issued report, checked against their hash."""
    with documents.open_document(report.document, verify=True) as file:
        return file.read()


def data_sha256(report: AssessmentReport) -> str:
    """The hash over everything that a report says."""
    return sha256_text(canonical_json(dataclasses.asdict(report)))


def visible(evaluation_id: int, actor: Actor | None) -> Any:  # noqa: ANN401 - a Peewee row
    """The evaluation, if the actor may see it: by organisation, or as its assessor."""
    evaluation = get(Evaluation, evaluation_id, say("评价"))
    if actor is None or evaluation.assessor_id == actor.user_id:
        return evaluation
    if not access.may_see(actor, _organisations(evaluation)):
        raise NotFound(say("没有这个评价（编号 {key}）", key=evaluation_id))
    return evaluation


def _organisations(evaluation: Any) -> frozenset[int]:  # noqa: ANN401 - a Peewee row
    concerned = {evaluation.unit_id, evaluation.evaluator_id}
    if evaluation.project_id is not None:
        concerned.add(Project.get_by_id(evaluation.project_id).owner_id)
        rows = Participant.select(Participant.organisation).where(
            Participant.project == evaluation.project_id
        )
        concerned |= {row.organisation_id for row in rows}
    return frozenset(concerned - {None})
