"""Settlement 结算 and termination: less may be due in the end; what is not due leaves lines and estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from budget.rules.accounts import Act
from budget.rules.amounts import not_negative, written
from budget.rules.limits import CONTRACT_LIMITS
from budget.rules.refusals import another_person
from budget.rules.schedule import reductions
from budget.rules.words import ContractState, EntryKind, Measure
from budget.services.books import hold_version, once
from budget.services.companions import account_changes
from budget.services.contracts.drafts import record, state_finding
from budget.services.contracts.signing import count_committed
from budget.services.explaining import Change, held_against
from budget.services.posting import Posting, move, post
from budget.tables.contract import Contract, Instalment
from portfolio.foundation import clock
from portfolio.foundation.db import for_update, get
from portfolio.foundation.errors import InsufficientFunds, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role


def settle(
    *,
    contract_id: int,
    expected_version: int,
    settled_value: Money,
    number: str,
    key: str,
    actor: Actor,
    maker_id: int | None = None,
) -> Contract:
    """Fix what a contract comes to in the end 审定结算价, by the document ``number``.

    ``maker_id`` is who drafted it where that was not the contract's own drafter.  The difference leaves the
    last instalments, their lines and the project's contracted total.  Raises
    ``InsufficientFunds`` above the value (M24) or below what is paid (M21).
    """
    act = _Act(ContractState.SETTLED, written(number, "number"), actor, maker_id)
    return _end(contract_id, expected_version, settled_value, key, act)


def terminate(
    *,
    contract_id: int,
    expected_version: int,
    number: str,
    key: str,
    actor: Actor,
    settled_value: Money | None = None,
    maker_id: int | None = None,
) -> Contract:
    """End a contract before it is fulfilled; what is paid (or ``settled_value``) is what it comes to."""
    act = _Act(ContractState.TERMINATED, written(number, "number"), actor, maker_id)
    return _end(contract_id, expected_version, settled_value, key, act)


def hold_end(contract_id: int, expected_version: int, due: Money | None) -> Money:
    """Raise what ending a contract at ``due`` (nothing: at what is paid) would; returns what it comes to."""
    contract = get(Contract, contract_id, say("合同"), lock=True)
    hold_version(contract, expected_version)
    refuse_unless([state_finding(contract, ContractState.EFFECTIVE)])
    comes_to: Money = contract.paid if due is None else not_negative(due, "settled_value")
    _hold_limits(contract, comes_to)
    return comes_to


@dataclass(frozen=True, slots=True)
class _Act:
    """How a contract ends: into which state, by which document, by whom, drafted by whom."""

    state: ContractState
    document: str
    actor: Actor
    maker_id: int | None

    def maker(self, contract: Any) -> int:  # noqa: ANN401 - a Peewee row
        """Who stands on the vouchers as their maker."""
        return int(self.maker_id or contract.drafted_by_id)


def _end(
    contract_id: int, expected_version: int, settled_value: Money | None, key: str, act: _Act
) -> Contract:
    act.actor.require(Role.FINANCE)
    if settled_value is not None:
        not_negative(settled_value, "settled_value")
    get(Contract, contract_id, say("合同"))

    def effect(request: int) -> dict[str, Any]:
        contract = get(Contract, contract_id, say("合同"), lock=True)
        hold_version(contract, expected_version)
        refuse_unless(
            [
                state_finding(contract, ContractState.EFFECTIVE),
                another_person(contract.drafted_by_id, act.actor, say("结算")),
                another_person(act.maker(contract), act.actor, say("结算")),
            ]
        )
        due = contract.paid if settled_value is None else settled_value
        _hold_limits(contract, due)
        _reduce(contract, due, act, request)
        record(act.actor, f"contract.{act.state.value}", contract, ())
        return {"contract": contract_id}

    body = {"contract": contract_id, "version": expected_version, "value": settled_value}
    once(key, f"contract.{act.state.value}", {**body, "number": act.document}, act.actor, effect)
    ended: Contract = Contract.get_by_id(contract_id)
    return ended


def _hold_limits(contract: Any, due: Money) -> None:  # noqa: ANN401 - a Peewee row
    asked = [limit for limit in CONTRACT_LIMITS if limit.code in {"M21", "M24"}]
    refuse_unless(held_against(asked, contract, sets={"settled_value": due.fen}), InsufficientFunds)


def _reduce(contract: Any, due: Money, act: _Act, request: int) -> None:  # noqa: ANN401 - a Peewee row
    """Take what is not due off the last instalments, off their lines where committed, and off the project."""
    query = Instalment.select().where(Instalment.contract == contract.id)
    instalments = list(for_update(query.order_by(Instalment.year, Instalment.number)))
    less = contract.value - due
    taken = reductions([one.amount - one.paid for one in instalments], less)
    ended = Change(
        Contract,
        contract.id,
        {"instalments_total": -less.fen},
        {
            "state": act.state,
            "settled_value": due,
            "settled_number": act.document,
            "settled_by_id": act.actor.user_id,
            "settled_at": clock.now(),
            "version": contract.version + 1,
        },
    )
    move([ended, *account_changes(contract.project_id, Act.CORRECT, contracted=-less.fen)])
    for one, off in zip(instalments, taken, strict=True):
        _take_off(one, off, contract, act, request)
    count_committed(contract, _as_taken(instalments, taken), -1, act.actor)


def _take_off(one: Any, off: Money, contract: Any, act: _Act, request: int) -> None:  # noqa: ANN401
    if not off:
        return
    uncommitted = max(one.committed - (one.amount - off), Money.ZERO)
    shrunk = Change(Instalment, one.id, {"amount": -off.fen, "committed": -uncommitted.fen})
    if not uncommitted:
        move([Change(Instalment, one.id, {"amount": -off.fen})])
        return
    posting = Posting(
        line=one.line_id,
        line_year=one.year,
        kind=EntryKind.DECOMMIT,
        measure=Measure.COMMITTED,
        amount=-uncommitted.fen,
        maker=act.maker(contract),
        checker=act.actor.user_id,
        posted_by=act.actor.user_id,
        on_behalf_of=act.actor.on_behalf_of,
        effective_on=clock.today(),
        request=request,
        document_number=act.document,
        contract=contract.id,
        instalment=one.id,
    )
    post(posting, [shrunk])


def _as_taken(instalments: Sequence[Any], taken: Sequence[Money]) -> list[Any]:
    for one, off in zip(instalments, taken, strict=True):
        one.amount = off
    return list(instalments)
