"""Loading the organisations of a city: what is there stays as it is, what is missing is added."""

from __future__ import annotations

from pathlib import Path

from portfolio.foundation import audit
from portfolio.foundation.access import Organisation, OrganisationKind, Zone
from portfolio.foundation.db import transaction
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.located_json import decode_utf8
from portfolio.rules.organisation import OrganisationRecord, OrganisationsDocument, read_organisations
from portfolio.services.plan import LoadReport

SHIPPED = Path(__file__).parents[1] / "data" / "organisations_chongqing.json"


def shipped_organisations() -> OrganisationsDocument:
    """The organisations that come with the product."""
    return read_organisations(decode_utf8(SHIPPED.read_bytes()), frozenset(OrganisationKind))


def load_organisations(*, document: OrganisationsDocument, actor: Actor | None) -> LoadReport:
    """Add the zones and organisations that are not there yet, each audited; the second time writes nothing.

    An organisation that is there stays as it is, even where the file differs: names and successors are kept
    up to date in the system.  ``actor`` is ``None`` for the operator at the command line.
    """
    if actor is not None:
        actor.require(Role.ADMIN)
    with transaction():
        known_zones = {row.code: row.id for row in Zone.select()}
        new_zones = [zone for zone in document.zones if zone.code not in known_zones]
        for zone in new_zones:
            known_zones[zone.code] = Zone.create(code=zone.code, name=zone.name).id
        known = {row.code: row.id for row in Organisation.select(Organisation.code, Organisation.id)}
        new = [body for body in document.organisations if body.code not in known]
        for body in new:
            known[body.code] = _add(body, known_zones, actor)
        for body in new:
            if body.successor is not None:
                successor = known[body.successor]
                Organisation.update(successor=successor).where(Organisation.id == known[body.code]).execute()
    total = len(document.zones) + len(document.organisations)
    added = len(new_zones) + len(new)
    return LoadReport(added=added, unchanged=total - added)


def _add(body: OrganisationRecord, zones: dict[str, int], actor: Actor | None) -> int:
    row = Organisation.create(
        code=body.code,
        name=body.name,
        short_name=body.short_name,
        kind=OrganisationKind(body.kind),
        zone=zones[body.zone] if body.zone is not None else None,
        vertical=body.vertical,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )
    data = {"code": body.code, "name": body.name, "successor": body.successor}
    audit.record(actor, "organisation.load", ("organisation", row.id), data)
    return int(row.id)
