"""The ledger from the command line."""

from __future__ import annotations

import click

from budget.queries.verification import verify
from budget.services.anchors import anchor_ledger
from portfolio.foundation import clock
from portfolio.foundation.commands import HouseGroup

ledger_group = HouseGroup("ledger", help="账簿：核对、固定链尾 · the ledger: verify, anchor")


@ledger_group.command("verify")
@click.pass_context
def verify_command(context: click.Context) -> None:
    """核对凭证链、累计数、各账户之间的勾稽关系和链尾 · verify the ledger.

    One line for every offender on standard output, then the number of entries and their total in fen; exit
    status 1 when there are offenders.  Nothing is written.
    """
    found = verify()
    for line in found.offenders:
        click.echo(line)
    click.echo(f"凭证 {found.entries} 笔，合计 {found.total.fen} 分")
    if found.offenders:
        context.exit(1)


@ledger_group.command("anchor")
def anchor_command() -> None:
    """固定今日各预算指标的链尾，每日一次 · fix today's heads of all chains, once a day."""
    anchor = anchor_ledger(day=clock.today())
    click.echo(f"{anchor.day.isoformat()} {anchor.chains} {anchor.hash}")


GROUPS = (ledger_group,)
