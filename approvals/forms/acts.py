# ruff: noqa: ANN401 - WTForms has no types
"""What every act asks for: which submission and version was seen, and an opinion or a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField
from wtforms import Form as Rows
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from approvals.rules.stages import Gate, Outcome, Stage, outcome_label
from approvals.services.decisions import Demand
from portfolio.foundation.errors import say
from portfolio.foundation.web.forms import (
    DayField,
    EnumSelectField,
    Form,
    LineField,
    Needed,
    NeededLater,
    ProseField,
    WanField,
    WholeField,
)
from portfolio.foundation.web.language import text, word
from portfolio.rules.dossier import FundingSource

LONGEST_OPINION = 2000
CONDITION_ROWS = 3


class ActForm(Form):
    """Which submission of the case, in which version, the person saw when deciding to act."""

    submission: Any = WholeField(_("申报件"), widget=HiddenInput())
    version: Any = WholeField(_("版本"), [Needed()], widget=HiddenInput())


class OpinionForm(ActForm):
    """An opinion that may be left empty."""

    opinion = ProseField(_("意见"), longest=LONGEST_OPINION, description=_("随会签单、呈批表一并存档"))


class NeededOpinionForm(ActForm):
    """An opinion that must be written."""

    opinion = ProseField(_("意见"), [Needed()], longest=LONGEST_OPINION)


class ReasonForm(ActForm):
    """Why something is taken back."""

    reason = ProseField(_("理由"), [Needed()], longest=LONGEST_OPINION)


class SubmitForm(ActForm):
    """The cover letter's number; whether a study stands for the proposal."""

    cover_number = LineField(_("请示文号"), longest=80, description=_("如：渝农〔2008〕12号"))
    combined = HiddenField()

    def ask_for_cover(self) -> None:
        """Everything but a filing comes with a cover letter; the service insists, the label says so."""
        self.cover_number.flags.required = True


class NumberForm(ActForm):
    """A document number that may be left to the system."""

    number = LineField(_("文号"), longest=80, description=_("留空由系统按发文机关代字编号"))


class CoverForm(ActForm):
    """The cover letter's number."""

    cover_number = LineField(_("请示文号"), [Needed()], longest=80, description=_("如：渝农〔2008〕12号"))


class CompleteForm(ActForm):
    """Since when everything is built."""

    completed_on: Any = DayField(_("建成日期"), [Needed()], description=_("不早于开工日期，不晚于今日"))


class ReviewForm(ActForm):
    """The written technical review of a small project."""

    passed = RadioField(_("结论"), validators=[InputRequired(_("请选择结论"))])
    conclusion = ProseField(_("技术审查意见"), [Needed()], longest=LONGEST_OPINION)

    def offer(self) -> None:
        """Say the two conclusions in the reader's language."""
        self.passed.choices = [
            SelectChoice("yes", text(say("通过"))),
            SelectChoice("no", text(say("不通过，退回修改"))),
        ]


class ConcludeForm(ActForm):
    """The words of the panel's conclusion; the figures are the experts' own."""

    conclusion = ProseField(_("评审结论"), [Needed()], longest=LONGEST_OPINION)


class ScoreForm(Form):
    """What an expert gives, or the interest that forbids it."""

    points = WholeField(_("评分"), [NeededLater()], description=_("0 至 100 的整数"))
    text = ProseField(_("评审意见"), [Needed()], longest=LONGEST_OPINION)
    conflict = BooleanField(_("我与本项目有利害关系，申请回避（不打分，请在意见中说明）"))


class AnnualPlanForm(ActForm):
    """A row of the annual investment plan."""

    year: Any = WholeField(_("计划年度"), [Needed()])
    source: Any = EnumSelectField(_("资金来源"), FundingSource, [Needed()])
    amount: Any = WanField(_("年度投资"), [Needed()])


class PlanDecisionForm(Form):
    """The number of the leading group's decision on a year's plan."""

    number = LineField(_("文号"), longest=80, description=_("留空由系统按发文机关代字编号"))


class UpperReplyForm(ActForm):
    """The approval of a state or ministry level."""

    number = LineField(_("上级批复文号"), [Needed()], longest=80)
    amount: Any = WanField(_("批复总投资"), [Needed()])
    scan = FileField(_("批复扫描件"), description=_("PDF 或图片；严禁上传涉密文件"))

    def validate_scan(self, field: Any) -> None:
        """The paper itself must be there."""
        Needed(say("请选择批复扫描件"))(self, _Named(field))


