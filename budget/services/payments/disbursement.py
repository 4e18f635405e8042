"""Payment 支付: posted by a finance officer who neither applied for it nor checked it."""

from __future__ import annotations

from datetime import date
from typing import Any

from budget.rules.accounts import Act
from budget.rules.refusals import another_person
from budget.rules.words import ApplicationState, EntryKind, Measure
from budget.services.books import hold_version, once
from budget.services.companions import About, companions
from budget.services.explaining import Change
from budget.services.payments.applications import state_of
from budget.services.posting import Posting
from budget.services.posting import post as post_entry
from budget.tables.contract import Instalment
from budget.tables.entry import Entry
from budget.tables.payment import PaymentApplication
from portfolio.foundation import clock
from portfolio.foundation.db import get
from portfolio.foundation.errors import refuse_unless, say
from portfolio.foundation.roles import Actor, Role


def post(
    *,
    application_id: int,
    expected_version: int,
    key: str,
    actor: Actor,
    effective_on: date | None = None,
) -> Entry:
    """Pay a checked application: line, instalment, contract and account move with the entry, or none do.

    Raises ``InsufficientFunds`` with every limit that would be passed (M03, M04, M13, M21, M25, M26, M27),
    ``Refused`` for an application not checked, one's own check (M50), the account's state or a closed month.
    """
    actor.require(Role.FINANCE)

    def effect(request: int) -> dict[str, Any]:
        row = get(PaymentApplication, application_id, say("付款申请"), lock=True)
        refuse_unless([state_of(row.state, ApplicationState.CHECKED)])
        hold_version(row, expected_version)
        refuse_unless(
            [
                another_person(row.applied_by_id, actor, say("支付")),
                another_person(row.checked_by_id, actor, say("支付")),
            ]
        )
        about = about_application(row)
        entry = post_entry(
            Posting(
                line=row.line_id,
                line_year=row.line.year,
                kind=EntryKind.PAY,
                measure=Measure.PAID,
                amount=row.amount.fen,
                maker=row.applied_by_id,
                checker=row.checked_by_id,
                posted_by=actor.user_id,
                on_behalf_of=actor.on_behalf_of,
                effective_on=effective_on or clock.today(),
                request=request,
                note=row.note,
                contract=about.contract,
                instalment=about.instalment,
                direct_cost=about.direct_cost,
                application=row.id,
            ),
            [
                _posted(row, actor),
                *companions(row.line, Measure.PAID, row.amount.fen, Act.PAY, about),
            ],
        )
        return {"entry": entry.id}

    body = {"application": application_id, "version": expected_version, "effective_on": effective_on}
    answer = once(key, "payment.post", body, actor, effect)
    entry: Entry = Entry.get_by_id(answer["entry"])
    return entry


def about_application(row: Any) -> About:  # noqa: ANN401 - a Peewee row
    """What an application pays."""
    if row.instalment_id is None:
        return About(direct_cost=row.direct_cost_id)
    contract_id = Instalment.get_by_id(row.instalment_id).contract_id
    return About(contract=contract_id, instalment=row.instalment_id)


def _posted(row: Any, actor: Actor) -> Change:  # noqa: ANN401 - a Peewee row
    return Change(
        PaymentApplication,
        row.id,
        sets={
            "state": ApplicationState.POSTED,
            "posted_by_id": actor.user_id,
            "posted_at": clock.now(),
            "version": row.version + 1,
        },
        expects={"version": row.version},
        guard="state = 'checked'",
        reason=lambda found: state_of(ApplicationState(found["state"]), ApplicationState.CHECKED),
    )
