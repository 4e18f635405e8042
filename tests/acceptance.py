"""Support for tests of the later stages: inherited and filed projects, papers by kind, systems.

Everything goes through the real services, with the cast of ``tests.procedure``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from approvals.rules.acceptance_gate import ACCEPTANCE_DOCUMENTS, PRELIMINARY_DOCUMENTS, SAFE_AND_FILED
from approvals.rules.evaluation import EvaluationKind
from approvals.rules.inheritance import approvals_before
from approvals.rules.scoring import ScoreInput
from approvals.rules.stages import Stage
from approvals.services import (
    acceptance,
    cases,
    closing,
    construction,
    evaluations,
    filing,
    inherited,
    submissions,
)
from approvals.tables.evaluation import Evaluation, EvaluationScore
from approvals.tables.submission import Submission
from portfolio.foundation import clock
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import DocumentKind, FundingSource, Part, Route, Track
from portfolio.services import documents, dossier, systems
from portfolio.tables.plan import PlanItem
from portfolio.tables.project import Project, System
from tests import procedure
from tests.procedure import Cast, version

BUILT_ON = date(2008, 3, 1)


def put(project_id: int, kinds: Iterable[DocumentKind], actor: Actor) -> dict[DocumentKind, int]:
    """A document of each kind in the dossier; their document ids."""
    stored = {kind: procedure.scan(actor, f"{kind.label}{project_id}") for kind in kinds}
    for kind, document_id in stored.items():
        documents.add(
            project_id=project_id, kind=kind, title=kind.label, document_id=document_id, actor=actor
        )
    return stored


# --- projects from before the system ------------------------------------------------------------------------


def unrecorded(cast: Cast, **fields: Any) -> int:
    """A project of the inherited route that nobody has recorded yet."""
    project = dossier.create(
        owner_id=cast.unit.id,
        fields={
            "name": "农业信息网（存量）",
            "route": Route.INHERITED,
            "plan_item_id": PlanItem.get(PlanItem.code == procedure.ORDINARY).id,
            **fields,
        },
        actor=cast.applicant,
    )
    return int(project.id)


def numbers(stage: Stage) -> dict[Stage, str]:
    """The old numbers that a project in ``stage`` has to show."""
    return {one: f"渝计委〔2005〕{position}号" for position, one in enumerate(approvals_before(stage), 1)}


def recorded(cast: Cast, project_id: int, stage: Stage, /, *, estimate_wan: int = 1000, **given: Any) -> Any:
    """What the informatization authority records of it."""
    values: dict[str, Any] = {
        "project_id": project_id,
        "stage": stage,
        "numbers": numbers(stage),
        "document_id": procedure.scan(cast.informatization, f"原批准文件{project_id}"),
        "estimate": Money.from_wan(estimate_wan),
        "actor": cast.informatization,
    }
    return inherited.record_inherited(**{**values, **given})


def inherit(cast: Cast, stage: Stage = Stage.CONSTRUCTION, **given: Any) -> int:
    """A project that stood in ``stage`` before the system, recorded by one and confirmed by another."""
    project_id = unrecorded(cast)
    evidence = recorded(cast, project_id, stage, **given)
    inherited.confirm_inherited(evidence_id=evidence.id, actor=cast.secretary)
    return project_id


# --- acceptance ---------------------------------------------------------------------------------------------


def complete(cast: Cast, project_id: int, on: date = BUILT_ON) -> None:
    """The applicant says that everything is built."""
    construction.complete(
        project_id=project_id, expected_version=version(project_id), completed_on=on, actor=cast.applicant
    )


def accept_preliminary(cast: Cast, project_id: int) -> Submission:
    """The owner's own acceptance, with its papers."""
    put(project_id, PRELIMINARY_DOCUMENTS, cast.applicant)
    return acceptance.accept_preliminary(
        project_id=project_id, expected_version=version(project_id), actor=cast.applicant
    )


def apply_for_acceptance(cast: Cast, project_id: int) -> Submission:
    """The application for final acceptance, with its papers, endorsed."""
    rest = [kind for kind in ACCEPTANCE_DOCUMENTS if kind not in PRELIMINARY_DOCUMENTS]
    put(project_id, (*rest, *SAFE_AND_FILED), cast.applicant)
    submission = procedure.submit(cast, project_id)
    procedure.endorse(cast, project_id)
    return submission


def approve_accounts(cast: Cast, project_id: int, cost: Money, **given: Any) -> Any:
    """The finance authority approves the final accounts."""
    if "expected_version" not in given:
        given["expected_version"] = version(project_id)
    return acceptance.approve_final_accounts(
        project_id=project_id, final_cost=cost, **{"actor": cast.finance, **given}
    )


