"""The whole program on one machine: what must be there before it starts, and what runs."""

from __future__ import annotations

import errno
import socket
import sys

from portfolio.foundation import demonstration, rulebook, settings
from portfolio.foundation.access import User
from portfolio.foundation.db import schema
from portfolio.foundation.errors import Conflict, Invalid, say
from portfolio.foundation.jobs.supervisor import Child
from portfolio.foundation.settings import CHECKOUT, Settings
from portfolio.foundation.web.application import own_key
from portfolio.tables.project import Project
from reports.services.demonstration import loading
from reports.services.demonstration.loading import Loaded

_WEB_WORKERS, _WEB_THREADS, _JOB_WORKERS = 2, 4, 2
_QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}  # a container's only user
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not chosen


def check_port(host: str, port: int) -> None:
    """Raise ``Conflict`` when somebody listens there already, ``Invalid`` when nobody can."""
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as fault:
        raise Invalid({"HOST": say("没有这个地址：{host}", host=host)}) from fault
    family, kind, protocol, _, place = places[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the web server will
        try:
            probe.bind(place)
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise Conflict(
                    say("端口 {port} 已被占用", port=port),
                    remedy=say("请用 PORT=… make run 换一个端口，或先停止占用它的程序"),
                ) from fault
            why = fault.strerror or str(fault)
            what = say("无法在 {host} 的端口 {port} 上监听：{why}", host=host, port=port, why=why)
            raise Invalid({"HOST、PORT": what}) from fault


def prepare() -> Loaded | None:
    """Bring the database up to date; an empty one outside production gets the demonstration, once.

    Returns what of a demonstration is there, ``None`` where the database is somebody's own.  Raises
    ``SettingsError`` in production when it is a demonstration's.
    """
    if settings.current().production:
        demonstration.no_offset()
    schema.upgrade()
    rulebook.load()
    if not settings.current().secret_key:
        own_key(settings.current().data_dir)
    ours = settings.current().production or not (demonstration.is_demonstration() or is_empty())
    return None if ours else loading.load()


def is_empty() -> bool:
    """Whether nobody has begun to use the database: neither people nor projects."""
    return not User.select().exists() and not Project.select().exists()


def has_people() -> bool:
    """Whether anybody can log in at all."""
    return bool(User.select().exists())


def address(chosen: Settings) -> str:
    """Where a browser of this machine finds the pages."""
    host = _EVERYWHERE.get(chosen.host, chosen.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{chosen.port}/"


def children(chosen: Settings) -> list[Child]:
    """Web server, worker and scheduler."""
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    python = [sys.executable, "-m"]
    web = [
        *("gunicorn", "wsgi:app", "--chdir", str(CHECKOUT), "--bind", f"{host}:{chosen.port}"),
        *("--workers", str(_WEB_WORKERS), "--worker-class", "gthread", "--threads", str(_WEB_THREADS)),
        *("--log-level", "warning", "--no-control-socket"),
    ]
    celery = ["celery", "--quiet", "--workdir", str(CHECKOUT), "-A", "wsgi:celery"]
    worker = ["worker", "--concurrency", str(_JOB_WORKERS), "--loglevel", "warning"]
    scheduler = ["beat", "--pidfile=", "--loglevel", "warning"]
    return [
        Child("web", [*python, *web]),
        Child("worker", [*python, *celery, *worker], _QUIET, chatty=True),
        Child("beat", [*python, *celery, *scheduler]),
    ]
