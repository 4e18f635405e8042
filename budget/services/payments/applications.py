"""Applications for payment: a unit's finance applies with the papers, a finance officer checks or refuses."""

from __future__ import annotations

from functools import cache
from typing import Any

from budget.rules.amounts import positive, written
from budget.rules.limits import BUDGET_LAW, CONTRACT_LIMITS, DIRECT_COST_LIMITS, INSTALMENT_LIMITS, Limit
from budget.rules.refusals import another_person
from budget.rules.words import ApplicationState, InstalmentKind
from budget.services.books import books, once
from budget.services.contracts.drafts import OWING, state_finding
from budget.services.explaining import held_against
from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.payment import PaymentApplication
from portfolio.foundation import audit, clock
from portfolio.foundation.db import change, get
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Finding, InsufficientFunds, Invalid, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role

STATE_CODE = "M54"
PAPERS_CODE = "M55"


def apply(
    *,
    amount: Money,
    invoice_id: int,
    key: str,
    actor: Actor,
    instalment_id: int | None = None,
    direct_cost_id: int | None = None,
    acceptance_id: int | None = None,
    note: str = "",
) -> PaymentApplication:
    """Apply to pay (part of) an instalment or direct cost of the actor's own unit, with its papers.

    Documents are ids of stored documents; only an advance payment and a direct cost need no acceptance.
    Raises ``Refused`` (M55) without it, and ``InsufficientFunds`` when instalment, contract or cost is too
    small; whether the line has the money is decided when the payment is posted.
    """
    positive(amount)
    asked = {
        "amount": amount,
        "instalment": instalment_id,
        "direct_cost": direct_cost_id,
        "invoice": invoice_id,
        "acceptance": acceptance_id,
        "note": written(note, "note", needed=False),
    }
    if (instalment_id is None) == (direct_cost_id is None):
        raise Invalid({"instalment_id": say("合同分期和非合同支出须填且只填一项")})
    organisation_id = _organisation(instalment_id, direct_cost_id)
    actor.require_unit(organisation_id, Role.UNIT_FINANCE)

    def effect(_request: int) -> dict[str, Any]:
        get(Document, invoice_id, say("发票文件"))
        if acceptance_id is not None:
            get(Document, acceptance_id, say("验收文件"))
        line_id = (
            _payable_instalment(instalment_id, amount, acceptance_id)
            if instalment_id is not None
            else _payable_cost(direct_cost_id, amount)
        )
        row: PaymentApplication = PaymentApplication.create(
            **asked,
            organisation=organisation_id,
            line=line_id,
            applied_by=actor.user_id,
            applied_at=clock.now(),
        )
        data = {"instalment": instalment_id, "direct_cost": direct_cost_id, "amount": amount}
        audit.record(actor, "payment.apply", ("payment_application", row.id), data)
        return {"application": row.id}

    answer = once(key, "payment.apply", asked, actor, effect)
    applied: PaymentApplication = PaymentApplication.get_by_id(answer["application"])
    return applied


def check(*, application_id: int, expected_version: int, actor: Actor) -> PaymentApplication:
    """Check an application's papers and figures 审核, as a finance officer who did not apply."""
    actor.require(Role.FINANCE)
    with books():
        row: PaymentApplication = get(PaymentApplication, application_id, say("付款申请"), lock=True)
        refuse_unless(
            [
                state_of(row.state, ApplicationState.APPLIED),
                another_person(row.applied_by_id, actor, say("审核")),
            ]
        )
        change(
            row,
            expected_version,
            state=ApplicationState.CHECKED,
            checked_by=actor.user_id,
            checked_at=clock.now(),
        )
        audit.record(actor, "payment.check", ("payment_application", row.id), {"amount": row.amount})
    return row


def refuse(*, application_id: int, expected_version: int, reason: str, actor: Actor) -> PaymentApplication:
    """Send an application back for good, with the reason; the unit may apply anew."""
    actor.require(Role.FINANCE)
    why = written(reason, "reason")
    with books():
        row: PaymentApplication = get(PaymentApplication, application_id, say("付款申请"), lock=True)
        refuse_unless([state_of(row.state, ApplicationState.APPLIED, ApplicationState.CHECKED)])
        change(
            row,
            expected_version,
            state=ApplicationState.REFUSED,
            refused_by=actor.user_id,
            refused_at=clock.now(),
            refused_reason=why,
        )
        audit.record(actor, "payment.refuse", ("payment_application", row.id), {"reason": why})
    return row


@cache
def state_of(state: ApplicationState, *wanted: ApplicationState) -> Finding:
    """Whether an application is in one of the states in which this may be done; code M54."""
    return Finding(
        STATE_CODE,
        state in wanted,
        say("付款申请{state}，不能办理", state=state.label),
        "付款按申请、审核、支付的次序办理，各办一次",
        limit=say("{states}", states="、".join(one.label for one in wanted)),
        remedy=say("请刷新后核对；需要再次付款的，请另行申请"),
    )


def _organisation(instalment_id: int | None, direct_cost_id: int | None) -> int:
    if instalment_id is not None:
        contract = get(Contract, get(Instalment, instalment_id, say("合同分期")).contract_id, say("合同"))
        return int(contract.organisation_id)
    return int(get(DirectCost, direct_cost_id or 0, say("非合同支出")).organisation_id)


def _payable_instalment(instalment_id: int, amount: Money, acceptance_id: int | None) -> int:
    one = get(Instalment, instalment_id, say("合同分期"))
    contract = get(Contract, one.contract_id, say("合同"))
    refuse_unless(
        [
            state_finding(contract, *OWING),
            accepted_finding(one.kind, acceptance_id),
        ]
    )
    _hold(INSTALMENT_LIMITS, one, amount)
    _hold(tuple(limit for limit in CONTRACT_LIMITS if limit.code == "M21"), contract, amount)
    return int(one.line_id)


def _payable_cost(direct_cost_id: int | None, amount: Money) -> int:
    cost = get(DirectCost, direct_cost_id or 0, say("非合同支出"))
    refuse_unless([approved_finding(cost)])
    _hold(DIRECT_COST_LIMITS, cost, amount)
    return int(cost.line_id)


def approved_finding(cost: Any) -> Finding:  # noqa: ANN401 - a Peewee row
    """Whether a cost without a contract has been approved; code M54."""
    return Finding(
        STATE_CODE,
        cost.approved_by_id is not None,
        say("非合同支出“{title}”尚未审批", title=cost.title),
        BUDGET_LAW,
        remedy=say("请先审批该项支出"),
    )


def accepted_finding(kind: InstalmentKind, acceptance_id: int | None) -> Finding:
    """Whether an instalment of this kind has the paper of acceptance that it needs; code M55."""
    return Finding(
        PAPERS_CODE,
        acceptance_id is not None or kind is InstalmentKind.ADVANCE,
        say("{kind}须附本期验收材料", kind=kind.label),
        "付款凭合同、发票和本期验收材料申请",
        remedy=say("请上传本期验收材料后再申请"),
    )


def _hold(limits: tuple[Limit, ...], about: Any, paid: Money) -> None:  # noqa: ANN401 - a Peewee row
    refuse_unless(held_against(limits, about, adds={"paid": paid.fen}), InsufficientFunds)
