"""The moves of orders, the closing of years, and receipts of counterpart funds."""

from __future__ import annotations

from typing import Any

from portfolio.foundation.db.schema import run_sql


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401 - the runner's signature
    """Add their tables."""
    run_sql(db, __file__)
