"""Suppliers, and contracts as drafts: they bind nobody and may be unbalanced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from budget.queries.subjects import subject
from budget.rules.amounts import positive, written
from budget.rules.limits import CONTRACT_LIMITS
from budget.rules.schedule import InstalmentPlan, check_plans
from budget.rules.words import ContractKind, ContractState, ProcurementMethod
from budget.services.books import books
from budget.tables.contract import Contract, Instalment, Supplier
from portfolio.foundation import audit, clock
from portfolio.foundation.db import change, get
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import (
    Finding,
    Forbidden,
    InsufficientFunds,
    refuse_unless,
    say,
)
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role

DRAFT_CODE = "M53"
OWING = (ContractState.EFFECTIVE, ContractState.SETTLED, ContractState.TERMINATED)
"""States in which a contract is owed what it comes to; one that was ended early may be owed something yet."""


@dataclass(frozen=True, slots=True)
class Procurement:
    """How the supplier was found: method, plan number, ceiling price 最高限价 and award 中标（成交）金额."""

    method: ProcurementMethod = ProcurementMethod.OPEN_TENDER
    number: str = ""
    ceiling_price: Money | None = None
    award: Money | None = None


def add_supplier(*, code: str, name: str, actor: Actor, bank: str = "", bank_account: str = "") -> Supplier:
    """Register a supplier under the code of its organisation; raises ``Conflict`` when the code is taken."""
    actor.require(Role.UNIT_FINANCE, Role.APPLICANT, Role.FINANCE)
    values = {"code": written(code, "code"), "name": written(name, "name")}
    values |= {"bank": written(bank, "bank", needed=False)}
    values |= {"bank_account": written(bank_account, "bank_account", needed=False)}
    with books():
        row: Supplier = Supplier.create(**values, added_by=actor.user_id, added_at=clock.now())
        audit.record(actor, "supplier.add", ("supplier", row.id), dict(values))
    return row


def draft_contract(
    *,
    code: str,
    title: str,
    kind: ContractKind,
    supplier_id: int,
    value: Money,
    instalments: Sequence[InstalmentPlan],
    procurement: Procurement,
    actor: Actor,
    project_id: int | None = None,
    system_id: int | None = None,
    document_id: int | None = None,
) -> Contract:
    """Draft a contract of the actor's unit for a project or system it owns or takes part in.

    Raises ``Forbidden`` for another unit's, ``InsufficientFunds`` for a value above the award (M22) or an
    award above the ceiling price (M23); whether the instalments add up is asked when it is signed.
    """
    positive(value, "value")
    for name in ("award", "ceiling_price"):
        amount = getattr(procurement, name)
        if amount is not None:
            positive(amount, name)
    check_plans(instalments)
    whose = subject(project_id, system_id)
    require_member(actor, whose.organisation_ids, Role.UNIT_FINANCE, Role.APPLICANT)
    _hold_procurement(value, procurement)
    with books():
        get(Supplier, supplier_id, say("供应商"))
        if document_id is not None:
            get(Document, document_id, say("文件"))
        contract: Contract = Contract.create(
            **whose.keys,
            organisation=actor.organisation_id,
            supplier=supplier_id,
            code=written(code, "code"),
            title=written(title, "title"),
            kind=kind,
            procurement_method=procurement.method,
            procurement_number=written(procurement.number, "procurement_number", needed=False),
            ceiling_price=procurement.ceiling_price,
            award=procurement.award,
            original_value=value,
            value=value,
            instalments_total=Money.total(plan.amount for plan in instalments),
            document=document_id,
            drafted_by=actor.user_id,
            drafted_at=clock.now(),
        )
        add_instalments(contract.id, instalments)
        record(actor, "contract.draft", contract, instalments)
    return contract


def revise_draft(
    *,
    contract_id: int,
    expected_version: int,
    actor: Actor,
    value: Money | None = None,
    instalments: Sequence[InstalmentPlan] | None = None,
) -> Contract:
    """Change the value or the instalments of a draft; raises ``Refused`` once it is signed."""
    if value is not None:
        positive(value, "value")
    check_plans(instalments or ())
    with books():
        contract: Contract = get(Contract, contract_id, say("合同"), lock=True)
        actor.require_unit(contract.organisation_id, Role.UNIT_FINANCE, Role.APPLICANT)
        refuse_unless([state_finding(contract, ContractState.DRAFT)])
        agreed = value or contract.value
        _hold_procurement(agreed, Procurement(ceiling_price=contract.ceiling_price, award=contract.award))
        values: dict[str, Any] = {"value": agreed, "original_value": agreed}
        if instalments is not None:
            Instalment.delete().where(Instalment.contract == contract_id).execute()
            add_instalments(contract_id, instalments)
            values["instalments_total"] = Money.total(plan.amount for plan in instalments)
        change(contract, expected_version, **values)
        record(actor, "contract.revise", contract, instalments or ())
    return contract


def add_instalments(contract_id: int, plans: Sequence[InstalmentPlan], after: int = 0) -> list[Instalment]:
    """The rows of instalments as agreed, numbered on from ``after``."""
    return [
        Instalment.create(
            contract=contract_id,
            number=number,
            year=plan.year,
            source=plan.source,
            kind=plan.kind,
            due_on=plan.due_on,
            amount=plan.amount,
            line=plan.line_id,
        )
        for number, plan in enumerate(plans, after + 1)
    ]


def require_member(actor: Actor, organisation_ids: frozenset[int], *roles: Role) -> None:
    """Raise ``Forbidden`` unless the actor holds one of ``roles`` in a unit of the project or system."""
    actor.require(*roles)
    if actor.organisation_id not in organisation_ids:
        raise Forbidden(
            say("{name}不属于该项目的申报单位或参建单位", name=actor.name),
            basis="各单位只办理本单位的合同和支出",
            remedy=say("请由项目所属单位办理"),
        )


def require_second(actor: Actor, organisation_id: int) -> None:
    """Who may sign or approve what a unit drafted: its finance or CIO, or the finance authority."""
    if not actor.has(Role.FINANCE):
        actor.require_unit(organisation_id, Role.UNIT_FINANCE, Role.CIO)


def state_finding(contract: Any, *wanted: ContractState) -> Finding:  # noqa: ANN401 - a Peewee row
    """Whether a contract is in one of the states in which this may be done."""
    return Finding(
        DRAFT_CODE,
        contract.state in wanted,
        say("合同{code}{state}，不能办理", code=contract.code, state=contract.state.label),
        "合同按起草、签订、结算的次序办理",
        limit=say("{states}", states="、".join(state.label for state in wanted)),
        remedy=say("请刷新后核对合同状态"),
    )


def record(actor: Actor, action: str, contract: Contract, plans: Sequence[InstalmentPlan]) -> None:
    """The audit entry of an act on a contract that is no entry in the ledger."""
    data = {"value": contract.value, "instalments": [plan.as_data() for plan in plans]}
    audit.record(actor, action, ("contract", contract.id), data)


def _hold_procurement(value: Money, procurement: Procurement) -> None:
    row = {
        "original_value": value.fen,
        "award": procurement.award.fen if procurement.award else None,
        "ceiling_price": procurement.ceiling_price.fen if procurement.ceiling_price else None,
    }
    asked = [limit for limit in CONTRACT_LIMITS if limit.code in {"M22", "M23"}]
    refuse_unless([limit.finding(row, row) for limit in asked if not limit.holds(row)], InsufficientFunds)
