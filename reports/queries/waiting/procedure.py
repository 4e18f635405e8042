"""What waits from the procedure: steps, moves of one's own, evaluations, conditions, matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from approvals.queries import matters, next_moves
from approvals.queries.conditions import count_owed, may_owe, owed
from approvals.queries.evaluations import left_to
from approvals.queries.gates import PARTS
from approvals.queries.inbox import InboxRow, asked
from approvals.queries.matters import Matter, MatterKind
from approvals.queries.next_moves import NextMove
from approvals.queries.returns import Return
from approvals.rules.evaluation import EVALUATORS, EvaluationState
from approvals.rules.next_moves import SUBMITS
from approvals.rules.stages import Act, Phase, Stage, StepKind
from approvals.tables.evaluation import Evaluation
from portfolio.foundation import clock
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import fn
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.rulebook import Rulebook
from portfolio.tables.project import Project
from reports.queries.waiting.task import MOST, Place, Task, urgency

ACT_OF_STEP = {
    StepKind.ENDORSE: Act.ENDORSE,
    StepKind.ACCEPT: Act.ACCEPT,
    StepKind.REVIEW: Act.REVIEW,
    StepKind.PANEL: Act.CONCLUDE,
    StepKind.SCORE: Act.SCORE,
    StepKind.COUNTERSIGN: Act.COUNTERSIGN,
    StepKind.COORDINATE: Act.COORDINATE,
    StepKind.DECIDE: Act.APPROVE,
    StepKind.REPLY: Act.APPROVE,
    StepKind.FIX: Act.FIX_ESTIMATE,
    StepKind.PRELIMINARY_ACCEPTANCE: Act.ACCEPT_PRELIMINARY,
    StepKind.FINAL_ACCEPTANCE: Act.APPROVE,
    StepKind.FINAL_ACCOUNTS: Act.APPROVE_FINAL_ACCOUNTS,
    StepKind.FILE: Act.FILE,
    StepKind.CHANGE: Act.DECIDE_CHANGE,
}
"""The act by which a step is taken; a panel begins by assigning its experts."""

_PLACE_OF_MATTER = {
    MatterKind.CLOSE: (Place.ACT, Act.CLOSE.value),
    MatterKind.CONFIRM_INHERITED: (Place.INHERITED, ""),
    MatterKind.DECIDE_PLAN: (Place.PLAN, ""),
}

_EVALUATE = (Role.APPLICANT, Role.CIO, Role.ASSESSOR, *EVALUATORS)


def tasks(actor: Actor, rules: Callable[[], Rulebook]) -> list[Task]:
    """All of it; five queries at most."""
    found = [_step_task(row) for row in asked(actor, rules)]
    if actor.has(Role.APPLICANT):
        found += [_own_task(move) for move in next_moves.of_unit(actor, rules())]
    if actor.has(*_EVALUATE):
        found += _evaluations(actor)
    if may_owe(actor):
        found += [_condition(row) for row in owed(actor)]
    return found + [_matter(one) for one in matters.waiting(actor, MOST)]


def counts(actor: Actor, rules: Callable[[], Rulebook]) -> list[Any]:
    """The queries that count it, but for the steps."""
    found = [count_owed(actor)] if may_owe(actor) else []
    found += matters.counts(actor)
    if actor.has(Role.APPLICANT):
        found += next_moves.counts(actor, rules())
    if actor.has(*_EVALUATE):
        of_projects = Evaluation.select(fn.COUNT(Evaluation.id)).where(Evaluation.project.is_null(False))
        found.append(of_projects.where(left_to(actor)))
    return found


def act_of(row: InboxRow) -> Act:
    """The act by which a row of the inbox is done."""
    return Act.ASSIGN_EXPERTS if row.kind is StepKind.PANEL and not row.experts else ACT_OF_STEP[row.kind]


def _step_task(row: InboxRow) -> Task:
    return Task(
        what=say("{step}", step=row.kind.label),
        verb=say("办理"),
        place=Place.ACT,
        code=act_of(row).value,
        project_id=row.project_id,
        project_code=row.project_code,
        project_name=row.project_name,
        owner_name=row.owner_name,
        since=row.since,
        due_on=row.due_on,
        urgency=urgency(row.due_on, clock.today()),
    )


def _own_task(move: NextMove) -> Task:
    """What the own unit has to do in one of its projects."""
    returned = move.returned
    verb, place, code = _where(move)
    return Task(
        what=move.what if returned is None else _revised(move.stage, returned),
        verb=verb,
        place=place,
        code=code,
        project_id=move.project_id,
        project_code=move.project_code,
        project_name=move.project_name,
        owner_name=move.owner_name,
        since=move.since,
        due_on=move.due_on,
        urgency=urgency(move.due_on, clock.today()),
        returned=returned,
    )


def _where(move: NextMove) -> tuple[Message, Place, str]:
    """By which verb, where and under which code a move is made: what is drafted, in the dossier."""
    if move.code == next_moves.REPORT_PROGRESS:
        return say("填写"), Place.PROGRESS, move.code
    if move.phase is not Phase.DRAFTING:
        return say("办理"), Place.ACT, move.code
    verb = say("填写") if move.returned is None else say("修改")
    return verb, Place.DOSSIER, PARTS[move.stage].value


def _revised(stage: Stage, returned: Return) -> Message:
    document = SUBMITS[stage].label
    if returned.reopened:
        return say("重报{document}", document=document)
    return say("退回修改：{document}", document=document)


def _evaluations(actor: Actor) -> list[Task]:
    """Evaluations to write, to score, to answer or to make final; one query."""
    rows = Evaluation.select(Evaluation, Project, Organisation).join(Project).join(Organisation)
    return [
        Task(
            what=_left(row),
            verb=say("办理"),
            place=Place.EVALUATION,
            code=str(row.id),
            project_id=row.project.id,
            project_code=row.project.code,
            project_name=row.project.name,
            owner_name=row.project.owner.name,
            since=(row.submitted_at or row.opened_at).date(),
        )
        for row in rows.where(left_to(actor)).order_by(Evaluation.id).limit(MOST)
    ]


def _left(row: Any) -> Message:  # noqa: ANN401 - a Peewee row
    if row.state is EvaluationState.DRAFT:
        return say("编写{kind}", kind=row.kind.label) if row.kind.by_the_unit else say("评价打分")
    if row.state is EvaluationState.SUBMITTED and not row.kind.by_the_unit:
        return say("对评价交换意见")
    return say("{kind}定稿", kind=row.kind.label)


def _condition(row: Any) -> Task:  # noqa: ANN401 - a Peewee row
    """Something that a decision demands of the actor's organisation."""
    return Task(
        what=say("落实审批条件"),
        verb=say("提交证明"),
        place=Place.CONDITION,
        code=str(row.id),
        project_id=row.project_id,
        project_code=row.project.code,
        project_name=row.project.name,
        owner_name=row.project.owner.name,
        since=row.decision.decided_at.date(),
        due_on=row.due_on,
        urgency=urgency(row.due_on, clock.today()),
        note=row.text,
    )


def _matter(one: Matter) -> Task:
    place, code = _PLACE_OF_MATTER[one.kind]
    what = say("{matter}", matter=one.kind)
    return Task(
        what=what if one.year is None else say("审定{year}年度投资计划", year=one.year),
        verb=say("办理"),
        place=place,
        code=code or str(one.year),
        project_id=one.project_id,
        project_code=one.code,
        project_name=one.name,
        owner_name=one.owner,
        since=one.since,
    )
