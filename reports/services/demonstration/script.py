"""The demonstration as written down: who acts, which projects there are, how far each comes (data file).

The projects are items of the plan; offices, people, amounts and days are invented 虚构.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Self

from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource

DATA = Path(__file__).parents[2] / "data" / "demonstration.json"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account."""

    username: str
    name: str
    roles: tuple[Role, ...]
    organisation: str


@dataclass(frozen=True, slots=True)
class TargetScript:
    """A performance target, and what is achieved of it in the end."""

    aspect: str
    name: str
    target: str
    unit: str
    better: str
    achieved: str | None


@dataclass(frozen=True, slots=True)
class ProjectScript:
    """A project of the government track: what its owner writes, and how far it comes (``reach``).

    ``sources`` are shares in per cent; ``happenings`` what befalls it beside the straight way; ``profile``
    says how well it is assessed.
    """

    item: str
    owner: str
    name: str
    amount_wan: str
    start: str
    reach: str
    need: str
    content: str
    indicators: tuple[tuple[str, str, str], ...]
    targets: tuple[TargetScript, ...]
    marks: tuple[str, ...]
    participants: tuple[str, ...]
    delivery_mode: str
    sources: Mapping[FundingSource, int]
    happenings: tuple[str, ...] = ()
    zone: str | None = None
    goals: str = ""
    relation: str = ""
    risks: str = ""
    sharing_plan: str = ""
    resources: tuple[tuple[str, str, str, str], ...] = ()
    system: str = ""
    suppliers: tuple[str, ...] = ()
    profile: str = "good"

    @property
    def amount(self) -> Money:
        """The total asked for."""
        return Money.from_wan(self.amount_wan)

    @property
    def first_day(self) -> date:
        """The first day of the month in which its dossier is begun."""
        return date.fromisoformat(f"{self.start}-01")

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """A project from its record in the data file."""
        known = {declared.name for declared in fields(cls)}
        values = {name: _tuples(value) for name, value in row.items() if name in known}
        values["targets"] = tuple(TargetScript(*target) for target in row["targets"])
        values["sources"] = {FundingSource(name): share for name, share in row["sources"].items()}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class FilingScript:
    """A filed project; ``realised`` holds amounts by (year, quarter) and source."""

    item: str
    reporter: str
    name: str
    amount: Money
    first_day: date
    content: str
    sources: Mapping[FundingSource, Money]
    realised: Mapping[tuple[int, int], Mapping[FundingSource, Money]]

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """A filed project from its record in the data file."""
        realised = {}
        for period, amounts in row["realised_wan"].items():
            year, quarter = period.split("-")
            realised[int(year), int(quarter)] = _amounts(amounts)
        return cls(
            item=row["item"],
            reporter=row["reporter"],
            name=row["name"],
            amount=Money.from_wan(row["amount_wan"]),
            first_day=date.fromisoformat(f"{row['start']}-01"),
            content=row["content"],
            sources=_amounts(row["sources"]),
            realised=realised,
        )


@dataclass(frozen=True, slots=True)
class Script:
    """The whole demonstration.

    ``ceilings`` are of the city's own money by year; ``judgements`` give, by profile and indicator, what per
    cent of the points a person gives and why.
    """

    today: date
    people: tuple[Person, ...]
    projects: tuple[ProjectScript, ...]
    filings: tuple[FilingScript, ...]
    ceilings: Mapping[int, Money]
    assessor_organisation: Mapping[str, str]
    evaluation_texts: Mapping[str, Mapping[str, tuple[str, ...]]]
    judgements: Mapping[str, Mapping[str, tuple[str, str]]]


@cache
def script() -> Script:
    """The demonstration that ships."""
    data = json.loads(DATA.read_text("utf-8"))
    people = [Person(name, full, _roles(roles), house) for name, full, roles, house in data["people"]]
    for unit in data["units"]:
        for role in (Role.APPLICANT, Role.CIO, Role.UNIT_FINANCE):
            username, name = unit[role.value]
            people.append(Person(username, name, (role,), unit["organisation"]))
    return Script(
        today=date.fromisoformat(data["today"]),
        people=tuple(people),
        projects=tuple(ProjectScript.read(row) for row in data["projects"]),
        filings=tuple(FilingScript.read(row) for row in data["filings"]),
        ceilings={int(year): Money.from_wan(amount) for year, amount in data["ceilings_wan"].items()},
        assessor_organisation=data["assessor_organisation"],
        evaluation_texts=_tuples(data["evaluation_texts"]),
        judgements=_tuples(data["judgements"]),
    )


def _roles(names: list[str]) -> tuple[Role, ...]:
    return tuple(Role(name) for name in names)


def _amounts(amounts: Mapping[str, str]) -> dict[FundingSource, Money]:
    return {FundingSource(name): Money.from_wan(amount) for name, amount in amounts.items()}


def _tuples(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Lists become tuples, all the way down."""
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {name: _tuples(item) for name, item in value.items()}
    return value
