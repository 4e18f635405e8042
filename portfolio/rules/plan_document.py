"""The shape of a five-year plan: its sections, their records and fields.

Nothing here knows a city or a period: a plan is a file, and each dataclass is the schema of its records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portfolio.rules.records import code, figure, one_of, reference, text, texts, whole, yes_no

LONGEST_NAME = 200
LONGEST_TEXT = 1000


class IndicatorKind(StrEnum):
    """Anticipatory 预期性 or binding 约束性, in the words of the plan's own table."""

    ANTICIPATORY = "预期性"
    BINDING = "约束性"


class Path(StrEnum):
    """How the years between base and target are filled."""

    GEOMETRIC = "geometric"
    LINEAR = "linear"
    NONE = "none"


class Comparison(StrEnum):
    """When a target of the text is met."""

    AT_LEAST = "at_least"
    BETWEEN = "between"
    COMPLETED = "completed"


class Measure(StrEnum):
    """What a goal counts: a total over the years, a level in the last year, or sectors and clusters."""

    TOTAL = "total"
    LEVEL = "level"
    SECTORS = "sectors"
    CLUSTERS = "clusters"


class Origin(StrEnum):
    """Whether an item stands in the plan as published or was added later 增补."""

    PLAN = "plan"
    AMENDMENT = "amendment"


@dataclass(frozen=True, slots=True)
class Header:
    """The plan itself; the base year is the year before ``from_year``."""

    code: str = field(metadata=code())
    name: str = field(metadata=text(LONGEST_NAME))
    city: str = field(metadata=text(40))
    from_year: int = field(metadata=whole(1950, 2150))
    to_year: int = field(metadata=whole(1950, 2150))


@dataclass(frozen=True, slots=True)
class Task:
    """A main task 主要任务, with the headings of its paragraphs."""

    code: str = field(metadata=code())
    number: str = field(metadata=text(20))
    title: str = field(metadata=text(LONGEST_NAME))
    subheads: tuple[str, ...] = field(metadata=texts(LONGEST_NAME))


@dataclass(frozen=True, slots=True)
class Box:
    """A box of named projects 专栏; ``item_count`` is how many the plan as published names in it."""

    code: str = field(metadata=code())
    number: str = field(metadata=text(20))
    name: str = field(metadata=text(LONGEST_NAME))
    task: str = field(metadata=reference("tasks"))
    item_count: int = field(metadata=whole(0, 10_000))


@dataclass(frozen=True, slots=True)
class Group:
    """A paragraph of a box, with its words in the plan."""

    code: str = field(metadata=code())
    box: str = field(metadata=reference("boxes"))
    name: str = field(metadata=text(LONGEST_NAME))
    quote: str = field(metadata=text(LONGEST_TEXT))


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector 重点发展领域 that the goals name."""

    code: str = field(metadata=code())
    name: str = field(metadata=text(LONGEST_NAME))
    includes: str = field(metadata=text(LONGEST_NAME, empty=True))


@dataclass(frozen=True, slots=True)
class Cluster:
    """An industrial cluster 产业集聚区 that the goals name."""

    code: str = field(metadata=code())
    name: str = field(metadata=text(LONGEST_NAME))


@dataclass(frozen=True, slots=True)
class Item:
    """A project that the plan names; ``verbatim`` when the name is word for word, else completed."""

    code: str = field(metadata=code())
    group: str = field(metadata=reference("groups"))
    name: str = field(metadata=text(LONGEST_NAME))
    seed_text: str = field(metadata=text(LONGEST_TEXT))
    verbatim: bool = field(metadata=yes_no())
    counts_1162: bool = field(metadata=yes_no())
    sector: str | None = field(metadata=reference("sectors", optional=True))
    cluster: str | None = field(metadata=reference("clusters", optional=True))
    origin: Origin = field(metadata=one_of(Origin))
    note: str = field(metadata=text(LONGEST_TEXT, empty=True))


@dataclass(frozen=True, slots=True)
class Indicator:
    """A main indicator, in ``unit``; targets are stored, never derived from the printed growth (% a year)."""

    code: str = field(metadata=code())
    category: str = field(metadata=text(40))
    name: str = field(metadata=text(LONGEST_NAME))
    unit: str = field(metadata=text(20))
    base: Decimal | None = field(metadata=figure(optional=True, key="base_{base_year}"))
    target: Decimal = field(metadata=figure(key="target_{to_year}"))
    growth_printed: Decimal | None = field(metadata=figure(optional=True))
    kind: IndicatorKind = field(metadata=one_of(IndicatorKind))
    path: Path = field(metadata=one_of(Path))
    part_of: str | None = field(metadata=reference("indicators", optional=True))
    note: str = field(metadata=text(LONGEST_TEXT, empty=True))


@dataclass(frozen=True, slots=True)
class TextTarget:
    """A target that the text gives outside the table; ``upper`` closes a range, done or not has no figure."""

    code: str = field(metadata=code())
    name: str = field(metadata=text(LONGEST_NAME))
    unit: str = field(metadata=text(20))
    comparison: Comparison = field(metadata=one_of(Comparison))
    base: Decimal | None = field(metadata=figure(optional=True, key="base_{base_year}"))
    target: Decimal | None = field(metadata=figure(optional=True, key="target_{to_year}"))
    upper: Decimal | None = field(metadata=figure(optional=True, key="upper_{to_year}"))
    same_as: str | None = field(metadata=reference("indicators", optional=True))
    quote: str = field(metadata=text(LONGEST_TEXT))
    note: str = field(metadata=text(LONGEST_TEXT, empty=True))


@dataclass(frozen=True, slots=True)
class Goal:
    """One of the programme's goals (such as the four of 1162), in ``unit``."""

    code: str = field(metadata=code())
    name: str = field(metadata=text(LONGEST_NAME))
    unit: str = field(metadata=text(20))
    measure: Measure = field(metadata=one_of(Measure))
    target: Decimal = field(metadata=figure())
    same_as: str | None = field(metadata=reference("indicators", optional=True))
    quote: str = field(metadata=text(LONGEST_TEXT))
    note: str = field(metadata=text(LONGEST_TEXT, empty=True))


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence of the plan that the system must answer, and what it asks for."""

    code: str = field(metadata=text(40))
    quote: str = field(metadata=text(LONGEST_TEXT))
    requirement: str = field(metadata=text(LONGEST_TEXT))


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A whole plan, read and found consistent."""

    plan: Header
    tasks: tuple[Task, ...]
    boxes: tuple[Box, ...]
    groups: tuple[Group, ...]
    sectors: tuple[Sector, ...]
    clusters: tuple[Cluster, ...]
    items: tuple[Item, ...]
    indicators: tuple[Indicator, ...]
    text_targets: tuple[TextTarget, ...]
    goals: tuple[Goal, ...]
    clauses: tuple[Clause, ...]


SECTIONS: Mapping[str, type[Any]] = {
    "tasks": Task,
    "boxes": Box,
    "groups": Group,
    "sectors": Sector,
    "clusters": Cluster,
    "items": Item,
    "indicators": Indicator,
    "text_targets": TextTarget,
    "goals": Goal,
    "clauses": Clause,
}
"""The sections of the file after its ``plan``, in order; each is a list of records."""
