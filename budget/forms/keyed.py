"""What the forms of money are made of: a key, so that a page has one effect; some members of an enum."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from portfolio.foundation.web.forms import EnumSelectField, Form
from portfolio.foundation.web.language import text


def new_key() -> str:
    """A key that no page had before."""
    return f"web-{secrets.token_urlsafe(18)}"


class KeyedForm(Form):
    """A form with its key; a second sending of the same page is the same request."""

    key = HiddenField(default=new_key)


class VersionedForm(KeyedForm):
    """A form about a thing that others may change meanwhile."""

    version = HiddenField()

    @property
    def expected_version(self) -> int:
        """The version that the page showed; 0, which nothing has, when it was tampered with."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


class Expected:
    """Marks a file as needed where the page itself looks for it: it may have arrived with an earlier try."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, _field: Any) -> None:  # noqa: ANN401 - WTForms has no types
        """Refuse nothing."""


class OneOf(EnumSelectField):
    """One of some members of a labelled enum; the first unless another is chosen, never none."""

    def __init__(
        self,
        label: Any,  # noqa: ANN401 - WTForms has no types
        members: Sequence[StrEnum],
        validators: Any = (),  # noqa: ANN401
        *,
        words: Sequence[Any] = (),
        **named: Any,  # noqa: ANN401
    ) -> None:
        """Offer ``members`` in their order; ``words`` name them where their labels do not fit."""
        self.members = tuple(members)
        self.words = tuple(words) or self.members
        super().__init__(label, type(self.members[0]), validators, **named)
        self.type = EnumSelectField.__name__  # drawn as one

    def _offered(self) -> list[SelectChoice]:
        return [
            SelectChoice(member.value, str(text(said)))
            for member, said in zip(self.members, self.words, strict=True)
        ]
