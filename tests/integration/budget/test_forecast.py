"""The forecast from real books: who is promised what, what earlier years say, the alarms on their page."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
import time_machine
from flask import Flask

from budget.queries import forecast
from budget.rules.forecast import AlarmKind
from budget.tables.contract import Contract, Instalment
from budget.tables.line import BudgetLine
from portfolio.foundation import clock as clocks
from portfolio.foundation.errors import Level
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from tests import factories, ledger, moneypages, web
from tests.ledger import wan
from tests.web import text_of


def again(line: BudgetLine) -> BudgetLine:
    row: BudgetLine = BudgetLine.get_by_id(line.id)
    return row


def due(contract: Contract, number: int, day: date) -> None:
    Instalment.update(due_on=day).where(
        Instalment.contract == contract, Instalment.number == number
    ).execute()


def test_a_line_is_forecast_from_its_instalments_costs_and_payments(database: object, clock: object) -> None:
    town = ledger.city()
    line = ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 40), (2026, 60))
    ledger.pay(town, contract, 10)
    ledger.cost(town, line, 20)
    due(contract, 1, date(2026, 2, 1))
    due(contract, 2, date(2026, 11, 30))
    today = clocks.today()
    row = again(line)
    with web.queries() as seen:
        curve = forecast.of_line(row, today)
    assert len(seen) == 1
    one = curve.forecast
    assert (one.budget, one.paid, one.demand, one.year_end) == (wan(200), wan(10), wan(120), wan(120))
    assert one.plan[0] < wan(40) <= one.plan[1], "the first is due in February"
    assert one.ahead[11] - one.ahead[10] >= wan(60)
    assert curve.actual[today.month] == wan(10)
    whole = forecast.of_year(2026, today, town.maker)
    assert whole.whole == curve, "the only line of the year"
    with web.queries() as seen:
        assert forecast.of_project(town.project_id, [row], 2026, today) == curve, "and of the project"
    assert len(seen) == 1
    assert forecast.of_project(town.project_id, [row], 2027, today) is None


def test_an_instalment_that_waits_for_money_can_ask_for_more_than_there_is(
    database: object, clock: time_machine.Traveller
) -> None:
    town = ledger.city()
    line = ledger.funded(town, amount=50)
    contract = ledger.signed(town, (2026, 50))
    ledger.plan(town, 2027, 30)
    ledger.set_ceiling(town, 2027, 30)
    ledger.signed(town, (2027, 45))
    clock.move_to("2027-01-04T09:00:00+08:00")
    next_line = ledger.allot(town, 2027, 30)
    found = forecast.of_year(2027, clocks.today(), town.maker)
    (row,) = [one for one in found.lines if one.line.id == next_line.id]
    assert (row.forecast.demand, row.forecast.year_end) == (wan(45), wan(30))
    assert [(one.kind, one.gap, one.level) for one in row.alarms] == [
        (AlarmKind.ABOVE, wan(15), Level.WARN),
        (AlarmKind.QUOTA, row.forecast.ahead[1], Level.INFORM),
    ]
    assert forecast.of_line(again(next_line), clocks.today()).forecast == row.forecast
    assert Instalment.get(Instalment.contract == contract).line_id == line.id


def test_earlier_years_of_the_project_give_the_rhythm(
    database: object, clock: time_machine.Traveller
) -> None:
    town = ledger.city()
    ledger.funded(town, amount=50)
    contract = ledger.signed(town, (2026, 50))
    paid_in = clocks.today().month
    ledger.pay(town, contract, 50)
    clock.move_to("2027-01-04T09:00:00+08:00")
    ledger.plan(town, 2027, 24)
    ledger.set_ceiling(town, 2027, 24)
    line = ledger.allot(town, 2027, 24)
    plan = forecast.of_line(again(line), clocks.today()).forecast.plan
    assert [amount.fen for amount in plan] == [0] * (paid_in - 1) + [wan(24).fen] * (13 - paid_in)


@pytest.fixture
def world(one_app: Flask, clock: time_machine.Traveller) -> moneypages.World:
    found = moneypages.world()
    clock.move_to("2026-11-20T09:00:00+08:00")
    return found


def test_alarms_are_a_list_to_filter_and_to_take_along(world: moneypages.World, one_app: Flask) -> None:
    officer = web.visit(one_app, "maker")
    words = text_of(officer.get("/finance/2026/forecast"))
    assert "支出偏慢" in words
    assert "《预算法》第五十七条" in words
    assert world.town.project.name in words
    for narrowed in ("alarm=above", "level=inform", "q=none", "source=district"):
        assert world.town.project.name not in text_of(officer.get(f"/finance/2026/forecast?{narrowed}"))
    for kept in ("alarm=behind", "alarm=all", "level=warn", f"q={world.town.project.code}"):
        assert world.town.project.name in text_of(officer.get(f"/finance/2026/forecast?{kept}"))
    book = openpyxl.load_workbook(
        io.BytesIO(officer.get("/finance/2026/forecast?alarm=behind&format=xlsx").data)
    )
    cells = [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row]
    assert world.town.project.name in cells
    assert "支出偏慢" in cells


def test_a_line_shows_its_curve_with_a_table_beside_it(world: moneypages.World, one_app: Flask) -> None:
    page = web.visit(one_app, "maker").get(f"/finance/lines/{world.line.id}")
    assert 'polyline class="path"' in page.text
    assert 'polyline class="ahead"' in page.text
    assert 'polyline class="actual"' in page.text
    words = " ".join(text_of(page).split())
    assert "12月 200.00 — 102.00" in words
    assert "预计全年支付 102.00 万元，年末未支付 98.00 万元" in words
    project = web.visit(one_app, "maker").get(f"/projects/{world.town.project_id}/money")
    assert "2026年支付进度" in text_of(project)
    assert "12月 200.00 — 102.00" in " ".join(text_of(project).split())


def test_a_unit_sees_the_forecast_of_its_own_lines_alone(world: moneypages.World, one_app: Flask) -> None:
    web.account("stranger", Role.UNIT_FINANCE, organisation=factories.organisation("OTHER"))
    stranger = web.visit(one_app, "stranger")
    assert world.town.project.name not in text_of(stranger.get("/finance/2026/forecast?alarm=all"))
    assert world.town.project.name in text_of(
        web.visit(one_app, "unit-finance").get("/finance/2026/forecast?alarm=all")
    )
    own = forecast.of_year(2026, clocks.today(), world.town.unit_finance)
    assert own == forecast.of_year(2026, clocks.today(), world.town.maker)
    assert own.whole.forecast.paid == Money.from_wan(10)
    assert web.visit(one_app, "maker").get("/finance/1900/forecast").status_code == 404
