# ruff: noqa: ANN401 - WTForms has no types
"""What a change during construction asks for: the new estimate and funding in full, and texts that change."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FieldList, FormField
from wtforms import Form as Rows

from approvals.forms.acts import LONGEST_OPINION, CoverForm
from approvals.services.changes import Change
from portfolio.foundation.errors import say
from portfolio.foundation.web.forms import (
    DayField,
    EnumSelectField,
    LineField,
    Needed,
    ProseField,
    WanField,
    WholeField,
)
from portfolio.foundation.web.language import text
from portfolio.rules.dossier import CostCategory, Dossier, FundingSource

_SPARE = 3
_MOST = 500


class EstimateRow(Rows):
    """A line of the estimate."""

    category = EnumSelectField(_("费用类别"), CostCategory)
    item = LineField(_("支出项"))
    amount = WanField(_("金额（万元）"))


class FundingRow(Rows):
    """What a source gives in a year."""

    source = EnumSelectField(_("来源"), FundingSource)
    year = WholeField(_("年度"))
    amount = WanField(_("金额（万元）"))


class ChangeForm(CoverForm):
    """The change as a whole; what is left as it was does not change."""

    reason = ProseField(_("调整理由"), [Needed()], longest=LONGEST_OPINION)
    estimate = FieldList(FormField(EstimateRow), max_entries=_MOST)
    funding = FieldList(FormField(FundingRow), max_entries=_MOST)
    content = ProseField(_("建设内容"))
    goals = ProseField(_("建设目标"), description=_("目标改变的，须报原审批部门批准"))
    planned_finish = DayField(_("计划完工"))
    already_done = BooleanField(_("调整已经实施（已经实施的不受理事后报批）"))

    def validate_estimate(self, _field: Any) -> None:
        """A line that was begun is written to its end."""
        _whole(self.estimate)

    def validate_funding(self, _field: Any) -> None:
        """A line that was begun is written to its end."""
        _whole(self.funding)

    def accepted(self) -> bool:
        """As every form; and no row is left half written."""
        rows = [row for table in (self.estimate, self.funding) for row in table]
        good = super().accepted()
        return good and not any(field.errors for row in rows for field in row.form)

    def change(self, before: Dossier) -> Change:
        """What the form asks for, held against the design as it is."""
        fields = {
            name: getattr(self, name).data
            for name in ("content", "goals", "planned_finish")
            if not _same(getattr(self, name).data, getattr(before, name))
        }
        return Change(
            reason=self.reason.data,
            estimate=_rows(self.estimate),
            funding=_rows(self.funding),
            fields=fields,
            already_done=self.already_done.data,
        )


def as_filled(before: Dossier) -> dict[str, Any]:
    """The design as it is, as the form's first content, with rows to spare."""
    lines = [{"category": one.category, "item": one.item, "amount": one.amount} for one in before.estimate]
    funding = [{"source": one.source, "year": one.year, "amount": one.amount} for one in before.funding]
    return {
        "estimate": lines + [{}] * _SPARE,
        "funding": funding + [{}] * _SPARE,
        "content": before.content,
        "goals": before.goals,
        "planned_finish": before.planned_finish,
    }


def _whole(table: Any) -> None:
    for row in table:
        for field in row.form if any(field.data for field in row.form) else ():
            if field.data in (None, "") and not field.errors:
                field.errors = [*field.errors, text(say("请填写此项"))]


def _rows(table: Any) -> list[dict[str, Any]]:
    return [row.form.data for row in table if any(row.form.data.values())]


def _same(typed: Any, held: Any) -> bool:
    """Browsers send line ends as two characters."""
    if isinstance(typed, str) and isinstance(held, str):
        return typed.replace("\r\n", "\n").strip() == held.replace("\r\n", "\n").strip()
    return bool(typed == held)
