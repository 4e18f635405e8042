"""The records of money that an actor may see, one by one and as queries for lists, with all that they name.

Units see what is their own, the authorities everything; what is not in view is not there (``NotFound``).
Each query brings the names along, so that a list costs one query however long it is.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from budget.queries.desk import of_organisation
from budget.queries.funds import as_money
from budget.rules.ledger import ORDERED
from budget.rules.words import ApplicationState, Measure
from budget.tables.contract import Contract, DirectCost, Instalment, Supplement, Supplier
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import fn
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Message, NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import SEES_EVERYTHING, Actor, Role
from portfolio.tables.project import Participant, Project, System

Query = Any
"""A Peewee query; its rows have the named things attached."""


def in_year(column: Any, year: int) -> Any:  # noqa: ANN401 - Peewee's
    """Whether a day lies in a year."""
    return column.between(date(year, 1, 1), date(year, 12, 31))


# --- lines and their entries --------------------------------------------------------------------------------


def lines(actor: Actor) -> Query:
    """The budget lines in the actor's view, each with its project or system."""
    query = (
        BudgetLine.select(BudgetLine, Project, System)
        .left_outer_join(Project, on=(BudgetLine.project == Project.id))
        .switch(BudgetLine)
        .left_outer_join(System, on=(BudgetLine.system == System.id))
    )
    return query if actor.has(*SEES_EVERYTHING) else query.where(of_organisation(actor.organisation_id))


