"""The cast of the procedure at their browsers: whoever visits gets a password first."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from portfolio.foundation.access import User
from portfolio.foundation.roles import Actor
from portfolio.foundation.web import accounts
from tests import web
from tests.cast import Cast


def as_(cast: Cast, name: str) -> Actor:
    """The member of the cast called ``name``."""
    found: Actor = getattr(cast, name)
    return found


def give_password(actor: Actor) -> str:
    """Let a person log in; their user name."""
    user = User.get_by_id(actor.user_id)
    if user.password_changed_at is None:
        accounts.set_password(user_id=user.id, password=web.PASSWORD, actor=None, temporary=False)
    return str(user.username)


def visiting(app: Flask) -> Callable[[Actor], web.Visitor]:
    """``visit(actor)``: this person, logged in; the same browser when asked again."""
    there: dict[int, web.Visitor] = {}

    def visit(actor: Actor) -> web.Visitor:
        if actor.user_id not in there:
            there[actor.user_id] = web.visit(app, give_password(actor))
        return there[actor.user_id]

    return visit
