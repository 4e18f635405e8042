"""People with accounts, and the roles that they hold from a day on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from portfolio.foundation import access, audit, clock
from portfolio.foundation.access import User, UserRole
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Conflict, Invalid, say
from portfolio.foundation.roles import Actor, Role


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
    command line.  Raises ``Invalid`` for an empty name, ``NotFound`` for no such organisation, ``Conflict``
    when the user name is taken.
    """
    if actor is not None:
        actor.require(Role.ADMIN)
    fields = {"username": username.strip(), "name": name.strip()}
    if empty := [field for field, value in fields.items() if not value]:
        raise Invalid({field: say("不能为空") for field in empty})
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
