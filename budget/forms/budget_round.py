"""Requests of the budget round and of mid-year, their control figures and approvals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FieldList, Form, FormField, HiddenField

from budget.forms.funds import PaperForm
from budget.forms.keyed import KeyedForm, OneOf, VersionedForm
from budget.rules.sources import FISCAL
from budget.rules.words import RequestKind
from portfolio.foundation.web.forms import LineField, Needed, ProseField, WanField, WholeField


class RequestForm(KeyedForm):
    """A new request."""

    whose = LineField(
        _("项目编号"), [Needed()], longest=40, description=_("例如 XM2007-0012；运行维护填系统编号")
    )
    kind = OneOf(_("申请种类"), tuple(RequestKind), [Needed()])
    year = WholeField(_("预算年度"), [Needed()])
    source = OneOf(_("资金来源"), FISCAL, [Needed()])
    amount = WanField(_("申请金额"), [Needed()])
    reason = ProseField(_("理由"), longest=500, description=_("年中追加、调减须说明理由"))


class RevisionForm(VersionedForm):
    """A changed request."""

    amount = WanField(_("申请金额"), [Needed()])
    reason = ProseField(_("理由"), longest=500)


class SecondForm(VersionedForm):
    """A second request, within the control figure."""

    amount = WanField(_("二上金额"), [Needed()], description=_("不得超过控制数"))


class ApprovalForm(VersionedForm):
    """An approval."""

    amount = WanField(_("批复金额"), [Needed()])
    number = LineField(_("批复文号"), [Needed()], longest=100)


class ControlRow(Form):
    """One request and its control figure; an empty figure leaves it as it is."""

    request_id = HiddenField()
    version = HiddenField()
    amount = WanField(_("控制数"))


class ControlForm(KeyedForm):
    """The control figures of many requests."""

    rows = FieldList(FormField(ControlRow))


class OrderForm(PaperForm):
    """The order that carries an approved request out, with the paper of the approval."""
