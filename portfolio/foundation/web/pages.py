"""The foundation's own pages: one's account, the language switch, and a home until a house brings its own."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio.foundation.access import Language, User, needs_second_factor
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.web import permissions, shell
from portfolio.foundation.web.language import COOKIE
from portfolio.foundation.web.permissions import public, signed_in

blueprint = Blueprint("web", __name__)
_A_YEAR = 365 * 24 * 3600


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """What waits for me."""
    drawn = shell.of(current_app).home
    return drawn() if drawn is not None else render_template("home.html")


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Who I am here, in which roles, and how I log in."""
    actor = permissions.actor()
    return render_template(
        "account/account.html", required=needs_second_factor(actor), roles=sorted(actor.roles)
    )


@blueprint.post("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    """Read on in another language, on the same page; a person's choice is remembered."""
    if code not in {one.value for one in Language}:
        raise NotFound(say("没有这种语言"))
    if current_user.is_authenticated:
        with transaction():
            User.update(language=Language(code)).where(User.id == current_user.id).execute()
    response = redirect(_back(request.form.get("next", "")))
    response.set_cookie(
        COOKIE,
        code,
        max_age=_A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def _back(where: str) -> str:
    """An address on this site, whatever was asked for."""
    ours = where.startswith("/") and not where.startswith(("//", "/\\")) and where.isprintable()
    return where if ours and not urlsplit(where).netloc else url_for("web.home")
