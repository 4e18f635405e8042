"""The organisations of a city: loaded from a file, added, ended; what is there keeps its name.

A body that changes its name ends, and the one under the new name is its successor: old documents keep the
old name.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from portfolio.foundation import audit, clock
from portfolio.foundation.access import Organisation, OrganisationKind, Zone
from portfolio.foundation.db import get, transaction
from portfolio.foundation.errors import Invalid, say
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


def add_organisation(
    *,
    code: str,
    name: str,
    short_name: str,
    kind: OrganisationKind,
    zone_id: int | None,
    vertical: bool,
    valid_from: date,
    actor: Actor,
) -> Organisation:
    """Add a body, in force from ``valid_from`` on.

    Raises ``Invalid`` for an empty word or a code that is taken.
    """
    actor.require(Role.ADMIN)
    words = {"code": code.strip(), "name": name.strip(), "short_name": short_name.strip()}
    if empty := [field for field, word in words.items() if not word]:
        raise Invalid({field: say("不能为空") for field in empty})
    with transaction():
        if Organisation.select().where(Organisation.code == words["code"]).exists():
            raise Invalid({"code": say("此代码已属于另一个单位")})
        zone = get(Zone, zone_id, say("经济区")) if zone_id is not None else None
        row: Organisation = Organisation.create(
            kind=kind, zone=zone, vertical=vertical, valid_from=valid_from, **words
        )
        data = {"code": row.code, "name": row.name, "from": valid_from.isoformat()}
        audit.record(actor, "organisation.add", ("organisation", row.id), data)
    return row


def end_organisation(
    *, organisation_id: int, valid_to: date, successor_id: int | None, actor: Actor
) -> Organisation:
    """Let a body exist until ``valid_to``, today or later, with the one that takes its place, if any.

    Raises ``Invalid`` for a day in the past, a body that has ended, or one that would succeed itself.
    """
    actor.require(Role.ADMIN)
    if successor_id == organisation_id:
        raise Invalid({"successor_id": say("单位不能是自己的后继单位")})
    with transaction():
        row: Organisation = get(Organisation, organisation_id, say("单位"), lock=True)
        today = clock.today()
        if valid_to < max(today, row.valid_from) or (row.valid_to is not None and row.valid_to < today):
            raise Invalid({"valid_to": say("终止日期不能早于今天，已经终止的单位不再改动")})
        successor = get(Organisation, successor_id, say("单位")) if successor_id is not None else None
        row.valid_to, row.successor = valid_to, successor
        row.save(only=[Organisation.valid_to, Organisation.successor])
        data = {"to": valid_to.isoformat(), "successor": successor.code if successor else None}
        audit.record(actor, "organisation.end", ("organisation", row.id), data)
    return row
