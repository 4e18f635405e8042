"""Nothing typed is lost: what was posted without a living session comes back to be sent once more."""

from __future__ import annotations

import re
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A posted form: where it went, its fields in order, and the names of files that must be chosen again."""

    address: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]

    @property
    def typed(self) -> list[str]:
        """What a person wrote, to be read once more: without choices, whose values are codes."""
        return [value for _name, value in self.fields if value.strip() and not _CODE.fullmatch(value)]


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
    return Kept(request.full_path.rstrip("?"), fields, files)
