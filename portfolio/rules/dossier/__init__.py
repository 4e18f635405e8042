"""The dossier of a project: its words, its facts, and what is still missing from it."""

from portfolio.rules.dossier.checklist import checklist
from portfolio.rules.dossier.facts import Dossier
from portfolio.rules.dossier.words import (
    ArchiveClass,
    Better,
    CostCategory,
    DeliveryMode,
    DocumentKind,
    DuplicateReply,
    FundingSource,
    MajorMark,
    Part,
    ParticipantPart,
    ReportPeriod,
    Route,
    Sharing,
    TargetAspect,
    TargetDimension,
    Track,
)

__all__ = [
    "ArchiveClass",
    "Better",
    "CostCategory",
    "DeliveryMode",
    "DocumentKind",
    "Dossier",
    "DuplicateReply",
    "FundingSource",
    "MajorMark",
    "Part",
    "ParticipantPart",
    "ReportPeriod",
    "Route",
    "Sharing",
    "TargetAspect",
    "TargetDimension",
    "Track",
    "checklist",
]
