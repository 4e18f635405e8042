"""Changes during construction 调整: requested as data with the difference, applied when approved.

Basis: 国办发〔2019〕57号 (R09); 发改委令第55号第二十条 (R10): before, never after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from approvals.queries.frozen import submitted_total
from approvals.rules.changes import ChangeFacts, change_findings, moved_between, own_decision
from approvals.rules.differences import differences
from approvals.rules.stages import (
    Act,
    DecisionMode,
    Outcome,
    StepKind,
    SubmissionKind,
    SubmissionState,
)
from approvals.services.construction import refuse_while_judged
from approvals.services.decisions import Ruling, append, check_ruling, decided_already
from approvals.services.matter import (
    Matter,
    authorise,
    expect,
    independent,
    move,
    open_step,
    settle,
    take,
    take_submission,
)
from approvals.services.steps import Opinion, finish, open_one
from approvals.services.submissions import freeze
from approvals.tables.decision import Decision
from approvals.tables.submission import Submission
from budget.services import accounts
from portfolio.foundation import clock, rulebook
from portfolio.foundation.access import User
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Invalid, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.queries.dossier import dossier
from portfolio.rules.dossier import Dossier, Part, checklist
from portfolio.rules.dossier.draft import read_fields, read_rows
from portfolio.rules.dossier.facts import EstimateFact, FundingFact
from portfolio.rules.dossier.shapes import ESTIMATE_LINE, FUNDING_LINE, PROJECT
from portfolio.services import dossier as dossiers

_FIELDS = {name: PROJECT[name] for name in ("content", "goals", "planned_finish")}
"""What of the project itself a change may touch, beside the money."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked for: the new estimate and funding in full (none: as they are), and fields that change.

    ``already_done`` is the applicant's own declaration that the change has been carried out.
    """

    reason: str
    estimate: Sequence[Mapping[str, object]] = ()
    funding: Sequence[Mapping[str, object]] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    already_done: bool = False


def request_change(
    *, project_id: int, expected_version: int, change: Change, cover_number: str, actor: Actor
) -> Submission:
    """Ask for a change; one that the unit may decide itself (R09) is applied and filed at once.

    Raises ``Refused`` (R10, CHANGE) for one carried out already and for money that does not add up,
    ``Invalid`` for malformed rows or nothing changed, ``Forbidden``, ``StaleVersion``.
    """
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, Act.REQUEST_CHANGE, actor)
        refuse_while_judged(matter)
        if not change.reason.strip() or not cover_number.strip():
            raise Invalid({"reason": say("请写明调整理由和请示文号")})
        matter.rules = rulebook.on(clock.today())
        before = dossier(project_id, Part.DESIGN)
        after = _as_requested(before, change)
        facts = _facts(matter, before, after, change)
        findings = [*change_findings(facts, matter.rules), *checklist(after, Part.DESIGN, matter.rules)]
        refuse_unless(findings)
        own = own_decision(facts, matter.rules)
        state = SubmissionState.APPROVED if own else SubmissionState.IN_REVIEW
        snapshot = _snapshot(before, after, change)
        submission = freeze(matter, SubmissionKind.CHANGE, snapshot, findings, cover_number, actor, state)
        values: dict[str, Any] = {"submission": submission.id, "rulebook_day": matter.rules.day}
        if own:
            values |= _apply(matter, cover_number.strip(), actor)
        else:
            open_step(matter, StepKind.CHANGE, _approver(matter))
        move(matter, row, actor, **values)
        return submission


def decide_change(*, submission_id: int, expected_version: int, ruling: Ruling, actor: Actor) -> Decision:
    """Whoever approved the project decides on the change: the leading group, or the investment authority.

    An approved change is applied at once, the cap with it when the total moves.  The same ruling twice gives
    the first decision back.  Raises as ``decisions.decide`` does; a change is not deferred.
    """
    check_ruling(ruling)
    if ruling.outcome is Outcome.DEFER:
        raise Invalid({"outcome": say("调整申请不能暂缓，请选择同意、退回修改或不予批准")})
    with transaction():
        matter = take_submission(submission_id)
        repeated = decided_already(submission_id, ruling, actor)
        if repeated is not None:
            return repeated
        expect(matter, expected_version)
        row = authorise(matter, Act.DECIDE_CHANGE, actor)
        step = open_one(matter.submission, StepKind.CHANGE)
        actor.require(step.role)
        independent(matter, StepKind.CHANGE, actor)
        finish(step, actor, Opinion(ruling.outcome, ruling.reason, ruling.paper_id))
        total = submitted_total(matter.submission)
        decision = append(matter, DecisionMode.CHANGE, replace(ruling, amount=total), actor)
        settle(matter.submission, _STATES[ruling.outcome])
        values = _apply(matter, decision.number, actor) if decision.positive else {}
        move(matter, row, actor, **values)
        return decision


_STATES = {
    Outcome.APPROVE: SubmissionState.APPROVED,
    Outcome.APPROVE_WITH_CONDITIONS: SubmissionState.APPROVED,
    Outcome.RETURN_FOR_REVISION: SubmissionState.RETURNED,
    Outcome.REJECT: SubmissionState.REJECTED,
}


def _as_requested(before: Dossier, change: Change) -> Dossier:
    """The design as it would be; raises ``Invalid`` by field."""
    unknown = {name: say("不在可调整的内容之列") for name in change.fields if name not in _FIELDS}
    if unknown:
        raise Invalid(unknown)
    values = read_fields(_FIELDS, change.fields, whole=False)
    if change.estimate:
        rows = read_rows(ESTIMATE_LINE, change.estimate, "estimate")
        values["estimate"] = tuple(EstimateFact(**row) for row in rows)
    if change.funding:
        rows = read_rows(FUNDING_LINE, change.funding, "funding")
        values["funding"] = tuple(FundingFact(**row) for row in rows)
    after = replace(before, **values)
    if after == before:
        raise Invalid({"change": say("没有任何调整")})
    return after


def _facts(matter: Matter, before: Dossier, after: Dossier, change: Change) -> ChangeFacts:
    return ChangeFacts(
        estimate=cap_of(matter.case),
        moved=moved_between(before.estimate, after.estimate),
        new_total=after.estimate_total,
        goal_changed=after.goals != before.goals,
        already_done=change.already_done,
    )


def cap_of(case: Any) -> Money:  # noqa: ANN401 - a Peewee row
    """The fixed estimate, or that of an inherited project's old approval."""
    return case.estimate_fix.amount if case.estimate_fix_id else case.inherited.estimate


