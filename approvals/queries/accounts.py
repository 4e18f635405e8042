"""What the books say of a project when its final accounts are approved and when it is closed."""

from __future__ import annotations

from typing import Any

from approvals.queries import evidence
from approvals.rules.closing_gate import Books, ClosingFacts, FinalAccounts
from approvals.rules.evaluation import EvaluationKind
from approvals.tables.decision import Decision
from approvals.tables.final_accounts import FinalAccountsApproval
from budget.queries import funds
from portfolio.foundation import clock
from portfolio.foundation.money import Money
from portfolio.foundation.rulebook import Rulebook


def books(project_id: int) -> Books:
    """Contracts, costs, payments and receipts of all years, and the contracts not settled yet; three queries.

    Received is what was released for payment: of earlier years what was paid of it, for the quota left over
    lapses with its year 年终注销.  What suppliers gave back in later years went on to the treasury 缴回国库;
    it is neither paid nor received.
    """
    lines, this_year = funds.project_lines(project_id), clock.fiscal_year(clock.today())
    held = funds.final_accounts(project_id, lines)
    received = Money.total(
        (line.released if line.year >= this_year else line.paid) - line.returned for line in lines
    )
    return Books(
        contracted=held.contracts,
        direct=held.direct,
        paid=held.paid,
        received=received,
        unsettled=held.effective,
    )


def estimate_of(project_id: int) -> Money | None:
    """The fixed estimate that caps the project; ``None`` before it is fixed."""
    account = funds.account(project_id)
    return account.cap if account is not None else None


def approved_accounts(project_id: int) -> FinalAccounts | None:
    """The final accounts as approved; ``None`` before, and for a project accepted before the system."""
    row = accounts_approval(project_id)
    return None if row is None else FinalAccounts(row.final_cost, row.remaining_works)


def accounts_approval(project_id: int) -> FinalAccountsApproval | None:
    """The approval of the final accounts with its decision, the books of the day and the surplus; one query.

    ``None`` before, and for a project accepted before the system.
    """
    query = FinalAccountsApproval.select(FinalAccountsApproval, Decision).join(Decision)
    found: FinalAccountsApproval | None = query.where(FinalAccountsApproval.project == project_id).first()
    return found


def closing_facts(case: Any, rules: Rulebook) -> ClosingFacts:  # noqa: ANN401 - a Peewee row
    """Acceptance, evaluation, money and report of a project that is to be closed."""
    final = evidence.final_evaluations(case.project_id)
    approved = approved_accounts(case.project_id)
    return ClosingFacts(
        accepted=approved is not None or evidence.accepted_before(case),
        evaluation_issued=EvaluationKind.EVALUATION in final,
        accounts=approved,
        books=books(case.project_id),
        report_due=evidence.counted(case.launched_on, rules, "R16", "to_months"),
        reported=EvaluationKind.POST_REPORT in final,
    )
