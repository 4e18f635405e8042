# ruff: noqa: ANN401 - WTForms has no types
"""A form that is a table: rows left empty are no rows, and a refusal comes back at the cell it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from flask import Response
from wtforms import Form as Row

from portfolio.foundation.errors import Invalid, Message, say
from portfolio.foundation.web.forms import Form
from portfolio.foundation.web.language import text

SPARE_ROWS = 3
FIRST_ROWS = 5
_CELL = re.compile(r"\d+")


class DraftForm(Form):
    """A form of a dossier: of one version, and readable where it may not be written."""

    table: ClassVar[str] = ""
    """The name of the ``FieldList`` when the form is a table, as the service calls it too."""
    sums: ClassVar[Sequence[str]] = ()

    @property
    def lines(self) -> Any:
        """The rows of the table, spare ones too; ``None`` when the form is none."""
        return self[self.table] if self.table else None

    @property
    def plain(self) -> list[Any]:
        """The fields that a person fills in one by one."""
        return [
            field
            for field in self
            if field.name not in (self.table, "csrf_token")
            and getattr(field.widget, "input_type", "") != "hidden"
        ]


class TableForm(DraftForm):
    """Rows of one kind.

    ``aliases`` names the field of a row in which a refusal of a service's field is shown.
    """

    aliases: ClassVar[Mapping[str, str]] = {}
    unwritten: ClassVar[frozenset[str]] = frozenset()
    """Columns that say nothing by themselves: a row with only these is empty."""

    def given(self) -> list[dict[str, Any]]:
        """The rows that say something, without the cells that do not."""
        return [self.row(entry.form) for entry in self._filled()]

    def row(self, row: Row) -> dict[str, Any]:
        """What one row tells the service."""
        return {name: value for name, value in row.data.items() if value not in (None, "")}

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """As for any form; the service counts the rows it was given, from 1, and the page all of them."""
        with super().refusals():
            try:
                yield
            except Invalid as refusal:
                raise Invalid({self._placed(name): said for name, said in refusal.fields.items()}) from None

    def page(self, template: str, **facts: Any) -> Response:
        """Cells are marked in place; the top says how many."""
        wrong = sum(1 for entry in self.lines for field in entry.form if field.errors)
        if wrong:
            self.form_errors.append(text(say("表中有{n}格需要更正，已标出", n=wrong)))
        return super().page(template, **facts)

    def _filled(self) -> list[Any]:
        return [entry for entry in self.lines if any(self._says(field) for field in entry.form)]

    def _says(self, field: Any) -> bool:
        if field.short_name in self.unwritten:
            return False
        typed = field.raw_data if field.raw_data is not None else [field.data]
        return any(str(value).strip() for value in typed if value is not None)

    def _placed(self, name: str) -> str:
        """``estimate.2.amount`` of the service at the row of the page that holds it."""
        parts = name.split(".")
        filled = self._filled()
        if len(parts) > 1 and parts[0] == self.table and _CELL.fullmatch(parts[1]):
            number = int(parts[1]) - 1
            if number < len(filled):
                cell = self.aliases.get(parts[-1], parts[-1]) if len(parts) > 2 else ""
                return ".".join(
                    filter(None, (self.table, str(self.lines.entries.index(filled[number])), cell))
                )
        return name


def with_spare(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of a table with some empty ones below, to be filled in."""
    spare = max(SPARE_ROWS, FIRST_ROWS - len(rows))
    return [*rows, *({} for _ in range(spare))]


def first_error(form: Form) -> Message | str:
    """What is wrong with a form, in one line, for a script that sends it."""
    if form.form_errors:
        return str(form.form_errors[0])
    for field in form:
        if field.errors and isinstance(field.errors[0], str):
            return say("{field}：{said}", field=str(field.label.text), said=str(field.errors[0]))
    return say("有内容需要更正，尚未保存")
