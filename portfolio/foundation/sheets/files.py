"""A workbook or CSV file as a table: what must not be in it is looked for before it is opened.

Formulas, merged cells, too many rows and cells far outside are found in the sheet's own XML as it streams by,
so that a file made to swell never does.  Rows are numbered as the person sees them, from 1.
"""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import python_calamine

from portfolio.foundation.errors import Finding, Message, Refused, refuse_unless, say
from portfolio.foundation.media_types import BASIS, MediaType
from portfolio.foundation.sheets.cells import Cell

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_SHEET_BYTES = 160 * 1024 * 1024
TABLES = (MediaType.XLSX, MediaType.CSV)
"""What can be read; a .csv file that is kept as plain text is a CSV file too."""

_NAMED = 10
_CHUNK = 1 << 20
_OVERLAP = 4096
_MARKS = re.compile(
    rb"<(?:\w+:)?(?:(?P<row>row)\b|(?P<cell>c)\s(?P<said>[^>]*?)(?P<empty>/?)>|(?P<formula>f)[\s/>]"
    rb"|(?P<merged>mergeCell)\s[^>]*?ref=[\"'](?P<range>[A-Z0-9:]+)[\"'])"
)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was examined and may be read; ``path`` is where it lies, ``last_row`` its last row."""

    path: Path
    media_type: MediaType
    last_row: int = 0

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Each row with its number, from the first column on; blank rows come as they are."""
        return self.read()[1]

    def read(self) -> tuple[list[str], Iterator[tuple[int, list[Cell]]]]:
        """The names of the sheets that a person sees, the one that is read first (of a CSV file none), and
        the rows of that one.  The file is opened once.
        """
        if self.media_type is MediaType.CSV:
            return [], _csv_rows(self.path)
        with _damaged():
            book = python_calamine.CalamineWorkbook.from_path(self.path)
            shown = python_calamine.SheetVisibleEnum.Visible
            names = [one.name for one in book.sheets_metadata if one.visible is shown]
        return names, _xlsx_rows(book)


def open_table(path: Path, media_type: MediaType) -> Table:
    """Examine a stored file and give it back as a table.

    Raises ``Refused``: SHEET_TYPE for another format, SHEET_FORMULA and SHEET_MERGED naming the cells,
    SHEET_ROWS, SHEET_COLUMNS, SHEET_SIZE for too much, SHEET_EMPTY, SHEET_DAMAGED.
    """
    if media_type not in TABLES:
        remedy = say("请在表格软件中另存为 .xlsx 或 .csv 后重新上传")
        raise _refusal("SHEET_TYPE", say("只能读取 xlsx 和 csv 表格"), remedy)
    last_row = (_examine_csv if media_type is MediaType.CSV else _examine_xlsx)(path)
    return Table(path, media_type, last_row)


def _refusal(
    code: str, what: Message, remedy: Message, figure: Message | None = None, limit: Message | None = None
) -> Refused:
    return Refused([Finding(code, False, what, BASIS, figure=figure, limit=limit, remedy=remedy)])


# --- workbooks ----------------------------------------------------------------------------------------------


def _examine_xlsx(path: Path) -> int:
    with _damaged(), zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.file_size > MOST_SHEET_BYTES:
                raise _too_large(member.file_size)
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            shown = _shown_sheet(book)
        with archive.open(_member_of(archive, shown)) as sheet:
            return _examine_sheet(sheet)


def _too_large(size: int) -> Refused:
    return _refusal(
        "SHEET_SIZE",
        say("表格展开后过大"),
        say("请删去多余的行、列和图片，或拆成几个文件"),
        figure=say("{bytes} 字节", bytes=size),
        limit=say("{bytes} 字节", bytes=MOST_SHEET_BYTES),
    )


def _shown_sheet(book: python_calamine.CalamineWorkbook) -> int:
    """Which sheet is read: the first that a person sees."""
    for index, one in enumerate(book.sheets_metadata):
        if one.visible is python_calamine.SheetVisibleEnum.Visible:
            if one.typ is python_calamine.SheetTypeEnum.WorkSheet:
                return index
            break
    raise _refusal("SHEET_EMPTY", say("文件中没有表格"), say("请把数据放在第一个工作表"))


def _member_of(archive: zipfile.ZipFile, index: int) -> str:
    """The member that holds a sheet, by way of the workbook's relations."""
    book = archive.read("xl/workbook.xml")
    relations = archive.read("xl/_rels/workbook.xml.rels")
    sheets = re.findall(rb"<(?:\w+:)?sheet\s[^>]*?\bid=[\"']([^\"']+)[\"']", book)
    for relation in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", relations):
        if re.search(rb"\bId=[\"']" + re.escape(sheets[index]) + rb"[\"']", relation):
            target = re.search(rb"\bTarget=[\"']([^\"']+)[\"']", relation)
            if target is not None:
                name = target[1].decode("utf-8")
                return name.lstrip("/") if name.startswith("/") else f"xl/{name}"
    raise zipfile.BadZipFile("no such sheet")


