"""What workers do for this house: draw the reports that were asked for."""

from __future__ import annotations

from typing import Any

from portfolio.foundation.jobs import JobRun, handler
from reports.services import assessment


@handler(assessment.JOB_KIND)
def issue_assessment(run: JobRun) -> dict[str, Any]:
    """Draw and keep one assessment report; a second delivery finds the first one's report."""
    report = assessment.issue(
        evaluation_id=run.arguments["evaluation_id"], actor=run.actor, tell=run.progress
    )
    return {"report": report.id, "document": report.document_id, "pages": report.pages}
