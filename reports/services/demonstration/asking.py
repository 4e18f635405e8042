"""The budget round of next year, and what enterprises and districts paid in, on the last days."""

from __future__ import annotations

from datetime import timedelta

from budget.rules.sources import COUNTERPART
from budget.rules.words import RequestKind
from budget.services import budget_round, counterpart
from budget.services.budget_round import Figure
from budget.tables.line import BudgetLine
from budget.tables.project_account import ProjectAccount
from portfolio.foundation import clock
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource
from portfolio.tables.dossier import FundingLine
from portfolio.tables.project import Project
from reports.services.demonstration.calendar import Story, working_day
from reports.services.demonstration.cast import Cast
from reports.services.demonstration.desk import paper
from reports.services.demonstration.estimate import rounded
from reports.services.demonstration.script import Script

_ASKING = 5
_CONTROLLED = 3
_DAYS_BEFORE = 3
_CONTROL_PERCENT, _RECEIVED_PERCENT = 90, 60


def ask(written: Script, cast: Cast) -> Story:
    """Units ask for next year; some have their control figures, one has asked again; money arrives."""
    yield working_day(written.today.replace(day=written.today.day - _DAYS_BEFORE))
    _round(written, cast)
    _receipts(cast)


def _round(written: Script, cast: Cast) -> None:
    officer, _ = cast.all(Role.FINANCE)
    rows = []
    for project in _open_projects():
        line = BudgetLine.select().where(BudgetLine.project == project).order_by(BudgetLine.id.desc()).get()
        row = budget_round.ask(
            project_id=project.id,
            year=written.today.year + 1,
            source=FundingSource.MUNICIPAL,
            kind=RequestKind.ROUND,
            amount=rounded(line.allotted),
            reason="按合同进度安排",
            actor=cast.one(Role.UNIT_FINANCE, of=project.owner.code),
        )
        rows.append((row, project))
    figures = [
        Figure(row.id, row.version, rounded(row.requested.share(_CONTROL_PERCENT, 100)))
        for row, _ in rows[:_CONTROLLED]
    ]
    if figures:
        budget_round.set_controls(figures=figures, actor=officer)
        first, project = rows[0]
        budget_round.ask_again(
            request_id=first.id,
            expected_version=first.version + 1,
            amount=figures[0].amount,
            actor=cast.one(Role.UNIT_FINANCE, of=project.owner.code),
        )


def _open_projects() -> list[Project]:
    """The first projects that may receive money and have some, one for each unit."""
    lines = BudgetLine.select(BudgetLine.project).where(BudgetLine.allotted > 0)
    rows = (
        Project.select()
        .join(ProjectAccount, on=(ProjectAccount.project == Project.id))
        .where(ProjectAccount.state == "open", Project.id.in_(lines))
        .order_by(Project.id)
    )
    return list(rows.limit(_ASKING))


def _receipts(cast: Cast) -> None:
    """Part of what others promised for this year is there; the first of it is confirmed."""
    officer, _ = cast.all(Role.FINANCE)
    day = clock.today() - timedelta(days=10)
    rows = (
        FundingLine.select(FundingLine, Project)
        .join(Project)
        .where(FundingLine.source.in_([source.value for source in COUNTERPART]), FundingLine.year == day.year)
        .order_by(FundingLine.id.desc())
        .limit(3)
    )
    for number, row in enumerate(rows):
        unit = cast.one(Role.UNIT_FINANCE, of=row.project.owner.code)
        receipt = counterpart.record_receipt(
            project_id=row.project_id,
            source=row.source,
            year=row.year,
            amount=rounded(row.amount.share(_RECEIVED_PERCENT, 100)),
            received_on=day,
            payer=f"{row.source.label}出资单位",
            document_id=paper(f"{row.project.name}配套资金进账单", unit),
            actor=unit,
        )
        if number == 0:
            counterpart.confirm_receipt(
                receipt_id=receipt.id, expected_version=receipt.version, actor=officer
            )
