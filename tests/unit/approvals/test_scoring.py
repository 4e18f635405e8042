"""What a rate earns, how far a target was reached, and which scores can be taken."""

from decimal import Decimal
from fractions import Fraction

import pytest

from approvals.rules.scoring import (
    Band,
    ScoreInput,
    attainment,
    band_of,
    check_scores,
    excess,
    mean,
    points_of,
    round_points,
    target_rate,
    total_of,
    two_places,
)
from portfolio.foundation.errors import Invalid, Refused
from portfolio.rules.dossier import Better

D, F = Decimal, Fraction
HIGHER, LOWER = Better.HIGHER, Better.LOWER


@pytest.mark.parametrize(
    ("exact", "points"),
    [("0", "0"), ("1/3", "0.33"), ("0.004999", "0"), ("0.005", "0.01"), ("9.995", "10"), ("9.9949", "9.99")],
)
def test_points_are_rounded_half_up(exact, points):
    assert round_points(F(exact)) == D(points)


@pytest.mark.parametrize(
    ("weight", "rate", "points"),
    [
        ("10", "1", "10"),
        ("10", "1.2", "10"),  # never more than all
        ("10", "-0.5", "0"),  # never less than nothing
        ("10", "0.99949", "9.99"),
        ("4", "2/3", "2.67"),
        ("12.5", "0.5", "6.25"),
        ("0.01", "0.5", "0.01"),
        ("0.01", "0.49", "0"),
    ],
)
def test_a_rate_earns_its_share_of_the_weight(weight, rate, points):
    assert points_of(D(weight), F(rate)) == D(points)


@pytest.mark.parametrize(
    ("target", "actual", "better", "reached"),
    [
        ("40", "40", HIGHER, "1"),
        ("40", "30", HIGHER, "3/4"),
        ("40", "60", HIGHER, "3/2"),
        ("2", "1", LOWER, "2"),  # twice as good
        ("2", "4", LOWER, "1/2"),
        ("99.9", "99.8", HIGHER, "998/999"),
        ("0", "0", LOWER, "1"),  # no accidents, and none happened
        ("0", "5", HIGHER, "1"),
        ("0", "-1", HIGHER, None),
        ("0", "3", LOWER, "0"),
        ("-5", "-4", HIGHER, "1"),
        ("-5", "-6", HIGHER, None),
        ("40", "-3", HIGHER, None),
        ("3", "0", LOWER, "1"),
    ],
)
def test_how_far_a_target_was_reached(target, actual, better, reached):
    found = attainment(D(target), D(actual), better)
    assert found == (None if reached is None else F(reached))


def test_passing_a_target_by_far_costs_points_only_when_it_was_set_too_low():
    assert excess(F("1.3")) == 0
    assert excess(F("1.5")) == F("0.2")
    assert target_rate(F("1.5")) == 1
    assert target_rate(F("1.5"), set_too_low=True) == F("0.8")
    assert target_rate(F("1.3"), set_too_low=True) == 1
    assert target_rate(F("3"), set_too_low=True) == 0
    assert target_rate(F("0.4"), set_too_low=True) == F("0.4")


@pytest.mark.parametrize(
    ("score", "weight", "band"),
    [
        ("20", "20", Band.REACHED),
        ("16", "20", Band.REACHED),
        ("15.99", "20", Band.PARTLY),
        ("12", "20", Band.PARTLY),
        ("11.99", "20", Band.MISSED),
        ("0", "20", Band.MISSED),
    ],
)
def test_the_bands_of_a_qualitative_score(score, weight, band):
    assert band_of(D(score), D(weight)) is band


def test_two_places():
    assert two_places(D("1.25"))
    assert two_places(D("1.250"))
    assert not two_places(D("1.255"))
    assert not two_places(D("NaN"))
    assert not two_places(D("Infinity"))
    assert not two_places(D("1E+40"))


# --- scores as people give them -----------------------------------------------------------------------------

WEIGHTS = {"A11": D(3), "B12": D(5)}
COMPUTED = {"A11": None, "B12": D("4.8")}


def problems(**entries):
    with pytest.raises(Invalid) as refusal:
        check_scores(entries, WEIGHTS, COMPUTED)
    return {code: str(message) for code, message in refusal.value.fields.items()}


def test_scores_with_their_reasons_are_taken():
    check_scores({"A11": ScoreInput(D("2.5"), "与部门职责相符")}, WEIGHTS, COMPUTED)
    check_scores({"B12": ScoreInput(D(4), "年底集中支付", "支付明细")}, WEIGHTS, COMPUTED)
    check_scores({"A11": ScoreInput(D("2.4"), "基本符合", band=Band.REACHED)}, WEIGHTS, COMPUTED)


def test_a_computed_score_taken_over_needs_no_reason():
    check_scores({"B12": ScoreInput(D("4.80"))}, WEIGHTS, COMPUTED)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (ScoreInput(D("3.01"), "好"), "不在 0 至 3 分之间"),
        (ScoreInput(D("-0.01"), "差"), "不在 0 至 3 分之间"),
        (ScoreInput(D("2.555"), "好"), "至多两位小数"),
        (ScoreInput(D("NaN"), "好"), "至多两位小数"),
        (ScoreInput(D("2.5")), "须说明理由"),
        (ScoreInput(D("2.5"), "  "), "须说明理由"),
        (ScoreInput(D("2.39"), "好", band=Band.REACHED), "不在“达成预期”一档"),
    ],
)
def test_a_score_that_cannot_be_taken_says_why(entry, message):
    assert message in problems(A11=entry)["A11"]


def test_another_score_than_the_computed_one_needs_a_reason():
    assert "须说明理由" in problems(B12=ScoreInput(D("4.79")))["B12"]


def test_every_problem_is_named_at_once():
    found = problems(A11=ScoreInput(D(9), "好"), Z9=ScoreInput(D(1), "好"), B12=ScoreInput(D("4.8")))
    assert set(found) == {"A11", "Z9"}


def test_no_scores_at_all_are_nothing_to_take():
    assert list(problems()) == ["scores"]


def test_a_total_adds_up_what_counts_and_names_what_is_missing():
    assert total_of({"A11": D("2.55"), "B12": D("4.8")}, {}) == D("7.35")
    with pytest.raises(Refused, match="立项依据充分性") as refusal:
        total_of({"A11": None, "B12": D(0)}, {"A11": "立项依据充分性"})
    assert refusal.value.codes == ("EV_UNSCORED",)
    with pytest.raises(Refused):
        total_of({}, {})


def test_the_mean_of_nothing_is_nothing():
    assert mean([]) is None
    assert mean([F(1), F(1, 2)]) == F(3, 4)
