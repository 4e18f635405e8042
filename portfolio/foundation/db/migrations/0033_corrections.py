"""Exceptions of bank statements whose correction was withdrawn wait again."""

from __future__ import annotations

from typing import Any

from portfolio.foundation.db.schema import run_sql


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401 - the runner's signature
    """Open them, as withdrawing a correction does from now on."""
    run_sql(db, __file__)
