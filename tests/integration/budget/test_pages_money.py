"""Every page of money draws with real things, for those who may see them, at a fixed number of queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask

from budget.rules.words import ContractState, PeriodState
from budget.tables.annual_plan import CeilingRevision
from budget.tables.contract import Contract, Instalment, Supplier
from budget.tables.entry import FundsOrder
from budget.tables.limit_draft import LimitDraft
from budget.tables.line import BudgetLine
from budget.tables.period import Period
from portfolio.foundation.roles import Role
from tests import factories, ledger, moneypages, web
from tests.moneypages import World, hidden
from tests.web import text_of

MOST = 8
MARKUP = "<script>alert(1)</script>𠮷😀"
KEPT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def world(one_app: Flask, clock: object) -> World:
    return moneypages.world()


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Who opens what."""
    project = world.town.project_id
    for address in (
        "/finance/2026",
        "/finance/2026/forecast",
        "/finance/2026/forecast?alarm=all",
        "/finance/2026/ceiling",
        "/finance/lines",
        f"/finance/lines/{world.line.id}",
        f"/finance/lines/{world.line.id}?as_of=2026-03-01",
        f"/finance/lines/{world.line.id}?print=all",
        f"/finance/lines/{world.line.id}/release",
        "/finance/orders",
        f"/finance/orders/{world.order.id}",
        f"/finance/orders/{world.order.id}/posting",
        f"/finance/orders/{world.order.id}/withdrawal",
        "/finance/orders/allotment",
        f"/finance/entries/{world.payment.id}",
        f"/finance/entries/{world.payment.id}/refund",
        f"/finance/entries/{world.payment.id}/reversal",
        "/finance/suppliers",
        "/finance/suppliers/new",
        "/finance/contracts",
        f"/finance/contracts/{world.contract.id}",
        f"/finance/contracts/{world.contract.id}/settlement",
        f"/finance/contracts/{world.draft.id}/signature",
        f"/finance/supplements/{world.supplement.id}/signature",
        "/finance/costs",
        f"/finance/costs/{world.cost.id}",
        f"/finance/costs/{world.cost.id}/approval",
        "/finance/applications",
        f"/finance/applications/{world.application.id}",
        f"/finance/applications/{world.application.id}/check",
        f"/finance/applications/{world.application.id}/refusal",
        f"/finance/applications/{world.application.id}/posting",
        "/finance/periods",
        "/finance/periods/2026/2/closing",
        "/finance/periods/2026/2/reopening",
        f"/projects/{project}/money",
        f"/projects/{project}/commitments",
        "/finance/programme",
        "/finance/programme?by=box&counts=1162",
        "/finance/programme/entries",
        "/finance/programme/entries?measure=committed&source=government&year=2026&q=%E9%A1%B9",
    ):
        yield "maker", address
    for address in (
        "/finance/2026",
        "/finance/contracts/new",
        f"/finance/contracts/{world.draft.id}/draft",
        f"/finance/contracts/{world.contract.id}/supplements/new",
        f"/finance/lines/{world.line.id}/costs/new",
        f"/finance/instalments/{ledger.instalment(world.contract).id}/payment",
        f"/finance/costs/{world.approved_cost.id}/payment",
        f"/projects/{project}/money",
    ):
        yield "unit-finance", address


COSTS_MORE = {
    "?as_of=": 10,
    "/finance/lines/": 9,
    "/closing": 12,
    "/finance/2026": 9,
    "/finance/orders/": 10,
    "/signature": 10,
    "/finance/costs/": 9,
    "/finance/applications/": 12,
    "/money": 13,
}
"""Queries of the pages that foresee an act, for which every row that would move is read, or show a whole."""


def flow_pages(world: World) -> Iterator[tuple[str, str]]:
    """Who opens what of the movements, the round, the close of the year and counterpart funds."""
    project = world.town.project_id
    for address in (
        f"/finance/lines/{world.line.id}/adjustment",
        f"/finance/lines/{world.line.id}/recall?measure=allotted",
        f"/finance/lines/{world.line.id}/virement",
        "/finance/ceilings",
        f"/projects/{project}/counterpart",
        f"/projects/{project}/preparatory",
        "/finance/requests",
        "/finance/requests/control-figures",
        "/finance/2026/closing",
        "/finance/2026/closing/draft",
    ):
        yield "maker", address
    for address in (f"/projects/{project}/counterpart/new", "/finance/requests/new"):
        yield "unit-finance", address


