"""What waits at the money desk, each thing for those alone who may still do it; and the three heaps."""

from __future__ import annotations

from datetime import date

import pytest

from budget.services import funds
from portfolio.foundation.money import Money
from reports.queries import waiting
from reports.queries.waiting import Place, Urgency
from tests import ledger

pytestmark = pytest.mark.usefixtures("database", "clock")


def asked(actor):
    found = waiting.tasks(actor)
    assert waiting.count(actor, 0) == len(found), "the number in the bar is that of the list"
    return [(str(task.what), task.place, task.amount, task.project_code) for task in found]


def test_an_application_waits_for_whoever_neither_applied_nor_checked():
    town = ledger.city()
    ledger.funded(town)
    contract = ledger.signed(town, (2026, 100))
    amount, code = Money.from_wan(30), town.project.code
    ledger.apply(town, contract, amount)
    for officer in (town.maker, town.checker, town.treasury):
        assert asked(officer) == [("审核支付申请", Place.APPLICATION, amount, code)]
    assert asked(town.unit_finance) == []
    assert asked(town.authority) == []
    ledger.checked(town, contract, 20)
    assert ("支付", Place.APPLICATION, Money.from_wan(20), code) in asked(town.treasury)
    assert len(asked(town.checker)) == 1, "whoever checked does not post"


def test_an_order_waits_for_the_other_officer():
    town = ledger.city()
    ledger.ready(town)
    ledger.plan(town, 2026, 80)
    order = ledger.ordered(town, 80)
    assert asked(town.maker) == []
    found = waiting.tasks(town.checker)
    assert [(task.place, task.code, task.amount) for task in found] == [
        (Place.ORDER, str(order.id), Money.from_wan(80))
    ]
    funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert asked(town.checker) == []


@pytest.mark.parametrize(
    ("due_on", "heap"),
    [
        (None, Urgency.LATER),
        (date(2026, 3, 1), Urgency.OVERDUE),
        (date(2026, 3, 2), Urgency.THIS_WEEK),
        (date(2026, 3, 8), Urgency.THIS_WEEK),
        (date(2026, 3, 9), Urgency.LATER),
    ],
)
def test_a_week_ends_on_sunday(due_on, heap):
    assert waiting.urgency(due_on, date(2026, 3, 2)) is heap  # a Monday
