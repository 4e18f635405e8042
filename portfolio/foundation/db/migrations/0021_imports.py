"""Imported tables, and the statements of banks and treasury that the books are held against."""

from __future__ import annotations

from typing import Any

from portfolio.foundation.db.schema import run_sql


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401 - the runner's signature
    """Add the tables."""
    run_sql(db, __file__)
