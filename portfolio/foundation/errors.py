"""The one tree of typed errors, and the message type that every refusal is written in.

A refusal always says *what* was refused, *why* (the ``basis``, a law, a clause of the plan or a rule of
the house) and *what to do* (the ``remedy``).  Messages are templates with parameters, Chinese first, so that
a catalogue can put them into another language without parsing sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for people: a template (the catalogue's key) and the values that fill it."""

    template: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        """The sentence in the language of its template."""
        if not self.parameters:
            return self.template
        return self.template.format_map({name: _said(value) for name, value in self.parameters.items()})


def _said(value: Any) -> Any:  # noqa: ANN401 - any printable value may fill a sentence
    """What fills a sentence: of an enum its label, never the value that is stored."""
    return getattr(value, "label", value) if isinstance(value, StrEnum) else value


def say(template: str, **parameters: Any) -> Message:  # noqa: ANN401 - any printable value may fill a sentence
    """Make a message; ``template`` is a literal, so that the catalogue's extractor finds it."""
    return Message(template, MappingProxyType(parameters))


def several(thing: str) -> Message:
    """What a list of such things is called: in the plural, where the reader's language has one."""
    return say(thing, n=2)


class Level(StrEnum):
    """How strictly a rule is held: stop, warn, or inform."""

    BLOCK = "block"
    WARN = "warn"
    INFORM = "inform"


@dataclass(frozen=True, slots=True)
class Reference:
    """Something to be looked at: the kind of page that shows it, its id, and what it is called."""

    kind: str
    id: int
    label: Message | str


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one named check of a gate.

    Parameters: ``code`` of the rule, whether it ``passed``, ``what`` was looked at, the ``basis`` in force,
    the ``level`` at which it is held, the ``figure`` found, the ``limit`` it was held against, the
    ``remedy`` that a person can apply, and what there is to ``see`` about it.
    """

    code: str
    passed: bool
    what: Message
    basis: str
    level: Level = Level.BLOCK
    figure: Message | None = None
    limit: Message | None = None
    remedy: Message | None = None
    see: tuple[Reference, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether this finding keeps the gate shut."""
        return not self.passed and self.level is Level.BLOCK

    def as_data(self) -> dict[str, Any]:
        """The finding as plain values, for a snapshot that is frozen with a submission."""
        optional = {"figure": self.figure, "limit": self.limit, "remedy": self.remedy}
        return {
            "code": self.code,
            "passed": self.passed,
            "level": self.level.value,
            "what": str(self.what),
            "basis": self.basis,
            **{name: str(value) for name, value in optional.items() if value is not None},
        }

    @classmethod
    def from_data(cls, row: Mapping[str, Any]) -> Finding:
        """The finding that ``as_data`` froze: its sentences are finished, no longer templates."""
        figure, limit, remedy = (
            Message(row[name]) if name in row else None for name in ("figure", "limit", "remedy")
        )
        what, level = Message(row["what"]), Level(row["level"])
        return cls(row["code"], row["passed"], what, row["basis"], level, figure, limit, remedy)


class HouseError(Exception):
    """Anything the product refuses; never a fault of the program."""

    def __init__(self, what: Message, *, basis: str = "", remedy: Message | None = None) -> None:
        """Keep what was refused, why (``basis``), and what to do about it (``remedy``)."""
        super().__init__(what)
        self.what = what
        self.basis = basis
        self.remedy = remedy

    def __str__(self) -> str:
        """One line for a log or a terminal."""
        parts = [str(self.what)]
        if self.basis:
            parts.append(f"依据：{self.basis}")
        if self.remedy is not None:
            parts.append(f"处理：{self.remedy}")
        return "；".join(parts)


class NotFound(HouseError):
    """There is no such thing, or none that this actor may know of."""


class Forbidden(HouseError):
    """The actor's role, organisation or earlier part in the matter does not allow it."""


class StaleVersion(HouseError):
    """Somebody changed the thing since it was read (HTTP 409)."""


class Conflict(HouseError):
    """The request contradicts one already carried out, such as one key with two bodies (HTTP 409)."""


class Invalid(HouseError):
    """One or more fields do not hold what they must; ``fields`` maps a field's name to its message."""

    def __init__(self, fields: Mapping[str, Message]) -> None:
        """Keep the messages by field name."""
        super().__init__(say("有{n}处填写需要更正", n=len(fields)))
        self.fields = dict(fields)

    def __str__(self) -> str:
        """All fields on one line."""
        return "；".join(f"{name}：{message}" for name, message in self.fields.items())


class Refused(HouseError):
    """A gate stays shut; ``findings`` are all its checks, passed and failed alike."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings; the first that blocks gives the summary."""
        self.findings = tuple(findings)
        blocking = [finding for finding in self.findings if finding.blocks] or list(self.findings)
        first = blocking[0]
        super().__init__(first.what, basis=first.basis, remedy=first.remedy)

    @property
    def codes(self) -> tuple[str, ...]:
        """The rule codes that block, in the order in which they were checked."""
        return tuple(finding.code for finding in self.findings if finding.blocks)

    @property
    def lines(self) -> list[str]:
        """One line for every blocking finding, with its code, basis and remedy."""
        lines = []
        for finding in self.findings:
            if not finding.blocks:
                continue
            figures = "，".join(
                f"{label}{value}"
                for label, value in (("实际 ", finding.figure), ("限 ", finding.limit))
                if value is not None
            )
            line = f"[{finding.code}] {finding.what}" + (f"（{figures}）" if figures else "")
            line += f"；依据：{finding.basis}"
            lines.append(line + (f"；处理：{finding.remedy}" if finding.remedy is not None else ""))
        return lines

    def __str__(self) -> str:
        """Every blocking finding on one line."""
        return " ｜ ".join(self.lines)


class InsufficientFunds(Refused):
    """A money limit would be passed; the findings name what consumed the money and what is left."""


def refuse_unless(findings: Sequence[Finding], error: type[Refused] = Refused) -> None:
    """Raise ``error`` with all ``findings`` when any of them blocks."""
    if any(finding.blocks for finding in findings):
        raise error(findings)