class _Named:
    """A file field as a needed one looks at it: its data is the name of the file."""

    def __init__(self, field: Any) -> None:
        self.data = getattr(field.data, "filename", "") or ""
        self.errors = field.errors


# --- conditions ---------------------------------------------------------------------------------------------


class GateField(EnumSelectField):
    """The gates that a condition can keep shut: those that lie ahead."""

    _AHEAD = (Gate.APPRAISAL, Gate.ESTIMATE, Gate.BUILD, Gate.PRELIMINARY, Gate.ACCEPTANCE, Gate.OPERATION)

    def __init__(self, label: Any, **named: Any) -> None:
        """Offer the gates ahead alone."""
        super().__init__(label, Gate, **named)

    def _offered(self) -> list[SelectChoice]:
        return [
            SelectChoice("", text(say("请选择"))),
            *(SelectChoice(gate.value, text(gate)) for gate in self._AHEAD),
        ]


class ConditionRow(Rows):
    """A condition: what, by whom, until when, and what stays shut until then."""

    text = LineField(_("条件"))
    owner = SelectField(_("责任单位"), coerce=str, validate_choice=False)
    due_on = DayField(_("期限"))
    gate = GateField(_("限制的关口"))


class WithConditions(ActForm):
    """A form that may attach conditions."""

    conditions = FieldList(FormField(ConditionRow), min_entries=CONDITION_ROWS, max_entries=20)

    def offer_owners(self, organisations: Sequence[tuple[int, str]]) -> None:
        """The organisations that a condition can be laid upon, the applicant's first."""
        choices = [SelectChoice(str(key), name) for key, name in organisations]
        for row in self.conditions:
            row.form.owner.choices = choices

    def validate_conditions(self, _field: Any) -> None:
        """A condition that was begun is written to its end."""
        for row in self.conditions:
            if not _begun(row.form):
                continue
            for field in (row.form.text, row.form.due_on, row.form.gate):
                if not field.data and not field.errors:
                    field.errors = [*field.errors, text(say("请填写此项"))]
        if any(field.errors for row in self.conditions for field in row.form):
            self.form_errors.append(text(say("所附条件没有填写完整")))

    def demands(self) -> list[Demand]:
        """The conditions as the services take them."""
        return [
            Demand(row.form.text.data, _number(row.form.owner.data), row.form.due_on.data, row.form.gate.data)
            for row in self.conditions
            if _begun(row.form)
        ]

    def accepted(self) -> bool:
        """As every form; and no condition is left half written."""
        return super().accepted() and not self.form_errors


def _begun(row: Any) -> bool:
    return bool(row.text.data or row.due_on.data or row.gate.data)


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 18 else 0


class CountersignForm(WithConditions):
    """One authority's opinion."""

    role = SelectField(_("签署部门"), coerce=str, validate_choice=False)
    outcome = RadioField(_("会签意见"), validators=[InputRequired(_("请选择意见"))])
    opinion = ProseField(_("意见"), longest=LONGEST_OPINION, description=_("不同意的须写明理由"))

    def offer(self, roles: Sequence[Any]) -> None:
        """The opinions there are, and the authorities that this person signs for."""
        self.role.choices = [SelectChoice(role.value, text(role)) for role in roles]
        given = (Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS, Outcome.DISSENT)
        self.outcome.choices = [SelectChoice(one.value, text(one)) for one in given]


class DecisionForm(WithConditions):
    """A decision of any kind; what it must say depends on its outcome, and the service asks for it."""

    outcome = RadioField(_("决定"), validators=[InputRequired(_("请选择决定"))])
    amount: Any = WanField(_("批准投资"), description=_("同意时填写；不改即按申报数批准"))
    reason = ProseField(
        _("理由"), longest=LONGEST_OPINION, description=_("退回修改、暂缓、不予批准的，须书面说明理由")
    )
    review_on = DayField(_("再审日期"), description=_("暂缓时填写"))
    number = LineField(_("文号"), longest=80, description=_("留空由系统按发文机关代字编号"))
    minutes = LineField(_("会议纪要号"), longest=80)

    def offer(self, outcomes: Sequence[Outcome], stage: Stage) -> None:
        """The outcomes there are, under the names that they have in this stage."""
        self.outcome.choices = [SelectChoice(one.value, word(outcome_label(one, stage))) for one in outcomes]
