"""What tests of pages over the whole demonstration share: who opens them, and what they cost."""

from __future__ import annotations

from flask import Flask

from portfolio.foundation.access import User
from portfolio.foundation.web import accounts
from tests import web

MOST = 8
"""Queries that a page may take: who reads, in which roles, what waits for them, and what the page shows."""


def visitor(app: Flask, username: str) -> web.Visitor:
    """Somebody of the demonstration, logged in."""
    user = User.get(User.username == username)
    accounts.set_password(user_id=user.id, password=web.PASSWORD, actor=None, temporary=False)
    return web.visit(app, username)


def cost(seen: web.Visitor, address: str) -> int:
    """How many queries a page takes."""
    with web.queries() as statements:
        assert seen.get(address).status_code == 200
    return len(statements)
