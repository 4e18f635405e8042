"""The fields of a dossier's forms and tables, each with how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from portfolio.rules.dossier.draft import (
    Field,
    choice,
    day,
    figure,
    flag,
    key,
    line,
    listed,
    money,
    optional,
    prose,
    whole,
    year,
)
from portfolio.rules.dossier.words import (
    ArchiveClass,
    Better,
    CostCategory,
    DeliveryMode,
    DocumentKind,
    DuplicateReply,
    FundingSource,
    MajorMark,
    ParticipantPart,
    ReportPeriod,
    Route,
    Sharing,
    TargetAspect,
    Track,
)

Shape = Mapping[str, Field]

TEXTS: Final = (
    "need",
    "content",
    "goals",
    "relation_to_existing",
    "risks",
    "sharing_plan",
    "amendment_reason",
    "estimate_explanation",
)
"""The chapters of the dossier that are plain text."""

PROJECT: Final[Shape] = {
    "name": Field(line()),
    "track": Field(choice(Track), Track.GOVERNMENT),
    "route": Field(choice(Route), Route.ORDINARY),
    "plan_item_id": Field(optional(key), None),
    "delivery_mode": Field(optional(choice(DeliveryMode)), None),
    "zone_id": Field(optional(key), None),
    "sector_id": Field(optional(key), None),
    "cluster_id": Field(optional(key), None),
    "planned_start": Field(optional(day), None),
    "planned_finish": Field(optional(day), None),
    **{mark.value: Field(flag, False) for mark in MajorMark},
    **{name: Field(prose(), "") for name in TEXTS},
}

ESTIMATE_LINE: Final[Shape] = {
    "category": Field(choice(CostCategory)),
    "item": Field(line()),
    "amount": Field(money()),
}

FUNDING_LINE: Final[Shape] = {
    "source": Field(choice(FundingSource)),
    "year": Field(year),
    "amount": Field(money()),
}

SERVED_INDICATOR: Final[Shape] = {
    "indicator_id": Field(key),
    "contribution": Field(figure()),
    "unit": Field(line(20, empty=True), ""),
    "note": Field(prose(1000), ""),
}

PERFORMANCE_TARGET: Final[Shape] = {
    "aspect": Field(choice(TargetAspect)),
    "name": Field(line()),
    "target": Field(optional(figure()), None),
    "target_text": Field(line(empty=True), ""),
    "better": Field(choice(Better), Better.HIGHER),
    "unit": Field(line(20, empty=True), ""),
}

ACHIEVED: Final[Shape] = {
    "name": Field(line()),
    "actual": Field(optional(figure()), None),
    "actual_text": Field(line(empty=True), ""),
}

DUPLICATE_ANSWER: Final[Shape] = {
    "reply": Field(choice(DuplicateReply)),
    "text": Field(prose(empty=False)),
}

ALTERNATIVE: Final[Shape] = {
    "name": Field(line()),
    "description": Field(prose(), ""),
    "build_amount": Field(money()),
    "chosen": Field(flag, False),
    "upkeep": Field(listed(optional(money(zero=True)), 5), ()),
}
"""``upkeep`` lists what running costs in the years 1 to 5 after launch; a year not yet known is empty."""

INFORMATION_RESOURCE: Final[Shape] = {
    "name": Field(line()),
    "source_id": Field(key),
    "sharing": Field(choice(Sharing)),
    "terms": Field(prose(1000), ""),
}

PARTICIPANT: Final[Shape] = {
    "organisation_id": Field(key),
    "part": Field(choice(ParticipantPart)),
    "share_percent": Field(optional(figure(low=Decimal(0), high=Decimal(100))), None),
}

MILESTONE: Final[Shape] = {
    "name": Field(line()),
    "planned_on": Field(day),
    "weight": Field(whole(0, 100), 0),
}

PROGRESS: Final[Shape] = {
    "year": Field(year),
    "period": Field(choice(ReportPeriod)),
    "percent_done": Field(whole(0, 100)),
    "text": Field(prose(empty=False)),
    "problems": Field(prose(), ""),
}

REACHED: Final[Shape] = {
    "name": Field(line()),
    "actual_on": Field(day),
}

REBASELINE: Final[Shape] = {"reason": Field(prose(1000), "")}

PROJECT_DOCUMENT: Final[Shape] = {
    "kind": Field(choice(DocumentKind)),
    "title": Field(line()),
    "archive_class": Field(optional(choice(ArchiveClass)), None),
}

WITHDRAWAL: Final[Shape] = {"reason": Field(prose(1000, empty=False))}

SYSTEM: Final[Shape] = {
    "name": Field(line()),
    "description": Field(prose(), ""),
    "preexisting": Field(flag, False),
    "launched_on": Field(optional(day), None),
}

CERTIFICATION: Final[Shape] = {
    "catalogued_on": Field(optional(day)),
    "shared_on": Field(optional(day)),
    "secure_on": Field(optional(day)),
}

RETIREMENT: Final[Shape] = {
    "retired_on": Field(day),
    "retired_reason": Field(prose(1000, empty=False)),
}
