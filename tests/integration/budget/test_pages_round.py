"""The budget round through its pages: asked, answered on one page, asked again, approved, ordered."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from budget.rules.words import RequestKind, RequestState
from budget.services import budget_round
from budget.tables.annual_plan import BudgetRequest
from budget.tables.entry import FundsOrder
from portfolio.rules.dossier import FundingSource
from tests import ledger, moneypages, web
from tests.ledger import wan
from tests.moneypages import hidden
from tests.web import text_of


@pytest.fixture
def town(one_app: Flask, clock: object) -> ledger.City:
    town = ledger.city()
    moneypages.people(town)
    ledger.ready(town)
    ledger.set_ceiling(town, 2027, 100)
    return town


def sent(visitor: web.Visitor, address: str, **fields: object) -> None:
    page = visitor.get(address).get_data(as_text=True)
    names = [name for name in ("key", "version") if f'name="{name}"' in page]
    answer = visitor.post(address, {**{name: hidden(page, name) for name in names}, **fields})
    assert answer.status_code == 302, text_of(answer)


def test_a_round_goes_through_its_pages(town: ledger.City, one_app: Flask) -> None:
    unit, officer = web.visit(one_app, "unit-finance"), web.visit(one_app, "maker")
    code = town.project.code
    sent(
        unit,
        "/finance/requests/new",
        whose=code,
        kind="round",
        year="2027",
        source="municipal",
        amount="90",
    )
    row = BudgetRequest.get()
    page = officer.get("/finance/requests/control-figures?year=2027").get_data(as_text=True)
    fields = {"key": hidden(page, "key"), "rows-0-request_id": row.id, "rows-0-version": row.version}
    address = "/finance/requests/control-figures?year=2027"
    wrong = officer.post(address, {**fields, "rows-0-amount": "-1"})
    assert (wrong.status_code, BudgetRequest.get().state) == (422, RequestState.FIRST_UP)
    assert officer.post(address, {**fields, "rows-0-amount": "80"}).status_code == 302
    sent(unit, f"/finance/requests/{row.id}/second", amount="75")
    sent(officer, f"/finance/requests/{row.id}/approval", amount="70", number="渝财预1号")
    listed = text_of(officer.get("/finance/requests?year=2027&kind=round"))
    for figure in ("90.00", "80.00", "75.00", "70.00", "30.00"):  # the last is what the ceiling leaves
        assert figure in listed
    assert officer.get("/finance/requests?year=2027&format=xlsx").mimetype.endswith("sheet")
    assert "70.00" in text_of(unit.get(f"/finance/requests/{row.id}"))
    assert web.visit(one_app, "authority").get(f"/finance/requests/{row.id}").status_code == 200


def test_an_approved_request_in_mid_year_is_one_click_from_its_order(
    town: ledger.City, one_app: Flask
) -> None:
    ledger.plan(town, 2026, 200)
    ledger.allot(town, 2026, 100)
    row = budget_round.ask(
        project_id=town.project_id,
        year=2026,
        source=FundingSource.MUNICIPAL,
        kind=RequestKind.SUPPLEMENT,
        amount=wan(30),
        reason="站点增加",
        actor=town.unit_finance,
    )
    officer = web.visit(one_app, "maker")
    sent(officer, f"/finance/requests/{row.id}/approval", amount="30", number="渝财追1号")
    address = f"/finance/requests/{row.id}/order"
    assert address in officer.get(f"/finance/requests/{row.id}").get_data(as_text=True)
    page = officer.get(address).get_data(as_text=True)
    approval = (io.BytesIO(moneypages.PDF), "批复.pdf")
    answer = officer.post(address, {"key": hidden(page, "key"), "document": approval})
    order = FundsOrder.select().order_by(FundsOrder.id.desc()).get()
    assert answer.headers["Location"].endswith(f"/finance/orders/{order.id}")
    assert (order.document_number, order.note, order.amount) == ("渝财追1号", "站点增加", wan(30))
    assert order.document.file_name == "批复.pdf"
    assert "按批复制单" not in text_of(officer.get(f"/finance/requests/{row.id}"))
    assert (
        moneypages.stranger(one_app, *town.unit_finance.roles).get(f"/finance/requests/{row.id}").status_code
        == 404
    )
