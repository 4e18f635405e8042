# ruff: noqa: ANN401 - WTForms has no types
"""Fields that the forms of a dossier share: figures, pasted days, one of many rows, the version read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from portfolio.foundation.errors import say
from portfolio.foundation.web.forms import LineField
from portfolio.foundation.web.language import text

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NEVER = 0


class FigureField(LineField):
    """A figure as text; the service reads it, and says what is wrong with it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Ask phones for their number keys."""
        named["render_kw"] = {"inputmode": "decimal", "autocomplete": "off", **(named.get("render_kw") or {})}
        super().__init__(*arguments, longest=40, **named)

    def process_data(self, value: Any) -> None:
        """What is stored, as it would be typed."""
        self.data = written_figure(value)


class PastedDayField(LineField):
    """A day in a table: what a spreadsheet writes (2007/9/1, 2007年9月1日) is understood too."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Show how a day is written."""
        named["render_kw"] = {"placeholder": "2007-09-01", **(named.get("render_kw") or {})}
        super().__init__(*arguments, longest=40, **named)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Write the day with hyphens; anything else stays as it was typed."""
        typed = valuelist[0].strip() if valuelist else ""
        found = _DAY.fullmatch(typed)
        self.data = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else typed


class KeyField(SelectField):
    """One row of a table of the product, by its id; ``offer`` says which there are."""

    def __init__(self, label: Any, validators: Any = (), **named: Any) -> None:
        """Nothing is offered yet."""
        super().__init__(label, validators, coerce=_key, choices=(), validate_choice=False, **named)
        self.type = "SelectField"  # it is drawn as one

    def offer(self, choices: Iterable[SelectChoice], none: Any = None) -> None:
        """Offer these rows, after an empty choice that says ``none``."""
        self.choices = [SelectChoice("", text(none or say("请选择"))), *choices]

    def process_formdata(self, valuelist: list[str]) -> None:
        """The id; whether there is such a row the service knows."""
        self.data = None
        try:
            self.data = _key(valuelist[0]) if valuelist else None
        except ValueError:
            raise ValueError(text(say("请从列表中选择"))) from None


class VersionField(HiddenField):
    """The version of the thing that the page showed; what is no number was never a version."""

    data: int

    def process_formdata(self, valuelist: list[str]) -> None:
        """A number, or one that nothing has."""
        typed = valuelist[0] if valuelist else ""
        self.data = int(typed) if re.fullmatch(r"[0-9]{1,18}", typed) else _NEVER


def written_figure(value: Any) -> str:
    """A figure as it would be typed: no zeros that say nothing, never an exponent."""
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def _key(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not re.fullmatch(r"[0-9]{1,18}", str(value)):
        raise ValueError
    return int(value)
