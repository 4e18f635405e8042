# ruff: noqa: ANN401 - WTForms has no types
"""What the office types when it records a signed paper: the signer, the scan, and what the paper says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from approvals.forms.acts import CountersignForm, DecisionForm, OpinionForm
from portfolio.foundation.errors import say
from portfolio.foundation.roles import Role
from portfolio.foundation.web.forms import Needed
from portfolio.foundation.web.language import text


class OfPaper:
    """The fields that every signed paper has; ``signer`` holds the role and the user name."""

    signer = SelectField(_("签字人"), [Needed()], coerce=str, validate_choice=False)
    scan = FileField(
        _("签字件扫描"), [Needed(say("请选择文件"))], description=_("PDF 或图片；严禁上传涉密文件")
    )

    def offer_signers(self, people: Iterable[Any]) -> None:
        """Those who could have signed, each in the role in which they sign."""
        chosen = [
            SelectChoice(
                f"{one.role.value}:{one.username}",
                text(say("{name}（{unit}，{role}）", name=one.name, unit=one.unit, role=one.role.label)),
            )
            for one in people
        ]
        self.signer.choices = [SelectChoice("", text(say("请选择"))), *chosen]

    def validate_signer(self, field: Any) -> None:
        """Only somebody who could have signed."""
        if field.data not in {choice.value for choice in self.signer.choices}:
            raise ValidationError(text(say("请选择签字人")))

    @property
    def signed_by(self) -> tuple[Role, str]:
        """The role and the user name of the signer that was chosen."""
        role, _colon, username = self.signer.data.partition(":")
        return Role(role), username


class EndorsementPaperForm(OfPaper, OpinionForm):
    """A CIO's endorsement on paper."""


class CountersignPaperForm(OfPaper, CountersignForm):
    """An authority's opinion on paper."""


class DecisionPaperForm(OfPaper, DecisionForm):
    """A member's decision on paper."""
