"""The daily anchor of the ledger: the head of every line's chain that moved, fixed beyond the lines."""

from __future__ import annotations

from datetime import date

from budget.queries.verification import heads
from budget.tables.entry import Entry
from portfolio.foundation import anchors
from portfolio.foundation.anchors import Anchor


def anchor_ledger(*, day: date) -> Anchor:
    """Fix the heads of the ledger's chains for ``day``; a second call for a day changes nothing."""
    return anchors.anchor("ledger", day, Entry, heads)
