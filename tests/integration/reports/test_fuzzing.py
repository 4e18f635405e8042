"""S6: whatever is sent to whichever route, nothing breaks, and what is refused has changed nothing.

``FUZZ=10000`` sends as many inputs, over both databases; without it a few hundred are sent over SQLite.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import wsgi
from portfolio.foundation import access, db
from portfolio.foundation.access import User
from portfolio.foundation.clock import follow, real_time
from portfolio.foundation.settings import Settings
from portfolio.foundation.web import accounts, permissions
from reports.services import serving
from tests import web
from tests.fuzzing import Attacker, Input, PostgresqlWatch, SqliteWatch, Watch
from tests.integration.reports.conftest import beside, create_database, settings_for

COUNT = int(os.environ.get("FUZZ", "500"))
SEED = int(os.environ.get("FUZZ_SEED", "2010"))
PEOPLE = ("zfb.jb", "zfb.cio", "zfb.cw", "xcj1", "fgw1", "czj1", "lxb", "zj1", "pj", "sjj", "admin", None)
"""One of every role, and somebody who is not logged in."""
TURN = 12
"""Inputs that one person sends before the next has a turn."""
OPENINGS = ("/", "/projects", "/finance", "/evaluations")


class Crowd(logging.Handler):
    """Sends what the attacker makes as one person after the other, and notes what went wrong."""

    def __init__(self, app: Flask, watch: Watch) -> None:
        super().__init__(logging.ERROR)
        self.app, self.watch = app, watch
        self.attacker = Attacker(app, SEED)
        self.visitors: dict[str | None, web.Visitor] = {}
        self.failures: dict[str, str] = {}
        self.statuses: dict[int, int] = {}
        self.fault = ""
        self.logins = 0
        self.may = {name: _doors(app, name) for name in PEOPLE if name is not None}

    def emit(self, record: logging.LogRecord) -> None:
        """Remember the last fault that the application logged."""
        if record.exc_info:
            self.fault = "".join(traceback.format_exception(record.exc_info[1])[-8:])

    def run(self, count: int) -> None:
        """Send ``count`` inputs."""
        before, sums = self.watch.moment(), self.watch.sums()
        for number in range(count):
            name = PEOPLE[number // TURN % len(PEOPLE)]
            visitor = self.visitor(name, fresh=number % TURN == 0)
            if self.watch.moment() != before:  # somebody has logged in, or was let in again
                before, sums = self.watch.moment(), self.watch.sums()
            made = self.attacker.input(visitor._key, self.may.get(name, _public))
            if made.method == "POST" and not self.attacker.forms[made.endpoint]:
                self.look(visitor, made)
            status = self.send(visitor, made)
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status >= 500:
                self.note(_place(self.fault) or made.endpoint, f"{name}: {made}\n{self.fault}")
            if self.watch.moment() != before:
                was, before, sums = sums, self.watch.moment(), self.watch.sums()
                moved = [table for table in sums if sums[table] != was[table]]
                if 400 <= status < 500 and moved:
                    self.note(f"{made.endpoint} {status} moved {moved}", f"{name}: {made}")
            if number % 500 == 499:
                print(number + 1, dict(sorted(self.statuses.items())), flush=True)

    def note(self, kind: str, what: str) -> None:
        """Keep the first failure of a kind, and say it at once: a long run may be broken off."""
        if kind not in self.failures:
            self.failures[kind] = what
            print(f"## {kind}\n{what}", flush=True)

    def look(self, visitor: web.Visitor, made: Input) -> None:
        """Open the page of a form that nobody has seen yet, for the next one who sends it."""
        if made.address.isascii() and visitor.get(made.address).status_code == 200:
            page = visitor.get(made.address).get_data(as_text=True)
            self.attacker.learn(page)
            self.attacker.learn_form_of(made.address, made.endpoint, page)

    def send(self, visitor: web.Visitor, made: Input) -> int:
        """Send one input and learn from the answer; the status."""
        self.fault = ""
        options: dict[str, Any] = {"headers": {"Origin": "http://localhost", **made.headers}}
        if made.data is not None:
            options |= {"data": made.data, "content_type": made.content_type}
        try:
            answer = visitor.client.open(made.address, method=made.method, buffered=True, **options)
        except Exception as fault:  # nothing may come through to the web server
            self.fault = "".join(traceback.format_exception(fault)[-8:])
            return 599
        page = visitor._seen(answer).get_data(as_text=True) if answer.mimetype == "text/html" else ""
        self.attacker.learn(page)
        if made.method == "GET" and answer.status_code == 200:
            self.attacker.learn_form_of(made.address, made.endpoint, page)
        return answer.status_code

    def visitor(self, name: str | None, *, fresh: bool) -> web.Visitor:
        """The person's browser, logged in (again, if what was sent has ended the session)."""
        known = self.visitors.get(name)
        if known is not None and not fresh:
            return known
        if name is None or known is None or known.get("/account").status_code != 200:
            self.visitors[name] = known = web.Visitor(self.app)
            self.logins += 1  # from another machine each time: who tries too often is held off
            known.client.environ_base["REMOTE_ADDR"] = f"10.0.{self.logins // 250}.{self.logins % 250}"
            known.get("/login")
            if name is not None:
                _let_in(name)
                assert known.log_in(name).status_code == 302, name
                for address in OPENINGS:
                    page = known.get(address, follow_redirects=True).get_data(as_text=True)
                    self.attacker.learn(page)
        return known


