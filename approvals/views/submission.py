"""What was submitted, for reading and for print."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue

from approvals.queries.frozen import submission_for, submitted_total, times_of, told_changes
from approvals.queries.scores import scores_for
from approvals.queries.steps import decisions_on, paper_of, steps_of
from approvals.rules.readable import readable, told
from approvals.rules.stages import StepKind
from portfolio.foundation import documents
from portfolio.foundation.errors import Finding, Level, say
from portfolio.foundation.roles import SEES_EVERYTHING, UNIT_ROLES
from portfolio.foundation.web.frozen import frozen
from portfolio.foundation.web.permissions import actor, allow

procedure = Blueprint("procedure", __name__, template_folder="../templates")
"""Pages of the procedure that are not acts: submissions and the annual plan."""


@procedure.get("/submissions/<int:submission_id>")
@allow(*SEES_EVERYTHING, *UNIT_ROLES)
def submission(submission_id: int) -> ResponseReturnValue:
    """A submission as it was frozen: content with what changed, findings, steps, scores, decisions."""
    found = submission_for(submission_id, actor())
    changes = told_changes(found)
    return render_template(
        "approvals/submission.html",
        shown=readable(found.snapshot, changes),
        changes=told(changes),
        findings=findings_of(found),
        scores=scores_for(actor(), found.id),
        **_record(found),
    )


@procedure.get("/submissions/<int:submission_id>/sheet")
@allow(*SEES_EVERYTHING, *UNIT_ROLES)
def sheet(submission_id: int) -> ResponseReturnValue:
    """The 会签单 or 呈批表 of a submission, to be printed."""
    found = submission_for(submission_id, actor())
    facts = _record(found)
    signed = any(step.kind is StepKind.COUNTERSIGN for step in facts["steps"])
    total = submitted_total(found)
    return render_template("approvals/sheet.html", signed=signed, total=total, **facts)


@procedure.get("/submissions/<int:submission_id>/papers/<int:document_id>")
@allow(*SEES_EVERYTHING, *UNIT_ROLES)
def paper(submission_id: int, document_id: int) -> ResponseReturnValue:
    """The scan of a signed paper that the office has recorded."""
    stored = paper_of(submission_for(submission_id, actor()), document_id)
    return send_file(
        documents.open_document(stored),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=stored.file_name,
    )


def _record(found: Any) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    return {
        "submission": found,
        "times": times_of(found),
        "project": found.project,
        "steps": steps_of(found),
        "decisions": decisions_on(found.id),
    }


def findings_of(submission: Any) -> list[Finding]:  # noqa: ANN401 - a Peewee row
    """What the gate found, as it was frozen: its sentences are no longer templates, so they are told anew."""
    return [
        Finding(
            row["code"],
            row["passed"],
            say(frozen(row["what"])),
            row["basis"],
            Level(row["level"]),
            **{name: say(frozen(row[name])) for name in ("figure", "limit", "remedy") if row.get(name)},
        )
        for row in submission.findings
    ]
