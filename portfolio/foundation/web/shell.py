"""What stands around every page: navigation, top bar, the banner of a demonstration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio.foundation import clock
from portfolio.foundation.errors import Message, Reference, say
from portfolio.foundation.roles import Actor
from portfolio.foundation.web import permissions

_EXTENSION = "shell"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation: shown to whoever may open its endpoint."""

    endpoint: str
    label: Message
    icon: str
    order: int = 100


@dataclass(slots=True)
class Shell:
    """What the houses hang into the frame; the front door fills it.

    ``waiting`` counts what waits for a person; ``search`` is the endpoint that takes ``?q=``; ``home`` draws
    the home page; ``begun`` is told of every project that is begun or whose basics are saved, with who did;
    ``returned`` says with what words a project came back, for ``ui/returned.html``; ``pages`` gives, for the
    kind of a ``Reference``, the endpoint that shows it and the name of its id there.
    """

    entries: list[Entry] = field(default_factory=lambda: [Entry("web.home", say("首页"), "house", 0)])
    waiting: Callable[[Actor], int] | None = None
    search: str = ""
    home: Callable[[], ResponseReturnValue] | None = None
    begun: Callable[[int, Actor], object] | None = None
    returned: Callable[[int], object | None] | None = None
    pages: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def install(app: Flask) -> None:
    """Make the frame's facts known to every page."""
    app.extensions[_EXTENSION] = Shell()
    app.context_processor(_facts)
    app.jinja_env.globals["address"] = address
    app.jinja_env.globals["shown_at"] = shown_at


def of(app: Flask) -> Shell:
    """The frame of an application, to be filled before it serves."""
    shell: Shell = app.extensions[_EXTENSION]
    return shell


def _facts() -> dict[str, Any]:
    actor: Actor | None = g.get("actor")
    return {
        "actor": actor,
        "standing_in": g.get("standing_in"),
        "person": current_user if actor is not None else None,
        "shell": of(current_app),
        "navigation": _navigation(actor) if actor is not None else [],
        "search": _search(actor),
        "current_entry": _current_entry(),
        "waiting": _waiting(actor),
        "demonstration": clock.offset() != timedelta(0),
        "today": clock.today(),
        "here": _here(),
    }


def _here() -> str:
    """Where one stands, to come back to; home, where the address answers no link."""
    rule = request.url_rule
    if rule is not None and "GET" not in (rule.methods or ()):
        return url_for("web.home")
    return request.full_path.rstrip("?")


def _navigation(actor: Actor) -> list[Entry]:
    app = current_app
    return [
        entry
        for entry in sorted(of(app).entries, key=lambda entry: entry.order)
        if (declared := permissions.access_of(app, entry.endpoint)) is not None and declared.admits(actor)
    ]


def _search(actor: Actor | None) -> str:
    """The address that takes ``?q=``, for whoever may open it."""
    endpoint = of(current_app).search
    if actor is None or endpoint not in current_app.view_functions:
        return ""
    declared = permissions.access_of(current_app, endpoint)
    return url_for(endpoint) if declared is not None and declared.admits(actor) else ""


def _current_entry() -> str:
    """The endpoint of the entry under which this page lies: the longest address that it begins with."""
    found = ("", "")
    for entry in of(current_app).entries:
        address = url_for(entry.endpoint)
        below = request.path.startswith(address.rstrip("/") + "/") and address != "/"
        if (request.path == address or below) and len(address) > len(found[0]):
            found = (address, entry.endpoint)
    return found[1]


def _waiting(actor: Actor | None) -> int:
    count = of(current_app).waiting
    return count(actor) if actor is not None and count is not None else 0


def begun(project_id: int, actor: Actor) -> None:
    """Tell the other houses that a project has begun, so that its procedure can begin with it."""
    if (told := of(current_app).begun) is not None:
        told(project_id, actor)


def returned(project_id: int) -> object | None:
    """With what words a project came back that is being revised; ``None`` for one that is not."""
    told = of(current_app).returned
    return told(project_id) if told is not None else None


def address(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - parts of an address
    """The address of a page that another house may hang in; empty where there is none for who reads."""
    if endpoint not in current_app.view_functions:
        return ""
    declared, actor = permissions.access_of(current_app, endpoint), g.get("actor")
    shut = declared is not None and actor is not None and not declared.admits(actor)
    return "" if shut else url_for(endpoint, **values)


def shown_at(reference: Reference) -> str:
    """The address of what a finding refers to; empty where there is none for who reads."""
    endpoint, name = of(current_app).pages.get(reference.kind, ("", ""))
    return address(endpoint, **{name: reference.id}) if endpoint else ""
