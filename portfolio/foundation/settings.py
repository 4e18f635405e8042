"""Settings, read once from the environment and frozen.

``ENV`` (development, test, production), ``DATA_DIR``, ``DATABASE_URL``, ``BROKER_URL``, ``SECRET_KEY``,
``MAX_UPLOAD_MB``, ``SECOND_FACTOR`` (required, optional), ``SESSION_IDLE_MINUTES``, ``SESSION_HOURS``,
``PROXIES``, ``HOST``, ``PORT``.  Production refuses to start without a key of its own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from click import ClickException
from flask.cli import FlaskGroup

CHECKOUT = Path(__file__).resolve().parents[2]
_ENVIRONMENTS = ("development", "test", "production")
_SECOND_FACTOR = ("required", "optional")
_SHORTEST_KEY = 32


class SettingsError(ClickException):
    """A setting is missing or unusable; the text is one line for whoever starts the program."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations.  Sizes in bytes.

    ``second_factor``: whether roles that decide or move money must log in with a code as well.  A session
    ends ``session_idle_minutes`` after its last page and ``session_hours`` after the log-in.  ``proxies`` is
    the number of reverse proxies in front whose forwarding headers are to be believed.  ``host`` and ``port``
    are where ``serve`` listens.
    """

    environment: str
    data_dir: Path
    database_url: str
    broker_url: str
    secret_key: str
    max_upload_bytes: int
    second_factor: bool = False
    session_idle_minutes: int = 30
    session_hours: int = 12
    proxies: int = 0
    host: str = "127.0.0.1"
    port: int = 8000

    @property
    def production(self) -> bool:
        """Whether real money is at stake."""
        return self.environment == "production"

    @property
    def documents_dir(self) -> Path:
        """Where uploaded files lie, outside any web root."""
        return self.data_dir / "documents"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings; raises ``SettingsError`` with one line saying what to set."""
    source = os.environ if environ is None else environ
    environment = source.get("ENV", "development")
    if environment not in _ENVIRONMENTS:
        raise SettingsError(f"ENV={environment} 无效，可用：{'、'.join(_ENVIRONMENTS)}")
    data_dir = Path(source.get("DATA_DIR") or CHECKOUT / "var").resolve()
    key = source.get("SECRET_KEY", "")
    if environment == "production" and len(key) < _SHORTEST_KEY:
        raise SettingsError(f"生产环境必须设置 SECRET_KEY（至少 {_SHORTEST_KEY} 个字符的随机串）")
    second_factor = source.get("SECOND_FACTOR") or ("required" if environment == "production" else "optional")
    if second_factor not in _SECOND_FACTOR:
        raise SettingsError(f"SECOND_FACTOR={second_factor} 无效，可用：{'、'.join(_SECOND_FACTOR)}")
    return Settings(
        environment=environment,
        data_dir=data_dir,
        database_url=source.get("DATABASE_URL") or f"sqlite:///{data_dir / 'portfolio.db'}",
        broker_url=source.get("BROKER_URL", ""),
        secret_key=key,
        max_upload_bytes=_whole(source, "MAX_UPLOAD_MB", 50, 1, 4096) * 1024 * 1024,
        second_factor=second_factor == "required",
        session_idle_minutes=_whole(source, "SESSION_IDLE_MINUTES", 30, 5, 24 * 60),
        session_hours=_whole(source, "SESSION_HOURS", 12, 1, 24),
        proxies=_whole(source, "PROXIES", 0, 0, 5),
        host=source.get("HOST") or "127.0.0.1",
        port=_whole(source, "PORT", 8000, 1, 65_535),
    )


def _whole(source: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = source.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not least <= int(text) <= most:
        raise SettingsError(f"{name}={text} 无效，应为 {least}–{most} 的整数")
    return int(text)


def is_command() -> bool:
    """Whether this process runs a command, which may yet refuse, and must then have written nothing."""
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.find_root().command, FlaskGroup)


_current: Settings | None = None


def use(settings: Settings) -> None:
    """Make ``settings`` those of this process; called by the front door once."""
    global _current
    _current = settings


def current() -> Settings:
    """The settings of this process."""
    if _current is None:
        raise SettingsError("程序尚未初始化：请经 wsgi.create_app 启动")
    return _current
