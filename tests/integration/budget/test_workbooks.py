"""Every table that a finance officer sees comes as a workbook, and says no more than the page."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from flask import Flask

from budget.rules.words import Measure
from budget.tables.line import BudgetLine
from portfolio.foundation.money import Money
from tests import ledger, moneypages, web
from tests.moneypages import World
from tests.web import text_of


@pytest.fixture
def world(one_app: Flask, clock: object) -> World:
    return moneypages.world()


@pytest.mark.parametrize(
    "name",
    [
        *("lines", "orders", "contracts", "costs", "applications", "suppliers", "2026"),
        *("programme", "programme/entries"),
    ],
)
def test_every_list_comes_as_a_workbook(name: str, world: World, one_app: Flask) -> None:
    answer = web.visit(one_app, "maker").get(f"/finance/{name}?format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet.max_row > 1


def test_the_entries_of_a_line_come_as_a_workbook_with_what_they_add_up_to(
    world: World, one_app: Flask
) -> None:
    officer, line = web.visit(one_app, "maker"), BudgetLine.get_by_id(world.line.id)
    sheet = _workbook(officer, f"/finance/lines/{line.id}").active
    heads, *rows = sheet.iter_rows(values_only=True)
    assert len(rows) == line.entry_count
    standing = {row[heads.index("科目")]: row[heads.index("累计（万元）")] for row in rows}
    assert world.contract.code in {row[heads.index("合同编号")] for row in rows}
    for name in ("allotted", "released", "committed", "paid"):
        assert Money.from_wan(str(standing[Measure(name).label])) == getattr(line, name)
    assert "200.00 200.00 maker" in " ".join(text_of(officer.get(f"/finance/lines/{line.id}")).split())


def test_the_entries_of_one_measure_keep_their_running_total(world: World, one_app: Flask) -> None:
    ledger.pay(world.town, world.contract, 7)
    officer, address = web.visit(one_app, "maker"), f"/finance/lines/{world.line.id}"
    page = text_of(officer.get(f"{address}?measure=paid"))
    assert "共 2 条" in page
    assert "7.00 17.00" in " ".join(page.split())
    sheet = _workbook(officer, address, measure="paid").active
    heads, *rows = sheet.iter_rows(values_only=True)
    assert [row[heads.index("累计（万元）")] for row in rows] == [10, 17]
    assert "共 2 条" not in text_of(officer.get(f"{address}?measure=nothing"))


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("projects/{project}/money", ["分年度、分来源", "预算指标", "合同", "非合同支出"]),
        ("projects/{project}/counterpart", ["配套资金", "到账记录"]),
        ("finance/contracts/{contract}", ["付款分期", "补充合同"]),
        ("finance/periods", ["2026年结账", "结账与反结账记录"]),
        ("finance/2026", ["2026年预算执行", "按资金来源"]),
        ("finance/2026/forecast", ["2026年支出预测与预警", "逐月数据"]),
    ],
)
def test_a_page_of_several_tables_comes_as_a_workbook_with_a_sheet_for_each(
    name: str, tables: list[str], world: World, one_app: Flask
) -> None:
    address = name.format(project=world.town.project_id, contract=world.contract.id)
    officer = web.visit(one_app, "maker")
    book = _workbook(officer, f"/{address}")
    assert book.sheetnames == tables
    assert "导出 Excel" in text_of(officer.get(f"/{address}?alarm=all"))


def test_the_workbook_of_a_year_tells_units_nothing_of_the_citys_ceilings(
    world: World, one_app: Flask
) -> None:
    def heads(person: str) -> tuple[Any, ...]:
        return next(
            _workbook(web.visit(one_app, person), "/finance/2026")["按资金来源"].iter_rows(values_only=True)
        )

    assert "年度规模（万元）" in heads("maker")
    assert "年度规模（万元）" not in heads("unit-finance")


def _workbook(visitor: web.Visitor, address: str, **chosen: str) -> openpyxl.Workbook:
    query = urlencode({**chosen, "format": "xlsx"})
    return openpyxl.load_workbook(io.BytesIO(visitor.get(f"{address}?{query}").data))
