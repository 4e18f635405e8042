"""Which earlier part a part begins with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from portfolio.forms.fields import VersionField
from portfolio.foundation.web.forms import EnumSelectField, Form, Needed
from portfolio.foundation.web.language import text
from portfolio.rules.dossier import Part


class CopyForm(Form):
    """One of the earlier parts."""

    version = VersionField()
    source = EnumSelectField(_("复制自"), Part, [Needed()])

    def given(self) -> dict[str, Any]:
        """From where, and which version was seen, for the service."""
        return {"source": self.source.data, "expected_version": self.version.data}

    def offer(self, parts: Iterable[Part]) -> None:
        """Offer the parts that have something to copy, the nearest chosen."""
        found = list(parts)
        self.source.choices = [SelectChoice(part.value, text(part)) for part in found]
        if self.source.data is None and found and not self.is_submitted():
            self.source.data = found[0]
