"""What workers do for this house: close a year line by line."""

from __future__ import annotations

from typing import Any

from budget.services import closing
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.jobs import JobRun, handler


@handler(closing.JOB_KIND)
def close_year(run: JobRun) -> dict[str, Any]:
    """Close the lines of a year; a second delivery finds them closed."""
    if run.actor is None:
        raise NotFound(say("没有经办人，不能办理年终结转"))
    lines = closing.close_lines(closing_id=run.arguments["closing_id"], actor=run.actor, tell=run.progress)
    return {"lines": lines}
