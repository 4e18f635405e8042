"""People with accounts, and the roles that they hold from a day on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from portfolio.foundation import access, audit, clock
from portfolio.foundation.access import Organisation, User, UserRole
from portfolio.foundation.db import get, transaction
from portfolio.foundation.errors import Conflict, Forbidden, Invalid, say
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.web.accounts import LONGEST_NAME

LONGEST_PERSON = 60
"""Characters of a person's name."""


def add_user(
    *,
    username: str,
    name: str,
    roles: Iterable[Role],
    organisation: str,
    actor: Actor | None,
    valid_from: date | None = None,
) -> User:
    """Give a person an account without a password in an organisation (by its code), with ``roles``.

    The roles are held from ``valid_from`` on (default today).  ``actor`` is ``None`` for the operator at the
    command line.  Raises ``Invalid`` for a name that is empty, too long or cannot be typed, ``NotFound`` for
    no such organisation, ``Conflict`` when the user name is taken.
    """
    if actor is not None:
        actor.require(Role.ADMIN)
    fields = {"username": username.strip(), "name": name.strip()}
    if empty := [field for field, value in fields.items() if not value]:
        raise Invalid({field: say("不能为空") for field in empty})
    for field, longest in (("username", LONGEST_NAME), ("name", LONGEST_PERSON)):
        if len(fields[field]) > longest:
            what = say("太长：{n}个字，最多{longest}个", n=len(fields[field]), longest=longest)
            raise Invalid({field: what})
        if not fields[field].isprintable():
            raise Invalid({field: say("含有看不见的字符")})
    wanted = sorted(set(roles))
    with transaction():
        house = access.organisation(organisation)
        if User.select().where(User.username == fields["username"]).exists():
            raise Conflict(
                say("用户名 {name} 已被使用", name=fields["username"]), remedy=say("请换一个用户名")
            )
        user: User = User.create(fs_uniquifier=uuid.uuid4().hex, organisation=house, **fields)
        start = valid_from or clock.today()
        for role in wanted:
            UserRole.create(user=user, role=role, valid_from=start)
        data = {"username": user.username, "organisation": organisation, "roles": wanted}
        audit.record(actor, "user.add", ("user", user.id), data)
    return user


def change_user(*, user_id: int, name: str, email: str | None, organisation_id: int, actor: Actor) -> User:
    """Write a person's name, address and organisation as they are now; the user name stays.

    Raises ``Invalid`` for an empty name or an address that somebody else has.
    """
    actor.require(Role.ADMIN)
    if not name.strip():
        raise Invalid({"name": say("不能为空")})
    with transaction():
        user: User = get(User, user_id, say("账号"), lock=True)
        house = get(Organisation, organisation_id, say("单位"))
        wanted = (email or "").strip() or None
        if wanted and User.select().where(User.email == wanted, User.id != user.id).exists():
            raise Invalid({"email": say("此邮箱已属于另一个账号")})
        user.name, user.email, user.organisation = name.strip(), wanted, house
        user.save(only=[User.name, User.email, User.organisation])
        data = {"name": user.name, "email": wanted, "organisation": house.code}
        audit.record(actor, "user.change", ("user", user.id), data)
    return user


def grant_role(
    *, user_id: int, role: Role, valid_from: date, valid_to: date | None, actor: Actor
) -> UserRole:
    """Let a person hold a role from a day on; nobody grants themselves one.

    Raises ``Invalid`` when the days run backwards or they hold the role in that time already.
    """
    actor.require(Role.ADMIN)
    _not_oneself(user_id, actor)
    if valid_to is not None and valid_to < valid_from:
        raise Invalid({"valid_to": say("终止日期早于生效日期")})
    with transaction():
        user = get(User, user_id, say("账号"), lock=True)
        held = UserRole.select().where(
            UserRole.user == user,
            UserRole.role == role,
            UserRole.valid_to.is_null() | (UserRole.valid_to >= valid_from),
        )
        if any(valid_to is None or row.valid_from <= valid_to for row in held):
            raise Invalid({"role": say("这段时间内已有此岗位")})
        row: UserRole = UserRole.create(user=user, role=role, valid_from=valid_from, valid_to=valid_to)
        data = {"role": role, "from": valid_from.isoformat(), "to": valid_to and valid_to.isoformat()}
        audit.record(actor, "role.grant", ("user", user.id), data)
    return row


def end_role(*, role_id: int, valid_to: date, actor: Actor) -> UserRole:
    """Let a person hold a role until ``valid_to``, today or later; one that has ended stays as it is.

    A role that was to begin after ``valid_to`` ends on the day it begins.
    """
    actor.require(Role.ADMIN)
    with transaction():
        row: UserRole = get(UserRole, role_id, say("岗位"), lock=True)
        _not_oneself(row.user_id, actor)
        if valid_to < clock.today() or (row.valid_to is not None and row.valid_to < clock.today()):
            raise Invalid({"valid_to": say("终止日期不能早于今天，已经终止的岗位不再改动")})
        row.valid_to = max(valid_to, row.valid_from)
        row.save(only=[UserRole.valid_to])
        data = {"role": row.role, "to": row.valid_to.isoformat()}
        audit.record(actor, "role.end", ("user", row.user_id), data)
    return row


def _not_oneself(user_id: int, actor: Actor) -> None:
    if user_id == actor.user_id:
        raise Forbidden(
            say("不能改动自己的岗位"), basis="不相容岗位相互分离", remedy=say("请由另一位管理员办理")
        )
