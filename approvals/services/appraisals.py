"""Appraising: experts score blind, the panel is concluded; small projects get a written technical review."""

from __future__ import annotations

from collections.abc import Sequence

from approvals.queries.people import involvement, party_ids
from approvals.queries.scores import scores_of
from approvals.rules.appraisal_gate import ExpertFacts, expert_findings, panel_gate, panel_result
from approvals.rules.stages import (
    Act,
    AppraisalMode,
    Circumstance,
    Outcome,
    Phase,
    StepKind,
    StepState,
    SubmissionState,
)
from approvals.services.appraisal_results import write_failed
from approvals.services.matter import (
    Matter,
    authorise,
    independent,
    move,
    open_step,
    record,
    settle,
    take,
    take_submission,
)
from approvals.services.steps import Opinion, done_already, finish, open_one
from approvals.tables.decision import Appraisal
from approvals.tables.submission import ExpertScore, Step
from portfolio.foundation import access, clock
from portfolio.foundation.access import User
from portfolio.foundation.db import get, transaction
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Conflict, Finding, Forbidden, Invalid, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role

HIGHEST_SCORE = 100


def assign_experts(*, submission_id: int, expert_ids: Sequence[int], actor: Actor) -> list[Step]:
    """Ask experts (user ids) to score a submission; those already asked are passed over.

    Raises ``Refused`` (CONFLICT, APPRAISAL) naming every expert who may not, ``NotFound`` for no such person.
    """
    with transaction():
        matter = take_submission(submission_id)
        row = authorise(matter, Act.ASSIGN_EXPERTS, actor)
        independent(matter, StepKind.PANEL, actor)
        asked = {
            step.assignee_id
            for step in Step.select(Step.assignee).where(
                Step.submission == matter.submission, Step.kind == StepKind.SCORE
            )
        }
        wanted = [key for key in dict.fromkeys(expert_ids) if key not in asked]
        parties, involved = party_ids(matter.project), involvement(matter.project, matter.submission)
        findings: list[Finding] = []
        for key in wanted:
            user = get(User, key, say("专家"))
            person = access.actor_for(user.username)
            took_part = key in involved.submitters | involved.endorsers
            facts = ExpertFacts(user.name, person.has(Role.EXPERT), user.organisation_id, took_part)
            findings += expert_findings(facts, parties, matter.rules)
        if findings:
            refuse_unless(findings)
        steps = [open_step(matter, StepKind.SCORE, Role.EXPERT, key) for key in wanted]
        if steps:
            move(matter, row, actor)
            record(matter, actor, "panel.assign", {"experts": wanted})
        return steps


def score(
    *, submission_id: int, points: int | None, text: str, conflict: bool = False, actor: Actor
) -> ExpertScore:
    """An expert gives 0 to 100 points with reasons, or declares a conflict of interest and gives none.

    The same score twice gives the first one back; another one raises ``Conflict``.  Raises ``Invalid`` for
    points out of range, ``Forbidden`` for somebody not asked.
    """
    _check_score(points, text, conflict)
    with transaction():
        matter = take_submission(submission_id)
        given = ExpertScore.get_or_none(submission=submission_id, expert=actor.user_id)
        if given is not None:
            return _same_score(given, points, text, conflict)
        authorise(matter, Act.SCORE, actor)
        independent(matter, StepKind.SCORE, actor)
        step = Step.get_or_none(
            submission=submission_id, kind=StepKind.SCORE, assignee=actor.user_id, state=StepState.OPEN
        )
        if step is None:
            raise Forbidden(
                say("{name}未被指派评审本项目", name=actor.name),
                basis="专家只评审指派的项目",
                remedy=say("请由信息化主管部门指派"),
            )
        written: ExpertScore = ExpertScore.create(
            submission=submission_id,
            expert=actor.user_id,
            score=points,
            opinion=text.strip(),
            conflict=conflict,
            scored_at=clock.now(),
        )
        if conflict:
            Step.update(state=StepState.VOID).where(Step.id == step.id).execute()
        else:
            finish(step, actor, Opinion(Outcome.APPROVE, text))
        record(matter, actor, "panel.score", {"conflict": conflict})
        return written


def conclude_panel(*, submission_id: int, conclusion: str, actor: Actor) -> bool:
    """Draw the panel's conclusion from the scores; returns whether it passed.

    A study that does not pass goes back to the applicant.  Raises ``Refused`` (PANEL) while experts are
    missing or have not scored, ``Invalid`` without words.
    """
    if not conclusion.strip():
        raise Invalid({"conclusion": say("请填写评审结论")})
    with transaction():
        matter = take_submission(submission_id)
        scores = scores_of(matter.submission)
        passed = panel_result(scores, matter.rules).passed
        repeated = done_already(submission_id, StepKind.PANEL, actor, _opinion(passed, conclusion))
        if repeated is not None:
            return passed
        result = Circumstance.PASSED if passed else Circumstance.FAILED
        authorise(matter, Act.CONCLUDE, actor, result)
        findings = panel_gate(scores, matter.rules)
        refuse_unless([found for found in findings if found.code == "PANEL"])
        _end_appraisal(matter, Act.CONCLUDE, StepKind.PANEL, passed, conclusion, actor)
        return passed


