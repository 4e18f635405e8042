"""Accounts: given once, in an organisation there is, with roles from a day on."""

from __future__ import annotations

from datetime import date

import pytest

from portfolio.foundation import access, audit
from portfolio.foundation.access import User
from portfolio.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from portfolio.foundation.roles import Role
from portfolio.services.people import add_user
from tests import factories


@pytest.fixture
def house(database, clock):
    return factories.organisation("CQ-X")


def test_a_person_gets_an_account_with_roles_from_a_day(house):
    admin = factories.actor("admin", Role.ADMIN)
    user = add_user(
        username=" zhang ",
        name="张三",
        roles=[Role.CIO, Role.APPLICANT, Role.CIO],
        organisation="CQ-X",
        actor=admin,
        valid_from=date(2026, 3, 1),
    )
    assert access.actor_for("zhang").roles == {Role.CIO, Role.APPLICANT}
    assert access.actor_for("zhang", on=date(2026, 2, 28)).roles == frozenset()
    assert (user.organisation_id, user.active, user.password) == (house.id, True, None)
    (entry,) = audit.trail("user", user.id)
    assert (entry.action, entry.actor_id, entry.data["roles"]) == (
        "user.add",
        admin.user_id,
        ["applicant", "cio"],
    )


def test_roles_begin_today_unless_said(house):
    add_user(username="li", name="李四", roles=[Role.EXPERT], organisation="CQ-X", actor=None)
    assert access.actor_for("li").has(Role.EXPERT)
    assert not access.actor_for("li", on=date(2026, 3, 1)).has(Role.EXPERT)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"username": " "}, Invalid),
        ({"name": ""}, Invalid),
        ({"organisation": "CQ-NONE"}, NotFound),
        ({"username": "taken"}, Conflict),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(house, changed, error):
    factories.user("taken", organisation=house)
    before = User.select().count()
    given = {"username": "new", "name": "新人", "organisation": "CQ-X", **changed}
    with pytest.raises(error):
        add_user(roles=[Role.CIO], actor=None, **given)
    assert User.select().count() == before


def test_only_the_administrator_gives_accounts(house):
    with pytest.raises(Forbidden):
        add_user(
            username="x",
            name="某人",
            roles=[],
            organisation="CQ-X",
            actor=factories.actor("member", Role.MEMBER),
        )
