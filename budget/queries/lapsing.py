"""The surplus 结余 of finished projects, which is to be given back to the treasury (R15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budget.rules.words import Measure
from budget.tables.line import BudgetLine
from portfolio.foundation.money import Money


@dataclass(frozen=True, slots=True)
class Surplus:
    """What of a line is neither committed nor carried on: payment quota first, then the money itself."""

    line: Any
    measure: Measure
    amount: Money


def surplus_of(line: Any, measure: Measure) -> Money | None:  # noqa: ANN401 - a Peewee row
    """What of a measure may be taken back; ``None`` when nothing may."""
    free = line.carried_in + line.allotted - line.carried_out - max(line.committed, line.released)
    open_quota = line.released - max(line.committed, line.paid)
    amounts = {
        Measure.RELEASED: open_quota,
        Measure.CARRIED_IN: min(free, line.carried_in),
        Measure.ALLOTTED: min(free, line.allotted),
    }
    found = amounts.get(measure, Money.ZERO)
    return found if found > Money.ZERO else None


def surpluses(lines: list[BudgetLine]) -> list[Surplus]:
    """What to take back of each line of a finished project, in the order in which it can be done."""
    found = []
    for line in lines:
        for measure in (Measure.RELEASED, Measure.CARRIED_IN, Measure.ALLOTTED):
            amount = surplus_of(line, measure)
            if amount is not None:
                found.append(Surplus(line, measure, amount))
    return found
