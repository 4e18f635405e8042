"""What a project of the demonstration owes to whom in which year, derived from its estimate and funding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from budget.rules.schedule import InstalmentPlan
from budget.rules.words import InstalmentKind
from portfolio.foundation.money import Money
from portfolio.rules.dossier import CostCategory, FundingSource
from portfolio.rules.dossier.money_checks import BUILDING
from reports.services.demonstration.estimate import cost_of, rounded

_AWARD_PERCENT = 97
_FIRST_YEAR_PERCENT = 97
_RETENTION_PERCENT = 5
_ADVANCE_PERCENT = 60
_FIRST, _SECOND = 0, 1


@dataclass(frozen=True, slots=True)
class Due:
    """One amount of the first (0) or second (1) year of a contract or of a cost without one."""

    year: int
    kind: InstalmentKind
    amount: Money


@dataclass(frozen=True, slots=True)
class Dues:
    """Everything that falls due: the building contract, the supervision, and costs without a contract."""

    building: tuple[Due, ...]
    supervision: tuple[Due, ...]
    direct: tuple[Due, ...]

    def of_year(self, year: int, sources: Mapping[FundingSource, int]) -> dict[FundingSource, Money]:
        """What each source pays in the first (0) or second (1) year."""
        parts = [
            split(due.amount, sources)
            for due in (*self.building, *self.supervision, *self.direct)
            if due.year == year
        ]
        return {source: Money.total(part[source] for part in parts) for source in sources}


NOTHING_DUE = Dues((), (), ())


def dues(total: Money, first_year_funds: Money, *, late: bool) -> Dues:
    """What falls due of an estimate of ``total``.

    The first year spends nearly all its funds; a ``late`` start pays them in one advance, else the advance is
    followed by a progress payment in autumn.
    """
    contract = rounded(cost_of(total, *BUILDING, CostCategory.TRAINING).share(_AWARD_PERCENT, 100))
    supervision = cost_of(total, CostCategory.SUPERVISION)
    begun = rounded(supervision.share(1, 2))
    preparing = cost_of(total, CostCategory.CONSULTING, CostCategory.DESIGN, CostCategory.TENDERING)
    managing = rounded(cost_of(total, CostCategory.MANAGEMENT).share(1, 2))
    first = rounded(first_year_funds.share(_FIRST_YEAR_PERCENT, 100)) - begun - preparing - managing
    retention = rounded(contract.share(_RETENTION_PERCENT, 100))
    advance = first if late else rounded(first.share(_ADVANCE_PERCENT, 100))
    building = [Due(_FIRST, InstalmentKind.ADVANCE, advance)]
    if not late:
        building.append(Due(_FIRST, InstalmentKind.PROGRESS, first - advance))
    building.append(Due(_SECOND, InstalmentKind.PROGRESS, contract - first - retention))
    building.append(Due(_SECOND, InstalmentKind.RETENTION, retention))
    return Dues(
        tuple(building),
        (
            Due(_FIRST, InstalmentKind.PROGRESS, begun),
            Due(_SECOND, InstalmentKind.PROGRESS, supervision - begun),
        ),
        (
            Due(_FIRST, InstalmentKind.PROGRESS, preparing + managing),
            Due(_SECOND, InstalmentKind.PROGRESS, managing),
        ),
    )


def split(amount: Money, sources: Mapping[FundingSource, int]) -> dict[FundingSource, Money]:
    """An amount over the sources by their shares in per cent; the last one takes what rounding leaves."""
    parts: dict[FundingSource, Money] = {}
    for source, share in sources.items():
        last = len(parts) == len(sources) - 1
        parts[source] = amount - Money.total(parts.values()) if last else rounded(amount.share(share, 100))
    return parts


def instalments(
    listed: Iterable[Due], sources: Mapping[FundingSource, int], first_year: int
) -> list[InstalmentPlan]:
    """The instalments of a contract, one for each amount and source."""
    return [
        InstalmentPlan(year=first_year + due.year, amount=part, kind=due.kind, source=source)
        for due in listed
        for source, part in split(due.amount, sources).items()
    ]
