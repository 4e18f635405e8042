"""People and projects for tests of the procedure: a cast, and functions that carry a project stage by stage.

Everything goes through the real services.  ``with_cast`` needs a bound database and a clock in the plan's
years (``IN_2008``).  Each step function takes the cast and a project id and makes one move; ``carry`` makes
all of them up to a milestone:

    people = procedure.with_cast()
    project_id = procedure.carry(people, until="building", total_wan=1000, item=procedure.ORDINARY)
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from approvals.rules.stages import Outcome, Phase
from approvals.rules.tiers import countersigners
from approvals.services import (
    annual_plan,
    appraisals,
    cases,
    construction,
    decisions,
    estimates,
    reviews,
    submissions,
)
from approvals.services.decisions import Ruling
from approvals.services.matter import take
from approvals.services.steps import Opinion
from approvals.tables.case import Case
from approvals.tables.submission import Submission
from budget.services import ceilings, funds
from portfolio.foundation import clock, documents
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.queries.dossier import dossier as read_dossier
from portfolio.queries.duplicates import similar
from portfolio.rules.dossier import DuplicateReply, FundingSource, Part
from portfolio.services import dossier, progress
from portfolio.tables.plan import Indicator, PlanItem
from portfolio.tables.project import Project
from tests.cast import IN_2008 as IN_2008
from tests.cast import Cast as Cast
from tests.cast import colleague_of as colleague_of
from tests.cast import unit_people as unit_people
from tests.cast import with_cast as with_cast
from tests.factories import estimate_rows as estimate_rows
from tests.factories import funding_rows as funding_rows

ORDINARY, MAJOR = "B2-G2-03", "B1-G1-02"
"""Plan items: of box 2, decided jointly, and of box 1, decided by the leading group."""

NOBODY_MINDS = Opinion(Outcome.APPROVE)
APPROVED = Ruling(Outcome.APPROVE)


# --- what is asked about a project --------------------------------------------------------------------------


def case_of(project_id: int) -> Case:
    """The case as it stands."""
    row: Case = Case.get(Case.project == project_id)
    return row


def version(project_id: int) -> int:
    """The version that the next act has to expect."""
    return int(case_of(project_id).version)


def current(project_id: int) -> Submission:
    """The submission that is being judged, or was last; raises ``NotFound`` before there is one."""
    row: Submission | None = case_of(project_id).submission
    if row is None:
        raise NotFound(say("尚未申报"))
    return row


def standing(project_id: int) -> tuple[str, str]:
    """Stage and phase as plain words."""
    case = case_of(project_id)
    return case.stage.value, case.phase.value


def scan(actor: Actor, text: str = "扫描件", category: str = "文件") -> int:
    """A stored document; its id."""
    row = documents.store(
        io.BytesIO(f"{text}\n".encode()), name=f"{text}.txt", actor=actor, category=category
    )
    return int(row.id)


# --- the dossier --------------------------------------------------------------------------------------------


def draft(
    cast: Cast,
    *,
    total_wan: int = 1000,
    item: str | None = MAJOR,
    name: str = "政务信息资源目录体系和交换体系（一期）",
    applicant: Actor | None = None,
    answered: bool = True,
    **fields: Any,
) -> int:
    """A project with a complete proposal and an open case, not submitted; its id."""
    actor = applicant or cast.applicant
    plan_item = PlanItem.get(PlanItem.code == item).id if item else None
    project = dossier.create(
        owner_id=actor.organisation_id,
        fields={
            "name": name,
            "plan_item_id": plan_item,
            "delivery_mode": "self_build",
            "need": "部门之间数据不能互通，企业和市民反复提交材料",
            "content": f"{name}：建设目录管理平台和数据交换平台",
            "goals": "四十个部门编目并接入",
            "relation_to_existing": "利用已建的电子政务外网",
            "risks": "部门数据标准不一，分批接入",
            "sharing_plan": "目录内数据无条件共享",
            "planned_start": date(2008, 6, 1),
            "planned_finish": date(2009, 12, 31),
            **fields,
        },
        actor=actor,
    )
    _fill(project, Part.PROPOSAL, Money.from_wan(total_wan), actor)
    _rows(
        dossier.set_indicators,
        project.id,
        actor,
        [
            {"indicator_id": Indicator.get(Indicator.code == "I08").id, "contribution": "1"},
        ],
    )
    _rows(
        dossier.set_targets,
        project.id,
        actor,
        [
            {"aspect": "quantity", "name": "接入部门", "target": "40", "unit": "个"},
            {"aspect": "social", "name": "办事时间缩短", "target": "30", "unit": "%"},
            {"aspect": "satisfaction", "name": "部门满意度", "target": "85", "unit": "%"},
        ],
    )
    cases.open_case(project_id=project.id, actor=actor)
    if answered:
        answer_duplicates(project.id, actor)
    return int(project.id)


def answer_duplicates(project_id: int, actor: Actor) -> None:
    """Say of every similar thing that it is another one."""
    for match in similar(project_id):
        if match.reply is None:
            dossier.answer_duplicate(
                project_id=project_id,
                kind=match.thing.kind,
                matched_id=match.thing.id,
                reply=DuplicateReply.DIFFERS,
                text="服务对象和建设内容不同",
                actor=actor,
            )


def draft_study(cast: Cast, project_id: int, *, total_wan: int | None = None) -> None:
    """The feasibility study: estimate (default: as the proposal's), alternatives, resources."""
    actor = applicant_of(cast, project_id)
    total = _total(project_id, Part.PROPOSAL) if total_wan is None else Money.from_wan(total_wan)
    _fill(Project.get_by_id(project_id), Part.FEASIBILITY, total, actor)
    _rows(
        dossier.set_alternatives,
        project_id,
        actor,
        [
            {"name": "集中建设", "build_amount": total, "chosen": True, "upkeep": ["5"] * 5},
            {"name": "分散建设", "build_amount": total + total, "upkeep": ["9"] * 5},
        ],
    )
    _rows(
        dossier.set_resources,
        project_id,
        actor,
        [
            {"name": f"资源{project_id}", "source_id": actor.organisation_id, "sharing": "unconditional"},
        ],
    )


def draft_design(cast: Cast, project_id: int, *, total_wan: int | None = None, explanation: str = "") -> None:
    """The preliminary design: estimate (default: as the study's), milestones."""
    actor = applicant_of(cast, project_id)
    total = _total(project_id, Part.FEASIBILITY) if total_wan is None else Money.from_wan(total_wan)
    if explanation:
        dossier.save(
            project_id=project_id,
            expected_version=Project.get_by_id(project_id).version,
            fields={"estimate_explanation": explanation},
            actor=actor,
        )
    _fill(Project.get_by_id(project_id), Part.DESIGN, total, actor)
    _rows(
        progress.set_milestones,
        project_id,
        actor,
        [
            {"name": "平台上线", "planned_on": date(2008, 12, 31), "weight": 60},
            {"name": "部门接入", "planned_on": date(2009, 11, 30), "weight": 40},
        ],
    )


def applicant_of(cast: Cast, project_id: int) -> Actor:
    """The applicant of the project's owner: the cast's, or whoever made the project."""
    owner_id = Project.get_by_id(project_id).owner_id
    if owner_id == cast.unit.id:
        return cast.applicant
    author = Project.get_by_id(project_id).created_by
    return Actor(author.id, author.name, owner_id, frozenset({Role.APPLICANT}))


def _fill(project: Project, part: Part, total: Money, actor: Actor) -> None:
    for fill, rows in (
        (dossier.set_estimate, estimate_rows(total)),
        (dossier.set_funding, funding_rows(total, clock.today().year)),
    ):
        fill(
            project_id=project.id,
            part=part,
            rows=rows,
            expected_version=Project.get_by_id(project.id).version,
            actor=actor,
        )


def _rows(fill: Callable[..., Any], project_id: int, actor: Actor, rows: list[dict[str, Any]]) -> None:
    seen = Project.get_by_id(project_id).version
    fill(project_id=project_id, rows=rows, expected_version=seen, actor=actor)


def _total(project_id: int, part: Part) -> Money:
    return read_dossier(project_id, part).estimate_total


def _funding_of(project_id: int, year: int) -> Money:
    """What the design, or before it the study, asks for in a year."""
    parts = (read_dossier(project_id, part) for part in (Part.DESIGN, Part.FEASIBILITY))
    funding = next((found.funding for found in parts if found.funding), ())
    return Money.total(line.amount for line in funding if line.year == year)


# --- one step each ------------------------------------------------------------------------------------------


def submit(cast: Cast, project_id: int, *, combined: bool = False) -> Submission:
    """The applicant submits what the stage asks for."""
    return submissions.submit(
        project_id=project_id,
        expected_version=version(project_id),
        cover_number=f"渝农〔2008〕{project_id}号",
        combined=combined,
        actor=applicant_of(cast, project_id),
    )


def endorse(cast: Cast, project_id: int, actor: Actor | None = None) -> None:
    """The CIO endorses."""
    reviews.endorse(submission_id=current(project_id).id, text="同意上报", actor=actor or cast.cio)


def accept(cast: Cast, project_id: int) -> None:
    """The informatization authority takes it in."""
    reviews.accept(submission_id=current(project_id).id, text="材料齐全", actor=cast.informatization)


def countersign(
    cast: Cast,
    project_id: int,
    roles: Iterable[Role] | None = None,
    opinion: Opinion = NOBODY_MINDS,
) -> None:
    """Every authority that is asked signs, or those named, in that order."""
    if roles is None:
        with transaction():
            matter = take(project_id)
        roles = countersigners(matter.case.tier, matter.own)
    for role in roles:
        reviews.countersign(
            submission_id=current(project_id).id, role=role, opinion=opinion, actor=cast.of(role)
        )


def decide(cast: Cast, project_id: int, ruling: Ruling = APPROVED, actor: Actor | None = None) -> Any:
    """The leading group decides, or the investment authority replies or accepts, as the phase asks."""
    group = case_of(project_id).phase is Phase.DECIDING
    return decisions.decide(
        submission_id=current(project_id).id,
        expected_version=version(project_id),
        ruling=ruling,
        actor=actor or (cast.member if group else cast.investment),
    )


def appraise(cast: Cast, project_id: int, points: Iterable[int] = (85, 80, 90)) -> None:
    """Experts score and the panel is concluded; or, for a small project, it is reviewed in writing."""
    submission_id = current(project_id).id
    if case_of(project_id).phase is Phase.REVIEWING:
        appraisals.review(
            submission_id=submission_id, passed=True, conclusion="技术方案可行", actor=cast.informatization
        )
        return
    scores = dict(zip(cast.experts, points, strict=False))
    appraisals.assign_experts(
        submission_id=submission_id,
        expert_ids=[expert.user_id for expert in scores],
        actor=cast.informatization,
    )
    for expert, given in scores.items():
        appraisals.score(submission_id=submission_id, points=given, text="方案总体可行", actor=expert)
    appraisals.conclude_panel(
        submission_id=submission_id, conclusion="同意通过评审", actor=cast.informatization
    )


def fix(cast: Cast, project_id: int) -> Any:
    """The investment authority fixes the estimate."""
    return estimates.fix_estimate(
        submission_id=current(project_id).id, expected_version=version(project_id), actor=cast.investment
    )


def list_in_plan(cast: Cast, project_id: int, *, amount: Money | None = None, year: int | None = None) -> Any:
    """The investment authority lists the project in the annual plan (default: this year's funding)."""
    year = year or clock.today().year
    wanted = amount or _funding_of(project_id, year)
    return annual_plan.list_in_annual_plan(
        project_id=project_id,
        expected_version=version(project_id),
        year=year,
        source=FundingSource.MUNICIPAL,
        amount=wanted,
        actor=cast.investment,
    )


def decide_plan(cast: Cast, year: int | None = None) -> Any:
    """The leading group decides the annual plan."""
    return annual_plan.decide_annual_plan(year=year or clock.today().year, number="", actor=cast.member)


def allot(cast: Cast, project_id: int, amount: Money | None = None, year: int | None = None) -> Any:
    """One finance officer drafts the allotment of this year's money, another posts it."""
    year = year or clock.today().year
    wanted = amount or _funding_of(project_id, year)
    ceilings.set_ceiling(
        year=year,
        source=FundingSource.MUNICIPAL,
        amount=Money.from_yi(10),
        number=f"渝人发〔{year}〕1号",
        actor=cast.finance,
    )
    order = funds.draft_allotment(
        year=year,
        source=FundingSource.MUNICIPAL,
        amount=wanted,
        document_number=f"渝财建〔{year}〕{project_id}号",
        actor=cast.finance,
        project_id=project_id,
    )
    return funds.allot(order_id=order.id, key=f"allot-{order.id:08d}", actor=cast.finance_checker)


def start(cast: Cast, project_id: int) -> Submission:
    """The applicant starts construction."""
    return construction.start_construction(
        project_id=project_id,
        expected_version=version(project_id),
        cover_number=f"渝农〔2008〕开工{project_id}号",
        actor=applicant_of(cast, project_id),
    )


# --- the whole way ------------------------------------------------------------------------------------------


def to_countersign(cast: Cast, project_id: int) -> None:
    """Submitted, endorsed and accepted."""
    submit(cast, project_id)
    endorse(cast, project_id)
    accept(cast, project_id)


def approve(cast: Cast, project_id: int) -> None:
    """Countersigned by everybody who is asked, and decided by whoever has to."""
    countersign(cast, project_id)
    if case_of(project_id).phase is Phase.DECIDING:
        decide(cast, project_id)


def study(cast: Cast, project_id: int) -> None:
    """A feasibility study, appraised and replied to."""
    draft_study(cast, project_id)
    to_countersign(cast, project_id)
    appraise(cast, project_id)
    decide(cast, project_id)


def design(cast: Cast, project_id: int) -> None:
    """A preliminary design whose estimate is fixed."""
    draft_design(cast, project_id)
    to_countersign(cast, project_id)
    fix(cast, project_id)


def plan(cast: Cast, project_id: int) -> None:
    """A row in this year's annual plan, decided."""
    list_in_plan(cast, project_id)
    decide_plan(cast)


MILESTONES: tuple[tuple[str, Callable[[Cast, int], object]], ...] = (
    ("countersigning", to_countersign),
    ("approved", approve),
    ("appraised", study),
    ("fixed", design),
    ("planned", plan),
    ("funded", allot),
    ("building", start),
)


def carry(cast: Cast, *, until: str, **drafted: Any) -> int:
    """A new project (``drafted`` as for ``draft``) carried up to a milestone; its id."""
    project_id = draft(cast, **drafted)
    for name, step in MILESTONES:
        step(cast, project_id)
        if name == until:
            return project_id
    raise ValueError(until)
