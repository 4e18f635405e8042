"""What pages of orders show beside the order: its move, its other line, where money could go."""

from __future__ import annotations

from typing import Any

from budget.queries import records
from budget.tables.line import BudgetLine
from budget.tables.movement import Movement
from portfolio.foundation.roles import Actor

MOST_OFFERED = 500


def movement_of(order_id: int) -> Any | None:  # noqa: ANN401 - a Peewee row
    """The move of an order, where it has one; one query."""
    return Movement.get_or_none(Movement.order == order_id)


def counter_lines(line: Any, actor: Actor) -> list[Any]:  # noqa: ANN401 - Peewee rows
    """The other lines of the same year and source, those of the same project first; one query."""
    same = BudgetLine.project == line.project_id if line.project_id else BudgetLine.system == line.system_id
    query = records.lines(actor).where(
        BudgetLine.year == line.year, BudgetLine.source == line.source, BudgetLine.id != line.id
    )
    own_first = same.desc(nulls="LAST")
    return list(query.order_by(own_first, BudgetLine.id).limit(MOST_OFFERED))
