"""Reading drafts: what is missing may be missing, what is malformed is named field by field."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.foundation.errors import Invalid
from portfolio.foundation.money import Money
from portfolio.rules.dossier import CostCategory, Route, Track
from portfolio.rules.dossier.draft import (
    MOST_ROWS,
    Field,
    choice,
    day,
    figure,
    flag,
    key,
    line,
    listed,
    money,
    optional,
    prose,
    read_fields,
    read_rows,
    refuse_repeats,
    whole,
    year,
)
from portfolio.rules.dossier.shapes import (
    ALTERNATIVE,
    CERTIFICATION,
    ESTIMATE_LINE,
    FUNDING_LINE,
    MILESTONE,
    PARTICIPANT,
    PERFORMANCE_TARGET,
    PROGRESS,
    PROJECT,
    SERVED_INDICATOR,
)


def problem(read, value):
    """What a reader says to a value that it refuses."""
    with pytest.raises(Invalid) as refusal:
        read_fields({"x": Field(read)}, {"x": value})
    return str(refusal.value.fields["x"])


def value(read, given):
    return read_fields({"x": Field(read)}, {"x": given})["x"]


def test_a_name_alone_makes_a_draft():
    values = read_fields(PROJECT, {"name": " 目录体系 "})
    assert values.keys() == PROJECT.keys()
    assert (values["name"], values["track"], values["route"]) == (
        "目录体系",
        Track.GOVERNMENT,
        Route.ORDINARY,
    )
    assert (values["planned_start"], values["content"], values["city_wide"]) == (None, "", False)


def test_a_partial_save_reads_only_what_is_given():
    assert read_fields(PROJECT, {"need": "因为"}, whole=False) == {"need": "因为"}
    assert read_fields(PROJECT, {}, whole=False) == {}


def test_every_wrong_field_is_named_at_once():
    wrong = {
        "name": "",
        "track": "private",
        "planned_start": "2007年9月",
        "zone_id": "西部",
        "city_wide": "on",
        "need": 5,
        "owner": 3,
    }
    with pytest.raises(Invalid) as refusal:
        read_fields(PROJECT, wrong)
    assert {name: str(message) for name, message in refusal.value.fields.items()} == {
        "name": "必填",
        "track": "“private”不在可选范围内",
        "planned_start": "“2007年9月”不是日期，应写作2007-09-01",
        "zone_id": "“西部”不是整数",
        "city_wide": "应为是或否",
        "need": "应为文字",
        "owner": "没有这个字段",
    }


def test_what_has_no_default_must_be_given():
    with pytest.raises(Invalid) as refusal:
        read_fields(PROJECT, {})
    assert list(refusal.value.fields) == ["name"]


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("2007-09-01", date(2007, 9, 1)),
        (" ２００７-09-01 ", date(2007, 9, 1)),
        (date(1990, 1, 1), date(1990, 1, 1)),
    ],
)
def test_a_day_is_a_date_or_written_as_one(given, read_as):
    assert value(day, given) == read_as


@pytest.mark.parametrize(
    "given",
    ["2007-02-30", "2007-9-1", "20070901", "01/09/2007", "昨天", "", 20070901, None, datetime(2007, 9, 1)],  # noqa: DTZ001
)
def test_what_is_no_date_is_refused(given):
    assert problem(day, given).endswith("不是日期，应写作2007-09-01")


@pytest.mark.parametrize("given", ["1989-12-31", "2101-01-01", date(207, 9, 1)])
def test_a_day_outside_the_years_is_refused(given):
    assert problem(day, given) == "日期应在1990年至2100年之间"


@pytest.mark.parametrize(
    ("given", "fen"),
    [("12.5", 12_500_000), ("１２．５", 12_500_000), ("1,200", 1_200_000_000), (Money(5), 5)],
)
def test_money_is_written_in_wan(given, fen):
    assert value(money(), given) == Money(fen)


@pytest.mark.parametrize("given", ["十二万", "12.5万", "1e3", "NaN", "0.0000001", "--5", "", "9" * 30])
def test_malformed_money_is_refused(given):
    assert problem(money(), given)


@pytest.mark.parametrize("given", [12.5, 12, True, None, Decimal("1"), ["1"]])
def test_money_without_its_unit_is_no_money(given):
    assert "不是金额" in problem(money(), given)


def test_money_is_more_than_nothing_unless_nothing_will_do():
    assert problem(money(), "0") == "金额须大于零"
    assert problem(money(), "-1") == "金额须大于零"
    assert value(money(zero=True), "0") == Money.ZERO
    assert problem(money(zero=True), "-0.01") == "金额不能为负"


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("1.5", "1.5"),
        (7, "7"),
        (Decimal("0.0001"), "0.0001"),
        (" -３.25 ", "-3.25"),
        (Decimal("1E+2"), "100"),
    ],
)
def test_figures_keep_every_decimal(given, read_as):
    assert value(figure(), given) == Decimal(read_as)


@pytest.mark.parametrize(
    "given",
    ["1.00001", "1e5", "NaN", "Infinity", "1,5", "百分之五", "", None, 1.5, True, "9" * 12, Decimal("NaN")],
)
def test_malformed_figures_are_refused(given):
    assert "不是数字" in problem(figure(), given)


def test_a_figure_keeps_within_its_bounds():
    share = figure(low=Decimal(0), high=Decimal(100))
    assert value(share, "100") == 100
    assert problem(share, "100.01") == "应在0至100之间"
    assert problem(share, "-1") == "应在0至100之间"


@pytest.mark.parametrize("given", ["1.0", "", "五", None, True, 1.0, "+5", "1" * 19, "٣"])
def test_malformed_whole_numbers_are_refused(given):
    assert "不是整数" in problem(whole(0, 100), given)


def test_whole_numbers_keep_within_their_bounds():
    assert (value(whole(0, 100), "１００"), value(year, 2007)) == (100, 2007)
    assert problem(year, "1989") == "应在1990至2100之间"
    assert problem(key, 0).startswith("应在1至")
    assert problem(key, 2**63) == problem(key, str(2**63))


@pytest.mark.parametrize("given", ["true", "是", 1, 0, None, ""])
def test_a_flag_is_true_or_false_and_nothing_else(given):
    assert problem(flag, given) == "应为是或否"


@pytest.mark.parametrize("given", ["软件", "HARDWARE", None, 3, ["hardware"], "x" * 500])
def test_a_choice_is_one_of_its_list(given):
    assert problem(choice(CostCategory), given).endswith("不在可选范围内")
    assert len(problem(choice(CostCategory), given)) < 60


def test_text_may_say_anything_but_signs_that_cannot_be_shown():
    marked_up = "<script>alert('x')</script> '; DROP TABLE project;-- {0} %s"
    assert value(prose(), marked_up) == marked_up
    assert value(prose(), "一\r\n二\r三\n\t四  ") == "一\n二\n三\n\t四"
    assert problem(line(), "一\n二") == "含有不能显示的字符"
    assert problem(prose(), "一\x00二") == "含有不能显示的字符"
    assert problem(prose(), "\ud800") == "含有不能显示的字符"
    assert problem(line(3), "四个字呀") == "最多3字，现有4字"
    assert problem(prose(empty=False), " \n ") == "必填"
    assert value(line(empty=True), "  ") == ""


def test_nothing_is_nothing_where_it_may_be():
    assert [value(optional(day), given) for given in (None, "", "  ")] == [None, None, None]
    assert "不是日期" in problem(optional(day), "昨天")


@pytest.mark.parametrize("given", ["1,2", 5, None, ["1"] * 6])
def test_a_list_is_a_list_of_so_many(given):
    assert problem(listed(optional(money(zero=True)), 5), given) == "应为至多5项的列表"


def test_a_list_reads_each_of_its_values():
    assert value(listed(optional(money(zero=True)), 5), ["1", "", "0"]) == [
        Money(1_000_000),
        None,
        Money.ZERO,
    ]
    assert "五" in problem(listed(money(), 5), ["1", "五"])


def test_a_wrong_cell_is_named_by_row_and_column():
    rows = [
        {"category": "hardware", "item": "服务器", "amount": "12"},
        {"category": "hardwear", "item": "", "amount": "十二"},
        "不是一行",
        {"category": "other", "amount": "1", "note": "多余"},
    ]
    with pytest.raises(Invalid) as refusal:
        read_rows(ESTIMATE_LINE, rows, "estimate")
    assert sorted(refusal.value.fields) == [
        "estimate.2.amount",
        "estimate.2.category",
        "estimate.2.item",
        "estimate.3",
        "estimate.4.item",
        "estimate.4.note",
    ]


def test_a_table_has_an_end():
    row = {"category": "other", "item": "项", "amount": "1"}
    assert len(read_rows(ESTIMATE_LINE, [row] * MOST_ROWS, "estimate")) == MOST_ROWS
    with pytest.raises(Invalid) as refusal:
        read_rows(ESTIMATE_LINE, [row] * (MOST_ROWS + 1), "estimate")
    assert str(refusal.value.fields["estimate"]) == "最多500行"


def test_repeated_rows_are_named_with_the_first():
    rows = [{"source": "municipal", "year": n, "amount": "1"} for n in (2007, 2008, 2007)]
    typed = read_rows(FUNDING_LINE, rows, "funding")
    with pytest.raises(Invalid) as refusal:
        refuse_repeats(typed, "funding", "source", "year")
    assert {k: str(v) for k, v in refusal.value.fields.items()} == {"funding.3.year": "与第1行重复"}
    refuse_repeats(typed[:2], "funding", "source", "year")


@pytest.mark.parametrize(
    ("shape", "row", "field"),
    [
        (FUNDING_LINE, {"source": "lottery", "year": 2007, "amount": "1"}, "source"),
        (FUNDING_LINE, {"source": "municipal", "year": "07", "amount": "1"}, "year"),
        (SERVED_INDICATOR, {"indicator_id": "I08", "contribution": "1"}, "indicator_id"),
        (SERVED_INDICATOR, {"indicator_id": 1, "contribution": "很多"}, "contribution"),
        (PERFORMANCE_TARGET, {"aspect": "speed", "name": "n"}, "aspect"),
        (PERFORMANCE_TARGET, {"aspect": "quality", "name": "n", "better": "equal"}, "better"),
        (ALTERNATIVE, {"name": "甲", "build_amount": "0"}, "build_amount"),
        (ALTERNATIVE, {"name": "甲", "build_amount": "1", "upkeep": ["1"] * 6}, "upkeep"),
        (PARTICIPANT, {"organisation_id": 1, "part": "lead", "share_percent": "101"}, "share_percent"),
        (MILESTONE, {"name": "m", "planned_on": "2007-13-01"}, "planned_on"),
        (MILESTONE, {"name": "m", "planned_on": "2007-12-01", "weight": 101}, "weight"),
        (PROGRESS, {"year": 2007, "period": "q5", "percent_done": 1, "text": "t"}, "period"),
        (PROGRESS, {"year": 2007, "period": "q1", "percent_done": -1, "text": "t"}, "percent_done"),
        (PROGRESS, {"year": 2007, "period": "q1", "percent_done": 1, "text": " "}, "text"),
        (CERTIFICATION, {"catalogued_on": "", "shared_on": "no", "secure_on": None}, "shared_on"),
    ],
)
def test_each_table_refuses_its_malformed_cells(shape, row, field):
    with pytest.raises(Invalid) as refusal:
        read_rows(shape, [row], "rows")
    assert list(refusal.value.fields) == [f"rows.1.{field}"]


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.dates(),
    st.decimals(),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@given(st.dictionaries(st.one_of(st.sampled_from(sorted(PROJECT)), st.text(max_size=10)), ANYTHING))
def test_whatever_is_typed_is_read_or_refused_and_never_an_accident(fields):
    try:
        keys = read_fields(PROJECT, fields).keys()
    except Invalid as refusal:
        keys = PROJECT.keys() if refusal.fields else set()
    assert keys == PROJECT.keys()


@given(ANYTHING)
def test_no_reader_stumbles(anything):
    for shape in (ESTIMATE_LINE, FUNDING_LINE, ALTERNATIVE, PARTICIPANT, MILESTONE, PROGRESS):
        with pytest.raises(Invalid):
            read_rows(shape, [dict.fromkeys([*shape, "_"], anything)], "rows")
