"""When an evaluation may be opened: its year, the stage of its project, and once."""

from dataclasses import replace
from datetime import date

import pytest

from approvals.rules.acceptance_gate import Clock
from approvals.rules.evaluation import EvaluationKind
from approvals.rules.opening import OpeningFacts, check_year, opening_findings, subject_key
from approvals.rules.stages import Stage
from portfolio.foundation.errors import Invalid, Level
from portfolio.foundation.money import Money
from tests.unit.approvals.samples import IN_2008, IN_2020, rules

K = EvaluationKind
TODAY = date(2008, 3, 3)
NO_CLOCK = Clock(None, None, TODAY)
ANNUAL = OpeningFacts(
    kind=K.ANNUAL_SELF,
    year=2007,
    current_year=2008,
    stage=Stage.CONSTRUCTION,
    spent=Money(1),
    earlier=False,
    earliest=NO_CLOCK,
    latest=NO_CLOCK,
)
WHOLE = replace(ANNUAL, kind=K.EVALUATION, year=None, stage=Stage.OPERATION, spent=Money.ZERO)


def blocked(facts, day=IN_2008):
    return [one.code for one in opening_findings(facts, "依据", rules(day)) if one.blocks]


def test_a_year_that_spent_and_is_over_can_be_evaluated():
    assert blocked(ANNUAL) == []
    assert blocked(replace(ANNUAL, kind=K.EVALUATION)) == []


def test_a_year_that_did_not_spend_cannot():
    assert blocked(replace(ANNUAL, spent=Money.ZERO)) == ["EV_SPENT"]


def test_a_year_that_is_not_over_cannot():
    assert blocked(replace(ANNUAL, year=2008)) == ["EV_YEAR"]


def test_nothing_is_evaluated_twice():
    assert blocked(replace(ANNUAL, earlier=True)) == ["EV_ONCE"]
    assert blocked(replace(WHOLE, earlier=True)) == ["EV_ONCE"]


@pytest.mark.parametrize("kind", [K.POST_REPORT, K.EVALUATION])
def test_a_project_is_evaluated_as_a_whole_once_it_runs(kind):
    allowed = [stage for stage in Stage if blocked(replace(WHOLE, kind=kind, stage=stage)) == []]
    assert allowed == [Stage.OPERATION, Stage.POST_EVALUATION]
    assert blocked(replace(WHOLE, kind=kind, stage=None)) == ["EV_STAGE"]


@pytest.mark.parametrize(
    ("today", "in_time"),
    [
        (date(2020, 12, 31), False),
        (date(2021, 1, 1), True),
        (date(2022, 1, 1), True),
        (date(2022, 1, 2), False),
    ],
)
def test_the_units_report_outside_its_twelve_months_is_told_not_stopped(today, in_time):
    launched = date(2020, 1, 1)
    facts = replace(
        WHOLE,
        kind=K.POST_REPORT,
        earliest=Clock(launched, date(2021, 1, 1), today),
        latest=Clock(launched, date(2022, 1, 1), today),
    )
    assert blocked(facts, IN_2020) == []
    found = [one for one in opening_findings(facts, "依据", rules(IN_2020)) if one.code == "R16"]
    assert [(one.passed, one.level) for one in found] == [(in_time, Level.WARN)]


def test_before_2020_no_rule_says_when_the_unit_reports():
    found = opening_findings(replace(WHOLE, kind=K.POST_REPORT), "依据", rules(IN_2008))
    assert "R16" not in [one.code for one in found]


@pytest.mark.parametrize(
    ("kind", "year"), [(K.ANNUAL_SELF, None), (K.POST_REPORT, 2007), (K.EVALUATION, 1989), (K.ANNUAL_SELF, 0)]
)
def test_a_year_that_does_not_fit_the_kind_is_invalid(kind, year):
    with pytest.raises(Invalid) as refusal:
        check_year(kind, year)
    assert list(refusal.value.fields) == ["year"]


def test_the_subject_is_spelled_with_kind_and_year():
    assert subject_key(7, K.ANNUAL_SELF, 2007) == "project:7:annual_self:2007"
    assert subject_key(7, K.EVALUATION, None) == "project:7:evaluation:0"
