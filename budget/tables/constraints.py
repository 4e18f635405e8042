"""The limits of the books as constraints of the tables that carry total and limit."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from peewee import SQL

from budget.rules.limits import Limit
from portfolio.foundation.db import check

ONE_SUBJECT = "(project_id IS NULL) <> (system_id IS NULL)"
"""Money belongs to a project or to a system in service, never to both."""

YEAR = "year BETWEEN 1990 AND 2100"


def limit_checks(limits: Iterable[Limit]) -> list[SQL]:
    """A named CHECK for each limit."""
    return [check(limit.constraint, limit.sql()) for limit in limits]


def among(column: str, members: Iterable[StrEnum]) -> str:
    """The condition that a column holds one of ``members``."""
    return f"{column} IN ({', '.join(repr(member.value) for member in members)})"
