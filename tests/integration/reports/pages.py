"""What tests of pages over the whole demonstration share: who opens them, and what they cost."""

from __future__ import annotations

from flask import Flask

from portfolio.foundation.access import User, UserRole
from portfolio.foundation.roles import Role
from portfolio.foundation.web import accounts
from portfolio.tables.project import Project
from tests import web

LIBRARY, PORTAL, TRAFFIC, PARK = "重庆数字图书馆", "市政府门户网站群整合改版", "智能交通统一平台", "西永"

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


def holder(role: Role) -> str:
    """The user name of somebody in a role."""
    return str(User.get_by_id(UserRole.get(UserRole.role == role).user_id).username)


def project(name: str) -> Project:
    found: Project = Project.get(Project.name.contains(name))
    return found


def page_of(visitor: web.Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200, web.text_of(answer)[:400]
    return answer.get_data(as_text=True)
