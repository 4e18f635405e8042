"""The web side of an application: what stands around every page, in the order in which it must be put on."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from flask import Flask, Response, json, request
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from portfolio.foundation.errors import say
from portfolio.foundation.settings import Settings, SettingsError, is_command
from portfolio.foundation.web import errors, frozen, icons, language, pages, permissions, security, shell
from portfolio.foundation.web.permissions import PUBLIC, declare

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_MEGABYTE = 1024 * 1024
_LARGEST_FORM = 4 * _MEGABYTE
_MOST_FIELDS = 20_000
_A_YEAR = timedelta(days=365)
_KEY = "secret-key"
_LOGIN_LIMITS = "60 per minute; 600 per hour"


def install(app: Flask, settings: Settings) -> None:
    """Put everything common on ``app``: keys, headers, errors, language, accounts, permissions, frame."""
    app.config.update(_configuration(settings))
    app.url_map.converters["int"] = SmallInteger
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.jinja_options = {
        **app.jinja_options,
        "finalize": language.text,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    Bootstrap5(app)
    language.install(app)
    app.jinja_env.filters.update(frozen=frozen.frozen, told=frozen.told)
    icons.install(app)
    errors.install(app)
    permissions.install(app)
    app.before_request(_refuse_what_is_no_text)
    CSRFProtect(app)
    security.install(app, settings)
    limiter = Limiter(get_remote_address, app=app, storage_uri=_counters(settings), headers_enabled=False)
    for endpoint in ("security.login", "security.two_factor_token_validation", "security.verify"):
        view: Any = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(_LOGIN_LIMITS, methods=["POST"])(view)
    shell.install(app)
    app.register_blueprint(pages.blueprint)
    declare(app, "static", PUBLIC)
    declare(app, "bootstrap.static", PUBLIC)
    app.url_defaults(_fresh_static(app))
    app.after_request(_with_headers(settings))
    app.after_request(_way_told)
    app.jinja_env.globals["largest_upload"] = settings.max_upload_bytes // _MEGABYTE


def _configuration(settings: Settings) -> dict[str, Any]:
    kept = _key_for_now if is_command() else own_key
    return {
        "SECRET_KEY": settings.secret_key or kept(settings.data_dir),
        "MAX_CONTENT_LENGTH": settings.max_upload_bytes + _LARGEST_FORM,
        "MAX_FORM_MEMORY_SIZE": _LARGEST_FORM,
        "MAX_FORM_PARTS": _MOST_FIELDS,
        "SESSION_COOKIE_NAME": "session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.production,
        "SEND_FILE_MAX_AGE_DEFAULT": _A_YEAR,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
        "WTF_CSRF_SSL_STRICT": False,  # SameSite and the policy above do what its Referer check does
        "TEMPLATES_AUTO_RELOAD": settings.environment == "development",
    }


def own_key(folder: Path) -> str:
    """The key of an installation that was given none: made once, kept readable by its owner alone.

    Raises ``SettingsError`` when the folder cannot be written.
    """
    path = folder / _KEY
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=folder, encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            with suppress(FileExistsError):  # whoever comes second takes the first one's, and takes it whole
                os.link(file.name, path)
        return path.read_text("ascii")
    except OSError as fault:
        what = say("DATA_DIR={folder} 不可写：{why}", folder=folder, why=fault.strerror)
        raise SettingsError(str(what)) from fault


def _key_for_now(folder: Path) -> str:
    """The installation's key if it has one; a command signs nothing that outlives it, so it makes none."""
    path = folder / _KEY
    return path.read_text("ascii") if path.is_file() else secrets.token_hex(32)


def _counters(settings: Settings) -> str:
    """Where throttling counts: shared by all workers where there is a Redis, else in each worker alone."""
    return settings.broker_url if settings.broker_url.startswith("redis") else "memory://"


class SmallInteger(IntegerConverter):
    """A number in an address that fits a column; a longer one is no address of ours."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - werkzeug's signature
        """Limit the number to 63 bits."""
        named.setdefault("max", 2**63 - 1)
        super().__init__(*arguments, **named)


def _refuse_what_is_no_text() -> None:
    """Fields without a name, and null characters: no text has them, and PostgreSQL cannot store them."""
    values: list[str | None] = [*request.args.keys(), *request.args.values(), request.path]
    if request.method == "POST":
        values += [*request.form.keys(), *(value for _, value in request.form.items(multi=True))]
    if any(value is None or "\x00" in value for value in values):
        raise BadRequest


def _fresh_static(app: Flask) -> Callable[[str, dict[str, Any]], None]:
    """Give every file of our own an address that changes with its content, so that browsers can keep it."""
    known: dict[str, str] = {}

    def add(endpoint: str, values: dict[str, Any]) -> None:
        name = values.get("filename")
        if endpoint != "static" or not name or app.static_folder is None:
            return
        if name not in known or app.debug:
            path = Path(app.static_folder) / name
            known[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""
        values["v"] = known[name] or None

    return add


def _with_headers(settings: Settings) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.production and request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={int(_A_YEAR.total_seconds())}"
        if request.endpoint not in {"static", "bootstrap.static"}:
            response.headers["Cache-Control"] = "no-store, private"  # a paper handed out, too
        return response

    return add


def _way_told(response: Response) -> Response:
    """A page that sends its files itself is told where to go on: going there unseen uses up notices."""
    if "X-Upload" in request.headers and response.location:
        response.status_code, response.mimetype = 200, "application/json"
        response.set_data(json.dumps({"address": response.headers.pop("Location")}))
    return response
