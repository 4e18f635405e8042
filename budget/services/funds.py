"""Allotment 指标下达 and release 用款计划: drafted by one finance officer, posted by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from budget.queries import annual_plan as plan_queries
from budget.queries.subjects import Subject, subject
from budget.rules.accounts import Act
from budget.rules.amounts import positive, written, year_of_account
from budget.rules.opening import INHERITED_RULE, before_finding, opening_findings
from budget.rules.plan import planned_finding
from budget.rules.sources import fiscal_level
from budget.rules.words import EntryKind, Measure, PaymentMethod
from budget.services.books import books
from budget.services.companions import About, companions
from budget.services.orders import Move, carry_out, draft_order
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.project_account import ProjectAccount
from portfolio.foundation import clock, rulebook
from portfolio.foundation.db import get
from portfolio.foundation.errors import Finding, InsufficientFunds, Invalid, Refused, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource, Route
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class Heading:
    """How a line is entered in the budget: 功能科目, 经济科目, and how the treasury pays."""

    functional_code: str = "2010399"
    economic_code: str = "31002"
    method: PaymentMethod = PaymentMethod.DIRECT


DEFAULT_HEADING = Heading()


def draft_allotment(
    *,
    year: int,
    source: FundingSource,
    amount: Money,
    document_number: str,
    actor: Actor,
    project_id: int | None = None,
    system_id: int | None = None,
    heading: Heading = DEFAULT_HEADING,
    document_id: int | None = None,
    opening: bool = False,
) -> FundsOrder:
    """Draft an allotment to a project or system, by the document 指标文号; its line is made if need be.

    The line is the one of this year, source and heading; it holds nothing until ``allot``.  An ``opening``
    allotment is what an inherited project had been given before the system: no annual plan of here holds it.
    Raises ``Refused`` (M34) for an opening of any other project.
    """
    actor.require(Role.FINANCE)
    year_of_account(year)
    positive(amount)
    document = written(document_number, "document_number")
    if not source.fiscal:
        raise Invalid({"source": say("“{source}”不是财政资金，不下达指标", source=source.label)})
    with books():
        if opening:
            refuse_unless(_opening_findings(project_id, year))
        line = _line(subject(project_id, system_id), year, source, heading, document)
        return draft_order(
            kind=EntryKind.OPENING if opening else EntryKind.ALLOT,
            line_id=line.id,
            amount=amount,
            document_number=document,
            note="",
            actor=actor,
            document_id=document_id,
        )


def allot(*, order_id: int, key: str, actor: Actor, effective_on: date | None = None) -> Entry:
    """Post a drafted allotment, or an opening one, which takes effect before its project was taken in.

    Raises ``InsufficientFunds`` when the ceiling of the year, the estimate (or, before it is fixed, the
    preparatory limit, R08) or the annual plan would be passed; ``Refused`` for the account's state.
    """
    day = effective_on or clock.today()

    def moves(order: Any, line: Any) -> Move:  # noqa: ANN401 - Peewee rows
        move = allotment_move(order, line)
        if order.kind is EntryKind.OPENING:
            opened = ProjectAccount.get(ProjectAccount.project == line.project_id).opened_at
            refuse_unless([before_finding(day, opened.date())])
        return move

    return carry_out(
        order_id=order_id,
        kinds=frozenset({EntryKind.OPENING, EntryKind.ALLOT}),
        key=key,
        effective_on=effective_on,
        actor=actor,
        moves=moves,
    )


def draft_release(
    *,
    line_id: int,
    amount: Money,
    actor: Actor,
    document_number: str = "",
    document_id: int | None = None,
) -> FundsOrder:
    """Draft a release of a line's money for payment 用款计划（授权额度）."""
    actor.require(Role.FINANCE)
    with books():
        get(BudgetLine, line_id, say("预算指标"))
        return draft_order(
            kind=EntryKind.RELEASE,
            line_id=line_id,
            amount=amount,
            document_number=document_number,
            note="",
            actor=actor,
            document_id=document_id,
        )


def release(*, order_id: int, key: str, actor: Actor, effective_on: date | None = None) -> Entry:
    """Post a drafted release; raises ``InsufficientFunds`` when the line holds less."""
    return carry_out(
        order_id=order_id,
        kinds=frozenset({EntryKind.RELEASE}),
        key=key,
        effective_on=effective_on,
        actor=actor,
        moves=_release,
    )


def allotment_move(order: Any, line: Any) -> Move:  # noqa: ANN401 - Peewee rows
    """What posting an allotment moves; raises ``InsufficientFunds`` when the annual plan would be passed."""
    fen = order.amount.fen
    refusal = Refused if order.kind is EntryKind.OPENING else InsufficientFunds
    refuse_unless(allotment_findings(order, line), refusal)
    changes = companions(line, Measure.ALLOTTED, fen, Act.ALLOT, About())
    return Measure.ALLOTTED, fen, changes, {}


def _release(order: Any, line: Any) -> Move:  # noqa: ANN401
    fen = order.amount.fen
    return Measure.RELEASED, fen, companions(line, Measure.RELEASED, fen, Act.RELEASE, About()), {}


def allotment_findings(order: Any, line: Any, *, lock: bool = True) -> list[Finding]:  # noqa: ANN401
    """How an allotment stands to what warrants it: the annual plan, or the record of an inherited project."""
    if order.kind is EntryKind.OPENING:
        return _opening_findings(line.project_id, line.year)
    return plan_findings(line, order.amount, lock=lock)


def _opening_findings(project_id: int | None, year: int) -> list[Finding]:
    confirmed = (
        ProjectAccount.select()
        .join(Project)
        .where(ProjectAccount.project == project_id, Project.route == Route.INHERITED)
    )
    return opening_findings(
        inherited=confirmed.exists(),
        open_now=rulebook.of_today().rule(INHERITED_RULE) is not None,
        year=year,
        this_year=clock.fiscal_year(clock.today()),
    )


def plan_findings(line: Any, amount: Money, *, lock: bool = True) -> list[Finding]:  # noqa: ANN401
    """How new money of a project whose estimate is fixed stands to the annual plan; its row is locked."""
    if line.project_id is None:
        return []  # operation is in the department's budget, not in the investment plan
    account = ProjectAccount.get_or_none(ProjectAccount.project == line.project_id)
    if account is None or account.cap is None:
        return []
    planned, allotted = plan_queries.planned_and_allotted(line.project_id, line.year, line.source, lock=lock)
    return [planned_finding(line.year, line.source, planned, allotted, amount)]


def _line(whose: Subject, year: int, source: FundingSource, heading: Heading, document: str) -> BudgetLine:
    keys = {
        "year": year,
        "source": source,
        "functional_code": written(heading.functional_code, "functional_code"),
        "economic_code": written(heading.economic_code, "economic_code"),
        "method": heading.method,
    }
    BudgetLine.insert(
        **whose.keys, **keys, level=fiscal_level(source), document_number=document
    ).on_conflict_ignore().execute()
    mine = (
        BudgetLine.project == whose.project_id
        if whose.project_id is not None
        else BudgetLine.system == whose.system_id
    )
    matches = [getattr(BudgetLine, name) == value for name, value in keys.items()]
    line: BudgetLine = BudgetLine.get(mine, *matches)
    return line
