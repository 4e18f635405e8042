"""Deciding: the decision with its number and conditions, and what it does to the case and to the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from approvals.queries.frozen import submitted_total
from approvals.rules.book import parameters
from approvals.rules.stages import (
    Act,
    DecisionMode,
    Gate,
    Outcome,
    Phase,
    SideAct,
    Stage,
    StepKind,
    SubmissionState,
)
from approvals.rules.workflow import Transition, side_transition
from approvals.services import appraisal_results, meetings, money
from approvals.services.matter import (
    Matter,
    authorise,
    expect,
    independent,
    move,
    pass_gate,
    record,
    settle,
    take_submission,
)
from approvals.services.steps import Opinion, finish, open_one
from approvals.tables.decision import Condition, Decision
from portfolio.foundation import clock, numbering
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import get, transaction
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor


@dataclass(frozen=True, slots=True)
class Demand:
    """A condition to attach: what, by whom (organisation id), until when, and the gate it keeps shut."""

    text: str
    owner_id: int
    due_on: date
    gate: Gate

    def as_data(self) -> dict[str, Any]:
        """The condition as plain values, kept with a signature until the last one is given."""
        return {"text": self.text, "owner_id": self.owner_id, "due_on": self.due_on, "gate": self.gate}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The condition that was kept."""
        due_on = date.fromisoformat(data["due_on"])
        return cls(data["text"], data["owner_id"], due_on, Gate(data["gate"]))


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided.  Without ``number`` the next 文号 of the deciding body is given.

    ``amount`` is the investment approved (default: as submitted); ``minutes`` the number of the minutes;
    ``review_on`` the day on which a deferred project is looked at again; ``paper_id`` a scan 代录.
    """

    outcome: Outcome
    reason: str = ""
    conditions: Sequence[Demand] = field(default=())
    number: str = ""
    minutes: str = ""
    amount: Money | None = None
    review_on: date | None = None
    paper_id: int | None = None


_MODES = {
    Phase.DECIDING: (StepKind.DECIDE, DecisionMode.LEADING_GROUP),
    Phase.REPLYING: (StepKind.REPLY, DecisionMode.REPLY),
    Phase.INSPECTING: (StepKind.FINAL_ACCEPTANCE, DecisionMode.ACCEPTANCE),
}
_ACTS = {
    Outcome.APPROVE: Act.APPROVE,
    Outcome.APPROVE_WITH_CONDITIONS: Act.APPROVE,
    Outcome.RETURN_FOR_REVISION: Act.RETURN,
    Outcome.DEFER: Act.DEFER,
    Outcome.REJECT: Act.REJECT,
}
_STATES = {
    Outcome.APPROVE: SubmissionState.APPROVED,
    Outcome.APPROVE_WITH_CONDITIONS: SubmissionState.APPROVED,
    Outcome.RETURN_FOR_REVISION: SubmissionState.RETURNED,
    Outcome.DEFER: SubmissionState.DEFERRED,
    Outcome.REJECT: SubmissionState.REJECTED,
}


def decide(*, submission_id: int, expected_version: int, ruling: Ruling, actor: Actor) -> Decision:
    """Decide on a submission: the leading group, the investment authority's reply, or the final acceptance.

    What stands on the agenda of a meeting in session is decided in it, and carries its number.  The same
    ruling by the same person twice gives the first decision back.  Raises ``Invalid`` for a ruling
    without its reason, condition or review day, ``Forbidden`` for the wrong person, ``Refused`` at the wrong
    time or by a gate, ``StaleVersion``.
    """
    check_ruling(ruling)
    with transaction():
        matter = take_submission(submission_id)
        repeated = decided_already(submission_id, ruling, actor)
        if repeated is not None:
            return repeated
        expect(matter, expected_version)
        act = _ACTS[ruling.outcome]
        row = authorise(matter, act, actor)
        kind, mode = _MODES[matter.case.phase]
        independent(matter, kind, actor)
        item = meetings.sitting_on(submission_id, actor)
        if item is not None:
            ruling = replace(ruling, minutes=item.meeting.number)
        pass_gate(matter, row)
        finish(
            open_one(matter.submission, kind), actor, Opinion(ruling.outcome, ruling.reason, ruling.paper_id)
        )
        decision = conclude(matter, row, mode, ruling, actor)
        if item is not None:
            meetings.minute(item, decision, actor)
        return decision


def conclude(matter: Matter, row: Transition, mode: DecisionMode, ruling: Ruling, actor: Actor) -> Decision:
    """Append the decision, attach its conditions, move the case, and do what follows for the money."""
    if ruling.amount is None and matter.case.stage in {Stage.INITIATION, Stage.APPRAISAL}:
        ruling = replace(ruling, amount=submitted_total(matter.submission))
    decision = append(matter, mode, ruling, actor)
    settle(matter.submission, _STATES[ruling.outcome])
    values = _evidence(matter, row, decision, actor)
    if ruling.outcome is Outcome.DEFER:
        side = side_transition(matter.case.side_state, SideAct.DEFER, matter.case.stage)
        values = {"side_state": side.to, "review_on": ruling.review_on}
    move(matter, row, actor, **values)
    money.follow_decision(decision, matter.submission, actor)
    return decision


def append(matter: Matter, mode: DecisionMode, ruling: Ruling, actor: Actor) -> Decision:
    """Write the decision itself and its conditions, with the actor, the time and the number."""
    case, stage = matter.case, matter.case.stage
    series = parameters(matter.rules, "DOCUMENTS")[f"{mode.value}_series"]
    first = ruling.outcome.positive and stage is Stage.INITIATION
    decision: Decision = Decision.create(
        project=case.project_id,
        submission=matter.submission,
        stage=stage,
        mode=mode,
        tier=case.tier,
        outcome=ruling.outcome,
        positive=ruling.outcome.positive,
        plan_item=matter.project.plan_item_id if first else None,
        amount=ruling.amount if ruling.outcome.positive else None,
        number=ruling.number or numbering.document_number(series, clock.today().year),
        minutes=ruling.minutes,
        reason=ruling.reason,
        decided_by=actor.user_id,
        on_behalf_of=actor.on_behalf_of,
        decided_at=clock.now(),
        paper=ruling.paper_id,
    )
    for demand in ruling.conditions:
        get(Organisation, demand.owner_id, say("责任单位"))
        Condition.create(
            decision=decision,
            project=case.project_id,
            text=demand.text,
            owner=demand.owner_id,
            due_on=demand.due_on,
            gate=demand.gate,
        )
    data = {"decision": decision.id, "outcome": ruling.outcome, "number": decision.number, "mode": mode}
    record(matter, actor, "decision.append", data)
    return decision


def _evidence(matter: Matter, row: Transition, decision: Decision, actor: Actor) -> dict[str, Any]:
    """The keys that a positive decision puts into the case."""
    values: dict[str, Any] = {}
    if not decision.positive:
        return values
    if decision.stage is Stage.INITIATION:
        values |= {"decision": decision.id, "plan_item": decision.plan_item_id}
    if row.to_stage is Stage.ESTIMATE:
        values["appraisal"] = appraisal_results.write_passed(matter, decision, actor).id
    return values


def decided_already(submission_id: int, ruling: Ruling, actor: Actor) -> Decision | None:
    """The decision that this very actor has made in these very words: a second click's answer."""
    newest = (
        Decision.select()
        .where(Decision.submission == submission_id, Decision.decided_by == actor.user_id)
        .order_by(Decision.id.desc())
        .first()
    )
    if newest is None or (ruling.outcome is Outcome.DEFER) != (
        newest.submission.state is SubmissionState.DEFERRED
    ):
        return None  # a resumed project may be deferred again in the same words
    same = (
        (newest.outcome, newest.reason, newest.on_behalf_of_id)
        == (ruling.outcome, ruling.reason, actor.on_behalf_of)
        and ruling.amount in {None, newest.amount}
        and ruling.number in {"", newest.number}
    )
    return newest if same else None


def check_ruling(ruling: Ruling) -> None:
    """What a ruling must say for its outcome; raises ``Invalid`` by field."""
    problems = {}
    if ruling.outcome is Outcome.DISSENT:
        problems["outcome"] = say("决定不能是“不同意”，请选择退回修改、暂缓或不予批准")
    elif not ruling.outcome.positive and not ruling.reason.strip():
        problems["reason"] = say("“{outcome}”须书面说明理由", outcome=ruling.outcome.label)
    if (ruling.outcome is Outcome.APPROVE_WITH_CONDITIONS) != bool(ruling.conditions):
        problems["conditions"] = say("附条件同意须列明条件，其他决定不附条件")
    if (ruling.outcome is Outcome.DEFER) != (ruling.review_on is not None):
        problems["review_on"] = say("暂缓须定下再审日期，其他决定不定")
    elif ruling.review_on is not None and ruling.review_on <= clock.today():
        problems["review_on"] = say("再审日期应在今日之后")
    if ruling.amount is not None and ruling.amount <= Money.ZERO:
        problems["amount"] = say("批准的投资应大于零")
    if problems:
        raise Invalid(problems)
