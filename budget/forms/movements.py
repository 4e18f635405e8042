"""Adjustments, recalls and virements; the closing of a year; preparatory funds and counterpart money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from budget.forms.funds import PaperForm
from budget.forms.keyed import Expected, KeyedForm, OneOf, VersionedForm
from budget.rules.movements import RECALLED
from budget.rules.sources import COUNTERPART
from budget.rules.words import RequestKind
from portfolio.foundation.web.forms import DayField, LineField, Needed, ProseField, WanField, WholeField

CHANGES = (RequestKind.SUPPLEMENT, RequestKind.REDUCTION)


class _MovementForm(PaperForm):
    """What every order to move money says."""

    amount = WanField(_("金额"), [Needed()])
    document_number = LineField(_("文号"), [Needed()], longest=100)
    reason = ProseField(_("原因"), [Needed()], longest=500)


class AdjustmentForm(_MovementForm):
    """A drafted adjustment."""

    change = OneOf(_("追加或调减"), CHANGES, [Needed()])


class RecallForm(_MovementForm):
    """A drafted recall."""

    measure = OneOf(
        _("收回内容"),
        RECALLED,
        [Needed()],
        description=_("先收回用款额度，再收回指标；不得低于已承诺和已支付数"),
    )


class VirementForm(_MovementForm):
    """A drafted virement to one of the lines that are offered."""

    counter = SelectField(_("调入指标"), [Needed()], coerce=int, choices=[])

    def offer(self, lines: Sequence[tuple[int, str]]) -> None:
        """The lines to choose from, as (id, words)."""
        self.counter.choices = [SelectChoice(key, words) for key, words in lines]


class ClosingForm(KeyedForm):
    """The drafted closing of a year."""

    number = LineField(_("结转文号"), [Needed()], longest=100)


class CarryForm(VersionedForm):
    """The second officer's start of a closing."""

    effective_on = DayField(_("记账日期"), description=_("不填为今天；须在下一年度未结账的月份"))


class PreparatoryForm(PaperForm):
    """What may be spent before the estimate is fixed."""

    amount = WanField(_("前期工作经费限额"), [Needed()], description=_("不得低于已下达和已签约数"))
    number = LineField(_("文号"), [Needed()], longest=100)


class ReceiptForm(KeyedForm):
    """Counterpart money that has arrived."""

    source = OneOf(_("资金来源"), COUNTERPART, [Needed()])
    year = WholeField(_("年度"), [Needed()])
    amount = WanField(_("到账金额"), [Needed()])
    received_on = DayField(_("到账日期"), [Needed()])
    payer = LineField(_("付款单位"), [Needed()], longest=200)
    number = LineField(_("凭证号"), longest=100)
    document = FileField(_("到账凭证"), [Expected()])
    document_kept = HiddenField()


class CancelForm(VersionedForm):
    """Why something registered does not count."""

    reason = ProseField(_("作废原因"), [Needed()], longest=500)


def words_of(line: Any, name: str) -> str:  # noqa: ANN401 - a Peewee row
    """A line in a list of choices."""
    return f"{name} · {line.document_number} · {line.functional_code}/{line.economic_code}"