def line(line_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One line; raises ``NotFound``; one query."""
    return _one(
        lines(actor).where(BudgetLine.id == line_id), say("没有这项预算指标（编号 {id}）", id=line_id)
    )


def entries(line_id: int) -> Query:
    """The entries of a line with the people who made them and what they are about."""
    return _told().where(Entry.line == line_id)


def voucher(entry_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One entry with everything that its voucher says, if its line is in the actor's view."""
    row = entry(entry_id, actor)
    told = _told().where(Entry.id == entry_id).get()
    told.line = row.line
    houses = {
        house.id: house
        for house in Organisation.select().where(
            Organisation.id.in_({one.organisation_id for one in (told.maker, told.checker, told.posted_by)})
        )
    }
    for one in (told.maker, told.checker, told.posted_by):
        one.organisation = houses[one.organisation_id]
    told.order = _order_of(told) if told.kind in ORDERED else None
    return told


def _order_of(told: Any) -> Any | None:  # noqa: ANN401 - a Peewee row
    """The order that an entry carried out, with its paper; of a virement, both entries carried out one."""
    first = Entry.alias()
    both = (
        (FundsOrder.counter_line == told.line_id)
        & (FundsOrder.line == told.counter_line_id)
        & (first.request == told.request_id)
    )
    return (
        FundsOrder.select(FundsOrder, Document)
        .join(first, on=(FundsOrder.entry == first.id))
        .switch(FundsOrder)
        .left_outer_join(Document, on=(FundsOrder.document == Document.id), attr="document")
        .where((FundsOrder.entry == told.id) | both)
        .first()
    )


def _told() -> Query:
    maker, checker, poster = User.alias(), User.alias(), User.alias()
    undone = Entry.alias()
    return (
        Entry.select(Entry, maker, checker, poster, Contract, undone.number.alias("undoes"))
        .join(maker, on=(Entry.maker == maker.id), attr="maker")
        .switch(Entry)
        .join(checker, on=(Entry.checker == checker.id), attr="checker")
        .switch(Entry)
        .join(poster, on=(Entry.posted_by == poster.id), attr="posted_by")
        .switch(Entry)
        .left_outer_join(Contract, on=(Entry.contract == Contract.id), attr="contract")
        .switch(Entry)
        .left_outer_join(
            undone, on=((Entry.corrects == undone.id) | (Entry.refund_of == undone.id)), attr="about"
        )
    )


def entry(entry_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One entry, if its line is in the actor's view; two queries."""
    row = Entry.get_or_none(Entry.id == entry_id)
    if row is None:
        raise NotFound(say("没有这笔凭证（编号 {id}）", id=entry_id))
    row.line = line(row.line_id, actor)
    return row


# --- orders -------------------------------------------------------------------------------------------------


def orders(actor: Actor) -> Query:
    """The orders to move money, with line, project and the people; for finance officers and auditors."""
    actor.require(Role.FINANCE, Role.AUDITOR)
    drafter, poster = User.alias(), User.alias()
    return (
        FundsOrder.select(FundsOrder, BudgetLine, Project, System, drafter, poster, Entry, Document)
        .join(BudgetLine, on=(FundsOrder.line == BudgetLine.id), attr="line")
        .left_outer_join(Project, on=(BudgetLine.project == Project.id))
        .switch(BudgetLine)
        .left_outer_join(System, on=(BudgetLine.system == System.id))
        .switch(FundsOrder)
        .join(drafter, on=(FundsOrder.drafted_by == drafter.id), attr="drafted_by")
        .switch(FundsOrder)
        .left_outer_join(poster, on=(FundsOrder.posted_by == poster.id), attr="posted_by")
        .switch(FundsOrder)
        .left_outer_join(Entry, on=(FundsOrder.corrects == Entry.id), attr="corrects")
        .switch(FundsOrder)
        .left_outer_join(Document, on=(FundsOrder.document == Document.id), attr="document")
    )


def order(order_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One order; raises ``NotFound``; one query."""
    return _one(orders(actor).where(FundsOrder.id == order_id), say("没有这项指令（编号 {id}）", id=order_id))


# --- contracts and costs ------------------------------------------------------------------------------------


def contracts(actor: Actor) -> Query:
    """The contracts in the actor's view, with project or system, unit, supplier and people."""
    drafter, signer = User.alias(), User.alias()
    query = (
        Contract.select(Contract, Project, System, Organisation, Supplier, Document, drafter, signer)
        .left_outer_join(Project, on=(Contract.project == Project.id))
        .switch(Contract)
        .left_outer_join(System, on=(Contract.system == System.id))
        .switch(Contract)
        .join(Organisation, on=(Contract.organisation == Organisation.id))
        .switch(Contract)
        .join(Supplier, on=(Contract.supplier == Supplier.id))
        .switch(Contract)
        .left_outer_join(Document, on=(Contract.document == Document.id))
        .switch(Contract)
        .join(drafter, on=(Contract.drafted_by == drafter.id), attr="drafted_by")
        .switch(Contract)
        .left_outer_join(signer, on=(Contract.signed_by == signer.id), attr="signed_by")
    )
    return _own(query, actor, Contract.organisation)


def suppliers(actor: Actor) -> Query:
    """Every supplier, with how many signed contracts the actor sees, what they come to, what is paid."""
    seen = _own(Contract.select(Contract.id), actor, Contract.organisation)
    ours = (Contract.supplier == Supplier.id) & Contract.id.in_(seen) & Contract.signed_by.is_null(False)
    due = fn.COALESCE(Contract.settled_value, Contract.value)
    return (
        Supplier.select(
            Supplier,
            fn.COUNT(Contract.id).alias("contracts"),
            fn.SUM(due).converter(as_money).alias("value"),
            fn.SUM(Contract.paid).converter(as_money).alias("paid"),
        )
        .left_outer_join(Contract, on=ours)
        .group_by(Supplier.id)
    )


def supplier(supplier_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One supplier with the same figures; raises ``NotFound``; one query."""
    return _one(
        suppliers(actor).where(Supplier.id == supplier_id), say("没有这家供应商（编号 {id}）", id=supplier_id)
    )


def paid_to(supplier_id: int, actor: Actor) -> Query:
    """What moved the paid total on a supplier's contracts in the actor's view, the newest first."""
    query = (
        Entry.select(Entry, Contract, BudgetLine)
        .join(Contract, on=(Entry.contract == Contract.id))
        .switch(Entry)
        .join(BudgetLine, on=(Entry.line == BudgetLine.id))
        .where(Contract.supplier == supplier_id, Entry.measure == Measure.PAID)
        .order_by(Entry.id.desc())
    )
    return _own(query, actor, Contract.organisation)


def contract(contract_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One contract; raises ``NotFound``; one query."""
    return _one(
        contracts(actor).where(Contract.id == contract_id), say("没有这份合同（编号 {id}）", id=contract_id)
    )


def instalments(contract_id: int) -> list[Any]:
    """The instalments of a contract, in order; one query."""
    return list(Instalment.select().where(Instalment.contract == contract_id).order_by(Instalment.number))


def instalment(instalment_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One instalment with its contract, if that is in the actor's view; two queries."""
    row = Instalment.get_or_none(Instalment.id == instalment_id)
    if row is None:
        raise NotFound(say("没有这期付款（编号 {id}）", id=instalment_id))
    row.contract = contract(row.contract_id, actor)
    return row


def supplements(contract_id: int) -> list[Any]:
    """The supplements of a contract with the people, in order; one query."""
    drafter, signer = User.alias(), User.alias()
    return list(
        Supplement.select(Supplement, Document, drafter, signer)
        .left_outer_join(Document, on=(Supplement.document == Document.id))
        .switch(Supplement)
        .join(drafter, on=(Supplement.drafted_by == drafter.id), attr="drafted_by")
        .switch(Supplement)
        .left_outer_join(signer, on=(Supplement.signed_by == signer.id), attr="signed_by")
        .where(Supplement.contract == contract_id)
        .order_by(Supplement.number)
    )


def supplement(supplement_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One supplement with its contract, if that is in the actor's view; two queries."""
    row = Supplement.get_or_none(Supplement.id == supplement_id)
    if row is None:
        raise NotFound(say("没有这份补充合同（编号 {id}）", id=supplement_id))
    row.contract = contract(row.contract_id, actor)
    return row


def costs(actor: Actor) -> Query:
    """The costs without a contract in the actor's view, with project or system, unit and people."""
    drafter, approver = User.alias(), User.alias()
    query = (
        DirectCost.select(DirectCost, BudgetLine, Project, System, Organisation, Document, drafter, approver)
        .join(BudgetLine, on=(DirectCost.line == BudgetLine.id))
        .switch(DirectCost)
        .left_outer_join(Project, on=(DirectCost.project == Project.id))
        .switch(DirectCost)
        .left_outer_join(System, on=(DirectCost.system == System.id))
        .switch(DirectCost)
        .join(Organisation, on=(DirectCost.organisation == Organisation.id))
        .switch(DirectCost)
        .left_outer_join(Document, on=(DirectCost.document == Document.id))
        .switch(DirectCost)
        .join(drafter, on=(DirectCost.drafted_by == drafter.id), attr="drafted_by")
        .switch(DirectCost)
        .left_outer_join(approver, on=(DirectCost.approved_by == approver.id), attr="approved_by")
    )
    return _own(query, actor, DirectCost.organisation)


def cost(cost_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One cost; raises ``NotFound``; one query."""
    return _one(
        costs(actor).where(DirectCost.id == cost_id), say("没有这项非合同支出（编号 {id}）", id=cost_id)
    )


# --- payments -----------------------------------------------------------------------------------------------


def waiting(*about: Any) -> Money:  # noqa: ANN401 - Peewee conditions
    """What is applied for and neither paid nor sent back 在途申请, of what ``about`` says; one query."""
    states = (ApplicationState.APPLIED, ApplicationState.CHECKED)
    asked = PaymentApplication.select(fn.SUM(PaymentApplication.amount))
    return as_money(asked.where(PaymentApplication.state.in_(states), *about).scalar())


def applications(actor: Actor) -> Query:
    """The applications for payment in the actor's view, with line, what they pay, and unit."""
    query = (
        PaymentApplication.select(
            PaymentApplication,
            Organisation,
            BudgetLine,
            Project,
            System,
            Instalment,
            Contract,
            Supplier,
            DirectCost,
        )
        .join(Organisation, on=(PaymentApplication.organisation == Organisation.id))
        .switch(PaymentApplication)
        .join(BudgetLine, on=(PaymentApplication.line == BudgetLine.id))
        .left_outer_join(Project, on=(BudgetLine.project == Project.id))
        .switch(BudgetLine)
        .left_outer_join(System, on=(BudgetLine.system == System.id))
        .switch(PaymentApplication)
        .left_outer_join(Instalment, on=(PaymentApplication.instalment == Instalment.id))
        .left_outer_join(Contract, on=(Instalment.contract == Contract.id))
        .left_outer_join(Supplier, on=(Contract.supplier == Supplier.id))
        .switch(PaymentApplication)
        .left_outer_join(DirectCost, on=(PaymentApplication.direct_cost == DirectCost.id))
    )
    return _own(query, actor, PaymentApplication.organisation)


def application(application_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One application with its people and papers; raises ``NotFound``; two queries."""
    invoice, acceptance = Document.alias(), Document.alias()
    query = (
        applications(actor)
        .select_extend(*invoice.get_field_aliases(), *acceptance.get_field_aliases())
        .switch(PaymentApplication)
        .join(invoice, on=(PaymentApplication.invoice == invoice.id), attr="invoice")
        .switch(PaymentApplication)
        .left_outer_join(acceptance, on=(PaymentApplication.acceptance == acceptance.id), attr="acceptance")
        .where(PaymentApplication.id == application_id)
    )
    row = _one(query, say("没有这项付款申请（编号 {id}）", id=application_id))
    steps = ("applied_by", "checked_by", "posted_by", "refused_by")
    ids = {getattr(row, f"{step}_id") for step in steps} - {None}
    people = {one.id: one for one in User.select().where(User.id.in_(ids))}
    for step in steps:
        if getattr(row, f"{step}_id") is not None:
            setattr(row, step, people[getattr(row, f"{step}_id")])
    return row


# --- whose --------------------------------------------------------------------------------------------------


def project(project_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One project whose money is in the actor's view; raises ``NotFound``; one query."""
    query = Project.select().where(Project.id == project_id)
    if not actor.has(*SEES_EVERYTHING):
        query = query.where(_takes_part(actor))
    return _one(query, say("没有这个项目（编号 {id}）", id=project_id))


def own_projects(actor: Actor) -> list[Project]:
    """The projects that the actor's unit owns or takes part in, by code; one query."""
    query = Project.select(Project.id, Project.code, Project.name).where(_takes_part(actor))
    return list(query.order_by(Project.code))


def _takes_part(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition
    joined = Participant.select(Participant.project).where(Participant.organisation == actor.organisation_id)
    return (Project.owner == actor.organisation_id) | Project.id.in_(joined)


def own_systems(actor: Actor) -> list[System]:
    """The systems of the actor's unit, by code; one query."""
    return list(System.select().where(System.owner == actor.organisation_id).order_by(System.code))


def _own(query: Query, actor: Actor, organisation: Any) -> Query:  # noqa: ANN401 - a Peewee column
    return query if actor.has(*SEES_EVERYTHING) else query.where(organisation == actor.organisation_id)


def _one(query: Query, missing: Message) -> Any:  # noqa: ANN401 - a Peewee row
    row = query.first()
    if row is None:
        raise NotFound(missing)
    return row
