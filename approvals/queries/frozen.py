"""What a submission froze, read back as typed values; and how it differs from the one before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from approvals.rules.differences import Difference, differences
from approvals.rules.readable import PROSE
from approvals.rules.stages import SubmissionKind
from approvals.tables.submission import Submission
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import get
from portfolio.foundation.errors import Message, NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.queries.dossier import visible_to
from portfolio.rules.dossier import CostCategory, FundingSource
from portfolio.tables.project import Project


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


@dataclass(frozen=True, slots=True)
class Brief:
    """What a submission asks for, in a few lines: total, money by source, item of the plan, what and why."""

    total: Money
    sources: tuple[Message, ...]
    plan_item: Message | None
    prose: tuple[tuple[Message, str], ...]


_TOLD = ("content", "goals")


def brief_of(submission: Any) -> Brief:  # noqa: ANN401 - a Peewee row
    """The few lines of a submission that whoever signs it must have seen."""
    snapshot = submission.snapshot
    sums: dict[FundingSource, Money] = defaultdict(lambda: Money.ZERO)
    for line in snapshot["funding"]:
        sums[FundingSource(line["source"])] += Money(line["amount"])
    item = snapshot.get("plan_item")
    return Brief(
        submitted_total(submission),
        tuple(say("{source} {amount}", source=source, amount=amount) for source, amount in sums.items()),
        say("{code} {name}", code=item["code"], name=item["name"]) if item else None,
        tuple((PROSE[name], snapshot[name]) for name in _TOLD if snapshot.get(name)),
    )


def times_of(submission: Any) -> int:  # noqa: ANN401 - a Peewee row
    """Which submission of its kind this is for its project; one query, none for the first of its stage."""
    if submission.number == 1:
        return 1
    same = (Submission.project == submission.project_id) & (Submission.kind == submission.kind)
    return int(Submission.select().where(same, Submission.id <= submission.id).count())


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


def submission_for(submission_id: int, actor: Actor) -> Submission:
    """A submission with its project, owner and who submitted it; one query.

    Raises ``NotFound``, also for one of a project that the actor may not know of.
    """
    found: Submission | None = (
        Submission.select(Submission, Project, Organisation, User)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .switch(Submission)
        .join(User, on=Submission.submitted_by)
        .where(Submission.id == submission_id, visible_to(actor))
        .first()
    )
    if found is None:
        raise NotFound(say("没有这个{what}（编号 {key}）", what=say("申报件"), key=submission_id))
    return found


_SHOWS_ITS_OWN = frozenset({SubmissionKind.CHANGE})
_SHOWS_NONE = frozenset({SubmissionKind.START_APPLICATION, SubmissionKind.PRELIMINARY_ACCEPTANCE})


def told_changes(submission: Any) -> list[Difference]:  # noqa: ANN401 - a Peewee row
    """What a submission says that it changes, or what it changes against the one before in its stage."""
    if submission.kind in _SHOWS_ITS_OWN:
        stated = submission.snapshot["change"]["differences"]
        return [Difference(one["place"], one["before"], one["after"]) for one in stated]
    return changes_against_last(submission) or []


def changes_against_last(submission: Any) -> list[Difference] | None:  # noqa: ANN401 - a Peewee row
    """What changed since the submission before in its stage, ``None`` where there is nothing to compare."""
    if submission.number == 1 or submission.kind in _SHOWS_ITS_OWN | _SHOWS_NONE:
        return None
    return changes_since_last(submission.id)
