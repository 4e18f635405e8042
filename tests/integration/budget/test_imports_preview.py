"""What of a table is shown to people: its first rows, from a file that is opened once."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import python_calamine

from budget.rules.imports.words import AmountUnit, BatchState, ImportKind
from budget.services.imports import importer
from budget.services.imports.preview import preview
from tests import ledger, sheets
from tests.ledger import City

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(sqlite_database: Any) -> City:
    return ledger.city()


def test_what_is_shown_of_a_list_opens_its_file_once_and_reads_no_row_more(
    town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [(date(2026, 3, 3), 100 + at, "", "甲公司", f"N{at}", "手续费") for at in range(200)]
    table = sheets.xlsx([
        ["三月对账单"],
        sheets.STATEMENT_HEADS,
        *lines,
        ["合计", sum(one[1] for one in lines)],
    ])  # fmt: skip
    about = {"method": "direct", "year": 2026, "month": 3, **sheets.stated(lines)}
    batch = sheets.receive(town.maker, table, kind=ImportKind.STATEMENT, unit=AmountUnit.YUAN, about=about)
    assert (batch.state, batch.rows) == (BatchState.READY, 200), sheets.told(batch)
    opened, read = [], []
    from_path, read_row = python_calamine.CalamineWorkbook.from_path, importer.read_row

    def counted(path: Any) -> Any:
        opened.append(path)
        return from_path(path)

    def noted(shape: Any, number: int, *rest: Any) -> Any:
        read.append(number)
        return read_row(shape, number, *rest)

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", SimpleNamespace(from_path=counted))
    monkeypatch.setattr(importer, "read_row", noted)
    shown = preview(batch)
    assert [one.number for one in shown.rows] == read == list(range(3, 23))
    assert shown.sheets == ("数据",)
    assert len(opened) == 1
