"""What waits for a person, from the procedure and from the money desk, as one list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from peewee import Select

from approvals.queries.conditions import count_owed, may_owe, owed
from approvals.queries.inbox import InboxRow, count_sent_back, inbox
from approvals.rules.stages import Act, Stage, StepKind
from budget.queries import desk
from budget.rules.words import ApplicationState
from budget.tables.entry import FundsOrder
from budget.tables.imports import ImportBatch
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from budget.tables.reconciliation import BankStatement
from portfolio.foundation import clock
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import database, fn
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
    """Where a thing is done: by an act, in the dossier, at the money desk, or by handing in evidence."""

    ACT = "act"
    REVISE = "revise"
    APPLICATION = "application"
    ORDER = "order"
    CONDITION = "condition"
    LIST = "list"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, in which project, since when, until when, and where it is done.

    ``code`` is the act's, or the id of the application, order, list, statement or condition; ``amount`` is
    the money that it is about.
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
    """Everything that waits for ``actor``, the most urgent first; eight queries at most."""
    found = [_step_task(row) for row in inbox(actor)]
    if actor.has(Role.FINANCE):
        found += _applications(actor) + _orders(actor) + _lists(actor) + _statements(actor)
    conditions = [_condition(row) for row in owed(actor)] if may_owe(actor) else []
    return sorted([*found, *conditions], key=lambda one: one.due_on or date.max) if conditions else found


def _condition(row: Any) -> Task:  # noqa: ANN401 - a Peewee row
    """Something that a decision demands of the actor's organisation."""
    return Task(
        what=say("落实审批条件"),
        verb=say("提交证明"),
        place=Place.CONDITION,
        code=str(row.id),
        project_id=row.project_id,
        project_code=row.project.code,
        project_name=row.project.name,
        owner_name=row.project.owner.name,
        since=row.decision.decided_at.date(),
        due_on=row.due_on,
        urgency=urgency(row.due_on, clock.today()),
        note=row.text,
    )


def count(actor: Actor, steps: int) -> int:
    """How many ``tasks`` there are, ``steps`` of them steps that are asked for; one query at most."""
    counts = [count_owed(actor)] if may_owe(actor) else []
    if actor.has(Role.APPLICANT):
        counts.append(count_sent_back(actor))
    if actor.has(Role.FINANCE):
        counts.append(PaymentApplication.select(fn.COUNT(PaymentApplication.id)).where(desk.to_handle(actor)))
        counts.append(FundsOrder.select(fn.COUNT(FundsOrder.id)).where(desk.to_post(actor)))
        counts.append(ImportBatch.select(fn.COUNT(ImportBatch.id)).where(desk.lists_to_handle(actor)))
        counts.append(
            BankStatement.select(fn.COUNT(BankStatement.id)).where(desk.statements_to_confirm(actor))
        )
    return steps + (sum(Select(columns=counts).bind(database).tuples().get()) if counts else 0)


def act_of(row: InboxRow) -> Act:
    """The act by which a row of the inbox is done."""
    if row.kind is None:
        return Act.SUBMIT
    return Act.ASSIGN_EXPERTS if row.kind is StepKind.PANEL and not row.experts else ACT_OF_STEP[row.kind]


def _step_task(row: InboxRow) -> Task:
    if row.kind is None:
        what, verb = say("退回修改"), say("修改")
        place, code = Place.REVISE, PART_OF_STAGE.get(row.stage, "proposal")
    else:
        what, verb = say("{step}", step=row.kind.label), say("办理")
        place, code = Place.ACT, act_of(row).value
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
    """Applications for payment that this officer may check or post; one query."""
    rows = _of_lines(PaymentApplication).where(desk.to_handle(actor)).order_by(PaymentApplication.id)
    return [
        _money_task(
            row,
            say("审核支付申请") if row.state is ApplicationState.APPLIED else say("支付"),
            Place.APPLICATION,
            row.applied_at.date(),
        )
        for row in rows
    ]


def _orders(actor: Actor) -> list[Task]:
    """Orders that another officer has drafted; one query."""
    rows = _of_lines(FundsOrder).where(desk.to_post(actor)).order_by(FundsOrder.id)
    return [
        _money_task(row, say("复核{kind}", kind=row.kind.label), Place.ORDER, row.drafted_at.date())
        for row in rows
    ]


def _lists(actor: Actor) -> list[Task]:
    """Lists of payments and allotments that another has sent; one query."""
    lists = ImportBatch.select(ImportBatch, Organisation).join(Organisation)
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
        for row in lists.where(desk.lists_to_handle(actor)).order_by(ImportBatch.id)
    ]


def _statements(actor: Actor) -> list[Task]:
    """Statements of a month that another has submitted; one query."""
    rows = BankStatement.select(BankStatement, User).join(User, on=BankStatement.made_by)
    return [
        Task(
            what=say("复核{month}{method}调节表", month=f"{row.year}-{row.month:02d}", method=row.method),
            verb=say("办理"),
            place=Place.STATEMENT,
            code=str(row.id),
            project_id=None,
            project_code="",
            project_name="",
            owner_name=row.made_by.name,
            since=row.submitted_at.date(),
        )
        for row in rows.where(desk.statements_to_confirm(actor)).order_by(BankStatement.id)
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
