"""Realised investment 完成投资: work done and goods delivered, valued at what was approved and contracted."""

from __future__ import annotations

from collections.abc import Mapping

from budget.rules.words import ProgrammeSource
from portfolio.foundation.money import Money

WHOLE = 100
Amounts = Mapping[ProgrammeSource, Money]


def work_done(percent: int, approved: Amounts, committed: Amounts) -> dict[ProgrammeSource, Money]:
    """What a project has realised in all, by source, when so many per cent of it are done.

    It is that part of the approved investment.  Government money is spent by contract alone, so no more of
    it is realised than is contracted, and exactly that once the whole is done.
    """
    done: dict[ProgrammeSource, Money] = {}
    for source in ProgrammeSource:
        planned, bound = approved.get(source, Money.ZERO), committed.get(source, Money.ZERO)
        if source is not ProgrammeSource.GOVERNMENT:
            amount = planned.share(percent, WHOLE)
        elif percent >= WHOLE:
            amount = bound
        else:
            amount = min((planned or bound).share(percent, WHOLE), bound)
        if amount:
            done[source] = amount
    return done
