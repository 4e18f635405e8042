# ruff: noqa: ANN401 - WTForms has no types
"""Forms: text becomes values at the edge, and a service's refusal comes back at the field it is about.

::

    form = EstimateForm()
    if form.accepted():
        with form.refusals():
            fix_estimate(project_id=project_id, amount=form.amount.data, actor=actor())
            return redirect(...)
    return form.page("approvals/estimate.html", project=project)

``Invalid`` lands at its fields, ``Refused`` shows its checklist above the form, and a stale version is said;
what was typed stays in the form in every case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import Any

from flask import Response, make_response, render_template, request
from flask_wtf import FlaskForm
from wtforms import DateField, Field, FieldList, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portfolio.foundation.errors import Finding, HouseError, Invalid, Message, Refused, say
from portfolio.foundation.money import Money
from portfolio.foundation.web.errors import status_of
from portfolio.foundation.web.kept import column
from portfolio.foundation.web.language import text

LONGEST_LINE = 200
LONGEST_TEXT = 20_000
_MORE_ROWS = 3
_NOT_TYPED = {"hidden", "checkbox", "file"}


class Form(FlaskForm):
    """The base of every form of the product."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Nothing has been refused yet; a page without scripts may have asked for more rows of a table."""
        super().__init__(*arguments, **named)
        self.grown = self._grow(request.form.get("more-rows", "")) if self.is_submitted() else False
        self.findings: tuple[Finding, ...] = ()
        self.refusal: HouseError | None = None

    def accepted(self) -> bool:
        """Whether the form was sent and every field holds what it must; not when it asked for more rows."""
        return not self.grown and bool(self.validate_on_submit())

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turn what the service refuses into messages of this form; other errors go on."""
        try:
            yield
        except Invalid as refusal:
            self.refusal = refusal
            self._spread(refusal)
        except HouseError as refusal:
            status = status_of(refusal)
            if status not in (409, 422):
                raise
            self.refusal = refusal
            self.findings = refusal.findings if isinstance(refusal, Refused) else ()
            self.form_errors.append(text(refusal.what))

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        if self.refusal is not None:
            return status_of(self.refusal)
        return 422 if self.errors else 200

    def page(self, template: str, **facts: Any) -> Response:
        """The page of this form, with the status that its state has."""
        return make_response(render_template(template, form=self, **facts), self.status)

    def labels(self) -> str:
        """What the fields are called on the page, as JSON: a page that keeps what was typed shows it so."""
        return json.dumps(dict(_labels(self)), ensure_ascii=False)

    def _grow(self, name: str) -> bool:
        """Add some rows to the table of this name, as many as it takes; whether there is such a table."""
        table = self._fields.get(name)
        if not isinstance(table, FieldList) or not table.max_entries:
            return False
        for _ in range(min(_MORE_ROWS, table.max_entries - len(table))):
            table.append_entry()
        return True

    def _spread(self, refusal: Invalid) -> None:
        """Put each message at its field; what names no field of this form is said at the top."""
        for name, message in refusal.fields.items():
            field = self._named(name)
            if field is None:
                self.form_errors.append(text(message))
            else:
                field.errors = [*field.errors, text(message)]

    def _named(self, name: str) -> Field | None:
        """The field called ``name``: ``amount``, or ``rows[2].amount`` and ``rows.2.amount`` in a table."""
        found: Any = self
        for part in re.findall(r"[^\[\].]+", name):
            if part.isdigit():
                entries = getattr(found, "entries", [])
                found = entries[int(part)] if int(part) < len(entries) else None
            else:
                inner = getattr(found, "form", found)
                found = inner[part] if hasattr(inner, "_fields") and part in inner else None
            if found is None:
                return None
        return found if isinstance(found, Field) else None


def _labels(form: Any) -> Iterator[tuple[str, str]]:
    """Each field's name with its label; a table's columns once, choices and what nobody sees not at all."""
    for field in form:
        if isinstance(field, FieldList):
            for row in field.entries[:1]:
                yield from _labels(getattr(row, "form", ()))
        elif getattr(field.widget, "input_type", "") not in _NOT_TYPED and not hasattr(field, "choices"):
            yield column(field.name), str(field.label.text)


_BREAKS = re.compile(r"[\v\f]")  # how Word writes a new line or page within a paragraph
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def _stripped(value: object, new_line: str = "\n") -> str:
    """Without blanks around it, and without the signs that a copy brings along and nobody sees or finds."""
    if not isinstance(value, str):
        return ""  # nothing, or a file sent in place of words
    return _UNSEEN.sub("", _BREAKS.sub(new_line, value)).strip()


def _in_one_line(value: object) -> str:
    return _stripped(value, " ")


class LineField(StringField):
    """One line of text without blanks around it; at most ``longest`` characters."""

    def __init__(
        self, label: Any, validators: Any = (), *, longest: int = LONGEST_LINE, **named: Any
    ) -> None:
        """Add the limit to the validators and to the browser's own."""
        named["render_kw"] = {"maxlength": longest, **(named.get("render_kw") or {})}
        super().__init__(label, [*validators, Length(max=longest)], filters=[_in_one_line], **named)


