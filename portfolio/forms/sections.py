"""One form for each section of a dossier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FieldList, FormField, SelectField
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice

from portfolio.forms.fields import FigureField, KeyField, PastedDayField, VersionField
from portfolio.forms.tables import DraftForm, TableForm
from portfolio.foundation.errors import say
from portfolio.foundation.web.forms import (
    DayField,
    EnumSelectField,
    LineField,
    Needed,
    NeededLater,
    ProseField,
    WanField,
    WholeField,
)
from portfolio.foundation.web.language import text
from portfolio.rules.dossier import (
    Better,
    CostCategory,
    DeliveryMode,
    FundingSource,
    MajorMark,
    ParticipantPart,
    Route,
    Sharing,
    TargetAspect,
)

UPKEEP_YEARS = range(1, 6)
_YES = "yes"


class BasicsForm(DraftForm):
    """What the project is, which item of the plan it follows, and when it is built."""

    version = VersionField()
    name = LineField(_("项目名称"), [Needed()], description=_("与规划项目一致或能看出其关系，最多200字"))
    plan_item_id = KeyField(
        _("规划项目"),
        [NeededLater()],
        description=_("先规划后立项：立项须以规划项目为依据（规划四（六））"),
        render_kw={"data-search": ""},
    )
    amendment_reason = ProseField(
        _("增补理由"),
        description=_("规划中没有的项目在此说明为何应当增补，并先报领导小组审定"),
        render_kw={"rows": 3},
    )
    route = EnumSelectField(_("办理方式"), Route, [NeededLater()])
    delivery_mode = EnumSelectField(
        _("建设模式"), DeliveryMode, [NeededLater()], description=_("规划四（三）")
    )
    planned_start = DayField(_("计划开工"), [NeededLater()])
    planned_finish = DayField(_("计划完工"), [NeededLater()])
    city_wide = BooleanField(_("全局性"))
    foundational = BooleanField(_("基础性"))
    public_benefit = BooleanField(_("公益性"))
    exemplary = BooleanField(_("示范性"))
    zone_id = KeyField(_("经济区"))
    sector_id = KeyField(_("重点领域"))
    cluster_id = KeyField(_("产业集聚区"))

    @property
    def marks(self) -> list[Any]:
        """The marks of a major project 重大工程."""
        return [self[mark.value] for mark in MajorMark]

    def given(self) -> dict[str, Any]:
        """The fields, for the service; the route stays when none was chosen."""
        fields = {name: value for name, value in self.data.items() if name not in ("version", "csrf_token")}
        return {name: value for name, value in fields.items() if name != "route" or value is not None}


class _TextForm(DraftForm):
    version = VersionField()

    def given(self) -> dict[str, Any]:
        """The chapters, for the service."""
        return {field.name: field.data for field in self.plain}


def _content() -> ProseField:
    return ProseField(
        _("建设内容"),
        [NeededLater()],
        description=_("建设哪些系统、覆盖哪些单位、形成什么能力，分条写明"),
        id="chapter-content",  # the page's own content has the plain word
        render_kw={"rows": 8},
    )


class ProposalTextForm(_TextForm):
    """The chapters of a proposal."""

    need = ProseField(
        _("建设必要性"), [NeededLater()], description=_("现状、问题和依据：为何现在要建、不建会怎样")
    )
    content = _content()
    goals = ProseField(_("建设目标"), [NeededLater()], description=_("建成后达到的效果，能够衡量"))
    relation_to_existing = ProseField(
        _("与已建、在建系统的关系"),
        [NeededLater()],
        description=_("利用、整合或替代哪些系统；规划要求避免重复建设"),
    )


class FeasibilityTextForm(_TextForm):
    """The chapters of a feasibility study."""

    content = _content()
    risks = ProseField(
        _("风险分析"), [NeededLater()], description=_("技术、管理、进度、资金和信息安全风险及应对")
    )
    sharing_plan = ProseField(_("共享方案"), description=_("哪些数据向谁共享、以何种方式、何时开始"))


class DesignTextForm(_TextForm):
    """The chapters of a design."""

    content = _content()
    estimate_explanation = ProseField(
        _("概算说明"), description=_("概算高于批复投资时，逐项说明原因；超出规定幅度的须重新报批")
    )


class EstimateRow(Row):
    """A line of the estimate."""

    category = EnumSelectField(_("费用类别"), CostCategory)
    item = LineField(_("支出内容"))
    amount = WanField(_("金额（万元）"))


class EstimateForm(TableForm):
    """The estimate by category."""

    table, sums = "estimate", ("amount",)
    version = VersionField()
    estimate = FieldList(FormField(EstimateRow), min_entries=1)


class FundingRow(Row):
    """What a source gives in a year."""

    source = EnumSelectField(_("资金来源"), FundingSource)
    year = WholeField(_("年度"))
    amount = WanField(_("金额（万元）"))


class FundingForm(TableForm):
    """Where the money comes from, year by year."""

    table, sums = "funding", ("amount",)
    version = VersionField()
    funding = FieldList(FormField(FundingRow), min_entries=1)


class IndicatorRow(Row):
    """An indicator of the plan that the project serves."""

    indicator_id = KeyField(_("规划指标"))
    contribution = FigureField(_("贡献量"))
    unit = LineField(_("计量单位"), longest=20)
    note = LineField(_("测算说明"), longest=1000)


class IndicatorsForm(TableForm):
    """The indicators served."""

    table = "indicators"
    version = VersionField()
    indicators = FieldList(FormField(IndicatorRow), min_entries=1)

    def offer(self, choices: Sequence[SelectChoice]) -> None:
        """Offer the plan's indicators in every row."""
        for entry in self.lines:
            entry.form.indicator_id.offer(choices)


