"""A key is claimed by the first request that brings it; the others wait until that one has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budget.tables.payment import PostingRequest
from portfolio.foundation import clock
from portfolio.foundation.db import database, dialect


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be carried out once: its key, which act, the hash of what it says, and who brings it."""

    key: str
    action: str
    body_hash: str
    actor_id: int


_CLAIM = """
    INSERT INTO posting_request (key, action, body_hash, actor_id, at) VALUES ({}, {}, {}, {}, {})
    ON CONFLICT DO NOTHING RETURNING id"""
_CLAIMS = {"sqlite": _CLAIM.format(*"?????"), "postgresql": _CLAIM.format(*["%s"] * 5)}


def claim(request: Request) -> int | None:
    """The id of the request when its key is new; ``None`` when somebody had it before.

    Written in SQL, because nearly every posting begins with it.
    """
    at = PostingRequest.at.db_value(clock.now())
    values = (request.key, request.action, request.body_hash, request.actor_id, at)
    found = database.execute_sql(_CLAIMS[dialect()], values).fetchone()
    return None if found is None else int(found[0])


_ANSWERED = """
    INSERT INTO posting_request (id, key, action, body_hash, answer, actor_id, at)
    VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (key) DO NOTHING RETURNING id"""
_ANSWERED_WITH = ("r_id", "r_key", "r_action", "r_body_hash", "r_answer", "r_actor_id", "r_at")
CLAIM_ANSWERED = {
    "sqlite": _ANSWERED.format(*(f":{name}" for name in _ANSWERED_WITH)),
    "postgresql": _ANSWERED.format(*(f"%({name})s" for name in _ANSWERED_WITH)),
}
"""Claims a key together with the answer, in each dialect; returns nothing when somebody has the key."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A request written together with its answer, the one entry that it makes; both ids are reserved."""

    request: Request
    id: int
    entry_id: int

    def parameters(self) -> dict[str, Any]:
        """The values of ``CLAIM_ANSWERED``."""
        return {
            "r_id": self.id,
            "r_key": self.request.key,
            "r_action": self.request.action,
            "r_body_hash": self.request.body_hash,
            "r_answer": PostingRequest.answer.db_value(answer_of(self.entry_id)),
            "r_actor_id": self.request.actor_id,
            "r_at": PostingRequest.at.db_value(clock.now()),
        }


def answer_of(entry_id: int) -> dict[str, Any]:
    """The answer to a request that made this one entry."""
    return {"entry": entry_id}
