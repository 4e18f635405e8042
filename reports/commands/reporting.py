"""Assessment reports from the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from approvals.rules.evaluation import EvaluationKind
from portfolio.foundation.commands import HouseGroup
from portfolio.foundation.errors import Invalid, say
from reports import queries
from reports.services import assessment as reports

report_group = HouseGroup("report", help="评价报告 · assessment reports")


@report_group.command("assessment")
@click.argument("code", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="写到哪个文件，“-”为标准输出 · the file to write, “-” for standard output",
)
@click.option(
    "--list", "listing", is_flag=True, help="只列出可出具报告的项目编号 · list the codes that can be assessed"
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in EvaluationKind]),
    default=EvaluationKind.EVALUATION.value,
    show_default=True,
    help="评价的种类 · which instrument",
)
@click.option("--year", type=click.IntRange(1990, 2100), help="评价的年度 · the year assessed")
@click.option("--draft", is_flag=True, help="也出征求意见稿 · also the version for the exchange of views")
def assessment(
    code: str | None, output: Path | None, listing: bool, kind: str, year: int | None, draft: bool
) -> None:
    """出具项目 CODE 的绩效评价报告（PDF） · draw the assessment report of project CODE.

    The latest final evaluation of the project, unless --kind, --year or --draft say otherwise.
    """
    wanted = EvaluationKind(kind)
    if listing:
        if code or output:
            raise click.UsageError("--list 不与 CODE、-o 同用 · --list stands alone")
        for name in dict.fromkeys(
            row.project_code for row in queries.reportable(kind=wanted, year=year, drafts=draft)
        ):
            click.echo(name)
        return
    if not code or output is None:
        raise click.UsageError("须写明 CODE 和 -o FILE（或用 --list） · CODE and -o FILE are needed")
    row = queries.chosen(code, kind=wanted, year=year, drafts=draft)
    issued = reports.issue(evaluation_id=row.id, actor=None)
    _write(output, reports.content(issued))
    click.echo(f"{row.project_name}：{issued.pages} 页，sha256 {issued.pdf_sha256}", err=True)


def _write(output: Path, content: bytes) -> None:
    if str(output) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as fault:
        raise Invalid({"-o": say("无法写入“{path}”：{why}", path=output, why=fault.strerror)}) from fault