class TargetRow(Row):
    """A line of the performance target table."""

    aspect = EnumSelectField(_("指标类别"), TargetAspect)
    name = LineField(_("指标名称"))
    better = EnumSelectField(_("方向"), Better)
    target = FigureField(_("目标值"))
    unit = LineField(_("计量单位"), longest=20)
    target_text = LineField(_("或文字目标"))


class TargetsForm(TableForm):
    """The performance target table 绩效目标表."""

    table, unwritten = "targets", frozenset({"better"})
    version = VersionField()
    targets = FieldList(FormField(TargetRow), min_entries=1)


class AlternativeRow(Row):
    """One way to build it, with five years of upkeep."""

    name = LineField(_("方案名称"))
    chosen = SelectField(
        _("推荐"),
        choices=lambda: [SelectChoice("", "—"), SelectChoice(_YES, text(say("推荐")))],
        validate_choice=False,
    )
    build_amount = WanField(_("建设费用（万元）"))
    upkeep_1 = WanField(_("第1年运维"))
    upkeep_2 = WanField(_("第2年运维"))
    upkeep_3 = WanField(_("第3年运维"))
    upkeep_4 = WanField(_("第4年运维"))
    upkeep_5 = WanField(_("第5年运维"))
    description = LineField(_("方案要点"), longest=20_000)


class AlternativesForm(TableForm):
    """The alternatives that the study compares, by their whole-life cost."""

    table, aliases = "alternatives", {"upkeep": "upkeep_1"}
    version = VersionField()
    alternatives = FieldList(FormField(AlternativeRow), min_entries=1)

    def row(self, row: Row) -> dict[str, Any]:
        """The five years become the service's list."""
        typed = super().row(row)
        upkeep = [typed.pop(f"upkeep_{year}", None) for year in UPKEEP_YEARS]
        return {**typed, "chosen": typed.get("chosen") == _YES, "upkeep": upkeep}


class ResourceRow(Row):
    """A row of the information resource catalogue."""

    name = LineField(_("信息资源"))
    source_id = KeyField(_("唯一来源单位"))
    sharing = EnumSelectField(_("共享方式"), Sharing)
    terms = LineField(_("条件或依据"), longest=1000)


class ResourcesForm(TableForm):
    """The information resource catalogue 信息资源目录."""

    table = "resources"
    version = VersionField()
    resources = FieldList(FormField(ResourceRow), min_entries=1)

    def offer(self, choices: Sequence[SelectChoice]) -> None:
        """Offer the organisations in every row."""
        for entry in self.lines:
            entry.form.source_id.offer(choices)


class ParticipantRow(Row):
    """An organisation that takes part."""

    organisation_id = KeyField(_("单位"))
    part = EnumSelectField(_("承担角色"), ParticipantPart)
    share_percent = FigureField(_("工作份额（%）"))


class ParticipantsForm(TableForm):
    """Who takes part beside the owner."""

    table, sums = "participants", ("share_percent",)
    version = VersionField()
    participants = FieldList(FormField(ParticipantRow), min_entries=1)

    def offer(self, choices: Sequence[SelectChoice]) -> None:
        """Offer the organisations in every row."""
        for entry in self.lines:
            entry.form.organisation_id.offer(choices)


class MilestoneRow(Row):
    """A milestone."""

    name = LineField(_("里程碑"))
    planned_on = PastedDayField(_("计划日期"))
    weight = WholeField(_("权重（%）"))


class MilestonesForm(TableForm):
    """The milestones, in order."""

    table, sums = "milestones", ("weight",)
    version = VersionField()
    milestones = FieldList(FormField(MilestoneRow), min_entries=1)
