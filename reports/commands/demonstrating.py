"""The demonstration from the command line."""

from __future__ import annotations

import click

from portfolio.foundation.commands import HouseGroup
from reports.services.demonstration import loading, walking

demo_group = HouseGroup("demo", help="演示：载入演示数据，走一遍全程 · the demonstration")


@demo_group.command("load")
def load() -> None:
    """载入演示数据（规划、单位、账号、约四十个项目） · load the demonstration, once.

    Loads plan, organisations and accounts when missing, and about forty invented projects over the plan's
    years; a second time changes nothing.  Refused in production and where real projects are.
    """
    loaded = loading.load()
    if loaded.fresh:
        click.echo(f"演示数据已载入：项目 {loaded.projects} 个，账号 {loaded.people} 个", err=True)
    else:
        click.echo(f"演示数据已在（项目 {loaded.projects} 个），未作改动 · already loaded", err=True)


@demo_group.command("walk")
def walk() -> None:
    """带一个项目从规划走到评价报告，最后一行是报告的路径 · walk one project all the way.

    In an empty data folder: set-up, then one line for each step, two refusals on the way, and the assessment
    report in var/demo of the checkout; the last line is its path.
    """
    click.echo(walking.walk(click.echo))
