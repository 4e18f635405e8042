"""The rules of today, for everything on a page that asks for them."""

from __future__ import annotations

from flask import g

from portfolio.foundation import rulebook
from portfolio.foundation.rulebook import Rulebook


def rules_of_today() -> Rulebook:
    """The rulebook in force today; looked up once in a request."""
    known: Rulebook | None = g.get("rules")
    if known is None:
        known = g.rules = rulebook.of_today()
    return known
