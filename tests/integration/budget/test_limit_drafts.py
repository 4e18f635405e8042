"""Ceilings, preparatory limits and ends of contracts hold once a second officer has confirmed them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from budget.queries import funds
from budget.queries.verification import verify
from budget.rules.words import ContractState, EntryKind, LimitState
from budget.services import accounts, limit_drafts
from budget.tables.annual_plan import Ceiling, CeilingRevision
from budget.tables.contract import Contract
from budget.tables.entry import Entry
from budget.tables.limit_draft import LimitDraft
from portfolio.foundation.db import IntegrityError, transaction, violated
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Conflict, Forbidden, InsufficientFunds, Invalid, Refused, StaleVersion
from portfolio.rules.dossier import FundingSource
from reports.queries.waiting import count, tasks
from reports.queries.waiting.task import Place
from tests import ledger, moneypages, web
from tests.ledger import City, wan
from tests.moneypages import hidden
from tests.refusal import Refusal
from tests.web import text_of


def drafted(town: City, amount: int, **changed: Any) -> LimitDraft:
    given = {"year": 2026, "source": FundingSource.MUNICIPAL, "number": "财预1号", "actor": town.maker}
    return limit_drafts.draft_ceiling(**{**given, "amount": wan(amount), **changed})


def confirmed(town: City, row: LimitDraft, version: int = 1) -> LimitDraft:
    return limit_drafts.confirm(draft_id=row.id, expected_version=version, actor=town.checker)


both = pytest.mark.usefixtures("database", "clock")


@both
def test_a_ceiling_holds_once_another_officer_has_confirmed_it() -> None:
    town = ledger.city()
    row = drafted(town, 100)
    assert Ceiling.select().count() == 0
    assert [(one.place, one.amount) for one in tasks(town.checker)] == [(Place.LIMIT, wan(100))]
    assert (count(town.checker, 0), tasks(town.maker)) == (1, [])
    with Refusal(Refused, "M50"):
        limit_drafts.confirm(draft_id=row.id, expected_version=1, actor=town.maker)
    row = confirmed(town, row)
    assert (row.state, row.confirmed_by_id) == (LimitState.CONFIRMED, town.checker.user_id)
    assert (Ceiling.get().amount, row.revision.number) == (wan(100), "财预1号")
    assert tasks(town.checker) == []
    with Refusal(StaleVersion):
        confirmed(town, row)
    with Refusal(Refused, "M68"):
        confirmed(town, row, version=2)
    with pytest.raises(IntegrityError) as caught, transaction():
        bound.execute_sql("UPDATE limit_draft SET amount = amount + 1")
    assert "append_only" in str(caught.value)


@both
def test_the_database_itself_holds_the_two_apart() -> None:
    town = ledger.city()
    drafted(town, 100)
    with pytest.raises(IntegrityError) as caught, transaction():
        bound.execute_sql(
            "UPDATE limit_draft SET state = 'confirmed', confirmed_by_id = drafted_by_id,"
            " confirmed_at = drafted_at"
        )
    assert violated(caught.value) == "ck_limit_draft_people"


@both
def test_what_may_not_be_drafted_or_confirmed_changes_nothing() -> None:
    town = ledger.city()
    ledger.funded(town, amount=200)
    with Refusal(InsufficientFunds, "M31"):
        drafted(town, 199)
    with Refusal(Forbidden):
        drafted(town, 300, actor=town.cio)
    with Refusal(Invalid):
        drafted(town, 300, source=FundingSource.CENTRAL)
    with Refusal(Invalid):
        drafted(town, -1)
    row = drafted(town, 250)
    with Refusal(Conflict):
        drafted(town, 300)
    ledger.plan(town, 2026, 260)
    ledger.allot(town, 2026, 60)
    with Refusal(InsufficientFunds, "M31"):
        confirmed(town, row)
    with Refusal(Refused, "M52"):
        limit_drafts.withdraw(draft_id=row.id, expected_version=1, actor=town.checker)
    limit_drafts.withdraw(draft_id=row.id, expected_version=1, actor=town.maker)
    confirmed(town, drafted(town, 300))
    assert (Ceiling.get().amount, CeilingRevision.select().count()) == (wan(300), 2)


@both
def test_preparatory_money_waits_for_the_second_officer() -> None:
    town = ledger.city()
    accounts.open_account(project_id=town.project_id, actor=town.authority)
    row = limit_drafts.draft_preparatory_limit(
        project_id=town.project_id, amount=wan(20), number="渝财前1号", actor=town.maker
    )
    ledger.set_ceiling(town, 2026, 100)
    with pytest.raises(InsufficientFunds) as refusal:
        ledger.allot(town, 2026, 10)
    assert "R08" in refusal.value.codes
    confirmed(town, row)
    assert ledger.totals(ledger.allot(town, 2026, 10)) == {"allotted": "10.00"}


def ended(town: City, contract: Contract, **changed: Any) -> LimitDraft:
    given = {"state": ContractState.SETTLED, "settled_value": wan(90), "number": "渝审1号"}
    at = {"contract_id": contract.id, "expected_version": Contract.get_by_id(contract.id).version}
    return limit_drafts.draft_end(**{**at, **given, "actor": town.maker, **changed})


@both
def test_a_contract_is_settled_by_two_officers_who_stand_on_the_voucher() -> None:
    town = ledger.city()
    line = ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 100))
    ledger.pay(town, contract, 60)
    for value, code in ((59, "M21"), (101, "M24")):
        with Refusal(InsufficientFunds, code):
            ended(town, contract, settled_value=wan(value))
    row = ended(town, contract)
    [task] = tasks(town.checker)
    assert (task.place, task.project_id, task.amount) == (Place.LIMIT, town.project_id, wan(90))
    assert ledger.totals(line)["committed"] == "100.00"
    with Refusal(Refused, "M50"):
        limit_drafts.confirm(draft_id=row.id, expected_version=1, actor=town.maker)
    confirmed(town, row)
    taken = Entry.select().where(Entry.kind == EntryKind.DECOMMIT).get()
    assert (taken.maker_id, taken.checker_id) == (town.maker.user_id, town.checker.user_id)
    assert (taken.amount, taken.document_number) == (wan(-10), "渝审1号")
    assert Contract.get_by_id(contract.id).settled_value == wan(90)
    assert verify().offenders == ()
    with Refusal(Refused, "M53"):
        ended(town, contract)


@both
def test_nothing_is_paid_above_what_a_terminated_contract_comes_to() -> None:
    town = ledger.city()
    ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 60), (2026, 40))
    ledger.pay(town, contract, 40)
    waiting, late = ledger.checked(town, contract, 20), ledger.checked(town, contract, 10, 2)
    confirmed(town, ended(town, contract, state=ContractState.TERMINATED, settled_value=None))
    assert Contract.get_by_id(contract.id).settled_value == wan(40)
    for application in (waiting, late):
        with Refusal(InsufficientFunds, "M21"):
            ledger.post(town, application)
    with Refusal(InsufficientFunds):
        ledger.apply(town, contract, wan(1))


def test_a_ceiling_goes_through_the_pages_with_its_paper(one_app: Flask, clock: object) -> None:
    town = ledger.city()
    moneypages.people(town)
    maker, checker = web.visit(one_app, "maker"), web.visit(one_app, "checker")
    address = "/finance/2026/ceiling"
    key = hidden(maker.get(address).get_data(as_text=True), "key")
    sent = {"source": "municipal", "amount": "1200", "number": "财预2号", "key": key}
    page = maker.post(address, {**sent, "document": moneypages.upload("批文.pdf")}).headers["Location"]
    assert (
        maker.post(address, {**sent, "document": moneypages.upload("批文.pdf")}).headers["Location"] == page
    )
    assert "撤回" in text_of(maker.get(page))
    assert "财预2号" in text_of(maker.get(address))
    assert "批文.pdf" in text_of(checker.get(page))
    assert checker.get(f"{page}/document").data == moneypages.PDF
    assert maker.post(f"{page}/confirmation", {"version": "1"}).status_code == 422
    assert Ceiling.select().count() == 0
    assert checker.post(f"{page}/confirmation", {"version": "1"}).status_code == 302
    assert Ceiling.get().amount == wan(1200)
    assert {"maker", "checker"} <= set(text_of(maker.get(address)).split())
    limit = f"/projects/{town.project_id}/preparatory"
    accounts.open_account(project_id=town.project_id, actor=town.authority)
    key = hidden(maker.get(limit).get_data(as_text=True), "key")
    page = maker.post(limit, {"key": key, "amount": "12", "number": "渝财前1号"}).headers["Location"]
    assert maker.post(f"{page}/withdrawal", {"version": "1"}).status_code == 302
    assert funds.account(town.project_id).preparatory_limit == wan(0)
