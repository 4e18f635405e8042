"""What waits at the money desk: applications, orders, lists, statements, limits, and papers of both sides."""

from __future__ import annotations

from datetime import date
from typing import Any

from budget.queries import desk, papers
from budget.queries.limit_drafts import to_confirm
from budget.queries.papers import Paper, PaperKind
from budget.rules.imports.words import SENDERS
from budget.rules.reconciling import StatementState
from budget.rules.words import ApplicationState
from budget.tables.contract import Contract
from budget.tables.entry import FundsOrder
from budget.tables.imports import ImportBatch
from budget.tables.limit_draft import LimitDraft
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from budget.tables.reconciliation import BankStatement
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import fn
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import Actor, Role
from portfolio.tables.project import Project
from reports.queries.waiting.task import MOST, Place, Task

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


_OF_LISTS = {role for roles in SENDERS.values() for role in roles} | {Role.CIO}
"""Whoever may send a list of any kind, or sign one."""


def tasks(actor: Actor) -> list[Task]:
    """The oldest ``MOST`` of each kind; six queries at most."""
    found = [_paper(one) for one in papers.waiting(actor, MOST)]
    if actor.has(*_OF_LISTS):
        found += _lists(actor)
    if actor.has(Role.FINANCE):
        found += _applications(actor) + _orders(actor) + _statements(actor) + _limits(actor)
    return found


def counts(actor: Actor) -> list[Any]:
    """The queries that count it."""
    found = papers.counts(actor)
    if actor.has(*_OF_LISTS):
        found.append(_count(ImportBatch, _my_lists(actor)))
    if actor.has(Role.FINANCE):
        found += [
            _count(PaymentApplication, desk.to_handle(actor)),
            _count(FundsOrder, desk.to_post(actor)),
            _count(BankStatement, _my_statements(actor)),
            _count(LimitDraft, to_confirm(actor)),
        ]
    return found


def _count(table: Any, mine: Any) -> Any:  # noqa: ANN401 - a Peewee table, condition and query
    return table.select(fn.COUNT(table.id)).where(mine)


def _my_lists(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on batches
    mine = desk.lists_to_send(actor)
    if actor.has(Role.UNIT_FINANCE, Role.CIO):
        mine |= desk.contracts_to_sign(actor)
    if actor.has(Role.FINANCE):
        mine |= desk.lists_to_handle(actor)
    return mine


def _my_statements(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on statements
    return desk.statements_to_submit(actor) | desk.statements_to_confirm(actor)


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
    """Lists that the actor has not submitted yet, and those that another has; one query."""
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
            since=(row.checked_at or row.submitted_at or row.made_at).date(),
            amount=row.total,
        )
        for row in lists.where(_my_lists(actor)).order_by(ImportBatch.id).limit(MOST)
    ]


def _statements(actor: Actor) -> list[Task]:
    """Statements of a month to be worked off, and those that another has submitted; one query."""
    rows = BankStatement.select(BankStatement, User).join(User, on=BankStatement.made_by)
    return [
        Task(
            what=_about_statement(row),
            verb=say("办理"),
            place=Place.STATEMENT,
            code=str(row.id),
            project_id=None,
            project_code="",
            project_name="",
            owner_name=row.made_by.name,
            since=(row.submitted_at or row.made_at).date(),
            note="" if row.state is StatementState.SUBMITTED else row.reason,
        )
        for row in rows.where(_my_statements(actor)).order_by(BankStatement.id).limit(MOST)
    ]


def _about_statement(row: BankStatement) -> Message:
    month, method = f"{row.year}-{row.month:02d}", row.method
    if row.state is StatementState.OPEN:
        return say("核对{month}{method}对账单", month=month, method=method)
    return say("复核{month}{method}调节表", month=month, method=method)


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
