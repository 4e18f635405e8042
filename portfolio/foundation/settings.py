"""Settings, read once from the environment and frozen.

``ENV`` (development, test, production), ``DATA_DIR``, ``DATABASE_URL``, ``BROKER_URL``, ``SECRET_KEY``,
``MAX_UPLOAD_MB``.  Production refuses to start without a key of its own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from click import ClickException

CHECKOUT = Path(__file__).resolve().parents[2]
_ENVIRONMENTS = ("development", "test", "production")
_SHORTEST_KEY = 32


class SettingsError(ClickException):
    """A setting is missing or unusable; the text is one line for whoever starts the program."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations.  Sizes in bytes."""

    environment: str
    data_dir: Path
    database_url: str
    broker_url: str
    secret_key: str
    max_upload_bytes: int

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
    megabytes = source.get("MAX_UPLOAD_MB", "50")
    if not megabytes.isascii() or not megabytes.isdigit() or not 1 <= int(megabytes) <= 4096:
        raise SettingsError(f"MAX_UPLOAD_MB={megabytes} 无效，应为 1–4096 的整数")
    return Settings(
        environment=environment,
        data_dir=data_dir,
        database_url=source.get("DATABASE_URL") or f"sqlite:///{data_dir / 'portfolio.db'}",
        broker_url=source.get("BROKER_URL", ""),
        secret_key=key,
        max_upload_bytes=int(megabytes) * 1024 * 1024,
    )


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
