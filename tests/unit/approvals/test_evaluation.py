"""Instruments and their weights, the way of an evaluation, grades, and what may be written in its report."""

import dataclasses
import json
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from approvals.queries.instruments import SHIPPED, instrument_on, shipped
from approvals.rules.evaluation import (
    TRANSITIONS,
    EvaluationAct,
    EvaluationKind,
    EvaluationState,
    FigureKind,
    Grade,
    Section,
    check_texts,
    grade_of,
    instrument_data,
    next_state,
    read_instrument,
    weight_findings,
)
from portfolio.foundation.errors import Invalid, Refused
from reports.rules import Narrative

K, S, A = EvaluationKind, EvaluationState, EvaluationAct


def test_three_instruments_ship_and_each_weighs_a_hundred():
    assert set(shipped()) == set(EvaluationKind)
    for instrument in shipped().values():
        assert sum(instrument.weights.values()) == 100


def test_the_evaluation_has_the_seventeen_indicators_of_the_framework():
    indicators = shipped()[K.EVALUATION].indicators
    assert len(indicators) == 17
    assert list(dict.fromkeys(one.level1 for one in indicators)) == ["决策", "过程", "产出", "效益"]
    assert len({one.level2 for one in indicators}) == 10
    heavy = sum(one.weight for one in indicators if one.level1 in {"产出", "效益"})
    assert heavy >= 60


def test_the_annual_self_evaluation_weighs_as_the_ministry_asks():
    groups: dict[str, Decimal] = {}
    for one in shipped()[K.ANNUAL_SELF].indicators:
        groups[one.level1] = groups.get(one.level1, Decimal(0)) + one.weight
    assert groups == {"预算执行": 10, "产出": 50, "效益": 30, "满意度": 10}


def test_every_computed_figure_belongs_to_an_indicator_but_one():
    used = {one.figure for instrument in shipped().values() for one in instrument.indicators}
    assert set(FigureKind) - used == {FigureKind.TARGETS_TIMELINESS}  # milestones say it better


def test_the_basis_is_the_one_in_force_on_the_day():
    assert "财预〔2020〕10号" not in instrument_on(K.EVALUATION, date(2020, 2, 24)).basis
    assert "财预〔2020〕10号" in instrument_on(K.EVALUATION, date(2020, 2, 25)).basis
    assert instrument_on(K.EVALUATION, date(2005, 1, 1)).basis.startswith("规划四（二）")


def test_an_instrument_survives_being_frozen():
    for instrument in shipped().values():
        taken = instrument.on(date(2010, 3, 1))
        assert read_instrument(json.loads(json.dumps(instrument_data(taken)))) == taken


def test_an_indicator_code_that_occurs_twice_is_a_broken_file():
    data = json.loads(SHIPPED.read_text("utf-8"))["instruments"][0]
    data["indicators"][1]["code"] = data["indicators"][0]["code"]
    with pytest.raises(ValueError, match="occurs twice"):
        read_instrument(data)


# --- weights ------------------------------------------------------------------------------------------------


def refused_weights(kind, weights):
    with pytest.raises(Refused) as refusal:
        shipped()[kind].weighing({code: Decimal(value) for code, value in weights.items()})
    return refusal.value.codes


def test_weights_may_move_within_the_rules():
    moved = shipped()[K.EVALUATION].weighing({"C11": Decimal("12.5"), "C21": Decimal("7.5")})
    assert moved.weights["C11"] == Decimal("12.5")
    assert moved.weights["C31"] == 8
    assert shipped()[K.EVALUATION].weights["C11"] == 10


def test_weights_that_do_not_add_up_are_refused():
    assert refused_weights(K.EVALUATION, {"C11": "11"}) == ("EV_WEIGHT_SUM",)


def test_output_and_benefit_weigh_sixty_at_least():
    exactly = {"D11": "15", "A11": "8"}
    assert shipped()[K.EVALUATION].weighing({c: Decimal(w) for c, w in exactly.items()})
    assert refused_weights(K.EVALUATION, {"D11": "14.99", "A11": "8.01"}) == ("EV_WEIGHT_GROUP",)


