"""Accounts: language, password age and second factor of a person, sessions, tries to log in."""

from __future__ import annotations

from typing import Any

from portfolio.foundation.db.schema import run_sql


def up(migrator: Any, db: Any) -> None:  # noqa: ANN401 - the runner's signature
    """Add what logging in needs."""
    run_sql(db, __file__)
