"""The finished PDF, read back: text, fonts, numbers, outline, and the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from reports.pdf import render
from reports.pdf.assessment import Rendered
from reports.pdf.fonts import GETA, FaceName
from reports.rules import AssessmentReport
from tests.unit.reports import samples

ROOT = Path(__file__).resolve().parents[3]
MAKERS: dict[str, Callable[[], AssessmentReport]] = {
    maker.__name__: maker
    for maker in (
        samples.ordinary,
        samples.post_evaluation,
        samples.yearly,
        samples.bare,
        samples.troubled,
    )
}


@pytest.fixture(scope="module")
def drawn() -> dict[str, Rendered]:
    return {name: render(make()) for name, make in MAKERS.items()}


def page_texts(pdf: bytes) -> list[str]:
    """The text of every page without white space."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def body_text(pdf: bytes) -> str:
    """All text, without running heads and page numbers."""
    furniture = re.compile(r"第\d+页共\d+页|—\d+—")
    return "".join(furniture.sub("", text) for text in page_texts(pdf))


def outline(reader: PdfReader) -> list[tuple[int, str, int]]:
    """Level, title and page index of every bookmark."""
    found: list[tuple[int, str, int]] = []

    def walk(items: list[Destination | list[Destination]], level: int) -> None:
        for item in items:
            if isinstance(item, list):
                walk(item, level + 1)
            else:
                found.append((level, str(item.title), reader.get_destination_page_number(item) or 0))

    walk(reader.outline, 0)
    return found


