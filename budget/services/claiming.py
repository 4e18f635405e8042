"""A key is claimed by the first request that brings it; the others wait until that one has ended."""

from __future__ import annotations

from budget.tables.payment import PostingRequest
from portfolio.foundation import clock
from portfolio.foundation.db import database, dialect

_CLAIM = """
    INSERT INTO posting_request (key, action, body_hash, actor_id, at) VALUES ({}, {}, {}, {}, {})
    ON CONFLICT DO NOTHING RETURNING id"""
_CLAIMS = {"sqlite": _CLAIM.format(*"?????"), "postgresql": _CLAIM.format(*["%s"] * 5)}


def claim(key: str, action: str, body_hash: str, actor_id: int) -> int | None:
    """The id of the request when ``key`` is new; ``None`` when somebody had it before.

    Written in SQL, because every posting begins with it.
    """
    at = PostingRequest.at.db_value(clock.now())
    found = database.execute_sql(_CLAIMS[dialect()], (key, action, body_hash, actor_id, at)).fetchone()
    return None if found is None else int(found[0])
