"""Quarterly reports of enterprises by list: one sheet for a park or district and quarter."""

from __future__ import annotations

from collections.abc import Iterator

from approvals.services.filing import report_quarter
from budget.rules.imports.fields import Row, Shape
from budget.rules.imports.shapes import REPORTS
from budget.rules.imports.words import BatchState
from budget.services.imports.importer import Outcome, in_row, trial, tried
from budget.tables.imports import ImportBatch
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project

_SOURCES = tuple(source for source in FundingSource if not source.fiscal)


class Reports:
    """Lists of what filed projects realised in a quarter."""

    shape: Shape = REPORTS

    def examine(self, batch: ImportBatch, rows: Iterator[Row], outcome: Outcome, actor: Actor) -> None:
        """Report every row, and take it all back."""
        total = 0
        read = list(rows)  # before anything is locked
        with trial():
            for row in read:
                tried(outcome, row.number, "", lambda row=row: _report(row, actor))  # type: ignore[misc]
                total += sum(amount.fen for amount in _amounts(row).values())
        outcome.total = Money(total)

    def submit(self, batch: ImportBatch, rows: Iterator[Row], actor: Actor) -> BatchState:
        """Report every row; a correction is an entry of the difference, as by hand."""
        for row in rows:
            with in_row(row.number):
                _report(row, actor)
        return BatchState.POSTED

    def post(self, batch: ImportBatch, actor: Actor, request: int) -> None:
        """Nothing more is to be done."""


def _amounts(row: Row) -> dict[FundingSource, Money]:
    return {source: row[source.value] for source in _SOURCES if row[source.value] is not None}


def _report(row: Row, actor: Actor) -> None:
    project = Project.get_or_none(Project.code == row["project"])
    if project is None:
        raise Invalid({"project": say("没有编号为“{code}”的项目或系统", code=row["project"])})
    amounts = _amounts(row)
    if not amounts:
        raise Invalid({"amount": say("至少填写一种来源的完成投资")})
    report_quarter(
        project_id=project.id, year=row["year"], quarter=row["quarter"], amounts=amounts, actor=actor
    )
