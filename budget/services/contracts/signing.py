"""Signing: a draft becomes binding, counts against the estimate, and takes its place on this year's lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from budget.rules.accounts import act_of
from budget.rules.refusals import another_person
from budget.rules.schedule import SUPPLEMENT_RULE, balance_finding, supplement_limit, year_finding
from budget.rules.words import ContractState, ProgrammeMeasure
from budget.services import programme
from budget.services.books import hold_version, once
from budget.services.companions import account_changes
from budget.services.contracts.commitments import commit_signed
from budget.services.contracts.drafts import record, require_second, state_finding
from budget.services.explaining import Change
from budget.services.posting import move
from budget.tables.contract import Contract, Instalment
from portfolio.foundation import clock, rulebook
from portfolio.foundation.db import get
from portfolio.foundation.errors import Invalid, Level, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import FundingSource


def sign_contract(
    *, contract_id: int, expected_version: int, key: str, actor: Actor, signed_on: date | None = None
) -> Contract:
    """Make a drafted contract effective, as somebody other than its drafter.

    Its instalments must add up to its value (M20) and none lie in a past year (M44); contracts and direct
    costs together stay within the estimate (M11); this year's instalments are committed on their lines (M01).
    A construction contract needs an open account (M40).  The supplement limit of today is copied (R11),
    whatever day the paper bears: money rules follow the day of booking.
    """
    draft = get(Contract, contract_id, say("合同"))
    require_second(actor, draft.organisation_id)
    day = signed_on or clock.today()
    if day > clock.today():
        raise Invalid({"signed_on": say("签订日期不能晚于今日")})

    def effect(request: int) -> dict[str, Any]:
        contract = get(Contract, contract_id, say("合同"), lock=True)
        hold_version(contract, expected_version)
        instalments = list(
            Instalment.select().where(Instalment.contract == contract_id).order_by(Instalment.number)
        )
        refuse_unless(
            [
                state_finding(contract, ContractState.DRAFT),
                another_person(contract.drafted_by_id, actor, say("签订")),
                balance_finding(contract.value, (one.amount for one in instalments)),
                year_finding((one.year for one in instalments), clock.fiscal_year(clock.today())),
            ]
        )
        move([_signed(contract, day, actor), *_counted(contract)])
        commit_signed(contract, instalments, request, actor)
        count_committed(contract, instalments, 1, actor)
        record(actor, "contract.sign", contract, ())
        return {"contract": contract_id}

    body = {"contract": contract_id, "version": expected_version, "signed_on": signed_on}
    once(key, "contract.sign", body, actor, effect)
    signed: Contract = Contract.get_by_id(contract_id)
    return signed


def count_committed(contract: Any, instalments: Iterable[Any], sign: int, actor: Actor) -> None:  # noqa: ANN401
    """What a project's contract commits of the programme investment, by source; ``sign`` −1 takes it off."""
    if contract.project_id is None:
        return
    amounts: dict[FundingSource, Money] = {}
    for one in instalments:
        amounts[one.source] = amounts.get(one.source, Money.ZERO) + one.amount * sign
    programme.record(
        measure=ProgrammeMeasure.COMMITTED,
        project_id=contract.project_id,
        amounts=amounts,
        day=clock.today(),
        note=f"合同{contract.code}",
        actor=actor,
        contract_id=contract.id,
    )


def _signed(contract: Any, day: date, actor: Actor) -> Change:  # noqa: ANN401 - a Peewee row
    rule = rulebook.on(clock.today()).rule(SUPPLEMENT_RULE)
    limit = None
    if rule is not None and rule.level is Level.BLOCK:
        limit = supplement_limit(contract.original_value, rule.parameters)
    return Change(
        Contract,
        contract.id,
        sets={
            "state": ContractState.EFFECTIVE,
            "supplement_limit": limit,
            "signed_on": day,
            "signed_by_id": actor.user_id,
            "signed_at": clock.now(),
            "version": contract.version + 1,
        },
        expects={"version": contract.version},
    )


def _counted(contract: Any) -> list[Change]:  # noqa: ANN401 - a Peewee row
    return account_changes(contract.project_id, act_of(contract.kind), contracted=contract.value.fen)