def test_the_groups_of_a_self_evaluation_are_fixed():
    assert refused_weights(K.ANNUAL_SELF, {"execution": "11", "quantity": "14"}) == (
        "EV_WEIGHT_GROUP",
        "EV_WEIGHT_GROUP",
    )


def test_a_weight_is_above_zero_in_whole_hundredths():
    assert "EV_WEIGHT_VALUES" in refused_weights(K.EVALUATION, {"C11": "0", "C21": "20"})
    assert "EV_WEIGHT_VALUES" in refused_weights(K.EVALUATION, {"C11": "-1", "C21": "21"})
    assert "EV_WEIGHT_VALUES" in refused_weights(K.EVALUATION, {"C11": "9.995", "C21": "10.005"})
    assert "EV_WEIGHT_VALUES" in refused_weights(K.EVALUATION, {"C11": "NaN"})


def test_weights_of_unknown_indicators_are_named():
    instrument = shipped()[K.EVALUATION]
    found = weight_findings(instrument, {**instrument.weights, "Z99": Decimal(1)})
    assert [str(one.figure) for one in found if one.code == "EV_WEIGHT_CODES"] == ["Z99"]


# --- the way of an evaluation -------------------------------------------------------------------------------


def test_every_act_that_the_table_does_not_name_is_refused():
    refused = 0
    for kind, state, act in product(K, S, A):
        if (state, act) in TRANSITIONS[kind]:
            assert next_state(kind, state, act) is TRANSITIONS[kind][state, act]
            continue
        with pytest.raises(Refused) as refusal:
            next_state(kind, state, act)
        assert refusal.value.codes == ("EV_STATE",)
        refused += 1
    assert refused == len(K) * len(S) * len(A) - sum(len(rows) for rows in TRANSITIONS.values())


@pytest.mark.parametrize("kind", EvaluationKind)
def test_what_is_final_stays_as_it_is(kind):
    assert [act for state, act in TRANSITIONS[kind] if state is S.FINAL] == []


def test_an_evaluation_is_final_only_after_the_exchange_of_views():
    leading = [(state, act) for (state, act), to in TRANSITIONS[K.EVALUATION].items() if to is S.FINAL]
    assert leading == [(S.EXCHANGED, A.FINALISE)]
    assert [to for (_, act), to in TRANSITIONS[K.EVALUATION].items() if act is A.EXCHANGE] == [S.EXCHANGED]


def test_a_refusal_names_what_can_be_done_instead():
    with pytest.raises(Refused, match="此时可办理：退回、交换意见"):
        next_state(K.EVALUATION, S.SUBMITTED, A.FINALISE)


# --- grades -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("0", Grade.POOR),
        ("59.99", Grade.POOR),
        ("60", Grade.FAIR),
        ("79.99", Grade.FAIR),
        ("80", Grade.GOOD),
        ("89.99", Grade.GOOD),
        ("90", Grade.EXCELLENT),
        ("100", Grade.EXCELLENT),
    ],
)
def test_the_grade_of_a_total(total, grade):
    assert grade_of(Decimal(total)) is grade


@pytest.mark.parametrize("total", ["-0.01", "100.01"])
def test_there_is_no_grade_beyond_the_scale(total):
    with pytest.raises(ValueError, match="points"):
        grade_of(Decimal(total))


# --- the words of the report --------------------------------------------------------------------------------


def test_the_sections_are_those_that_the_report_draws():
    assert [one.value for one in Section] == [field.name for field in dataclasses.fields(Narrative)]


def test_texts_are_trimmed_to_one_paragraph_a_line():
    given = {"conclusion": "  总体良好。 \r\n\n　第二段。\t", "problems": " "}
    assert check_texts(given) == {"conclusion": "总体良好。\n第二段。", "problems": ""}


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({}, "texts"),
        ({"preface": "前言"}, "preface"),
        ({"conclusion": "a\x00b"}, "conclusion"),
        ({"conclusion": 7}, "conclusion"),
        ({"conclusion": "长" * 20_001}, "conclusion"),
    ],
)
def test_texts_that_cannot_be_taken_are_named(texts, field):
    with pytest.raises(Invalid) as refusal:
        check_texts(texts)
    assert list(refusal.value.fields) == [field]
