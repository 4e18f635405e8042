"""One project from its proposal to its closing, paid over three years; and money that does not match."""

from datetime import date, datetime

import pytest

from approvals.queries import accounts, cases
from approvals.queries.cases import TrailKind
from approvals.rules.stages import SideState
from approvals.services import cases as case_services
from approvals.services import closing
from budget.queries import funds
from budget.queries.verification import verify
from budget.rules.words import AccountState, EntryKind
from budget.services import contracts, payments
from budget.tables.contract import Contract
from budget.tables.entry import Entry
from portfolio.foundation.clock import ZONE
from portfolio.foundation.errors import Refused
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.tables.project import Project
from tests import acceptance, factories, ledger, procedure
from tests.ledger import wan


@pytest.fixture
def cast(database, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


@pytest.fixture
def treasury(cast):
    return factories.actor("treasury", Role.FINANCE, organisation=cast.authorities[Role.FINANCE])


def town_of(cast, treasury, project_id):
    """The people of the cast as those who handle the money of a project."""
    return ledger.City(
        unit=cast.unit,
        applicant=cast.applicant,
        unit_finance=cast.unit_finance,
        cio=cast.cio,
        maker=cast.finance,
        checker=cast.finance_checker,
        treasury=treasury,
        authority=cast.investment,
        project=Project.get_by_id(project_id),
    )


def pay_cost(town, cost):
    application = payments.apply(
        direct_cost_id=cost.id,
        amount=cost.amount,
        invoice_id=ledger.paper(town.unit_finance).id,
        key=ledger.key(),
        actor=town.unit_finance,
    )
    application = payments.check(
        application_id=application.id, expected_version=application.version, actor=town.checker
    )
    payments.post(
        application_id=application.id,
        expected_version=application.version,
        key=ledger.key(),
        actor=town.treasury,
    )


def settle(town, contract, value):
    return contracts.settle(
        contract_id=contract.id,
        expected_version=Contract.get_by_id(contract.id).version,
        settled_value=value,
        number="渝审〔2009〕3号",
        key=ledger.key(),
        actor=town.treasury,
    )


def next_year(cast, town, year, amount):
    """The project is in the plan of a further year, and its money is allotted and committed."""
    ledger.set_ceiling(town, year, 2000)
    procedure.list_in_plan(cast, town.project_id, amount=wan(amount), year=year)
    procedure.decide_plan(cast, year)
    line = ledger.allot(town, year, amount)
    contracts.commit_year(key=ledger.key(), project_id=town.project_id, actor=town.cio)
    return line


@pytest.fixture
def town(cast, treasury, clock):
    """A project of 1000万元 whose works are paid but for the retention, accepted, accounts to be approved."""
    project_id = procedure.carry(cast, until="planned", total_wan=1000)
    town = town_of(cast, treasury, project_id)
    ledger.set_ceiling(town, 2008, 2000)
    line = ledger.allot(town, 2008, 550)
    procedure.start(cast, project_id)
    ledger.release(town, line, 500)
    contract = ledger.signed(town, (2008, 300), (2008, 180), (2009, 380), (2010, 40))
    pay_cost(town, ledger.cost(town, line, 20))
    ledger.pay(town, contract, 300)
    ledger.pay(town, contract, 180, 2)
    clock.move_to(datetime(2009, 3, 2, 10, tzinfo=ZONE))
    second = next_year(cast, town, 2009, 380)
    ledger.release(town, second, 380)
    ledger.pay(town, contract, 370, 3)
    acceptance.complete(cast, project_id, date(2009, 3, 1))
    acceptance.accepted(cast, project_id)
    settle(town, contract, wan(890))  # ten less, which leave the instalment of 2010
    return town


def contract_of(town):
    return Contract.get(Contract.project == town.project_id)


def test_the_whole_way_to_the_end_with_the_books_in_order(cast, town, clock):
    project_id = town.project_id
    books = accounts.books(project_id)
    assert (books.contracted, books.direct, books.cost) == (wan(890), wan(20), wan(910))
    assert (books.paid, books.received, books.unsettled) == (wan(870), wan(880), ())
    decision = acceptance.approve_accounts(cast, project_id, wan(910))
    approved = accounts.accounts_approval(project_id)
    assert (decision.amount, approved.estimate, approved.surplus) == (wan(910), wan(1000), -wan(30))
    acceptance.register_system(cast, project_id)
    acceptance.launch(cast, project_id, date(2009, 3, 1))

    ledger.pay(town, contract_of(town), 10, 3)
    clock.move_to(datetime(2010, 5, 4, 10, tzinfo=ZONE))
    third = next_year(cast, town, 2010, 30)  # the retention is planned while the project runs
    ledger.release(town, third, 30)
    ledger.pay(town, contract_of(town), 30, 4)
    acceptance.open_evaluation(cast, project_id)
    acceptance.evaluate(cast, project_id)
    acceptance.close(cast, project_id)
    assert procedure.standing(project_id) == ("closed", "finished")
    account = funds.account(project_id)
    assert (account.state, account.paid) == (AccountState.CLOSED, wan(910))
    assert verify().offenders == ()
    trail = cases.approvals_trail(project_id)
    listings = [row.document.template for row in trail if row.kind is TrailKind.LISTING]
    assert listings == ["列入{year}年度投资计划（{source}{amount}）"] * 3, "read in either language"
    assert [str(row.document) for row in trail if row.kind is TrailKind.DECISION] == [
        "领导小组审定（项目建议书）",
        "批复（可行性研究报告）",
        "批复（初步设计方案和投资概算）",
        "竣工验收（竣工验收申请）",
        "决算批复（竣工验收申请）",
    ]


def test_final_accounts_that_do_not_match_the_books_are_refused(cast, town):
    for typed in (wan(909), wan(911), wan(870), Money(wan(910).fen + 1)):
        with pytest.raises(Refused) as error:
            acceptance.approve_accounts(cast, town.project_id, typed)
        assert error.value.codes == ("BOOKS",)
        assert "合同890.00万元，非合同支出20.00万元" in str(error.value)
    assert accounts.accounts_approval(town.project_id) is None


def test_contracts_are_settled_first(cast, town):
    open_one = ledger.signed(town, (2010, 5))
    with pytest.raises(Refused) as error:
        acceptance.approve_accounts(cast, town.project_id, wan(915))
    assert error.value.codes == ("SETTLED",)
    assert open_one.code in str(error.value)
    settle(town, open_one, wan(5))
    acceptance.approve_accounts(cast, town.project_id, wan(915))


def test_works_still_due_may_not_pass_the_estimate(cast, town):
    with pytest.raises(Refused) as error:
        acceptance.approve_accounts(cast, town.project_id, wan(910), remaining_works=wan(91))
    assert error.value.codes == ("FINAL_ACCOUNTS",)
    acceptance.approve_accounts(cast, town.project_id, wan(910), remaining_works=wan(90))
    assert accounts.accounts_approval(town.project_id).surplus == -wan(120)


def evaluated(cast, town, clock):
    acceptance.approve_accounts(cast, town.project_id, accounts.books(town.project_id).cost)
    acceptance.register_system(cast, town.project_id)
    acceptance.launch(cast, town.project_id, date(2009, 3, 1))
    acceptance.open_evaluation(cast, town.project_id)
    acceptance.evaluate(cast, town.project_id)


def test_it_does_not_close_while_the_retention_is_due(cast, town, clock):
    evaluated(cast, town, clock)
    with pytest.raises(Refused) as error:
        acceptance.close(cast, town.project_id)
    assert error.value.codes == ("BOOKS", "R15")
    assert "应付910.00万元，已付870.00万元" in str(error.value)
    assert funds.account(town.project_id).state is AccountState.OPEN


def test_it_does_not_close_with_a_surplus_that_was_not_returned(cast, treasury, clock):
    project_id = acceptance.inherit(cast)
    town = town_of(cast, treasury, project_id)
    ledger.set_ceiling(town, 2008, 2000)
    procedure.list_in_plan(cast, project_id, amount=wan(100))
    procedure.decide_plan(cast)
    line = ledger.allot(town, 2008, 100)
    ledger.release(town, line, 90)
    too_much = ledger.release(town, line, 10)
    contract = ledger.signed(town, (2008, 90))
    ledger.pay(town, contract, 90)
    settle(town, contract, wan(90))
    acceptance.complete(cast, project_id)
    acceptance.running(cast, project_id, wan(90))
    assert accounts.accounts_approval(project_id).surplus == wan(10)
    acceptance.open_evaluation(cast, project_id)
    acceptance.evaluate(cast, project_id)
    with pytest.raises(Refused) as error:
        acceptance.close(cast, project_id)
    assert error.value.codes == ("R15",)
    assert "财政结余资金尚未缴回" in str(error.value)
    ledger.reverse(town, too_much)
    acceptance.close(cast, project_id)
    assert procedure.standing(project_id) == ("closed", "finished")


def test_a_quota_left_over_lapses_with_its_year_and_keeps_nobody_from_closing(cast, town, clock):
    assert accounts.books(town.project_id).received == wan(880)
    clock.move_to(datetime(2010, 5, 4, 10, tzinfo=ZONE))
    books = accounts.books(town.project_id)
    assert (books.received, books.paid) == (wan(870), wan(870))


def test_a_suspended_projects_money_stands_still(cast, town):
    def side(act, actor):
        act(
            project_id=town.project_id,
            expected_version=procedure.version(town.project_id),
            reason="审计整改",
            actor=actor,
        )

    def paid():
        return ledger.pay(town, contract_of(town), 5, 3)

    side(case_services.suspend, cast.secretary)
    assert procedure.case_of(town.project_id).side_state is SideState.SUSPENDED
    with pytest.raises(Refused) as error:
        paid()
    assert "M40" in error.value.codes
    side(case_services.resume, cast.secretary)
    assert paid().kind is EntryKind.PAY
    side(case_services.terminate, cast.member)
    with pytest.raises(Refused):
        paid()
    assert Entry.select().where(Entry.amount == wan(5)).count() == 1
    with pytest.raises(Refused):
        closing.close(
            project_id=town.project_id,
            expected_version=procedure.version(town.project_id),
            actor=cast.finance,
        )
