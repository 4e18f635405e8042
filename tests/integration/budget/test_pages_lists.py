"""What an officer expects of the lists of money: filters, totals, the way from a sum to its entries."""

from __future__ import annotations

import html
import io
import re
from datetime import datetime

import openpyxl
import pytest
import time_machine
from flask import Flask

from budget.services import periods
from budget.tables.closing import YearClosing
from portfolio.foundation import clock as time
from portfolio.foundation.clock import ZONE
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.web import lists
from tests import ledger, moneypages, web
from tests.moneypages import World, named
from tests.web import queries, text_of


@pytest.fixture
def world(one_app: Flask, clock: object) -> World:
    return moneypages.world()


@pytest.fixture
def officer(one_app: Flask, world: World) -> web.Visitor:
    return web.visit(one_app, "maker")


def rows(visitor: web.Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200, address
    return text_of(answer)


@pytest.mark.parametrize(
    ("address", "here", "elsewhere"),
    [
        ("/finance/orders", "year=2026", "year=2025"),
        ("/finance/orders", "q={code}", "q=none"),
        ("/finance/costs", "year=2026", "year=2025"),
        ("/finance/costs", "q=评审", "q=none"),
        ("/finance/costs", "kind=review", "kind=management"),
        ("/finance/contracts", "year=2026", "year=2025"),
        ("/finance/contracts", "q={code}", "q=none"),
        ("/finance/2026", "q={code}", "q=none"),
    ],
)
def test_filters_in_the_address_narrow_the_list(
    address: str, here: str, elsewhere: str, world: World, officer: web.Visitor
) -> None:
    name = world.town.project.name
    assert f"{name}" in rows(officer, f"{address}?{here.format(code=world.town.project.code)}")
    assert name not in rows(officer, f"{address}?{elsewhere}")


def test_totals_are_of_the_filtered_list(world: World, officer: web.Visitor) -> None:
    words = rows(officer, "/finance/contracts?state=effective")
    assert "合计 100.00 10.00 90.00" in " ".join(words.split())
    words = rows(officer, "/finance/costs?state=approved")
    assert "合计 2.00 0.00 2.00" in " ".join(words.split())
    allotted = rows(officer, "/finance/orders?kind=allot")
    assert "合计" in allotted
    assert "合计" not in rows(officer, "/finance/orders"), "orders of several kinds have no sum"


def test_the_projects_of_a_year_add_up_to_its_sources(world: World, officer: web.Visitor) -> None:
    words = " ".join(rows(officer, "/finance/2026").split())
    assert words.count("合计") == 2
    assert f"/finance/lines?year=2026&amp;source={world.line.source.value}" in officer.get(
        "/finance/2026"
    ).get_data(as_text=True)


def test_the_badge_of_what_waits_is_a_number_on_every_page(world: World, officer: web.Visitor) -> None:
    for address in (
        f"/finance/lines/{world.line.id}",
        f"/projects/{world.town.project_id}/commitments",
    ):
        assert "Instalment:" not in rows(officer, address)
        assert "FundsOrder:" not in rows(officer, address)


def test_a_line_leads_to_the_vouchers_of_its_entries(world: World, officer: web.Visitor) -> None:
    page = officer.get(f"/finance/lines/{world.line.id}").get_data(as_text=True)
    assert f'href="/finance/entries/{world.payment.id}"' in page
    words = rows(officer, f"/finance/entries/{world.payment.id}")
    for said in (
        "记账凭证",
        "100,000.00",
        Money.from_wan(10).capital(),
        world.contract.code,
        world.payment.hash,
    ):
        assert said in words


def test_months_say_what_was_posted_and_paid(world: World, officer: web.Visitor) -> None:
    words = " ".join(rows(officer, "/finance/periods?year=2026").split())
    assert "3月 开放" in words
    assert "10.00" in words
    assert "未到" in words


def test_a_reopened_month_says_who_opened_it_why_and_what_came_in(
    world: World, one_app: Flask, clock: time_machine.Traveller
) -> None:
    town = world.town
    for month in (2, 3):
        periods.close_period(year=2026, month=month, actor=town.maker)
    assert "结账与反结账记录" not in rows(web.visit(one_app, "maker"), "/finance/periods?year=2026")
    clock.move_to(datetime(2026, 3, 9, 10, tzinfo=ZONE))
    periods.reopen_period(year=2026, month=3, reason="<补记>3月管理费", actor=town.checker)
    ledger.pay(town, world.contract, 2, number=2)
    clock.move_to(datetime(2026, 3, 9, 11, tzinfo=ZONE))
    periods.close_period(year=2026, month=3, actor=town.maker)
    said = " ".join(rows(web.visit(one_app, "maker"), "/finance/periods?year=2026").split())
    assert "结账与反结账记录" in said
    assert f"3月 反结账 &lt;补记&gt;3月管理费 1 {named('checker').name}" in said
    book = web.visit(one_app, "maker").get("/finance/periods?year=2026&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book.data)).worksheets[1]
    told = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[:4] for row in told if row[1] == "反结账"] == [[3, "反结账", "<补记>3月管理费", 1]]


def test_the_months_of_a_closed_year_are_not_offered_to_be_opened(world: World, one_app: Flask) -> None:
    town, now = world.town, time.now()
    for month in range(1, 13):
        periods.close_period(year=2025, month=month, actor=town.maker)
    officer = web.visit(one_app, "maker")
    assert "/finance/periods/2025/1/reopening" in officer.get("/finance/periods?year=2025").text
    YearClosing.create(
        year=2025,
        number="渝财库〔2026〕1号",
        drafted_by=town.maker.user_id,
        drafted_at=now,
        posted_by=town.checker.user_id,
        posted_at=now,
        effective_on=time.today(),
        finished_at=now,
    )
    shown = officer.get("/finance/periods?year=2025").text
    assert "已结账" in shown
    assert "reopening" not in shown
    assert "2025/1/closing" not in shown


def test_the_account_of_the_programme_and_its_goals_lead_to_each_other(
    world: World, officer: web.Visitor
) -> None:
    assert 'href="/plan/goals"' in officer.get("/finance/programme").get_data(as_text=True)


def test_an_act_that_would_be_refused_says_so_before(world: World, one_app: Flask) -> None:
    other = web.visit(one_app, "checker")
    assert "核对不通过" not in rows(other, f"/finance/applications/{world.application.id}/check")
    words = rows(other, f"/finance/orders/{world.order.id}/posting")
    assert "有 1 项核对不通过，现在办理会被拒绝：用款额度超过预算指标" in words


def test_every_figure_of_the_programme_leads_to_its_entries(world: World, officer: web.Visitor) -> None:
    page = officer.get("/finance/programme").get_data(as_text=True)
    assert "/finance/programme/entries?measure=committed&amp;source=government" in page
    words = rows(officer, "/finance/programme/entries?measure=committed&source=government")
    assert world.town.project.name in words
    assert "合计" in words
    assert "还没有投资记录" in rows(officer, "/finance/programme/entries?measure=realised")
    narrowed = officer.get("/finance/programme?by=year&source=government").get_data(as_text=True)
    assert "/finance/programme/entries?measure=committed&amp;year=2026&amp;source=government" in narrowed
    assert "合计" in rows(officer, "/finance/programme?by=box&year=2026&source=government")
    for nothing in ("year=2025", "source=enterprise"):
        assert "还没有投资记录" in rows(officer, f"/finance/programme?by=box&{nothing}")


def test_a_year_is_told_from_the_ceiling_to_the_payments_with_what_is_left(
    officer: web.Visitor, one_app: Flask
) -> None:
    words = " ".join(rows(officer, "/finance/2026").split())
    assert "年度规模 1,000.00 万元 规模尚余 800.00 万元" in words
    assert "预算 200.00 万元 可承诺 98.00 万元" in words
    assert "承诺 102.00 万元 占预算 51.0%" in words
    assert "支付 10.00 万元 未支付 190.00 万元，支付率 5.0%" in words
    assert "年度规模" not in rows(web.visit(one_app, "unit-finance"), "/finance/2026")


def test_suppliers_show_what_was_signed_with_them(world: World, officer: web.Visitor) -> None:
    words = " ".join(rows(officer, "/finance/suppliers").split())
    assert "1 100.00 10.00" in words


def test_a_supplier_has_a_page_with_its_contracts_and_what_it_was_paid(
    world: World, officer: web.Visitor, one_app: Flask
) -> None:
    address = f"/finance/suppliers/{world.supplier.id}"
    with queries() as seen:
        words = " ".join(rows(officer, address).split())
    assert len(seen) <= 10
    assert world.contract.code in words
    assert "100.00 10.00 90.00" in words
    assert "支付和退款" in words
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"{address}?format=xlsx").data))
    assert [sheet.max_row for sheet in book] == [2, 2]
    assert officer.get("/finance/suppliers/99").status_code == 404
    stranger = moneypages.stranger(one_app, Role.UNIT_FINANCE)
    assert world.contract.code not in text_of(stranger.get(address))


def test_all_payments_to_a_supplier_are_filtered_and_paged(
    officer: web.Visitor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        ledger.pay(world.town, world.contract, 1)
    address = f"/finance/suppliers/{world.supplier.id}/payments"
    supplier = officer.get(f"/finance/suppliers/{world.supplier.id}").get_data(as_text=True)
    assert f'href="{address}"' in supplier
    assert "合计 14.00" in rows(officer, address)
    assert "合计 14.00" in rows(officer, f"{address}?year=2026&q={world.contract.code}")
    assert "没有支付" in rows(officer, f"{address}?year=2025")
    assert "没有支付" in rows(officer, f"{address}?q=别的合同")
    monkeypatch.setattr(lists.page_of, "__kwdefaults__", {**lists.page_of.__kwdefaults__, "size": 3})
    page = officer.get(address).get_data(as_text=True)
    following = html.unescape(re.findall(r'rel="next" href="([^"]+)"', page)[0])
    assert "上一页" in rows(officer, following)
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"{address}?year=2026&format=xlsx").data))
    assert sum(row[4] for row in book.active.iter_rows(min_row=2, values_only=True)) == 14
