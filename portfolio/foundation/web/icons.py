"""Icons drawn into the page from Bootstrap's own set, so that they print and need no further request."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from flask import Flask
from markupsafe import Markup


def install(app: Flask) -> None:
    """Let pages draw ``{{ icon("search") }}``."""
    app.jinja_env.globals["icon"] = icon


@cache
def icon(name: str, title: str = "") -> Markup:
    """The icon as SVG; hidden from screen readers unless it has a ``title``."""
    label = Markup('role="img" aria-label="{}"').format(title) if title else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" viewBox="0 0 16 16" {}>{}</svg>').format(label, Markup(_drawn()[name]))  # noqa: S704


@cache
def _drawn() -> dict[str, str]:
    """The drawing of every icon of the package, by name."""
    sprite = files("flask_bootstrap") / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"
    symbols = re.findall(
        r'<symbol[^>]* id="([^"]+)"[^>]*>(.*?)</symbol>', sprite.read_text("utf-8"), re.DOTALL
    )
    return dict(symbols)
