"""Projects from before the system 存量: one person records the old approvals, another confirms them.

Possible until the last day of rule INHERITED; the case then stands where the project stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from approvals.rules.inheritance import (
    BASIS,
    CODE,
    ENTRY,
    Inheritance,
    check_inheritance,
    refuse_unless_open,
)
from approvals.rules.stages import GOVERNMENT_STAGES, Stage
from approvals.services import money
from approvals.services.matter import expect, record, take
from approvals.tables.case import Case
from approvals.tables.decision import InheritedEvidence
from budget.services import accounts
from portfolio.foundation import audit, clock, documents, rulebook
from portfolio.foundation.db import change, for_update, get, transaction
from portfolio.foundation.documents import Document, ReceivedFile
from portfolio.foundation.errors import Finding, Forbidden, Invalid, Refused, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import AUTHORITIES, Actor, Role
from portfolio.rules.dossier import Route, Track
from portfolio.services import progress, systems
from portfolio.tables.project import Project

_KEEPERS = (*AUTHORITIES, Role.SECRETARY)
_OPERATING = (Stage.OPERATION, Stage.POST_EVALUATION)
_BUILT = GOVERNMENT_STAGES[GOVERNMENT_STAGES.index(Stage.CONSTRUCTION) :]


def record_inherited(
    *,
    project_id: int,
    stage: Stage,
    numbers: Mapping[Stage, str],
    document_id: int,
    estimate: Money | None = None,
    actor: Actor,
) -> InheritedEvidence:
    """Record where an inherited project stands, with the 文号 of its old approvals and their scan.

    ``estimate`` is its approved investment, from construction on its fixed estimate.  A further record
    replaces one that nobody has confirmed; the same one by the same person gives the first back.  Raises
    ``Refused`` after the closing date or for a project that is not inherited, ``Invalid`` by field,
    ``Forbidden``.
    """
    actor.require(*_KEEPERS)
    given = Inheritance(stage, {one: number.strip() for one, number in numbers.items()}, estimate)
    with transaction():
        project = get(Project, project_id, say("项目"), lock=True)
        refuse_unless_open(rulebook.on(clock.today()))
        _refuse_others(project)
        check_inheritance(given)
        get(Document, document_id, say("原批准文件扫描"))
        standing = _newest(project_id)
        if standing is not None and _same(standing, given, document_id, actor):
            return standing
        evidence: InheritedEvidence = InheritedEvidence.create(
            project=project_id,
            stage=stage,
            numbers=given.numbers,
            document=document_id,
            estimate=estimate,
            recorded_by=actor.user_id,
            recorded_at=clock.now(),
        )
        data = {"project": project_id, "stage": stage, "numbers": given.numbers}
        audit.record(actor, "inherited.record", ("inherited", evidence.id), data)
        return evidence


def record_with_scan(
    *,
    project_id: int,
    stage: Stage,
    numbers: Mapping[Stage, str],
    received: ReceivedFile,
    estimate: Money | None = None,
    actor: Actor,
) -> InheritedEvidence:
    """Record an inherited project with a scan that was just received; both or neither are kept.

    The same record with the same file by the same person gives the first back.  Raises as
    ``record_inherited``.
    """
    actor.require(*_KEEPERS)
    with transaction():
        standing = _newest(project_id)
        same = standing is not None and standing.document.sha256 == received.sha256
        kept = standing.document if standing is not None and same else None
        document = kept or documents.record(received, actor=actor, category="原批准文件")
        return record_inherited(
            project_id=project_id,
            stage=stage,
            numbers=numbers,
            document_id=document.id,
            estimate=estimate,
            actor=actor,
        )


def confirm_inherited(*, evidence_id: int, actor: Actor) -> Case:
    """Confirm what another person recorded: the case opens where the project stands, its account with it.

    Twice by the same person gives the same case back.  Raises ``Forbidden`` for the person who recorded it
    and for the owner's own people, ``Refused`` after the closing date, when the project is in the procedure
    already or when a newer record stands, ``NotFound``.
    """
    actor.require(*_KEEPERS)
    with transaction():
        evidence = get(InheritedEvidence, evidence_id, say("存量登记"), lock=True)
        _forbid_confirming_own(evidence, actor)
        case = for_update(Case.select().where(Case.project == evidence.project_id)).first()
        if evidence.confirmed and evidence.confirmed_by_id == actor.user_id and case is not None:
            return case
        refuse_unless_open(rulebook.on(clock.today()))
        if evidence.confirmed or case is not None:
            raise Refused([_in_procedure()])
        if _newest(evidence.project_id) != evidence:
            raise Refused([_replaced()])
        evidence.confirmed, evidence.confirmed_by, evidence.confirmed_at = True, actor.user_id, clock.now()
        evidence.save(
            only=[
                InheritedEvidence.confirmed,
                InheritedEvidence.confirmed_by,
                InheritedEvidence.confirmed_at,
            ]
        )
        return _open(evidence, actor)


def record_launch(*, project_id: int, expected_version: int, launched_on: date, actor: Actor) -> Case:
    """Say since when an inherited project has been in operation, which starts the clock of its evaluation.

    By an applicant of the owner, an authority or the office; once, the same day again gives the case back.
    Raises ``Refused`` for a project that was not inherited in operation or says it already, ``Invalid`` for
    a day after it was recorded here, ``Forbidden``, ``StaleVersion``.
    """
    with transaction():
        matter = take(project_id)
        case = matter.case
        if not actor.has(*_KEEPERS):
            actor.require_unit(matter.project.owner_id, Role.APPLICANT)
        if case.launched_on == launched_on:
            return case
        expect(matter, expected_version)
        if case.inherited_stage not in _OPERATING or case.launched_on is not None:
            raise Refused([_launch_known()])
        if launched_on > case.inherited.recorded_at.date():
            raise Invalid({"launched_on": say("投入运行日期应在存量登记之前")})
        systems.launch(project_id=project_id, launched_on=launched_on, actor=actor)
        change(case, case.version, launched_on=launched_on)
        record(matter, actor, "inherited.launch", {"day": launched_on.isoformat()})
        return case


def _launch_known() -> Finding:
    return Finding(
        CODE,
        False,
        say("该项目不是以运行阶段登记的存量项目，或投运日期已经登记"),
        BASIS,
        remedy=say("请按正常程序办理"),
    )


def _forbid_confirming_own(evidence: InheritedEvidence, actor: Actor) -> None:
    own = {actor.user_id, actor.on_behalf_of} & {evidence.recorded_by_id}
    if own or actor.organisation_id == evidence.project.owner_id:
        raise Forbidden(
            say("{name}登记了该存量项目，或所在单位即项目单位，不能确认", name=actor.name),
            basis=BASIS,
            remedy=say("请由另一人核对原批准文件后确认"),
        )


def _open(evidence: InheritedEvidence, actor: Actor) -> Case:
    """The case of an inherited project, its account, its cap, and the first promises of its milestones."""
    project_id, stage = evidence.project_id, evidence.stage
    case: Case = Case.create(
        project=project_id,
        track=Track.GOVERNMENT,
        stage=stage,
        phase=ENTRY[stage],
        plan_item=evidence.project.plan_item_id,
        inherited=evidence.id,
        inherited_stage=stage,
        opened_by=actor.user_id,
        opened_at=clock.now(),
    )
    money.open_for(case, actor)
    if stage in _BUILT:
        number = evidence.numbers[Stage.ESTIMATE.value]
        fix = accounts.fix_cap(project_id=project_id, amount=evidence.estimate, number=number, actor=actor)
        Case.update(estimate_fix=fix.id).where(Case.id == case.id).execute()
        case.estimate_fix = fix.id
        progress.fix_baseline(project_id=project_id, actor=actor)
    data = {"project": project_id, "stage": stage, "evidence": evidence.id}
    audit.record(actor, "case.inherit", ("case", case.id), data)
    audit.record(actor, "inherited.confirm", ("inherited", evidence.id), {"case": case.id})
    return case


def _refuse_others(project: Project) -> None:
    """Only a government project of the inherited route, in no procedure yet, is recorded."""
    if Case.select().where(Case.project == project.id).exists():
        raise Refused([_in_procedure()])
    if project.route is not Route.INHERITED or project.track is not Track.GOVERNMENT:
        raise Refused(
            [
                Finding(
                    CODE,
                    False,
                    say("只有政府投资的存量项目凭原批准文件登记"),
                    BASIS,
                    remedy=say("请按正常程序申报"),
                )
            ]
        )


def _newest(project_id: int) -> InheritedEvidence | None:
    query = InheritedEvidence.select().where(InheritedEvidence.project == project_id)
    found: InheritedEvidence | None = query.order_by(InheritedEvidence.id.desc()).first()
    return found


def _same(standing: InheritedEvidence, given: Inheritance, document_id: int, actor: Actor) -> bool:
    numbers = {stage.value: number for stage, number in given.numbers.items()}
    kept = (standing.stage, standing.numbers, standing.estimate, standing.document_id)
    by_the_same = standing.recorded_by_id == actor.user_id
    return by_the_same and kept == (given.stage, numbers, given.estimate, document_id)


def _in_procedure() -> Finding:
    return Finding(
        CODE,
        False,
        say("该项目已进入审批程序，或存量登记已经确认"),
        BASIS,
        remedy=say("请在现有程序中办理"),
    )


def _replaced() -> Finding:
    return Finding(
        CODE, False, say("该存量登记已被新的登记取代"), BASIS, remedy=say("请核对并确认最新的登记")
    )
