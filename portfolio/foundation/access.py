"""Organisations with validity and successors, zones, people and their dated roles, delegation."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_security.core import UserMixin

from portfolio.foundation import clock
from portfolio.foundation.db import (
    BigIntegerField,
    BooleanField,
    DateField,
    EnumField,
    ForeignKeyField,
    MomentField,
    Table,
    TermField,
    TextField,
    check,
    fn,
    in_force,
    unique,
)
from portfolio.foundation.errors import Forbidden, NotFound, say
from portfolio.foundation.roles import DECIDES_OR_PAYS, SEES_EVERYTHING, Actor, Role
from portfolio.foundation.settings import current


class OrganisationKind(StrEnum):
    """What sort of body an organisation is."""

    DEPARTMENT = "department"
    DISTRICT = "district"
    PARK = "park"
    OFFICE = "office"
    LEADING_GROUP = "leading_group"
    AGENCY = "agency"


class Zone(Table):
    """An economic zone of the plan's city."""

    code = TextField(unique=True)
    name = TermField()


class Organisation(Table):
    """A body that submits, examines or decides; old documents keep the old name through ``successor``."""

    code = TextField(unique=True)
    name = TermField()
    short_name = TermField()
    kind = EnumField(OrganisationKind)
    zone = ForeignKeyField(Zone, null=True, backref="+")
    vertical = BooleanField(default=False)
    valid_from = DateField()
    valid_to = DateField(null=True)
    successor = ForeignKeyField("self", null=True, backref="+")

    class Meta:
        """Validity runs forwards."""

        constraints = [check("ck_organisation_validity", "valid_to IS NULL OR valid_to >= valid_from")]


class Language(StrEnum):
    """A language of the pages, as a browser is told it."""

    CHINESE = "zh"
    ENGLISH = "en"


class User(UserMixin, Table):
    """A person with an account; deactivated, never deleted.

    ``password`` is an Argon2 hash; without ``password_changed_at`` it was set by somebody else and must be
    changed at the next log-in.  ``tf_…`` are the second factor: its kind, its encrypted secret, and the
    number of the last code used, so that none works twice.
    """

    id: Any  # the log-in library declares plain values; these are columns
    username: Any = TextField(unique=True)
    name = TextField()
    email: Any = TextField(null=True, unique=True)
    password: Any = TextField(null=True)
    active: Any = BooleanField(default=True)
    fs_uniquifier: Any = TextField(unique=True)
    organisation = ForeignKeyField(Organisation, backref="+")
    language = EnumField(Language, null=True)
    password_changed_at = MomentField(null=True)
    tf_primary_method: Any = TextField(null=True)
    tf_totp_secret: Any = TextField(null=True)
    tf_last_counter = BigIntegerField(null=True)

    __hash__ = Table.__hash__

    def check_tf_required_setup(self) -> bool:
        """Whether this person may not do without a second factor; the log-in library asks."""
        return needs_second_factor(acting(self))

    class Meta:
        """``user`` is a word of SQL."""

        table_name = "user_account"


class UserRole(Table):
    """A role that a person holds from a day, until a day."""

    user = ForeignKeyField(User, backref="+")
    role = EnumField(Role)
    valid_from = DateField()
    valid_to = DateField(null=True)

    class Meta:
        """A role is granted once from a day."""

        constraints = [
            unique("uq_user_role", "user_id", "role", "valid_from"),
            check("ck_user_role_validity", "valid_to IS NULL OR valid_to >= valid_from"),
        ]


class Delegation(Table):
    """One person stands in for another in one role, between two days (代理)."""

    principal = ForeignKeyField(User, backref="+")
    delegate = ForeignKeyField(User, backref="+")
    role = EnumField(Role)
    valid_from = DateField()
    valid_to = DateField()
    reason = TextField()
    granted_by = ForeignKeyField(User, backref="+")

    class Meta:
        """Nobody stands in for themselves, and never without an end."""

        constraints = [
            check("ck_delegation_validity", "valid_to >= valid_from"),
            check("ck_delegation_other", "principal_id <> delegate_id"),
        ]


