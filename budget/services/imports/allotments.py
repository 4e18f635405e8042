"""Allotments by list: drafted by one finance officer, posted by another, all rows or none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from budget.queries.subjects import found_by_code
from budget.rules.imports.fields import Row, Shape
from budget.rules.imports.shapes import ALLOTMENTS
from budget.rules.imports.words import BatchState
from budget.rules.words import OrderState
from budget.services import funds
from budget.services.explaining import Change
from budget.services.funds import DEFAULT_HEADING, Heading
from budget.services.imports.importer import Outcome, in_row, trial, tried
from budget.services.posting import move
from budget.tables.entry import FundsOrder
from budget.tables.imports import ImportBatch, ImportRow
from budget.tables.line import BudgetLine
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor


class Allotments:
    """Lists of allotments."""

    shape: Shape = ALLOTMENTS

    def examine(self, batch: ImportBatch, rows: Iterator[Row], outcome: Outcome, actor: Actor) -> None:
        """Allot every row on what the rows before it leave, and take it all back."""
        total = 0
        read = list(rows)  # before anything is locked
        with trial():
            for row in read:
                tried(outcome, row.number, "", lambda row=row: _allot(row, actor))  # type: ignore[misc]
                total += row["amount"].fen
        outcome.total = Money(total)

    def submit(self, batch: ImportBatch, rows: Iterator[Row], actor: Actor) -> BatchState:
        """Draft an order for every row."""
        for row in rows:
            with in_row(row.number):
                order = _draft(row, actor, batch.document_id)
            ImportRow.create(batch=batch, number=row.number, order=order)
        return BatchState.SUBMITTED

    def post(self, batch: ImportBatch, actor: Actor, request: int) -> None:
        """Post every order of the batch that was not withdrawn."""
        for row in (
            ImportRow.select(ImportRow, FundsOrder)
            .join(FundsOrder)
            .where(ImportRow.batch == batch.id, FundsOrder.state == OrderState.DRAFTED)
            .order_by(ImportRow.number)
        ):
            with in_row(row.number):
                funds.allot(order_id=row.order_id, key=f"import-{batch.id}-{row.number}-allot", actor=actor)


def _draft(row: Row, actor: Actor, document_id: int | None = None) -> FundsOrder:
    whose: dict[str, Any] = found_by_code(row["whose"], "whose")
    return funds.draft_allotment(
        **whose,
        year=row["year"],
        source=row["source"],
        amount=row["amount"],
        document_number=row["document_number"],
        heading=Heading(
            row["functional_code"] or DEFAULT_HEADING.functional_code,
            row["economic_code"] or DEFAULT_HEADING.economic_code,
            row["method"] or DEFAULT_HEADING.method,
        ),
        actor=actor,
        document_id=document_id,
    )


def _allot(row: Row, actor: Actor) -> None:
    order = _draft(row, actor)
    measure, fen, changes, _ = funds.allotment_move(order, order.line)
    move([*changes, Change(BudgetLine, order.line_id, {measure.value: fen})])
