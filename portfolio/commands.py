"""The plan catalogue and the first account from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from portfolio.foundation.commands import HouseGroup
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Conflict, Invalid, NotFound, say
from portfolio.foundation.roles import Role
from portfolio.foundation.web import accounts
from portfolio.queries import plan as queries
from portfolio.rules.located_json import decode_utf8
from portfolio.rules.plan import read_plan, write_plan
from portfolio.services.organisation import load_organisations, shipped_organisations
from portfolio.services.people import add_user
from portfolio.services.plan import Amendment, LoadReport, load_plan, shipped_plan

plan_group = HouseGroup("plan", help="规划目录：载入、导出 · the plan catalogue: load, export")


@plan_group.command("load")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--amend", is_flag=True, help="增补或调整规划内项目 · add or revise items of a plan already loaded"
)
@click.option(
    "--from",
    "start",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="增补、调整的生效日期 · the day from which the amendment is in force",
)
@click.option("--reason", default="", help="原因，如审定文号 · why, such as the number of the decision")
def load(file: Path | None, amend: bool, start: datetime | None, reason: str) -> None:
    """载入规划文件；不给 FILE 则载入随产品提供的规划和单位 · load a plan.

    Load a plan file; without FILE the plan and the organisations that come with the product.
    Nothing is written when any line is wrong, or when the file differs from what is loaded
    (unless --amend is given, with --from and --reason).
    """
    amendment = _amendment(amend, start, reason)
    document = read_plan(decode_utf8(file.read_bytes())) if file else shipped_plan()
    report = load_plan(document=document, actor=None, amendment=amendment)
    _tell(f"规划 {document.plan.code}", report)
    if file is None:
        _tell("单位", load_organisations(document=shipped_organisations(), actor=None))


@plan_group.command("export")
@click.option("--plan", "code", metavar="CODE", help="规划编码；只有一个规划时可省略 · the plan's code")
def export(code: str | None) -> None:
    """按载入文件的格式把规划写到标准输出（JSON，UTF-8） · export a plan.

    Write a plan to standard output in the form of the file that loads it.
    """
    text = write_plan(queries.export_plan(code or _only_plan()))
    click.echo(text.encode("utf-8"), nl=False)


def _amendment(amend: bool, start: datetime | None, reason: str) -> Amendment | None:
    if not amend:
        if start is not None or reason:
            raise Invalid({"--amend": say("--from、--reason 只与 --amend 同用")})
        return None
    if start is None:
        raise Invalid({"--from": say("增补或调整必须写明生效日期")})
    return Amendment(start.date(), reason)


def _only_plan() -> str:
    codes = [plan.code for plan in queries.plans()]
    if not codes:
        raise NotFound(say("还没有载入任何规划"), remedy=say("请先运行 flask plan load"))
    if len(codes) > 1:
        raise Conflict(say("有多个规划：{codes}", codes="、".join(codes)), remedy=say("请用 --plan 指定其一"))
    return codes[0]


def _tell(what: str, report: LoadReport) -> None:
    counts = f"新增 {report.added}，调整 {report.revised}，未变 {report.unchanged}"
    click.echo(
        f"{what}：{counts} · added {report.added}, revised {report.revised}, unchanged {report.unchanged}",
        err=True,
    )


account_group = HouseGroup("account", help="账号：新增系统管理员 · accounts: add an administrator")


@account_group.command("add-admin")
@click.argument("username")
@click.argument("name")
@click.argument("organisation")
def add_admin(username: str, name: str, organisation: str) -> None:
    """新增系统管理员，其余账号由其在网页上开通 · add an administrator.

    USERNAME is for logging in, NAME is the person's, ORGANISATION the code of theirs, such as CQ-XCJ.  The
    initial password is written to standard output; it must be changed at the first log-in.
    """
    password = accounts.initial_password(username)
    with transaction():
        user = add_user(
            username=username, name=name, roles=[Role.ADMIN], organisation=organisation, actor=None
        )
        accounts.set_password(user_id=user.id, password=password, actor=None)
    click.echo(password)
    click.echo(f"已新增系统管理员 {user.username}，以上是初始密码，首次登录时须修改", err=True)


GROUPS = (plan_group, account_group)
