"""Lines of Chinese text: what may begin and end them, how full they are, and that nothing is lost."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.pdf.fonts import FaceName, Faces
from reports.pdf.linebreak import (
    NO_END,
    NO_START,
    Align,
    Line,
    Run,
    TextStyle,
    balanced_lines,
    natural_width,
    set_lines,
)

BODY = TextStyle(indent=2)
CELL = TextStyle(size=9.5, leading=13.5, align=Align.LEFT)
MEASURE = 442.2

WORDS = st.sampled_from(
    [
        "信息化",
        "项目",
        "资金",
        "重庆市",
        "评价",
        "的",
        "和",
        "IP/MPLS",
        "12,820.00万元",
        "96.3%",
        "2009年3月16日",
        "Web",
        "A4",
    ]
)
CLOSING = st.sampled_from(
    ["，", "。", "；", "：", "！", "？", "”", "）", "》", "】", "、", "……", "——", "%", "）。", "”，", "》）"]
)
OPENING = st.sampled_from(["（", "《", "“", "【", "〔", "“《"])
CLAUSE = st.tuples(st.one_of(OPENING, st.just("")), st.lists(WORDS, min_size=1, max_size=9), CLOSING)
TEXTS = st.lists(CLAUSE, min_size=3, max_size=60).map(
    lambda clauses: "".join(opening + "".join(words) + closing for opening, words, closing in clauses)
)


@pytest.fixture(scope="module")
def faces() -> Faces:
    return Faces("")


def drawn_width(line: Line) -> float:
    """The width of a line in ems, added up from what is actually drawn."""
    return sum(chunk.face.widths[c] + chunk.spacing for chunk in line.chunks for c in chunk.text)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, measure=st.floats(200, 460))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(
    faces: Faces, text: str, measure: float
) -> None:
    lines = set_lines(text, BODY, measure, faces)
    assert "".join(line.text for line in lines) == text
    for before, after in pairwise(lines):
        assert after.text[0] not in NO_START, (before.text, after.text)
        assert before.text[-1] not in NO_END, (before.text, after.text)


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, measure=st.floats(200, 460))
@example(text="IP/MPLSIP/MPLSIP/MPLS：重庆市？A4%", measure=200.0)
def test_a_justified_line_fills_the_measure(faces: Faces, text: str, measure: float) -> None:
    room = measure / BODY.size
    lines = set_lines(text, BODY, measure, faces)
    for number, line in enumerate(lines[:-1]):
        wanted = room if number else room - BODY.indent
        if re.fullmatch(r"[!-~]+", line.text):  # a piece of a long word has nothing to stretch
            assert line.width <= wanted + 1e-6
            continue
        assert line.width == pytest.approx(wanted, abs=1e-6)
        blank_before = BODY.indent - line.offset if not number else -line.offset
        assert drawn_width(line) - blank_before == pytest.approx(wanted, abs=1e-6)
    last = lines[-1]
    assert last.offset + last.width <= room + 1e-6


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300), measure=st.floats(30, 400))
def test_any_text_at_all_is_set_within_the_measure(text: str, measure: float) -> None:
    faces = Faces(text)
    for line in set_lines(text, CELL, measure, faces):
        assert line.width * CELL.size <= max(measure, 2 * CELL.size) + 1e-6


@pytest.mark.parametrize(
    "whole", ["2009年", "12,820.00万元", "96.3%", "IP/MPLS", "——", "……", "3亿元"], ids=lambda text: text
)
def test_what_belongs_together_is_not_torn_apart(faces: Faces, whole: str) -> None:
    for shift in range(30):
        lines = set_lines("字" * shift + whole + "字" * 30, BODY, MEASURE, faces)
        assert any(whole in line.text for line in lines), shift


def test_the_first_line_is_indented_by_two_ems(faces: Faces) -> None:
    first, second = set_lines("字" * 40, BODY, MEASURE, faces)
    assert (first.offset, second.offset) == (2.0, 0.0)
    assert len(first.text) == 26


def test_a_full_line_holds_28_characters(faces: Faces) -> None:
    assert len(set_lines("字" * 60, TextStyle(), MEASURE, faces)[0].text) == 28


def test_marks_close_up_and_hang_half_an_em_at_the_end_of_a_line(faces: Faces) -> None:
    style = TextStyle(size=10, align=Align.LEFT)
    assert natural_width("）。", style, faces) == pytest.approx(15)
    (line,) = set_lines("字" * 9 + "。", style, 95, faces)
    assert line.width == pytest.approx(9.5)


def test_chinese_and_latin_stand_a_little_apart(faces: Faces) -> None:
    style = TextStyle(size=100, align=Align.LEFT)
    together = natural_width("共", style, faces) + natural_width("8", style, faces)
    assert natural_width("共8", style, faces) == pytest.approx(together + 12.5)


def test_no_paragraph_ends_in_a_single_character(faces: Faces) -> None:
    lines = set_lines("字" * 27 + "末。", BODY, MEASURE, faces)
    assert lines[-1].text == "字末。"


def test_a_long_address_breaks_after_its_separators(faces: Faces) -> None:
    lines = set_lines("https://www.example.com/" + "abc-def/" * 30, CELL, 120, faces)
    assert len(lines) > 5
    assert all(line.text[-1] in "/-." for line in lines)


def test_a_number_in_a_narrow_cell_parts_from_its_unit_and_not_within(faces: Faces) -> None:
    assert [line.text for line in set_lines("12,820.00万元", CELL, 52, faces)] == ["12,820.00", "万元"]


def test_a_line_end_in_the_text_ends_the_line(faces: Faces) -> None:
    assert [line.text for line in set_lines("自评\n得分", CELL, 200, faces)] == ["自评", "得分"]


def test_bold_runs_are_drawn_bold_and_nothing_else(faces: Faces) -> None:
    (line,) = set_lines((Run("得"), Run("91.55分", bold=True), Run("。")), BODY, MEASURE, faces)
    assert "".join(chunk.text for chunk in line.chunks if chunk.bold) == "91.55分"


def test_digits_are_equally_wide_and_the_dash_fills_its_em(faces: Faces) -> None:
    for name in FaceName:
        widths = faces.face(name).widths
        assert len({widths[digit] for digit in "0123456789"}) == 1
        assert widths["—"] == 1.0


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(
        st.sampled_from("重庆市电子政务外网升级改造项目及区县接入网络扩容一期工程"), min_size=1, max_size=90
    )
)
def test_a_title_is_balanced_and_leaves_no_character_alone(faces: Faces, text: str) -> None:
    style = TextStyle(size=22, leading=34, bold=True, align=Align.CENTRE)
    lines = balanced_lines(text, style, MEASURE, faces)
    assert "".join(line.text for line in lines) == text
    assert all(line.width * style.size <= MEASURE + 1e-6 for line in lines)
    if len(lines) > 1:
        assert min(len(line.text) for line in lines) >= 5