def review(*, submission_id: int, passed: bool, conclusion: str, actor: Actor) -> None:
    """The written technical review of a small project; one that fails goes back to the applicant."""
    if not conclusion.strip():
        raise Invalid({"conclusion": say("请填写技术审查意见")})
    with transaction():
        matter = take_submission(submission_id)
        if done_already(submission_id, StepKind.REVIEW, actor, _opinion(passed, conclusion)) is None:
            _end_appraisal(matter, Act.REVIEW, StepKind.REVIEW, passed, conclusion, actor)


def _end_appraisal(
    matter: Matter, act: Act, kind: StepKind, passed: bool, conclusion: str, actor: Actor
) -> None:
    row = authorise(matter, act, actor, Circumstance.PASSED if passed else Circumstance.FAILED)
    independent(matter, kind, actor)
    finish(open_one(matter.submission, kind), actor, _opinion(passed, conclusion))
    if not passed:
        write_failed(matter, conclusion.strip(), actor)
        settle(matter.submission, SubmissionState.RETURNED)
    move(matter, row, actor)


def _opinion(passed: bool, conclusion: str) -> Opinion:
    return Opinion(Outcome.APPROVE if passed else Outcome.RETURN_FOR_REVISION, conclusion.strip())


def register_upper_reply(
    *, project_id: int, expected_version: int, amount: Money, number: str, document_id: int, actor: Actor
) -> Appraisal:
    """Register the approval of a state or ministry level (route upper_level): it stands for the appraisal.

    Raises ``Invalid`` without amount or number, ``Refused`` for other routes, ``StaleVersion``.
    """
    problems = {}
    if amount <= Money.ZERO:
        problems["amount"] = say("批复投资应大于零")
    if not number.strip():
        problems["number"] = say("请填写上级批复文号")
    if problems:
        raise Invalid(problems)
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, Act.REGISTER_UPPER_REPLY, actor)
        independent(matter, StepKind.REPLY, actor)
        get(Document, document_id, say("上级批复"))
        written: Appraisal = Appraisal.create(
            project=project_id,
            mode=AppraisalMode.UPPER_LEVEL,
            conclusion="上级批复视同通过评估",
            passed=True,
            approved_investment=amount,
            number=number.strip(),
            document=document_id,
            decided_by=actor.user_id,
            on_behalf_of=actor.on_behalf_of,
            decided_at=clock.now(),
        )
        move(matter, row, actor, appraisal=written.id)
        return written


def reopen(*, project_id: int, expected_version: int, act: Act, reason: str, actor: Actor) -> None:
    """Go back a stage: a materially changed study to its proposal, an estimate far above to its study.

    ``act`` is ``REOPEN_INITIATION`` or ``REOPEN_APPRAISAL``; the evidence of the stage is taken out of the
    case and has to be won again.
    """
    if act not in {Act.REOPEN_INITIATION, Act.REOPEN_APPRAISAL}:
        raise Invalid({"act": say("只能重报项目建议书或可行性研究报告")})
    if not reason.strip():
        raise Invalid({"reason": say("请写明重报理由")})
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, act, actor)
        cleared: dict[str, None] = {"appraisal": None}
        if act is Act.REOPEN_INITIATION:
            cleared |= {"decision": None, "plan_item": None}
        judged = matter.submission is not None and matter.submission.state is SubmissionState.IN_REVIEW
        if judged and matter.case.phase is not Phase.DRAFTING:
            settle(matter.submission, SubmissionState.RETURNED)
        move(matter, row, actor, **cleared)
        record(matter, actor, "case.reopen", {"reason": reason.strip()})


def _check_score(points: int | None, text: str, conflict: bool) -> None:
    problems = {}
    if conflict and points is not None:
        problems["points"] = say("声明利害关系的，不再打分")
    if not conflict and (points is None or not 0 <= points <= HIGHEST_SCORE):
        problems["points"] = say("分数应为0至{highest}的整数", highest=HIGHEST_SCORE)
    if not text.strip():
        problems["text"] = say("请填写评审意见或利害关系")
    if problems:
        raise Invalid(problems)


def _same_score(given: ExpertScore, points: int | None, text: str, conflict: bool) -> ExpertScore:
    if (given.score, given.opinion, given.conflict) == (points, text.strip(), conflict):
        return given
    raise Conflict(say("您已评审过本项目，评分不能更改"), remedy=say("如有错误，请告知信息化主管部门"))
