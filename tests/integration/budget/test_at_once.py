"""Several officers at once: what fits goes through exactly once, the rest is refused, nothing is doubled."""

from __future__ import annotations

import threading

import pytest

from budget.queries.verification import verify
from budget.services import funds, periods
from budget.tables.entry import Entry
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import HouseError, InsufficientFunds, Refused
from tests import ledger
from tests.ledger import wan

pytestmark = pytest.mark.usefixtures("database", "clock")


@pytest.fixture
def town():
    return ledger.city()


def at_once(*calls):
    """Run every call in a thread of its own; their answers and refusals, in order."""
    results = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(index, call):
        start.wait()
        try:
            results[index] = call()
        except HouseError as refusal:
            results[index] = refusal
        finally:
            bound.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _went_through(results):
    return [result for result in results if isinstance(result, Entry)]


def test_two_payments_into_room_for_one(town):
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    line = ledger.allot(town, 2026, 100)
    ledger.release(town, line, 50)
    contract = ledger.signed(town, (2026, 50), (2026, 50))
    waiting = [ledger.checked(town, contract, 40), ledger.checked(town, contract, 40, 2)]
    results = at_once(*(lambda one=one: ledger.post(town, one) for one in waiting))
    refusals = [result for result in results if isinstance(result, InsufficientFunds)]
    assert (len(_went_through(results)), len(refusals)) == (1, 1)
    assert refusals[0].codes == ("M04",)
    assert "尚余10.00万元，本次需要40.00万元" in str(refusals[0])
    assert ledger.totals(line)["paid"] == "40.00"
    assert verify().offenders == ()


def test_many_payments_into_room_for_some(town):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 100))
    waiting = [ledger.checked(town, contract, 15) for _ in range(10)]
    results = at_once(*(lambda one=one: ledger.post(town, one) for one in waiting))
    assert len(_went_through(results)) == 6
    assert all(isinstance(r, InsufficientFunds) for r in results if not isinstance(r, Entry))
    assert ledger.totals(line)["paid"] == "90.00"
    numbers = [entry.number for entry in Entry.select().where(Entry.line == line).order_by(Entry.number)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert verify().offenders == ()


def test_one_request_from_many_threads_has_one_effect_and_one_answer(town):
    line = ledger.funded(town, amount=100)
    application = ledger.checked(town, ledger.signed(town, (2026, 100)), 10)
    results = at_once(*([lambda: ledger.post(town, application, key="the-same-key")] * 8))
    assert {entry.id for entry in _went_through(results)} == {results[0].id}
    assert len(_went_through(results)) == 8
    assert ledger.totals(line)["paid"] == "10.00"


def test_one_application_under_two_keys_is_paid_once(town):
    line = ledger.funded(town, amount=100)
    application = ledger.checked(town, ledger.signed(town, (2026, 100)), 10)
    results = at_once(*([lambda: ledger.post(town, application)] * 2))
    assert len(_went_through(results)) == 1
    assert ledger.totals(line)["paid"] == "10.00"


def test_two_allotments_into_a_plan_and_a_ceiling_for_one(town):
    ledger.ready(town, ceiling=150)
    ledger.plan(town, 2026, 100)
    for limit in ("M32",):
        orders = [ledger.ordered(town, 70), ledger.ordered(town, 70)]
        results = at_once(
            *(
                lambda one=one: funds.allot(order_id=one.id, key=ledger.key(), actor=town.checker)
                for one in orders
            )
        )
        assert len(_went_through(results)) == 1
        assert {r.codes for r in results if isinstance(r, InsufficientFunds)} == {(limit,)}
    assert verify().offenders == ()


def test_two_contracts_into_an_estimate_for_one(town):
    ledger.funded(town, amount=200, cap=200)
    drafts = [ledger.draft(town, (2027, 120)), ledger.draft(town, (2027, 120))]
    results = at_once(*(lambda one=one: ledger.sign(town, one) for one in drafts))
    assert [type(r).__name__ for r in sorted(results, key=lambda r: type(r).__name__)] == [
        "Contract",
        "InsufficientFunds",
    ]
    assert verify().offenders == ()


def test_two_red_entries_for_one_mistake(town):
    from budget.services import payments

    ledger.funded(town, amount=100)
    paid = ledger.pay(town, ledger.signed(town, (2026, 100)), 10)
    orders = [payments.draft_reversal(entry_id=paid.id, reason="记错", actor=town.maker) for _ in range(2)]
    results = at_once(
        *(
            lambda one=one: payments.reverse(order_id=one.id, key=ledger.key(), actor=town.checker)
            for one in orders
        )
    )
    assert len(_went_through(results)) == 1
    assert verify().offenders == ()


def test_a_month_is_closed_after_the_entries_that_are_being_written_into_it(town):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 100))
    waiting = [ledger.checked(town, contract, 10) for _ in range(4)]
    results = at_once(
        *(lambda one=one: ledger.post(town, one) for one in waiting),
        lambda: periods.close_period(year=2026, month=3, actor=town.maker),
    )
    paid = len(_went_through(results))
    refused = [r for r in results if isinstance(r, Refused)]
    assert paid + len(refused) == 4
    assert all(refusal.codes == ("M41",) for refusal in refused)
    assert ledger.totals(line).get("paid", "0.00") == wan(10 * paid).wan_text()


def test_payments_and_commitments_on_shared_lines_do_not_wait_in_a_circle(town):
    line = ledger.funded(town, amount=200)
    contracts = [ledger.signed(town, (2026, 20), (2026, 20)) for _ in range(2)]
    waiting = [ledger.checked(town, one, 5, number) for one in contracts for number in (1, 2)]
    drafts = [ledger.draft(town, (2026, 10), (2026, 10)) for _ in range(2)]
    results = at_once(
        *(lambda one=one: ledger.post(town, one) for one in waiting),
        *(lambda one=one: ledger.sign(town, one) for one in drafts),
    )
    assert [r for r in results if isinstance(r, HouseError)] == []
    assert ledger.totals(line)["committed"] == "120.00"
    assert verify().offenders == ()