def test_every_page_draws_and_costs_a_fixed_number_of_queries(world: World, one_app: Flask) -> None:
    visitors = {name: web.visit(one_app, name) for name in ("maker", "unit-finance")}
    wrong = {}
    for who, address in [*pages(world), *flow_pages(world)]:
        with web.queries() as seen:
            answer = visitors[who].get(address)
        most = next((more for words, more in COSTS_MORE.items() if words in address), MOST)
        if answer.status_code != 200 or len(seen) > most or web.writes(seen):
            wrong[address] = (answer.status_code, len(seen))
    assert wrong == {}


def test_lists_cost_no_more_when_there_is_more_in_them(world: World, one_app: Flask) -> None:
    officer = web.visit(one_app, "maker")
    lists = ("lines", "orders", "contracts", "costs", "applications", "suppliers", "2026")
    before = {name: _cost(officer, f"/finance/{name}") for name in lists}
    for _ in range(4):
        ledger.draft(world.town, (2026, 1))
        ledger.apply(world.town, world.contract, ledger.wan(1))
        ledger.ordered(world.town, 1)
        ledger.cost(world.town, world.line, "0.1")
    assert {name: _cost(officer, f"/finance/{name}") for name in lists} == before


def _cost(visitor: web.Visitor, address: str) -> int:
    with web.queries() as seen:
        assert visitor.get(address).status_code == 200
    return len(seen)


def test_other_units_see_none_of_it(world: World, one_app: Flask) -> None:
    stranger = moneypages.stranger(one_app, Role.UNIT_FINANCE, Role.APPLICANT, Role.CIO)
    hidden_ones = (
        f"/finance/lines/{world.line.id}",
        f"/finance/entries/{world.payment.id}",
        f"/finance/lines/{world.line.id}/costs/new",
        f"/finance/contracts/{world.contract.id}",
        f"/finance/contracts/{world.contract.id}/document",
        f"/finance/contracts/{world.draft.id}/draft",
        f"/finance/contracts/{world.draft.id}/signature",
        f"/finance/supplements/{world.supplement.id}/signature",
        f"/finance/costs/{world.cost.id}",
        f"/finance/costs/{world.cost.id}/approval",
        f"/projects/{world.town.project_id}/money",
        f"/projects/{world.town.project_id}/commitments",
    )
    assert {address: stranger.get(address).status_code for address in hidden_ones} == dict.fromkeys(
        hidden_ones, 404
    )
    year = text_of(stranger.get("/finance/2026"))
    assert world.town.project.name not in year
    assert "1,000.00" not in year  # the city's ceiling
    assert "没有合同" in text_of(stranger.get("/finance/contracts"))


def test_a_ceiling_is_revised_once_for_a_page_and_never_below_what_is_allotted(
    world: World, one_app: Flask
) -> None:
    officer = web.visit(one_app, "maker")
    address = "/finance/2026/ceiling"
    key = hidden(officer.get(address).get_data(as_text=True), "key")
    sent = {"source": "municipal", "amount": "1200", "number": "财预2号", "key": key}
    assert [officer.post(address, sent).status_code for _ in range(2)] == [302, 302]
    draft = LimitDraft.get()
    confirmation = f"/finance/limits/{draft.id}/confirmation"
    assert web.visit(one_app, "checker").post(confirmation, {"version": "1"}).status_code == 302
    assert CeilingRevision.select().count() == 2
    low = officer.post(address, {**sent, "amount": "100", "key": "another-key"})
    assert low.status_code == 422
    assert "本级年度规模不足" in text_of(low)
    assert "财预2号" in text_of(officer.get(address))


