"""People act in the roles they hold today, for themselves or, dated, for another."""

from datetime import date, datetime

import pytest
import time_machine

from portfolio.foundation import access
from portfolio.foundation.access import Delegation, User, UserRole
from portfolio.foundation.clock import ZONE
from portfolio.foundation.db import IntegrityError
from portfolio.foundation.errors import Forbidden, NotFound
from portfolio.foundation.roles import Actor, Role
from tests import factories

BEFORE_THE_CHANGE = datetime(2008, 5, 12, 9, tzinfo=ZONE)


def test_roles_are_held_between_two_days(database):
    user = factories.user("zhang", roles=())
    UserRole.create(user=user, role=Role.CIO, valid_from=date(2007, 1, 1), valid_to=date(2007, 12, 31))
    UserRole.create(user=user, role=Role.MEMBER, valid_from=date(2008, 1, 1))
    assert access.actor_for("zhang", on=date(2007, 12, 31)).roles == {Role.CIO}
    assert access.actor_for("zhang", on=date(2008, 1, 1)).roles == {Role.MEMBER}


def test_an_unknown_or_deactivated_account_cannot_act(database):
    with pytest.raises(NotFound, match="没有用户"):
        access.actor_for("nobody")
    factories.user("zhang", roles=(Role.CIO,))
    User.update(active=False).execute()
    with pytest.raises(Forbidden, match="已停用"):
        access.actor_for("zhang")


@time_machine.travel(BEFORE_THE_CHANGE, tick=False)
def test_standing_in_is_dated_and_both_names_are_kept(database):
    chief = factories.user("chief", roles=(Role.CIO, Role.MEMBER))
    deputy = factories.user("deputy", roles=(Role.APPLICANT,))
    actor = access.actor_for("deputy")
    with pytest.raises(Forbidden, match="没有首席信息官的代理权限"):
        access.stand_in(actor, "chief", Role.CIO)
    Delegation.create(
        principal=chief,
        delegate=deputy,
        role=Role.CIO,
        valid_from=date(2008, 5, 12),
        valid_to=date(2008, 5, 16),
        reason="出差",
        granted_by=chief,
    )
    standing_in = access.stand_in(actor, "chief", Role.CIO)
    assert standing_in == Actor(
        deputy.id, "deputy", chief.organisation_id, frozenset({Role.CIO}), on_behalf_of=chief.id
    )
    with pytest.raises(Forbidden):
        access.stand_in(actor, "chief", Role.MEMBER)
    with time_machine.travel(datetime(2008, 5, 17, 0, 1, tzinfo=ZONE)), pytest.raises(Forbidden):
        access.stand_in(actor, "chief", Role.CIO)


def test_nobody_stands_in_for_themselves(database):
    chief = factories.user("chief", roles=(Role.CIO,))
    with pytest.raises(IntegrityError):
        Delegation.create(
            principal=chief,
            delegate=chief,
            role=Role.CIO,
            valid_from=date(2008, 5, 12),
            valid_to=date(2008, 5, 16),
            reason="",
            granted_by=chief,
        )


def test_units_see_their_own_and_authorities_see_all():
    unit = Actor(1, "单位", 7, frozenset({Role.APPLICANT}))
    finance = Actor(2, "财政", 8, frozenset({Role.FINANCE}))
    expert = Actor(3, "专家", 9, frozenset({Role.EXPERT}))
    assert access.may_see(unit, frozenset({7, 12}))
    assert not access.may_see(unit, frozenset({12}))
    assert access.may_see(finance, frozenset({12}))
    assert not access.may_see(expert, frozenset({12}))
