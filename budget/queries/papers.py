"""Papers about money that wait for a second person: drafted, requested or registered by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import Any

from peewee import JOIN, SQL, Value

from budget.queries.desk import in_lists
from budget.queries.records import Query
from budget.rules.words import MID_YEAR, ApplicationState, ContractState, RequestKind, RequestState
from budget.tables.annual_plan import BudgetRequest
from budget.tables.closing import YearClosing
from budget.tables.contract import Contract, DirectCost, Supplement
from budget.tables.counterpart import CounterpartReceipt
from budget.tables.imports import ImportRow
from budget.tables.line import BudgetLine
from budget.tables.payment import WAITING, PaymentApplication
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import fn
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.labelled import Labelled
from portfolio.tables.project import Project, System


class PaperKind(Labelled):
    """What is to be done with a paper."""

    SIGN_CONTRACT = "sign_contract", "签订合同"
    SIGN_SUPPLEMENT = "sign_supplement", "签订补充合同"
    APPROVE_COST = "approve_cost", "审批非合同支出"
    APPLY_AGAIN = "apply_again", "付款申请被退回"
    ASK_AGAIN = "ask_again", "按控制数编报二上"
    SET_CONTROL = "set_control", "下达控制数"
    APPROVE_REQUEST = "approve_request", "批复预算申请"
    CONFIRM_RECEIPT = "confirm_receipt", "核实配套资金到账"
    CLOSE_YEAR = "close_year", "办理年终结转"


_AT = SQL("4")
"""The column that says since when."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: ``id`` is its own, of a closing the year; a system has its name for its ``code``."""

    kind: PaperKind
    id: int
    amount: Money | None
    since: date
    project_id: int | None
    code: str
    name: str
    owner: str
    note: str


def waiting(actor: Actor, most: int) -> list[Paper]:
    """The oldest papers that wait for ``actor``, of a unit its own alone; one query, or none."""
    found = _papers(actor)
    if not found:
        return []
    rows = reduce(add, found).order_by(_AT).limit(most).tuples()
    return [Paper(PaperKind(kind), number, amount, at.date(), *of) for kind, number, amount, at, *of in rows]


def counts(actor: Actor) -> list[Any]:
    """The queries that count them."""
    return [one.select(fn.COUNT(Value(1))) for one in _papers(actor)]


def _papers(actor: Actor) -> list[Query]:
    found: list[Query] = []
    if actor.has(Role.UNIT_FINANCE, Role.CIO):
        found += _to_sign(actor)
    if actor.has(Role.UNIT_FINANCE):
        found += [_refused(actor), _to_ask_again(actor)]
    if actor.has(Role.FINANCE):
        found += [*_to_answer(actor), _to_confirm(actor), _to_close(actor)]
    return found


# --- of a unit ----------------------------------------------------------------------------------------------


def _to_sign(actor: Actor) -> list[Query]:
    """What somebody else of the own unit drafted: contracts, their supplements, costs without a contract.

    Contracts that are signed as a list are left out.
    """
    mine, me = actor.organisation_id, actor.user_id
    contract = _contents(PaperKind.SIGN_CONTRACT, Contract.value, Contract.drafted_at)
    supplement = _contents(PaperKind.SIGN_SUPPLEMENT, Supplement.amount, Supplement.drafted_at)
    cost = _contents(PaperKind.APPROVE_COST, DirectCost.amount, DirectCost.drafted_at)
    return [
        _about(Contract, Contract.select(*contract)).where(
            Contract.organisation == mine,
            Contract.state == ContractState.DRAFT,
            Contract.drafted_by != me,
            Contract.id.not_in(in_lists(ImportRow.contract)),
        ),
        _about(Contract, Supplement.select(*supplement).join(Contract)).where(
            Contract.organisation == mine, Supplement.signed_by.is_null(), Supplement.drafted_by != me
        ),
        _about(DirectCost, DirectCost.select(*cost)).where(
            DirectCost.organisation == mine, DirectCost.approved_by.is_null(), DirectCost.drafted_by != me
        ),
    ]


