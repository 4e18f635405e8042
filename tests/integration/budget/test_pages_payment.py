"""The pages of payment: applied for by a unit, checked by one officer, posted by another, each once."""

from __future__ import annotations

import pytest
from flask import Flask

from budget.rules.words import ApplicationState, Measure
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from portfolio.foundation.documents import Document
from portfolio.foundation.roles import Role
from tests import ledger, moneypages, web
from tests.moneypages import World, hidden, upload
from tests.web import text_of


@pytest.fixture
def world(one_app: Flask, clock: object) -> World:
    return moneypages.world()


def paid(line: BudgetLine) -> str:
    row = BudgetLine.get_by_id(line.id)
    return str(row.paid.wan_text())


def apply_address(world: World) -> str:
    return f"/finance/instalments/{ledger.instalment(world.contract, 2).id}/payment"


def test_a_unit_applies_and_two_officers_pay(world: World, one_app: Flask) -> None:
    unit = web.visit(one_app, "unit-finance")
    page = unit.get(apply_address(world)).get_data(as_text=True)
    key = hidden(page, "key")
    sent = {"amount": "30", "invoice": upload(), "acceptance": upload("验收单.pdf"), "key": key}
    answer = unit.post(apply_address(world), sent)
    assert answer.status_code == 302
    application = PaymentApplication.select().order_by(PaymentApplication.id.desc()).get()
    address = f"/finance/applications/{application.id}"

    first = web.visit(one_app, "checker")
    shown = text_of(first.get(address))
    assert "验收单.pdf" in shown
    assert "对预算指标的影响" in shown
    assert "叁拾万元整" in shown
    assert first.post(f"{address}/check", {"version": "1", "key": "a-key-of-check"}).status_code == 302

    version = str(PaymentApplication.get_by_id(application.id).version)
    own = first.post(f"{address}/posting", {"version": version, "key": "a-key-of-first"})
    assert own.status_code == 422
    assert "支付须由经办人以外的人办理" in text_of(own)
    assert paid(world.line) == "10.00"

    second = web.visit(one_app, "treasury")
    done = second.post(f"{address}/posting", {"version": version, "key": "a-key-of-second"})
    assert done.status_code == 302
    assert paid(world.line) == "40.00"
    line = text_of(second.get(done.headers["Location"]))
    assert "已支付并记账" in line
    assert "unit-finance · checker · treasury" in line


def test_a_resent_application_is_the_same_application(world: World, one_app: Flask) -> None:
    unit = web.visit(one_app, "unit-finance")
    key = hidden(unit.get(apply_address(world)).get_data(as_text=True), "key")
    places = set()
    for _ in range(3):
        sent = {"amount": "30", "invoice": upload(), "acceptance": upload("验收单.pdf"), "key": key}
        places.add(unit.post(apply_address(world), sent).headers["Location"])
    assert len(places) == 1
    assert PaymentApplication.select().count() == 3  # two of the world


def test_a_payment_posted_twice_is_paid_once(world: World, one_app: Flask) -> None:
    application = ledger.checked(world.town, world.contract, 5)
    second = web.visit(one_app, "treasury")
    address = f"/finance/applications/{application.id}/posting"
    page = second.get(address).get_data(as_text=True)
    sent = {"version": hidden(page, "version"), "key": hidden(page, "key")}
    first, again = second.post(address, sent), second.post(address, sent)
    assert (first.status_code, again.status_code) == (302, 302)
    assert Entry.select().where(Entry.application == application.id).count() == 1


def test_too_much_is_refused_with_its_figures_and_the_papers_stay(world: World, one_app: Flask) -> None:
    unit = web.visit(one_app, "unit-finance")
    page = unit.get(apply_address(world)).get_data(as_text=True)
    sent = {"amount": "61", "invoice": upload(), "acceptance": upload(), "key": hidden(page, "key")}
    refused = unit.post(apply_address(world), sent)
    assert refused.status_code == 422
    said = text_of(refused)
    assert "付款超过本期应付" in said
    assert "尚余60.00万元" in said
    assert "文件已收到，不必重新选择" in said
    body = refused.get_data(as_text=True)
    assert f'<a href="/finance/contracts/{world.contract.id}">合同</a>' in body
    again = {
        "amount": "60",
        "key": hidden(body, "key"),
        "invoice_kept": hidden(body, "invoice_kept"),
        "acceptance_kept": hidden(body, "acceptance_kept"),
    }
    assert unit.post(apply_address(world), again).status_code == 302


def test_what_is_applied_for_already_is_not_offered_again(world: World, one_app: Flask) -> None:
    ledger.checked(world.town, world.contract, 25, number=2)
    shown = web.visit(one_app, "unit-finance").get(apply_address(world))
    assert "在途申请 25.00 万元" in text_of(shown)
    assert "尚可申请 35.00 万元" in text_of(shown)
    assert "待我处理 25.00" not in text_of(shown)
    assert 'value="35.00"' in shown.get_data(as_text=True)


def test_papers_of_others_cannot_be_named(world: World, one_app: Flask) -> None:
    unit = web.visit(one_app, "unit-finance")
    foreign = Document.select().get().id
    for forged in (str(foreign), f"[{foreign}, 1]", "x.y"):
        sent = {"amount": "1", "key": "a-key-of-forgery", "invoice_kept": forged}
        answer = unit.post(apply_address(world), sent)
        assert answer.status_code == 422
        assert "请上传发票" in text_of(answer)


