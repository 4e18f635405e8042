"""The front door: builds the web and the Celery application; the only place that knows everybody."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from itertools import chain
from typing import TYPE_CHECKING, Any

from flask import Flask

from portfolio.foundation import admin, clock, commands, demonstration, settings, working_days
from portfolio.foundation.db import bind, database
from portfolio.foundation.jobs.celery_app import make_celery
from portfolio.foundation.settings import Settings
from portfolio.foundation.web import application, shell

if TYPE_CHECKING:
    from celery import Celery

HOUSES = ("portfolio", "budget", "approvals", "reports")
_ROOMS = {"foundation", "tables", "tasks"}


def create_app(chosen: Settings | None = None) -> Flask:
    """Build the application under ``chosen`` settings (default: from the environment)."""
    start(chosen or settings.read_settings())
    app = Flask("portfolio")
    application.install(app, settings.current())
    _open_pages(app)
    app.extensions["celery"] = make_celery(settings.current())
    rooms = (_room(house, "commands", "GROUPS") for house in HOUSES)
    for group in chain(commands.GROUPS, *rooms):
        app.cli.add_command(group)
    app.teardown_appcontext(_close_connection)
    return app


def start(chosen: Settings) -> None:
    """Make settings, database, tables, tasks and clock those of this process."""
    settings.use(chosen)
    bind(chosen.database_url)
    for house in HOUSES:
        _open_rooms(house)
    clock.follow(demonstration.no_offset if chosen.production else demonstration.stored_offset)
    clock.follow_days(working_days.entered)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - Flask or Celery
    """``wsgi:app`` for a web server and ``wsgi:celery`` for a worker, built when first asked for."""
    if name == "app":
        return create_app()
    if name == "celery":
        built: Celery = create_app().extensions["celery"]
        return built
    raise AttributeError(name)


def _open_rooms(house: str) -> None:
    """Import a house's tables, so that the schema is whole, and its tasks, so that workers know them."""
    package = importlib.import_module(house)
    for found in pkgutil.walk_packages(package.__path__, f"{house}."):
        if found.name.split(".")[1] in _ROOMS and ".migrations" not in found.name:
            importlib.import_module(found.name)


def _open_pages(app: Flask) -> None:
    """Register every house's pages and hang its entries into the navigation."""
    frame = shell.of(app)
    for house in HOUSES:
        for blueprint in _room(house, "views", "BLUEPRINTS"):
            app.register_blueprint(blueprint)
        frame.entries.extend(_room(house, "views", "NAVIGATION"))
    importlib.import_module("reports.views").furnish(frame)
    admin.mount(app, [view for house in HOUSES for view in _room(house, "admin", "VIEWS")])


def _room(house: str, room: str, what: str) -> Any:  # noqa: ANN401 - a sequence: command groups, blueprints
    name = f"{house}.{room}"
    return getattr(importlib.import_module(name), what) if importlib.util.find_spec(name) else ()


def _close_connection(_error: BaseException | None) -> None:
    if database.obj is not None and not database.is_closed():
        database.close()
