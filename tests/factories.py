"""Rows that many tests need, made plainly; what a test is about it makes itself, through the services."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date
from typing import Any

from portfolio.foundation import access, clock
from portfolio.foundation.access import Organisation, OrganisationKind, User, UserRole
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource, Route, Track
from portfolio.tables.project import Project

LONG_AGO = date(2000, 1, 1)
_numbers = itertools.count(1)


def organisation(code: str | None = None, **values: Any) -> Organisation:
    """A department, or what ``values`` say."""
    code = code or f"ORG-{next(_numbers)}"
    row: Organisation = Organisation.create(
        **{
            "code": code,
            "name": f"单位{code}",
            "short_name": code,
            "kind": OrganisationKind.DEPARTMENT,
            "valid_from": LONG_AGO,
            **values,
        }
    )
    return row


def user(username: str, *, roles: Iterable[Role] = (), organisation: Organisation | None = None) -> User:
    """A person who holds ``roles`` since long ago, in an organisation of their own when none is given."""
    house = organisation or globals()["organisation"]()
    row: User = User.create(username=username, name=username, fs_uniquifier=username, organisation=house)
    for role in roles:
        UserRole.create(user=row, role=role, valid_from=LONG_AGO)
    return row


def actor(username: str, *roles: Role, organisation: Organisation | None = None) -> Actor:
    """The actor of a new person with ``roles``."""
    user(username, roles=roles, organisation=organisation)
    return access.actor_for(username)


def project(**values: Any) -> Project:
    """A bare project, not yet in any procedure."""
    number = next(_numbers)
    owner = values.pop("owner", None) or organisation()
    author = values.pop("created_by", None) or user(f"author-{number}", organisation=owner)
    row: Project = Project.create(
        **{
            "code": f"P-{number}",
            "name": f"项目{number}",
            "owner": owner,
            "track": Track.GOVERNMENT,
            "route": Route.ORDINARY,
            "created_by": author,
            "created_at": clock.now(),
            **values,
        }
    )
    return row


SHARES = (("hardware", 40), ("application_software", 45), ("design", 5), ("training", 10))


def estimate_rows(total: Money) -> list[dict[str, Any]]:
    """Estimate lines in whole fen that add up to ``total``."""
    parts = [total.share(percent, 100) for _, percent in SHARES[:-1]]
    parts.append(total - Money.total(parts))
    return [
        {"category": category, "item": f"费用{number}", "amount": amount}
        for number, ((category, _), amount) in enumerate(zip(SHARES, parts, strict=True), 1)
    ]


def funding_rows(total: Money, year: int = 2008) -> list[dict[str, Any]]:
    """Municipal money over two years, six tenths in the first."""
    first = total.share(6, 10)
    return [
        {"source": FundingSource.MUNICIPAL, "year": year, "amount": first},
        {"source": FundingSource.MUNICIPAL, "year": year + 1, "amount": total - first},
    ]
