"""Nothing typed is lost: what was posted without a living session comes back to be sent once more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, jsonify, make_response, render_template, request

from portfolio.foundation.errors import Message, say
from portfolio.foundation.web.language import text

_REMEDIES = {
    400: say("请刷新本页后重新提交"),
    401: say("请在新窗口重新登录，再回到本页提交一次"),
}
_CODE = re.compile(r"[a-z_]+|\d")

LABELS = "field-labels"
"""The hidden field in which a form sends what its fields are called on the page."""

_ROW = re.compile(r"-(\d{1,6})-")


def column(name: str) -> str:
    """The name of a field of a table without the number of its row; another field's name as it is."""
    return _ROW.sub("-", name)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a field, with its label if that is known; ``row`` is 0 outside of tables."""

    label: str
    value: str
    row: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A posted form: where it went, its fields in order, what a person typed of them, and the names of files
    that must be chosen again.
    """

    address: str
    fields: tuple[tuple[str, str], ...]
    typed: tuple[Typed, ...]
    files: tuple[str, ...]


def page(what: Message, status: int) -> Response:
    """Say what happened and offer what was typed for sending again, if it came from one of our own pages.

    A form that a foreign page sent here is never offered: its sender could have a person confirm it.
    """
    if request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(what=text(what), remedy=text(_REMEDIES[status])), status)
    ours = from_own_page() and request.blueprint != "security"  # passwords and codes are never sent back
    body = render_template("errors/kept.html", what=what, kept=_kept() if ours else None)
    return make_response(body, status)


def from_own_page() -> bool:
    """Whether the browser says that one of our own pages made this request."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        return bool(origin) and urlsplit(origin)[:2] == urlsplit(request.host_url)[:2]
    except ValueError:  # no address at all
        return False


def _kept() -> Kept:
    fields = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name and name != "csrf_token" and "password" not in name  # a broken browser sends some without
    )
    files = tuple(upload.filename for upload in request.files.values() if upload.filename)
    return Kept(request.full_path.rstrip("?"), fields, tuple(_typed(fields)), files)


def _typed(fields: tuple[tuple[str, str], ...]) -> Iterator[Typed]:
    """What a person wrote, to be read once more: without choices, whose values are codes."""
    labels = _labels()
    for name, value in fields:
        label, row = str(labels.get(column(name), "")), _ROW.search(name)
        wanted = label if labels else name != LABELS and not _CODE.fullmatch(value)
        if wanted and value.strip():
            yield Typed(label, value, int(row[1]) + 1 if row else 0)


def _labels() -> dict[str, str]:
    """The labels as they were sent; none where somebody has tampered with them."""
    try:
        found = json.loads(request.form.get(LABELS, ""))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