def register_system(cast: Cast, project_id: int, name: str = "农业信息服务平台") -> System:
    """A system that the project has produced."""
    return systems.register(
        owner_id=cast.unit.id, fields={"name": name}, project_id=project_id, actor=cast.applicant
    )


def launch(cast: Cast, project_id: int, on: date) -> Any:
    """The applicant puts it into operation."""
    return acceptance.put_into_operation(
        project_id=project_id, expected_version=version(project_id), launched_on=on, actor=cast.applicant
    )


def accounted(cast: Cast, project_id: int | None = None, cost: Money = Money.ZERO) -> int:
    """A project whose final accounts are approved: an inherited one without contracts, or the given one."""
    project_id = accepted(cast, project_id)
    approve_accounts(cast, project_id, cost)
    return project_id


def accepted(cast: Cast, project_id: int | None = None) -> int:
    """A project whose final acceptance is decided."""
    if project_id is None:
        project_id = inherit(cast)
        complete(cast, project_id)
    accept_preliminary(cast, project_id)
    apply_for_acceptance(cast, project_id)
    procedure.decide(cast, project_id)
    return project_id


def running(cast: Cast, project_id: int | None = None, cost: Money = Money.ZERO) -> int:
    """A project in operation, since today."""
    project_id = accounted(cast, project_id, cost)
    register_system(cast, project_id)
    launch(cast, project_id, clock.today())
    return project_id


def open_evaluation(cast: Cast, project_id: int, actor: Actor | None = None) -> Any:
    """Its post-evaluation is opened."""
    return closing.open_evaluation(
        project_id=project_id, expected_version=version(project_id), actor=actor or cast.applicant
    )


def evaluate(cast: Cast, project_id: int) -> Evaluation:
    """The finance authority's evaluation, from opening to final; every indicator gets nine tenths."""
    row = evaluations.open_one(project_id=project_id, kind=EvaluationKind.EVALUATION, actor=cast.finance)
    evaluations.compute(evaluation_id=row.id, as_of=clock.today(), actor=cast.finance)
    rows = EvaluationScore.select().where(EvaluationScore.evaluation == row)
    scores = {one.code: ScoreInput(one.weight * 9 / 10, "现场核查", "评价工作底稿") for one in rows}
    evaluations.evaluate(evaluation_id=row.id, scores=scores, actor=cast.finance)
    evaluations.submit(evaluation_id=row.id, actor=cast.finance)
    evaluations.exchange(evaluation_id=row.id, reply="无意见", actor=cast.applicant)
    return evaluations.finalise(evaluation_id=row.id, actor=cast.finance_checker)


def close(cast: Cast, project_id: int, actor: Actor | None = None) -> Any:
    """The finance authority closes it."""
    return closing.close(
        project_id=project_id, expected_version=version(project_id), actor=actor or cast.finance
    )


# --- the filing track ---------------------------------------------------------------------------------------

ENTERPRISE = {FundingSource.ENTERPRISE: Money.from_wan(3000), FundingSource.BANK_LOAN: Money.from_wan(2000)}


def registered(cast: Cast, funding: Mapping[FundingSource, Money] = ENTERPRISE) -> int:
    """An enterprise's project, entered by the district that owns the record, with an open case."""
    actor = cast.applicant
    project = dossier.create(
        owner_id=cast.unit.id,
        fields={
            "name": "园区软件企业研发中心",
            "track": Track.FILING,
            "plan_item_id": PlanItem.get(PlanItem.code == "B4-G1-01").id,
            "content": "建设软件研发中心和测试环境",
            "planned_start": date(2008, 4, 1),
            "planned_finish": date(2009, 12, 31),
        },
        actor=actor,
    )
    total = Money.total(funding.values())
    estimate = [{"category": "hardware", "item": "设备", "amount": total}]
    rows = [{"source": source, "year": 2008, "amount": amount} for source, amount in funding.items()]
    for fill, lines in ((dossier.set_estimate, estimate), (dossier.set_funding, rows)):
        seen = Project.get_by_id(project.id).version
        fill(project_id=project.id, part=Part.PROPOSAL, rows=lines, expected_version=seen, actor=actor)
    cases.open_case(project_id=project.id, actor=actor)
    return int(project.id)


def submit_filing(cast: Cast, project_id: int, actor: Actor | None = None) -> Submission:
    """The record is handed in for filing."""
    return submissions.submit(
        project_id=project_id, expected_version=version(project_id), actor=actor or cast.applicant
    )


def file(cast: Cast, project_id: int, **given: Any) -> Any:
    """The informatization authority files it."""
    values = {"expected_version": version(project_id), "actor": cast.informatization}
    return filing.file(submission_id=procedure.current(project_id).id, **{**values, **given})


def filed(cast: Cast) -> int:
    """An enterprise's project that is filed."""
    project_id = registered(cast)
    submit_filing(cast, project_id)
    file(cast, project_id)
    return project_id
