"""What waits for a person, from the procedure and from the money desk, as one list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from approvals.queries.inbox import InboxRow, inbox
from approvals.rules.stages import Act, Stage, StepKind
from approvals.tables.submission import Step
from budget.queries import desk
from budget.rules.words import ApplicationState
from budget.tables.entry import FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from portfolio.foundation import clock
from portfolio.foundation.access import Organisation
from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.labelled import Labelled
from portfolio.tables.project import Project


class Urgency(Labelled):
    """The three heaps on a desk."""

    OVERDUE = "overdue", "已逾期"
    THIS_WEEK = "this_week", "本周到期"
    LATER = "later", "稍后"


class Place(StrEnum):
    """Where a thing is done: by an act of the procedure, in the dossier, or at the money desk."""

    ACT = "act"
    REVISE = "revise"
    APPLICATION = "application"
    ORDER = "order"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, in which project, since when, until when, and where it is done.

    ``code`` is the act's, or the id of the application, order or list; ``amount`` is the money it is about.
    """

    what: Message
    verb: Message
    place: Place
    code: str
    project_id: int | None
    project_code: str
    project_name: str
    owner_name: str
    since: date
    due_on: date | None = None
    urgency: Urgency = Urgency.LATER
    note: str = ""
    amount: Money | None = None


ACT_OF_STEP = {
    StepKind.ENDORSE: Act.ENDORSE,
    StepKind.ACCEPT: Act.ACCEPT,
    StepKind.REVIEW: Act.REVIEW,
    StepKind.PANEL: Act.CONCLUDE,
    StepKind.SCORE: Act.SCORE,
    StepKind.COUNTERSIGN: Act.COUNTERSIGN,
    StepKind.COORDINATE: Act.COORDINATE,
    StepKind.DECIDE: Act.APPROVE,
    StepKind.REPLY: Act.APPROVE,
    StepKind.FIX: Act.FIX_ESTIMATE,
    StepKind.PRELIMINARY_ACCEPTANCE: Act.ACCEPT_PRELIMINARY,
    StepKind.FINAL_ACCEPTANCE: Act.APPROVE,
    StepKind.FINAL_ACCOUNTS: Act.APPROVE_FINAL_ACCOUNTS,
    StepKind.FILE: Act.FILE,
    StepKind.CHANGE: Act.DECIDE_CHANGE,
}
"""The act by which a step is taken; a panel begins by assigning its experts."""

PART_OF_STAGE = {Stage.APPRAISAL: "feasibility", Stage.ESTIMATE: "design", Stage.ACCEPTANCE: "design"}


def urgency(due_on: date | None, today: date) -> Urgency:
    """On which heap a thing lies; a week ends on Sunday."""
    if due_on is None:
        return Urgency.LATER
    if due_on < today:
        return Urgency.OVERDUE
    return Urgency.THIS_WEEK if due_on <= today + timedelta(days=6 - today.weekday()) else Urgency.LATER


def tasks(actor: Actor) -> list[Task]:
    """Everything that waits for ``actor``, the most urgent first; thirteen queries at most."""
    rows = inbox(actor)
    panels = {row.submission_id for row in rows if row.kind is StepKind.PANEL}
    assigned = _with_experts(panels) if panels else set()
    found = [_step_task(row, assigned) for row in rows]
    if actor.has(Role.FINANCE):
        found += _applications(actor) + _orders(actor) + _lists(actor)
    return found


def _with_experts(submission_ids: set[int]) -> set[int]:
    """The submissions among these that have experts; one query."""
    query = Step.select(Step.submission).where(
        Step.submission.in_(list(submission_ids)), Step.kind == StepKind.SCORE
    )
    return {row.submission_id for row in query}


def _step_task(row: InboxRow, assigned: set[int]) -> Task:
    if row.kind is None:
        what, act, verb = say("退回修改"), Act.SUBMIT, say("修改")
        place, code = Place.REVISE, PART_OF_STAGE.get(row.stage, "proposal")
    else:
        act = ACT_OF_STEP[row.kind]
        if row.kind is StepKind.PANEL and row.submission_id not in assigned:
            act = Act.ASSIGN_EXPERTS
        what, verb = say("{step}", step=row.kind.label), say("办理")
        place, code = Place.ACT, act.value
    return Task(
        what=what,
        verb=verb,
        place=place,
        code=code,
        project_id=row.project_id,
        project_code=row.project_code,
        project_name=row.project_name,
        owner_name=row.owner_name,
        since=row.since,
        due_on=row.due_on,
        urgency=urgency(row.due_on, clock.today()),
        note=row.note,
    )


def _applications(actor: Actor) -> list[Task]:
    """Applications for payment that this officer may check or post; two queries."""
    asked = {
        row.id: row
        for state in (ApplicationState.APPLIED, ApplicationState.CHECKED)
        for row in desk.applications(actor, state, alone=True)
        if actor.user_id not in (row.applied_by, row.checked_by)
    }
    if not asked:
        return []
    rows = _of_lines(PaymentApplication).where(PaymentApplication.id.in_(list(asked)))
    return [
        _money_task(
            row,
            say("审核支付申请") if row.state is ApplicationState.APPLIED else say("支付"),
            Place.APPLICATION,
            row.applied_at.date(),
        )
        for row in rows.order_by(PaymentApplication.id)
    ]


def _orders(actor: Actor) -> list[Task]:
    """Orders that another officer has drafted; two queries."""
    asked = [row.id for row in desk.orders(actor, alone=True) if row.drafted_by != actor.user_id]
    if not asked:
        return []
    rows = _of_lines(FundsOrder).where(FundsOrder.id.in_(asked)).order_by(FundsOrder.id)
    return [
        _money_task(row, say("复核{kind}", kind=row.kind.label), Place.ORDER, row.drafted_at.date())
        for row in rows
    ]


def _lists(actor: Actor) -> list[Task]:
    """Lists of payments and allotments that another has sent; one query."""
    return [
        Task(
            what=say("{kind}：{state}", kind=row.kind, state=row.state),
            verb=say("办理"),
            place=Place.LIST,
            code=str(row.id),
            project_id=None,
            project_code="",
            project_name="",
            owner_name=row.organisation.name,
            since=(row.checked_at or row.submitted_at).date(),
            amount=row.total,
        )
        for row in desk.lists(actor)
    ]


def _of_lines(table: Any) -> Any:  # noqa: ANN401 - a table whose rows have a budget line
    return (
        table.select(table, BudgetLine, Project, Organisation)
        .join(BudgetLine, on=table.line)
        .left_outer_join(Project, on=BudgetLine.project)
        .left_outer_join(Organisation, on=Project.owner)
    )


def _money_task(row: Any, what: Message, place: Place, since: date) -> Task:  # noqa: ANN401 - a Peewee row
    project = row.line.project if row.line.project_id is not None else None
    return Task(
        what=what,
        verb=say("办理"),
        place=place,
        code=str(row.id),
        project_id=project.id if project else None,
        project_code=project.code if project else row.line.document_number,
        project_name=project.name if project else "",
        owner_name=project.owner.name if project else "",
        since=since,
        amount=row.amount,
    )
