"""What a move does to the totals of a line, shown before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from budget.rules.words import Measure
from portfolio.foundation.money import Money

SHOWN = (Measure.CARRIED_IN, Measure.ALLOTTED, Measure.RELEASED, Measure.COMMITTED, Measure.PAID)


@dataclass(frozen=True, slots=True)
class Effect:
    """One total of a line, before and after; ``moved`` is the difference."""

    measure: Measure
    before: Money
    moved: Money

    @property
    def after(self) -> Money:
        """What the total comes to."""
        return self.before + self.moved


def effects(totals: Mapping[Measure, Money], moved: Measure, amount: Money) -> list[Effect]:
    """The totals of a line as they are and as they would be when ``moved`` changes by ``amount``."""
    shown = [*SHOWN, *([moved] if moved not in SHOWN else [])]
    return [Effect(measure, totals[measure], amount if measure is moved else Money.ZERO) for measure in shown]
