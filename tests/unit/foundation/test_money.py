"""Money is whole fen, reads 万元 and 亿元 exactly, and writes capital numerals as the payment rules ask."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.foundation.errors import Invalid
from portfolio.foundation.money import LIMIT_FEN, Money


@pytest.mark.parametrize(
    ("yuan", "capital"),
    [
        ("1409.50", "人民币壹仟肆佰零玖元伍角"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
    ],
)
def test_the_worked_examples_of_the_payment_rules(yuan, capital):
    assert Money.from_yuan(yuan).capital() == capital


@pytest.mark.parametrize(
    ("yuan", "capital"),
    [
        ("0", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角"),
        ("10", "人民币壹拾元整"),
        ("100000000", "人民币壹亿元整"),
        ("200000001.10", "人民币贰亿零壹元壹角"),
        ("1010101010101", "人民币壹万零壹佰零壹亿零壹佰零壹万零壹佰零壹元整"),
        ("10000000000000", "人民币壹拾万亿元整"),
        ("-325.04", "人民币负叁佰贰拾伍元零肆分"),
    ],
)
def test_capital_numerals_at_the_edges(yuan, capital):
    assert Money.from_yuan(yuan).capital() == capital


_VALUE = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}


def _read_capital(text):
    """An independent reader of capital numerals, in fen."""
    whole, _, cents = text.removeprefix("人民币").removesuffix("整").rpartition("元")
    total = section = digit = 0
    for character in whole:
        if character in _VALUE:
            digit = _VALUE[character]
        elif character in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[character]
            digit = 0
        elif character == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    fen, digit = (total + section + digit) * 100, 0
    for character in cents:
        if character in _VALUE:
            digit = _VALUE[character]
        else:
            fen += digit * {"角": 10, "分": 1}[character]
    return fen


@given(st.integers(min_value=0, max_value=LIMIT_FEN))
def test_every_amount_can_be_read_back_from_its_capital_numerals(fen):
    capital = Money(fen).capital()
    assert _read_capital(capital) == fen
    assert "零零" not in capital
    assert capital.endswith("整") == (fen % 100 == 0)


@pytest.mark.parametrize(
    ("read", "text", "fen"),
    [
        (Money.from_yuan, "12.34", 1234),
        (Money.from_yuan, "1,409.50", 140950),
        (Money.from_yuan, " ８．５ ", 850),
        (Money.from_yuan, "-3", -300),
        (Money.from_wan, "1.5", 1_500_000),
        (Money.from_wan, "0.000001", 1),
        (Money.from_wan, Decimal("1234.5"), 1_234_500_000),
        (Money.from_yi, "1000", 10**13),
        (Money.from_yi, 2, 2 * 10**10),
    ],
)
def test_numbers_are_read_exactly_in_their_unit(read, text, fen):
    assert read(text) == Money(fen)


@pytest.mark.parametrize(
    "text", ["", "abc", "1e5", "NaN", "Infinity", "1,00", "--1", "1.2.3", "１２元", "0x10", "9" * 41, "٣"]
)
def test_what_is_no_number_is_refused_naming_the_field(text):
    with pytest.raises(Invalid) as refusal:
        Money.from_yuan(text, field="value")
    assert "不是金额" in str(refusal.value.fields["value"])


@pytest.mark.parametrize(("read", "text"), [(Money.from_yuan, "0.005"), (Money.from_wan, "0.0000001")])
def test_half_a_fen_is_refused_not_rounded(read, text):
    with pytest.raises(Invalid, match="金额最小到分"):
        read(text)


def test_an_absurd_amount_is_refused():
    with pytest.raises(Invalid, match="超出系统可记的范围"):
        Money.from_yi("100000000")
    with pytest.raises(Invalid, match="超出系统可记的范围"):
        Money(LIMIT_FEN + 1)


def test_money_is_never_a_float_and_never_a_plain_number():
    with pytest.raises(TypeError):
        Money(1.0)
    with pytest.raises(TypeError):
        Money(1) + 1
    with pytest.raises(TypeError):
        Money(2) * 0.5


def test_units_are_rounded_for_display_only_half_up():
    assert Money.from_yuan("12345678.90").wan_text() == "1,234.57"
    assert Money.from_yuan("50").wan_text() == "0.01"
    assert Money.from_yuan("49.99").wan_text() == "0.00"
    assert Money.from_yuan("-49.99").wan_text() == "0.00"
    assert Money.from_wan("12345").yi_text() == "1.23"
    assert Money.from_wan("12350").yi_text() == "1.24"
    assert Money.from_yuan("-1234.5").yuan_text() == "-1,234.50"
    assert str(Money.from_wan("1234.5")) == "1,234.50万元"
    assert str(Money.from_yuan("123456.78")) == "123,456.78元"


def test_shares_and_ratios():
    assert Money(5).share(10, 100) == Money(1)  # 0.5 fen, half up
    assert Money(1_000).share(10, 100) == Money(100)
    assert Money(1).ratio_to(Money(3)) == Decimal("0.3333")
    assert Money(1).ratio_to(Money.ZERO) is None


@given(st.lists(st.integers(min_value=-(10**12), max_value=10**12)))
def test_a_total_is_the_sum_of_its_parts(parts):
    assert Money.total(Money(part) for part in parts) == Money(sum(parts))
