"""Commands of the foundation, and the group that turns every refusal into one line on stderr."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import AppGroup
from peewee import OperationalError, ProgrammingError

from portfolio.foundation import audit, rulebook
from portfolio.foundation.db import schema
from portfolio.foundation.db.binding import dialect
from portfolio.foundation.errors import HouseError, Invalid, Refused


class HouseGroup(AppGroup):
    """A command group whose refusals are one line for each problem, without a traceback, and exit with 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command; data goes to stdout, refusals to stderr."""
        with refusals(ctx):
            return super().invoke(ctx)


class HouseCommand(click.Command):
    """A command that stands alone and refuses as those of a ``HouseGroup`` do."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command."""
        with refusals(ctx):
            return super().invoke(ctx)


@contextmanager
def refusals(ctx: click.Context) -> Iterator[None]:
    """Say on stderr what is refused, and end the command with 1."""
    try:
        yield
        return
    except Invalid as refusal:
        for field, message in refusal.fields.items():
            click.echo(f"{field}：{message}", err=True)
    except Refused as refusal:
        click.echo("\n".join(refusal.lines), err=True)
    except HouseError as refusal:
        click.echo(str(refusal), err=True)
    except (OperationalError, ProgrammingError) as fault:
        click.echo(f"数据库不可用：{_one_line(fault)}（请检查 DATABASE_URL，并先运行 db upgrade）", err=True)
    except OSError as fault:
        if fault.filename is None:
            raise
        click.echo(f"{fault.filename} 不可用：{fault.strerror}（请检查 DATA_DIR）", err=True)
    ctx.exit(1)


def _one_line(fault: Exception) -> str:
    return re.sub(r"\s+", " ", str(fault)).strip()


db_group = HouseGroup("db", help="数据库结构 · database schema")


@db_group.command("upgrade")
def upgrade() -> None:
    """应用尚未执行的迁移，载入随附的规则 · apply pending migrations, load the rules that ship."""
    applied = schema.upgrade()
    for name in applied:
        click.echo(name)
    rules = rulebook.load()
    click.echo(f"数据库（{dialect()}）：迁移 {len(applied)} 项，新增规则 {rules.added} 条", err=True)


@db_group.command("draft")
@click.argument("name", default="0001_initial")
def draft(name: str) -> None:
    """（开发用）为尚无迁移的表写出两种数据库的 SQL · write the SQL of tables without a migration."""
    for path in schema.draft(name, schema.tables_known_before(name)):
        click.echo(path.name)


audit_group = HouseGroup("audit", help="审计记录 · the audit log")


@audit_group.command("verify")
@click.pass_context
def verify(context: click.Context) -> None:
    """核对审计记录的链和每日固定的链尾 · verify the audit log.

    One line for every offender on standard output, then the number of entries; exit status 1 when there are
    offenders.  Nothing is written.
    """
    found = audit.verify()
    for line in found.offenders:
        click.echo(line)
    click.echo(f"审计记录 {found.entries} 条")
    if found.offenders:
        context.exit(1)


GROUPS = (db_group, audit_group)
