"""Projects from before the system: with which old numbers they enter, and which gates lie behind them."""

from datetime import date

import pytest

from approvals.rules.inheritance import (
    ENTRY,
    Inheritance,
    approvals_before,
    approved_before,
    behind,
    check_inheritance,
    refuse_unless_open,
)
from approvals.rules.stages import GOVERNMENT_STAGES, Gate, Phase, Stage
from approvals.rules.workflow import TRANSITIONS
from portfolio.foundation.errors import Invalid, Refused
from portfolio.foundation.money import Money
from portfolio.foundation.rulebook import Rulebook
from tests.unit.approvals.samples import IN_2006, rules, wan

NUMBERS = {
    Stage.INITIATION: "渝计委〔2004〕12号",
    Stage.APPRAISAL: "渝计委〔2005〕3号",
    Stage.ESTIMATE: "渝发改〔2005〕77号",
    Stage.ACCEPTANCE: "渝发改〔2006〕9号",
}


def numbers(*stages):
    return {stage: NUMBERS[stage] for stage in stages}


@pytest.mark.parametrize(
    ("stage", "before"),
    [
        (Stage.APPRAISAL, (Stage.INITIATION,)),
        (Stage.ESTIMATE, (Stage.INITIATION, Stage.APPRAISAL)),
        (Stage.CONSTRUCTION, (Stage.INITIATION, Stage.APPRAISAL, Stage.ESTIMATE)),
        (Stage.ACCEPTANCE, (Stage.INITIATION, Stage.APPRAISAL, Stage.ESTIMATE)),
        (Stage.OPERATION, tuple(NUMBERS)),
        (Stage.POST_EVALUATION, tuple(NUMBERS)),
    ],
)
def test_every_earlier_approval_shows_its_number(stage, before):
    assert approvals_before(stage) == before
    check_inheritance(Inheritance(stage, numbers(*before), wan(1000)))
    with pytest.raises(Invalid) as error:
        check_inheritance(Inheritance(stage, {**numbers(*before), before[-1]: " "}, wan(1000)))
    assert before[-1].label in str(error.value)


@pytest.mark.parametrize("stage", [Stage.INITIATION, Stage.CLOSED, Stage.REGISTERED, Stage.FILED])
def test_what_is_new_closed_or_filed_is_not_inherited(stage):
    with pytest.raises(Invalid) as error:
        check_inheritance(Inheritance(stage, {}, None))
    assert list(error.value.fields) == ["stage"]


def test_the_approved_figure_is_asked_for_once_there_was_an_appraisal():
    check_inheritance(Inheritance(Stage.APPRAISAL, numbers(Stage.INITIATION), None))
    early = numbers(Stage.INITIATION, Stage.APPRAISAL)
    for figure in (None, Money.ZERO, -wan(1)):
        with pytest.raises(Invalid) as error:
            check_inheritance(Inheritance(Stage.ESTIMATE, early, figure))
        assert list(error.value.fields) == ["estimate"]


def test_a_number_of_a_stage_still_to_come_is_refused():
    with pytest.raises(Invalid):
        check_inheritance(Inheritance(Stage.APPRAISAL, numbers(Stage.INITIATION, Stage.ESTIMATE), None))


def test_recording_ends_with_the_rule():
    refuse_unless_open(rules(IN_2006))
    with pytest.raises(Refused) as error:
        refuse_unless_open(Rulebook(date(2008, 1, 1), {}))
    assert error.value.codes == ("INHERITED",)


def test_the_gates_before_its_stage_lie_behind_an_inherited_project():
    def gates_behind(stage):
        return {gate for gate in Gate if behind(gate, stage, stage)}

    passed = gates_behind(Stage.CONSTRUCTION)
    assert passed == {Gate.PLAN, Gate.APPRAISAL, Gate.CONCLUSION, Gate.ESTIMATE, Gate.BUILD}
    assert gates_behind(Stage.APPRAISAL) == {Gate.PLAN}
    # asked for every year, or about what only the system can show
    assert gates_behind(Stage.POST_EVALUATION).isdisjoint({Gate.ANNUAL_PLAN, Gate.CLOSING})


def test_a_reopened_stage_is_judged_again():
    assert behind(Gate.APPRAISAL, Stage.ESTIMATE, Stage.ESTIMATE)
    assert not behind(Gate.APPRAISAL, Stage.ESTIMATE, Stage.APPRAISAL)
    assert behind(Gate.PLAN, Stage.ESTIMATE, Stage.APPRAISAL)


def test_a_gate_shows_the_old_numbers_also_after_the_closing_date():
    for rulebook in (rules(IN_2006), Rulebook(date(2008, 1, 1), {})):
        found = approved_before(numbers(Stage.APPRAISAL, Stage.INITIATION), "2006-09-01", rulebook)
        assert (found.passed, found.code) == (True, "INHERITED")
        assert str(found.figure) == "立项 渝计委〔2004〕12号、评估 渝计委〔2005〕3号"


def test_an_inherited_project_enters_where_the_procedure_goes_on():
    assert set(ENTRY) == set(GOVERNMENT_STAGES) - {Stage.INITIATION, Stage.CLOSED}
    onward = {(row.stage, row.phase) for row in TRANSITIONS}
    assert set(ENTRY.items()) <= onward
    assert ENTRY[Stage.CONSTRUCTION] is Phase.BUILDING
