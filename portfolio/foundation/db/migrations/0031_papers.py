"""Limits that one officer drafts and another confirms; the paper of every order stands with the order."""

from __future__ import annotations

from typing import Any

from portfolio.foundation.db.schema import run_sql


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401 - the runner's signature
    """Make the table of drafted limits, move the papers of orders."""
    run_sql(db, __file__)
