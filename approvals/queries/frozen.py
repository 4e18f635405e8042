"""What a submission froze, read back as typed values; and how it differs from the one before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from approvals.rules.differences import Difference, differences
from approvals.tables.submission import Submission
from portfolio.foundation.access import User
from portfolio.foundation.db import get
from portfolio.foundation.errors import say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import CostCategory, FundingSource


def submitted_total(submission: Any) -> Money:  # noqa: ANN401 - a Peewee row
    """The investment that a submission asks for, from its frozen estimate."""
    return Money(sum(line["amount"] for line in submission.snapshot["estimate"]))


def cost_of(submission: Any, categories: Iterable[CostCategory]) -> Money:  # noqa: ANN401 - a Peewee row
    """The sum of the frozen estimate's lines in ``categories``."""
    wanted = {category.value for category in categories}
    return Money(
        sum(line["amount"] for line in submission.snapshot["estimate"] if line["category"] in wanted)
    )


def funding_by_year(submission: Any) -> dict[int, dict[FundingSource, Money]]:  # noqa: ANN401
    """The frozen funding: calendar year, then source."""
    funding: dict[int, dict[FundingSource, Money]] = defaultdict(dict)
    for line in submission.snapshot["funding"]:
        funding[line["year"]][FundingSource(line["source"])] = Money(line["amount"])
    return dict(funding)


def history(project_id: int) -> list[Submission]:
    """Every submission of a project, oldest first, each with who submitted it; one query."""
    query = Submission.select(Submission, User).join(User, on=Submission.submitted_by)
    return list(query.where(Submission.project == project_id).order_by(Submission.id))


def changes_since_last(submission_id: int) -> list[Difference]:
    """What a resubmission changed against the one before it in its stage; empty for a first one."""
    later = get(Submission, submission_id, say("申报件"))
    earlier = (
        Submission.select()
        .where(
            Submission.project == later.project_id,
            Submission.stage == later.stage,
            Submission.number < later.number,
        )
        .order_by(Submission.number.desc())
        .first()
    )
    return [] if earlier is None else differences(earlier.snapshot, later.snapshot)
