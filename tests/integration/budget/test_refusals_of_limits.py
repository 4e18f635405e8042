"""Every refusal of the ledger says what, why and what to do, and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from budget.rules.words import ContractKind
from budget.services import accounts, ceilings, contracts, funds, movements, payments
from budget.services.contracts.drafts import Procurement
from budget.services.previews import of_order, of_supplement
from budget.tables.contract import Contract
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from portfolio.foundation.errors import (
    InsufficientFunds,
    Invalid,
    Level,
    Refused,
)
from portfolio.rules.dossier import FundingSource
from tests import ledger
from tests.ledger import wan
from tests.refusal import Refusal

pytestmark = pytest.mark.usefixtures("database", "clock")


@pytest.fixture
def town():
    return ledger.city()


# --- limits -------------------------------------------------------------------------------------------------


def test_an_allotment_over_the_ceiling_names_who_took_it(town):
    ledger.ready(town, ceiling=100)
    ledger.plan(town, 2026, 300)
    ledger.allot(town, 2026, 80)
    order = ledger.ordered(town, 30)
    with Refusal(InsufficientFunds, "M31") as found:
        funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)
    line = next(line for line in found.error.lines if "M31" in line)
    assert "尚余20.00万元，本次需要30.00万元" in line
    assert f"已占用：{town.project.name} 80.00万元" in line


def test_an_allotment_needs_a_ceiling_a_plan_and_an_estimate(town):
    accounts.open_account(project_id=town.project_id, actor=town.authority)
    order = ledger.ordered(town, 10)
    with Refusal(InsufficientFunds, "M31"):
        funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)
    ledger.set_ceiling(town, 2026, 1000)
    with Refusal(InsufficientFunds, "R08"):
        funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)
    accounts.fix_cap(project_id=town.project_id, amount=wan(50), number="概1号", actor=town.authority)
    with Refusal(InsufficientFunds, "M32") as found:
        funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert "没有列入" in str(found.error)
    ledger.plan(town, 2026, 100)
    funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)
    order = ledger.ordered(town, 41)
    with Refusal(InsufficientFunds, "M12"):
        funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)


def test_preparatory_money_comes_before_the_estimate_within_its_limit(town):
    accounts.open_account(project_id=town.project_id, actor=town.authority)
    accounts.set_preparatory_limit(
        project_id=town.project_id, amount=wan(20), number="前期1号", actor=town.authority
    )
    ledger.set_ceiling(town, 2026, 100)
    line = ledger.allot(town, 2026, 20)
    ledger.release(town, line, 20)
    contract = ledger.signed(town, (2026, 15), kind=ContractKind.PREPARATORY)
    ledger.pay(town, contract, 15)
    over = ledger.draft(town, (2026, 6), kind=ContractKind.PREPARATORY)
    with Refusal(InsufficientFunds, "M11"):
        ledger.sign(town, over)
    building = ledger.draft(town, (2026, 1))
    with Refusal(Refused, "M40") as found:
        ledger.sign(town, building)
    assert "前期" in str(found.error)
    more = ledger.ordered(town, 1)
    with Refusal(InsufficientFunds, "R08"):
        funds.allot(order_id=more.id, key=ledger.key(), actor=town.checker)


def test_a_contract_over_the_estimate_names_the_contracts_that_took_it(town):
    ledger.funded(town, amount=200, cap=200)
    first = ledger.signed(town, (2026, 150))
    second = ledger.draft(town, (2026, 40), (2027, 20))
    with Refusal(InsufficientFunds, "M11") as found:
        ledger.sign(town, second)
    assert f"已占用：合同{first.code} 150.00万元（" in str(found.error)
    assert second.code not in str(found.error)


def test_a_contract_whose_first_year_is_over_the_line_is_refused(town):
    ledger.funded(town, amount=100)
    ledger.signed(town, (2026, 70))
    second = ledger.draft(town, (2026, 31), (2027, 9))
    with Refusal(InsufficientFunds, "M01") as found:
        ledger.sign(town, second)
    assert "尚余30.00万元，本次需要31.00万元" in str(found.error)


def test_a_contract_without_a_line_in_its_first_year_is_refused(town):
    ledger.ready(town)
    contract = ledger.draft(town, (2026, 10))
    with Refusal(InsufficientFunds, "M01") as found:
        ledger.sign(town, contract)
    assert "没有下达预算指标" in str(found.error)


def test_a_later_instalment_that_names_another_years_line_is_refused_now_and_not_next_year(town):
    line = ledger.funded(town, amount=100)
    draft = ledger.draft(town, (2026, 40), (2027, 50))
    this_year, next_year = ledger.instalments((2026, 40), (2027, 50))
    draft = contracts.revise_draft(
        contract_id=draft.id,
        expected_version=draft.version,
        instalments=[this_year, replace(next_year, line_id=line.id)],
        actor=town.applicant,
    )
    with Refusal(Invalid) as found:
        ledger.sign(town, draft)
    assert "第2期所列指标不属于该项目、年度和来源" in str(found.error)


def test_an_unbalanced_draft_is_kept_but_not_signed(town):
    ledger.funded(town, amount=100)
    contract = ledger.draft(town, (2026, 40), (2027, 50), value=100)
    with Refusal(Refused, "M20") as found:
        ledger.sign(town, contract)
    assert "相差10.00万元" in str(found.error)
    revised = contracts.revise_draft(
        contract_id=contract.id,
        expected_version=contract.version,
        instalments=ledger.instalments((2026, 40), (2027, 60)),
        actor=town.applicant,
    )
    ledger.sign(town, revised)


def test_a_contract_over_its_award_or_the_ceiling_price_is_refused(town):
    ledger.ready(town)
    supplier = contracts.add_supplier(code="S-1", name="供应商", actor=town.unit_finance)
    draft = {
        "project_id": town.project_id,
        "code": "HT",
        "title": "建设",
        "kind": ContractKind.CONSTRUCTION,
        "supplier_id": supplier.id,
        "value": wan(100),
        "instalments": ledger.instalments((2026, 100)),
        "actor": town.applicant,
    }
    with Refusal(InsufficientFunds, "M22"):
        contracts.draft_contract(**draft, procurement=Procurement(award=wan(99)))
    with Refusal(InsufficientFunds, "M23"):
        contracts.draft_contract(**draft, procurement=Procurement(award=wan(100), ceiling_price=wan(99)))


def test_supplements_over_a_tenth_of_the_original_are_refused(town):
    ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 100))
    for amount, fits in ((6, True), (5, False)):
        drafted = contracts.draft_supplement(
            contract_id=contract.id,
            amount=wan(amount),
            reason="增加接口",
            instalments=ledger.instalments((2026, amount)),
            actor=town.applicant,
        )
        if fits:
            contracts.supplement(supplement_id=drafted.id, key=ledger.key(), actor=town.unit_finance)
            continue
        with Refusal(InsufficientFunds, "R11") as found:
            contracts.supplement(supplement_id=drafted.id, key=ledger.key(), actor=town.unit_finance)
        assert "政府采购法" in str(found.error)
        assert "已占用：第1份补充合同 6.00万元" in str(found.error)


def test_an_early_date_on_the_paper_does_not_free_a_contract_of_its_supplement_limit(town):
    ledger.funded(town, amount=200)
    drafted = ledger.draft(town, (2026, 100))
    contract = contracts.sign_contract(
        contract_id=drafted.id,
        expected_version=drafted.version,
        key=ledger.key(),
        actor=town.unit_finance,
        signed_on=date(2001, 5, 1),
    )
    assert contract.supplement_limit == wan(10)


@pytest.mark.parametrize("level", [Level.WARN, Level.INFORM])
def test_a_rule_that_does_not_stop_says_so_before_the_supplement_is_signed(town, clock, level):
    ledger.put_level(clock, "R11", level)
    ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 100))
    drafted = contracts.draft_supplement(
        contract_id=contract.id,
        amount=wan(11),
        reason="增加接口",
        instalments=ledger.instalments((2026, 11)),
        actor=town.applicant,
    )
    told = next(one for one in of_supplement(contract, drafted) if one.code == "R11")
    assert (told.passed, told.level) == (False, level)
    assert str(told.what) == "补充合同累计11.00万元，限额10.00万元"
    signed = contracts.supplement(supplement_id=drafted.id, key=ledger.key(), actor=town.unit_finance)
    assert signed.value == wan(111)


def test_a_virement_across_sources_is_as_strict_as_the_rulebook_says(town, clock):
    ledger.put_level(clock, "VIREMENT", Level.WARN)
    ledger.ready(town)
    ledger.plan(town, 2026, 200)
    line = ledger.allot(town, 2026, 100)
    ledger.plan(town, 2026, 50, source=FundingSource.DISTRICT)
    district = ledger.allot(town, 2026, 50, source=FundingSource.DISTRICT)
    order = movements.draft_virement(
        line_id=district.id,
        counter_line_id=line.id,
        amount=wan(10),
        document_number="渝财调1号",
        reason="区县资金并入",
        actor=town.maker,
    )
    (told,) = (one for one in of_order(order).findings if one.code == "M46")
    assert (told.passed, told.level) == (False, Level.WARN)
    movements.vire(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert BudgetLine.get_by_id(line.id).allotted == wan(110)


def test_a_refusal_leads_to_what_took_the_money(town):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60))
    paid = ledger.pay(town, contract, 50)
    with Refusal(InsufficientFunds, "M25") as found:
        ledger.apply(town, contract, wan(11))
    refused = found.error.findings[0]
    assert f"已占用：{paid.effective_on.isoformat()}第{paid.number}号凭证 50.00万元" in str(refused.what)
    assert [(one.kind, one.id) for one in refused.see] == [("contract", contract.id), ("entry", paid.id)]
    order = funds.draft_release(line_id=line.id, amount=wan(1), actor=town.maker)
    with Refusal(InsufficientFunds, "M02") as found:
        funds.release(order_id=order.id, key=ledger.key(), actor=town.checker)
    refused = next(one for one in found.error.findings if one.code == "M02")
    assert "号凭证 100.00万元" in str(refused.what)
    assert [one.kind for one in refused.see] == ["budget_line", "entry"]


def test_a_payment_over_the_release_names_what_was_paid(town):
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    line = ledger.allot(town, 2026, 100)
    ledger.release(town, line, 30)
    contract = ledger.signed(town, (2026, 90))
    cost = ledger.cost(town, line, 10)
    ledger.pay(town, contract, 20)
    asked = ledger.apply(town, contract, wan(4), instalment_id=None, direct_cost_id=cost.id)
    payments.check(application_id=asked.id, expected_version=asked.version, actor=town.checker)
    ledger.post(town, PaymentApplication.get_by_id(asked.id))
    application = ledger.checked(town, contract, 7)
    with Refusal(InsufficientFunds, "M04") as found:
        ledger.post(town, application)
    refused = next(one for one in found.error.findings if one.code == "M04")
    assert f"已占用：合同{contract.code} 20.00万元、{cost.title} 4.00万元" in str(refused.what)
    assert [(one.kind, one.id) for one in refused.see] == [
        ("budget_line", line.id),
        ("contract", contract.id),
        ("direct_cost", cost.id),
    ]


def test_of_many_consumers_the_largest_are_named_and_the_rest_counted(town):
    line = ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60))
    for amount in range(1, 8):
        ledger.pay(town, contract, amount)
    with Refusal(InsufficientFunds, "M25") as found:
        ledger.apply(town, contract, wan(33))
    assert "等7项" in str(found.error)
    assert len(found.error.findings[0].see) == 6
    assert BudgetLine.get_by_id(line.id).paid == wan(28)


def test_a_payment_over_the_release_is_refused(town):
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    line = ledger.allot(town, 2026, 100)
    ledger.release(town, line, 30)
    contract = ledger.signed(town, (2026, 100))
    application = ledger.checked(town, contract, 31)
    with Refusal(InsufficientFunds, "M04") as found:
        ledger.post(town, application)
    assert "用款计划" in str(found.error)


def test_a_release_over_the_line_is_refused(town):
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    line = ledger.allot(town, 2026, 100)
    order = funds.draft_release(line_id=line.id, amount=wan(101), actor=town.maker)
    with Refusal(InsufficientFunds, "M02"):
        funds.release(order_id=order.id, key=ledger.key(), actor=town.checker)


def test_a_payment_over_its_instalment_is_refused_when_applied_for_and_when_posted(town):
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40), (2026, 60))
    with Refusal(InsufficientFunds, "M25"):
        ledger.apply(town, contract, wan(41))
    first, second = ledger.checked(town, contract, 30), ledger.checked(town, contract, 30)
    ledger.post(town, first)
    with Refusal(InsufficientFunds, "M25", "M27"):
        ledger.post(town, second)


def test_a_payment_of_a_later_years_instalment_is_refused(town):
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 40), (2027, 60))
    with Refusal(InsufficientFunds, "M27"):
        ledger.apply(town, contract, wan(10), 2)


def test_a_settlement_below_what_is_paid_or_above_the_value_is_refused(town):
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 100))
    ledger.pay(town, contract, 60)
    current = Contract.get_by_id(contract.id)
    for value, code in ((59, "M21"), (101, "M24")):
        with Refusal(InsufficientFunds, code):
            contracts.settle(
                contract_id=contract.id,
                expected_version=current.version,
                settled_value=wan(value),
                number="审1号",
                key=ledger.key(),
                actor=town.treasury,
            )


def test_an_estimate_is_not_lowered_below_what_is_bound(town):
    ledger.funded(town, amount=200)
    ledger.signed(town, (2026, 150))
    with Refusal(InsufficientFunds, "M11", "M12"):
        accounts.fix_cap(project_id=town.project_id, amount=wan(100), number="", actor=town.authority)


def test_a_ceiling_is_not_lowered_below_what_is_allotted(town):
    ledger.funded(town, amount=200)
    with Refusal(InsufficientFunds, "M31"):
        ceilings.set_ceiling(
            year=2026, source=FundingSource.MUNICIPAL, amount=wan(199), number="1号", actor=town.maker
        )


def test_what_was_undone_or_came_back_has_taken_nothing(town):
    ledger.funded(town, amount=200)
    contract = ledger.signed(town, (2026, 100))
    undone = ledger.pay(town, contract, 60)
    ledger.reverse(town, undone)
    paid = ledger.pay(town, contract, 50)
    ledger.refund(town, paid, 20)
    back = ledger.refund(town, paid, 10)
    ledger.reverse(town, back)
    with Refusal(InsufficientFunds, "M25") as found:
        ledger.apply(town, contract, wan(90))
    refused = found.error.findings[0]
    assert f"第{paid.number}号凭证 30.00万元" in str(refused.what)
    assert f"第{undone.number}号凭证" not in str(refused.what)
