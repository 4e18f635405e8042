"""A year is closed: what is unspent goes on with its commitments, too old money goes back, nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

import budget.tasks  # noqa: F401 - the handler of the job
from budget.queries import funds as queries
from budget.queries.closing import progress
from budget.queries.lapsing import surplus_of
from budget.queries.verification import verify
from budget.rules.words import AccountState, EntryKind, Measure
from budget.services import accounts, closing, contracts, funds, movements, periods
from budget.services.funds import Heading
from budget.tables.annual_plan import Ceiling
from budget.tables.closing import LineClosing, YearClosing
from budget.tables.contract import DirectCost, Instalment
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation import clock as time
from portfolio.foundation import jobs
from portfolio.foundation.clock import ZONE
from portfolio.foundation.errors import Conflict, InsufficientFunds, Refused
from portfolio.foundation.jobs import JobState
from portfolio.tables.project import System
from tests import ledger
from tests.ledger import wan

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(sqlite_database):
    return ledger.city()


@pytest.fixture
def anywhere(database):
    """The city on either database."""
    return ledger.city()


def close_months(town, year, *, but=()):
    for month in range(1, 13):
        if month not in but:
            periods.close_period(year=year, month=month, actor=town.maker)


def drafted(town, year):
    return closing.draft_closing(year=year, number=f"渝财结〔{year + 1}〕1号", actor=town.maker)


def started(town, year, **other):
    row = drafted(town, year)
    return closing.start_closing(closing_id=row.id, expected_version=row.version, actor=town.checker, **other)


def closed(town, clock, year):
    clock.move_to(datetime(year + 1, 1, 6, 10, tzinfo=ZONE))
    close_months(town, year)
    job = jobs.run_now(started(town, year))
    assert job.state is JobState.DONE, job.error_detail
    return job


def next_line(line):
    return BudgetLine.get(
        BudgetLine.year == BudgetLine.get_by_id(line.id).year + 1, BudgetLine.source == line.source
    )


def codes(refusal):
    return {finding.code for finding in refusal.value.findings if finding.blocks}


def test_unspent_money_goes_on_with_what_contracts_still_need(anywhere, clock):
    town = anywhere
    line = ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 90), (2026, 60), (2027, 40))
    ledger.pay(town, contract, 50)
    cost, partly = ledger.cost(town, line, 5), ledger.cost(town, line, 8)
    before = queries.account(town.project_id)
    closed(town, clock, 2026)

    after = next_line(line)
    assert ledger.totals(line) == {
        "allotted": "200.00",
        "carried_out": "150.00",
        "released": "50.00",
        "committed": "50.00",
        "paid": "50.00",
    }
    assert ledger.totals(after) == {"carried_in": "150.00", "committed": "113.00"}
    rows = [
        (one.number, one.year, one.amount, one.committed, one.paid, one.line_id)
        for one in Instalment.select().where(Instalment.contract == contract).order_by(Instalment.number)
    ]
    assert rows == [
        (1, 2026, wan(50), wan(50), wan(50), line.id),
        (2, 2027, wan(60), wan(60), wan(0), after.id),
        (3, 2027, wan(40), wan(0), wan(0), None),
        (4, 2027, wan(40), wan(40), wan(0), after.id),
    ]
    assert {one.line_id for one in DirectCost.select()} == {after.id}
    assert {cost.id, partly.id} == {one.id for one in DirectCost.select()}
    assert queries.account(town.project_id) == before  # what it may cost and was given is the same
    assert Ceiling.get(Ceiling.year == 2026).allotted == wan(200)
    assert {entry.effective_on for entry in Entry.select().where(Entry.kind == EntryKind.CARRY_OVER)} == {
        date(2027, 1, 6)
    }
    assert verify().offenders == ()
    ledger.release(town, after, 150)
    ledger.pay(town, contract, 40, 4)
    assert ledger.totals(after)["paid"] == "40.00"
    assert verify().offenders == ()


def test_a_year_spent_to_the_last_fen_leaves_nothing_to_carry(town, clock):
    ledger.ready(town)
    ledger.plan(town, 2026, 60)
    line = ledger.allot(town, 2026, 60)
    ledger.release(town, line, 60)
    contract = ledger.signed(town, (2026, 60))
    ledger.pay(town, contract, 60)
    closed(town, clock, 2026)
    assert LineClosing.select().count() == 0
    assert YearClosing.get().finished_at is not None
    assert verify().offenders == ()


def test_money_that_two_years_did_not_spend_goes_back_the_oldest_first(anywhere, clock):
    town = anywhere
    ledger.ready(town, cap=500)
    ledger.plan(town, 2026, 100)
    line = ledger.allot(town, 2026, 100)
    closed(town, clock, 2026)
    second = next_line(line)
    ledger.set_ceiling(town, 2027, 300)
    ledger.plan(town, 2027, 50)
    assert ledger.allot(town, 2027, 50).id == second.id
    ledger.release(town, second, 150)
    contract = ledger.signed(town, (2027, 130))
    ledger.pay(town, contract, 30)
    closed(town, clock, 2027)  # 70 of 2026 lapse, 50 of 2027 go on
    third = next_line(second)
    assert ledger.totals(second) == {
        "carried_in": "30.00", "allotted": "50.00", "carried_out": "50.00",
        "released": "30.00", "committed": "30.00", "paid": "30.00",
    }  # fmt: skip
    assert ledger.totals(third) == {"carried_in": "50.00", "committed": "50.00"}
    rest = Instalment.get(Instalment.contract == contract, Instalment.year == 2028)
    assert (rest.amount, rest.committed) == (wan(100), wan(50))
    row = LineClosing.get(LineClosing.line == second)
    assert (row.carried, row.lapsed, row.origins) == (wan(50), wan(70), {"2027": wan(50).fen})
    assert queries.account(town.project_id).allotted == wan(80)  # what went back may be allotted again
    assert verify().offenders == ()


def test_a_year_with_nothing_but_carried_money_needs_no_ceiling_to_be_closed(town, clock):
    line = ledger.funded(town, amount=100)
    closed(town, clock, 2026)
    second = next_line(line)
    closed(town, clock, 2027)
    assert ledger.totals(second) == {}
    row = LineClosing.get(LineClosing.line == second)
    assert (row.carried, row.lapsed) == (wan(0), wan(100))
    assert verify().offenders == ()


def test_a_finished_project_gives_back_at_once(town, clock):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60))
    ledger.pay(town, contract, 50)
    accounts.set_state(project_id=town.project_id, state=AccountState.CLOSED, actor=town.authority)
    closed(town, clock, 2026)
    assert ledger.totals(line) == {
        "allotted": "50.00",
        "released": "50.00",
        "committed": "50.00",
        "paid": "50.00",
    }
    assert BudgetLine.select().where(BudgetLine.year == 2027).count() == 0
    assert Ceiling.get(Ceiling.year == 2026).allotted == wan(50)
    kinds = {
        (entry.kind, entry.measure) for entry in Entry.select().where(Entry.effective_on > date(2026, 12, 31))
    }
    assert kinds == {
        (EntryKind.RECALL, Measure.RELEASED),
        (EntryKind.DECOMMIT, Measure.COMMITTED),
        (EntryKind.RECALL, Measure.ALLOTTED),
    }
    assert verify().offenders == ()


def test_after_its_final_accounts_a_project_keeps_what_it_owes(town, clock):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60))
    ledger.pay(town, contract, 50)
    accounts.record_final_cost(
        project_id=town.project_id, amount=wan(60), number="渝财建1号", actor=town.maker
    )
    closed(town, clock, 2026)
    row = LineClosing.get(LineClosing.line == line)
    assert (row.carried, row.lapsed) == (wan(10), wan(40))
    assert ledger.totals(next_line(line)) == {"carried_in": "10.00", "committed": "10.00"}
    assert verify().offenders == ()


def test_a_year_is_closed_only_when_nothing_of_it_is_under_way(town, clock):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60))
    ledger.apply(town, contract, wan(10))
    movements.draft_recall(
        line_id=line.id,
        measure=Measure.RELEASED,
        amount=wan(1),
        document_number="渝财收9号",
        reason="收回",
        actor=town.maker,
    )
    close_months(town, 2026, but=range(4, 13))
    with pytest.raises(Refused) as refusal:
        drafted(town, 2026)
    assert codes(refusal) == {"M48", "M49", "M54"}
    assert len([finding for finding in refusal.value.findings if finding.blocks]) == 4


def test_years_are_closed_in_order_by_two_people_in_the_next_year(town, clock):
    ledger.funded(town, amount=100)
    clock.move_to(datetime(2028, 1, 5, 10, tzinfo=ZONE))
    close_months(town, 2027)
    with pytest.raises(Refused) as refusal:
        drafted(town, 2027)
    assert codes(refusal) == {"M53"}
    close_months(town, 2026)
    row = drafted(town, 2026)
    with pytest.raises(Refused) as refusal:
        closing.start_closing(closing_id=row.id, expected_version=row.version, actor=town.maker)
    assert codes(refusal) == {"M50", "M54"}  # and 2028 is not the year after
    with pytest.raises(Refused) as refusal:
        closing.start_closing(
            closing_id=row.id, expected_version=row.version, actor=town.checker, effective_on=date(2027, 3, 1)
        )
    assert codes(refusal) == {"M41"}
    periods.reopen_period(year=2027, month=3, reason="补办年终结转", actor=town.maker)
    job = closing.start_closing(
        closing_id=row.id, expected_version=row.version, actor=town.checker, effective_on=date(2027, 3, 1)
    )
    assert jobs.run_now(job).state is JobState.DONE
    assert verify().offenders == ()


def test_a_closed_year_takes_nothing_more(town, clock):
    line = ledger.funded(town, amount=100)
    closed(town, clock, 2026)
    with pytest.raises(Refused) as refusal:
        periods.reopen_period(year=2026, month=12, reason="补记", actor=town.maker)
    assert codes(refusal) == {"M55"}
    order = movements.draft_adjustment(
        line_id=line.id,
        amount=wan(1),
        increase=True,
        document_number="渝财追9号",
        reason="追加",
        actor=town.maker,
    )
    with pytest.raises((Refused, InsufficientFunds)):
        movements.adjust(
            order_id=order.id, key=ledger.key(), actor=town.checker, effective_on=date(2026, 12, 31)
        )
    with pytest.raises(Conflict):
        started(town, 2026)
    assert verify().offenders == ()


def test_a_close_that_was_killed_goes_on_where_it_stopped(anywhere, clock):
    town = anywhere
    lines = [ledger.funded(town, amount=100)]
    for code in ("31001", "31002", "31003"):
        ledger.plan(town, 2026, 400)
        lines.append(ledger.allot(town, 2026, 20, heading=Heading(economic_code=code)))
    clock.move_to(datetime(2027, 1, 6, 10, tzinfo=ZONE))
    close_months(town, 2026)
    job = started(town, 2026)

    class Killed(BaseException):
        """The process is gone."""

    def dies(done, _total):
        if done == 2:
            raise Killed

    row = YearClosing.get()
    with pytest.raises(Killed):
        closing.close_lines(closing_id=row.id, actor=town.checker, tell=dies)
    assert progress(2026)[0] == 2
    assert YearClosing.get().finished_at is None
    assert jobs.run_now(job).state is JobState.DONE
    entries = Entry.select().count()
    closing.close_lines(closing_id=row.id, actor=town.checker, tell=lambda done, total: None)
    assert Entry.select().count() == entries
    assert progress(2026) == (len({line.id for line in lines}),) * 2
    assert verify().offenders == ()


def test_the_system_of_a_unit_carries_over_without_an_account(town, clock):
    system = System.create(
        code="S-1", name="交换平台", owner=town.unit, created_by=town.cio.user_id, created_at=time.now()
    )
    ledger.set_ceiling(town, 2026, 100)
    line = ledger.allot(town, 2026, 30, system_id=system.id)
    closed(town, clock, 2026)
    assert ledger.totals(next_line(line)) == {"carried_in": "30.00"}
    assert next_line(line).system_id == system.id


def test_money_that_came_back_after_the_year_does_not_stand_in_the_way_of_its_close(anywhere, clock):
    town = anywhere
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 100))
    paid = ledger.pay(town, contract, 100)
    clock.move_to(datetime(2027, 1, 5, 10, tzinfo=ZONE))
    ledger.refund(town, paid, 10)
    closed(town, clock, 2026)
    assert ledger.totals(line) == {
        "allotted": "100.00", "released": "100.00",
        "committed": "90.00", "paid": "100.00", "returned": "10.00",
    }  # fmt: skip
    rows = Instalment.select(Instalment.year, Instalment.amount, Instalment.committed, Instalment.paid)
    assert list(rows.order_by(Instalment.number).tuples()) == [
        (2026, wan(90), wan(90), wan(90)),
        (2027, wan(10), wan(0), wan(0)),  # may still be owed, from the money of the next year
    ]
    assert surplus_of(BudgetLine.get_by_id(line.id), Measure.RELEASED) is None
    assert verify().offenders == ()


def test_a_finished_project_keeps_what_it_owes_also_when_money_came_back_late(town, clock):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60))
    paid = ledger.pay(town, contract, 50)
    accounts.record_final_cost(
        project_id=town.project_id, amount=wan(60), number="渝财建1号", actor=town.maker
    )
    clock.move_to(datetime(2027, 1, 5, 10, tzinfo=ZONE))
    ledger.refund(town, paid, 20)
    closed(town, clock, 2026)
    row = LineClosing.get(LineClosing.line == line)
    assert (row.carried, row.lapsed) == (wan(30), wan(20))
    assert ledger.totals(next_line(line)) == {"carried_in": "30.00", "committed": "30.00"}
    assert verify().offenders == ()


def test_a_draft_takes_no_money_of_the_next_year(town, clock):
    line = ledger.funded(town, amount=100)
    draft = ledger.draft(town, (2026, 40))
    contracts.revise_draft(
        contract_id=draft.id,
        expected_version=draft.version,
        instalments=[replace(one, line_id=line.id) for one in ledger.instalments((2026, 40))],
        actor=town.applicant,
    )
    closed(town, clock, 2026)
    assert ledger.totals(next_line(line)) == {"carried_in": "100.00"}
    row = Instalment.get()
    assert (row.year, row.committed, row.line_id) == (2026, wan(0), line.id)  # its unit revises it
    assert progress(2026) == (1, 1)


def test_a_year_is_not_closed_under_a_day_that_has_not_come(town, clock):
    ledger.funded(town, amount=100)
    clock.move_to(datetime(2027, 1, 6, 10, tzinfo=ZONE))
    close_months(town, 2026)
    with pytest.raises(Refused) as refusal:
        started(town, 2026, effective_on=date(2027, 1, 7))
    assert codes(refusal) == {"M54"}
    assert YearClosing.get().posted_at is None


def test_a_closed_year_gets_no_money_under_a_day_of_the_year_before(town, clock):
    ledger.funded(town, amount=100)
    ledger.plan(town, 2026, 200)
    closed(town, clock, 2026)
    order = ledger.ordered(town, 10)
    with pytest.raises(Refused) as refusal:
        funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker, effective_on=date(2025, 12, 20))
    assert codes(refusal) == {"M55"}
    assert verify().offenders == ()
