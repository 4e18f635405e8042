"""How one frozen submission differs from another, place by place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_COUNTERS = frozenset({"version"})
"""What moves by itself and tells a reader nothing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place such as ``estimate.2.amount`` (rows counted from 1) with what stood there before and after.

    ``None`` is nothing: the place was added or taken away.
    """

    place: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every place where two snapshots differ, in the order of the earlier one, then what was added."""
    names = [name for name in (*before, *(name for name in after if name not in before))]
    found: list[Difference] = []
    for name in names:
        if name not in _COUNTERS:
            found += _compare(name, before.get(name), after.get(name))
    return found


def _compare(place: str, before: Any, after: Any) -> list[Difference]:  # noqa: ANN401 - JSON
    if before == after:
        return []
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return [
            Difference(f"{place}.{found.place}", found.before, found.after)
            for found in differences(before, after)
        ]
    if _is_rows(before) and _is_rows(after):
        longest = max(len(before), len(after))
        pairs = zip(_padded(before, longest), _padded(after, longest), strict=True)
        return [
            found
            for number, (old, new) in enumerate(pairs, 1)
            for found in _compare(f"{place}.{number}", old, new)
        ]
    return [Difference(place, before, after)]


def _is_rows(value: Any) -> bool:  # noqa: ANN401 - JSON
    return isinstance(value, Sequence) and not isinstance(value, str)


def _padded(rows: Sequence[Any], length: int) -> list[Any]:
    return [*rows, *[None] * (length - len(rows))]
