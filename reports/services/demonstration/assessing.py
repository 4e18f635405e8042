"""Stage 7 后评价: yearly self-evaluations, the authority's evaluation, its report, and the end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from approvals.queries.evaluations import evaluation as sheet_of
from approvals.rules.evaluation import EvaluationKind
from approvals.rules.scoring import ScoreInput
from approvals.services import closing, evaluations
from portfolio.foundation import clock
from portfolio.foundation.roles import Actor, Role
from reports.services import assessment
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.journey import Journey
from reports.services.demonstration.script import script

MONTHS_OF_OPERATION = 12
_TENTH = Decimal("0.1")
_OWN = "own"
"""The profile by which a unit judges itself."""


def assess(journey: Journey) -> Story:
    """A year after launch the project is evaluated: scored, exchanged, final, reported and closed."""
    yield clock.add_months(journey.case.launched_on, MONTHS_OF_OPERATION)
    closing.open_evaluation(**journey.standing, actor=journey.applicant)
    journey.tell(journey.applicant, "运行满一年，启动后评价")
    yield journey.later(2)
    yield from report_after_use(journey)
    if journey.script.reach == "reported_on":
        return
    yield journey.later(2)
    officers = _evaluators(journey)
    evaluation_id = _open(journey, officers[0])
    yield from _score(journey, evaluation_id)
    if journey.script.reach in {"evaluating", "exchanged"}:
        return
    yield journey.later(5)
    evaluations.exchange(
        evaluation_id=evaluation_id, reply="对评价结论无不同意见，将按建议整改。", actor=journey.cio
    )
    journey.tell(journey.cio, "交换意见：无不同意见")
    if journey.script.reach == "replied":
        return
    yield journey.later(3)
    final = evaluations.finalise(evaluation_id=evaluation_id, actor=officers[-1])
    note = f"{final.total}分，等级“{final.grade.label}”"
    journey.tell(officers[-1], "绩效评价定稿", note=f"{final.number}，{note}")
    issued = assessment.issue(evaluation_id=evaluation_id, actor=officers[-1])
    journey.tell(officers[-1], "出具绩效评价报告", note=f"PDF {issued.pages}页")
    if journey.script.reach == "closed":
        yield journey.later(5)
        officer = journey.officer(Role.INFORMATIZATION)
        closing.close(**journey.standing, actor=officer)
        journey.tell(officer, "项目办结，系统继续运行")


def _evaluators(journey: Journey) -> list[Actor]:
    """The finance officers; of the finance authority's own projects the informatization ones."""
    owner = journey.script.owner
    return journey.cast.all(Role.FINANCE, besides=owner) or journey.cast.all(
        Role.INFORMATIZATION, besides=owner
    )


def _open(journey: Journey, officer: Actor) -> int:
    opened = evaluations.open_one(
        project_id=journey.project_id, kind=EvaluationKind.EVALUATION, actor=officer
    )
    assessor = journey.cast.one(Role.ASSESSOR)
    usernames = {person.name: person.username for person in script().people}
    evaluations.assign(evaluation_id=opened.id, username=usernames[assessor.name], actor=officer)
    journey.tell(officer, "组织绩效评价，委托第三方", note=f"主评人 {assessor.name}")
    return int(opened.id)


def _score(journey: Journey, evaluation_id: int) -> Story:
    """Self scores, computed figures, the assessor's scores and words, and the draft for the exchange."""
    assessor = journey.cast.one(Role.ASSESSOR)
    yield journey.later(4)
    evaluations.compute(evaluation_id=evaluation_id, as_of=clock.today(), actor=assessor)
    computed = [line for line in sheet_of(evaluation_id).lines if line.computed_score is not None]
    journey.tell(assessor, "按账簿和档案计算指标", note=f"自动计算{len(computed)}项")
    evaluations.self_score(
        evaluation_id=evaluation_id,
        scores=scores(evaluation_id, _OWN),
        actor=journey.applicant,
    )
    if journey.script.reach == "evaluating":
        return
    yield journey.later(8)
    profile = journey.script.profile
    evaluations.evaluate(evaluation_id=evaluation_id, scores=scores(evaluation_id, profile), actor=assessor)
    texts = script().evaluation_texts["main" if profile == "main" else "short"]
    evaluations.write(evaluation_id=evaluation_id, texts=_paragraphs(texts), actor=assessor)
    yield journey.later(2)
    evaluations.submit(evaluation_id=evaluation_id, actor=assessor)
    journey.tell(assessor, "完成评分，送征求意见稿")


def _paragraphs(texts: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {section: "\n".join(paragraphs) for section, paragraphs in texts.items()}


def scores(evaluation_id: int, profile: str) -> dict[str, ScoreInput]:
    """A score for every indicator: as computed where it was, else as the script's profile judges."""
    judgements = script().judgements[profile]
    given = {}
    for line in sheet_of(evaluation_id).lines:
        if line.computed_score is not None:
            given[line.indicator.code] = ScoreInput(line.computed_score)
            continue
        percent, reason = judgements.get(line.indicator.code, judgements["_"])
        points = (line.weight * Decimal(percent) / 100).quantize(_TENTH, ROUND_HALF_UP)
        given[line.indicator.code] = ScoreInput(points, reason)
    return given


def self_evaluate(journey: Journey, year: int) -> Story:
    """The unit's own evaluation of a year, in the first quarter of the next."""
    words = {
        "conclusion": f"{year}年度任务按计划完成，资金按合同支付。",
        "problems": "个别部门配合进度偏慢，已列入下年度协调事项。",
    }
    yield from _own_report(journey, EvaluationKind.ANNUAL_SELF, year, words, f"{year}年度绩效自评")


def report_after_use(journey: Journey) -> Story:
    """The unit's own report on the whole project, before the authority evaluates it."""
    texts = script().evaluation_texts["own"]
    yield from _own_report(journey, EvaluationKind.POST_REPORT, None, _paragraphs(texts), "后评价自评报告")


def _own_report(
    journey: Journey, kind: EvaluationKind, year: int | None, words: Mapping[str, str], what: str
) -> Story:
    """Computed, scored, written and handed in today; an evaluating officer takes it in."""
    applicant = journey.applicant
    opened = evaluations.open_one(project_id=journey.project_id, kind=kind, year=year, actor=applicant)
    evaluations.compute(evaluation_id=opened.id, as_of=clock.today(), actor=applicant)
    evaluations.self_score(evaluation_id=opened.id, scores=scores(opened.id, _OWN), actor=applicant)
    evaluations.write(evaluation_id=opened.id, texts=words, actor=applicant)
    evaluations.submit(evaluation_id=opened.id, actor=applicant)
    journey.tell(applicant, f"报送{what}")
    if kind is EvaluationKind.POST_REPORT and journey.script.reach == "reported_on":
        return
    yield journey.later(10)
    officer = _evaluators(journey)[0]
    final = evaluations.finalise(evaluation_id=opened.id, actor=officer)
    note = f"自评{final.total}分，等级“{final.grade.label}”"
    journey.tell(officer, f"{what}定稿", note=note)
