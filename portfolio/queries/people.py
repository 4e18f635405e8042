"""Organisations and people as an administrator looks at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, fn

from portfolio.foundation import clock
from portfolio.foundation.access import Organisation, User, UserRole, Zone
from portfolio.foundation.db import in_force
from portfolio.foundation.roles import Role


@dataclass(frozen=True, slots=True)
class Branch:
    """The bodies of one zone, or of the city itself when ``zone`` is empty; each row counts ``people``."""

    zone: str
    bodies: tuple[Any, ...]


def tree() -> list[Branch]:
    """The bodies in force today, the city's own first, then zone by zone; one query."""
    rows = (
        Organisation.select(Organisation, Zone, fn.COUNT(User.id).alias("people"))
        .join(Zone, JOIN.LEFT_OUTER)
        .switch(Organisation)
        .join(User, JOIN.LEFT_OUTER, on=((User.organisation == Organisation.id) & User.active))
        .where(in_force(Organisation, clock.today()))
        .group_by(Organisation.id, Zone.id)
        .order_by(Organisation.kind, Organisation.code)
    )
    branches: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in rows:
        branches[(row.zone_id or 0, row.zone.name if row.zone_id else "")].append(row)
    return [Branch(name, tuple(bodies)) for (_, name), bodies in sorted(branches.items())]


def roles_today(users: Sequence[User]) -> dict[int, list[Role]]:
    """The roles that each of ``users`` holds today; one query."""
    found: dict[int, list[Role]] = {user.id: [] for user in users}
    rows = (
        UserRole.select(UserRole.user, UserRole.role)
        .where(UserRole.user.in_(list(found)), in_force(UserRole, clock.today()))
        .order_by(UserRole.id)
    )
    for row in rows:
        if row.role not in found[row.user_id]:
            found[row.user_id].append(row.role)
    return found


def holders(role: Role) -> Any:  # noqa: ANN401 - a Peewee query
    """Whoever holds ``role`` today, as a query of their numbers."""
    return UserRole.select(UserRole.user).where(UserRole.role == role, in_force(UserRole, clock.today()))
