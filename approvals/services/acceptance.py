"""Acceptance 验收: the owner's own, the final accounts, and putting the systems into operation.

The final acceptance itself is submitted, endorsed and decided like any other submission.
"""

from __future__ import annotations

from datetime import date

from approvals.queries import accounts, gates
from approvals.rules.closing_gate import Books, FinalAccounts
from approvals.rules.stages import (
    Act,
    DecisionMode,
    Outcome,
    StepKind,
    SubmissionKind,
    SubmissionState,
)
from approvals.services.decisions import Ruling, append
from approvals.services.matter import Matter, authorise, expect, independent, move, pass_gate, record, take
from approvals.services.steps import Opinion, finish, open_one
from approvals.services.submissions import freeze
from approvals.tables.case import Case
from approvals.tables.decision import Decision
from approvals.tables.final_accounts import FinalAccountsApproval
from approvals.tables.submission import Submission
from budget.rules.amounts import not_negative
from budget.services import accounts as money
from budget.services import realised
from portfolio.foundation import clock, rulebook
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Invalid, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.services import systems


def accept_preliminary(*, project_id: int, expected_version: int, actor: Actor) -> Submission:
    """The owner accepts the work itself 初步验收; its report is frozen and the trial operation begins.

    Raises ``Refused`` naming each paper that is missing, ``Forbidden`` for another than an applicant of the
    owner, ``StaleVersion``.
    """
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, Act.ACCEPT_PRELIMINARY, actor)
        matter.rules = rulebook.on(clock.today())
        findings = pass_gate(matter, row)
        snapshot = gates.snapshot(matter.case, combined=False)
        kind, state = SubmissionKind.PRELIMINARY_ACCEPTANCE, SubmissionState.APPROVED
        submission = freeze(matter, kind, snapshot, findings, "", actor, state)
        move(matter, row, actor, submission=submission.id, rulebook_day=matter.rules.day)
        return submission


def approve_final_accounts(
    *,
    project_id: int,
    expected_version: int,
    final_cost: Money,
    remaining_works: Money = Money.ZERO,
    number: str = "",
    actor: Actor,
) -> Decision:
    """The finance authority approves the final accounts 批复竣工财务决算; the surplus is recorded (R15).

    ``final_cost`` includes retention still due; ``remaining_works`` are works still to be done outside it.
    Without ``number`` the next 文号 is given; the same figures by the same person twice give the first
    decision back.  Raises ``Refused`` above the estimate, with unsettled contracts or when the books say
    otherwise; ``Forbidden``, ``Invalid``, ``StaleVersion``.
    """
    accounts_given = FinalAccounts(
        not_negative(final_cost, "final_cost"), not_negative(remaining_works, "remaining_works")
    )
    with transaction():
        matter = take(project_id)
        repeated = _approved_already(project_id, accounts_given, number.strip(), actor)
        if repeated is not None:
            return repeated
        expect(matter, expected_version)
        row = authorise(matter, Act.APPROVE_FINAL_ACCOUNTS, actor)
        independent(matter, StepKind.FINAL_ACCOUNTS, actor)
        books = accounts.books(project_id)
        estimate = accounts.estimate_of(project_id)
        refuse_unless(
            gates.final_accounts_findings(matter.case, accounts_given, books, estimate, matter.rules)
        )
        finish(open_one(matter.submission, StepKind.FINAL_ACCOUNTS), actor, Opinion(Outcome.APPROVE))
        ruling = Ruling(Outcome.APPROVE, amount=accounts_given.final_cost, number=number.strip())
        decision = append(matter, DecisionMode.FINAL_ACCOUNTS, ruling, actor)
        _write(matter, decision, accounts_given, books, actor)
        money.record_final_cost(
            project_id=project_id, amount=accounts_given.final_cost, number=decision.number, actor=actor
        )
        realised.follow_completion(
            project_id=project_id, day=clock.today(), note=decision.number, actor=actor
        )
        move(matter, row, actor)
        return decision


def _write(matter: Matter, decision: Decision, given: FinalAccounts, books: Books, actor: Actor) -> None:
    surplus = given.surplus(books.received)
    FinalAccountsApproval.create(
        decision=decision,
        project=matter.case.project_id,
        estimate=accounts.estimate_of(matter.case.project_id),
        contracted=books.contracted,
        direct=books.direct,
        paid=books.paid,
        received=books.received,
        final_cost=given.final_cost,
        remaining_works=given.remaining_works,
        surplus=surplus,
    )
    record(matter, actor, "final_accounts.approve", {"final_cost": given.final_cost, "surplus": surplus})


def _approved_already(project_id: int, given: FinalAccounts, number: str, actor: Actor) -> Decision | None:
    """The approval that this very actor has given to these very figures: a second click's answer."""
    row = accounts.accounts_approval(project_id)
    if row is None or row.decision.decided_by_id != actor.user_id:
        return None
    if (row.final_cost, row.remaining_works) != (given.final_cost, given.remaining_works):
        return None
    same = not number or row.decision.number == number
    return row.decision if same else None


def put_into_operation(*, project_id: int, expected_version: int, launched_on: date, actor: Actor) -> Case:
    """Put what was accepted into operation, since a day, and with it the systems that it produced.

    The clock of the post-evaluation runs from there.

    Raises ``Refused`` while no system is registered or certified (SYSTEMS, R17) or a condition is open,
    ``Invalid`` for a day to come or before the completion, ``Forbidden``, ``StaleVersion``.
    """
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, Act.PUT_INTO_OPERATION, actor)
        built = matter.case.completed_on
        if launched_on > clock.today():
            raise Invalid({"launched_on": say("投入运行日期不能晚于今日")})
        if built is not None and launched_on < built:
            raise Invalid({"launched_on": say("投入运行日期不能早于建成日期 {day}", day=built.isoformat())})
        pass_gate(matter, row)
        systems.launch(project_id=project_id, launched_on=launched_on, actor=actor)
        move(matter, row, actor, launched_on=launched_on)
        record(matter, actor, "case.launched_on", {"day": launched_on.isoformat()})
        return matter.case