def _snapshot(before: Dossier, after: Dossier, change: Change) -> dict[str, Any]:
    """The design as it would be, with the reason and every place that differs from the design as it is."""
    wanted = after.as_data()
    return wanted | {
        "change": {
            "reason": change.reason.strip(),
            "differences": [
                {"place": found.place, "before": found.before, "after": found.after}
                for found in differences(before.as_data(), wanted)
            ],
        }
    }


def _approver(matter: Matter) -> Role:
    """Whoever approved the project: the leading group where it did, else the investment authority."""
    decision = matter.case.decision
    group = decision is not None and decision.mode is DecisionMode.LEADING_GROUP
    return Role.MEMBER if group else matter.acting(Role.INVESTMENT)


def _apply(matter: Matter, number: str, actor: Actor) -> dict[str, Any]:
    """Write what was asked for into the dossier, in the name of who asked; fix the cap anew when it moves.

    Returns what the case's row has to hold.
    """
    project_id, snapshot = matter.case.project_id, matter.submission.snapshot
    requester = _requester(matter.submission)
    dossiers.unlock(project_id=project_id, actor=actor)
    fields = {name: snapshot[name] for name in _FIELDS}
    project = dossiers.save(
        project_id=project_id, expected_version=matter.project.version, fields=fields, actor=requester
    )
    for set_rows, rows in ((dossiers.set_estimate, "estimate"), (dossiers.set_funding, "funding")):
        project = set_rows(
            project_id=project_id,
            part=Part.DESIGN,
            rows=[line | {"amount": Money(line["amount"])} for line in snapshot[rows]],
            expected_version=project.version,
            actor=requester,
        )
    dossiers.lock(project_id=project_id, actor=actor)
    total = submitted_total(matter.submission)
    if total == cap_of(matter.case):
        return {}
    fix = accounts.fix_cap(project_id=project_id, amount=total, number=number, actor=actor)
    return {"estimate_fix": fix.id}


def _requester(submission: Any) -> Actor:  # noqa: ANN401 - a Peewee row
    user = User.get_by_id(submission.submitted_by_id)
    roles = frozenset({Role.APPLICANT})
    return Actor(user.id, user.name, submission.project.owner_id, roles, submission.on_behalf_of_id)
