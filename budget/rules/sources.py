"""Where money comes from: what the city's ceiling binds, and how the programme counts it."""

from __future__ import annotations

from budget.rules.words import FiscalLevel, ProgrammeSource
from portfolio.rules.dossier import FundingSource

OWN_LEVEL = (FundingSource.MUNICIPAL,)
"""Sources of the city's own budget: their new allotments of a year may not pass its ceiling 年度规模."""

FISCAL = tuple(source for source in FundingSource if source.fiscal)
"""Sources that a budget line may have: budget money 财政资金 alone."""

COUNTERPART = tuple(
    source for source in FundingSource if source not in (FundingSource.MUNICIPAL, FundingSource.CENTRAL)
)
"""Sources that others promise and pay in beside the city's own budget and what comes from above 配套资金."""

_LEVELS = {
    FundingSource.CENTRAL: FiscalLevel.CENTRAL,
    FundingSource.MUNICIPAL: FiscalLevel.MUNICIPAL,
    FundingSource.DISTRICT: FiscalLevel.DISTRICT,
}

_PROGRAMME = {
    FundingSource.MUNICIPAL: ProgrammeSource.GOVERNMENT,
    FundingSource.DISTRICT: ProgrammeSource.GOVERNMENT,
    FundingSource.CENTRAL: ProgrammeSource.GOVERNMENT,
    FundingSource.ENTERPRISE: ProgrammeSource.ENTERPRISE,
    FundingSource.BANK_LOAN: ProgrammeSource.BANK_LOAN,
    FundingSource.FOREIGN: ProgrammeSource.FOREIGN,
    FundingSource.UNIVERSAL_SERVICE_FUND: ProgrammeSource.OTHER,
    FundingSource.OTHER: ProgrammeSource.OTHER,
}


def ceiling_bound(source: FundingSource) -> bool:
    """Whether new allotments from this source count against the city's ceiling of the year."""
    return source in OWN_LEVEL


def programme_source(source: FundingSource) -> ProgrammeSource:
    """Under which of the programme's five sources this money is counted."""
    return _PROGRAMME[source]


def fiscal_level(source: FundingSource) -> FiscalLevel:
    """Whose budget money from this fiscal source belongs to; raises ``KeyError`` for other sources."""
    return _LEVELS[source]
