"""Suppliers, contracts with their instalments, supplements, settlement, and costs without a contract."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import FieldList, FormField, HiddenField, SelectField
from wtforms import Form as Rows

from budget.forms.keyed import KeyedForm, OneOf, VersionedForm
from budget.rules.amounts import positive, year_of_account
from budget.rules.schedule import MOST_INSTALMENTS, InstalmentPlan
from budget.rules.sources import FISCAL
from budget.rules.words import ContractKind, ContractState, DirectCostKind, InstalmentKind, ProcurementMethod
from portfolio.foundation.errors import Invalid, Message, say
from portfolio.foundation.money import Money
from portfolio.foundation.web.forms import (
    DayField,
    EnumSelectField,
    LineField,
    Needed,
    ProseField,
    WanField,
    WholeField,
)


class SupplierForm(KeyedForm):
    """Whoever is paid."""

    code = LineField(_("组织机构代码"), [Needed()], longest=30)
    name = LineField(_("名称"), [Needed()], longest=200)
    bank = LineField(_("开户银行"), longest=100)
    bank_account = LineField(_("银行账号"), longest=40)


_KINDS = (InstalmentKind.PROGRESS, InstalmentKind.ADVANCE, InstalmentKind.RETENTION)
"""The usual one first."""


class InstalmentRow(Rows):
    """One instalment; an empty row counts for nothing."""

    year = WholeField(_("年度"))
    amount = WanField(_("金额"))
    kind = OneOf(_("款项"), _KINDS)
    source = OneOf(_("资金来源"), FISCAL)
    due_on = DayField(_("约定付款日"))


class InstalmentsForm(VersionedForm):
    """The instalments of a contract or supplement as a table."""

    instalments = FieldList(FormField(InstalmentRow), min_entries=4, max_entries=MOST_INSTALMENTS)

    def plans(self) -> list[InstalmentPlan]:
        """The rows that hold something; raises ``Invalid`` at those that cannot be."""
        problems: dict[str, Message] = {}
        found = []
        for index, row in enumerate(self.instalments):
            one = row.form
            if one.year.data is None and one.amount.data is None:
                continue
            try:
                found.append(_plan(one, f"instalments[{index}]"))
            except Invalid as refusal:
                problems |= refusal.fields
        if problems:
            raise Invalid({**problems, "rows": say("付款分期中有需要更正的行")})
        return found


def _plan(row: Any, place: str) -> InstalmentPlan:  # noqa: ANN401 - WTForms has no types
    for name in ("year", "amount", "kind", "source"):
        if row[name].data is None:
            raise Invalid({f"{place}.{name}": say("请填写此项")})
    return InstalmentPlan(
        year_of_account(row.year.data, f"{place}.year"),
        positive(row.amount.data, f"{place}.amount"),
        row.kind.data,
        row.source.data,
        row.due_on.data,
    )


class ContractForm(InstalmentsForm):
    """A contract as a draft; ``whose`` is ``project:3`` or ``system:3``."""

    whose = SelectField(_("项目或系统"), [Needed()])
    code = LineField(_("合同编号"), [Needed()], longest=60)
    title = LineField(_("合同名称"), [Needed()], longest=200)
    kind = EnumSelectField(_("合同类别"), ContractKind, [Needed()])
    supplier = SelectField(_("供应商"), [Needed()])
    method = EnumSelectField(_("采购方式"), ProcurementMethod, [Needed()])
    procurement_number = LineField(_("采购计划编号"), longest=60)
    ceiling_price = WanField(_("最高限价"))
    award = WanField(_("中标（成交）金额"), description=_("合同金额不得超过中标（成交）金额"))
    value = WanField(_("合同金额"), [Needed()], description=_("签订时分期合计须等于合同金额"))
    document = FileField(_("合同文本"))
    document_kept = HiddenField()


class DraftForm(InstalmentsForm):
    """A draft's value and instalments, put right before it is signed."""

    value = WanField(_("合同金额"), [Needed()])


class SupplementForm(InstalmentsForm):
    """A supplement as a draft."""

    amount = WanField(_("补充金额"), [Needed()], description=_("补充合同累计不超过原合同金额的百分之十"))
    reason = ProseField(_("补充原因"), [Needed()], longest=500)
    document = FileField(_("补充合同文本"))
    document_kept = HiddenField()


class SignForm(VersionedForm):
    """The second person's signature."""

    signed_on = DayField(_("签订日期"), description=_("不填为今天"))


class EndForm(VersionedForm):
    """Settlement or termination."""

    end = OneOf(
        _("办理事项"),
        (ContractState.SETTLED, ContractState.TERMINATED),
        [Needed()],
        words=(_("结算合同"), _("终止合同")),
        description=_("结算：履行完毕，确定审定结算价；终止：提前结束，未付部分不再支付"),
    )
    settled_value = WanField(_("审定结算价"), description=_("终止时不填即为已付金额"))
    number = LineField(_("审定文号"), [Needed()], longest=100)
    document = FileField(_("依据文件"))
    document_kept = HiddenField()

    def settled_amount(self) -> Money | None:
        """What was typed; a settlement without a value is ``Invalid``, a termination ends at what is paid."""
        if self.settled_value.data is None and self.end.data is ContractState.SETTLED:
            raise Invalid({"settled_value": say("请填写审定结算价")})
        found: Money | None = self.settled_value.data
        return found


class CostForm(KeyedForm):
    """A cost without a contract, as a draft."""

    kind = EnumSelectField(_("支出类别"), DirectCostKind, [Needed()])
    title = LineField(_("事由"), [Needed()], longest=200)
    payee = LineField(_("收款单位"), [Needed()], longest=200)
    amount = WanField(_("金额"), [Needed()])
    document = FileField(_("附件"))
    document_kept = HiddenField()


class CommitForm(KeyedForm):
    """The new year's instalments, put on the year's lines."""
