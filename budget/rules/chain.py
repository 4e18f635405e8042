"""How an entry is bound into the chain of its line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from portfolio.foundation.money import Money

GENESIS = "0" * 64
"""What the first entry of every line points back to."""


def content(values: Mapping[str, Any]) -> str:
    """Everything that an entry says, except its number and hashes, in one spelling."""
    return _SPELLING.encode(values)


def _plain(value: Any) -> Any:  # noqa: ANN401 - what JSON has no word for: money, days and moments
    return value.fen if isinstance(value, Money) else value.isoformat()


_SPELLING = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_plain)
"""Made once, because making it takes longer than an entry does; words of an enum are text to it."""


def link(text: str, number: int, previous: str) -> str:
    """The text that is hashed: what the entry says, its number, and the hash of the one before it."""
    return f"{text}|{number}|{previous}"


def entry_hash(text: str, number: int, previous: str) -> str:
    """The SHA-256 of ``link`` as 64 hexadecimal digits; PostgreSQL computes the same in its own words."""
    return hashlib.sha256(link(text, number, previous).encode("utf-8")).hexdigest()