def test_an_allotment_is_drafted_by_one_and_posted_by_another(world: World, one_app: Flask) -> None:
    ledger.plan(world.town, 2026, 230)
    maker, checker = web.visit(one_app, "maker"), web.visit(one_app, "checker")
    address = "/finance/orders/allotment"
    page = maker.get(address).get_data(as_text=True)
    sent = {
        "whose": world.town.project.code,
        "year": "2026",
        "source": "municipal",
        "amount": "30",
        "document_number": f"渝财2号{MARKUP}",
        "functional_code": "2010399",
        "economic_code": "31002",
        "method": "direct",
        "key": hidden(page, "key"),
    }
    unknown = maker.post(address, {**sent, "whose": "XM-0"})
    assert "没有编号为“XM-0”的项目或系统" in text_of(unknown)
    before = maker.post(address, {**sent, "opening": "y", "key": "a-key-of-opening"})
    assert "该项目不是已确认的存量项目，没有期初指标" in text_of(before)
    order = maker.post(address, sent).headers["Location"]
    assert maker.post(address, sent).headers["Location"] == order
    shown = checker.get(order).get_data(as_text=True)
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    assert "本级年度规模：尚余800.00万元，本次30.00万元" in text_of(checker.get(order))
    assert checker.post(f"{order}/posting", {"key": "a-key-of-post", "version": "1"}).status_code == 302
    assert BudgetLine.get_by_id(world.line.id).allotted.wan_text() == "230.00"


def test_more_than_there_is_is_refused_with_what_took_it(world: World, one_app: Flask) -> None:
    order = ledger.ordered(world.town, 900)
    checker = web.visit(one_app, "checker")
    answer = checker.post(f"/finance/orders/{order.id}/posting", {"key": "a-key-of-post", "version": "1"})
    assert answer.status_code == 422
    assert "下达指标超过2026年度投资计划：尚余0.00万元，本次需要900.00万元" in text_of(answer)


def test_an_order_is_withdrawn_by_its_drafter_alone(world: World, one_app: Flask) -> None:
    address = f"/finance/orders/{world.order.id}/withdrawal"
    other = web.visit(one_app, "checker").post(address, {"version": "1"})
    assert "只有制单人可以撤回指令" in text_of(other)
    assert web.visit(one_app, "maker").post(address, {"version": "1"}).status_code == 302
    assert FundsOrder.get_by_id(world.order.id).state.value == "withdrawn"


def contract_form(world: World, page: str, **changed: str) -> dict[str, str]:
    return {
        "key": hidden(page, "key"),
        "whose": f"project:{world.town.project_id}",
        "code": "HT-WEB-1",
        "title": f"{MARKUP}监理合同",
        "kind": "supervision",
        "supplier": str(world.supplier.id),
        "method": "inquiry",
        "value": "30",
        "award": "30",
        "instalments-0-year": "2026",
        "instalments-0-amount": "10",
        "instalments-0-kind": "advance",
        "instalments-0-source": "municipal",
        "instalments-1-year": "2027",
        "instalments-1-amount": "20",
        "instalments-1-kind": "retention",
        "instalments-1-source": "municipal",
        **changed,
    }


def test_a_contract_is_drafted_once_and_signed_by_another(world: World, one_app: Flask) -> None:
    unit = web.visit(one_app, "applicant")
    page = unit.get("/finance/contracts/new").get_data(as_text=True)
    form = contract_form(world, page)
    place = unit.post("/finance/contracts/new", form).headers["Location"]
    assert unit.post("/finance/contracts/new", form).headers["Location"] == place
    contract = Contract.get(Contract.code == "HT-WEB-1")
    assert [row.amount.wan_text() for row in Instalment.select().where(Instalment.contract == contract)] == [
        "10.00",
        "20.00",
    ]
    shown = unit.get(place).get_data(as_text=True)
    assert "<script>alert" not in shown
    assert f"{place}/signature" not in shown  # the applicant drafted it and signs nothing
    sign = web.visit(one_app, "cio")
    assert f"{place}/signature" in sign.get(place).get_data(as_text=True)
    assert sign.post(f"{place}/signature", {"version": "1", "key": "a-key-of-sign"}).status_code == 302
    assert Contract.get_by_id(contract.id).state is ContractState.EFFECTIVE


