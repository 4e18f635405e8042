# ruff: noqa: ANN401 - WTForms has no types
"""Forms of acceptance, operation, filing, stopping, conditions and inherited projects."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import Field, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from approvals.rules.inheritance import ENTRY, approvals_before
from approvals.rules.stages import GOVERNMENT_STAGES, Stage
from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money
from portfolio.foundation.web.forms import DayField, Form, LineField, Needed, ProseField, WanField
from portfolio.foundation.web.language import text
from portfolio.rules.dossier import FundingSource


def given(field: Field) -> Any:
    """What a field that has to be filled in holds, once its form is accepted."""
    return field.data


class VersionField(HiddenField):
    """The version that the page showed, so that the service notices when it has moved on."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """A number; anything else is a version that never was."""
        typed = valuelist[0] if valuelist else ""
        self.data = int(typed) if typed.isdecimal() and len(typed) < 10 else -1


class ActForm(Form):
    """An act that asks for nothing but to be confirmed."""

    version = VersionField()


class ReasonForm(ActForm):
    """An act that has to say why."""

    reason = ProseField(_("理由"), [Needed()], longest=2000)


class FinalAccountsForm(ActForm):
    """The figures of the final accounts."""

    final_cost = WanField(_("竣工财务决算"), [Needed()], description=_("含尚未支付的质保金，须与账簿相符"))
    remaining_works = WanField(_("尾工工程"), description=_("决算之外预留的未完工程；没有则不填"))
    number = LineField(_("批复文号"), longest=60, description=_("不填则自动编号"))


class LaunchForm(ActForm):
    """Since when what was built is in operation."""

    launched_on = DayField(_("投入运行日期"), [Needed()])


class NumberForm(ActForm):
    """An act that gives a number."""

    number = LineField(_("备案号"), longest=60, description=_("不填则自动编号"))


REPORTED = tuple(source for source in FundingSource if not source.fiscal)
"""The sources that a filed project has: every one that is not budget money."""


class QuarterForm(Form):
    """What was realised in one quarter, by source.

    ``seen`` is the revision that the page showed, ``shown`` the amounts whose difference it showed.
    """

    seen = VersionField()
    shown = HiddenField()
    enterprise = WanField(_("企业自有"))
    bank_loan = WanField(_("银行贷款"))
    foreign = WanField(_("外资"))
    universal_service_fund = WanField(_("普遍服务基金"))
    other = WanField(_("其他"))

    @property
    def amounts(self) -> dict[FundingSource, Money]:
        """The amounts by source; what is left empty is nothing."""
        return {source: self[source.value].data or Money.ZERO for source in REPORTED}


class ConfirmForm(Form):
    """Confirming the very record that the page showed."""

    evidence = VersionField()


class EvidenceForm(Form):
    """The file that shows that a condition is met."""

    file = FileField(_("证明材料"), [Needed(say("请选择文件"))])


class OverrideForm(ReasonForm):
    """Which rule is passed over, and why."""

    rule = SelectField(_("规则"), [Needed()], validate_choice=False)

    def offer(self, rules: list[tuple[str, Message]]) -> None:
        """The rules that this person may pass over."""
        self.rule.choices = [SelectChoice(code, text(words)) for code, words in rules]


_INHERITABLE = tuple(stage for stage in GOVERNMENT_STAGES if stage in ENTRY)
_NUMBERED = approvals_before(_INHERITABLE[-1])


class InheritedForm(Form):
    """Where a project stood before the system, with the numbers of its approvals and their scan."""

    stage = SelectField(_("项目现处阶段"), [Needed()])
    initiation = LineField(_("立项批准文号"), longest=60)
    appraisal = LineField(_("可行性研究报告批复文号"), longest=60)
    estimate = LineField(_("概算核定文号"), longest=60)
    acceptance = LineField(_("竣工验收文号"), longest=60)
    amount = WanField(_("批复投资或核定概算"), description=_("待核定概算的填批复投资，其后各阶段填核定概算"))
    file = FileField(_("原批准文件扫描"), [Needed(say("请选择文件"))])

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Offer the stages in which a project may enter."""
        super().__init__(*arguments, **named)
        self.stage.choices = [SelectChoice(stage.value, text(stage)) for stage in _INHERITABLE]

    @property
    def numbers(self) -> dict[Stage, str]:
        """The numbers that were filled in, by the stage that approved."""
        typed = {stage: self[stage.value].data for stage in _NUMBERED}
        return {stage: number for stage, number in typed.items() if number}

    def _named(self, name: str) -> Any:
        """The service's ``estimate`` is the amount here, and ``numbers`` begin with the first."""
        return super()._named({"estimate": "amount", "numbers": "initiation"}.get(name, name))