@contextmanager
def _damaged() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, python_calamine.CalamineError, LookupError, UnicodeDecodeError) as error:
        remedy = say("请用表格软件打开并另存一份后重新上传")
        raise _refusal("SHEET_DAMAGED", say("表格不完整或已损坏"), remedy) from error


class _Seen:
    """What a pass over a sheet has met."""

    def __init__(self) -> None:
        self.row = 0
        self.last_row = 0
        self.last_column = 0
        self.cell = ""
        self.formulas: list[str] = []
        self.merged: list[str] = []

    def take(self, mark: re.Match[bytes]) -> None:
        """Note one tag."""
        if mark["cell"]:
            self._take_cell(mark)
        elif mark["row"]:
            self.row += 1
        elif mark["formula"]:
            self.formulas.append(self.cell)
        else:
            self.merged.append(mark["range"].decode("ascii"))

    def _take_cell(self, mark: re.Match[bytes]) -> None:
        place = _PLACE.search(mark["said"])
        if place is None:
            self.cell = str(self.row)
        else:
            self.cell = (place[1] + place[2]).decode("ascii")
            self.row = int(place[2])
        if not mark["empty"]:  # a formatted cell with nothing in it is no content
            self.last_row = max(self.last_row, self.row)
            self.last_column = max(self.last_column, _column_number(place[1]) if place else 0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _examine_sheet(sheet: IO[bytes]) -> int:
    seen = _Seen()
    rest = b""
    while chunk := sheet.read(_CHUNK):
        text = rest + chunk
        end = text.rfind(b"<")
        cut = end if end > 0 and len(text) - end < _OVERLAP else len(text)
        for mark in _MARKS.finditer(text[:cut]):
            seen.take(mark)
        rest = text[cut:]
        _refuse_extent(seen.last_row, seen.last_column)
    for mark in _MARKS.finditer(rest):
        seen.take(mark)
    _refuse_extent(seen.last_row, seen.last_column)
    refuse_unless([_none_of("SHEET_FORMULA", seen.formulas), _none_of("SHEET_MERGED", seen.merged)])
    return seen.last_row


def _refuse_extent(last_row: int, last_column: int) -> None:
    if last_row > MOST_ROWS + 1:
        raise _refusal(
            "SHEET_ROWS",
            say("表格超过{n}行", n=MOST_ROWS),
            say("请拆成几个文件分批导入"),
            figure=say("第{row}行", row=last_row),
            limit=say("{n}行", n=MOST_ROWS),
        )
    if last_column > MOST_COLUMNS:
        raise _refusal("SHEET_COLUMNS", say("表格超过{n}列", n=MOST_COLUMNS), say("请删去多余的列"))


def _none_of(code: str, places: list[str]) -> Finding:
    listed = "、".join(places[:_NAMED])
    more = len(places) > _NAMED
    if code == "SHEET_FORMULA":
        what = (
            say("{places}等{n}个单元格含有公式", places=listed, n=len(places))
            if more
            else say("{places}含有公式", places=listed)
        )
        remedy = say("请复制后选择性粘贴为数值，再重新上传")
    else:
        what = (
            say("{places}等{n}处合并了单元格", places=listed, n=len(places))
            if more
            else say("{places}合并了单元格", places=listed)
        )
        remedy = say("请取消合并单元格，每行填全，再重新上传")
    return Finding(code, not places, what, BASIS, remedy=remedy)


def _xlsx_rows(book: python_calamine.CalamineWorkbook) -> Iterator[tuple[int, list[Cell]]]:
    with _damaged(), book:
        sheet = book.get_sheet_by_index(_shown_sheet(book))
        before: list[Cell] = [None] * (sheet.start[1] if sheet.start else 0)
        for number, row in enumerate(sheet.iter_rows(), 1):
            yield number, [*before, *row]


# --- CSV ----------------------------------------------------------------------------------------------------


def _examine_csv(path: Path) -> int:
    number = 0
    formulas: list[str] = []
    for number, row in _csv_rows(path):
        _refuse_extent(number, len(row))
        formulas += [f"{_letter(at)}{number}" for at, cell in enumerate(row) if str(cell).startswith("=")]
    refuse_unless([_none_of("SHEET_FORMULA", formulas)])
    return number


def _letter(index: int) -> str:
    first, second = divmod(index, 26)
    return f"{chr(64 + first) if first else ''}{chr(65 + second)}"


def _csv_rows(path: Path) -> Iterator[tuple[int, list[Cell]]]:
    with path.open(encoding=_encoding(path), newline="") as file:
        head = file.readline()
        file.seek(0)
        reader = csv.reader(file, delimiter=max(",\t;", key=head.count), strict=True)
        try:
            for row in reader:
                yield reader.line_num, [*row]
        except csv.Error as error:
            remedy = say("请用表格软件打开并另存一份后重新上传")
            what = say("第{row}行不是完整的 csv 行", row=reader.line_num)
            raise _refusal("SHEET_DAMAGED", what, remedy) from error


def _encoding(path: Path) -> str:
    """UTF-8, with or without its mark, when the whole file is; else the national encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"
