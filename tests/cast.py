"""The people of the procedure, each in one role, with rulebook and plan loaded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from portfolio.foundation import rulebook
from portfolio.foundation.access import Organisation, OrganisationKind
from portfolio.foundation.clock import ZONE
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


def with_cast() -> Cast:
    """Load rulebook and plan, and bring in everybody."""
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
