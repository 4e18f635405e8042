"""Who stands in for whom: what a person has given, what was given to them, and to whom they could give it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import JOIN

from portfolio.foundation import clock
from portfolio.foundation.access import Delegation, DelegationEnd, Organisation, User
from portfolio.foundation.roles import Role
from portfolio.rules.labelled import Labelled


class Validity(Labelled):
    """Whether a delegation holds."""

    AHEAD = "ahead", "尚未开始"
    HOLDS = "holds", "代理中"
    OVER = "over", "已到期"
    ENDED = "ended", "已提前结束"


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """A delegation as its two people read it; ``other`` is the one of them who does not read."""

    id: int
    other: str
    house: str
    role: Role
    valid_from: date
    valid_to: date
    reason: str
    validity: Validity
    ended_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it can still be ended."""
        return self.validity in {Validity.AHEAD, Validity.HOLDS}


def given_by(user_id: int) -> list[DelegationLine]:
    """What a person has given to others, the newest first; one query."""
    return _lines(Delegation.principal == user_id, Delegation.delegate)


def given_to(user_id: int) -> list[DelegationLine]:
    """What others have given to a person, the newest first; one query."""
    return _lines(Delegation.delegate == user_id, Delegation.principal)


def colleagues(user_id: int, organisation_id: int) -> list[User]:
    """The other active people of an organisation, by name; one query."""
    query = User.select().where(User.organisation == organisation_id, User.active, User.id != user_id)
    return list(query.order_by(User.name, User.id))


def _lines(whose: Any, other: Any) -> list[DelegationLine]:  # noqa: ANN401 - Peewee expressions
    query = (
        Delegation.select(Delegation, User, Organisation, DelegationEnd)
        .join(User, on=other, attr="other")
        .join(Organisation)
        .switch(Delegation)
        .join(DelegationEnd, JOIN.LEFT_OUTER, on=(DelegationEnd.delegation == Delegation.id), attr="end")
        .where(whose)
        .order_by(Delegation.valid_from.desc(), Delegation.id.desc())
    )
    return [_line(row) for row in query]


def _line(row: Any) -> DelegationLine:  # noqa: ANN401 - a Peewee row
    ended = getattr(row, "end", None)
    ended_at = ended.ended_at if ended is not None and ended.id is not None else None
    return DelegationLine(
        row.id,
        row.other.name,
        row.other.organisation.name,
        row.role,
        row.valid_from,
        row.valid_to,
        row.reason,
        _validity(row, ended_at),
        ended_at,
    )


def _validity(row: Any, ended_at: datetime | None) -> Validity:  # noqa: ANN401 - a Peewee row
    today = clock.today()
    if ended_at is not None:
        return Validity.ENDED
    if row.valid_from > today:
        return Validity.AHEAD
    return Validity.HOLDS if row.valid_to >= today else Validity.OVER
