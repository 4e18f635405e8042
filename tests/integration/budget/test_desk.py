"""Everybody sees the money that is theirs to see, and nothing else."""

from __future__ import annotations

import pytest

from budget.queries import desk
from budget.queries.subjects import subject, visible
from budget.rules.words import ApplicationState, ContractState
from portfolio.foundation.errors import Forbidden, Invalid, NotFound
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import ParticipantPart
from portfolio.tables.project import Participant
from tests import factories, ledger

pytestmark = pytest.mark.usefixtures("database", "clock")


@pytest.fixture
def town():
    town = ledger.city()
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40))
    ledger.apply(town, contract, ledger.wan(10))
    ledger.ordered(town, 1)
    return town


def test_units_see_their_own_money_and_authorities_all_of_it(town):
    stranger = factories.actor("stranger", Role.UNIT_FINANCE, Role.APPLICANT)
    for actor, seen in ((town.unit_finance, 1), (town.treasury, 1), (town.authority, 1), (stranger, 0)):
        assert len(desk.lines(actor)) == seen
        assert len(desk.lines(actor, year=2027)) == 0
        assert len(desk.contracts(actor)) == seen
        assert len(desk.contracts(actor, ContractState.DRAFT)) == 0
        assert len(desk.applications(actor)) == seen
        assert len(desk.applications(actor, ApplicationState.POSTED)) == 0


def test_a_partner_sees_the_lines_of_the_joint_project_and_its_own_contracts(town):
    partner = factories.actor("partner", Role.UNIT_FINANCE, Role.APPLICANT)
    Participant.create(
        project=town.project_id, organisation=partner.organisation_id, part=ParticipantPart.PARTICIPANT
    )
    assert len(desk.lines(partner)) == 1
    assert desk.contracts(partner) == []
    people = {name: getattr(town, name) for name in ledger.City.__dataclass_fields__}
    own = ledger.draft(ledger.City(**people | {"applicant": partner}), (2026, 5))
    assert [row.id for row in desk.contracts(partner)] == [own.id]


def test_what_is_not_ones_own_does_not_exist(town):
    stranger = factories.actor("stranger", Role.UNIT_FINANCE)
    assert visible(town.unit_finance, project_id=town.project_id).owner_id == town.unit.id
    assert visible(town.treasury, project_id=town.project_id).project_id == town.project_id
    for project_id in (town.project_id, 999):
        with pytest.raises(NotFound, match="没有这个项目"):
            visible(stranger, project_id=project_id)
    with pytest.raises(NotFound, match="没有这个系统"):
        subject(None, 999)
    with pytest.raises(Invalid):
        subject(None, None)


def test_orders_lie_on_the_desks_of_finance_officers(town):
    assert [order.amount for order in desk.orders(town.checker)] == [ledger.wan(1)]
    with pytest.raises(Forbidden):
        desk.orders(town.unit_finance)