class ProseField(TextAreaField):
    """Paragraphs; at most ``longest`` characters."""

    def __init__(
        self, label: Any, validators: Any = (), *, longest: int = LONGEST_TEXT, **named: Any
    ) -> None:
        """Add the limit to the validators and to the browser's own."""
        named["render_kw"] = {"maxlength": longest, "rows": 5, **(named.get("render_kw") or {})}
        super().__init__(label, [*validators, Length(max=longest)], filters=[_stripped], **named)


class _ReadField(StringField):
    """Text that is read into a value of the product; what cannot be read stays in the field as typed."""

    read: Callable[[str], Any]
    refused: Message

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; nothing typed is ``None``."""
        self.data = None
        typed = valuelist[0].strip() if valuelist else ""
        if typed:
            try:
                self.data = type(self).read(typed)
            except Invalid as refusal:
                raise ValueError(text(next(iter(refusal.fields.values())))) from None
            except ValueError:
                raise ValueError(text(self.refused)) from None

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else self.written(self.data)

    def written(self, value: Any) -> str:
        """The value as it would be typed."""
        return "" if value is None else str(value)


class WanField(_ReadField):
    """Money typed in 万元, exact to the fen."""

    read = Money.from_wan
    refused = say("请填写金额")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Ask phones for their number keys."""
        named["render_kw"] = {"inputmode": "decimal", "autocomplete": "off", **(named.get("render_kw") or {})}
        super().__init__(*arguments, **named)

    def written(self, value: Money | None) -> str:
        """All its digits, never rounded: editing must not change an amount."""
        if value is None:
            return ""
        whole, rest = divmod(abs(value.fen), 1_000_000)
        tail = f"{rest:06d}".rstrip("0").ljust(2, "0")
        return f"{'-' if value.fen < 0 else ''}{whole:,}.{tail}"


class YuanField(WanField):
    """Money typed in yuan, as a bank writes it."""

    read = Money.from_yuan

    def written(self, value: Money | None) -> str:
        """Two decimals."""
        return "" if value is None else value.yuan_text()


class WholeField(_ReadField):
    """A whole number that fits a column."""

    refused = say("请填写整数")

    @staticmethod
    def read(typed: str) -> int:
        """Digits, half- or full-width, thousands separated or not."""
        number = int(typed.replace(",", "").replace("，", "")) if len(typed) < 20 else 2**63
        if abs(number) >= 2**63:
            raise ValueError
        return number

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Ask phones for their number keys."""
        named["render_kw"] = {"inputmode": "numeric", "autocomplete": "off", **(named.get("render_kw") or {})}
        super().__init__(*arguments, **named)


class DayField(DateField):
    """A day, chosen or typed as 2026-03-02; years that no plan reaches are refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            found = date.fromisoformat(valuelist[0].strip())
        except ValueError:
            self.data = None
            raise ValueError(text(say("请按 2026-03-02 的样子填写日期"))) from None
        if not 1990 <= found.year <= 2100:
            self.data = None
            raise ValueError(text(say("年份应在 1990 至 2100 之间")))
        self.data = found


class EnumSelectField(SelectField):
    """One member of a labelled enum; an empty choice first, which is ``None``."""

    def __init__(self, label: Any, choices_of: type[StrEnum], validators: Any = (), **named: Any) -> None:
        """Offer every member under its label in the reader's language."""
        self.enum = choices_of
        super().__init__(
            label,
            validators,
            choices=self._offered,
            coerce=lambda value: value,
            validate_choice=False,
            **named,
        )

    def _offered(self) -> list[SelectChoice]:
        members = [SelectChoice(member.value, text(member)) for member in self.enum]
        return [SelectChoice("", text(say("请选择"))), *members]

    def process_formdata(self, valuelist: list[str]) -> None:
        """The member; anything else is no choice."""
        chosen = valuelist[0] if valuelist else ""
        if chosen and chosen not in set(self.enum):
            self.data = None
            raise ValueError(text(say("请从列表中选择")))
        self.data = self.enum(chosen) if chosen else None

    def process_data(self, value: Any) -> None:
        """What the thing holds now."""
        self.data = self.enum(value) if value else None


class NeededLater:
    """The field may stay empty while one drafts; what is sent has to have it, or another in its place."""

    field_flags = {"needed_later": True}

    def __call__(self, _form: Any, _field: Field) -> None:
        """Nothing is refused here: the checklist says what is missing."""


class Needed:
    """The field must be filled in; says so in the product's words, not the browser's."""

    field_flags = {"required": True}

    def __init__(self, message: Message | None = None) -> None:
        """``message`` may say what exactly is missing."""
        self.message = message or say("请填写此项")

    def __call__(self, _form: Any, field: Field) -> None:
        """Refuse what is empty; zero money and zero are something."""
        if field.data is None or field.data == "":
            if field.errors:
                return  # what was typed could not be read, and says so
            raise ValidationError(text(self.message))
