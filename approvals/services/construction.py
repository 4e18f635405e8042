"""Building: the start 开工 through the build gate, and the completion."""

from __future__ import annotations

from datetime import date

from approvals.queries import gates
from approvals.rules.stages import Act, Gate, Phase, Stage, SubmissionKind, SubmissionState
from approvals.rules.workflow import BASIS
from approvals.services.matter import Matter, authorise, move, pass_gate, record, take
from approvals.services.submissions import freeze
from approvals.tables.case import Case
from approvals.tables.submission import Submission
from budget.queries.funds import FundsInPlace, funds_in_place
from budget.services import realised
from portfolio.foundation import clock, rulebook
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Finding, Invalid, Refused, refuse_unless, say
from portfolio.foundation.roles import Actor, Role
from portfolio.services import progress

_BEFORE = frozenset({Stage.INITIATION, Stage.APPRAISAL, Stage.ESTIMATE})


def start_construction(
    *, project_id: int, expected_version: int, cover_number: str, actor: Actor
) -> Submission:
    """Start building: the gate asks for appraisal, estimate, annual plan, this year's money and conditions.

    What was shown is frozen as the start application; the account opens, the milestones' first promises are
    fixed.  Raises ``Refused`` with every finding of the gate, however early it is asked; ``Forbidden`` for
    another than an applicant of the owner, ``Invalid`` without a cover letter, ``StaleVersion``.
    """
    with transaction():
        matter = take(project_id, expected_version)
        actor.require_unit(matter.project.owner_id, Role.APPLICANT)
        matter.rules = rulebook.on(clock.today())
        if matter.case.stage in _BEFORE:  # says what is missing, not only that it is not the time
            refuse_unless(gates.findings(Gate.BUILD, matter.case, matter.rules))
        row = authorise(matter, Act.START_CONSTRUCTION, actor)
        if not cover_number.strip():
            raise Invalid({"cover_number": say("请填写请示文号")})
        findings = pass_gate(matter, row)
        funds = funds_in_place(project_id, clock.fiscal_year(clock.today()))
        submission = _start_application(matter, funds, findings, cover_number, actor)
        move(
            matter,
            row,
            actor,
            submission=submission.id,
            rulebook_day=matter.rules.day,
            annual_plan_row=funds.annual_plan_row_id,
            budget_line=funds.line_id,
        )
        progress.fix_baseline(project_id=project_id, actor=actor)
        return submission


def _start_application(
    matter: Matter, funds: FundsInPlace, findings: list[Finding], cover_number: str, actor: Actor
) -> Submission:
    shown = {
        "annual_plan_row": funds.annual_plan_row_id,
        "budget_line": funds.line_id,
        "allotted": funds.allotted.fen,
        "estimate_fix": matter.case.estimate_fix_id,
    }
    snapshot = gates.snapshot(matter.case, combined=False) | {"start": shown}
    kind, state = SubmissionKind.START_APPLICATION, SubmissionState.APPROVED
    return freeze(matter, kind, snapshot, findings, cover_number, actor, state)


def complete(*, project_id: int, expected_version: int, completed_on: date, actor: Actor) -> Case:
    """Say that everything is built 建成, since a day; the clocks of acceptance and accounts run from there.

    Raises ``Invalid`` for a day to come or before the start, ``Refused`` while a change is being judged.
    """
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, Act.COMPLETE, actor)
        refuse_while_judged(matter)
        started = _started_on(matter)
        problem = None
        if completed_on > clock.today():
            problem = say("建成日期不能晚于今日")
        elif started is not None and completed_on < started:
            problem = say("建成日期不能早于开工日期 {day}", day=started.isoformat())
        if problem is not None:
            raise Invalid({"completed_on": problem})
        move(matter, row, actor, completed_on=completed_on)
        realised.follow_completion(project_id=project_id, day=completed_on, note="建成", actor=actor)
        record(matter, actor, "case.completed_on", {"day": completed_on.isoformat()})
        return matter.case


def refuse_while_judged(matter: Matter) -> None:
    """Raise ``Refused`` (FLOW) while a requested change of the project waits for its decision."""
    judged = matter.submission is not None and matter.submission.state is SubmissionState.IN_REVIEW
    if matter.case.phase is Phase.BUILDING and judged:
        raise Refused(
            [
                Finding(
                    "FLOW",
                    False,
                    say("有调整申请正在审批"),
                    BASIS,
                    remedy=say("请待调整申请办结"),
                )
            ]
        )


def _started_on(matter: Matter) -> date | None:
    row = (
        Submission.select(Submission.submitted_at)
        .where(
            Submission.project == matter.case.project_id,
            Submission.kind == SubmissionKind.START_APPLICATION,
        )
        .order_by(Submission.id.desc())
        .first()
    )
    return row.submitted_at.date() if row else None
