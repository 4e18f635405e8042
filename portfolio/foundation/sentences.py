"""Messages and findings as plain values: kept today, told later in the language of whoever reads them.

What is kept is the template and the values that fill it (ADR 005), never the finished sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from portfolio.foundation.errors import (
    Finding,
    HouseError,
    Invalid,
    Level,
    Message,
    Reference,
    Refused,
)
from portfolio.foundation.money import Money

Kept = str | dict[str, Any]
"""A kept message; a plain string is a sentence without values."""

_OF_FINDING = ("figure", "limit", "remedy")


def keep(said: Message | str) -> Kept:
    """A message as plain values."""
    if isinstance(said, str):
        return said
    if not said.parameters:
        return said.template
    return {
        "say": said.template,
        "values": {name: _kept_value(value) for name, value in said.parameters.items()},
    }


def tell(kept: Kept) -> Message:
    """The message that was kept."""
    if isinstance(kept, str):
        return Message(kept)
    return Message(kept["say"], {name: _told_value(value) for name, value in kept["values"].items()})


def _kept_value(value: Any) -> Any:  # noqa: ANN401 - any printable value may fill a sentence
    if isinstance(value, Message):
        return {"say": keep(value)}
    if isinstance(value, Money):
        return {"fen": value.fen}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, StrEnum):
        return str(getattr(value, "label", value.value))
    return value if isinstance(value, int) else str(value)


def _told_value(kept: Any) -> Any:  # noqa: ANN401 - any printable value may fill a sentence
    if not isinstance(kept, dict):
        return kept
    ((kind, value),) = kept.items()
    return _TOLD[kind](value)


_TOLD: Mapping[str, Any] = {
    "say": tell,
    "fen": Money,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
}


def keep_refusal(error: HouseError) -> list[dict[str, Any]]:
    """What a refusal says, each of its blocking findings or fields by itself."""
    if isinstance(error, Refused):
        return [_keep_finding(one) for one in error.findings if one.blocks]
    if isinstance(error, Invalid):
        return [_keep_finding(Finding("", False, what, "")) for what in error.fields.values()]
    return [_keep_finding(Finding("", False, error.what, error.basis, remedy=error.remedy))]


def _keep_finding(one: Finding) -> dict[str, Any]:
    optional = {name: getattr(one, name) for name in _OF_FINDING}
    return {
        "code": one.code,
        "level": one.level.value,
        "what": keep(one.what),
        "basis": one.basis,
        **{name: keep(value) for name, value in optional.items() if value is not None},
        "see": [{"kind": other.kind, "id": other.id, "label": keep(other.label)} for other in one.see],
    }


def tell_refusal(kept: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """The findings of a refusal that was kept."""
    return [_told_finding(one) for one in kept]


def _told_finding(one: Mapping[str, Any]) -> Finding:
    figure, limit, remedy = (tell(one[name]) if name in one else None for name in _OF_FINDING)
    see = (Reference(other["kind"], other["id"], tell(other["label"])) for other in one.get("see", ()))
    what, level = tell(one["what"]), Level(one["level"])
    return Finding(one["code"], False, what, one["basis"], level, figure, limit, remedy, tuple(see))
