"""The database itself keeps the invariants of the money: what SQL tries behind the services is refused."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from budget.rules.limits import LIMITS
from budget.services import payments
from budget.services.books import books
from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.entry import Entry
from portfolio.foundation.db import IntegrityError, dialect, transaction, violated
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Conflict, InsufficientFunds, Refused
from tests import ledger

pytestmark = pytest.mark.usefixtures("database", "clock")

TABLES = ("budget_line", "project_account", "contract", "instalment", "direct_cost", "ceiling")
PASSING = {  # constraint: what passes its limit, and which other limits that cannot but pass as well
    "ck_budget_line_commitment": "committed = allotted + 1",
    "ck_budget_line_release": "released = allotted + 1",
    "ck_budget_line_payment": "paid = committed + 1",
    "ck_budget_line_payment_release": "released = paid - 1",
    "ck_budget_line_return": "returned = paid + 1",
    "ck_budget_line_carried_in": "carried_in = -1, released = paid",
    "ck_budget_line_allotted": "allotted = -1, carried_in = 1000000000",
    "ck_budget_line_carried_out": "carried_out = -1",
    "ck_budget_line_released": ("released = -1, paid = 0", "ck_budget_line_payment_release"),
    "ck_budget_line_committed": ("committed = -1, paid = 0", "ck_budget_line_payment"),
    "ck_budget_line_paid": ("paid = -1", "ck_budget_line_return"),
    "ck_budget_line_returned": "returned = -1",
    "ck_project_account_cap": "contracted = cap + 1",
    "ck_project_account_preparatory": "cap = NULL, contracted = 0, direct = 0, paid = 0",
    "ck_project_account_allotment": "allotted = cap + 1",
    "ck_project_account_payment": "paid = contracted + direct + 1",
    "ck_project_account_contracted": "contracted = -1, direct = 100000000",
    "ck_project_account_direct": "direct = -1",
    "ck_project_account_allotted": "allotted = -1",
    "ck_project_account_paid": "paid = -1",
    "ck_contract_payment": "paid = value + 1",
    "ck_contract_supplement_limit": (
        "supplemented = supplement_limit + 1, value = original_value + supplement_limit + 1,"
        " instalments_total = value + supplement_limit + 1"
    ),
    "ck_contract_award": "award = original_value - 1",
    "ck_contract_ceiling_price": "ceiling_price = award - 1",
    "ck_contract_settlement": (
        "settled_value = value + 1, state = 'settled', settled_by_id = 1, instalments_total = value + 1"
    ),
    "ck_contract_paid": "paid = -1",
    "ck_contract_supplemented": (
        "supplemented = -1, value = original_value - 1, instalments_total = original_value - 1"
    ),
    "ck_contract_settled_value": (
        "settled_value = -1, paid = 0, state = 'settled', settled_by_id = 1, instalments_total = -1",
        "ck_contract_payment",
    ),
    "ck_instalment_payment": ("paid = amount + 1", "ck_instalment_payment_commitment"),
    "ck_instalment_payment_commitment": "committed = paid - 1",
    "ck_instalment_commitment": "committed = amount + 1",
    "ck_instalment_paid": "paid = -1",
    "ck_instalment_amount": (
        "amount = -1, committed = 0, paid = 0",
        "ck_instalment_payment",
        "ck_instalment_commitment",
    ),
    "ck_direct_cost_payment": "paid = amount + 1",
    "ck_direct_cost_paid": "paid = -1",
    "ck_direct_cost_amount": ("amount = -1", "ck_direct_cost_payment"),
    "ck_ceiling_allotment": "allotted = amount + 1",
    "ck_ceiling_allotted": "allotted = -1",
}


@pytest.fixture
def town():
    """A project with every kind of row, each with money in every column that can have some."""
    town = ledger.city()
    line = ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 100), award=100)
    ledger.pay(town, contract, 40)
    ledger.cost(town, line, 5)
    return town


@contextmanager
def refused_by_the_database():
    """The names that may come out are collected by the test."""
    names = []
    with pytest.raises(IntegrityError) as refusal, transaction():
        yield names
    names.append(violated(refusal.value))


def _row(table):
    cursor = bound.execute_sql(f'SELECT * FROM "{table}" ORDER BY id LIMIT 1')
    columns = [column[0] for column in cursor.description]
    return dict(zip(columns, cursor.fetchone(), strict=True))


def test_every_limit_is_a_constraint_that_refuses(town):
    assert set(PASSING) == {limit.constraint for limit in LIMITS}
    found = {}
    for name, passing in PASSING.items():
        sets, *others = passing if isinstance(passing, tuple) else (passing,)
        table = next(table for table in TABLES if name.startswith(f"ck_{table}_"))
        try:
            with transaction():
                bound.execute_sql(f'UPDATE "{table}" SET {sets}')
            found[name] = "accepted"
        except IntegrityError as error:
            if violated(error) not in {name, *others}:
                found[name] = violated(error)
    assert found == {}


def test_a_constraint_that_slips_by_a_service_is_a_typed_refusal(town):
    with pytest.raises(InsufficientFunds) as refusal, books():
        bound.execute_sql("UPDATE budget_line SET paid = committed + 1")
    assert refusal.value.codes == ("M03",)
    with pytest.raises(Conflict), books():
        bound.execute_sql("INSERT INTO period (year, month, state, changed_by_id, changed_at, version)"
                          " SELECT 2026, 1, 'open', 1, '2026-01-01', 1")  # fmt: skip
        bound.execute_sql("UPDATE supplier SET code = 'x'")
        bound.execute_sql(
            "INSERT INTO supplier (code, name, bank, bank_account, added_by_id, added_at, version)"
            " SELECT code, name, bank, bank_account, added_by_id, added_at, version FROM supplier"
        )
    with pytest.raises(Refused) as refusal, books():
        bound.execute_sql("UPDATE contract SET instalments_total = instalments_total - 1")
    assert refusal.value.codes == ("M90",)


STATEMENTS = {
    "ck_contract_balanced": "UPDATE contract SET instalments_total = instalments_total - 1",
    "ck_contract_value": "UPDATE contract SET value = value + 1, instalments_total = value + 1",
    "ck_contract_signed": "UPDATE contract SET signed_by_id = drafted_by_id",
    "ck_contract_settled": "UPDATE contract SET state = 'settled'",
    "ck_contract_subject": "UPDATE contract SET project_id = NULL",
    "ck_contract_draft": "UPDATE contract SET state = 'draft', signed_by_id = NULL, signed_on = NULL",
    "ck_instalment_line": "UPDATE instalment SET line_id = NULL",
    "ck_instalment_fiscal": "UPDATE instalment SET source = 'enterprise'",
    "ck_direct_cost_approved": "UPDATE direct_cost SET approved_by_id = drafted_by_id",
    "ck_project_account_cap_amount": "UPDATE project_account SET cap = 0, contracted = 0, direct = 0,"
    " allotted = 0, paid = 0",
    "ck_payment_application_people": "UPDATE payment_application SET checked_by_id = applied_by_id",
    "ck_payment_application_steps": "UPDATE payment_application SET state = 'checked'",
    "ck_period_month": "INSERT INTO period (year, month, state, changed_by_id, changed_at, version)"
    " VALUES (2026, 13, 'open', 1, '2026-01-01', 1)",
    "ck_ceiling_own_level": "UPDATE ceiling SET source = 'central'",
}


def test_what_else_the_tables_keep(town):
    contract = ledger.signed(town, (2026, 10))
    ledger.apply(town, contract, ledger.wan(1))  # still open, so that it may be written at all
    for name, sql in STATEMENTS.items():
        open_only = " WHERE state = 'applied'" if "payment_application" in sql else ""
        with refused_by_the_database() as names:
            bound.execute_sql(sql + open_only)
        assert names == [name]


def _entry(**changes):
    row = _row("entry") | {"number": 900, "corrects_id": None, "application_id": None} | changes
    row.pop("id")
    columns = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(["?" if dialect() == "sqlite" else "%s"] * len(row))
    bound.execute_sql(f"INSERT INTO entry ({columns}) VALUES ({marks})", tuple(row.values()))


ENTRIES = [
    ({"kind": "pay", "measure": "paid", "amount": -1}, "ck_entry_move"),
    ({"kind": "release", "measure": "paid"}, "ck_entry_move"),
    ({"kind": "allot", "measure": "allotted", "amount": 0}, "ck_entry_move"),
    ({"measure": "spent"}, "ck_entry_m"),
    ({"kind": "gift"}, "ck_entry_"),
    ({"checker_id": 4, "maker_id": 4}, "ck_entry_people"),
    ({"kind": "reverse"}, "ck_entry_corrects"),
    ({"kind": "refund", "measure": "paid", "amount": -1}, "ck_entry_refund"),
    ({"hash": "short"}, "ck_entry_hash"),
    ({"number": 0}, "ck_entry_number"),
]


def test_an_entry_says_what_its_kind_may_say(town):
    for changes, name in ENTRIES:
        with refused_by_the_database() as names:
            _entry(**changes)
        assert names[0].startswith(name)


def test_numbers_corrections_and_payments_are_unique(town):
    first = _row("entry")
    red = ledger.reverse(town, ledger.pay(town, Contract.get(), 1))
    for changes, name in (
        ({"number": first["number"]}, "uq_entry_number"),
        ({"kind": "reverse", "corrects_id": red.corrects_id}, "uq_entry_corrects"),
        ({"kind": "pay", "measure": "paid", "application_id": red.application_id}, "uq_entry_payment"),
    ):
        with pytest.raises(Conflict), books():
            _entry(**changes)
        with refused_by_the_database() as names:
            _entry(**changes)
        if dialect() == "postgresql":
            assert names == [name]


HISTORY = [
    "UPDATE entry SET amount = amount + 1",
    "DELETE FROM entry",
    "TRUNCATE entry CASCADE",
    "UPDATE estimate_fix SET amount = amount + 1",
    "UPDATE programme_entry SET amount = amount + 1",
    "UPDATE budget_line SET year = year + 1",
    "UPDATE annual_plan_row SET amount = amount + 1",
    "UPDATE payment_application SET amount = amount + 1",
    "UPDATE posting_request SET answer = '{}'",
    "UPDATE funds_order SET state = 'drafted'",
    "DELETE FROM budget_line",
]


def test_history_is_not_rewritten(town):
    for sql in HISTORY:
        if sql.startswith("TRUNCATE") and dialect() == "sqlite":
            sql = "REPLACE INTO entry SELECT * FROM entry"
        with pytest.raises(IntegrityError, match=r"append_only|FOREIGN KEY"), transaction():
            bound.execute_sql(sql)


def test_the_rows_of_a_draft_are_free_and_those_of_others_are_not(town):
    drafted = ledger.draft(town, (2026, 1), value=2)  # unbalanced, as drafts may be
    assert Instalment.select().where(Instalment.contract == drafted).count() == 1
    assert DirectCost.get().approved_by_id is not None
    order = payments.draft_reversal(entry_id=Entry.get().id, reason="试", actor=town.maker)
    with refused_by_the_database() as names:
        bound.execute_sql(
            f"UPDATE funds_order SET state = 'posted', posted_by_id = drafted_by_id, entry_id = 1"
            f" WHERE id = {order.id}"
        )
    assert names == ["ck_funds_order_posted"]
