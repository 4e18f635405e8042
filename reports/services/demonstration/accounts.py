"""The accounts of the demonstration: one password for all of them, and who is shown first.

The password is known to everybody, so production refuses a database that holds these accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portfolio.foundation.access import Organisation, User
from portfolio.foundation.roles import Role
from portfolio.foundation.web import accounts
from reports.services.demonstration.script import Person

PASSWORD = "Chongqing-2010"  # noqa: S105 - printed for everybody
_SHOWN_TWICE = frozenset({Role.FINANCE})
"""Whoever checks a payment does not post it: of these roles a demonstration needs two people."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An account as the table of a start shows it."""

    role: Role
    username: str
    name: str
    organisation: str


def open_accounts(people: Sequence[Person]) -> None:
    """Give everybody who has none yet the password of the demonstration."""
    names = [person.username for person in people]
    hashed = accounts.hash_of(PASSWORD)
    for user in User.select().where(User.username.in_(names), User.password.is_null()).order_by(User.id):
        accounts.set_password(user_id=user.id, password=PASSWORD, actor=None, temporary=False, hashed=hashed)


def showcase(people: Sequence[Person]) -> list[Shown]:
    """One account for each role, two where two people must act, in the order of the way; active ones."""
    rows = User.select(User, Organisation).join(Organisation).where(User.active)
    known = {user.username: user for user in rows}
    shown = []
    for role in Role:
        holders = [one for one in people if role in one.roles and one.username in known]
        for person in holders[: 2 if role in _SHOWN_TWICE else 1]:
            user = known[person.username]
            shown.append(Shown(role, user.username, user.name, user.organisation.short_name))
    return shown
