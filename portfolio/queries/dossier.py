"""Reads of projects: who may see which, one by its code, and a part of a dossier as one value."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from peewee import JOIN, SQL

from portfolio.foundation.access import Organisation, Zone
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import SEES_EVERYTHING, UNIT_ROLES, Actor
from portfolio.rules.dossier import Dossier, Part
from portfolio.rules.dossier.facts import (
    AlternativeFact,
    DocumentFact,
    EstimateFact,
    FundingFact,
    IndicatorFact,
    MilestoneFact,
    ParticipantFact,
    PlanItemFact,
    ResourceFact,
    TargetFact,
)
from portfolio.tables.dossier import (
    Alternative,
    AlternativeYear,
    EstimateLine,
    FundingLine,
    InformationResource,
    Milestone,
    MilestoneBaseline,
    PerformanceTarget,
    ServedIndicator,
)
from portfolio.tables.plan import Cluster, Indicator, Plan, PlanItem, Sector
from portfolio.tables.project import Participant, Project, ProjectDocument

CHECKED: Mapping[Part, frozenset[str]] = {
    Part.PROPOSAL: frozenset({"funding", "indicators", "targets"}),
    Part.FEASIBILITY: frozenset({"funding", "targets", "alternatives", "resources"}),
    Part.DESIGN: frozenset({"funding"}),
}
"""The tables, beside the estimate, that the checklist of each part looks at."""

FIRST_PROMISE = 1
"""The number of the baseline that later ones never overwrite."""


def visible_to(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee expression
    """The condition on ``Project`` under which the actor may know of it.

    Authorities, office, members and auditors see all; people of a unit what their organisation owns or takes
    part in; anybody else nothing, for they are shown what is assigned to them elsewhere.
    """
    if actor.has(*SEES_EVERYTHING):
        return SQL("1 = 1")
    if not actor.has(*UNIT_ROLES):
        return SQL("1 = 0")
    taking_part = Participant.select(Participant.project).where(
        Participant.organisation == actor.organisation_id
    )
    return (Project.owner == actor.organisation_id) | Project.id.in_(taking_part)


def projects(actor: Actor) -> list[Project]:
    """Every project that the actor may know of, with its owner, by code; one query."""
    query = Project.select(Project, Organisation).join(Organisation, on=Project.owner)
    return list(query.where(visible_to(actor)).order_by(Project.code))


def project(code: str, actor: Actor | None = None) -> Project:
    """The project with this code; raises ``NotFound``, also when ``actor`` may not know of it."""
    query = Project.select(Project, Organisation).join(Organisation, on=Project.owner)
    query = query.where(Project.code == code)
    found: Project | None = (query if actor is None else query.where(visible_to(actor))).first()
    if found is None:
        raise NotFound(
            say("没有编号为“{code}”的项目", code=code), remedy=say("请核对项目编号，或在项目库中查找")
        )
    return found


def visible_project(project_id: int, actor: Actor) -> Project:
    """The project with this id; raises ``NotFound``, also when ``actor`` may not know of it; one query."""
    query = Project.select(Project, Organisation).join(Organisation, on=Project.owner)
    found: Project | None = query.where(Project.id == project_id, visible_to(actor)).first()
    if found is None:
        raise NotFound(
            say("没有这个{what}（编号 {key}）", what=say("项目"), key=project_id),
            remedy=say("请核对地址，或在项目库中查找"),
        )
    return found


class Reading:
    """The dossier of one project as a page reads it: each table once, however many parts are looked at.

    ``row`` is the project as ``described``.
    """

    def __init__(self, row: Any) -> None:  # noqa: ANN401 - a Peewee row
        """Begin with nothing but the project itself."""
        self.row = row
        self._tables: dict[str, Any] = {}

    def part(self, part: Part | None, only: Container[str] | None = None) -> Dossier:
        """One part; ``None`` asks for the latest that has an estimate.

        With ``only`` the tables that it does not name are left empty, unread: a checklist asks for few.
        """
        lines = self._table("estimate", _estimate)
        totals = {each: Money.total(line.amount for line in lines[each]) for each in Part if each in lines}
        part = part or next((each for each in reversed(Part) if each in totals), Part.PROPOSAL)
        return Dossier(
            part=part,
            estimate=tuple(lines.get(part, ())),
            totals=totals,
            funding=_funding(self.row.id, part) if only is None or "funding" in only else (),
            **_own_facts(self.row),
            **{
                name: self._table(name, read)
                for name, read in _TABLES.items()
                if only is None or name in only
            },
        )

    def judged(self, part: Part, *, combined: bool = False) -> Dossier:
        """As much of a part as its checklist looks at.

        A ``combined`` study 可研代建议书 is held against the checklist of a proposal too.
        """
        return self.part(part, CHECKED[part] | (CHECKED[Part.PROPOSAL] if combined else frozenset()))

    def _table(self, name: str, read: Callable[[int], Any]) -> Any:  # noqa: ANN401 - facts
        if name not in self._tables:
            self._tables[name] = read(self.row.id)
        return self._tables[name]


def reading(project_id: int) -> Reading:
    """The dossier of a project, to be read; one query.  Raises ``NotFound``."""
    row = described(Project.id == project_id)
    if row is None:
        raise NotFound(say("没有这个{what}（编号 {key}）", what=say("项目"), key=project_id))
    return Reading(row)


def dossier(project_id: int, part: Part | None) -> Dossier:
    """One part of the dossier as it stands; raises ``NotFound``. Ten queries, whatever it holds."""
    return reading(project_id).part(part)


def _own_facts(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """What the project itself says."""
    return {
        "project_id": row.id,
        "version": row.version,
        "code": row.code,
        "name": row.name,
        "owner_code": row.owner.code,
        "owner_name": row.owner.name,
        "track": row.track,
        "route": row.route,
        "plan_item": _plan_item(row.plan_item) if row.plan_item_id is not None else None,
        "amendment_reason": row.amendment_reason,
        "delivery_mode": row.delivery_mode,
        "major_marks": row.major_marks,
        "zone": row.zone.name if row.zone_id is not None else None,
        "sector": row.sector.name if row.sector_id is not None else None,
        "cluster": row.cluster.name if row.cluster_id is not None else None,
        "need": row.need,
        "content": row.content,
        "goals": row.goals,
        "relation_to_existing": row.relation_to_existing,
        "risks": row.risks,
        "sharing_plan": row.sharing_plan,
        "estimate_explanation": row.estimate_explanation,
        "planned_start": row.planned_start,
        "planned_finish": row.planned_finish,
    }


DESCRIBED = (Project, Organisation, PlanItem, Plan, Zone, Sector, Cluster)
"""A project with what its own fields point at."""


def describe(query: Any) -> Any:  # noqa: ANN401 - a Peewee query over projects with their owners
    """Join the rest of what ``DESCRIBED`` asks for."""
    left = JOIN.LEFT_OUTER
    return (
        query.join_from(Project, PlanItem, left, on=Project.plan_item)
        .join_from(PlanItem, Plan, left, on=PlanItem.plan)
        .join_from(Project, Zone, left, on=Project.zone)
        .join_from(Project, Sector, left, on=Project.sector)
        .join_from(Project, Cluster, left, on=Project.cluster)
    )


def described(condition: Any) -> Any:  # noqa: ANN401 - a Peewee condition, and a row or nothing
    """The project of a condition, to be handed to ``dossier``; one query."""
    query = describe(Project.select(*DESCRIBED).join(Organisation, on=Project.owner))
    return query.where(condition).first()


def _plan_item(item: Any) -> PlanItemFact:  # noqa: ANN401 - a Peewee row
    return PlanItemFact(
        id=item.id,
        plan_code=item.plan.code,
        code=item.code,
        revision=item.revision,
        name=item.name,
        counts_1162=item.counts_1162,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        plan_from_year=item.plan.from_year,
        plan_to_year=item.plan.to_year,
    )


def _estimate(project_id: int) -> dict[Part, list[EstimateFact]]:
    """The lines of every part that has any."""
    lines: dict[Part, list[EstimateFact]] = {}
    rows = EstimateLine.select().where(EstimateLine.project == project_id).order_by(EstimateLine.position)
    for row in rows:
        lines.setdefault(row.part, []).append(EstimateFact(row.category, row.item, row.amount))
    return lines


def _funding(project_id: int, part: Part) -> tuple[FundingFact, ...]:
    rows = (
        FundingLine.select()
        .where(FundingLine.project == project_id, FundingLine.part == part)
        .order_by(FundingLine.year, FundingLine.source)
    )
    return tuple(FundingFact(row.source, row.year, row.amount) for row in rows)


def _indicators(project_id: int) -> tuple[IndicatorFact, ...]:
    rows = (
        ServedIndicator.select(ServedIndicator, Indicator)
        .join(Indicator)
        .where(ServedIndicator.project == project_id)
        .order_by(Indicator.position)
    )
    return tuple(
        IndicatorFact(row.indicator.code, row.indicator.name, row.contribution, row.unit, row.note)
        for row in rows
    )


def _targets(project_id: int) -> tuple[TargetFact, ...]:
    rows = (
        PerformanceTarget.select()
        .where(PerformanceTarget.project == project_id)
        .order_by(PerformanceTarget.position)
    )
    return tuple(
        TargetFact(row.aspect, row.name, row.target, row.target_text, row.better, row.unit) for row in rows
    )


def _participants(project_id: int) -> tuple[ParticipantFact, ...]:
    rows = (
        Participant.select(Participant, Organisation)
        .join(Organisation)
        .where(Participant.project == project_id)
        .order_by(Participant.id)
    )
    return tuple(
        ParticipantFact(row.organisation.code, row.organisation.name, row.part, row.share_percent)
        for row in rows
    )


def _documents(project_id: int) -> tuple[DocumentFact, ...]:
    """What lies in the dossier, by the ids of the stored documents."""
    rows = (
        ProjectDocument.select(ProjectDocument, Document)
        .join(Document)
        .where(ProjectDocument.project == project_id, ProjectDocument.withdrawn_at.is_null())
        .order_by(ProjectDocument.id)
    )
    return tuple(
        DocumentFact(row.document_id, row.kind, row.archive_class, row.title, row.document.sha256)
        for row in rows
    )


def _alternatives(project_id: int) -> tuple[AlternativeFact, ...]:
    """The alternatives, each with its upkeep by year."""
    rows = (
        Alternative.select(Alternative, AlternativeYear)
        .join(
            AlternativeYear, JOIN.LEFT_OUTER, on=(AlternativeYear.alternative == Alternative.id), attr="year"
        )
        .where(Alternative.project == project_id)
        .order_by(Alternative.position, AlternativeYear.year_number)
    )
    found: dict[int, Any] = {}
    upkeep: dict[int, dict[int, Money]] = {}
    for row in rows:
        found[row.id] = row
        of_years = upkeep.setdefault(row.id, {})
        if (year := getattr(row, "year", None)) is not None:
            of_years[year.year_number] = year.amount
    return tuple(
        AlternativeFact(row.name, row.description, row.build_amount, row.chosen, upkeep[row.id])
        for row in found.values()
    )


def _resources(project_id: int) -> tuple[ResourceFact, ...]:
    """The data, each with the organisations that other projects name as its source (一数一源)."""
    other, elsewhere = InformationResource.alias(), Organisation.alias()
    rows = (
        InformationResource.select(
            InformationResource,
            Organisation.name.alias("source_name"),
            elsewhere.name.alias("elsewhere"),
        )
        .join(Organisation)
        .join_from(
            InformationResource,
            other,
            JOIN.LEFT_OUTER,
            on=((other.name == InformationResource.name) & (other.project != project_id)),
            attr="other",
        )
        .join(elsewhere, JOIN.LEFT_OUTER, on=(other.source == elsewhere.id), attr="elsewhere_source")
        .where(InformationResource.project == project_id)
        .order_by(InformationResource.position)
    )
    found: dict[int, Any] = {}
    sources: dict[int, set[str]] = {}
    for row in rows.objects():
        found[row.id] = row
        sources.setdefault(row.id, set()).add(row.elsewhere)
    return tuple(
        ResourceFact(
            row.name,
            row.source_name,
            row.sharing,
            row.terms,
            tuple(sorted(sources[row.id] - {None, row.source_name})),
        )
        for row in found.values()
    )


def milestones(project_id: int) -> tuple[MilestoneFact, ...]:
    """The milestones that were not dropped, each with its first promise."""
    first = MilestoneBaseline.alias()
    query = (
        Milestone.select(Milestone, first.planned_on.alias("baseline_on"))
        .join(
            first,
            JOIN.LEFT_OUTER,
            on=((first.milestone == Milestone.id) & (first.number == FIRST_PROMISE)),
            attr="first",
        )
        .where(Milestone.project == project_id, Milestone.dropped_on.is_null())
        .order_by(Milestone.position)
    )
    rows = query.objects()
    return tuple(
        MilestoneFact(row.name, row.weight, row.baseline_on, row.planned_on, row.actual_on) for row in rows
    )


_TABLES: Mapping[str, Callable[[int], tuple[Any, ...]]] = {
    "indicators": _indicators,
    "targets": _targets,
    "participants": _participants,
    "documents": _documents,
    "alternatives": _alternatives,
    "resources": _resources,
    "milestones": milestones,
}


def documents(project_id: int) -> list[ProjectDocument]:
    """Every document that was ever put into the dossier, withdrawn ones too, in order; one query."""
    query = ProjectDocument.select(ProjectDocument, Document).join(Document)
    return list(query.where(ProjectDocument.project == project_id).order_by(ProjectDocument.id))
