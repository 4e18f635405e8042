"""What a check is: a function of the dossier and the rulebook that gives findings, passed and failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol

from portfolio.foundation.errors import Finding, Level, Message
from portfolio.rules.dossier.facts import Dossier

FORM = "申报材料编制要求"
"""The basis of a check that only the form asks for."""


class RuleLike(Protocol):
    """A rule as it stands on a day."""

    @property
    def level(self) -> Level:
        """How strictly it is held."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its figures; the units are in their names."""

    @property
    def basis(self) -> str:
        """Where it comes from."""


class RulebookLike(Protocol):
    """The rules in force on ``day``."""

    @property
    def day(self) -> date:
        """The day on which the dossier is judged."""

    def rule(self, code: str) -> RuleLike | None:
        """The rule, or ``None`` when it is not in force."""


Check = Callable[[Dossier, RulebookLike], list[Finding]]


def finding(
    code: str,
    passed: bool,
    good: Message,
    bad: Message,
    *,
    basis: str = FORM,
    remedy: Message | None = None,
    level: Level = Level.BLOCK,
    figure: Message | None = None,
    limit: Message | None = None,
) -> Finding:
    """A finding that says ``good`` when passed; else ``bad``, and what to do about it."""
    return Finding(
        code, passed, good if passed else bad, basis, level, figure, limit, None if passed else remedy
    )
