"""Drafts that arrive twice, by a double click, the back button or a resend, are made once.

Postings have their own keys; whatever is only drafted gets one here, so that no form that a person sends can
leave two of a thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any

from budget.services.books import once
from portfolio.foundation import documents
from portfolio.foundation.documents import ReceivedFile
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor


def drafted_once(key: str, draft: Callable[..., Any], *, actor: Actor, **values: Any) -> int:  # noqa: ANN401
    """Call a drafting service once for ``key`` and return the id of what it made, now and ever after.

    Raises what the service raises, and ``Conflict`` when the key was used for other ``values``.
    """
    body = {name: _plain(value) for name, value in values.items()}
    answer = once(
        key,
        f"draft.{draft.__name__}",
        body,
        actor,
        lambda _request: {"id": draft(actor=actor, **values).id},
    )
    return int(answer["id"])


def paper_once(received: ReceivedFile, *, key: str, purpose: str, actor: Actor) -> int:
    """Record a received file once for ``key`` and content; returns the id of its document."""
    answer = once(
        f"{key}.{purpose}.{received.sha256[:16]}",
        "document.record",
        {"sha256": received.sha256, "name": received.file_name},
        actor,
        lambda _request: {"id": documents.record(received, actor=actor, category=purpose).id},
    )
    return int(answer["id"])


def _plain(value: Any) -> Any:  # noqa: ANN401 - what a service takes
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, Money | type):
        return asdict(value)
    return value