def _refused(actor: Actor) -> Query:
    """Applications of the own unit that came back, until it applies again for the same."""
    row, later = PaymentApplication, PaymentApplication.alias()
    same = (later.instalment == row.instalment) | (later.direct_cost == row.direct_cost)
    again = later.select(later.id).where(later.id > row.id, same)
    contents = _contents(PaperKind.APPLY_AGAIN, row.amount, row.refused_at, row.refused_reason)
    return _about(BudgetLine, row.select(*contents).join(BudgetLine)).where(
        WAITING,
        row.organisation == actor.organisation_id,
        row.state == ApplicationState.REFUSED,
        ~fn.EXISTS(again),
    )


def _to_ask_again(actor: Actor) -> Query:
    """Requests of the own unit that have their control figure."""
    mine, row = actor.organisation_id, BudgetRequest
    query = _requests(PaperKind.ASK_AGAIN, row.control_figure)
    return query.where(row.state == RequestState.CONTROL, (Project.owner == mine) | (System.owner == mine))


# --- of the finance bureau ----------------------------------------------------------------------------------


def _to_answer(actor: Actor) -> list[Query]:
    """Requests that wait for a control figure, and those that somebody else wants approved."""
    row, approve = BudgetRequest, PaperKind.APPROVE_REQUEST
    first, second = row.state == RequestState.FIRST_UP, row.state == RequestState.SECOND_UP
    by_another = row.requested_by != actor.user_id
    return [
        _requests(PaperKind.SET_CONTROL, row.requested).where(first, row.kind == RequestKind.ROUND),
        _requests(approve, row.second_request).where(second, by_another),
        _requests(approve, row.requested).where(first, row.kind.in_(MID_YEAR), by_another),
    ]


def _to_confirm(actor: Actor) -> Query:
    """Counterpart funds that somebody else registered."""
    row = CounterpartReceipt
    query = row.select(*_contents(PaperKind.CONFIRM_RECEIPT, row.amount, row.recorded_at))
    return _about(row, query).where(
        row.confirmed_by.is_null(), row.cancelled_by.is_null(), row.recorded_by != actor.user_id
    )


def _to_close(actor: Actor) -> Query:
    """The closing of a year that somebody else drafted."""
    row, nothing = YearClosing, Value("")
    contents = (row.drafted_at, SQL("NULL"), row.number, nothing, nothing, nothing)
    query = row.select(Value(PaperKind.CLOSE_YEAR.value), row.year, SQL("NULL"), *contents)
    return query.where(row.posted_by.is_null(), row.drafted_by != actor.user_id)


# --- how they are read --------------------------------------------------------------------------------------


def _contents(kind: PaperKind, amount: Any, at: Any, note: Any = None) -> tuple[Any, ...]:  # noqa: ANN401
    """The columns of a ``Paper``."""
    return (
        Value(kind.value),
        at.model.id,
        amount,
        at,
        Project.id,
        fn.COALESCE(Project.code, System.name),
        fn.COALESCE(Project.name, ""),
        fn.COALESCE(Organisation.name, ""),
        Value("") if note is None else note,
    )


def _requests(kind: PaperKind, amount: Any) -> Query:  # noqa: ANN401 - a Peewee field
    contents = _contents(kind, amount, BudgetRequest.requested_at)
    return _about(BudgetRequest, BudgetRequest.select(*contents))


def _about(table: Any, query: Query) -> Query:  # noqa: ANN401 - a Peewee table
    """With the project or system that a row of ``table`` is about, and its owner."""
    system = getattr(table, "system", Value(None))
    owner = fn.COALESCE(Project.owner, System.owner)
    return (
        query.join_from(table, Project, JOIN.LEFT_OUTER, on=(Project.id == table.project))
        .join_from(table, System, JOIN.LEFT_OUTER, on=(System.id == system))
        .join_from(table, Organisation, JOIN.LEFT_OUTER, on=(Organisation.id == owner))
    )
