"""Reading a file of organisations: the economic zones of a city and the bodies in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portfolio.foundation.errors import say
from portfolio.foundation.roles import Role
from portfolio.rules.located_json import decode_located
from portfolio.rules.records import (
    Problems,
    Row,
    check_references,
    code,
    day,
    one_of,
    read_root,
    read_sections,
    reference,
    text,
    yes_no,
)


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """An economic zone."""

    code: str = field(metadata=code())
    name: str = field(metadata=text(40))


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """A body, in force from a day to a day, both included; ``authority`` is the part it has by office.

    ``vertical`` marks a unit of the central government, which files its projects only.
    """

    code: str = field(metadata=code())
    name: str = field(metadata=text(100))
    short_name: str = field(metadata=text(40))
    kind: str = field(metadata=text(20))
    zone: str | None = field(metadata=reference("zones", optional=True))
    vertical: bool = field(metadata=yes_no())
    authority: Role | None = field(metadata=one_of(Role, optional=True))
    valid_from: date = field(metadata=day())
    valid_to: date | None = field(metadata=day(optional=True))
    successor: str | None = field(metadata=reference("organisations", optional=True))


@dataclass(frozen=True, slots=True)
class OrganisationsDocument:
    """A whole file, read and found consistent."""

    zones: tuple[ZoneRecord, ...]
    organisations: tuple[OrganisationRecord, ...]

    def authority(self, role: Role) -> OrganisationRecord | None:
        """The body that has ``role`` by office."""
        return next((body for body in self.organisations if body.authority is role), None)


_SECTIONS: Mapping[str, type[Any]] = {"zones": ZoneRecord, "organisations": OrganisationRecord}


def read_organisations(content: str, kinds: Collection[str]) -> OrganisationsDocument:
    """Read a file of bodies of these ``kinds``; raises ``Invalid`` naming line and field of every mistake."""
    found = decode_located(content)
    problems = Problems()
    root = read_root(found, _SECTIONS, problems)
    sections = read_sections(root, found.line, _SECTIONS, {}, problems)
    for name, shape in _SECTIONS.items():
        check_references(shape, sections[name], sections, problems)
    _check_organisations(sections["organisations"], kinds, problems)
    problems.raise_if_any()
    zones = tuple(ZoneRecord(**row.values) for row in sections["zones"])
    return OrganisationsDocument(
        zones, tuple(OrganisationRecord(**row.values) for row in sections["organisations"])
    )


def _check_organisations(rows: Sequence[Row], kinds: Collection[str], problems: Problems) -> None:
    held: dict[Role, str] = {}
    for row in rows:
        if row["kind"] is not None and row["kind"] not in kinds:
            problem = say("“{kind}”不可用，可用：{kinds}", kind=row["kind"], kinds="、".join(sorted(kinds)))
            row.blame(problems, "kind", problem)
        if row["valid_from"] and row["valid_to"] and row["valid_to"] < row["valid_from"]:
            row.blame(problems, "valid_to", say("失效日期早于生效日期"))
        if row["successor"] is not None and row["successor"] == row["code"]:
            row.blame(problems, "successor", say("单位不能是自己的后继单位"))
        if row["authority"] in held:
            problem = say(
                "{role}已由“{other}”承担", role=row["authority"].label, other=held[row["authority"]]
            )
            row.blame(problems, "authority", problem)
        elif row["authority"] is not None:
            held[row["authority"]] = row["code"]
