"""The people of the procedure, each in one role, with rulebook and plan loaded."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from portfolio.foundation import clock, rulebook
from portfolio.foundation.access import Organisation, OrganisationKind
from portfolio.foundation.clock import ZONE
from portfolio.foundation.db import all_tables, database, dialect, transaction
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.plan_document import PlanDocument
from portfolio.services.plan import load_plan, shipped_plan
from tests import factories

IN_2008 = datetime(2008, 3, 3, 10, tzinfo=ZONE)
"""A Monday under the rules of 2007; the plan is in force."""


@dataclass(frozen=True)
class Cast:
    """The people of the procedure, each in one role, and the organisation that applies."""

    unit: Organisation
    authorities: dict[Role, Organisation]
    applicant: Actor
    cio: Actor
    unit_finance: Actor
    informatization: Actor
    investment: Actor
    finance: Actor
    finance_checker: Actor
    secretary: Actor
    member: Actor
    experts: tuple[Actor, ...]
    assessor: Actor
    auditor: Actor
    admin: Actor

    def of(self, role: Role) -> Actor:
        """The person who holds a role."""
        found: Actor = getattr(self, role.value)
        return found


@cache
def small_plan() -> PlanDocument:
    """The shipped plan with few of its items, so that a test does not wait for all of them."""
    whole = shipped_plan()
    groups = {"B1-G1", "B2-G2", "B4-G1"}
    return replace(
        whole,
        items=tuple(item for item in whole.items if item.group in groups),
        text_targets=(),
        goals=(),
        clauses=(),
    )


Rows = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]
"""Columns and rows by table."""
_made: dict[tuple[str, datetime], tuple[Rows, Cast]] = {}


def with_cast() -> Cast:
    """Load rulebook and plan, and bring in everybody.

    The rows are written by the services once in a process for each database and hour; another empty database
    gets the same rows.
    """
    key = (dialect(), clock.now())
    if not _empty():
        return _cast_anew()
    if key not in _made:
        cast = _cast_anew()
        _made[key] = _rows(), deepcopy(cast)
        return cast
    rows, cast = _made[key]
    _write(rows)
    return deepcopy(cast)


def _empty() -> bool:
    tables = " OR ".join(f'EXISTS (SELECT 1 FROM "{name}")' for name in _names())
    return not database.execute_sql(f"SELECT {tables}").fetchone()[0]


def _names() -> list[str]:
    return [table._meta.table_name for table in all_tables()]


def _rows() -> Rows:
    found = {}
    for name in _names():
        cursor = database.execute_sql(f'SELECT * FROM "{name}" ORDER BY id')
        rows = cursor.fetchall()
        if rows:
            found[name] = tuple(column[0] for column in cursor.description), rows
    return found


def _write(kept: Rows) -> None:
    with transaction():
        for name, (columns, rows) in kept.items():
            named = ", ".join(f'"{column}"' for column in columns)
            values = ", ".join([database.obj.param] * len(columns))
            database.cursor().executemany(f'INSERT INTO "{name}" ({named}) VALUES ({values})', rows)
            if dialect() == "postgresql":
                last = rows[-1][columns.index("id")]
                database.execute_sql(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})")


def _cast_anew() -> Cast:
    rulebook.load()
    load_plan(document=small_plan(), actor=None)
    unit = factories.organisation("CQ-NYJ", name="重庆市农业局", short_name="市农业局")
    houses = {
        Role.INFORMATIZATION: factories.organisation("CQ-XCJ", name="重庆市信息产业局"),
        Role.INVESTMENT: factories.organisation("CQ-FGW", name="重庆市发展和改革委员会"),
        Role.FINANCE: factories.organisation("CQ-CZJ", name="重庆市财政局"),
    }
    group = factories.organisation("CQ-LXZ", name="领导小组", kind=OrganisationKind.LEADING_GROUP)
    office = factories.organisation("CQ-LXB", name="领导小组办公室", kind=OrganisationKind.OFFICE)
    outside = factories.organisation("ZJ", name="评审专家库", kind=OrganisationKind.AGENCY)
    authority = {role.value: factories.actor(role.value, role, organisation=houses[role]) for role in houses}
    return Cast(
        unit=unit,
        authorities=houses,
        **unit_people(unit),
        **authority,
        finance_checker=factories.actor("finance_checker", Role.FINANCE, organisation=houses[Role.FINANCE]),
        secretary=factories.actor("secretary", Role.SECRETARY, organisation=office),
        member=factories.actor("member", Role.MEMBER, organisation=group),
        experts=tuple(factories.actor(f"expert{n}", Role.EXPERT, organisation=outside) for n in range(1, 5)),
        assessor=factories.actor("assessor", Role.ASSESSOR, organisation=outside),
        auditor=factories.actor("auditor", Role.AUDITOR),
        admin=factories.actor("admin", Role.ADMIN),
    )


def unit_people(unit: Organisation, prefix: str = "") -> dict[str, Actor]:
    """An applicant, a CIO and a finance clerk of a unit, by field of the cast."""
    roles = (Role.APPLICANT, Role.CIO, Role.UNIT_FINANCE)
    return {role.value: factories.actor(f"{prefix}{role.value}", role, organisation=unit) for role in roles}


def colleague_of(actor: Actor) -> Actor:
    """A second person in the same roles of the same organisation."""
    house = Organisation.get_by_id(actor.organisation_id)
    return factories.actor(f"{actor.name}-2", *actor.roles, organisation=house)
