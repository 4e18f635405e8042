"""How a table was understood, before it is handed in: its sheet, its columns, its first rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from budget.rules.imports.fields import Field, Row
from budget.rules.imports.shapes import SHAPES
from budget.services.imports.importer import read_rows, table_of
from budget.tables.imports import ImportBatch

SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """The ``columns`` as (field, its head in the table), the heads that are ``left_out``, the first ``rows``,
    and the ``sheets`` of the workbook, of which the first is read.
    """

    columns: tuple[tuple[Field, str], ...]
    left_out: tuple[str, ...]
    rows: tuple[Row, ...]
    sheets: tuple[str, ...]


def preview(batch: ImportBatch) -> Preview:
    """How the table of a batch was understood that was examined without an error."""
    shape = SHAPES[batch.kind]
    table = table_of(batch, shape)
    mapping: dict[str, str] = batch.mapping
    return Preview(
        tuple((one, mapping[one.key]) for one in shape.fields if one.key in mapping),
        tuple(head for head in table.head.texts if head and head not in mapping.values()),
        tuple(islice(read_rows(batch, table, lambda _: None), SHOWN_ROWS)),
        table.sheets,
    )
