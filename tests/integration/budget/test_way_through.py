"""The fiscal way through, over two years: ceiling, plan, allotment, release, contract, payments."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from budget.queries import funds as queries
from budget.queries.programme import programme_totals
from budget.queries.verification import verify
from budget.rules.words import ContractState, EntryKind, Measure, ProgrammeMeasure
from budget.services import contracts, payments
from budget.tables.contract import Contract
from budget.tables.entry import Entry
from portfolio.foundation.clock import ZONE
from portfolio.foundation.errors import InsufficientFunds, Refused
from portfolio.rules.dossier import FundingSource
from tests import ledger
from tests.ledger import wan

pytestmark = pytest.mark.usefixtures("database", "clock")


@pytest.fixture
def town():
    return ledger.city()


def test_a_project_is_paid_over_two_fiscal_years(town, clock):
    ledger.ready(town, cap=500)
    row = ledger.plan(town, 2026, 200)
    line = ledger.allot(town, 2026, 200)
    ledger.release(town, line, 120)
    in_place = queries.funds_in_place(town.project_id, 2026)
    assert (in_place.annual_plan_row_id, in_place.line_id, in_place.allotted) == (row, line.id, wan(200))

    contract = ledger.signed(town, (2026, 90), (2026, 60), (2027, 150), award=300)
    assert contract.state is ContractState.EFFECTIVE
    assert contract.supplement_limit == wan(30)
    assert ledger.totals(line) == {"allotted": "200.00", "released": "120.00", "committed": "150.00"}

    ledger.pay(town, contract, 90)
    ledger.pay(town, contract, 30, 2)
    assert ledger.totals(line)["paid"] == "120.00"

    clock.move_to(datetime(2027, 2, 1, 10, tzinfo=ZONE))
    assert contracts.commit_year(key=ledger.key(), project_id=town.project_id, actor=town.cio) == []
    ledger.set_ceiling(town, 2027, 400)
    ledger.plan(town, 2027, 150)
    second = ledger.allot(town, 2027, 150)
    ledger.release(town, second, 150)
    committed = contracts.commit_year(key=ledger.key(), project_id=town.project_id, actor=town.cio)
    assert [(entry.kind, entry.amount, entry.line_id) for entry in committed] == [
        (EntryKind.COMMIT, wan(150), second.id)
    ]
    ledger.pay(town, contract, 140, 3)
    current = Contract.get_by_id(contract.id)
    settled = contracts.settle(
        contract_id=contract.id,
        expected_version=current.version,
        settled_value=wan(280),
        number="审〔2027〕3号",
        key=ledger.key(),
        actor=town.treasury,
    )
    assert (settled.state, settled.instalments_total) == (ContractState.SETTLED, wan(280))
    assert ledger.totals(second)["committed"] == "140.00"
    assert ledger.totals(line)["committed"] == "140.00"  # ten of the second instalment are no longer due

    account = queries.account(town.project_id)
    assert (account.contracted, account.paid, account.left) == (wan(280), wan(260), wan(220))
    final = queries.final_accounts(town.project_id)
    assert (final.contracts, final.paid, final.received, final.unsettled) == (wan(280), wan(260), wan(270), 0)
    assert [(row.year, row.initial, row.adjusted, row.received, row.paid) for row in
            queries.execution(town.project_id)] == [
        (2026, wan(200), wan(200), wan(120), wan(120)),
        (2027, wan(150), wan(150), wan(150), wan(140)),
    ]  # fmt: skip
    found = verify()
    assert found.offenders == ()
    assert found.entries == Entry.select().count()
    committed_total = programme_totals("year", measures=[ProgrammeMeasure.COMMITTED])
    assert [(total.key, total.amount) for total in committed_total] == [
        ((2026,), wan(300)),
        ((2027,), wan(-20)),
    ]


def test_money_that_comes_back_in_its_year_can_be_spent_again(town):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 100))
    paid = ledger.pay(town, contract, 100)
    ledger.refund(town, paid, 30)
    ledger.refund(town, paid, 10)
    assert ledger.totals(line)["paid"] == "60.00"
    ledger.pay(town, contract, 40)
    assert ledger.totals(line)["paid"] == "100.00"
    assert verify().offenders == ()


def test_money_that_comes_back_later_goes_to_the_treasury(town, clock):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 100))
    paid = ledger.pay(town, contract, 100)
    clock.move_to(datetime(2027, 3, 1, 10, tzinfo=ZONE))
    entry = ledger.refund(town, paid, 30)
    assert (entry.measure, entry.amount) == (Measure.RETURNED, wan(30))
    assert ledger.totals(line)["paid"] == "100.00"
    assert ledger.totals(line)["returned"] == "30.00"
    assert queries.account(town.project_id).paid == wan(70)
    assert verify().offenders == ()


def test_a_correction_takes_effect_no_earlier_than_what_it_corrects(town):
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 100))
    paid = ledger.pay(town, contract, 100)
    refund = payments.draft_refund(entry_id=paid.id, amount=wan(5), reason="多付", actor=town.maker)
    reversal = payments.draft_reversal(entry_id=paid.id, reason="记错", actor=town.maker)
    for order, post in ((refund, payments.refund), (reversal, payments.reverse)):
        with pytest.raises(Refused) as refusal:
            post(order_id=order.id, key=ledger.key(), actor=town.checker, effective_on=date(2026, 3, 1))
        assert refusal.value.codes == ("M42",)


def test_a_red_entry_undoes_each_kind_of_entry(town):
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    line = ledger.allot(town, 2026, 100)
    released = ledger.release(town, line, 80)
    cost = ledger.cost(town, line, 5)
    contract = ledger.signed(town, (2026, 60))
    paid = ledger.pay(town, contract, 60)
    refunded = ledger.refund(town, paid, 20)

    ledger.reverse(town, refunded)
    assert ledger.totals(line)["paid"] == "60.00"
    ledger.reverse(town, paid)
    committed = Entry.get(Entry.kind == EntryKind.COMMIT, Entry.contract == contract)
    ledger.reverse(town, committed)
    ledger.reverse(town, Entry.get(Entry.direct_cost == cost))
    ledger.reverse(town, released)
    ledger.reverse(town, Entry.get(Entry.kind == EntryKind.ALLOT))
    assert ledger.totals(line) == {}
    account = queries.account(town.project_id)
    assert (account.contracted, account.direct, account.allotted) == (wan(60), wan(0), wan(0))
    assert verify().offenders == ()


def test_a_reversed_commitment_can_be_made_again(town):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60))
    ledger.reverse(town, Entry.get(Entry.kind == EntryKind.COMMIT))
    assert "committed" not in ledger.totals(line)
    contracts.commit_year(key=ledger.key(), project_id=town.project_id, actor=town.cio)
    ledger.pay(town, contract, 60)
    assert ledger.totals(line)["paid"] == "60.00"


def test_a_supplement_within_a_tenth_adds_to_value_line_and_estimate(town):
    line = ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 100))
    drafted = contracts.draft_supplement(
        contract_id=contract.id,
        amount=wan(10),
        reason="增加接口",
        instalments=ledger.instalments((2026, 10)),
        actor=town.applicant,
    )
    changed = contracts.supplement(supplement_id=drafted.id, key=ledger.key(), actor=town.unit_finance)
    assert (changed.value, changed.supplemented) == (wan(110), wan(10))
    assert ledger.totals(line)["committed"] == "110.00"
    ledger.pay(town, contract, 10, 2)
    assert verify().offenders == ()


def test_a_contract_that_is_ended_early_comes_to_what_is_paid(town):
    line = ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 100), (2027, 50))
    ledger.pay(town, contract, 40)
    current = Contract.get_by_id(contract.id)
    ended = contracts.terminate(
        contract_id=contract.id,
        expected_version=current.version,
        number="终1号",
        key=ledger.key(),
        actor=town.treasury,
    )
    assert (ended.state, ended.settled_value) == (ContractState.TERMINATED, wan(40))
    assert ledger.totals(line)["committed"] == "40.00"
    assert queries.account(town.project_id).contracted == wan(40)
    assert verify().offenders == ()


def test_the_operation_of_a_system_has_lines_and_contracts_without_a_project(town):
    from budget.rules.words import ContractKind
    from portfolio.foundation import clock as time
    from portfolio.tables.project import System

    system = System.create(
        code="S-1", name="交换平台", owner=town.unit, created_by=town.cio.user_id, created_at=time.now()
    )
    ledger.set_ceiling(town, 2026, 100)
    line = ledger.allot(town, 2026, 20, system_id=system.id)
    ledger.release(town, line, 20)
    contract = ledger.signed(town, (2026, 20), kind=ContractKind.OPERATION, system_id=system.id)
    ledger.pay(town, contract, 20)
    assert ledger.totals(line)["paid"] == "20.00"
    assert verify().offenders == ()


def test_any_past_day_can_be_replayed(town, clock):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 100))
    clock.move_to(datetime(2026, 4, 10, 10, tzinfo=ZONE))
    paid = ledger.pay(town, contract, 50)
    clock.move_to(datetime(2026, 5, 10, 10, tzinfo=ZONE))
    ledger.refund(town, paid, 20)
    by_day = [
        queries.line_balance(line.id, day)[Measure.PAID]
        for day in (date(2026, 3, 1), date(2026, 3, 2), date(2026, 4, 10), date(2026, 5, 10))
    ]
    assert by_day == [wan(0), wan(0), wan(50), wan(30)]
    assert queries.line_balance(line.id, date(2026, 3, 1))[Measure.ALLOTTED] == wan(0)
    assert queries.line_balance(line.id, date(2026, 3, 2))[Measure.ALLOTTED] == wan(100)


def test_money_is_shown_by_year_and_source(town):
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    ledger.plan(town, 2026, 40, FundingSource.CENTRAL)
    line = ledger.allot(town, 2026, 100)
    ledger.allot(town, 2026, 40, FundingSource.CENTRAL)
    rows = queries.project_money(town.project_id)
    assert [(row.source, row.planned, row.allotted) for row in rows] == [
        (FundingSource.CENTRAL, wan(40), wan(40)),
        (FundingSource.MUNICIPAL, wan(100), wan(100)),
    ]
    lines = queries.project_lines(town.project_id)
    assert [(one.entry_count, one.allotted) for one in lines] == [(1, wan(40)), (1, wan(100))]
    assert queries.funds_in_place(town.project_id, 2026).line_id == line.id


def test_a_direct_cost_is_paid_without_acceptance(town):
    line = ledger.funded(town, amount=100)
    cost = ledger.cost(town, line, 5)
    application = payments.apply(
        direct_cost_id=cost.id,
        amount=wan(5),
        invoice_id=ledger.paper(town.unit_finance).id,
        key=ledger.key(),
        actor=town.unit_finance,
    )
    checked = payments.check(
        application_id=application.id, expected_version=application.version, actor=town.maker
    )
    payments.post(
        application_id=checked.id, expected_version=checked.version, key=ledger.key(), actor=town.treasury
    )
    assert ledger.totals(line)["paid"] == "5.00"
    assert queries.final_accounts(town.project_id).direct == wan(5)
    assert verify().offenders == ()


def test_a_contract_is_settled_at_what_stayed_paid_when_money_came_back_late(town, clock):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 100))
    paid = ledger.pay(town, contract, 100)
    clock.move_to(datetime(2027, 3, 1, 10, tzinfo=ZONE))
    refunded = ledger.refund(town, paid, 10)  # the audit found less to be due
    current = Contract.get_by_id(contract.id)
    given = {"contract_id": contract.id, "expected_version": current.version, "number": "审1号"}
    contracts.settle(**given, settled_value=wan(90), key=ledger.key(), actor=town.treasury)
    assert ledger.totals(line)["committed"] == "90.00"
    with pytest.raises(InsufficientFunds) as refusal:
        ledger.reverse(town, refunded)  # the line owes no more than that now
    assert "M03" in refusal.value.codes
    assert verify().offenders == ()


def test_what_an_ended_contract_still_comes_to_is_paid(town):
    ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 100))
    ledger.pay(town, contract, 40)
    current = Contract.get_by_id(contract.id)
    given = {"contract_id": contract.id, "expected_version": current.version, "number": "终1号"}
    contracts.terminate(**given, settled_value=wan(60), key=ledger.key(), actor=town.treasury)
    ledger.pay(town, contract, 20)
    with pytest.raises(InsufficientFunds):
        ledger.pay(town, contract, 1)
    assert verify().offenders == ()
