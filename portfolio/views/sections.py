"""The sections of each part of a dossier: which checks each answers, how it is filled and saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.forms import sections as forms
from portfolio.forms.tables import DraftForm, with_spare
from portfolio.foundation.errors import Finding, Message, say, several
from portfolio.foundation.roles import Actor
from portfolio.queries import dossier as reading
from portfolio.queries import drafting
from portfolio.rules.dossier import Dossier, Part, Route, Track
from portfolio.services import dossier as services
from portfolio.services import progress
from portfolio.views import choices

Rows = Callable[[Dossier, Any], Sequence[Mapping[str, Any]]]
Save = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A section: ``checks`` are the beginnings of the codes of the checklist that it answers.

    ``rows`` reads the table to be edited (``None``: the fields of the project itself) and ``save`` writes it.
    """

    code: str
    label: Message
    hint: Message
    checks: tuple[str, ...]
    forms: Mapping[Part, type[DraftForm]]
    save: Save
    rows: Rows | None = None
    offer: Callable[[Any, Any], None] | None = None
    of_part: bool = False
    """Whether each part of the dossier has a table of its own."""
    on_paper: bool = False
    """Whether a confidential project leaves it to paper."""

    def answers(self, finding: Finding) -> bool:
        """Whether a check is answered in this section."""
        return finding.code in self.checks or finding.code.startswith(
            tuple(check for check in self.checks if check.endswith("_"))
        )

    def form(self, project: Any, dossier: Dossier, shut: bool) -> DraftForm:  # noqa: ANN401 - a Peewee row
        """The form, holding what is stored."""
        kind = self.forms[dossier.part]
        if self.rows is None:
            filled = kind(obj=project)
        else:
            rows = self.rows(dossier, project)
            data = {kind.table: list(rows) if shut and rows else with_spare(rows)}
            filled = kind(data={**data, "version": project.version})
        if self.offer is not None:
            self.offer(filled, project)
        return filled

    def store(self, form: Any, project_id: int, part: Part, actor: Actor) -> Any:  # noqa: ANN401
        """Write what was typed; raises what the service raises."""
        target = {"project_id": project_id, "expected_version": form.version.data, "actor": actor}
        if self.rows is None:
            return self.save(fields=form.given(), **target)
        if self.of_part:
            target["part"] = part
        return self.save(rows=form.given(), **target)


def sections_of(part: Part, route: Route, track: Track) -> list[Section]:
    """The sections that a project fills in for a part, in order."""
    found = [one for one in _SECTIONS if part in one.forms]
    if route is Route.CONFIDENTIAL:
        found = [one for one in found if not one.on_paper]
    if track is Track.FILING:
        found = [one for one in found if one.code in _FILED]
    return found


def _everywhere(form: type[DraftForm]) -> dict[Part, type[DraftForm]]:
    return dict.fromkeys(Part, form)


def _estimate(dossier: Dossier, _project: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [{"category": one.category, "item": one.item, "amount": one.amount} for one in dossier.estimate]


def _funding(dossier: Dossier, _project: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [{"source": one.source, "year": one.year, "amount": one.amount} for one in dossier.funding]


def _targets(dossier: Dossier, _project: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    names = ("aspect", "name", "better", "target", "unit", "target_text")
    return [{name: getattr(one, name) for name in names} for one in dossier.targets]


def _alternatives(dossier: Dossier, _project: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [
        {
            "name": one.name,
            "description": one.description,
            "build_amount": one.build_amount,
            "chosen": "yes" if one.chosen else "",
            **{f"upkeep_{year}": amount for year, amount in one.upkeep.items()},
        }
        for one in dossier.alternatives
    ]


def _milestones(_dossier: Dossier, project: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [
        {"name": one.name, "planned_on": one.planned_on.isoformat(), "weight": one.weight}
        for one in reading.milestones(project.id)
    ]


_SECTIONS = (
    Section(
        "basics",
        say("基本情况"),
        say("项目叫什么、依据规划中的哪一项、何时建"),
        ("R01", "DELIVERY_MODE", "SCHEDULE"),
        _everywhere(forms.BasicsForm),
        services.save,
        offer=choices.for_basics,
    ),
    Section(
        "text",
        say("建设内容"),
        say("分章节写明；每章最多20000字"),
        ("NEED", "CONTENT", "GOALS", "RELATION", "RISKS"),
        {
            Part.PROPOSAL: forms.ProposalTextForm,
            Part.FEASIBILITY: forms.FeasibilityTextForm,
            Part.DESIGN: forms.DesignTextForm,
        },
        services.save,
        on_paper=True,
    ),
    Section(
        "estimate",
        say("投资明细"),
        say("按费用类别逐项填列，合计即申报投资；费率参照概算标准"),
        ("ESTIMATE", "CATEGORIES", "RATE_"),
        _everywhere(forms.EstimateForm),
        services.set_estimate,
        _estimate,
        of_part=True,
    ),
    Section(
        "funding",
        say("资金来源"),
        say("每个来源每年一行，合计须等于投资合计"),
        ("FUNDING_", "FISCAL_SOURCES"),
        _everywhere(forms.FundingForm),
        services.set_funding,
        _funding,
        of_part=True,
    ),
    Section(
        "indicators",
        say("服务的规划指标"),
        say("项目建成后对规划指标的贡献；单位不填时取指标本身的单位"),
        ("INDICATORS",),
        {Part.PROPOSAL: forms.IndicatorsForm},
        services.set_indicators,
        lambda _dossier, project: drafting.indicator_rows(project.id),
        choices.for_indicators,
        on_paper=True,
    ),
    Section(
        "targets",
        say("绩效目标"),
        say("产出、效益、满意度三方面都要有；目标填数值或文字，二者取一"),
        ("TARGETS_",),
        {Part.PROPOSAL: forms.TargetsForm, Part.FEASIBILITY: forms.TargetsForm},
        services.set_targets,
        _targets,
        on_paper=True,
    ),
    Section(
        "alternatives",
        say("方案比选"),
        say("至少两个方案，各列五年运行维护费用，比较全生命周期成本，并推荐一个"),
        ("ALTERNATIVES", "UPKEEP", "CHOSEN", "CHOSEN_COST"),
        {Part.FEASIBILITY: forms.AlternativesForm},
        services.set_alternatives,
        _alternatives,
        on_paper=True,
    ),
    Section(
        "resources",
        say("信息资源目录"),
        say("一数一源：每项数据只有一个来源单位；不能无条件共享的写明条件或依据。共享方案在“建设内容”中填写"),
        ("R06", "ONE_SOURCE"),
        {Part.FEASIBILITY: forms.ResourcesForm},
        services.set_resources,
        lambda _dossier, project: drafting.resource_rows(project.id),
        choices.for_units,
        on_paper=True,
    ),
    Section(
        "participants",
        several("参建单位"),
        say("申报单位以外的牵头、参建和代建单位；份额合计不超过100%"),
        (),
        _everywhere(forms.ParticipantsForm),
        services.set_participants,
        lambda _dossier, project: drafting.participant_rows(project.id),
        choices.for_units,
        on_paper=True,
    ),
    Section(
        "milestones",
        several("里程碑"),
        say("开工时据此固定基线；权重合计不超过100%"),
        (),
        {Part.FEASIBILITY: forms.MilestonesForm, Part.DESIGN: forms.MilestonesForm},
        progress.set_milestones,
        _milestones,
        on_paper=True,
    ),
)
_FILED = frozenset({"basics", "text", "estimate", "funding"})
