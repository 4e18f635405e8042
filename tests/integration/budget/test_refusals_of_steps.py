"""Steps, people, versions, months, corrections and bad input: every refusal changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from budget.rules.words import AccountState, ContractKind, EntryKind
from budget.services import accounts, ceilings, contracts, funds, orders, payments, periods
from budget.services.contracts.drafts import Procurement
from budget.tables.contract import Contract
from budget.tables.entry import Entry
from portfolio.foundation.clock import ZONE
from portfolio.foundation.errors import (
    Conflict,
    Forbidden,
    InsufficientFunds,
    Invalid,
    NotFound,
    Refused,
    StaleVersion,
)
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource
from tests import factories, ledger
from tests.ledger import wan
from tests.refusal import Refusal

pytestmark = pytest.mark.usefixtures("database", "clock")


@pytest.fixture
def town():
    return ledger.city()


# --- states, people, versions, periods ----------------------------------------------------------------------


@pytest.mark.parametrize("state", [AccountState.FROZEN, AccountState.CLOSED])
def test_nothing_new_goes_through_a_frozen_or_closed_account(town, state):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40))
    application, paid = ledger.checked(town, contract, 10), ledger.pay(town, contract, 10)
    allotment, drafted = ledger.ordered(town, 1), ledger.draft(town, (2026, 1))
    released = funds.draft_release(line_id=line.id, amount=wan(1), actor=town.maker)
    accounts.set_state(project_id=town.project_id, state=state, actor=town.authority)
    ledger.plan(town, 2026, 300)
    with Refusal(Refused, "M40"):
        funds.allot(order_id=allotment.id, key=ledger.key(), actor=town.checker)
    with Refusal(Refused, "M40"):
        ledger.sign(town, drafted)
    with Refusal(Refused, "M40"):
        ledger.post(town, application)
    with Refusal(Refused, "M40"):
        funds.release(order_id=released.id, key=ledger.key(), actor=town.checker)
    ledger.refund(town, paid, 5)  # what takes off is always possible
    assert ledger.totals(line)["paid"] == "5.00"


def test_a_project_without_an_account_takes_no_money(town):
    ledger.set_ceiling(town, 2026, 100)
    order = ledger.ordered(town, 1)
    with Refusal(Refused, "M40"):
        funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)
    with Refusal(NotFound):
        accounts.fix_cap(project_id=town.project_id, amount=wan(1), number="", actor=town.authority)


def test_nobody_checks_what_they_made(town):
    line = ledger.funded(town, amount=100)
    order = funds.draft_release(line_id=line.id, amount=wan(1), actor=town.maker)
    with Refusal(Refused, "M50"):
        funds.release(order_id=order.id, key=ledger.key(), actor=town.maker)
    application = ledger.checked(town, ledger.signed(town, (2026, 40)), 10)
    with Refusal(Refused, "M50"):
        ledger.post(town, application, actor=town.checker)
    both = factories.actor("both", Role.UNIT_FINANCE, Role.FINANCE, organisation=town.unit)
    drafted = contracts.draft_contract(
        project_id=town.project_id,
        code="HT-own",
        title="自签",
        kind=ContractKind.SERVICES,
        supplier_id=contracts.add_supplier(code="S-own", name="甲", actor=both).id,
        value=wan(1),
        instalments=ledger.instalments((2026, 1)),
        procurement=Procurement(),
        actor=both,
    )
    with Refusal(Refused, "M50"):
        contracts.sign_contract(contract_id=drafted.id, expected_version=1, key=ledger.key(), actor=both)
    own = ledger.apply(town, Contract.get(Contract.code != "HT-own"), wan(1), actor=both)
    with Refusal(Refused, "M50"):
        payments.check(application_id=own.id, expected_version=1, actor=both)
    checked = payments.check(application_id=own.id, expected_version=1, actor=town.checker)
    with Refusal(Refused, "M50"):
        ledger.post(town, checked, actor=both)


def test_each_act_has_its_role(town):
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40))
    application = ledger.apply(town, contract, wan(10))
    with Refusal(Forbidden):
        ledger.ordered(town, 1, actor=town.unit_finance)
    with Refusal(Forbidden):
        ceilings.set_ceiling(
            year=2026, source=FundingSource.MUNICIPAL, amount=wan(9), number="1", actor=town.cio
        )
    with Refusal(Forbidden):
        payments.check(application_id=application.id, expected_version=1, actor=town.cio)
    with Refusal(Forbidden):
        ledger.apply(town, contract, wan(1), actor=town.applicant)
    with Refusal(Forbidden):
        periods.close_period(year=2026, month=2, actor=town.unit_finance)


def test_another_unit_can_do_nothing_with_the_money_of_a_project(town):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40))
    drafted = ledger.draft(town, (2026, 1))
    stranger = factories.actor("stranger", Role.UNIT_FINANCE, Role.CIO, Role.APPLICANT)
    with Refusal(Forbidden):
        ledger.apply(town, contract, wan(1), actor=stranger)
    with Refusal(Forbidden):
        contracts.sign_contract(
            contract_id=drafted.id, expected_version=drafted.version, key=ledger.key(), actor=stranger
        )
    with Refusal(Forbidden):
        ledger.draft(
            ledger.City(**{**_people(town), "applicant": stranger, "unit_finance": stranger}), (2026, 1)
        )
    with Refusal(Forbidden):
        ledger.cost(ledger.City(**{**_people(town), "applicant": stranger}), line, 1)


def _people(town):
    return {name: getattr(town, name) for name in ledger.City.__dataclass_fields__}


def test_a_stale_version_is_refused(town):
    ledger.funded(town, amount=100)
    contract = ledger.draft(town, (2026, 40))
    contracts.revise_draft(contract_id=contract.id, expected_version=1, value=wan(40), actor=town.applicant)
    with Refusal(StaleVersion):
        contracts.sign_contract(
            contract_id=contract.id, expected_version=1, key=ledger.key(), actor=town.unit_finance
        )
    with Refusal(StaleVersion):
        contracts.revise_draft(
            contract_id=contract.id, expected_version=1, value=wan(41), actor=town.applicant
        )
    application = ledger.apply(town, ledger.sign(town, Contract.get_by_id(contract.id)), wan(10))
    with Refusal(StaleVersion):
        payments.check(application_id=application.id, expected_version=7, actor=town.checker)
    checked = payments.check(application_id=application.id, expected_version=1, actor=town.checker)
    with Refusal(StaleVersion):
        ledger.post(town, checked, expected_version=1)


def test_steps_are_not_skipped_and_not_repeated(town):
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40))
    application = ledger.apply(town, contract, wan(10))
    with Refusal(Refused, "M54"):
        ledger.post(town, application)
    refused = payments.refuse(
        application_id=application.id, expected_version=1, reason="发票抬头有误", actor=town.checker
    )
    with Refusal(Refused, "M54"):
        payments.check(application_id=refused.id, expected_version=refused.version, actor=town.checker)
    done = ledger.checked(town, contract, 10)
    ledger.post(town, done)
    with Refusal(Refused, "M54"):
        ledger.post(town, done)
    with Refusal(Refused, "M53"):
        ledger.sign(town, Contract.get_by_id(contract.id))
    order = ledger.ordered(town, 1)
    orders.withdraw(order_id=order.id, expected_version=1, actor=town.maker)
    with Refusal(Refused, "M51"):
        funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)


def test_progress_payments_need_an_acceptance_of_the_instalment(town):
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40), (2026, 60))
    with Refusal(Refused, "M55"):
        ledger.apply(town, contract, wan(10), 2, acceptance_id=None)
    assert ledger.apply(town, contract, wan(10), 1, acceptance_id=None).amount == wan(10)  # the advance


def test_a_closed_month_takes_no_entries_until_it_is_reopened(town):
    ledger.funded(town, amount=100)
    application = ledger.checked(town, ledger.signed(town, (2026, 40)), 10)
    periods.close_period(year=2026, month=3, actor=town.maker)
    with Refusal(Refused, "M41"):
        ledger.post(town, application)
    with Refusal(Conflict):
        periods.close_period(year=2026, month=3, actor=town.maker)
    with Refusal(Invalid):
        periods.close_period(year=2026, month=4, actor=town.maker)
    with Refusal(Invalid):
        periods.reopen_period(year=2026, month=3, reason=" ", actor=town.maker)
    periods.reopen_period(year=2026, month=3, reason="补记", actor=town.maker)
    ledger.post(town, application)


def test_an_entry_takes_effect_in_the_year_of_its_line_and_not_in_the_future(town, clock):
    ledger.funded(town, amount=100)
    application = ledger.checked(town, ledger.signed(town, (2026, 40)), 10)
    for day in (date(2026, 3, 3), date(2025, 12, 31)):
        with Refusal(Refused, "M42"):
            ledger.post(town, application, effective_on=day)
    clock.move_to(datetime(2027, 1, 4, 10, tzinfo=ZONE))
    with Refusal(Refused, "M42"):
        ledger.post(town, application)
    entry = ledger.post(town, application, effective_on=date(2026, 12, 31))
    assert entry.effective_on == date(2026, 12, 31)


def test_next_years_money_may_be_allotted_ahead_but_not_paid(town):
    ledger.ready(town)
    ledger.set_ceiling(town, 2027, 100)
    ledger.plan(town, 2027, 50)
    line = ledger.allot(town, 2027, 50)
    order = funds.draft_release(line_id=line.id, amount=wan(1), actor=town.maker)
    with Refusal(Refused, "M42"):
        funds.release(order_id=order.id, key=ledger.key(), actor=town.checker)


# --- corrections --------------------------------------------------------------------------------------------


def test_an_entry_is_reversed_once(town):
    ledger.funded(town, amount=100)
    paid = ledger.pay(town, ledger.signed(town, (2026, 40)), 10)
    first, second = (
        payments.draft_reversal(entry_id=paid.id, reason="记错", actor=town.maker) for _ in range(2)
    )
    red = payments.reverse(order_id=first.id, key=ledger.key(), actor=town.checker)
    with Refusal(Refused, "M43"):
        payments.reverse(order_id=second.id, key=ledger.key(), actor=town.checker)
    with Refusal(Refused, "M43"):
        payments.draft_reversal(entry_id=red.id, reason="再冲", actor=town.maker)


def test_a_payment_with_a_refund_is_not_reversed(town):
    ledger.funded(town, amount=100)
    paid = ledger.pay(town, ledger.signed(town, (2026, 40)), 10)
    ledger.refund(town, paid, 1)
    with Refusal(Refused, "M43"):
        payments.draft_reversal(entry_id=paid.id, reason="记错", actor=town.maker)


def test_no_more_comes_back_than_was_paid(town):
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40))
    paid = ledger.pay(town, contract, 10)
    ledger.pay(town, contract, 10)
    two = [
        payments.draft_refund(entry_id=paid.id, amount=wan(6), reason="多付", actor=town.maker)
        for _ in range(2)
    ]
    payments.refund(order_id=two[0].id, key=ledger.key(), actor=town.checker)
    with Refusal(InsufficientFunds, "M45"):
        payments.refund(order_id=two[1].id, key=ledger.key(), actor=town.checker)
    with Refusal(Refused, "M45"):
        payments.draft_refund(
            entry_id=Entry.get(Entry.kind == EntryKind.ALLOT).id,
            amount=wan(1),
            reason="多付",
            actor=town.maker,
        )


def test_what_later_entries_rest_on_is_not_reversed(town):
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 100))
    ledger.pay(town, contract, 10)
    for kind, codes in (
        (EntryKind.ALLOT, {"M01"}),
        (EntryKind.RELEASE, {"M04"}),
        (EntryKind.COMMIT, {"M03"}),
    ):
        entry = Entry.get(Entry.kind == kind)
        order = payments.draft_reversal(entry_id=entry.id, reason="记错", actor=town.maker)
        with Refusal(InsufficientFunds, *codes):
            payments.reverse(order_id=order.id, key=ledger.key(), actor=town.checker)


# --- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [wan(0), wan(-1), Money.from_yi(10_001), 5, 1.5, "10", None], ids=str)
def test_an_amount_that_is_none_is_refused(town, amount):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40))
    with Refusal(Invalid):
        ledger.ordered(town, 1, amount=amount)
    with Refusal(Invalid):
        funds.draft_release(line_id=line.id, amount=amount, actor=town.maker)
    with Refusal(Invalid):
        ledger.apply(town, contract, amount)
    with Refusal(Invalid):
        payments.draft_refund(entry_id=1, amount=amount, reason="x", actor=town.maker)


def test_half_a_fen_is_never_rounded():
    with pytest.raises(Invalid, match="金额最小到分"):
        Money.from_yuan("0.005")


def test_unknown_ids_are_named(town):
    for call in (
        lambda: funds.allot(order_id=9, key=ledger.key(), actor=town.checker),
        lambda: funds.draft_release(line_id=9, amount=wan(1), actor=town.maker),
        lambda: ledger.ordered(town, 1, project_id=999),
        lambda: contracts.sign_contract(
            contract_id=9, expected_version=1, key=ledger.key(), actor=town.unit_finance
        ),
        lambda: payments.check(application_id=9, expected_version=1, actor=town.checker),
        lambda: payments.draft_refund(entry_id=9, amount=wan(1), reason="x", actor=town.maker),
        lambda: payments.draft_reversal(entry_id=9, reason="x", actor=town.maker),
    ):
        with Refusal(NotFound):
            call()


def test_money_that_is_no_budget_money_has_no_line_and_no_ceiling(town):
    with Refusal(Invalid):
        ledger.ordered(town, 1, source=FundingSource.ENTERPRISE)
    with Refusal(Invalid):
        ceilings.set_ceiling(
            year=2026, source=FundingSource.CENTRAL, amount=wan(1), number="1", actor=town.maker
        )


# --- one request, one effect --------------------------------------------------------------------------------


def test_a_request_sent_again_has_one_effect_and_the_same_answer(town):
    line = ledger.funded(town, amount=100)
    application = ledger.checked(town, ledger.signed(town, (2026, 40)), 10)
    first = ledger.post(town, application, key="the-same-key")
    again = ledger.post(town, application, key="the-same-key")
    assert (again.id, again.hash) == (first.id, first.hash)
    assert ledger.totals(line)["paid"] == "10.00"


def test_a_key_used_for_something_else_is_a_conflict(town):
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40))
    one, two = ledger.checked(town, contract, 10), ledger.checked(town, contract, 10)
    ledger.post(town, one, key="the-same-key")
    with Refusal(Conflict):
        ledger.post(town, two, key="the-same-key")
    with Refusal(Conflict):
        ledger.apply(town, contract, wan(1), key="the-same-key")
    with Refusal(Invalid):
        ledger.post(town, two, key="short")


def test_a_refused_request_may_be_sent_again_with_its_key(town):
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    line = ledger.allot(town, 2026, 100)
    application = ledger.checked(town, ledger.signed(town, (2026, 40)), 10)
    with Refusal(InsufficientFunds, "M04"):
        ledger.post(town, application, key="the-same-key")
    ledger.release(town, line, 10)
    assert ledger.post(town, application, key="the-same-key").amount == wan(10)


def test_nobody_checks_in_the_place_of_whoever_made_it(town):
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    line = ledger.allot(town, 2026, 100)
    order = funds.draft_release(line_id=line.id, amount=wan(1), actor=town.maker)
    stand_in = replace(town.checker, on_behalf_of=town.maker.user_id)
    with Refusal(Refused, "M50"):
        funds.release(order_id=order.id, key=ledger.key(), actor=stand_in)
    other = replace(town.checker, on_behalf_of=town.treasury.user_id)
    entry = funds.release(order_id=order.id, key=ledger.key(), actor=other)
    assert (entry.posted_by_id, entry.on_behalf_of_id) == (town.checker.user_id, town.treasury.user_id)
