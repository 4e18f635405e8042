"""Tables that people send: what is refused before it is opened, and how cells are read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from portfolio.foundation import documents
from portfolio.foundation.errors import Refused
from portfolio.foundation.media_types import MediaType
from portfolio.foundation.money import Money
from portfolio.foundation.sheets.cells import CellProblem, read_day, read_money, read_text, read_whole
from portfolio.foundation.sheets.files import Table, open_table

Fill = Callable[[Any], object]


def book(tmp_path: Path, fill: Fill) -> Path:
    path = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        fill(made.add_worksheet())
    return path


def refused(path: Path, media_type: MediaType = MediaType.XLSX) -> str:
    with pytest.raises(Refused) as refusal:
        open_table(path, media_type)
    return str(refusal.value)


def rows(path: Path, media_type: MediaType = MediaType.XLSX) -> list[tuple[int, list[Any]]]:
    table: Table = open_table(path, media_type)
    return list(table.rows())


def test_a_formula_is_refused_by_the_name_of_its_cell(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.write(0, 0, "金额")
        sheet.write_formula(4, 2, "=1+1")

    told = refused(book(tmp_path, fill))
    assert "[SHEET_FORMULA] C5含有公式" in told
    assert "选择性粘贴为数值" in told


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    assert "A2:C2合并了单元格" in refused(book(tmp_path, lambda sheet: sheet.merge_range(1, 0, 1, 2, "合计")))


def test_one_row_too_many_is_refused_and_a_formatted_empty_row_is_none(tmp_path: Path) -> None:
    assert "表格超过100000行" in refused(book(tmp_path, lambda sheet: sheet.write(100_001, 0, "x")))
    path = book(tmp_path, lambda sheet: sheet.write(100_000, 0, "x"))
    assert open_table(path, MediaType.XLSX).path == path

    def fill(sheet: Any) -> None:
        sheet.write(0, 0, "x")
        sheet.write_blank(1_000_000, 0, None, sheet.workbook_format)

    with xlsxwriter.Workbook(str(tmp_path / "formatted.xlsx")) as made:
        sheet = made.add_worksheet()
        sheet.workbook_format = made.add_format({"bold": True})
        fill(sheet)
    assert len(rows(tmp_path / "formatted.xlsx")) == 1


def test_a_cell_far_to_the_right_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    assert "表格超过200列" in refused(book(tmp_path, lambda sheet: sheet.write(3, 16_000, "x")))


@pytest.mark.usefixtures("sqlite_database")
def test_bombs_programs_and_old_or_locked_books_are_refused_with_clear_words(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", b"\0" * (64 << 20))
    for content, why in ((bomb.getvalue(), "展开后过大"), (b"MZ\x90\0program", "Windows 可执行程序")):
        with pytest.raises(Refused, match=why):
            documents.receive(io.BytesIO(content), name="清单.xlsx")
    assert "请在表格软件中另存为 .xlsx" in refused(tmp_path / "old.xls", MediaType.XLS)


def test_csv_is_read_in_both_encodings_and_with_tabs(tmp_path: Path) -> None:
    text = "合同编号,金额\r\nHT-1,1000\r\n\r\nHT-2,﹁\r\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        path = tmp_path / "list.csv"
        path.write_bytes(text.encode(encoding))
        assert rows(path, MediaType.CSV) == [
            (1, ["合同编号", "金额"]),
            (2, ["HT-1", "1000"]),
            (3, []),
            (4, ["HT-2", "﹁"]),
        ]
    path.write_bytes("合同\t金额\nA\t=1+1\n".encode("gbk"))
    assert "B2含有公式" in refused(path, MediaType.CSV)


def test_rows_keep_their_numbers_below_blank_ones(tmp_path: Path) -> None:
    path = book(tmp_path, lambda sheet: (sheet.write(3, 2, "x"), sheet.write(5, 1, 2)))
    assert [(number, row) for number, row in rows(path) if any(row)] == [
        (4, [None, "", "x"]),
        (6, [None, 2.0, ""]),
    ]


def test_the_first_sheet_that_a_person_sees_is_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "hidden.xlsx")) as made:
        codes, shown, more = (made.add_worksheet(name) for name in ("代码", "三月", "四月"))
        codes.write(0, 0, "不给人看")
        codes.write_formula(1, 0, "=1+1")
        codes.hide()
        shown.write(0, 0, "合同编号")
        shown.activate()
        shown.set_first_sheet()
        more.write(0, 0, "另一张")
    table = open_table(tmp_path / "hidden.xlsx", MediaType.XLSX)
    assert [row for _, row in table.rows()] == [["合同编号"]]
    assert table.read()[0] == ["三月", "四月"]


NOON = datetime.fromisoformat("2010-03-24 12:00")
AS_TEXT = [
    "2010-03-24",
    "2010/3/24",
    "20100324",
    "2010年3月24日",
    "２０１０－０３－２４",
    "2010.3.24",
    "40261",
]
AS_CELLS = [40261, 40261.0, 20100324.0, date(2010, 3, 24), NOON.replace(hour=0), "2010-03-24 00:00:00"]
WITH_A_TIME = [NOON, "2010-03-24 10:22:31", "2010/3/24 9:05", "20100324 23:59:59", "2010-03-24 13：45"]


@pytest.mark.parametrize("cell", [*AS_TEXT, *AS_CELLS, *WITH_A_TIME, " 2010-3-24 "])
def test_days_are_understood_as_people_write_them(cell: Any) -> None:
    assert read_day(cell) == date(2010, 3, 24)


@pytest.mark.parametrize(
    "cell",
    [
        "2010-02-30",
        "24.3.2010",
        "昨天",
        True,
        12,
        "2010-03-24 上午",
        "2010-03-24 25:99",
        "1010-03-24",
        "10-03-24",
    ],
)
def test_what_is_no_day_is_refused(cell: Any) -> None:
    with pytest.raises(CellProblem, match="不是日期"):
        read_day(cell)


@pytest.mark.parametrize(
    "cell", ["1409.5", "1,409.50", "１４０９．５０", " ¥1,409.5 ", 1409.5, "1，409.50元"]
)
def test_amounts_are_understood_as_people_write_them(cell: Any) -> None:
    assert read_money(cell, wan=False) == Money(140_950)


def test_amounts_are_exact_or_refused() -> None:
    assert read_money(0.1 + 0.2, wan=False) == Money(30)
    assert read_money(1409.5, wan=True) == Money.from_wan("1409.5")
    for cell in (0.005, "0.005", "1e5", "一百", True, date(2010, 1, 1), "1,40", float(10**17)):
        with pytest.raises(CellProblem):
            read_money(cell, wan=False)


def test_text_and_whole_numbers() -> None:
    assert read_text(" ＨＴ－２０１０　（一）\n期 ") == "HT-2010 （一） 期"
    assert read_text(2010.0) == "2010"
    assert [read_whole(cell) for cell in (3.0, "第3期", "２０１０年", "03")] == [3, 3, 2010, 3]
    with pytest.raises(CellProblem):
        read_whole(3.5)
