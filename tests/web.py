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
        self._key = ""

    def get(self, address: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self._seen(self.client.get(address, buffered=True, **options))

    def post(self, address: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form, with the key of the page that was seen last."""
        if not self._key:
            self.get("/login", follow_redirects=True)
        options.setdefault("headers", {"Origin": "http://localhost"})
        fields = {"csrf_token": self._key, **(data or {})}
        return self._seen(self.client.post(address, data=fields, buffered=True, **options))

    def _seen(self, answer: TestResponse) -> TestResponse:
        found = _FORM_KEY.search(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else None
        self._key = found[1] if found else self._key
        return answer

    def log_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        """Give name and password."""
        return self.post("/login", {"username": username, "password": password})

    def log_out(self) -> TestResponse:
        """Leave."""
        answer = self.post("/logout")
        self._key = ""
        return answer


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
    """Collect every statement that reaches the database: session, roles and what waits included."""
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
