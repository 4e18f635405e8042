# ruff: noqa: ANN401 - WTForms has no types
"""Forms of evaluations: opening, computing, the scoring sheet, the report's words, reply and number."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import FieldList, FormField, HiddenField, SelectField, StringField
from wtforms import Form as Rows
from wtforms.fields.choices import SelectChoice

from approvals.forms.late import ActForm
from approvals.rules.evaluation import EvaluationKind, Section
from approvals.rules.scoring import ScoreInput
from portfolio.foundation.errors import say
from portfolio.foundation.web.forms import (
    DayField,
    EnumSelectField,
    Form,
    LineField,
    Needed,
    ProseField,
    WholeField,
)
from portfolio.foundation.web.language import text


class PointsField(StringField):
    """Points with their decimals as typed; what is no number stays in the field."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Ask phones for their number keys."""
        named["render_kw"] = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 10}
        super().__init__(*arguments, **named)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; nothing typed is ``None``."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data: Any = None
        if typed:
            try:
                self.data = Decimal(unicodedata.normalize("NFKC", typed))
            except InvalidOperation:
                raise ValueError(text(say("请填写分数"))) from None
            if not self.data.is_finite():
                self.data = None
                raise ValueError(text(say("请填写分数")))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class ScoreRow(Rows):
    """One indicator: points, the reason, where the evidence is."""

    indicator = HiddenField()
    score = PointsField(_("得分"))
    reason = ProseField(_("理由"), longest=2000, render_kw={"rows": 2})
    evidence = ProseField(_("依据材料"), longest=2000, render_kw={"rows": 1})


class ScoresForm(ActForm):
    """The scores of one side."""

    rows = FieldList(FormField(ScoreRow))

    def changed(self, held: Mapping[str, ScoreInput]) -> dict[str, ScoreInput]:
        """What was scored otherwise than it is ``held``, by indicator; rows without points stay."""
        given = {
            row.indicator.data: ScoreInput(row.score.data, row.reason.data or "", row.evidence.data or "")
            for row in self.rows
            if row.score.data is not None
        }
        return {code: entry for code, entry in given.items() if held.get(code) != entry}

    def row_of(self, code: str) -> Any:
        """The row of an indicator, or ``None``."""
        return next((row for row in self.rows if row.indicator.data == code), None)

    def _named(self, name: str) -> Any:
        """A refusal by indicator belongs to the points of its row."""
        row = self.row_of(name)
        return row.score if row is not None else super()._named(name)


class OpenForm(Form):
    """Which project is evaluated, by which instrument, of which year."""

    project = LineField(_("项目编号"), [Needed()], longest=40)
    kind = EnumSelectField(_("评价方式"), EvaluationKind, [Needed()])
    year = WholeField(_("评价年度"), description=_("年度自评必填；评价整个项目的不填"))


class ComputeForm(ActForm):
    """Up to which day the books are read."""

    as_of = DayField(_("数据截止日"), [Needed()], description=_("按截止日的账簿和项目档案计算，可重新计算"))


class AssignForm(ActForm):
    """Who scores."""

    username = SelectField(_("评价人员"), [Needed()], validate_choice=False)

    def offer(self, people: list[Any]) -> None:
        """The assessors."""
        self.username.choices = [
            SelectChoice(one.username, f"{one.name}（{one.organisation.name}）") for one in people
        ]


class SendBackForm(ActForm):
    """Why it goes back."""

    reason = ProseField(_("退回理由"), [Needed()], longest=2000)


class ReplyForm(ActForm):
    """What the evaluated unit says to it."""

    reply = ProseField(_("被评价单位意见"), [Needed()], description=_("没有意见请写“无意见”"))


class FinaliseForm(ActForm):
    """The number of the evaluation."""

    number = LineField(_("文号"), longest=60, description=_("不填则自动编号；自评报告不编文号"))


class TextsForm(ActForm):
    """The sections of the report, by the official outline: a field ``text_…`` for each."""

    @property
    def texts(self) -> Mapping[str, str]:
        """The sections that the form sent, by name."""
        return {section.value: self[_field(section)].data or "" for section in Section}

    @property
    def sections(self) -> list[Any]:
        """The fields of the sections, in the order of the outline."""
        return [self[_field(section)] for section in Section]

    def _named(self, name: str) -> Any:
        """A refusal by section belongs to its field."""
        return super()._named(f"text_{name}")


def _field(section: Section) -> str:
    return f"text_{section.value}"


for _section in Section:
    setattr(TextsForm, _field(_section), ProseField(_(_section.label)))


def written(texts: Mapping[str, str]) -> dict[str, str]:
    """The words of a report as the fields of the form hold them."""
    return {f"text_{name}": text for name, text in texts.items()}
