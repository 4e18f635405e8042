"""What acceptance and operation ask for: papers by name, R13, the clocks, and certified systems."""

from datetime import date

import pytest

from approvals.rules.acceptance_gate import (
    ACCEPTANCE_DOCUMENTS,
    SAFE_AND_FILED,
    AcceptanceFacts,
    Clock,
    SystemFact,
    acceptance_gate,
    operation_gate,
    preliminary_gate,
)
from approvals.rules.book import OpenCondition
from portfolio.foundation.errors import Level
from portfolio.rules.dossier import DocumentKind
from tests.unit.approvals.samples import IN_2006, IN_2008, IN_2020, outcome, rules

NEVER = Clock(None, None, date(2008, 3, 3))
IN_TIME = Clock(date(2008, 1, 10), date(2008, 7, 10), date(2008, 7, 10))
LATE = Clock(date(2008, 1, 10), date(2008, 7, 10), date(2008, 7, 11))
EVERYTHING = frozenset({*ACCEPTANCE_DOCUMENTS, *SAFE_AND_FILED})
OWED = OpenCondition("补充安全方案", "市信息产业局", date(2008, 5, 1))


def facts(documents=EVERYTHING, to_accept=NEVER, to_account=NEVER, conditions=()):
    return AcceptanceFacts(documents, to_accept, to_account, conditions)


def test_the_owners_own_acceptance_names_each_missing_paper():
    assert outcome(preliminary_gate(frozenset())).blocked == ("DOC_PRELIMINARY_ACCEPTANCE", "DOC_TEST_REPORT")
    [missing] = [found for found in preliminary_gate({DocumentKind.TEST_REPORT}) if found.blocks]
    assert (str(missing.what), str(missing.remedy)) == ("缺少初步验收报告", "请上传初步验收报告")
    both = {DocumentKind.TEST_REPORT, DocumentKind.PRELIMINARY_ACCEPTANCE}
    assert outcome(preliminary_gate(both)).blocked == ()


@pytest.mark.parametrize("day", [IN_2006, IN_2008, IN_2020])
def test_with_every_paper_the_final_acceptance_may_be_applied_for(day):
    assert outcome(acceptance_gate(facts(), rules(day))).blocked == ()


@pytest.mark.parametrize("kind", ACCEPTANCE_DOCUMENTS)
def test_each_report_is_missed_by_name(kind):
    found = acceptance_gate(facts(EVERYTHING - {kind}), rules(IN_2008))
    assert outcome(found).blocked == (f"DOC_{kind.name}",)
    assert kind.label in str(next(one for one in found if one.blocks).what)


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        ({DocumentKind.RISK_ASSESSMENT}, "缺：信息安全风险评估报告"),
        ({DocumentKind.ARCHIVES_ACCEPTANCE}, "缺：档案验收意见"),
        (set(SAFE_AND_FILED), "缺：信息安全风险评估报告、档案验收意见"),
    ],
)
def test_from_2007_nothing_is_accepted_without_risk_assessment_and_archives(lacking, named):
    found = acceptance_gate(facts(EVERYTHING - lacking), rules(IN_2008))
    assert outcome(found).blocked == ("R13",)
    assert str(next(one for one in found if one.code == "R13").figure) == named


def test_in_2006_there_was_no_such_rule():
    assert outcome(acceptance_gate(facts(frozenset(ACCEPTANCE_DOCUMENTS)), rules(IN_2006))).blocked == ()


def test_late_is_shown_and_stops_nobody():
    found = outcome(acceptance_gate(facts(to_accept=LATE, to_account=LATE), rules(IN_2020)))
    assert (found.blocked, found.warned) == ((), ("R12", "R14"))
    on_the_last_day = acceptance_gate(facts(to_accept=IN_TIME, to_account=IN_TIME), rules(IN_2020))
    assert outcome(on_the_last_day).warned == ()


def test_a_late_application_shows_both_days():
    found = acceptance_gate(facts(to_accept=LATE), rules(IN_2008))
    [late] = [one for one in found if one.code == "R12"]
    assert (str(late.figure), str(late.limit), late.level) == ("自2008-01-10起", "2008-07-10止", Level.WARN)


def test_an_unmet_condition_keeps_the_acceptance_waiting():
    found = outcome(acceptance_gate(facts(conditions=(OWED,)), rules(IN_2008)))
    assert found.blocked == ("CONDITION",)


def test_nothing_runs_before_its_systems_are_registered():
    assert outcome(operation_gate((), (), rules(IN_2008))).blocked == ("SYSTEMS",)
    registered = (SystemFact("目录系统", False, False, False),)
    assert outcome(operation_gate(registered, (), rules(IN_2008))).blocked == ()


def test_from_2020_each_system_is_in_the_catalogue_shared_and_secure():
    good, bad = SystemFact("目录系统", True, True, True), SystemFact("交换系统", True, False, True)
    found = operation_gate((good, bad), (), rules(IN_2020))
    assert outcome(found).blocked == ("R17",)
    assert str(next(one for one in found if one.blocks).figure) == "交换系统"
    assert outcome(operation_gate((good,), (), rules(IN_2020))).blocked == ()
