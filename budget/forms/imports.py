"""Tables that are sent, their columns, and how exceptions of a statement are settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from budget.forms.keyed import Expected, KeyedForm, OneOf, VersionedForm
from budget.rules.imports.fields import Shape
from budget.rules.imports.words import AmountUnit
from budget.rules.words import PaymentMethod
from portfolio.foundation.web.forms import LineField, Needed, ProseField, WanField, WholeField, YuanField
from portfolio.foundation.web.language import text


class UploadForm(KeyedForm):
    """A table as it is sent."""

    file = FileField(
        _("表格文件"), [Needed()], description=_("xlsx 或 csv；不超过10万行；不含公式和合并单元格")
    )
    unit = OneOf(_("金额单位"), tuple(AmountUnit), [Needed()], description=_("表中金额的单位，全表一致"))


class PaymentsForm(UploadForm):
    """A list of payments."""

    acceptance = FileField(_("验收材料"), description=_("PDF 或图片；清单中全是预付款或非合同支出的可不附"))
    acceptance_kept = HiddenField()


class PaymentsOfUnitForm(PaymentsForm):
    """A list of payments that the finance authority sends for a unit."""

    organisation = LineField(_("付款单位"), [Needed()], longest=40, description=_("单位代码或简称"))


class StatementForm(UploadForm):
    """A statement of a month, with the balances that the bank states."""

    method = OneOf(
        _("支付方式"), tuple(PaymentMethod), [Needed()], description=_("直接支付：国库；授权支付：代理银行")
    )
    year = WholeField(_("年度"), [Needed()])
    month = WholeField(_("月份"), [Needed()])
    opening = YuanField(_("期初余额"), [Needed()], description=_("对账单所列，单位为元"))
    closing = YuanField(_("期末余额"), [Needed()], description=_("须等于期初余额加收入减支出"))


class ColumnsForm(VersionedForm):
    """Which head of the table each column is, and in which unit its amounts are; see ``columns_form``."""

    unit = OneOf(_("金额单位"), tuple(AmountUnit), [Needed()])
    unit_confirmed = BooleanField(_("已核对金额单位：表中确为小额款项"))

    def mapping(self, shape: Shape) -> dict[str, str]:
        """The chosen head of each column that has one."""
        chosen = {one.key: self[f"column_{one.key}"].data for one in shape.fields}
        return {key: head for key, head in chosen.items() if head}

    def columns(self, shape: Shape) -> list[Any]:
        """The fields by which heads are chosen."""
        return [self[f"column_{one.key}"] for one in shape.fields]


def columns_form(shape: Shape, heads: Sequence[str], **values: Any) -> ColumnsForm:  # noqa: ANN401
    """A form with a choice of ``heads`` for every column of ``shape``."""
    choices = [SelectChoice("", text(_("（不导入）"))), *(SelectChoice(head, head) for head in heads if head)]
    fields = {
        f"column_{one.key}": SelectField(
            text(one.head),
            [Expected()] if one.needed else [],
            choices=choices,
            validate_choice=True,
            default="",
        )
        for one in shape.fields
    }
    made: ColumnsForm = type("ChosenColumnsForm", (ColumnsForm,), fields)(**values)
    return made


class ReturnForm(VersionedForm):
    """Why a batch goes back."""

    reason = ProseField(_("退回理由"), [Needed()], longest=500)


class WithdrawForm(VersionedForm):
    """Why a statement is taken back."""

    reason = ProseField(_("撤回理由"), [Needed()], longest=500)


class ExplainForm(VersionedForm):
    """What an exception comes from."""

    reason = ProseField(_("说明"), [Needed()], longest=500)


class LinkForm(VersionedForm):
    """Which payment a line of the statement is."""

    other = SelectField(_("对应的账面凭证"), [Needed()])
    reason = ProseField(_("说明"), longest=500, description=_("金额或收款单位不一致时必填"))


class CorrectForm(VersionedForm):
    """How a payment is corrected that the statement does not bear out."""

    refund = WanField(_("退款金额"), description=_("填写即制作退款指令；不填即制作红字冲销指令"))
    reason = ProseField(_("更正原因"), [Needed()], longest=500)
    document = FileField(_("依据文件"), description=_("不附即以对账单文件为依据"))
    document_kept = HiddenField()