def test_a_renamed_program_is_no_invoice(world: World, one_app: Flask) -> None:
    unit = web.visit(one_app, "unit-finance")
    sent = {
        "amount": "1",
        "key": "a-key-of-program",
        "invoice": upload("发票.pdf", b"MZ\x90\x00" + b"\0" * 200),
    }
    answer = unit.post(apply_address(world), sent)
    assert answer.status_code == 422
    assert PaymentApplication.select().count() == 2


def test_who_applied_or_has_checked_is_offered_no_further_step(world: World, one_app: Flask) -> None:
    application = ledger.checked(world.town, world.contract, 5)
    page = web.visit(one_app, "checker").get(f"/finance/applications/{application.id}")
    assert "须由另一名财政经办人支付" in text_of(page)
    assert f"/finance/applications/{application.id}/posting" not in page.get_data(as_text=True)


def test_a_refusal_needs_its_reason_and_tells_it_to_the_unit(world: World, one_app: Flask) -> None:
    officer = web.visit(one_app, "checker")
    address = f"/finance/applications/{world.application.id}"
    assert officer.post(f"{address}/refusal", {"version": "1", "reason": " "}).status_code == 422
    sent = {"version": "1", "reason": "<b>发票</b>抬头有误"}
    assert officer.post(f"{address}/refusal", sent).status_code == 302
    shown = web.visit(one_app, "unit-finance").get(address).get_data(as_text=True)
    assert "&lt;b&gt;发票&lt;/b&gt;抬头有误" in shown
    assert "<b>发票</b>" not in shown


def test_an_act_shows_its_fields_and_where_it_goes(world: World, one_app: Flask) -> None:
    officer = web.visit(one_app, "checker")
    refusal = officer.get(f"/finance/applications/{world.application.id}/refusal")
    assert 'name="reason"' in refusal.get_data(as_text=True)
    application = ledger.checked(world.town, world.contract, 5)
    posting = officer.get(f"/finance/applications/{application.id}/posting")
    assert 'name="effective_on"' in posting.get_data(as_text=True)
    assert "从2026年市级财政指标列支" in text_of(posting)


def test_a_stale_page_is_said(world: World, one_app: Flask) -> None:
    officer = web.visit(one_app, "checker")
    answer = officer.post(f"/finance/applications/{world.application.id}/check", {"version": "7"})
    assert answer.status_code == 409
    assert "您看到的是旧版本" in text_of(answer)
    row = PaymentApplication.get_by_id(world.application.id)
    assert row.state is ApplicationState.APPLIED


def test_another_unit_sees_nothing_of_it(world: World, one_app: Flask) -> None:
    stranger = moneypages.stranger(one_app, Role.UNIT_FINANCE)
    address = f"/finance/applications/{world.application.id}"
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}/papers/invoice").status_code == 404
    assert stranger.get(apply_address(world)).status_code == 404
    assert "共 0 条" in text_of(stranger.get("/finance/applications"))


def test_the_papers_come_as_files(world: World, one_app: Flask) -> None:
    address = f"/finance/applications/{world.application.id}/papers"
    officer = web.visit(one_app, "checker")
    answer = officer.get(f"{address}/invoice")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert officer.get(f"{address}/other").status_code == 404


def test_a_refund_and_a_reversal_are_ordered_from_the_entry(world: World, one_app: Flask) -> None:
    maker, checker = web.visit(one_app, "maker"), web.visit(one_app, "checker")
    refund = f"/finance/entries/{world.payment.id}/refund"
    key = hidden(maker.get(refund).get_data(as_text=True), "key")
    sent = {"amount": "4", "reason": "多付", "key": key}
    order = maker.post(refund, sent).headers["Location"]
    assert maker.post(refund, sent).headers["Location"] == order
    assert "4.00 万元" in text_of(checker.get(order))
    own = maker.post(f"{order}/posting", {"version": "1", "key": "a-key-of-maker"})
    assert "记账须由经办人以外的人办理" in text_of(own)
    assert checker.post(f"{order}/posting", {"version": "1", "key": "a-key-of-refund"}).status_code == 302
    assert paid(world.line) == "6.00"

    reversal = f"/finance/entries/{world.payment.id}/reversal"
    refused = maker.post(reversal, {"reason": "记错", "key": "a-key-of-reversal"})
    assert refused.status_code == 422
    assert "此笔支付已有退款" in text_of(refused)


def test_a_line_shows_its_balance_on_a_past_day_and_its_chain(world: World, one_app: Flask) -> None:
    auditor = web.visit(one_app, "authority")
    address = f"/finance/lines/{world.line.id}"
    day_before = text_of(auditor.get(f"{address}?as_of=2026-03-01&check=chain"))
    assert "截至 2026年3月1日 终了" in day_before
    assert "逐笔相符" in day_before
    assert auditor.get(f"{address}?as_of=yesterday").status_code == 200
    measures = {row.measure for row in Entry.select().where(Entry.line == world.line.id)}
    assert Measure.PAID in measures
