"""Counterpart funds arrive and are confirmed; preparatory money; the surplus of finished projects."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from budget.queries import counterpart as queries
from budget.queries import funds
from budget.queries.lapsing import surpluses
from budget.rules.words import AccountState, Measure
from budget.services import accounts, counterpart
from budget.tables.counterpart import CounterpartReceipt
from portfolio.foundation.errors import Conflict, Forbidden, InsufficientFunds, Invalid, NotFound, Refused
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource, Part
from portfolio.tables.dossier import FundingLine
from tests import factories, ledger, moneypages, web
from tests.ledger import wan
from tests.moneypages import hidden
from tests.web import text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(sqlite_database):
    return ledger.city()


@pytest.fixture
def paged(one_app: Flask):
    town = ledger.city()
    moneypages.people(town)
    return town


def promised(town, amount, part=Part.DESIGN, source=FundingSource.ENTERPRISE):
    FundingLine.create(project=town.project_id, part=part, source=source, year=2026, amount=wan(amount))


def received(town, amount, **other):
    return counterpart.record_receipt(
        **{
            "project_id": town.project_id,
            "source": FundingSource.ENTERPRISE,
            "year": 2026,
            "amount": wan(amount),
            "received_on": date(2026, 2, 20),
            "payer": "重庆某公司",
            "document_id": ledger.paper(town.unit_finance, "回单.pdf").id,
            "actor": town.unit_finance,
            **other,
        }
    )


def confirmed(town, row, actor=None):
    return counterpart.confirm_receipt(
        receipt_id=row.id, expected_version=row.version, actor=actor or town.maker
    )


def test_what_was_promised_arrives_and_counts_once_confirmed(database):
    town = ledger.city()
    promised(town, 90, Part.FEASIBILITY)
    promised(town, 100)
    promised(town, 500, source=FundingSource.MUNICIPAL)  # the city's own is no counterpart
    first, _second = received(town, 30), received(town, 20)
    confirmed(town, first)
    [found] = queries.promises(town.project_id)
    amounts = (found.promised, found.received, found.pending, found.missing)
    assert amounts == (wan(100), wan(30), wan(20), wan(70))


def test_two_people_confirm_and_a_cancelled_receipt_counts_no_longer(town):
    both = Actor(
        user_id=town.unit_finance.user_id,
        name="两面",
        organisation_id=town.unit.id,
        roles=frozenset({Role.FINANCE}),
    )
    row = received(town, 30)
    with pytest.raises(Refused):
        confirmed(town, row, actor=both)
    row = confirmed(town, row)
    with pytest.raises(Conflict):
        confirmed(town, row)
    with pytest.raises(Forbidden):
        counterpart.cancel_receipt(
            receipt_id=row.id, expected_version=row.version, reason="误记", actor=town.unit_finance
        )
    counterpart.cancel_receipt(
        receipt_id=row.id, expected_version=row.version, reason="误记", actor=town.maker
    )
    assert queries.promises(town.project_id) == []


def test_what_may_not_be_registered(town):
    for wrong in (
        {"source": FundingSource.MUNICIPAL},
        {"received_on": date(2026, 3, 3)},
        {"amount": 0},
        {"payer": " "},
    ):
        with pytest.raises(Invalid):
            received(town, **{"amount": 1, **wrong})
    other = factories.actor("other", Role.UNIT_FINANCE, organisation=factories.organisation("OTHER"))
    with pytest.raises(NotFound):
        received(town, 1, actor=other)
    assert CounterpartReceipt.select().count() == 0


def test_preparatory_money_goes_all_the_way_and_no_further(town):
    accounts.open_account(project_id=town.project_id, actor=town.authority)
    ledger.set_ceiling(town, 2026, 100)
    with pytest.raises(InsufficientFunds) as refusal:
        ledger.allot(town, 2026, 10)
    assert {one.code for one in refusal.value.findings if one.blocks} == {"R08"}
    accounts.set_preparatory_limit(
        project_id=town.project_id, amount=wan(20), number="渝财前1号", actor=town.maker
    )
    line = ledger.allot(town, 2026, 10)
    ledger.release(town, line, 10)
    cost = ledger.cost(town, line, 8)
    assert cost.amount == wan(8)
    with pytest.raises(InsufficientFunds):
        accounts.set_preparatory_limit(
            project_id=town.project_id, amount=wan(9), number="渝财前2号", actor=town.maker
        )


def test_the_surplus_is_suggested_once_the_final_accounts_are_approved(town):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60))
    ledger.pay(town, contract, 60)
    assert not funds.account(town.project_id).over
    accounts.record_final_cost(
        project_id=town.project_id, amount=wan(60), number="渝财建1号", actor=town.maker
    )
    account = funds.account(town.project_id)
    assert (account.over, account.final_cost) == (True, wan(60))
    [found] = surpluses(funds.project_lines(town.project_id))
    assert (found.line.id, found.measure, found.amount) == (line.id, Measure.RELEASED, wan(40))


def test_receipts_and_limits_go_through_the_pages(paged, one_app):
    town = paged
    promised(town, 100)
    accounts.open_account(project_id=town.project_id, actor=town.authority)
    unit, officer = web.visit(one_app, "unit-finance"), web.visit(one_app, "maker")
    address = f"/projects/{town.project_id}/counterpart/new"
    page = unit.get(address).get_data(as_text=True)
    fields = {
        "key": hidden(page, "key"),
        "source": "enterprise",
        "year": "2026",
        "amount": "40",
        "received_on": "2026-02-20",
        "payer": "重庆某公司",
    }
    assert unit.post(address, fields).status_code == 422  # no paper
    answer = unit.post(address, {**fields, "document": moneypages.upload("回单.pdf")})
    assert answer.status_code == 302, text_of(answer)
    row = CounterpartReceipt.get()
    confirming = f"/finance/receipts/{row.id}/confirmation"
    page = officer.get(confirming).get_data(as_text=True)
    assert "2026-02-20" in page
    assert f'href="/finance/receipts/{row.id}/document"' in page, "confirmed by whoever read the paper"
    officer.post(confirming, {"key": hidden(page, "key"), "version": hidden(page, "version")})
    shown = text_of(unit.get(f"/projects/{town.project_id}/money"))
    assert "60.00" in shown  # still to come
    assert unit.get(f"/finance/receipts/{row.id}/document").data == moneypages.PDF
    stranger = moneypages.stranger(one_app, Role.UNIT_FINANCE)
    assert stranger.get(f"/finance/receipts/{row.id}/document").status_code == 404
    limit = f"/projects/{town.project_id}/preparatory"
    page = officer.get(limit).get_data(as_text=True)
    sent = officer.post(limit, {"key": hidden(page, "key"), "amount": "12", "number": "渝财前1号"})
    confirmation = f"{sent.headers['Location']}/confirmation"
    assert web.visit(one_app, "checker").post(confirmation, {"version": "1"}).status_code == 302
    assert funds.account(town.project_id).preparatory_limit == wan(12)


def test_a_finished_project_shows_what_to_give_back(paged, one_app):
    town = paged
    line = ledger.funded(town, amount=100)
    accounts.set_state(project_id=town.project_id, state=AccountState.CLOSED, actor=town.authority)
    page = web.visit(one_app, "maker").get(f"/projects/{town.project_id}/money").get_data(as_text=True)
    assert f"/finance/lines/{line.id}/recall?measure=released" in page