def test_a_contract_sent_after_the_session_ended_comes_back_whole_and_is_drafted_once(
    world: World, one_app: Flask
) -> None:
    unit = web.visit(one_app, "applicant")
    form = contract_form(world, unit.get("/finance/contracts/new").get_data(as_text=True))
    unit.client.delete_cookie("session")
    page = unit.post("/finance/contracts/new", form).get_data(as_text=True).partition('class="kept"')[2]
    kept = {name: unescape(value) for name, value in KEPT.findall(page) if name != "csrf_token"}
    assert kept == form, "its number and its key too"
    unit.log_in("applicant")
    places = {unit.post("/finance/contracts/new", kept).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    assert Contract.select().where(Contract.code == "HT-WEB-1").count() == 1


def test_half_an_instalment_is_said_at_its_row_and_nothing_is_lost(world: World, one_app: Flask) -> None:
    unit = web.visit(one_app, "applicant")
    page = unit.get("/finance/contracts/new").get_data(as_text=True)
    form = contract_form(world, page, **{"instalments-1-amount": ""})
    answer = unit.post("/finance/contracts/new", form)
    assert answer.status_code == 422
    assert "请填写此项" in text_of(answer)
    assert "HT-WEB-1" in answer.get_data(as_text=True)


def test_an_unbalanced_draft_is_not_signed_and_its_page_says_by_how_much(
    world: World, one_app: Flask
) -> None:
    draft = ledger.draft(world.town, (2026, 5), value=8)
    unit = web.visit(one_app, "unit-finance")
    assert "相差 3.00 万元" in text_of(unit.get(f"/finance/contracts/{draft.id}"))
    sent = {"version": "1", "key": "a-key-of-sign"}
    answer = unit.post(f"/finance/contracts/{draft.id}/signature", sent)
    assert "分期合计5.00万元与合同金额8.00万元不一致" in text_of(answer)
    applicant = web.visit(one_app, "applicant")
    revise = f"/finance/contracts/{draft.id}/draft"
    row = {"instalments-0-year": "2026", "instalments-0-amount": "8", "instalments-0-kind": "advance"}
    fixed = {**row, "instalments-0-source": "municipal", "value": "8", "version": "1"}
    assert applicant.post(revise, {**fixed, "version": "9"}).status_code == 409
    assert applicant.post(revise, fixed).status_code == 302
    sent = {"version": "2", "key": "a-key-of-sign-2"}
    assert unit.post(f"/finance/contracts/{draft.id}/signature", sent).status_code == 302


def test_a_draft_has_room_for_more_instalments_than_it_holds(world: World, one_app: Flask) -> None:
    draft = ledger.draft(world.town, *[(2026, 5)] * 6)
    page = web.visit(one_app, "applicant").get(f"/finance/contracts/{draft.id}/draft").get_data(as_text=True)
    assert 'name="instalments-8-year"' in page


def test_a_supplement_is_signed_by_another_and_a_contract_settled(world: World, one_app: Flask) -> None:
    wanted = {"key": "a-key-of-sign"}
    answer = web.visit(one_app, "cio").post(f"/finance/supplements/{world.supplement.id}/signature", wanted)
    assert answer.status_code == 302
    assert "第1份补充合同" not in text_of(web.visit(one_app, "cio").get(answer.headers["Location"]))
    contract = Contract.get_by_id(world.contract.id)
    officer = web.visit(one_app, "maker")
    address = f"/finance/contracts/{contract.id}/settlement"
    nothing = officer.post(address, {"end": "settled", "number": "审1号", "version": str(contract.version)})
    assert "请填写审定结算价" in text_of(nothing)
    sent = {
        "end": "settled",
        "settled_value": "98",
        "number": "审1号",
        "version": str(contract.version),
        "key": "a-key-of-settlement",
    }
    page = officer.post(address, sent).headers["Location"]
    assert officer.post(address, sent).headers["Location"] == page
    assert officer.post(f"{page}/confirmation", {"version": "1"}).status_code == 422
    assert "审1号" in text_of(officer.get(f"/finance/contracts/{contract.id}"))
    checker = web.visit(one_app, "checker")
    assert checker.post(f"{page}/confirmation", {"version": "1"}).status_code == 302
    assert Contract.get_by_id(contract.id).settled_value.wan_text() == "98.00"


def test_a_cost_is_drafted_and_approved_by_another(world: World, one_app: Flask) -> None:
    applicant = web.visit(one_app, "applicant")
    address = f"/finance/lines/{world.line.id}/costs/new"
    page = applicant.get(address).get_data(as_text=True)
    sent = {
        "kind": "management",
        "title": "建设管理费",
        "payee": "本单位",
        "amount": "1",
        "key": hidden(page, "key"),
    }
    place = applicant.post(address, sent).headers["Location"]
    assert applicant.post(address, sent).headers["Location"] == place
    approval = {"version": "1", "key": "a-key-of-approval"}
    assert web.visit(one_app, "cio").post(f"{place}/approval", approval).status_code == 302
    assert "已审批" in text_of(applicant.get(place))


def test_a_supplier_is_registered_once(world: World, one_app: Flask) -> None:
    unit = web.visit(one_app, "applicant")
    sent = {"code": "S-WEB", "name": "供应商" * 60, "key": "a-key-of-supplier"}
    assert unit.post("/finance/suppliers/new", sent).status_code == 302
    again = unit.post("/finance/suppliers/new", {**sent, "key": "another-key"})
    assert again.status_code == 409
    assert "该单位代码的供应商已经登记" in text_of(again)
    assert Supplier.select().where(Supplier.code == "S-WEB").count() == 1


def test_a_month_is_closed_takes_no_entry_and_is_opened_for_a_reason(world: World, one_app: Flask) -> None:
    maker, checker = web.visit(one_app, "maker"), web.visit(one_app, "checker")
    assert maker.post("/finance/periods/2026/3/closing").status_code == 302
    posting = f"/finance/orders/{world.order.id}/posting"
    refused = checker.post(posting, {"key": "a-key-of-post", "version": "1"})
    assert "2026年3月已结账" in text_of(refused)
    assert maker.post("/finance/periods/2026/3/closing").status_code == 409
    assert maker.post("/finance/periods/2026/3/reopening", {"reason": ""}).status_code == 422
    assert maker.post("/finance/periods/2026/3/reopening", {"reason": "补记"}).status_code == 302
    assert Period.get().state is PeriodState.OPEN


def test_the_new_years_instalments_are_committed_from_the_project(
    world: World, one_app: Flask, clock: object
) -> None:
    ledger.signed(world.town, (2026, 1), (2027, 4))
    ledger.set_ceiling(world.town, 2027, 100)
    ledger.plan(world.town, 2027, 10)
    clock.move_to("2027-01-05 10:00")  # type: ignore[attr-defined]
    ledger.allot(world.town, 2027, 10)
    officer = web.visit(one_app, "maker")
    address = f"/projects/{world.town.project_id}/commitments"
    assert "4.00" in text_of(officer.get(address))
    done = officer.post(address, {"key": "a-key-of-commit"}, follow_redirects=True)
    assert "已将1期合同付款列入本年指标" in text_of(done)
    assert "本年没有待列入的合同分期" in text_of(officer.get(address))


def test_a_system_in_service_has_lines_of_its_own(world: World, one_app: Flask) -> None:
    from portfolio.foundation import clock as time
    from portfolio.tables.project import System

    author = moneypages.named("applicant")
    system = System.create(
        code="SYS-1", name="门户网站", owner=world.town.unit, created_by=author, created_at=time.now()
    )
    ledger.allot(world.town, 2026, 5, system_id=system.id)
    year = text_of(web.visit(one_app, "maker").get("/finance/2026"))
    assert "另有在用系统运行维护预算 5.00 万元" in year
    assert "门户网站" in text_of(web.visit(one_app, "unit-finance").get("/finance/lines"))
    assert time.today() > factories.LONG_AGO
