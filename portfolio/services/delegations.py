"""Giving and ending a delegation 代理: dated, in one role, within the house; both names are recorded."""

from __future__ import annotations

from datetime import date

from portfolio.foundation import access, audit, clock
from portfolio.foundation.access import Delegation, DelegationEnd, User
from portfolio.foundation.db import get, transaction
from portfolio.foundation.errors import Forbidden, Invalid, say
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.delegation import BASIS, Stand, Wish, problems


def give(
    *, delegate_id: int, role: Role, valid_from: date, valid_to: date, reason: str, actor: Actor
) -> Delegation:
    """Let a colleague stand in for the actor in one role, from a day to a day, both included.

    The same one given again gives the first back.  Raises ``Invalid`` by field, ``NotFound`` for no such
    person, ``Forbidden`` for somebody who stands in for another: what is delegated is not handed on.
    """
    if actor.on_behalf_of is not None:
        raise Forbidden(
            say("{name}正在代理他人，不能转委托", name=actor.name),
            basis=BASIS,
            remedy=say("请结束代理，以本人身份办理"),
        )
    wish = Wish(role, valid_from, valid_to, reason.strip())
    with transaction():
        # Locked, so that a form sent twice finds what the first one gave.
        delegate = get(User, delegate_id, say("代理人"), lock=True)
        stand = Stand(
            delegate.id == actor.user_id,
            delegate.organisation_id == actor.organisation_id,
            bool(delegate.active),
            access.acting(delegate).roles,
        )
        if wrong := problems(wish, actor.roles, stand, clock.today()):
            raise Invalid(wrong)
        values = {
            "principal": actor.user_id,
            "delegate": delegate_id,
            "role": role,
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
        same: Delegation | None = (
            Delegation.select()
            .where(
                *(getattr(Delegation, name) == value for name, value in values.items()),
                Delegation.id.not_in(DelegationEnd.select(DelegationEnd.delegation)),
            )
            .first()
        )
        if same is not None:
            return same
        row: Delegation = Delegation.create(**values, reason=wish.reason, granted_by=actor.user_id)
        data = {**values, "valid_from": valid_from, "valid_to": valid_to, "reason": wish.reason}
        audit.record(actor, "delegation.give", ("delegation", row.id), data)
        return row


def end(*, delegation_id: int, actor: Actor) -> DelegationEnd:
    """End a delegation at once, by who gave or holds it or an administrator; twice is once.

    What was done under it stands.  Raises ``Forbidden`` for others, ``NotFound``.
    """
    with transaction():
        row = get(Delegation, delegation_id, say("代理"), lock=True)
        party = actor.on_behalf_of is None and actor.user_id in {row.principal_id, row.delegate_id}
        if not party and not actor.has(Role.ADMIN):
            raise Forbidden(
                say("{name}不是这项代理的委托人或代理人", name=actor.name),
                basis=BASIS,
                remedy=say("请由委托人、代理人或系统管理员结束代理"),
            )
        ended: DelegationEnd | None = DelegationEnd.get_or_none(delegation=delegation_id)
        if ended is None:
            ended = DelegationEnd.create(
                delegation=delegation_id, ended_by=actor.user_id, ended_at=clock.now()
            )
            audit.record(actor, "delegation.end", ("delegation", delegation_id), {})
        return ended
