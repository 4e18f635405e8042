"""A database with an application over it, in a process of its own: two can be measured in turn."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from flask import Flask, render_template_string, request
from flask.typing import ResponseReturnValue
from itsdangerous import URLSafeSerializer

import wsgi
from portfolio.foundation.roles import Actor
from portfolio.foundation.settings import Settings
from portfolio.foundation.web import accounts
from portfolio.foundation.web.permissions import signed_in
from portfolio.tables.project import Project
from tests import web
from tests.bench import places
from tests.bench.stock import Stock

NOTHING = "/nothing"
"""The trivial route: who reads, in which roles, what waits for them, and the frame around nothing."""

Furnish = Callable[[], Stock]


class Room:
    """Pages over a stock, opened by its treasury officer."""

    def __init__(self, furnish: Furnish, settings: Settings) -> None:
        self.stock = furnish()
        self.app = application(settings)
        may_log_in(self.stock.town.treasury)
        self.visitor = web.visit(self.app, "treasury")

    def milliseconds(self, address: str) -> float:
        """How long a page takes."""
        start = perf_counter()
        answer = self.visitor.get(address)
        taken = perf_counter() - start
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        return taken * 1000

    def posting(self, application: int) -> float:
        """How long the form that pays an application takes."""
        fields = {"version": "1", "key": f"page-request-{application}", "effective_on": ""}
        start = perf_counter()
        answer = self.visitor.post(f"/finance/applications/{application}/posting", fields)
        taken = perf_counter() - start
        if answer.status_code != 302:
            raise RuntimeError(web.text_of(answer)[:300])
        return taken * 1000

    def last_page(self, address: str) -> float:
        """How long the last page of the list of projects takes, after the fifty-first from its end."""
        with self.app.test_request_context(address):
            salt = f"place:{request.endpoint}"
        code, number = (
            Project.select(Project.code, Project.id)
            .order_by(Project.code, Project.id)
            .offset(50)
            .tuples()
            .get()
        )
        seal = URLSafeSerializer(self.app.config["SECRET_KEY"], salt=salt)
        return self.milliseconds(f"{address}?after={seal.dumps([code, number])}")

    def queries(self, address: str) -> int:
        """How many queries a page takes."""
        with web.queries() as seen:
            self.milliseconds(address)
        return len(seen)


def may_log_in(actor: Actor) -> None:
    """Give an officer the password of tests."""
    accounts.set_password(user_id=actor.user_id, password=web.PASSWORD, actor=None, temporary=False)


def application(settings: Settings) -> Flask:
    """The whole application, and the trivial route."""
    app = wsgi.create_app(settings)

    @app.get(NOTHING)
    @signed_in
    def nothing() -> ResponseReturnValue:
        return render_template_string("{% extends 'base.html' %}")

    return app


class Beside:
    """A room in a process of its own; it is asked by the names of its methods."""

    def __init__(self, furnish: Furnish) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, furnish), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, method: str, *given: object) -> float:
        """Its answer; raises what went wrong there."""
        self.pipe.send((method, given))
        answer = self.pipe.recv()
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return float(answer)

    def close(self) -> None:
        """End it."""
        self.pipe.close()
        self.process.join(timeout=20)


def _serve(pipe: multiprocessing.connection.Connection, furnish: Furnish) -> None:
    with places.sqlite() as settings:
        room = Room(furnish, settings)
        while True:
            try:
                method, given = pipe.recv()
            except EOFError:
                return
            try:
                pipe.send(getattr(room, method)(*given))
            except Exception:  # whoever asked raises it
                pipe.send(traceback.format_exc())


@contextmanager
def beside(*furnishes: Furnish) -> Iterator[list[Beside]]:
    """Rooms side by side, ended with the block."""
    rooms: list[Beside] = []
    try:
        for furnish in furnishes:
            rooms.append(Beside(furnish))
            rooms[-1].ask("milliseconds", NOTHING)  # one is furnished before the next
        yield rooms
    finally:
        for room in reversed(rooms):
            room.close()
