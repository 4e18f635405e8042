"""What is told while the stories run: one event for each step, with what the gate found and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portfolio.foundation.errors import Refused
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor


@dataclass(frozen=True, slots=True)
class Event:
    """One step: who did what on which day, what the gate found, and what money it is about.

    ``findings`` are as frozen with a submission; ``refusal`` is set when the step was refused.
    """

    day: date
    actor: Actor | None
    what: str
    findings: Sequence[Mapping[str, Any]] = ()
    gate: str = ""
    money: Money | None = None
    note: str = ""
    refusal: Refused | None = None


Narrator = Callable[[Event], None]


def silent(_event: Event) -> None:
    """Tell nobody."""
