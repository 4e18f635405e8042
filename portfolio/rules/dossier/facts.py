"""A dossier as one value: everything that is judged, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from portfolio.foundation.money import Money
from portfolio.rules.dossier.words import (
    ArchiveClass,
    Better,
    CostCategory,
    DeliveryMode,
    DocumentKind,
    FundingSource,
    MajorMark,
    Part,
    ParticipantPart,
    Route,
    Sharing,
    TargetAspect,
    Track,
)


@dataclass(frozen=True, slots=True)
class PlanItemFact:
    """The revision of the plan item that the project is linked to, and the years of its plan."""

    id: int
    plan_code: str
    code: str
    revision: int
    name: str
    counts_1162: bool
    valid_from: date
    valid_to: date | None
    plan_from_year: int
    plan_to_year: int

    def in_force(self, day: date) -> bool:
        """Whether this revision holds on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class EstimateFact:
    """A line of the estimate."""

    category: CostCategory
    item: str
    amount: Money


@dataclass(frozen=True, slots=True)
class FundingFact:
    """What a source gives in a calendar year."""

    source: FundingSource
    year: int
    amount: Money


@dataclass(frozen=True, slots=True)
class IndicatorFact:
    """An indicator served, and the contribution in ``unit``."""

    code: str
    name: str
    contribution: Decimal
    unit: str
    note: str


@dataclass(frozen=True, slots=True)
class TargetFact:
    """A performance target: a figure in ``unit``, or words."""

    aspect: TargetAspect
    name: str
    target: Decimal | None
    target_text: str
    better: Better
    unit: str


@dataclass(frozen=True, slots=True)
class ParticipantFact:
    """An organisation that takes part; share in per cent."""

    code: str
    name: str
    part: ParticipantPart
    share_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """A document that lies in the dossier."""

    id: int
    kind: DocumentKind
    archive_class: ArchiveClass
    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AlternativeFact:
    """A way to build it; ``upkeep`` is what running costs by year after launch, 1 to 5."""

    name: str
    description: str
    build_amount: Money
    chosen: bool
    upkeep: Mapping[int, Money]

    @property
    def whole_life_cost(self) -> Money:
        """Building and all years of running together."""
        return self.build_amount + Money.total(self.upkeep.values())


@dataclass(frozen=True, slots=True)
class ResourceFact:
    """A row of the information resource catalogue.

    ``other_sources`` names the organisations that other projects register as the source of the same data.
    """

    name: str
    source: str
    sharing: Sharing
    terms: str
    other_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MilestoneFact:
    """A milestone: the first promise, the day now planned, the day reached; weight in per cent."""

    name: str
    weight: int
    baseline_on: date | None
    planned_on: date
    actual_on: date | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """One part of a project's dossier as it stands; estimate and funding are those of ``part``.

    ``totals`` holds the estimate totals of all parts, so that a part can be held against an earlier one.
    """

    project_id: int
    version: int
    part: Part
    code: str
    name: str
    owner_code: str
    owner_name: str
    track: Track
    route: Route
    plan_item: PlanItemFact | None
    amendment_reason: str
    delivery_mode: DeliveryMode | None
    major_marks: tuple[MajorMark, ...]
    zone: str | None
    sector: str | None
    cluster: str | None
    need: str
    content: str
    goals: str
    relation_to_existing: str
    risks: str
    sharing_plan: str
    estimate_explanation: str
    planned_start: date | None
    planned_finish: date | None
    estimate: tuple[EstimateFact, ...] = ()
    totals: Mapping[Part, Money] | None = None
    funding: tuple[FundingFact, ...] = ()
    indicators: tuple[IndicatorFact, ...] = ()
    targets: tuple[TargetFact, ...] = ()
    participants: tuple[ParticipantFact, ...] = ()
    documents: tuple[DocumentFact, ...] = ()
    alternatives: tuple[AlternativeFact, ...] = ()
    resources: tuple[ResourceFact, ...] = ()
    milestones: tuple[MilestoneFact, ...] = ()

    @property
    def estimate_total(self) -> Money:
        """The sum of the estimate."""
        return Money.total(line.amount for line in self.estimate)

    @property
    def funding_total(self) -> Money:
        """The sum of all sources and years."""
        return Money.total(line.amount for line in self.funding)

    def cost_of(self, categories: Iterable[CostCategory]) -> Money:
        """The sum of the estimate's lines in ``categories``."""
        wanted = frozenset(categories)
        return Money.total(line.amount for line in self.estimate if line.category in wanted)

    def as_data(self) -> dict[str, Any]:
        """Everything as JSON values: money in whole fen, days in ISO form, figures as text."""
        plain: dict[str, Any] = _plain(self)
        return plain


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value a dossier holds
    if isinstance(value, Money):
        return value.fen
    if is_dataclass(value):
        return {declared.name: _plain(getattr(value, declared.name)) for declared in fields(value)}
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.value if isinstance(value, Enum) else value
