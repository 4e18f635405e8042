"""Applications for payment: amount and papers; and why one is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import HiddenField

from budget.forms.keyed import Expected, KeyedForm, VersionedForm
from portfolio.foundation.errors import say
from portfolio.foundation.web.forms import LineField, Needed, ProseField, WanField


class ApplyForm(KeyedForm):
    """An application; papers that were received already stay, sealed, in the hidden fields."""

    amount = WanField(_("申请金额"), [Needed()])
    invoice = FileField(_("发票"), [Expected()], description=_("PDF 或图片；票面金额不低于申请金额"))
    acceptance = FileField(_("本期验收材料"), description=_("预付款和非合同支出可不附"))
    note = LineField(_("用途说明"), longest=200)
    invoice_kept = HiddenField()
    acceptance_kept = HiddenField()


class CheckForm(VersionedForm):
    """The first officer's check."""


class RefuseForm(VersionedForm):
    """Why an application goes back."""

    reason = ProseField(_("退回理由"), [Needed(say("请填写退回理由"))], longest=500)
