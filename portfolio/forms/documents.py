"""Putting a file into a dossier, and taking it out again."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import Field
from wtforms.validators import ValidationError

from portfolio.foundation.errors import say
from portfolio.foundation.media_types import ACCEPTED_EXTENSIONS
from portfolio.foundation.web.forms import EnumSelectField, Form, LineField, Needed, ProseField
from portfolio.foundation.web.language import text
from portfolio.rules.dossier import DocumentKind

ACCEPTED = ",".join(f".{ending}" for ending in ACCEPTED_EXTENSIONS)


class ChosenFile:
    """A file must be chosen."""

    field_flags = {"required": True}

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse an empty field."""
        if not field.data or not field.data.filename:
            raise ValidationError(text(say("请选择文件")))


class DocumentForm(Form):
    """A file with its kind and title."""

    kind = EnumSelectField(_("文件种类"), DocumentKind, [Needed()], description=_("决定归入档案的哪一类"))
    title = LineField(_("标题"), description=_("不填时取文件名"))
    file = FileField(_("文件"), [ChosenFile()], render_kw={"accept": ACCEPTED})

    def given(self) -> dict[str, Any]:
        """Kind and title, for the service."""
        return {"kind": self.kind.data, "title": self.named}

    @property
    def named(self) -> str:
        """The title, or what the file is called."""
        return str(
            self.title.data or (self.file.data.filename or "").rpartition(".")[0] or self.file.data.filename
        )


class WithdrawalForm(Form):
    """Why a document is taken out."""

    reason = ProseField(_("撤回原因"), [Needed()], longest=1000, render_kw={"rows": 3})
