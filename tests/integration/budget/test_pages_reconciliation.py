"""The page of an exception: corrected, taken back, corrected again."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask

from budget.tables.entry import FundsOrder
from budget.tables.reconciliation import Reconciliation
from tests import ledger, moneypages, web
from tests.integration.budget.test_reconciliation import statement
from tests.ledger import City

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(one_app: Flask) -> City:
    town = ledger.city()
    moneypages.people(town)
    ledger.funded(town)
    return town


def corrected(visitor: web.Visitor, address: str, **fields: Any) -> FundsOrder:
    page = visitor.get(f"{address}/correction").get_data(as_text=True)
    sent = {"version": moneypages.hidden(page, "version"), "reason": "实际未支付", **fields}
    answer = visitor.post(f"{address}/correction", sent)
    assert answer.status_code == 302, web.text_of(answer)
    order: FundsOrder = FundsOrder.select().order_by(FundsOrder.id.desc()).get()
    return order


def test_an_exception_whose_correction_is_withdrawn_is_corrected_again(one_app: Flask, town: City) -> None:
    ledger.pay(town, ledger.signed(town, (2026, 1)), 1)
    statement(town, (date(2026, 3, 3), 15, "", "代理银行", "", "手续费"))
    item = Reconciliation.get(Reconciliation.outcome == "books_only")
    maker, address = web.visit(one_app, "maker"), f"/finance/reconciliation/{item.id}"
    order = corrected(maker, address)
    assert "更正中" in web.text_of(maker.get(address))
    answer = maker.post(f"/finance/orders/{order.id}/withdrawal", {"version": order.version})
    assert answer.status_code == 302
    told = web.text_of(maker.get(address))
    assert "待处理" in told
    assert "更正指令 红字冲销 ，已撤回" in told
    assert "共 2 条" in web.text_of(maker.get("/finance/reconciliation"))
    assert order.document.file_name == "清单.xlsx", "the statement's own"
    notice = (io.BytesIO(moneypages.PDF), "退款通知.pdf")
    again = corrected(maker, address, refund="0.5", document=notice)
    assert (again.id != order.id, again.document.file_name) == (True, "退款通知.pdf")
    assert "共 2 条" in web.text_of(maker.get("/finance/reconciliation"))
