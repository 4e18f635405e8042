"""Lists as workbooks: amounts stay numbers, text stays text, and nothing in a cell can act as a formula."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import xlsxwriter
from flask import Response, send_file

from portfolio.foundation import clock
from portfolio.foundation.clock import ZONE
from portfolio.foundation.money import FEN_PER_WAN, FEN_PER_YUAN, Money
from portfolio.foundation.web.language import text

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {
    "money": "#,##0.00",
    "yuan": "#,##0.00",
    "number": "#,##0.####",
    "percent": "0.0%",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
_WIDE, _NARROW = 32, 16


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column, and the kind of what is below it."""

    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook."""

    title: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Any]]


def workbook(title: str, sheets: Iterable[Sheet], *, most: int) -> Response:
    """A workbook, written row by row so that size costs no memory; at most ``most`` rows on a sheet."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    bold = book.add_format({"bold": True, "bg_color": "#EEF1F5", "bottom": 1, "text_wrap": True})
    formats = {kind: book.add_format({"num_format": pattern}) for kind, pattern in _FORMATS.items()}
    for one in sheets:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", one.title)[:31] or "1")
        for index, head in enumerate(one.heads):
            sheet.set_column(index, index, _WIDE if head.kind == "text" else _NARROW)
            sheet.write_string(0, index, head.label, bold)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        for number, row in enumerate(islice(one.rows, most), 1):
            for index, (head, value) in enumerate(zip(one.heads, row, strict=True)):
                _write(sheet, number, index, head.kind, value, formats.get(head.kind))
    book.close()
    file.seek(0)
    name = f"{title}-{clock.today().isoformat()}.xlsx"
    return send_file(file, mimetype=_TYPE, as_attachment=True, download_name=name)


def _write(sheet: Any, row: int, column: int, kind: str, value: Any, shape: Any) -> None:  # noqa: ANN401
    if value is None:
        return
    if isinstance(value, Money):
        sheet.write_number(row, column, value.fen / (FEN_PER_YUAN if kind == "yuan" else FEN_PER_WAN), shape)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, column, float(value), shape)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.astimezone(ZONE).replace(tzinfo=None), shape)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), shape)  # noqa: DTZ001
    else:
        sheet.write_string(row, column, str(text(value[1] if kind == "status" else value)))
