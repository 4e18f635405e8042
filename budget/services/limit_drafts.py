"""Ceilings, preparatory limits and ends of contracts: drafted by one officer, confirmed by another."""

from __future__ import annotations

from typing import Any

from budget.rules.amounts import not_negative, written, year_of_account
from budget.rules.limits import BUDGET_LAW
from budget.rules.refusals import another_person
from budget.rules.sources import ceiling_bound
from budget.rules.words import ContractState, LimitKind, LimitState
from budget.services.accounts import hold_preparatory_limit, set_preparatory_limit
from budget.services.books import books, hold_version
from budget.services.ceilings import hold_ceiling, set_ceiling
from budget.services.contracts.settlement import hold_end, settle, terminate
from budget.tables.annual_plan import CeilingRevision
from budget.tables.limit_draft import LimitDraft
from portfolio.foundation import audit, clock
from portfolio.foundation.db import fn, get
from portfolio.foundation.errors import Conflict, Finding, Invalid, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource

STATE_CODE = "M68"


def draft_ceiling(
    *,
    year: int,
    source: FundingSource,
    amount: Money,
    number: str,
    actor: Actor,
    document_id: int | None = None,
) -> LimitDraft:
    """Draft the ceiling of a year and own-level source, by the document ``number``.

    Raises ``InsufficientFunds`` when more is allotted already, ``Conflict`` while another draft waits.
    """
    actor.require(Role.FINANCE)
    year_of_account(year)
    if not ceiling_bound(source):
        raise Invalid({"source": say("“{source}”不属本级财政，不设年度规模", source=source.label)})
    with books():
        hold_ceiling(year, source, not_negative(amount))
        _hold_none_waiting(LimitDraft.year == year, LimitDraft.source == source)
        values = {"kind": LimitKind.CEILING, "year": year, "source": source}
        return _draft({**values, "amount": amount, "document": document_id}, number, actor)


def draft_preparatory_limit(
    *, project_id: int, amount: Money, number: str, actor: Actor, document_id: int | None = None
) -> LimitDraft:
    """Draft what a project may spend before its estimate is fixed 前期工作经费 (R08).

    Raises ``NotFound`` for a project without an account, ``InsufficientFunds`` and ``Conflict`` as above.
    """
    actor.require(Role.FINANCE)
    with books():
        hold_preparatory_limit(project_id, not_negative(amount))
        _hold_none_waiting(LimitDraft.project == project_id)
        values = {"kind": LimitKind.PREPARATORY, "project": project_id}
        return _draft({**values, "amount": amount, "document": document_id}, number, actor)


def draft_end(
    *,
    contract_id: int,
    expected_version: int,
    state: ContractState,
    settled_value: Money | None,
    number: str,
    actor: Actor,
    document_id: int | None = None,
) -> LimitDraft:
    """Draft that a contract is settled or terminated, and what it comes to; nothing: what is paid by now.

    Raises ``Refused`` for a contract that is not in force, ``InsufficientFunds`` (M21, M24), ``Conflict``.
    """
    actor.require(Role.FINANCE)
    with books():
        due = hold_end(contract_id, expected_version, settled_value)
        _hold_none_waiting(LimitDraft.contract == contract_id)
        kind = LimitKind.SETTLEMENT if state is ContractState.SETTLED else LimitKind.TERMINATION
        values = {"kind": kind, "contract": contract_id, "amount": due, "document": document_id}
        return _draft(values, number, actor)


def confirm(*, draft_id: int, expected_version: int, actor: Actor) -> LimitDraft:
    """Put a drafted limit into force, as somebody other than its drafter.

    Raises ``Refused`` (M50, M68) for one's own draft or one that waits no longer, ``InsufficientFunds`` when
    by now more is allotted or contracted.
    """
    actor.require(Role.FINANCE)
    with books():
        row: LimitDraft = get(LimitDraft, draft_id, say("限额"), lock=True)
        hold_version(row, expected_version)
        refuse_unless([_waiting(row), another_person(row.drafted_by_id, actor, say("核定"))])
        ended = {"confirmed_by": actor.user_id, "confirmed_at": clock.now()}
        return _end(row, actor, LimitState.CONFIRMED, revision=_put_into_force(row, actor), **ended)


def withdraw(*, draft_id: int, expected_version: int, actor: Actor) -> LimitDraft:
    """Take back a limit that is not confirmed yet; its drafter alone may."""
    actor.require(Role.FINANCE)
    with books():
        row: LimitDraft = get(LimitDraft, draft_id, say("限额"), lock=True)
        hold_version(row, expected_version)
        refuse_unless([_waiting(row), _own(row, actor)])
        return _end(row, actor, LimitState.WITHDRAWN)


def _put_into_force(row: Any, actor: Actor) -> int | None:  # noqa: ANN401 - a Peewee row
    """Do what was drafted; the revision of the ceiling that came of it, if it is one."""
    if row.kind is LimitKind.CEILING:
        ceiling = set_ceiling(
            year=row.year, source=row.source, amount=row.amount, number=row.number, actor=actor
        )
        made = CeilingRevision.select(fn.MAX(CeilingRevision.id)).where(CeilingRevision.ceiling == ceiling)
        return int(made.scalar())
    if row.kind is LimitKind.PREPARATORY:
        set_preparatory_limit(project_id=row.project_id, amount=row.amount, number=row.number, actor=actor)
        return None
    act = settle if row.kind is LimitKind.SETTLEMENT else terminate
    act(
        contract_id=row.contract_id,
        expected_version=row.contract.version,
        settled_value=row.amount,
        number=row.number,
        key=f"limit-{row.id:08d}",
        actor=actor,
        maker_id=row.drafted_by_id,
    )
    return None


def _draft(values: dict[str, Any], number: str, actor: Actor) -> LimitDraft:
    row: LimitDraft = LimitDraft.create(
        **values,
        number=written(number, "number"),
        drafted_by=actor.user_id,
        drafted_at=clock.now(),
    )
    data = {"kind": row.kind, "amount": row.amount, "number": row.number}
    audit.record(actor, "limit.draft", ("limit_draft", row.id), data)
    return row


def _end(row: LimitDraft, actor: Actor, state: LimitState, **values: Any) -> LimitDraft:  # noqa: ANN401
    LimitDraft.update(state=state, version=row.version + 1, **values).where(LimitDraft.id == row.id).execute()
    audit.record(actor, f"limit.{state.value}", ("limit_draft", row.id), {"amount": row.amount})
    ended: LimitDraft = LimitDraft.get_by_id(row.id)
    return ended


def _hold_none_waiting(*same: Any) -> None:  # noqa: ANN401 - Peewee conditions
    if LimitDraft.select().where(LimitDraft.state == LimitState.DRAFTED, *same).exists():
        raise Conflict(
            say("已有一项待复核的限额"),
            basis="同一限额一次只办理一项",
            remedy=say("请先复核或撤回那一项"),
        )


def _waiting(row: Any) -> Finding:  # noqa: ANN401 - a Peewee row
    return Finding(
        STATE_CODE,
        row.state is LimitState.DRAFTED,
        say("此项限额{state}", state=row.state.label),
        BUDGET_LAW,
        remedy=say("请刷新后核对；需要再次调整的，请另行制单"),
    )


def _own(row: Any, actor: Actor) -> Finding:  # noqa: ANN401 - a Peewee row
    return Finding(
        "M52",
        row.drafted_by_id == actor.user_id,
        say("只有制单人可以撤回"),
        "谁制单谁撤回",
        remedy=say("请由制单人撤回"),
    )
