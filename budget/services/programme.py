"""Records in the programme investment account, which is never mixed with the fiscal budget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from budget.queries.programme import place_of
from budget.rules.amounts import LARGEST, written, year_of_account
from budget.rules.sources import programme_source
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.services.books import books
from budget.tables.programme import ProgrammeEntry
from portfolio.foundation import clock
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import FundingSource


def record(
    *,
    measure: ProgrammeMeasure,
    project_id: int,
    amounts: Mapping[FundingSource, Money] | Mapping[ProgrammeSource, Money],
    day: date,
    note: str,
    actor: Actor,
    contract_id: int | None = None,
) -> list[ProgrammeEntry]:
    """Add ``amounts`` by source to a measure of the project's programme investment, as of ``day``.

    Box, sector, cluster, zone and the 1162 flag are copied from the project and its plan item as they are
    now.  A correction is negative; zero amounts are left out.  The entry itself is the record.
    """
    totals = _by_source(amounts)
    year_of_account(day.year, "day")
    text = written(note, "note", needed=False)
    with books():
        place = place_of(project_id)
        return [
            ProgrammeEntry.create(
                project=project_id,
                measure=measure,
                source=source,
                amount=amount,
                day=day,
                year=day.year,
                quarter=clock.quarter(day),
                plan_item=place.plan_item_id,
                box=place.box_id,
                sector=place.sector_id,
                cluster=place.cluster_id,
                zone=place.zone_id,
                counts_1162=place.counts_1162,
                contract=contract_id,
                note=text,
                recorded_by=actor.user_id,
                recorded_at=clock.now(),
            )
            for source, amount in sorted(totals.items())
            if amount
        ]


def _by_source(
    amounts: Mapping[FundingSource, Money] | Mapping[ProgrammeSource, Money],
) -> dict[ProgrammeSource, Money]:
    totals: dict[ProgrammeSource, Money] = {}
    for given, amount in amounts.items():
        if not isinstance(amount, Money) or abs(amount.fen) > LARGEST.fen:
            raise Invalid({"amounts": say("须为不超过{limit}的金额", limit=LARGEST)})
        source = programme_source(given) if isinstance(given, FundingSource) else ProgrammeSource(given)
        totals[source] = totals.get(source, Money.ZERO) + amount
    return totals
