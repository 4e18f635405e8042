"""Who was asked what about a submission, by when, what they said; and what comes next for a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import JOIN

from approvals.rules.prospects import WRITES
from approvals.rules.stages import Act, Outcome, Phase, SideState, Stage, StepKind, StepState, outcome_label
from approvals.tables.case import Case
from approvals.tables.decision import Condition, Decision
from approvals.tables.meeting import LapsedStep
from approvals.tables.submission import Step
from portfolio.foundation import clock
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Message, NotFound, say
from portfolio.foundation.roles import Actor, Role


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as people read it; ``by`` stood in for ``principal`` where that is not empty."""

    id: int
    kind: StepKind
    role: Role
    round: int
    state: StepState
    opened_at: datetime
    due_on: date
    assignee: str
    by: str
    house: str
    principal: str
    done_at: datetime | None
    outcome: Outcome | None
    outcome_words: str
    opinion: str
    paper_id: int | None
    lapsed_at: datetime | None = None

    @property
    def lapsed(self) -> bool:
        """Whether silence until its day counted as no objection."""
        return self.lapsed_at is not None

    @property
    def open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.state is StepState.OPEN

    @property
    def late(self) -> bool:
        """Whether it was done, or still waits, after its day."""
        day = clock.today() if self.done_at is None else self.done_at.astimezone(clock.ZONE).date()
        return self.state is not StepState.VOID and day > self.due_on


def steps_of(submission: Any) -> list[StepLine]:  # noqa: ANN401 - a Peewee row
    """Every step of a submission in order; one query.

    Those no longer needed are left out, but not those that lapsed.
    """
    if submission is None:
        return []
    principal, assignee = User.alias(), User.alias()
    query = (
        Step.select(Step, User, Organisation, principal, assignee, LapsedStep)
        .join(User, JOIN.LEFT_OUTER, on=Step.actor, attr="by")
        .join(Organisation, JOIN.LEFT_OUTER, on=User.organisation)
        .switch(Step)
        .join(principal, JOIN.LEFT_OUTER, on=(Step.on_behalf_of == principal.id), attr="principal")
        .switch(Step)
        .join(assignee, JOIN.LEFT_OUTER, on=(Step.assignee == assignee.id), attr="asked")
        .switch(Step)
        .join(LapsedStep, JOIN.LEFT_OUTER, on=(LapsedStep.step == Step.id), attr="lapse")
        .where(Step.submission == submission, (Step.state != StepState.VOID) | LapsedStep.id.is_null(False))
        .order_by(Step.id)
    )
    return [_line(step, submission.stage) for step in query]


def _line(step: Any, stage: Stage) -> StepLine:  # noqa: ANN401 - a Peewee row
    done = step.state is StepState.DONE
    lapse = getattr(step, "lapse", None)
    return StepLine(
        id=step.id,
        kind=step.kind,
        role=step.role,
        round=step.round,
        state=step.state,
        opened_at=step.opened_at,
        due_on=step.due_on,
        assignee=step.asked.name if step.assignee_id is not None else "",
        by=step.by.name if done else "",
        house=step.by.organisation.name if done else "",
        principal=step.principal.name if step.on_behalf_of_id is not None else "",
        done_at=step.done_at,
        outcome=step.outcome,
        outcome_words=outcome_label(step.outcome, stage) if step.outcome else "",
        opinion=step.opinion,
        paper_id=step.paper_id,
        lapsed_at=lapse.lapsed_at if lapse is not None and lapse.id is not None else None,
    )


def decisions_on(submission_id: int) -> list[tuple[Decision, list[Condition]]]:
    """The decisions on a submission, each with who made it and its conditions; two queries."""
    principal = User.alias()
    decisions = list(
        Decision.select(Decision, User, Organisation, principal)
        .join(User, on=Decision.decided_by)
        .join(Organisation)
        .switch(Decision)
        .join(principal, JOIN.LEFT_OUTER, on=(Decision.on_behalf_of == principal.id), attr="principal")
        .where(Decision.submission == submission_id)
        .order_by(Decision.id)
    )
    conditions = list(
        Condition.select(Condition, Organisation)
        .join(Organisation, on=Condition.owner)
        .where(Condition.decision.in_([row.id for row in decisions]))
        .order_by(Condition.id)
    )
    return [
        (decision, [one for one in conditions if one.decision_id == decision.id]) for decision in decisions
    ]


def paper_of(submission: Any, document_id: int) -> Document:  # noqa: ANN401 - a Peewee row
    """The scan of a signed paper behind a step or a decision of a submission; raises ``NotFound``."""
    steps = Step.select(Step.paper).where(Step.submission == submission)
    decisions = Decision.select(Decision.paper).where(Decision.submission == submission)
    found: Document | None = (
        Document.select()
        .where(Document.id == document_id, Document.id.in_(steps) | Document.id.in_(decisions))
        .first()
    )
    if found is None:
        raise NotFound(say("该申报件没有这份签字件（编号 {key}）", key=document_id))
    return found


_NEXT = {
    Phase.FIXED: say("下一步：年度投资计划审定、指标下达后，申报单位申请开工"),
    Phase.BUILDING: say("下一步：申报单位按计划建设，建成后报告建成"),
    Phase.PRELIMINARY: say("下一步：申报单位组织初步验收"),
    Phase.TRIAL: say("下一步：申报单位试运行，备齐材料后申请竣工验收"),
    Phase.ACCEPTED: say("下一步：申报单位登记系统，投入运行"),
    Phase.RUNNING: say("下一步：申报单位填报绩效完成值，并启动后评价"),
    Phase.EVALUATING: say("下一步：评价定稿、资金结清后，主管部门办结"),
}
"""What comes next where nobody is asked for a step of their own."""


def next_step(project_id: int) -> Message:
    """What comes next for a project, and who has to do it by when; two queries."""
    case = Case.get(Case.project == project_id)
    if case.side_state is SideState.DEFERRED and case.review_on is not None:
        return say("项目暂缓，{day} 再审", day=case.review_on)
    steps = list(
        Step.select().where(Step.submission == case.submission_id, Step.state == StepState.OPEN)
        if case.submission_id
        else ()
    )
    if steps:
        return say(
            "下一步：{roles}在 {day} 前办理“{step}”",
            roles="、".join(dict.fromkeys(step.role.label for step in steps)),
            day=max(step.due_on for step in steps),
            step=steps[-1].kind.label,
        )
    if case.phase is Phase.DRAFTING and case.stage in WRITES:
        return say("下一步：申报单位填报{document}并报送", document=WRITES[case.stage])
    if case.phase in _NEXT and case.side_state is SideState.ACTIVE:
        return _NEXT[case.phase]
    return say("项目现处“{stage}·{phase}”", stage=case.stage.label, phase=case.phase.label)


def moved_by(case: Any, act: Act, version: int, actor: Actor) -> bool:  # noqa: ANN401 - a Peewee row
    """Whether this very person made this very move when the case stood at ``version``; one query.

    A second click on a button is told by it from somebody else's act.
    """
    made = AuditEntry.select(AuditEntry.data).where(
        AuditEntry.subject_kind == "case",
        AuditEntry.subject_id == case.id,
        AuditEntry.action == f"case.{act.value}",
        AuditEntry.actor_id == actor.user_id,
    )
    return any(entry.data.get("version") == version + 1 for entry in made)
