"""What every payment writes costs less: fewer indexes, shorter checks, room for a row's next state."""

from __future__ import annotations

from typing import Any

from portfolio.foundation.db.schema import run_sql


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401 - the runner's signature
    """Drop the indexes that nobody asks, shorten checks, let triggers sleep."""
    run_sql(db, __file__)
