"""How a project gets on: milestones reached, reports of a period, what was achieved of the targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import FieldList, FormField, SelectField
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice

from portfolio.forms.fields import FigureField
from portfolio.forms.tables import TableForm
from portfolio.foundation.web.forms import (
    DayField,
    EnumSelectField,
    Form,
    LineField,
    Needed,
    ProseField,
    WholeField,
)
from portfolio.rules.dossier import ReportPeriod


class ReachedForm(Form):
    """Which milestone was reached, and when."""

    name = SelectField(_("里程碑"), [Needed()], choices=(), validate_choice=False)
    actual_on = DayField(_("完成日期"), [Needed()], description=_("不能晚于今天"))

    def given(self) -> dict[str, Any]:
        """The milestone and its day, for the service."""
        return {"name": self.name.data, "actual_on": self.actual_on.data}

    def offer(self, names: Iterable[str]) -> None:
        """Offer the milestones that are still to be reached."""
        self.name.choices = [SelectChoice(name, name) for name in names]


class ReportForm(Form):
    """A report at the end of a period."""

    year = WholeField(_("年度"), [Needed()])
    period = EnumSelectField(_("期间"), ReportPeriod, [Needed()], description=_("在建项目每半年报告一次"))
    percent_done = WholeField(_("完成比例"), [Needed()], description=_("0 至 100 的整数，按里程碑权重推算"))
    text = ProseField(_("进展情况"), [Needed()], description=_("本期完成了什么，下期做什么"))
    problems = ProseField(_("存在问题"), description=_("需要协调解决的事项"))

    def given(self) -> dict[str, Any]:
        """The fields of the report, for the service."""
        names = ("year", "period", "percent_done", "text", "problems")
        return {name: self[name].data for name in names}


class AchievedRow(Row):
    """What was achieved of one target."""

    actual = FigureField(_("实际值"))
    actual_text = LineField(_("完成情况"))


class AchievedForm(TableForm):
    """What was achieved, target by target."""

    table = "achieved"
    achieved = FieldList(FormField(AchievedRow), min_entries=0)

    def complete(self, held: Sequence[Mapping[str, Any]]) -> None:
        """One row for each target, as it is ``held`` where the request had none."""
        for row in held[len(self.lines) :]:
            self.achieved.append_entry(row)

    def of(self, names: Iterable[str]) -> list[dict[str, Any]]:
        """The rows that say something, each with the name of its target."""
        filled = {id(entry) for entry in self._filled()}
        return [
            {"name": name, **self.row(entry.form)}
            for name, entry in zip(names, self.lines, strict=False)
            if id(entry) in filled
        ]