class DelegationEnd(Table):
    """That a delegation was ended before its last day, at once; what was done under it stays as it is."""

    delegation = ForeignKeyField(Delegation, backref="+", index=False)
    ended_by = ForeignKeyField(User, backref="+")
    ended_at = MomentField()

    class Meta:
        """Once, and for good."""

        append_only = True
        constraints = [unique("uq_delegation_end", "delegation_id")]


def organisation(code: str) -> Organisation:
    """The organisation with this code; raises ``NotFound``."""
    row = Organisation.get_or_none(Organisation.code == code)
    if row is None:
        raise NotFound(say("没有代码为 {code} 的单位", code=code))
    return row


def actor_for(username: str, *, on: date | None = None) -> Actor:
    """The person with this user name in the roles they hold on a day (default today).

    Raises ``NotFound`` for an unknown name and ``Forbidden`` for a deactivated account.
    """
    user = User.get_or_none(User.username == username)
    if user is None:
        raise NotFound(say("没有用户 {name}", name=username))
    if not user.active:
        raise Forbidden(
            say("账号 {name} 已停用", name=username), basis="账号管理", remedy=say("请联系管理员")
        )
    return acting(user, on=on)


def acting(user: User, *, on: date | None = None) -> Actor:
    """This person in the roles they hold on a day (default today); one query."""
    day = on or clock.today()
    roles = UserRole.select(UserRole.role).where(UserRole.user == user.id, in_force(UserRole, day))
    return Actor(user.id, user.name, user.organisation_id, frozenset(row.role for row in roles))


def needs_second_factor(actor: Actor) -> bool:
    """Whether a password alone is not enough for a person in these roles."""
    return current().second_factor and actor.has(*DECIDES_OR_PAYS)


def stand_in(actor: Actor, principal_username: str, role: Role) -> Actor:
    """``actor`` in the place of the principal, in one delegated role; both names are recorded.

    Raises ``Forbidden`` when no delegation covers today.
    """
    principal = User.get_or_none(User.username == principal_username)
    held = None
    if principal is not None:
        wanted = (Delegation.principal == principal.id, Delegation.role == role)
        held = delegations(actor.user_id).where(*wanted).first()
    if held is None or not actor_for(principal_username).has(role):
        raise Forbidden(
            say("{name}今日没有{role}的代理权限", name=actor.name, role=role.label),
            basis="代理须有起止日期并登记",
            remedy=say("请由被代理人或管理员登记代理"),
        )
    return _in_the_place_of(held, actor.user_id, actor.name)


def delegations(delegate_id: int) -> Any:  # noqa: ANN401 - a Peewee query
    """The delegations, not ended, under which a person stands in for others today, with those others."""
    day = clock.today()
    ended = DelegationEnd.select(DelegationEnd.delegation)
    return (
        Delegation.select(Delegation, User)
        .join(User, on=Delegation.principal)
        .where(
            Delegation.delegate == delegate_id,
            in_force(Delegation, day),
            Delegation.id.not_in(ended),
        )
    )


def standing_in(user: User, delegation_id: int) -> tuple[Actor, Any] | None:
    """``user`` in the place of another under this delegation, and the delegation; one query.

    ``None`` when it does not hold today, or when the other has lost the role or the account.
    """
    day = clock.today()
    holds = UserRole.select().where(
        UserRole.user == Delegation.principal,
        UserRole.role == Delegation.role,
        in_force(UserRole, day),
    )
    query = delegations(user.id).where(Delegation.id == delegation_id, User.active, fn.EXISTS(holds))
    held = query.first()
    return None if held is None else (_in_the_place_of(held, user.id, user.name), held)


def acts_by_delegation(actor: Actor) -> bool:
    """Whether a delegation of today is what lets the actor stand in for another in one of the roles."""
    wanted = (Delegation.principal == actor.on_behalf_of, Delegation.role.in_(list(actor.roles)))
    return bool(delegations(actor.user_id).where(*wanted).exists())


def _in_the_place_of(held: Any, user_id: int, name: str) -> Actor:  # noqa: ANN401 - a Peewee row
    other = held.principal
    return Actor(user_id, name, other.organisation_id, frozenset({held.role}), other.id)


def may_see(actor: Actor, organisation_ids: frozenset[int]) -> bool:
    """Whether what belongs to ``organisation_ids`` (owner and participants) is in the actor's view."""
    return actor.has(*SEES_EVERYTHING) or actor.organisation_id in organisation_ids
