"""With what words a project came back to its unit, and from whom, until it is submitted again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN
from peewee import Case as When

from approvals.queries.cases import LEADING_GROUP
from approvals.rules.stages import Outcome, Phase, StepKind, SubmissionState
from approvals.tables.case import Case
from approvals.tables.submission import Step, Submission
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.db import fn


@dataclass(frozen=True, slots=True)
class Return:
    """What was said when a submission came back, or when an earlier stage was ``reopened`` 重报.

    By which ``house`` and person, in whose place that was, on which day; ``submission_id`` is what was sent
    back, where the opinion can be read as it was given.
    """

    words: str
    house: str
    person: str
    stood_in_for: str
    on: date
    submission_id: int
    reopened: bool


CAME_BACK = (SubmissionState.RETURNED, SubmissionState.REJECTED)
_REVISED = (Phase.DRAFTING, Phase.TRIAL)
_SENT, _REOPENING = Step.alias(), AuditEntry.alias()
_SENDER, _PRINCIPAL = User.alias(), User.alias()
_HOUSE, _OTHER_HOUSE = Organisation.alias(), Organisation.alias()

RETURNED = (
    *(_SENT.id, _SENT.kind, _SENT.opinion, _SENT.done_at),
    *(_REOPENING.id, _REOPENING.data, _REOPENING.at),
    *(_SENDER.id, _SENDER.name, _HOUSE.id, _HOUSE.name),
    *(_PRINCIPAL.id, _PRINCIPAL.name, _OTHER_HOUSE.id, _OTHER_HOUSE.name),
)
"""What ``return_of`` looks at beside the case and the state of its submission."""


def join_return(query: Any) -> Any:  # noqa: ANN401 - a Peewee query over cases with their submission
    """Join the step that sent the submission back last, the reopening since, and the people who did it."""
    left, step, entry = JOIN.LEFT_OUTER, Step.alias(), AuditEntry.alias()
    last_step = step.select(fn.MAX(step.id)).where(
        step.submission == Case.submission,
        step.outcome.in_([Outcome.RETURN_FOR_REVISION, Outcome.REJECT]),
    )
    reopening = entry.select(fn.MAX(entry.id)).where(
        entry.subject_kind == "case",
        entry.subject_id == Case.id,
        entry.action == "case.reopen",
        entry.at > Submission.submitted_at,
    )
    since = _REOPENING.id.is_null(False)  # a reopening is the later one, whoever sent anything back before
    sender = When(None, [(since, _REOPENING.actor_id)], _SENT.actor)
    principal = When(None, [(since, _REOPENING.on_behalf_of)], _SENT.on_behalf_of)
    return (
        query.join_from(Case, _SENT, left, on=(_SENT.id == last_step), attr="sent")
        .join_from(Case, _REOPENING, left, on=(_REOPENING.id == reopening), attr="reopening")
        .join_from(Case, _SENDER, left, on=(_SENDER.id == sender), attr="sender")
        .join_from(_SENDER, _HOUSE, left, on=(_SENDER.organisation == _HOUSE.id), attr="organisation")
        .join_from(Case, _PRINCIPAL, left, on=(_PRINCIPAL.id == principal), attr="principal")
        .join_from(
            _PRINCIPAL,
            _OTHER_HOUSE,
            left,
            on=(_PRINCIPAL.organisation == _OTHER_HOUSE.id),
            attr="organisation",
        )
    )


def return_of(case: Any) -> Return | None:  # noqa: ANN401 - a Peewee row, joined as above
    """With what words the case came back; ``None`` for what did not, or was submitted again."""
    if case is None or case.submission_id is None or case.phase not in _REVISED:
        return None
    step, reopening = getattr(case, "sent", None), getattr(case, "reopening", None)
    if reopening is not None:
        return _return(case, reopening.data["reason"], reopening.at.date(), reopened=True)
    if step is None or case.submission.state not in CAME_BACK:
        return None
    return _return(case, step.opinion, step.done_at.date(), by_group=step.kind is StepKind.DECIDE)


def _return(
    case: Any,  # noqa: ANN401 - a Peewee row
    words: str,
    on: date,
    *,
    by_group: bool = False,
    reopened: bool = False,
) -> Return:
    sender, principal = case.sender, getattr(case, "principal", None)
    return Return(
        words=words,
        house=LEADING_GROUP if by_group else (principal or sender).organisation.name,
        person=sender.name,
        stood_in_for=principal.name if principal is not None else "",
        on=on,
        submission_id=case.submission_id,
        reopened=reopened,
    )


def latest_return(project_id: int) -> Return | None:
    """With what words a project came back that is being revised; one query."""
    query = Case.select(Case, Submission.id, Submission.state, *RETURNED).join(
        Submission, JOIN.LEFT_OUTER, on=Case.submission
    )
    return return_of(join_return(query).where(Case.project == project_id).first())
