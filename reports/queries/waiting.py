"""What waits for a person, from the procedure and from the money desk, as one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from peewee import Select

from approvals.queries import matters, next_moves
from approvals.queries.conditions import count_owed, may_owe, owed
from approvals.queries.evaluations import left_to
from approvals.queries.gates import PARTS
from approvals.queries.inbox import InboxRow, asked
from approvals.queries.matters import Matter, MatterKind
from approvals.queries.next_moves import NextMove
from approvals.queries.returns import Return
from approvals.rules.evaluation import EVALUATORS, EvaluationState
from approvals.rules.next_moves import SUBMITS
from approvals.rules.stages import Act, Phase, Stage, StepKind
from approvals.tables.evaluation import Evaluation
from budget.queries import desk, papers
from budget.queries.limit_drafts import to_confirm
from budget.queries.papers import Paper, PaperKind
from budget.rules.words import ApplicationState
from budget.tables.contract import Contract
from budget.tables.entry import FundsOrder
from budget.tables.imports import ImportBatch
from budget.tables.limit_draft import LimitDraft
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from budget.tables.reconciliation import BankStatement
from portfolio.foundation import clock, rulebook
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import database, fn
from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.rulebook import Rulebook
from portfolio.rules.labelled import Labelled
from portfolio.tables.project import Project


class Urgency(Labelled):
    """The three heaps on a desk."""

    OVERDUE = "overdue", "已逾期"
    THIS_WEEK = "this_week", "本周到期"
    LATER = "later", "稍后"


class Place(StrEnum):
    """Where a thing is done: by an act, in dossier or evaluation, at the money desk, by evidence."""

    ACT = "act"
    DOSSIER = "dossier"
    PROGRESS = "progress"
    EVALUATION = "evaluation"
    APPLICATION = "application"
    ORDER = "order"
    CONDITION = "condition"
    LIMIT = "limit"
    LIST = "list"
    STATEMENT = "statement"
    CONTRACT = "contract"
    SUPPLEMENT = "supplement"
    COST = "cost"
    REQUEST = "request"
    RECEIPT = "receipt"
    CLOSING = "closing"
    INHERITED = "inherited"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, in which project, since when, until when, and where it is done.

    ``code`` is the act's, the part's of the dossier, or the id of what it is; ``amount`` is the money that it
    is about; ``returned`` is with what words it came back.
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
    returned: Return | None = None


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

MOST = 100
"""So many things of one kind are looked up, the oldest first: nobody does more in a day."""

_PLACE_OF_PAPER = {
    PaperKind.SIGN_CONTRACT: Place.CONTRACT,
    PaperKind.SIGN_SUPPLEMENT: Place.SUPPLEMENT,
    PaperKind.APPROVE_COST: Place.COST,
    PaperKind.APPLY_AGAIN: Place.APPLICATION,
    PaperKind.ASK_AGAIN: Place.REQUEST,
    PaperKind.SET_CONTROL: Place.REQUEST,
    PaperKind.APPROVE_REQUEST: Place.REQUEST,
    PaperKind.CONFIRM_RECEIPT: Place.RECEIPT,
    PaperKind.CLOSE_YEAR: Place.CLOSING,
}
_PLACE_OF_MATTER = {
    MatterKind.CLOSE: (Place.ACT, Act.CLOSE.value),
    MatterKind.CONFIRM_INHERITED: (Place.INHERITED, ""),
    MatterKind.DECIDE_PLAN: (Place.PLAN, ""),
}

_EVALUATE = (Role.APPLICANT, Role.CIO, Role.ASSESSOR, *EVALUATORS)


def urgency(due_on: date | None, today: date) -> Urgency:
    """On which heap a thing lies; a week ends on Sunday."""
    if due_on is None:
        return Urgency.LATER
    if due_on < today:
        return Urgency.OVERDUE
    return Urgency.THIS_WEEK if due_on <= today + timedelta(days=6 - today.weekday()) else Urgency.LATER


def tasks(actor: Actor, rules: Callable[[], Rulebook] = rulebook.of_today) -> list[Task]:
    """What waits for ``actor``, the most urgent first; thirteen queries at most.

    All of it while there is less than ``MOST``; beyond that the first ``MOST`` are the right ones.
    """
    found = [_step_task(row) for row in asked(actor, rules)]
    if actor.has(Role.APPLICANT):
        found += [_own_task(move) for move in next_moves.of_unit(actor, rules())]
    if actor.has(*_EVALUATE):
        found += _evaluations(actor)
    if actor.has(Role.FINANCE):
        found += _applications(actor) + _orders(actor) + _lists(actor) + _statements(actor)
        found += _limits(actor)
    if may_owe(actor):
        found += [_condition(row) for row in owed(actor)]
    found += [_paper(one) for one in papers.waiting(actor, MOST)]
    found += [_matter(one) for one in matters.waiting(actor, MOST)]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.since, one.project_code))


def shown(found: list[Task]) -> tuple[list[Task], bool]:
    """The ``tasks`` that a page lists, and whether there may be more than these."""
    return found[:MOST], len(found) >= MOST


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


def count(actor: Actor, steps: int, rules: Callable[[], Rulebook] = rulebook.of_today) -> int:
    """How many ``tasks`` there are, ``steps`` of them steps that are asked for; one query at most.

    One more for the ``rules``, where what waits depends on them.
    """
    counts = [count_owed(actor)] if may_owe(actor) else []
    counts += papers.counts(actor) + matters.counts(actor)
    if actor.has(Role.APPLICANT):
        counts += next_moves.counts(actor, rules())
    if actor.has(*_EVALUATE):
        counts.append(Evaluation.select(fn.COUNT(Evaluation.id)).join(Project).where(left_to(actor)))
    if actor.has(Role.FINANCE):
        counts.append(PaymentApplication.select(fn.COUNT(PaymentApplication.id)).where(desk.to_handle(actor)))
        counts.append(FundsOrder.select(fn.COUNT(FundsOrder.id)).where(desk.to_post(actor)))
        counts.append(ImportBatch.select(fn.COUNT(ImportBatch.id)).where(desk.lists_to_handle(actor)))
        counts.append(
            BankStatement.select(fn.COUNT(BankStatement.id)).where(desk.statements_to_confirm(actor))
        )
        counts.append(LimitDraft.select(fn.COUNT(LimitDraft.id)).where(to_confirm(actor)))
    return steps + (sum(Select(columns=counts).bind(database).tuples().get()) if counts else 0)


def _paper(one: Paper) -> Task:
    return Task(
        what=say("{paper}", paper=one.kind),
        verb=say("办理"),
        place=_PLACE_OF_PAPER[one.kind],
        code=str(one.id),
        project_id=one.project_id,
        project_code=one.code,
        project_name=one.name,
        owner_name=one.owner,
        since=one.since,
        amount=one.amount,
        note=one.note,
    )


def _matter(one: Matter) -> Task:
    place, code = _PLACE_OF_MATTER[one.kind]
    what = say("{matter}", matter=one.kind)
    return Task(
        what=what if one.year is None else say("审定{year}年度投资计划", year=one.year),
        verb=say("办理"),
        place=place,
        code=code or str(one.year),
        project_id=one.project_id,
        project_code=one.code,
        project_name=one.name,
        owner_name=one.owner,
        since=one.since,
    )


def act_of(row: InboxRow) -> Act:
    """The act by which a row of the inbox is done."""
    return Act.ASSIGN_EXPERTS if row.kind is StepKind.PANEL and not row.experts else ACT_OF_STEP[row.kind]


def _step_task(row: InboxRow) -> Task:
    return Task(
        what=say("{step}", step=row.kind.label),
        verb=say("办理"),
        place=Place.ACT,
        code=act_of(row).value,
        project_id=row.project_id,
        project_code=row.project_code,
        project_name=row.project_name,
        owner_name=row.owner_name,
        since=row.since,
        due_on=row.due_on,
        urgency=urgency(row.due_on, clock.today()),
    )


def _own_task(move: NextMove) -> Task:
    """What the own unit has to do in one of its projects."""
    returned = move.returned
    verb, place, code = _where(move)
    return Task(
        what=move.what if returned is None else _revised(move.stage, returned),
        verb=verb,
        place=place,
        code=code,
        project_id=move.project_id,
        project_code=move.project_code,
        project_name=move.project_name,
        owner_name=move.owner_name,
        since=move.since,
        due_on=move.due_on,
        urgency=urgency(move.due_on, clock.today()),
        returned=returned,
    )


def _where(move: NextMove) -> tuple[Message, Place, str]:
    """By which verb, where and under which code a move is made: what is drafted, in the dossier."""
    if move.code == next_moves.REPORT_PROGRESS:
        return say("填写"), Place.PROGRESS, move.code
    if move.phase is not Phase.DRAFTING:
        return say("办理"), Place.ACT, move.code
    verb = say("填写") if move.returned is None else say("修改")
    return verb, Place.DOSSIER, PARTS[move.stage].value


def _revised(stage: Stage, returned: Return) -> Message:
    document = SUBMITS[stage].label
    if returned.reopened:
        return say("重报{document}", document=document)
    return say("退回修改：{document}", document=document)


def _evaluations(actor: Actor) -> list[Task]:
    """Evaluations to write, to score, to answer or to make final; one query."""
    rows = Evaluation.select(Evaluation, Project, Organisation).join(Project).join(Organisation)
    return [
        Task(
            what=_left(row),
            verb=say("办理"),
            place=Place.EVALUATION,
            code=str(row.id),
            project_id=row.project.id,
            project_code=row.project.code,
            project_name=row.project.name,
            owner_name=row.project.owner.name,
            since=(row.submitted_at or row.opened_at).date(),
        )
        for row in rows.where(left_to(actor)).order_by(Evaluation.id).limit(MOST)
    ]


def _left(row: Any) -> Message:  # noqa: ANN401 - a Peewee row
    if row.state is EvaluationState.DRAFT:
        return say("编写{kind}", kind=row.kind.label) if row.kind.by_the_unit else say("评价打分")
    if row.state is EvaluationState.SUBMITTED and not row.kind.by_the_unit:
        return say("对评价交换意见")
    return say("{kind}定稿", kind=row.kind.label)


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
        for row in rows.limit(MOST)
    ]


def _orders(actor: Actor) -> list[Task]:
    """Orders that another officer has drafted; one query."""
    rows = _of_lines(FundsOrder).where(desk.to_post(actor)).order_by(FundsOrder.id)
    return [
        _money_task(row, say("复核{kind}", kind=row.kind.label), Place.ORDER, row.drafted_at.date())
        for row in rows.limit(MOST)
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
        for row in lists.where(desk.lists_to_handle(actor)).order_by(ImportBatch.id).limit(MOST)
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
        for row in rows.where(desk.statements_to_confirm(actor)).order_by(BankStatement.id).limit(MOST)
    ]


def _limits(actor: Actor) -> list[Task]:
    """Ceilings, preparatory limits and ends of contracts that another has drafted; one query."""
    rows = (
        LimitDraft.select(LimitDraft, Contract, Project, Organisation)
        .left_outer_join(Contract)
        .switch(LimitDraft)
        .left_outer_join(
            Project,
            on=(Project.id == fn.COALESCE(LimitDraft.project, Contract.project)),
            attr="whose",
        )
        .left_outer_join(Organisation, on=Project.owner)
    )
    return [
        Task(
            what=say("复核{kind}", kind=row.kind.label),
            verb=say("办理"),
            place=Place.LIMIT,
            code=str(row.id),
            project_id=row.whose.id if row.whose else None,
            project_code=row.whose.code if row.whose else row.number,
            project_name=row.whose.name if row.whose else "",
            owner_name=row.whose.owner.name if row.whose else "",
            since=row.drafted_at.date(),
            amount=row.amount,
        )
        for row in rows.where(to_confirm(actor)).order_by(LimitDraft.id).limit(MOST)
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
