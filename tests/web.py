"""A visitor of the pages without a browser, and the counting of queries; for tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import database
from portfolio.foundation.roles import Role
from portfolio.foundation.web import accounts
from tests import factories

PASSWORD = "Bridge-over-2010"
_FORM_KEY = re.compile(r'name="csrf_token" value="([^"]+)"')
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


def account(
    username: str, *roles: Role, organisation: Organisation | None = None, password: str = PASSWORD
) -> User:
    """A person who can log in, holding ``roles``."""
    user = factories.user(username, roles=roles, organisation=organisation)
    accounts.set_password(user_id=user.id, password=password, actor=None, temporary=False)
    row: User = User.get_by_id(user.id)
    return row


class Visitor:
    """Someone at a browser: keeps cookies, and sends every form with the key that its page carried."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, address: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(address, buffered=True, **options)

    def post(self, address: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form, from the page that its own server made."""
        fields = {"csrf_token": self.form_key(), **(data or {})}
        options.setdefault("headers", {"Origin": "http://localhost"})
        return self.client.post(address, data=fields, buffered=True, **options)

    def form_key(self) -> str:
        """The key that the forms of this visitor's pages carry."""
        page = self.get("/login")
        if page.status_code != 200:  # logged in already
            page = self.get("/account", follow_redirects=True)
        found = _FORM_KEY.search(page.get_data(as_text=True))
        assert found, f"no form on {page.request.path}"
        return found[1]

    def log_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        """Give name and password."""
        return self.post("/login", {"username": username, "password": password})

    def log_out(self) -> TestResponse:
        """Leave."""
        return self.post("/logout")


def visit(app: Flask, username: str) -> Visitor:
    """A visitor who is logged in."""
    visitor = Visitor(app)
    answer = visitor.log_in(username)
    assert answer.status_code == 302, text_of(answer)
    return visitor


def text_of(answer: TestResponse) -> str:
    """What a page says, without its markup."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@contextmanager
def queries() -> Iterator[list[str]]:
    """Collect the statements that reach the database."""
    seen: list[str] = []

    def note(query: Any) -> None:
        seen.append(str(query.sql))

    bound = database.obj
    bound.query_hooks.append(note)
    try:
        yield seen
    finally:
        bound.query_hooks.remove(note)


def writes(statements: Iterable[str]) -> list[str]:
    """The statements that change something."""
    return [statement for statement in statements if _WRITES.match(statement)]
