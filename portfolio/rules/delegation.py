"""Standing in for another 代理: which parts can be handed over, to whom, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import AUTHORITIES, UNIT_ROLES, Role

BASIS = "代理须有起止日期并登记"

DELEGABLE = frozenset({*UNIT_ROLES, *AUTHORITIES, Role.SECRETARY, Role.MEMBER})
"""The parts that can be handed over; experts, assessors, auditors and administrators act in person."""

NEVER_DELEGATES = frozenset({Role.ADMIN, Role.AUDITOR})
"""Who takes no part in a matter takes none in another's place either."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to hand over: a role, from a day to a day, for a reason."""

    role: Role
    valid_from: date
    valid_to: date
    reason: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Whom it is to be given to, as far as it matters."""

    same_person: bool
    same_house: bool
    active: bool
    roles: frozenset[Role]


def problems(wish: Wish, held: frozenset[Role], to: Stand, today: date) -> dict[str, Message]:
    """What is wrong with a delegation, by field; ``held`` are the roles of whoever gives it."""
    found: dict[str, Message] = {}
    if wish.role not in DELEGABLE & held:
        found["role"] = say("只能委托本人现有且可以代理的岗位")
    if to.same_person:
        found["delegate_id"] = say("不能委托给本人")
    elif not to.active or not to.same_house:
        found["delegate_id"] = say("代理人须是本单位在用账号")
    elif to.roles & NEVER_DELEGATES:
        found["delegate_id"] = say("系统管理员和审计人员不参与办理，不能代理")
    if wish.valid_from < today:
        found["valid_from"] = say("起始日期不能早于今天")
    elif wish.valid_to < wish.valid_from:
        found["valid_to"] = say("截止日期不能早于起始日期")
    if not wish.reason.strip():
        found["reason"] = say("请写明委托代理的原因")
    return found
