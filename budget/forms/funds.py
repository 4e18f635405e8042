"""Ceilings, allotments, releases, corrections and the months of the books."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField

from budget.forms.keyed import KeyedForm, OneOf, VersionedForm
from budget.rules.sources import FISCAL, OWN_LEVEL
from budget.rules.words import PaymentMethod
from portfolio.foundation.errors import say
from portfolio.foundation.web.forms import DayField, Form, LineField, Needed, ProseField, WanField, WholeField


class PaperForm(KeyedForm):
    """A draft with the paper on which it rests."""

    document = FileField(_("依据文件"))
    document_kept = HiddenField()


class CeilingForm(PaperForm):
    """The ceiling of a year and own-level source."""

    source = OneOf(_("资金来源"), OWN_LEVEL, [Needed()])
    amount = WanField(
        _("年度规模"), [Needed()], description=_("本级财政当年可新下达的总额，不得低于已下达数")
    )
    number = LineField(_("文号"), [Needed()], longest=100)


class AllotmentForm(PaperForm):
    """A drafted allotment."""

    whose = LineField(
        _("项目编号"), [Needed()], longest=40, description=_("例如 XM2007-0012；运行维护填系统编号")
    )
    year = WholeField(_("预算年度"), [Needed()])
    source = OneOf(_("资金来源"), FISCAL, [Needed()])
    amount = WanField(_("下达金额"), [Needed()])
    document_number = LineField(_("指标文号"), [Needed()], longest=100)
    functional_code = LineField(_("功能科目"), [Needed()], longest=20)
    economic_code = LineField(_("经济科目"), [Needed()], longest=20)
    method = OneOf(_("支付方式"), tuple(PaymentMethod), [Needed()])
    opening = BooleanField(
        _("期初：存量项目在系统上线前已下达"), description=_("不占年度投资计划，仍计入该年度规模和项目概算")
    )


class ReleaseForm(PaperForm):
    """A drafted release of a line's money."""

    amount = WanField(_("用款额度"), [Needed()])
    document_number = LineField(_("文号"), longest=100)


class RefundForm(PaperForm):
    """A drafted refund of a payment."""

    amount = WanField(_("退款金额"), [Needed()])
    reason = ProseField(_("退款原因"), [Needed()], longest=500)
    document_number = LineField(_("文号"), longest=100)


class ReversalForm(PaperForm):
    """A drafted reversal of an entry."""

    reason = ProseField(_("冲销原因"), [Needed()], longest=500)


class PostForm(VersionedForm):
    """The second person's posting of what the first one drafted or checked."""

    effective_on = DayField(_("记账日期"), description=_("不填为今天；不能记入已结账的月份"))


class ReopenForm(Form):
    """The reason for which a closed month is opened again."""

    reason = ProseField(_("反结账理由"), [Needed(say("请填写反结账理由"))], longest=500)
