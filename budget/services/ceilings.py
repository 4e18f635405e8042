"""Own-level ceilings 年度规模: what the city may newly allot from its own budget in a year."""

from __future__ import annotations

from budget.rules.amounts import not_negative, written, year_of_account
from budget.rules.limits import CEILING_LIMITS
from budget.rules.sources import ceiling_bound
from budget.services.books import books
from budget.services.explaining import held_against
from budget.tables.annual_plan import Ceiling, CeilingRevision
from portfolio.foundation import audit, clock
from portfolio.foundation.db import for_update
from portfolio.foundation.errors import InsufficientFunds, Invalid, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource


def set_ceiling(*, year: int, source: FundingSource, amount: Money, number: str, actor: Actor) -> Ceiling:
    """Set or revise the ceiling of a year and own-level source, by the document ``number``.

    Every revision is kept.  What people set is drafted by another (``limit_drafts``).  Raises
    ``InsufficientFunds`` when more is allotted already.
    """
    actor.require(Role.FINANCE)
    year_of_account(year)
    not_negative(amount)
    document = written(number, "number")
    if not ceiling_bound(source):
        raise Invalid({"source": say("“{source}”不属本级财政，不设年度规模", source=source.label)})
    with books():
        Ceiling.insert(year=year, source=source, amount=Money.ZERO).on_conflict_ignore().execute()
        row: Ceiling = for_update(
            Ceiling.select().where(Ceiling.year == year, Ceiling.source == source)
        ).get()
        _hold_limits(row, amount)
        revision = CeilingRevision.select().where(CeilingRevision.ceiling == row).count() + 1
        CeilingRevision.create(
            ceiling=row,
            revision=revision,
            amount=amount,
            number=document,
            set_by=actor.user_id,
            set_at=clock.now(),
        )
        Ceiling.update(amount=amount, version=row.version + 1).where(Ceiling.id == row.id).execute()
        data = {"year": year, "source": source, "amount": amount, "number": document, "revision": revision}
        audit.record(actor, "ceiling.set", ("ceiling", row.id), data)
        return Ceiling.get_by_id(row.id)


def hold_ceiling(year: int, source: FundingSource, amount: Money) -> None:
    """Raise ``InsufficientFunds`` when more is allotted already than a ceiling is to be; changes nothing."""
    row: Ceiling | None = Ceiling.get_or_none(Ceiling.year == year, Ceiling.source == source)
    if row is not None:
        _hold_limits(row, amount)


def _hold_limits(row: Ceiling, amount: Money) -> None:
    refuse_unless(held_against(CEILING_LIMITS, row, sets={"amount": amount.fen}), InsufficientFunds)
