"""``make run``: everything from one command, until it is told to stop."""

from __future__ import annotations

import threading
import time
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Sequence

import click
from flask.cli import with_appcontext

from portfolio.foundation import db, settings
from portfolio.foundation.commands import HouseCommand
from portfolio.foundation.jobs.celery_app import check_broker
from portfolio.foundation.jobs.supervisor import Supervisor
from reports.services import serving
from reports.services.demonstration.accounts import PASSWORD, Shown, showcase
from reports.services.demonstration.script import script

_LOOK_SECONDS = 0.2
_NOBODY = (
    "",
    "还没有账号。请另开终端，在同样的设置下载入规划和单位，建第一位管理员 · no accounts yet; run:",
    "  .venv/bin/flask --app wsgi plan load",
    "  .venv/bin/flask --app wsgi account add-admin USERNAME NAME ORGANISATION",
)


@click.command("serve", cls=HouseCommand)
@with_appcontext
def serve() -> None:
    """启动网页、后台任务和定时任务，Ctrl-C 全部停止 · run web, worker and scheduler until Ctrl-C.

    Brings the database up to date first; an empty one outside production gets the plan and the
    demonstration, once.  HOST (127.0.0.1) and PORT (8000) say where.
    """
    chosen = settings.current()
    serving.check_port(chosen.host, chosen.port)
    if chosen.broker_url:
        check_broker(chosen.broker_url)
    first = "" if chosen.production else "（首次启动载入规划和演示项目，约半分钟）"
    click.echo(f"准备数据库{first} · preparing the database")
    loaded = serving.prepare()
    lines: Sequence[str] = () if serving.has_people() else _NOBODY
    if loaded is not None:
        lines = account_lines(showcase(script().people))
    db.release()  # whoever only watches its children holds no connection
    address = serving.address(chosen)
    watcher = threading.Thread(target=_announce, args=(address, lines), daemon=True)
    watcher.start()
    status = Supervisor(serving.children(chosen)).run()
    click.echo("已全部停止 · all stopped")
    click.get_current_context().exit(status)


def account_lines(shown: Sequence[Shown]) -> list[str]:
    """The accounts of the demonstration as a table, with the password of all of them."""
    heads = ("岗位 · role", "用户名 · user name", "姓名", "单位")
    rows = [heads, *(_cells(one) for one in shown)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(heads))]
    table = ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    table.insert(1, "  ".join("-" * width for width in widths))
    return [
        "",
        f"演示账号，密码都是 {PASSWORD} · demonstration accounts, all with this password:",
        *(f"  {line.rstrip()}" for line in table),
    ]


def _cells(one: Shown) -> tuple[str, ...]:
    role = f"{one.role.label} · {one.role.value.replace('_', ' ')}"
    return (role, one.username, one.name, one.organisation)


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _announce(address: str, lines: Sequence[str]) -> None:
    """Say where the pages are as soon as they are."""
    while not _answers(f"{address}login"):
        time.sleep(_LOOK_SECONDS)
    said = ["", f"请打开 {address} · open this address; Ctrl-C 停止 · stops", ""]
    click.echo("\n".join([*lines, *said]))


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
