"""Payments by list: examined row by row, submitted, checked and posted as a whole, once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from budget.queries.verification import verify
from budget.rules.imports.words import BatchState
from budget.tables.contract import Contract
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from portfolio.foundation.errors import Conflict
from portfolio.foundation.jobs import Job
from tests import ledger, sheets
from tests.ledger import City
from tests.sheets import PAYMENT_HEADS

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(database: Any) -> City:
    return ledger.city()


def bought(town: City) -> tuple[BudgetLine, Contract]:
    """A line of 200 万元 and a contract of 40 and 60 on it."""
    line = ledger.funded(town)
    return line, ledger.signed(town, (2026, 40), (2026, 60))


def rows(contract: Contract, *parts: tuple[Any, Any, Any]) -> bytes:
    """A list of payments: instalment, amount, day."""
    return sheets.xlsx(
        [PAYMENT_HEADS, *([contract.code, number, amount, day, "款项"] for number, amount, day in parts)]
    )


def paper(town: City) -> int:
    return int(ledger.paper(town.unit_finance, "验收单.pdf").id)


def test_a_list_of_payments_is_posted_as_a_whole(town: City) -> None:
    line, contract = bought(town)
    table = rows(contract, (1, 10, date(2026, 2, 27)), (1, "2.5", "2026/3/2"), (2, "１,２", ""))
    batch = sheets.receive(town.unit_finance, table, acceptance_id=paper(town))
    assert (batch.state, batch.rows, batch.problem_count) == (BatchState.REFUSED, 3, 1), batch.problems
    table = rows(contract, (1, 10, date(2026, 2, 27)), (1, "2.5", "2026/3/2"), (2, "１０．５", ""))
    batch = sheets.receive(town.unit_finance, table, acceptance_id=paper(town))
    assert (batch.state, batch.rows, batch.total) == (BatchState.READY, 3, ledger.wan(23))
    batch = sheets.submitted(town.unit_finance, batch)
    assert batch.state is BatchState.SUBMITTED
    batch = sheets.checked(town.checker, batch)
    batch = sheets.posted(town.treasury, batch)
    assert batch.state is BatchState.POSTED, Job.get_by_id(batch.job_id).error_detail
    paid = list(Entry.select().where(Entry.kind == "pay").order_by(Entry.number))
    assert [(one.amount, one.effective_on) for one in paid] == [
        (ledger.wan(10), date(2026, 2, 27)),
        (ledger.wan("2.5"), date(2026, 3, 2)),
        (ledger.wan("10.5"), date(2026, 3, 2)),
    ]
    assert BudgetLine.get_by_id(line.id).paid == ledger.wan(23)
    assert Contract.get_by_id(contract.id).paid == ledger.wan(23)
    assert verify().offenders == ()
    assert {one.state.value for one in PaymentApplication.select()} == {"posted"}


def test_the_same_file_has_no_second_effect(town: City) -> None:
    _, contract = bought(town)
    table = rows(contract, (1, 10, ""))
    first = sheets.receive(town.unit_finance, table)
    with pytest.raises(Conflict, match=r"由unit-finance导入（第1批，待提交）"):
        sheets.receive(town.unit_finance, table)
    posted = sheets.posted(
        town.treasury, sheets.checked(town.checker, sheets.submitted(town.unit_finance, first))
    )
    with pytest.raises(Conflict, match="同一文件已于2026-03-02 10:00"):
        sheets.receive(town.unit_finance, table)
    assert posted.state is BatchState.POSTED
    assert Entry.select().where(Entry.kind == "pay").count() == 1
