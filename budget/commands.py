"""The ledger from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from budget.queries.journal import journal_lines
from budget.queries.verification import verify
from budget.rules.journal import JournalFormat
from budget.services.anchors import anchor_ledger
from portfolio.foundation import clock
from portfolio.foundation.commands import HouseGroup

ledger_group = HouseGroup("ledger", help="账簿：核对、固定链尾、导出 · the ledger: verify, anchor, export")


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


@ledger_group.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in JournalFormat]),
    required=True,
    help="读它的程序 · the program that reads it",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="写入文件（默认标准输出） · a file instead of standard output",
)
def export_command(form: str, output: Path | None) -> None:
    """全部凭证写成 hledger 或 beancount 的日记账 · the ledger as a journal.

    Every entry becomes a transaction; the totals of the lines follow as assertions, so that
    ``hledger check`` or ``bean-check`` finds whatever does not add up.
    """
    with click.open_file(str(output or "-"), "w", encoding="utf-8") as file:
        for line in journal_lines(JournalFormat(form)):
            file.write(line + "\n")


GROUPS = (ledger_group,)
