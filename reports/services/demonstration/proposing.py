"""Stage 1 立项: the dossier, the proposal, and its way to the decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from approvals.rules.stages import Gate, Outcome, Phase, Stage, StepKind, StepState, outcome_label
from approvals.services import cases, conditions, decisions, reviews, submissions
from approvals.services.decisions import Demand, Ruling
from approvals.services.steps import Opinion
from approvals.tables.decision import Condition
from approvals.tables.submission import Step
from portfolio.foundation import clock
from portfolio.foundation.access import Zone
from portfolio.foundation.roles import Role
from portfolio.queries import plan as plans
from portfolio.queries.duplicates import similar
from portfolio.rules.dossier import DocumentKind, DuplicateReply, Part, ParticipantPart
from portfolio.services import dossier
from portfolio.tables.plan import Indicator
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.estimate import estimate_lines, funding_lines
from reports.services.demonstration.journey import Journey

MONTHS_TO_BUILDING = 7
MONTHS_OF_BUILDING = 15
"""How long a project of the demonstration takes from its proposal to the start, and from there to the end."""
UNMET = "unmet"
"""The happening by which the conditions of a decision stay open."""
_DEMANDS = {
    False: "报送各区县线路租用的费用测算，并由财政主管部门确认",
    True: "补充与在用系统的衔接方案和数据更新责任清单，并由信息化主管部门确认",
}
_YEAR_SHARES = (55, 45)


def propose(journey: Journey) -> Story:
    """The dossier is written and the proposal submitted, endorsed and accepted, if need be a second time."""
    yield journey.script.first_day
    begin(journey)
    write_proposal(journey)
    if journey.script.reach == "drafting":
        return
    yield journey.later(6)
    submit(journey, "报送项目建议书", Gate.PLAN)
    if journey.script.reach == "reported":
        return
    yield from to_countersign(journey)


def begin(journey: Journey) -> None:
    """The applicant opens the dossier and its case."""
    script = journey.script
    today = clock.today()
    item = plans.item_in_force(script.item, today) if script.item else None
    start = clock.add_months(script.first_day, MONTHS_TO_BUILDING)
    project = dossier.create(
        owner_id=journey.organisation(script.owner),
        fields={
            "name": script.name,
            "plan_item_id": item.id if item else None,
            "delivery_mode": script.delivery_mode,
            "zone_id": Zone.get(code=script.zone).id if script.zone else None,
            "planned_start": start,
            "planned_finish": clock.add_months(start, MONTHS_OF_BUILDING),
            **{mark: True for mark in script.marks},
        },
        actor=journey.applicant,
    )
    journey.project_id = project.id
    cases.open_case(project_id=project.id, actor=journey.applicant)
    code = f"挂接规划 {item.code}" if item else "未挂接规划"
    journey.tell(journey.applicant, f"建立项目档案 {project.code}", note=code, money=script.amount)


def write_proposal(journey: Journey) -> None:
    """Everything that a proposal asks for."""
    script, actor = journey.script, journey.applicant
    project = journey.project
    project = dossier.save(
        project_id=project.id,
        expected_version=project.version,
        fields={
            "need": script.need,
            "content": script.content,
            "goals": script.goals or _goals(script.targets),
            "relation_to_existing": script.relation
            or "利用电子政务外网和已有机房，不另建专线；与本单位在用业务系统以接口相连，不替代其数据库。",
        },
        actor=actor,
    )
    write_money(journey, Part.PROPOSAL)
    known = {row.code: row.id for row in Indicator.select(Indicator.code, Indicator.id)}
    rows: Sequence[dict[str, Any]] = [
        {"indicator_id": known[code], "contribution": amount, "note": note}
        for code, amount, note in script.indicators
    ]
    dossier.set_indicators(rows=rows, **written(journey))
    rows = [
        {
            "aspect": target.aspect,
            "name": target.name,
            "target": target.target,
            "unit": target.unit,
            "better": target.better,
        }
        for target in script.targets
    ]
    dossier.set_targets(rows=rows, **written(journey))
    if script.participants:
        rows = [
            {"organisation_id": journey.organisation(code), "part": ParticipantPart.PARTICIPANT}
            for code in script.participants
        ]
        dossier.set_participants(rows=rows, **written(journey))
    for kind in (DocumentKind.COVER_LETTER, DocumentKind.PROPOSAL):
        journey.paper(kind)


def _goals(targets: Sequence[Any]) -> str:
    parts = "，".join(
        f"{one.name}{'不低于' if one.better == 'higher' else '不高于'}{one.target}{one.unit}"
        for one in targets
    )
    return f"项目建成后，{parts}。"


def written(journey: Journey) -> dict[str, Any]:
    """The dossier, its version and its writer, as the services of the dossier ask for them."""
    project = journey.project
    return {"project_id": project.id, "expected_version": project.version, "actor": journey.applicant}


def write_money(journey: Journey, part: Part) -> None:
    """Estimate and funding of a part of the dossier."""
    script = journey.script
    dossier.set_estimate(part=part, rows=estimate_lines(script.amount), **written(journey))
    first = clock.add_months(script.first_day, MONTHS_TO_BUILDING).year
    shares = dict(zip(range(first, first + len(_YEAR_SHARES)), _YEAR_SHARES, strict=True))
    dossier.set_funding(
        part=part, rows=funding_lines(script.amount, script.sources, shares), **written(journey)
    )


def submit(journey: Journey, what: str, gate: Gate) -> None:
    """Answer what looks alike, and submit what the stage asks for."""
    for match in similar(journey.project_id):
        if match.reply is None:
            dossier.answer_duplicate(
                project_id=journey.project_id,
                kind=match.thing.kind,
                matched_id=match.thing.id,
                reply=DuplicateReply.DIFFERS,
                text="建设内容和服务对象不同，所需数据通过交换平台取得，不重复采集。",
                actor=journey.applicant,
            )
    submission = submissions.submit(
        **journey.standing, cover_number=journey.letter("文"), actor=journey.applicant
    )
    total = journey.script.amount
    journey.tell(journey.applicant, what, findings=submission.findings, gate=gate.label, money=total)


def to_countersign(journey: Journey) -> Story:
    """The CIO endorses, the informatization authority accepts, the authorities countersign in parallel."""
    reach = journey.script.reach
    yield from endorse_and_accept(journey)
    if journey.case.phase is not Phase.COUNTERSIGNING or reach == "accepted":
        return
    asked = [step.role for step in open_steps(journey, StepKind.COUNTERSIGN)]
    for role in asked[:1] if reach == "countersign" else asked:
        yield journey.later(2)
        opinion = Opinion(Outcome.APPROVE, "同意。")
        if reach == "dissent" and role is Role.INVESTMENT:
            opinion = Opinion(Outcome.DISSENT, "与商贸企业自建平台的边界不清，建议先整合再立项。")
        officer = journey.officer(role)
        reviews.countersign(submission_id=journey.submission.id, role=role, opinion=opinion, actor=officer)
        journey.tell(officer, f"会签：{opinion.outcome.label}", note=role.label)


def open_steps(journey: Journey, kind: StepKind) -> list[Any]:
    """The steps of a kind that wait to be done."""
    steps = Step.select().where(
        Step.submission == journey.case.submission_id, Step.kind == kind, Step.state == StepState.OPEN
    )
    return list(steps.order_by(Step.id))


def endorse_and_accept(journey: Journey) -> Story:
    """The steps that every submission begins with; one that is to be returned once, is."""
    script = journey.script
    if "returned" in script.happenings and journey.case.stage is Stage.INITIATION:
        yield from _returned(journey)
        if script.reach == "returned":
            return
        yield journey.later(10)
        submit(journey, "修改后重新报送项目建议书", Gate.PLAN)
    yield journey.later(2)
    reviews.endorse(submission_id=journey.submission.id, text="同意报送。", actor=journey.cio)
    journey.tell(journey.cio, "首席信息官审签同意")
    if script.reach == "endorsed":
        return
    yield journey.later(3)
    officer = journey.officer(Role.INFORMATIZATION)
    reviews.accept(submission_id=journey.submission.id, text="材料齐备，予以受理。", actor=officer)
    journey.tell(officer, "受理")


def _returned(journey: Journey) -> Story:
    yield journey.later(2)
    reviews.endorse(submission_id=journey.submission.id, text="同意报送。", actor=journey.cio)
    journey.tell(journey.cio, "首席信息官审签同意")
    yield journey.later(3)
    officer = journey.officer(Role.INFORMATIZATION)
    reviews.return_for_revision(
        submission_id=journey.submission.id,
        text="绩效目标缺少测算依据，请补充需求调查后重新报送。",
        actor=officer,
    )
    journey.tell(officer, "退回修改")


def decide(journey: Journey) -> Story:
    """The leading group decides what it has to; a smaller project was decided by the last signature."""
    case = journey.case
    if case.phase is Phase.COORDINATING:
        return
    if case.phase is Phase.DECIDING:
        yield journey.later(8)
        member = journey.cast.one(Role.MEMBER)
        ruling = _ruling(journey)
        decision = decisions.decide(
            submission_id=case.submission_id,
            expected_version=journey.case.version,
            ruling=ruling,
            actor=member,
        )
        label = outcome_label(decision.outcome, Stage.INITIATION)
        journey.tell(member, f"领导小组审定：{label}", money=decision.amount, note=decision.number)
    if "conditions" in journey.script.happenings and UNMET not in journey.script.happenings:
        yield from _meet_conditions(journey)


def _ruling(journey: Journey) -> Ruling:
    reach, happenings = journey.script.reach, journey.script.happenings
    if reach == "deferred":
        return Ruling(
            Outcome.DEFER,
            reason="待国家电子档案标准发布后再议。",
            review_on=clock.add_months(clock.today(), 9),
        )
    if reach == "rejected":
        return Ruling(Outcome.REJECT, reason="国家科技图书文献平台已提供同类服务，不重复建设。")
    if "conditions" in happenings:
        demand = Demand(
            _DEMANDS[UNMET in happenings],
            journey.organisation(journey.script.owner),
            clock.add_months(clock.today(), 3),
            Gate.BUILD,
        )
        return Ruling(Outcome.APPROVE_WITH_CONDITIONS, conditions=[demand])
    return Ruling(Outcome.APPROVE)


def _meet_conditions(journey: Journey) -> Story:
    yield journey.later(20)
    document_id = journey.paper(DocumentKind.OTHER, title="区县线路租用费用测算及确认函")
    for condition in Condition.select().where(
        Condition.project == journey.project_id, Condition.met_at.is_null()
    ):
        conditions.meet_condition(condition_id=condition.id, document_id=document_id, actor=journey.applicant)
    journey.tell(journey.applicant, "落实审定所附条件")
