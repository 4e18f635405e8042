"""Workbooks that go out with an import: the template to fill in, and what was sent with its errors marked."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time
from typing import IO, Any

import xlsxwriter

from budget.rules.imports.fields import Field, Holds, Problem, Shape
from budget.rules.imports.shapes import SHAPES
from budget.rules.imports.words import AmountUnit
from budget.services.imports.importer import table_of
from budget.tables.imports import ImportBatch
from portfolio.foundation.errors import Message, say
from portfolio.foundation.sheets.cells import Cell
from portfolio.foundation.sheets.files import MOST_ROWS

Say = Callable[[Any], str]
"""Puts a message or word into the reader's language."""

_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_NOTES = (
    say("第一行为列名，列名可以改动，上传时对应；带*的列必填。"),
    say("不用公式，不合并单元格；空行不计；不超过100000行。"),
    say("表尾可以有一行“合计”：不导入，只与各行之和核对。"),
    say("金额单位在上传时声明为万元或元，全表一致。"),
    say("任何一行有误，整批都不生效；错误清单可下载，改正后重新上传。"),
)
_PATTERNS = {Holds.TEXT: "@", Holds.MONEY: "#,##0.00####", Holds.DAY: "yyyy-mm-dd"}
"""What a spreadsheet is told of a column, so that it takes no contract number for a day."""

_HOLDS: dict[Holds, Message] = {
    Holds.TEXT: say("文字"),
    Holds.MONEY: say("金额"),
    Holds.DAY: say("日期"),
    Holds.WHOLE: say("整数"),
    Holds.WORD: say("选项"),
}


def template(shape: Shape, unit: AmountUnit, speak: Say) -> IO[bytes]:
    """An empty table of a kind, with a second sheet that says how it is filled in."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bg_color": "#EEF1F5", "bottom": 1, "text_wrap": True})
    forms = {holds: book.add_format({"num_format": pattern}) for holds, pattern in _PATTERNS.items()}
    data, notes = book.add_worksheet(speak(say("数据"))), book.add_worksheet(speak(say("填写说明")))
    data.freeze_panes(1, 0)
    for at, one in enumerate(shape.fields):
        data.write_string(0, at, head_of(one, unit, speak), bold)
        data.set_column(at, at, 18, forms.get(one.holds))
        if one.words:
            source = [speak(word) for word in one.words]
            choice = {"validate": "list", "source": source, "error_type": "warning"}
            data.data_validation(1, at, MOST_ROWS, at, choice)
    heads = (say("列名"), say("内容"), say("说明"), say("示例"))
    for at, head in enumerate(heads):
        notes.write_string(0, at, speak(head), bold)
    for number, one in enumerate(shape.fields, 1):
        words = "、".join(speak(word) for word in one.words)
        told = [head_of(one, unit, speak), speak(_HOLDS[one.holds]), words, one.sample]
        if one.note is not None:
            told[2] = speak(one.note)
        for at, text in enumerate(told):
            notes.write_string(number, at, text)
    for number, note in enumerate(_NOTES, len(shape.fields) + 2):
        notes.write_string(number, 0, speak(note))
    notes.set_column(0, 3, 26)
    book.close()
    file.seek(0)
    return file


def head_of(one: Field, unit: AmountUnit, speak: Say) -> str:
    """The head of a column in a template: what it holds, its unit, and a star when it is needed."""
    money = one.holds is Holds.MONEY
    head = speak(say("{label}（{unit}）", label=one.head, unit=unit) if money else one.head)
    return f"{head}*" if one.needed else head


def marked(batch: ImportBatch, speak: Say) -> IO[bytes]:
    """What was sent, row by row, the wrong cells coloured, and in one more column what is wrong."""
    told: dict[int, list[str]] = defaultdict(list)
    wrong: dict[int, set[str]] = defaultdict(set)
    for problem in map(Problem.from_data, batch.problems):
        told[problem.row].append(_told(problem, speak))
        wrong[problem.row].add(str(problem.column))
    shape = SHAPES[batch.kind]
    table = table_of(batch, shape)
    head = table.head
    columns = {str(shape.field(key).head): place for key, place in head.places(batch.mapping).items()}
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book = xlsxwriter.Workbook(file, _OPTIONS)
    red = book.add_format({"bg_color": "#FBE3E4", "font_color": "#9C1C28", "text_wrap": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(speak(say("错误清单")))
    last = len(head.texts)
    sheet.set_column(0, max(0, last - 1), 16)
    sheet.set_column(last, last, 70)
    for number, cells in table.rows:
        at_fault = {columns.get(name, -1) for name in wrong.get(number, ())}
        for at, cell in enumerate(cells):
            _write(sheet, number - 1, at, cell, red if at in at_fault else None, day)
        if number == head.row:
            sheet.write_string(number - 1, last, speak(say("错误")), red)
        if told.get(number):
            sheet.write_string(number - 1, max(last, len(cells)), speak(say("；")).join(told[number]), red)
    book.close()
    file.seek(0)
    return file


def _told(problem: Problem, speak: Say) -> str:
    """What is wrong, as one cell says it: the column, what, and what to do."""
    parts = [problem.column, problem.what, problem.remedy]
    return speak(say("：")).join(speak(part) for part in parts if part is not None and str(part))


def _write(sheet: Any, row: int, column: int, cell: Cell, shape: Any, day: Any) -> None:  # noqa: ANN401
    if cell is None or cell == "":
        if shape is not None:
            sheet.write_blank(row, column, None, shape)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, shape)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, shape)
    elif isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time(0))
        sheet.write_datetime(row, column, moment, shape or day)
    else:
        sheet.write_string(row, column, str(cell), shape)
