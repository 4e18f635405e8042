"""Who acts in the demonstration, each with an account and a role."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portfolio.foundation.access import OrganisationKind, User, actor_for
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.organisation import OrganisationRecord, OrganisationsDocument
from portfolio.services.organisation import load_organisations
from portfolio.services.people import add_user
from reports.services.demonstration.script import Person, Script

_SINCE = date(2006, 1, 1)


def load_people(written: Script) -> int:
    """Add the accounts that are not there yet; returns how many were added."""
    house = OrganisationRecord(
        **written.assessor_organisation,
        kind=OrganisationKind.AGENCY.value,
        zone=None,
        vertical=False,
        authority=None,
        valid_from=_SINCE,
        valid_to=None,
        successor=None,
    )
    load_organisations(document=OrganisationsDocument((), (house,)), actor=None)
    known = {row.username for row in User.select(User.username)}
    new = [person for person in written.people if person.username not in known]
    for person in new:
        add_user(
            username=person.username,
            name=person.name,
            roles=person.roles,
            organisation=person.organisation,
            actor=None,
            valid_from=_SINCE,
        )
    return len(new)


class Cast:
    """The people of the demonstration, found by role and organisation."""

    def __init__(self, people: Sequence[Person]) -> None:
        """Keep who there is."""
        self._people = people
        self._actors: dict[str, Actor] = {}

    def all(self, role: Role, *, of: str | None = None, besides: str | None = None) -> list[Actor]:
        """Everybody in a role, of one organisation or of any other than one, in the order of the script."""
        return [
            self._actor(person.username)
            for person in self._people
            if role in person.roles and of in (None, person.organisation) and person.organisation != besides
        ]

    def one(self, role: Role, *, of: str | None = None, besides: str | None = None) -> Actor:
        """The first of them."""
        return self.all(role, of=of, besides=besides)[0]

    def _actor(self, username: str) -> Actor:
        if username not in self._actors:
            self._actors[username] = actor_for(username, on=_SINCE)
        return self._actors[username]
