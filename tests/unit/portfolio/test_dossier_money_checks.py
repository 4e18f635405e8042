"""The checks of a dossier's money: sums, years, and the rates of the estimate standard."""

from dataclasses import replace
from datetime import date

import pytest

from portfolio.foundation.errors import Level
from portfolio.foundation.money import Money
from portfolio.rules.dossier.facts import EstimateFact
from portfolio.rules.dossier.money_checks import (
    building_costs,
    estimate,
    funding_period,
    funding_start,
    funding_sum,
    no_fiscal_money,
    rates,
)
from portfolio.rules.dossier.words import CostCategory
from tests.unit.portfolio.dossier_samples import DESIGN, PROPOSAL, RULES_2007, Rule, Rulebook, funding
from tests.unit.portfolio.dossier_samples import estimate as lines

NO_RULES = Rulebook(date(2007, 3, 1), {})


def only(check, dossier, rules=RULES_2007):
    [finding] = check(dossier, rules)
    return finding


def test_there_is_an_estimate():
    assert only(estimate, PROPOSAL).passed
    assert str(only(estimate, PROPOSAL).what) == "已编列投资明细2项"
    assert not only(estimate, replace(PROPOSAL, estimate=())).passed


@pytest.mark.parametrize(
    ("rows", "gap"),
    [
        ((("municipal", 2007, 999),), "1.00万元"),
        ((("municipal", 2007, 1000), ("enterprise", 2008, 1)), "-1.00万元"),
    ],
)
def test_funding_that_is_not_the_estimate_says_by_how_much(rows, gap):
    finding = only(funding_sum, replace(PROPOSAL, funding=funding(*rows)))
    assert finding.blocks
    assert str(finding.remedy) == f"请核对资金来源和投资明细，相差 {gap}"
    assert str(finding.limit) == "1,000.00万元"


def test_an_estimate_that_nobody_funds_is_told_to_list_its_sources():
    finding = only(funding_sum, replace(PROPOSAL, funding=()))
    assert finding.blocks
    assert str(finding.remedy) == "请按来源和年度逐行填列"
    assert str(finding.limit) == "1,000.00万元"


def test_one_fen_too_many_is_too_many():
    fen = EstimateFact(CostCategory.OTHER, "零头", Money(1))
    assert not only(funding_sum, replace(PROPOSAL, estimate=(*PROPOSAL.estimate, fen))).passed


def test_nothing_and_nothing_is_no_balanced_dossier():
    assert not only(funding_sum, replace(PROPOSAL, estimate=(), funding=())).passed


def test_no_money_comes_before_the_start():
    early = replace(PROPOSAL, funding=funding(("municipal", 2006, 1), ("municipal", 2008, 999)))
    finding = only(funding_start, early)
    assert (finding.blocks, str(finding.figure), str(finding.limit)) == (True, "2006年", "2007年")
    assert only(funding_start, PROPOSAL).passed
    assert funding_start(replace(early, planned_start=None), NO_RULES) == []
    assert funding_start(replace(early, funding=()), NO_RULES) == []


def test_money_outside_the_plan_is_seen_and_does_not_block():
    rows = funding(("municipal", 2012, 1), ("enterprise", 2011, 1), ("municipal", 2010, 1))
    finding = only(funding_period, replace(PROPOSAL, funding=rows))
    assert (finding.passed, finding.level) == (False, Level.WARN)
    assert (str(finding.figure), str(finding.limit)) == ("2011、2012年", "2006—2010年")
    assert funding_period(replace(PROPOSAL, plan_item=None), NO_RULES) == []


@pytest.mark.parametrize("source", ["municipal", "district", "central"])
def test_each_fiscal_source_is_fiscal_money(source):
    mixed = replace(PROPOSAL, funding=funding(("enterprise", 2007, 9), (source, 2007, 1)))
    assert str(only(no_fiscal_money, mixed).figure) == "1.00万元"


@pytest.mark.parametrize("source", ["enterprise", "bank_loan", "foreign", "universal_service_fund", "other"])
def test_other_sources_are_not(source):
    assert only(no_fiscal_money, replace(PROPOSAL, funding=funding((source, 2007, 9)))).passed


def test_an_estimate_of_other_costs_alone_is_not_broken_down():
    assert only(building_costs, DESIGN).passed
    lump = replace(DESIGN, estimate=lines(other=900, consulting=100))
    assert only(building_costs, lump).blocks


@pytest.mark.parametrize(
    ("amounts", "code", "passed", "figure"),
    [
        ({"hardware": 600, "system_software": 400, "integration": 60}, "RATE_INTEGRATION", True, "6.00%"),
        ({"hardware": 600, "system_software": 400, "integration": 80}, "RATE_INTEGRATION", True, "8.00%"),
        ({"hardware": 600, "system_software": 400, "integration": 81}, "RATE_INTEGRATION", False, "8.10%"),
        ({"hardware": 600, "system_software": 400, "integration": 59}, "RATE_INTEGRATION", False, "5.90%"),
        ({"application_software": 1000, "management": 20}, "RATE_MANAGEMENT", True, "2.00%"),
        ({"application_software": 1000, "management": 21}, "RATE_MANAGEMENT", False, "2.10%"),
        ({"civil_works": 900, "design": 100, "contingency": 100}, "RATE_CONTINGENCY", True, "10.00%"),
        ({"civil_works": 900, "design": 100, "contingency": 49}, "RATE_CONTINGENCY", False, "4.90%"),
    ],
)
def test_rates_are_those_of_the_estimate_standard(amounts, code, passed, figure):
    finding = only(rates, replace(DESIGN, estimate=lines(**amounts)))
    assert (finding.code, finding.passed, finding.basis) == (code, passed, "概算标准")
    assert str(finding.figure).endswith(f"占{figure}")
    assert not finding.blocks  # a warning


def test_a_rate_is_held_to_the_fen():
    equipment = EstimateFact(CostCategory.HARDWARE, "设备", Money(100_000))
    for fen, passed in ((8_000, True), (8_001, False)):
        charged = EstimateFact(CostCategory.INTEGRATION, "集成", Money(fen))
        assert only(rates, replace(DESIGN, estimate=(equipment, charged))).passed is passed


def test_what_is_not_charged_is_not_checked():
    assert rates(replace(DESIGN, estimate=lines(hardware=100)), RULES_2007) == []
    assert rates(replace(DESIGN, estimate=lines(integration=100)), RULES_2007) == []
    charged = replace(DESIGN, estimate=lines(hardware=100, integration=50))
    assert rates(charged, NO_RULES) == []


def test_a_rule_may_give_an_upper_limit_alone():
    rule = Rule(Level.BLOCK, {"integration_max_percent": 8}, "更严的标准")
    rules = Rulebook(date(2007, 3, 1), {"RATES": rule})
    low = replace(DESIGN, estimate=lines(hardware=100, integration=1))
    assert only(rates, low, rules).passed
    high = replace(DESIGN, estimate=lines(hardware=100, integration=9))
    assert only(rates, high, rules).blocks
