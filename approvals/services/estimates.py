"""Fixing the estimate 核定概算: the figure that caps everything after."""

from __future__ import annotations

from approvals.queries.frozen import submitted_total
from approvals.rules.stages import Act, DecisionMode, Outcome, StepKind, SubmissionState
from approvals.services import money
from approvals.services.decisions import Ruling, append
from approvals.services.matter import authorise, expect, independent, move, pass_gate, settle, take_submission
from approvals.services.steps import Opinion, done_already, finish, open_one
from budget.rules.words import ProgrammeMeasure
from budget.services import accounts
from budget.tables.project_account import EstimateFix
from portfolio.foundation.db import transaction
from portfolio.foundation.roles import Actor


def fix_estimate(*, submission_id: int, expected_version: int, number: str = "", actor: Actor) -> EstimateFix:
    """The investment authority fixes the estimate as submitted; without ``number`` the next 文号 is given.

    Cap, case and programme account move together.  Twice gives the first fix back.  Raises ``Refused`` with
    the estimate gate's findings, ``Forbidden`` for another or an involved person, ``StaleVersion``.
    """
    opinion = Opinion(Outcome.APPROVE)
    with transaction():
        matter = take_submission(submission_id)
        if done_already(submission_id, StepKind.FIX, actor, opinion) is not None:
            return matter.case.estimate_fix
        expect(matter, expected_version)
        row = authorise(matter, Act.FIX_ESTIMATE, actor)
        independent(matter, StepKind.FIX, actor)
        pass_gate(matter, row)
        finish(open_one(matter.submission, StepKind.FIX), actor, opinion)
        ruling = Ruling(Outcome.APPROVE, amount=submitted_total(matter.submission), number=number.strip())
        decision = append(matter, DecisionMode.REPLY, ruling, actor)
        settle(matter.submission, SubmissionState.APPROVED)
        fix = accounts.fix_cap(
            project_id=matter.case.project_id, amount=decision.amount, number=decision.number, actor=actor
        )
        move(matter, row, actor, estimate_fix=fix.id)
        money.count_investment(ProgrammeMeasure.APPROVED, matter.submission, decision.number, actor)
        return fix