@pytest.mark.parametrize("name", MAKERS)
def test_every_font_is_ours_embedded_and_subset(drawn: dict[str, Rendered], name: str) -> None:
    fonts = {}
    for page in PdfReader(io.BytesIO(drawn[name].pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            made = font.get_object()
            fonts[made["/BaseFont"]] = made
    assert fonts
    allowed = "|".join(face.value for face in FaceName)
    for base, font in fonts.items():
        assert re.fullmatch(rf"/[A-Z]{{6}}\+({allowed})(-Rare)?", base), base
        assert font["/Subtype"] == "/TrueType"
        assert "/ToUnicode" in font
        assert "/FontFile2" in font["/FontDescriptor"]


@pytest.mark.needs("poppler-utils")
@pytest.mark.parametrize("name", MAKERS)
def test_poppler_agrees_about_the_fonts(drawn: dict[str, Rendered], name: str, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(drawn[name].pdf)
    listed = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True)
    assert listed.stderr == ""
    rows = listed.stdout.splitlines()[2:]
    assert rows
    assert all(re.search(r"Zhengwen-(Song|Hei)(-Rare)?\s+TrueType\s+\S+\s+yes yes yes", row) for row in rows)


@pytest.mark.needs("qpdf")
@pytest.mark.parametrize("name", MAKERS)
def test_the_file_is_sound(drawn: dict[str, Rendered], name: str, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(drawn[name].pdf)
    subprocess.run(["qpdf", "--check", path], capture_output=True, check=True)


def test_the_same_report_gives_the_same_bytes_in_every_process(drawn: dict[str, Rendered]) -> None:
    program = (
        "import hashlib; from reports.pdf import render; from tests.unit.reports import samples;"
        "print(*(hashlib.sha256(render(make()).pdf).hexdigest()"
        " for make in (samples.troubled, samples.ordinary, samples.yearly)))"
    )
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        here = [hashlib.sha256(drawn[name].pdf).hexdigest() for name in ("troubled", "ordinary", "yearly")]
        assert run.stdout.split() == here


def test_the_chinese_can_be_read_back(drawn: dict[str, Rendered]) -> None:
    report = samples.ordinary()
    text = body_text(drawn["ordinary"].pdf)
    narrative = report.narrative
    for expected in (
        *narrative.practices,
        *narrative.problems,
        *narrative.suggestions,
        *report.project.summary,
        *(row.level3 for row in report.scores),
        *(row.reason for row in report.scores if row.reason),
        *(head.head for head in report.heads),
        *(row.number for row in report.approvals),
        "人民币壹亿贰仟零肆拾陆万捌仟柒佰元整",
        "12,046.87万元",
        "2009年3月16日",
        "重庆市财政绩效评价中心（盖章）",
    ):
        assert re.sub(r"\s+", "", expected) in text, expected


def test_ordinary_text_needs_no_substitute(drawn: dict[str, Rendered]) -> None:
    for name in ("ordinary", "post_evaluation", "yearly", "bare"):
        assert drawn[name].substitutions == ()
        assert GETA not in body_text(drawn[name].pdf)


def test_the_official_outline_is_followed(drawn: dict[str, Rendered]) -> None:
    titles = [title for level, title, _ in outline(PdfReader(io.BytesIO(drawn["ordinary"].pdf))) if not level]
    assert titles == [
        "一、基本情况",
        "二、评价工作开展情况",
        "三、综合评价情况及结论",
        "四、绩效评价指标分析",
        "五、主要经验及做法、存在的问题及原因分析",
        "六、有关建议",
        "七、其他需要说明的问题",
    ]


@pytest.mark.parametrize("name", ["ordinary", "post_evaluation", "bare", "troubled"])
def test_contents_bookmarks_and_links_agree_with_the_pages(drawn: dict[str, Rendered], name: str) -> None:
    reader = PdfReader(io.BytesIO(drawn[name].pdf))
    pages = page_texts(drawn[name].pdf)
    marks = outline(reader)
    links = [note.get_object() for note in reader.pages[1]["/Annots"]]
    assert len(links) == len(marks)
    for (_, title, index), link in zip(marks, links, strict=True):
        assert title in pages[index]
        assert link["/Dest"][0].get_object() == reader.pages[index]
        assert f"{title}{index - 1}" in pages[1]


@pytest.mark.parametrize("name", MAKERS)
def test_pages_are_numbered_and_counted(drawn: dict[str, Rendered], name: str) -> None:
    pages = page_texts(drawn[name].pdf)
    front = 0 if name == "yearly" else 2
    assert len(pages) == drawn[name].pages
    total = len(pages) - front
    for number, text in enumerate(pages[front:], 1):
        assert f"第{number}页共{total}页" in text
        assert f"—{number}—" in text
    assert not any("页共" in text for text in pages[:front])


def test_page_numbers_stand_outside(drawn: dict[str, Rendered]) -> None:
    document = pypdfium2.PdfDocument(drawn["ordinary"].pdf)
    for index, number in ((2, 1), (3, 2)):
        page = document[index]
        text = page.get_textpage()
        finder = text.search(f"— {number} —")
        place, _ = finder.get_next()
        left = text.get_charbox(place)[0]
        assert (left > page.get_width() / 2) is bool(number % 2)
    document.close()


def test_an_ordinary_report_is_of_decent_length(drawn: dict[str, Rendered]) -> None:
    assert 6 <= drawn["ordinary"].pages <= 20
    assert 2 <= drawn["yearly"].pages <= 6


@pytest.mark.parametrize("name", ["ordinary", "troubled"])
def test_the_head_and_the_label_are_repeated_on_every_page_of_the_score_table(
    drawn: dict[str, Rendered], name: str
) -> None:
    pages = [text for text in page_texts(drawn[name].pdf) if "项目支出绩效评价评分表" in text]
    assert len(pages) >= 2
    for number, text in enumerate(pages):
        assert "评分理由与依据" in text
        assert ("评分表（续）" in text) is (number > 0)
        assert text.count("评分理由与依据") == 1
        assert any(label in text for label in ("决策", "过程", "产出", "效益"))


def test_no_page_but_the_last_is_half_empty(drawn: dict[str, Rendered]) -> None:
    for name in ("ordinary", "post_evaluation", "yearly"):
        document = pypdfium2.PdfDocument(drawn[name].pdf)
        first = 0 if name == "yearly" else 2
        for index in range(first, len(document) - 1):
            boxes = [item.get_bounds() for item in document[index].get_objects()]
            lowest = min(bottom for _, bottom, _, _ in boxes if bottom > 105)  # above the page number
            assert lowest < 260, (name, index)
        document.close()


def test_markup_is_printed_as_typed(drawn: dict[str, Rendered]) -> None:
    text = body_text(drawn["troubled"].pdf)
    assert re.sub(r"\s+", "", samples.MARKUP) in text
    reader = PdfReader(io.BytesIO(drawn["troubled"].pdf))
    assert b"/JavaScript" not in drawn["troubled"].pdf
    assert "javascript" not in str([page.get("/Annots") for page in reader.pages[2:]])


def test_what_was_substituted_is_listed(drawn: dict[str, Rendered]) -> None:
    found = {item.character: item.drawn.value for item in drawn["troubled"].substitutions}
    assert found == {
        **dict.fromkeys("镕堃喆㛃䶮", "rare"),
        **dict.fromkeys("𠮷👩💻✅", "geta"),
    }
    text = body_text(drawn["troubled"].pdf)
    assert "镕堃喆㛃䶮〓" in text


def test_an_unfinished_report_says_so(drawn: dict[str, Rendered]) -> None:
    text = body_text(drawn["bare"].pdf)
    assert "评分尚未完成" in text
    assert "（未填写说明）" in text
    assert "无可核对的账目" in text
    assert "征求意见稿" in body_text(drawn["post_evaluation"].pdf)


def test_the_ledger_is_reconciled_in_words(drawn: dict[str, Rendered]) -> None:
    assert "与本报告实际支付合计一致" in body_text(drawn["ordinary"].pdf)
    assert "尚待查明" in body_text(drawn["troubled"].pdf)


def test_the_file_names_itself(drawn: dict[str, Rendered]) -> None:
    information = PdfReader(io.BytesIO(drawn["ordinary"].pdf)).metadata
    assert information is not None
    assert information.title == "重庆市电子政务外网升级改造项目绩效评价报告"
    assert information.author == "重庆市财政绩效评价中心"
    assert information.creator == "政务信息化项目与投资管理系统"
