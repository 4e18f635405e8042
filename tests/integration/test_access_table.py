"""S7: every route answers every role as the table written by hand says, and nothing that reads writes.

Nor is anything that was read left open: the connection goes on to the next page.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from portfolio.foundation.db import database
from portfolio.foundation.roles import Role
from portfolio.foundation.web import permissions
from tests import factories, web
from tests.access import EVERYBODY, LINES, NOBODY, SIGNED_IN, Line, dossier, plan

READING = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def world(app: Flask) -> dict[str, Any]:
    """The things that addresses of the table name; a part that adds pages adds its own.

    ``house`` is the organisation of whoever walks the table.
    """
    house = factories.organisation("HOUSE")
    return {"house": house, **dossier.things(house), **plan.things()}


@pytest.fixture
def app(one_app: Flask, clock: object) -> Flask:
    return one_app


def test_every_route_has_its_line(app: Flask) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(line.endpoint, line.method) for line in LINES}


def expected(line: Line, role: Role) -> int:
    if line.who == NOBODY or (isinstance(line.who, frozenset) and role not in line.who):
        return 403
    return line.may


@pytest.mark.parametrize("role", Role)
def test_every_role_gets_what_the_table_says(role: Role, app: Flask, world: dict[str, Any]) -> None:
    web.account("someone", role, organisation=world["house"])
    found, wanted = {}, {}
    visitor = web.visit(app, "someone")
    for line in LINES:
        place = f"{line.method} {line.address}"
        with web.queries() as seen:
            found[place] = _open(visitor, line, line.address.format_map(world))
        wanted[place] = expected(line, role)
        if line.method in READING:
            assert web.writes(seen) == [], f"{place} writes"
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # refused to whoever is still reading
        database.close()
        if line.foreign and found[place] == line.may:
            found[line.foreign] = _open(visitor, line, line.foreign.format_map(world))
            wanted[line.foreign] = 404
        if line.endpoint.startswith("security."):  # may have ended the session
            visitor = web.visit(app, "someone")
    assert found == wanted


def test_who_is_not_logged_in_gets_no_further_than_the_door(app: Flask, world: dict[str, Any]) -> None:
    found, wanted = {}, {}
    for line in LINES:
        place = f"{line.method} {line.address}"
        found[place] = _open(web.Visitor(app), line, line.address.format_map(world))
        closed = {EVERYBODY: line.anonymous, NOBODY: 403}
        door = 302 if line.method in READING else 401
        wanted[place] = closed.get(line.who, door) if isinstance(line.who, str) else door
    assert found == wanted


def _open(visitor: web.Visitor, line: Line, address: str) -> int:
    if line.method in READING:
        return visitor.get(address).status_code
    return visitor.post(address, dict(line.data)).status_code


def test_nothing_is_sent_without_the_key_of_its_form(app: Flask, world: dict[str, Any]) -> None:
    web.account("everybody", *Role, organisation=world["house"])
    visitor = web.visit(app, "everybody")
    found = {
        line.address: visitor.client.post(
            line.address.format_map(world), data=dict(line.data), headers={"Origin": "http://localhost"}
        ).status_code
        for line in LINES
        if line.method not in READING and line.who != NOBODY
    }
    assert found == dict.fromkeys(found, 400)


def test_a_route_without_a_declaration_is_denied(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    web.account("chief", Role.ADMIN)
    answer = web.visit(app, "chief").get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.get_data(as_text=True)


def test_every_view_of_our_own_declares_its_access(app: Flask) -> None:
    ours = {
        endpoint for endpoint in app.view_functions if endpoint.split(".")[0] not in {"security", "admin"}
    }
    assert {endpoint for endpoint in ours if permissions.access_of(app, endpoint) is None} == set()


def test_addresses_are_lower_case_words_with_hyphens(app: Flask) -> None:
    word = re.compile(r"[a-z0-9-]+|<[^>]+>")
    foreign = {"bootstrap.static", "security.static"}
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in foreign
        for part in rule.rule.strip("/").split("/")
        if part and not word.fullmatch(part)
    ]
    assert odd == []


def test_nothing_that_changes_can_be_opened_with_a_link(app: Flask) -> None:
    """A route that takes POST and GET shows a form on GET; the walk above holds that it writes nothing."""
    posting = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    walked = {line.endpoint for line in LINES if line.method == "POST"}
    assert posting == walked
    assert {line.who for line in LINES} <= {EVERYBODY, SIGNED_IN, NOBODY} | {
        line.who for line in LINES if isinstance(line.who, frozenset)
    }
