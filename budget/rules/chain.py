"""How an entry is bound into the chain of its line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from portfolio.foundation.money import Money

GENESIS = "0" * 64
"""What the first entry of every line points back to."""


def content(values: Mapping[str, Any]) -> str:
    """Everything that an entry says, except its number and hashes, in one spelling."""
    return json.dumps(
        {name: _plain(value) for name, value in values.items()},
        ensure_ascii=True,
        sort_keys=True,
        separators=(",", ":"),
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, Money):
        return value.fen
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value  # a moment is a date too


def link(text: str, number: int, previous: str) -> str:
    """The text that is hashed: what the entry says, its number, and the hash of the one before it."""
    return f"{text}|{number}|{previous}"


def entry_hash(text: str, number: int, previous: str) -> str:
    """The SHA-256 of ``link`` as 64 hexadecimal digits; PostgreSQL computes the same in its own words."""
    return hashlib.sha256(link(text, number, previous).encode("utf-8")).hexdigest()
