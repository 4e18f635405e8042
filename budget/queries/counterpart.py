"""Counterpart funds of a project: promised in its dossier, received since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import Case

from budget.queries import records
from budget.queries.funds import as_money
from budget.rules.sources import COUNTERPART
from budget.tables.counterpart import CounterpartReceipt
from portfolio.foundation.access import User
from portfolio.foundation.db import fn
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import FundingSource, Part
from portfolio.tables.dossier import FundingLine

_PENDING, _RECEIVED = "pending", "received"
_SOURCES = [source.value for source in COUNTERPART]


@dataclass(frozen=True, slots=True)
class Promise:
    """What a source promised for a year, what arrived and is confirmed, and what waits to be confirmed."""

    source: FundingSource
    year: int
    promised: Money = Money.ZERO
    received: Money = Money.ZERO
    pending: Money = Money.ZERO

    @property
    def missing(self) -> Money:
        """What was promised and is not confirmed; nothing when more arrived."""
        return max(self.promised - self.received, Money.ZERO)


def promises(project_id: int) -> list[Promise]:
    """The counterpart funds of a project by year and source; one query.

    Promised is the funding of the latest part of the dossier that has any.
    """
    promised = FundingLine.select(
        fn.LOWER(FundingLine.part).converter(str), FundingLine.source, FundingLine.year, FundingLine.amount
    ).where(FundingLine.project == project_id, FundingLine.source.in_(_SOURCES))
    mark = Case(None, [(CounterpartReceipt.confirmed_by.is_null(), _PENDING)], _RECEIVED)
    arrived = CounterpartReceipt.select(
        mark, CounterpartReceipt.source, CounterpartReceipt.year, CounterpartReceipt.amount
    ).where(CounterpartReceipt.project == project_id, CounterpartReceipt.cancelled_by.is_null())
    rows = [(str(what), *of) for what, *of in (promised + arrived).tuples()]
    latest = [part.value for part in Part if any(what == part.value for what, *_ in rows)][-1:]
    names = {part: "promised" for part in latest} | {_PENDING: "pending", _RECEIVED: "received"}
    found: dict[tuple[int, FundingSource], dict[str, Money]] = {}
    for what, source, year, amount in rows:
        if what in names:
            sums = found.setdefault((year, FundingSource(source)), {})
            sums[names[what]] = sums.get(names[what], Money.ZERO) + as_money(amount)
    return [Promise(source, year, **amounts) for (year, source), amounts in sorted(found.items())]


def receipts(project_id: int) -> list[Any]:
    """The receipts of a project with their people and papers, newest first; one query."""
    return list(
        _receipts().where(CounterpartReceipt.project == project_id).order_by(CounterpartReceipt.id.desc())
    )


def receipt(receipt_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One receipt of a project in the actor's view; raises ``NotFound``."""
    row = _receipts().where(CounterpartReceipt.id == receipt_id).first()
    if row is None:
        raise NotFound(say("没有这项到账记录（编号 {id}）", id=receipt_id))
    row.project = records.project(row.project_id, actor)
    return row


def _receipts() -> Any:  # noqa: ANN401 - a Peewee query
    recorder, confirmer = User.alias(), User.alias()
    return (
        CounterpartReceipt.select(CounterpartReceipt, recorder, confirmer, Document)
        .join(recorder, on=(CounterpartReceipt.recorded_by == recorder.id), attr="recorded_by")
        .switch(CounterpartReceipt)
        .left_outer_join(confirmer, on=(CounterpartReceipt.confirmed_by == confirmer.id), attr="confirmed_by")
        .switch(CounterpartReceipt)
        .join(Document, on=(CounterpartReceipt.document == Document.id))
    )
