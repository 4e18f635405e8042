"""Quarterly reports of enterprises come in by list: one sheet, all of its rows or none, corrections too."""

import pytest

import approvals.tasks  # noqa: F401 - workers know the imports
from approvals.queries import filing as queries
from approvals.tables.case import FilingReport
from budget.rules.imports.words import BatchState, ImportKind
from budget.rules.words import ProgrammeSource
from portfolio.foundation.money import Money
from portfolio.tables.project import Project
from tests import acceptance, procedure, sheets

HEADS = ("项目编号", "年度", "季度", "企业自有（万元）", "银行贷款（万元）")


@pytest.fixture
def cast(sqlite_database, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


def receive(cast, *rows):
    return sheets.receive(cast.informatization, sheets.xlsx([HEADS, *rows]), kind=ImportKind.REPORTS)


def test_a_sheet_reports_a_quarter_and_corrects_it(cast):
    project_id = acceptance.filed(cast)
    code = Project.get_by_id(project_id).code
    wrong = receive(cast, (code, 2008, 1, 300, ""), ("XM-0", 2008, 1, 1, ""), (code, 2009, 1, 5, ""))
    assert wrong.state is BatchState.REFUSED
    assert [one["row"] for one in wrong.problems] == [3, 4]
    assert FilingReport.select().count() == 0
    batch = sheets.submitted(cast.informatization, receive(cast, (code, "2008年", "第1季", 300, 200)))
    assert (batch.state, batch.total) == (BatchState.POSTED, Money.from_wan(500))
    sheets.submitted(cast.informatization, receive(cast, (code, 2008, 1, 320, 200)))
    assert queries.realised(project_id, 2008, 1) == {
        ProgrammeSource.ENTERPRISE: Money.from_wan(320),
        ProgrammeSource.BANK_LOAN: Money.from_wan(200),
    }
    assert [row.revision for row in FilingReport.select().order_by(FilingReport.id)] == [1, 2]
