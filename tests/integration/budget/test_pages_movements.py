"""Adjustments, recalls and virements through their pages: drafted by one officer, posted by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from budget.rules.words import EntryKind
from budget.services import contracts, periods
from budget.services.funds import Heading
from budget.tables.entry import Entry, FundsOrder
from portfolio.foundation import jobs
from portfolio.foundation.clock import ZONE
from portfolio.foundation.roles import Role
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


def test_a_year_is_closed_through_its_pages(one_app: Flask, clock: Any) -> None:
    town = ledger.city()
    moneypages.people(town)
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60))
    ledger.pay(town, contract, 25)
    clock.move_to(datetime(2027, 1, 6, 10, tzinfo=ZONE))
    for month in range(1, 13):
        periods.close_period(year=2026, month=month, actor=town.maker)
    maker, checker = web.visit(one_app, "maker"), web.visit(one_app, "checker")
    preview = text_of(maker.get("/finance/2026/closing"))
    assert "75.00" in preview
    page = maker.get("/finance/2026/closing/draft").get_data(as_text=True)
    maker.post("/finance/2026/closing/draft", {"key": hidden(page, "key"), "number": "渝财结1号"})
    page = checker.get("/finance/2026/closing/start").get_data(as_text=True)
    answer = checker.post(
        "/finance/2026/closing/start", {"key": hidden(page, "key"), "version": hidden(page, "version")}
    )
    assert answer.status_code == 302
    assert "办理中" in text_of(checker.get("/finance/2026/closing"))
    assert jobs.run_now(jobs.Job.get()).state is jobs.JobState.DONE
    done = text_of(checker.get("/finance/2026/closing"))
    assert "已结转" in done
    assert "75.00" in done
    assert ledger.totals(line)["carried_out"] == "75.00"
    sheet = checker.get("/finance/2026/closing?format=xlsx")
    assert sheet.mimetype.endswith("sheet")


def test_every_order_has_its_paper_and_the_voucher_names_it(town: ledger.City, one_app: Flask) -> None:
    paper = {"reason": "依批文", "document_number": "渝财9号"}
    project = {"whose": town.project.code, "year": "2026", "source": "municipal", "method": "direct"}
    codes = {"functional_code": "2010399", "economic_code": "31002"}

    def order(address: str, name: str, **fields: object) -> Entry:
        sent = {**paper, **fields, "document": moneypages.upload(name)}
        drafted = order_of(town, one_app, address, **sent)
        posted(one_app, drafted)
        entry: Entry = FundsOrder.get_by_id(drafted.id).entry
        voucher = text_of(web.visit(one_app, "unit-finance").get(f"/finance/entries/{entry.id}"))
        assert name in voucher
        officers = web.visit(one_app, "checker").get(f"/finance/entries/{entry.id}")
        assert f"/finance/orders/{drafted.id}/document" in officers.get_data(as_text=True)
        return entry

    allotted = order("/finance/orders/allotment", "指标文.pdf", amount="60", **project, **codes)
    order(f"/finance/lines/{allotted.line_id}/release", "用款计划.pdf", amount="60")
    paid = ledger.pay(town, ledger.signed(town, (2026, 20)), 10)
    order(f"/finance/entries/{paid.id}/refund", "退款回单.pdf", amount="2")
    again = ledger.pay(town, ledger.signed(town, (2026, 1)), "0.5")
    order(f"/finance/entries/{again.id}/reversal", "更正说明.pdf")
    other = ledger.allot(town, 2026, 1, heading=Heading(economic_code="39999"))
    order(f"/finance/lines/{other.id}/virement", "调剂批文.pdf", counter=allotted.line_id, amount="1")
    giving = Entry.select().where(Entry.kind == EntryKind.VIREMENT, Entry.amount > 0).get()
    assert "调剂批文.pdf" in text_of(web.visit(one_app, "maker").get(f"/finance/entries/{giving.id}"))


def test_papers_of_costs_and_supplements_can_be_opened_by_whoever_signs(
    town: ledger.City, one_app: Flask
) -> None:
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 20))
    unit = web.visit(one_app, "unit-finance")
    page = unit.get(f"/finance/lines/{line.id}/costs/new").get_data(as_text=True)
    fields = {"kind": "review", "title": "评审费", "payee": "评审中心", "amount": "1"}
    sent = unit.post(
        f"/finance/lines/{line.id}/costs/new",
        {**fields, "key": hidden(page, "key"), "document": moneypages.upload("评审合同.pdf")},
    )
    cost = sent.headers["Location"]
    supplement = contracts.draft_supplement(
        contract_id=contract.id,
        amount=ledger.wan(1),
        reason="增加站点",
        instalments=ledger.instalments((2026, 1)),
        actor=town.applicant,
        document_id=ledger.paper(town.applicant, "补充合同.pdf").id,
    )
    officer = web.visit(one_app, "checker")
    assert "评审合同.pdf" in text_of(officer.get(cost))
    assert officer.get(f"{cost}/document").data == moneypages.PDF
    assert "补充合同.pdf" in text_of(officer.get(f"/finance/contracts/{contract.id}"))
    address = f"/finance/supplements/{supplement.id}/document"
    assert officer.get(address).status_code == 200
    stranger = moneypages.stranger(one_app, Role.UNIT_FINANCE)
    assert [stranger.get(one).status_code for one in (address, f"{cost}/document")] == [404, 404]
