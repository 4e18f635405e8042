"""Stages 2 评估 and 3 概算: the study with its experts and reply, the design and the fixed estimate."""

from __future__ import annotations

from approvals.rules.stages import Gate, Outcome, Phase
from approvals.services import appraisals, decisions, estimates
from approvals.services.decisions import Ruling
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import DocumentKind, Part
from portfolio.services import dossier
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.estimate import rounded
from reports.services.demonstration.journey import Journey
from reports.services.demonstration.proposing import endorse_and_accept, submit, write_money, written
from reports.services.demonstration.works import promise

_POINTS = (86, 82, 88)
_OPINIONS = (
    "需求清楚，技术路线成熟，运行维护费用测算完整。",
    "与在用系统的衔接方案可行，建议细化数据更新责任。",
    "投资估算合理，绩效目标可以核验。",
)


def appraise(journey: Journey) -> Story:
    """The feasibility study is written, scored by experts (small projects: reviewed), and replied to."""
    yield journey.later(25)
    _write_study(journey)
    submit(journey, "报送可行性研究报告", Gate.APPRAISAL)
    yield from endorse_and_accept(journey)
    yield from _review(journey) if journey.case.phase is Phase.REVIEWING else _panel(journey)
    if journey.case.phase is not Phase.REPLYING:
        return
    yield journey.later(6)
    officer = journey.officer(Role.INVESTMENT)
    decision = decisions.decide(
        submission_id=journey.case.submission_id,
        expected_version=journey.case.version,
        ruling=Ruling(Outcome.APPROVE),
        actor=officer,
    )
    journey.tell(officer, "批复可行性研究报告", money=decision.amount, note=decision.number)


def _write_study(journey: Journey) -> None:
    script = journey.script
    write_money(journey, Part.FEASIBILITY)
    dossier.save(
        fields={
            "risks": script.risks or "部门数据质量和人员力量不足，以分期上线、培训和运行维护外包应对。",
            "sharing_plan": script.sharing_plan or "形成的数据按目录向有关部门共享，敏感信息只返回核验结果。",
        },
        **written(journey),
    )
    dossier.set_alternatives(rows=_alternatives(script.amount), **written(journey))
    if script.resources:
        rows = [
            {"name": name, "source_id": journey.organisation(source), "sharing": sharing, "terms": terms}
            for name, source, sharing, terms in script.resources
        ]
        dossier.set_resources(rows=rows, **written(journey))
    journey.paper(DocumentKind.FEASIBILITY_STUDY)


def _alternatives(total: Money) -> list[dict[str, object]]:
    """The chosen way and a dearer one, each with five years of running."""
    upkeep = rounded(total.share(8, 100))
    dearer = rounded(total.share(112, 100))
    return [
        {
            "name": "利用现有机房和外网，集中建设",
            "description": "集中部署，各单位以接口接入，分两年实施。",
            "build_amount": total,
            "chosen": True,
            "upkeep": [upkeep] * 5,
        },
        {
            "name": "各单位分散建设、数据汇总",
            "description": "各单位自建前置系统，中心汇总数据；建设和运行费用都较高。",
            "build_amount": dearer,
            "chosen": False,
            "upkeep": [rounded(dearer.share(11, 100))] * 5,
        },
    ]


def _review(journey: Journey) -> Story:
    yield journey.later(6)
    officer = journey.officer(Role.INFORMATIZATION)
    appraisals.review(
        submission_id=journey.submission.id,
        passed=True,
        conclusion="方案可行，投资合理，同意通过书面技术审查。",
        actor=officer,
    )
    journey.tell(officer, "书面技术审查通过")


def _panel(journey: Journey) -> Story:
    yield journey.later(3)
    officer = journey.officer(Role.INFORMATIZATION)
    experts = journey.experts
    submission_id = journey.submission.id
    appraisals.assign_experts(
        submission_id=submission_id, expert_ids=[one.user_id for one in experts], actor=officer
    )
    journey.tell(officer, "指派评审专家", note=f"{len(experts)}人，均无利害关系")
    scoring = experts[:2] if journey.script.reach == "panel" else experts
    for expert, points, opinion in zip(scoring, _POINTS, _OPINIONS, strict=False):
        yield journey.later(2)
        appraisals.score(submission_id=submission_id, points=points, text=opinion, actor=expert)
        journey.tell(expert, "独立打分", note=f"{points}分")
    if journey.script.reach in {"panel", "scored"}:
        return
    yield journey.later(3)
    appraisals.conclude_panel(
        submission_id=submission_id, conclusion="方案可行，投资合理，同意通过评审。", actor=officer
    )
    mean = sum(_POINTS) / len(_POINTS)
    journey.tell(officer, "专家评审通过", note=f"平均{mean:.1f}分，合格线70分")


def fix_estimate(journey: Journey) -> Story:
    """The preliminary design is submitted and the investment authority fixes the estimate."""
    yield journey.later(30)
    write_money(journey, Part.DESIGN)
    promise(journey)
    for kind in (DocumentKind.PRELIMINARY_DESIGN, DocumentKind.ESTIMATE_BOOK):
        journey.paper(kind)
    submit(journey, "报送初步设计和投资概算", Gate.ESTIMATE)
    yield from endorse_and_accept(journey)
    if journey.script.reach == "design":
        return
    yield journey.later(10)
    officer = journey.officer(Role.INVESTMENT)
    fix = estimates.fix_estimate(
        submission_id=journey.submission.id, expected_version=journey.case.version, actor=officer
    )
    journey.tell(officer, "核定概算", money=fix.amount, note=fix.number)