def _public(endpoint: str) -> bool:
    return endpoint in {"security.login", "web.language", "security.two_factor_token_validation"}


def _doors(app: Flask, name: str) -> Callable[[str], bool]:
    actor = access.actor_for(name)

    def may(endpoint: str) -> bool:
        declared = permissions.access_of(app, endpoint)
        return declared is not None and "static" not in endpoint and declared.admits(actor)

    return may


def _let_in(name: str) -> None:
    """Undo what inputs have done to an account: deactivated, locked, or with another password."""
    user = User.get(User.username == name)
    User.update(active=True).where(User.id == user.id).execute()
    accounts.set_password(user_id=user.id, password=web.PASSWORD, actor=None, temporary=False)
    accounts.forget_tries(name)


def _place(fault: str) -> str:
    """The last line of the product in a fault, and what it was."""
    lines = [line for line in fault.splitlines() if line.strip()]
    ours = [line.strip() for line in lines if "File" in line and "site-packages" not in line]
    return f"{lines[-1][:160]} at {ours[-1] if ours else '?'}" if lines else ""


def attack(settings: Settings, watch: Watch, count: int) -> None:
    """Send the inputs; fail with everything that broke, each kind once."""
    app = wsgi.create_app(settings)
    crowd = Crowd(app, watch)
    log = logging.getLogger("portfolio.foundation.web.errors")
    log.addHandler(crowd)
    try:
        crowd.run(count)
    finally:
        log.removeHandler(crowd)
    assert list(crowd.failures) == []
    assert crowd.statuses.get(200, 0) > count // 20
    assert crowd.statuses.get(422, 0) > count // 50


@pytest.mark.timeout(400 + COUNT)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"] if "FUZZ" in os.environ else ["sqlite"])
def test_nothing_that_is_sent_breaks_or_moves_anything(kind: str, request: pytest.FixtureRequest) -> None:
    settings, watch = request.getfixturevalue(f"{kind}_city")
    attack(settings, watch, COUNT)


@pytest.fixture
def sqlite_city(loaded: Settings) -> tuple[Settings, Watch]:
    return loaded, SqliteWatch(str(loaded.data_dir / "portfolio.db"))


@pytest.fixture
def postgresql_city(
    postgresql_url: str, postgresql_template: str, tmp_path: Path
) -> Iterator[tuple[Settings, Watch]]:
    create_database(postgresql_url, "fuzzed", postgresql_template)
    url = beside(postgresql_url, "fuzzed")
    settings = settings_for(url, tmp_path)
    wsgi.start(settings)
    serving.prepare()
    watch = PostgresqlWatch(url)
    yield settings, watch
    watch.close()
    db.unbind()
    follow(real_time)
