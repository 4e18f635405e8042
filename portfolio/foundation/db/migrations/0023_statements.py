"""Statements with balances, confirmed by a second officer; refusals kept for readers of any language."""

from __future__ import annotations

from typing import Any

from portfolio.foundation.db.schema import run_sql


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401 - the runner's signature
    """Add columns; SQLite builds the tables of statements anew, whose constraints change."""
    run_sql(db, __file__)
