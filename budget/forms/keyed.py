"""A form that moves money carries a key made when its page is drawn, so that it has one effect."""

from __future__ import annotations

import secrets

from wtforms import HiddenField

from portfolio.foundation.web.forms import Form


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
