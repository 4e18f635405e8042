"""The imported tables that an actor may see, and what came of their rows."""

from __future__ import annotations

from typing import Any

from budget.rules.imports.words import ImportKind
from budget.tables.contract import Contract
from budget.tables.entry import FundsOrder
from budget.tables.imports import ImportBatch, ImportRow
from budget.tables.payment import PaymentApplication
from budget.tables.reconciliation import BankStatement
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.jobs import Job
from portfolio.foundation.roles import Actor, Role

Query = Any


def batches(actor: Actor) -> Query:
    """The batches in the actor's view: finance and audit see all, others those of their organisation."""
    maker, checker, poster = User.alias(), User.alias(), User.alias()
    query = (
        ImportBatch.select(ImportBatch, Organisation, Document, Job, maker, checker, poster)
        .join(Organisation, on=(ImportBatch.organisation == Organisation.id), attr="organisation")
        .switch(ImportBatch)
        .join(Document, on=(ImportBatch.document == Document.id), attr="document")
        .switch(ImportBatch)
        .left_outer_join(Job, on=(ImportBatch.job == Job.id), attr="job")
        .switch(ImportBatch)
        .join(maker, on=(ImportBatch.made_by == maker.id), attr="made_by")
        .switch(ImportBatch)
        .left_outer_join(checker, on=(ImportBatch.checked_by == checker.id), attr="checked_by")
        .switch(ImportBatch)
        .left_outer_join(poster, on=(ImportBatch.posted_by == poster.id), attr="posted_by")
    )
    if actor.has(Role.FINANCE, Role.AUDITOR):
        return query
    return query.where(
        (ImportBatch.organisation == actor.organisation_id) | (ImportBatch.made_by == actor.user_id)
    )


def batch(batch_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One batch; raises ``NotFound`` for what is not in view; one query."""
    row = batches(actor).where(ImportBatch.id == batch_id).first()
    if row is None:
        raise NotFound(say("没有这个批次（编号 {id}）", id=batch_id))
    return row


def results(batch_id: int) -> Query:
    """What came of the rows of a batch in their order, with the application, order or contract of each."""
    return (
        ImportRow.select(ImportRow, PaymentApplication, FundsOrder, Contract)
        .left_outer_join(
            PaymentApplication, on=(ImportRow.application == PaymentApplication.id), attr="application"
        )
        .switch(ImportRow)
        .left_outer_join(FundsOrder, on=(ImportRow.order == FundsOrder.id), attr="order")
        .switch(ImportRow)
        .left_outer_join(Contract, on=(ImportRow.contract == Contract.id), attr="contract")
        .where(ImportRow.batch == batch_id)
        .order_by(ImportRow.number, ImportRow.id)
    )


def statement_of(batch: ImportBatch) -> BankStatement | None:
    """The statement that a batch brought in, if it is one and did; at most one query."""
    if batch.kind is not ImportKind.STATEMENT:
        return None
    found: BankStatement | None = BankStatement.get_or_none(BankStatement.batch == batch.id)
    return found
