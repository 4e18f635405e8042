"""Supplements 补充合同: drafted by one, signed by another, in total within their limit (R11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from budget.rules.accounts import act_of
from budget.rules.amounts import positive, written
from budget.rules.refusals import another_person
from budget.rules.schedule import InstalmentPlan, balance_finding, check_plans, year_finding
from budget.rules.words import ContractState
from budget.services.books import books, once
from budget.services.companions import account_changes
from budget.services.contracts.commitments import commit_signed
from budget.services.contracts.drafts import add_instalments, record, require_second, state_finding
from budget.services.contracts.signing import count_committed
from budget.services.explaining import Change
from budget.services.posting import move
from budget.tables.contract import Contract, Instalment, Supplement
from portfolio.foundation import clock
from portfolio.foundation.db import fn, get
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Conflict, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role


def draft_supplement(
    *,
    contract_id: int,
    amount: Money,
    reason: str,
    instalments: Sequence[InstalmentPlan],
    actor: Actor,
    document_id: int | None = None,
) -> Supplement:
    """Draft a supplement to an effective contract; its instalments take effect when it is signed."""
    positive(amount)
    check_plans(instalments)
    why = written(reason, "reason")
    with books():
        contract = get(Contract, contract_id, say("合同"), lock=True)
        actor.require_unit(contract.organisation_id, Role.UNIT_FINANCE, Role.APPLICANT)
        refuse_unless([state_finding(contract, ContractState.EFFECTIVE)])
        if document_id is not None:
            get(Document, document_id, say("文件"))
        earlier = Supplement.select().where(Supplement.contract == contract_id).count()
        row: Supplement = Supplement.create(
            contract=contract_id,
            number=earlier + 1,
            amount=amount,
            reason=why,
            instalments=[plan.as_data() for plan in instalments],
            document=document_id,
            drafted_by=actor.user_id,
            drafted_at=clock.now(),
        )
        record(actor, "contract.draft_supplement", contract, instalments)
    return row


def supplement(*, supplement_id: int, key: str, actor: Actor) -> Contract:
    """Sign a supplement, as somebody other than its drafter; returns the contract as it is then.

    Raises ``InsufficientFunds`` above the limit of supplements (R11) or the estimate (M11), ``Refused`` when
    its instalments do not add up (M20).
    """
    contract = get(Contract, get(Supplement, supplement_id, say("补充合同")).contract_id, say("合同"))
    require_second(actor, contract.organisation_id)

    def effect(request: int) -> dict[str, Any]:
        held = get(Contract, contract.id, say("合同"), lock=True)
        row = get(Supplement, supplement_id, say("补充合同"), lock=True)
        if row.signed_by_id is not None:
            raise Conflict(say("此补充合同已经签订"), basis="一份补充合同只签订一次")
        plans = [InstalmentPlan.from_data(data) for data in row.instalments]
        refuse_unless(
            [
                state_finding(held, ContractState.EFFECTIVE),
                another_person(row.drafted_by_id, actor, say("签订")),
                balance_finding(row.amount, (plan.amount for plan in plans)),
                year_finding((plan.year for plan in plans), clock.fiscal_year(clock.today())),
            ]
        )
        move([_supplemented(held, row), *_counted(held, row)])
        added = add_instalments(held.id, plans, _last_number(held.id))
        commit_signed(held, added, request, actor)
        count_committed(held, added, 1, actor)
        Supplement.update(signed_by=actor.user_id, signed_at=clock.now()).where(
            Supplement.id == supplement_id
        ).execute()
        record(actor, "contract.supplement", held, plans)
        return {"contract": held.id}

    once(key, "contract.supplement", {"supplement": supplement_id}, actor, effect)
    changed: Contract = Contract.get_by_id(contract.id)
    return changed


def _supplemented(contract: Any, row: Any) -> Change:  # noqa: ANN401 - Peewee rows
    fen = row.amount.fen
    return Change(
        Contract,
        contract.id,
        {"supplemented": fen, "value": fen, "instalments_total": fen},
        {"version": contract.version + 1},
        {"version": contract.version},
    )


def _counted(contract: Any, row: Any) -> list[Change]:  # noqa: ANN401 - Peewee rows
    return account_changes(contract.project_id, act_of(contract.kind), contracted=row.amount.fen)


def _last_number(contract_id: int) -> int:
    last = Instalment.select(fn.MAX(Instalment.number)).where(Instalment.contract == contract_id).scalar()
    return last or 0
