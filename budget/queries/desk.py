"""What lies on the desks of those who handle money, each seeing what is theirs: units their own alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budget.rules.imports.words import WAITS_FOR_SENDER, BatchState, ImportKind
from budget.rules.reconciling import StatementState
from budget.rules.words import ApplicationState, ContractState, EntryKind, OrderState
from budget.tables.contract import Contract
from budget.tables.entry import FundsOrder
from budget.tables.imports import ImportBatch, ImportRow
from budget.tables.line import BudgetLine
from budget.tables.payment import WAITING, PaymentApplication
from budget.tables.reconciliation import BankStatement
from portfolio.foundation.money import Money
from portfolio.foundation.roles import SEES_EVERYTHING, Actor, Role
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Participant, Project, System


@dataclass(frozen=True, slots=True)
class Application:
    """An application for payment, and who may not post it: whoever applied or checked."""

    id: int
    organisation_id: int
    line_id: int
    amount: Money
    state: ApplicationState
    applied_by: int
    checked_by: int | None
    version: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order that waits for another officer."""

    id: int
    kind: EntryKind
    line_id: int
    amount: Money
    drafted_by: int


@dataclass(frozen=True, slots=True)
class Line:
    """A budget line as a list shows it."""

    id: int
    project_id: int | None
    system_id: int | None
    year: int
    source: FundingSource
    document_number: str
    carried_in: Money
    allotted: Money
    released: Money
    committed: Money
    paid: Money


def applications(actor: Actor, state: ApplicationState | None = None) -> list[Application]:
    """The applications in the actor's view, oldest first; one query."""
    query = PaymentApplication.select().order_by(PaymentApplication.id)
    if not actor.has(*SEES_EVERYTHING):
        query = query.where(PaymentApplication.organisation == actor.organisation_id)
    if state is not None:
        query = query.where(PaymentApplication.state == state)
    return [
        Application(
            row.id,
            row.organisation_id,
            row.line_id,
            row.amount,
            row.state,
            row.applied_by_id,
            row.checked_by_id,
            row.version,
        )
        for row in query
    ]


def orders(actor: Actor) -> list[Order]:
    """The orders that wait to be posted, for finance officers alone; one query."""
    actor.require(Role.FINANCE, Role.AUDITOR)
    query = FundsOrder.select().where(FundsOrder.state == OrderState.DRAFTED).order_by(FundsOrder.id)
    return [Order(row.id, row.kind, row.line_id, row.amount, row.drafted_by_id) for row in query]


_UNDER_WAY = (BatchState.SUBMITTED, BatchState.CHECKED)


def to_handle(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on applications
    """The applications that this finance officer may check or post: whoever applied or checked may not.

    Those that are dealt with as a list are left out.
    """
    checked_by = PaymentApplication.checked_by
    return (
        WAITING
        & PaymentApplication.state.in_([ApplicationState.APPLIED, ApplicationState.CHECKED])
        & (PaymentApplication.applied_by != actor.user_id)
        & (checked_by.is_null() | (checked_by != actor.user_id))
        & PaymentApplication.id.not_in(in_lists(ImportRow.application))
    )


def to_post(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on orders
    """The orders that this finance officer may post: those that another has drafted, outside of lists."""
    drafted = (FundsOrder.state == OrderState.DRAFTED) & (FundsOrder.drafted_by != actor.user_id)
    return drafted & FundsOrder.id.not_in(in_lists(ImportRow.order))


def lists_to_handle(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on batches
    """The lists of payments and allotments that this officer may check or post."""
    return (
        ImportBatch.state.in_(_UNDER_WAY)
        & ImportBatch.kind.in_((ImportKind.PAYMENTS, ImportKind.ALLOTMENTS))
        & (ImportBatch.made_by != actor.user_id)
        & (ImportBatch.checked_by.is_null() | (ImportBatch.checked_by != actor.user_id))
    )


def contracts_to_sign(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on batches
    """The lists of contracts that somebody else of the own unit has drafted."""
    return (
        (ImportBatch.state == BatchState.SUBMITTED)
        & (ImportBatch.kind == ImportKind.CONTRACTS)
        & (ImportBatch.organisation == actor.organisation_id)
        & (ImportBatch.made_by != actor.user_id)
    )


def lists_to_send(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on batches
    """The actor's own lists whose columns are to be named, or that are without an error and not submitted."""
    return ImportBatch.state.in_(WAITS_FOR_SENDER) & (ImportBatch.made_by == actor.user_id)


def statements_to_confirm(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on statements
    """The statements that this officer may confirm: those that another has submitted."""
    return (BankStatement.state == StatementState.SUBMITTED) & (BankStatement.made_by != actor.user_id)


def statements_to_submit(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on statements
    """The actor's own statements that are to be worked off, those sent back among them."""
    return (BankStatement.state == StatementState.OPEN) & (BankStatement.made_by == actor.user_id)


def in_lists(column: Any) -> Any:  # noqa: ANN401 - a Peewee field and a query
    """What belongs to lists that wait for an officer."""
    return (
        ImportRow.select(column)
        .join(ImportBatch)
        .where(ImportBatch.state.in_(_UNDER_WAY), column.is_null(False))
    )


def lines(actor: Actor, *, year: int | None = None) -> list[Line]:
    """The budget lines in the actor's view, by year, newest first; one query."""
    query = BudgetLine.select().order_by(BudgetLine.year.desc(), BudgetLine.id)
    if not actor.has(*SEES_EVERYTHING):
        query = query.where(of_organisation(actor.organisation_id))
    if year is not None:
        query = query.where(BudgetLine.year == year)
    return [
        Line(
            row.id,
            row.project_id,
            row.system_id,
            row.year,
            row.source,
            row.document_number,
            row.carried_in,
            row.allotted,
            row.released,
            row.committed,
            row.paid,
        )
        for row in query
    ]


def contracts(actor: Actor, state: ContractState | None = None) -> list[Contract]:
    """The contracts in the actor's view, newest first; one query."""
    query = Contract.select().order_by(Contract.id.desc())
    if not actor.has(*SEES_EVERYTHING):
        query = query.where(Contract.organisation == actor.organisation_id)
    if state is not None:
        query = query.where(Contract.state == state)
    return list(query)


def of_organisation(organisation_id: int) -> Any:  # noqa: ANN401 - a Peewee condition
    """Whether a line's project or system belongs to an organisation, or the organisation takes part in it."""
    owned = Project.select(Project.id).where(Project.owner == organisation_id)
    joined = Participant.select(Participant.project).where(Participant.organisation == organisation_id)
    systems = System.select(System.id).where(System.owner == organisation_id)
    return BudgetLine.project.in_(owned) | BudgetLine.project.in_(joined) | BudgetLine.system.in_(systems)
