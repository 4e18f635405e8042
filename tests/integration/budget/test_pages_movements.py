"""Adjustments, recalls and virements through their pages: drafted by one officer, posted by another."""

from __future__ import annotations

import pytest
from flask import Flask

from budget.rules.words import EntryKind
from budget.services.funds import Heading
from budget.tables.entry import Entry, FundsOrder
from tests import ledger, moneypages, web
from tests.moneypages import hidden
from tests.web import text_of


@pytest.fixture
def town(one_app: Flask, clock: object) -> ledger.City:
    town = ledger.city()
    moneypages.people(town)
    ledger.ready(town)
    ledger.plan(town, 2026, 300)
    return town


def order_of(town: ledger.City, app: Flask, address: str, **fields: object) -> FundsOrder:
    maker = web.visit(app, "maker")
    page = maker.get(address).get_data(as_text=True)
    answer = maker.post(
        address,
        {
            "key": hidden(page, "key"),
            "amount": "20",
            "document_number": "渝财9号",
            "reason": "进度",
            **fields,
        },
    )
    assert answer.status_code == 302, text_of(answer)
    return FundsOrder.select().order_by(FundsOrder.id.desc()).get()


def posted(app: Flask, order: FundsOrder) -> Entry:
    checker = web.visit(app, "checker")
    address = f"/finance/orders/{order.id}/posting"
    page = checker.get(address).get_data(as_text=True)
    answer = checker.post(address, {"key": hidden(page, "key"), "version": hidden(page, "version")})
    assert answer.status_code == 302, text_of(answer)
    return Entry.select().order_by(Entry.id.desc()).get()


def test_a_line_is_adjusted_and_recalled_through_the_pages(town: ledger.City, one_app: Flask) -> None:
    line = ledger.allot(town, 2026, 100)
    order = order_of(
        town,
        one_app,
        f"/finance/lines/{line.id}/adjustment",
        change="supplement",
        document=moneypages.upload("批文.pdf"),
    )
    shown = web.visit(one_app, "checker")
    assert "批文.pdf" in text_of(shown.get(f"/finance/orders/{order.id}"))
    assert shown.get(f"/finance/orders/{order.id}/document").data == moneypages.PDF
    entry = posted(one_app, order)
    assert (entry.kind, ledger.totals(line)) == (EntryKind.ADJUST, {"allotted": "120.00"})
    suggested = shown.get(f"/finance/lines/{line.id}/recall?measure=allotted").get_data(as_text=True)
    assert 'value="120.00"' in suggested
    posted(one_app, order_of(town, one_app, f"/finance/lines/{line.id}/recall", measure="allotted"))
    assert ledger.totals(line) == {"allotted": "100.00"}


def test_a_virement_shows_both_lines_before_it_is_posted(town: ledger.City, one_app: Flask) -> None:
    line = ledger.allot(town, 2026, 100)
    other = ledger.allot(town, 2026, 50, heading=Heading(economic_code="39999"))
    order = order_of(town, one_app, f"/finance/lines/{line.id}/virement", counter=other.id)
    page = text_of(web.visit(one_app, "checker").get(f"/finance/orders/{order.id}"))
    assert "对调出指标的影响" in page
    assert "对调入指标的影响" in page
    assert "70.00" in page  # what the other line comes to
    entry = posted(one_app, order)
    assert (ledger.totals(line), ledger.totals(other)) == ({"allotted": "80.00"}, {"allotted": "70.00"})
    voucher = text_of(web.visit(one_app, "maker").get(f"/finance/entries/{entry.id}"))
    assert "对方指标" in voucher


def test_there_is_nowhere_to_go_without_another_line(town: ledger.City, one_app: Flask) -> None:
    line = ledger.allot(town, 2026, 100)
    page = text_of(web.visit(one_app, "maker").get(f"/finance/lines/{line.id}/virement"))
    assert "无处调入" in page
