"""Money that came back after its year is owed no longer: a line may have paid so much more than it owes."""

from __future__ import annotations

from typing import Any

from portfolio.foundation.db.schema import run_sql


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401 - the runner's signature
    """Widen the limit of a line's payments."""
    run_sql(db, __file__)
