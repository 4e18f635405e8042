"""Costs without a contract 非合同支出: drafted by the unit, approved by somebody else, then paid."""

from __future__ import annotations

from typing import Any

from budget.queries.subjects import subject
from budget.rules.accounts import Act
from budget.rules.amounts import positive, written
from budget.rules.refusals import another_person
from budget.rules.words import DirectCostKind, EntryKind, Measure
from budget.services.books import books, hold_version, once
from budget.services.companions import account_changes
from budget.services.contracts.drafts import require_member, require_second
from budget.services.explaining import Change
from budget.services.posting import Posting, post
from budget.tables.contract import DirectCost
from budget.tables.line import BudgetLine
from portfolio.foundation import audit, clock
from portfolio.foundation.db import get
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Conflict, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role


def draft_cost(
    *,
    line_id: int,
    kind: DirectCostKind,
    title: str,
    payee: str,
    amount: Money,
    actor: Actor,
    document_id: int | None = None,
) -> DirectCost:
    """Draft a cost on a line of the actor's own unit; it binds nothing before it is approved."""
    positive(amount)
    with books():
        line = get(BudgetLine, line_id, say("预算指标"))
        whose = subject(line.project_id, line.system_id)
        require_member(actor, whose.organisation_ids, Role.UNIT_FINANCE, Role.APPLICANT)
        if document_id is not None:
            get(Document, document_id, say("文件"))
        row: DirectCost = DirectCost.create(
            **whose.keys,
            organisation=actor.organisation_id,
            line=line_id,
            kind=kind,
            title=written(title, "title"),
            payee=written(payee, "payee"),
            amount=amount,
            document=document_id,
            drafted_by=actor.user_id,
            drafted_at=clock.now(),
        )
        data = {"line": line_id, "kind": kind, "title": row.title, "amount": amount}
        audit.record(actor, "direct_cost.draft", ("direct_cost", row.id), data)
    return row


def approve_cost(*, cost_id: int, expected_version: int, key: str, actor: Actor) -> DirectCost:
    """Approve a cost: it counts against the estimate (M11) and is committed on its line (M01)."""
    cost = get(DirectCost, cost_id, say("非合同支出"))
    require_second(actor, cost.organisation_id)

    def effect(request: int) -> dict[str, Any]:
        row = get(DirectCost, cost_id, say("非合同支出"), lock=True)
        hold_version(row, expected_version)
        if row.approved_by_id is not None:
            raise Conflict(say("此项支出已经审批"), basis="一项支出只审批一次")
        refuse_unless([another_person(row.drafted_by_id, actor, say("审批"))])
        post(_commitment(row, request, actor), [_approved(row, actor), *_counted(row)])
        return {"direct_cost": cost_id}

    once(key, "direct_cost.approve", {"cost": cost_id, "version": expected_version}, actor, effect)
    approved: DirectCost = DirectCost.get_by_id(cost_id)
    return approved


def _commitment(row: Any, request: int, actor: Actor) -> Posting:  # noqa: ANN401 - a Peewee row
    return Posting(
        line=row.line_id,
        line_year=row.line.year,
        kind=EntryKind.COMMIT,
        measure=Measure.COMMITTED,
        amount=row.amount.fen,
        maker=row.drafted_by_id,
        checker=actor.user_id,
        posted_by=actor.user_id,
        on_behalf_of=actor.on_behalf_of,
        effective_on=clock.today(),
        request=request,
        note=row.title,
        direct_cost=row.id,
    )


def _approved(row: Any, actor: Actor) -> Change:  # noqa: ANN401 - a Peewee row
    return Change(
        DirectCost,
        row.id,
        sets={
            "approved_by_id": actor.user_id,
            "approved_at": clock.now(),
            "version": row.version + 1,
        },
        expects={"version": row.version},
    )


def _counted(row: Any) -> list[Change]:  # noqa: ANN401 - a Peewee row
    return account_changes(row.project_id, Act.PREPARE, direct=row.amount.fen)
