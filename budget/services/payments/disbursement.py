"""Payment 支付: posted by a finance officer who neither applied for it nor checked it."""

from __future__ import annotations

from datetime import date

from budget.rules.accounts import Act
from budget.rules.refusals import another_person
from budget.rules.words import ApplicationState, EntryKind, Measure
from budget.services.books import asked, books, hold_version, known_answer
from budget.services.claiming import Claim, Request
from budget.services.companions import About, paid_changes
from budget.services.explaining import Change
from budget.services.payments.applications import state_of
from budget.services.posting import PaymentAsked, Posting, pay, read_payment
from budget.tables.entry import Entry
from budget.tables.payment import PaymentApplication
from portfolio.foundation import clock
from portfolio.foundation.errors import NotFound, refuse_unless, say
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
    day = effective_on or clock.today()
    body = {"application": application_id, "version": expected_version, "effective_on": effective_on}
    request = asked(key, "payment.post", body, actor)
    with books():
        row = read_payment(application_id, day, request.key)
        if row is not None and row.known is None:
            _hold_payable(row, expected_version, actor)
            made = _paid(row, day, request, actor)
            if made is not None:
                return made
        answer = known_answer(request)
        if answer is None:
            raise NotFound(say("没有这个{what}（编号 {key}）", what=say("付款申请"), key=application_id))
    entry: Entry = Entry.get_by_id(answer["entry"])
    return entry


def _hold_payable(row: PaymentAsked, expected_version: int, actor: Actor) -> None:
    """Refuse what this actor may not pay as it stands; the posting statement asks that again."""
    refuse_unless([state_of(ApplicationState(row.state), ApplicationState.CHECKED)])
    hold_version(row, expected_version)
    refuse_unless(
        [
            another_person(row.applied_by_id, actor, say("支付")),
            another_person(row.checked_by_id or 0, actor, say("支付")),
        ]
    )


def _paid(row: PaymentAsked, day: date, request: Request, actor: Actor) -> Entry | None:
    about = About(row.contract_id, row.instalment_id, row.direct_cost_id)
    posting = Posting(
        line=row.line_id,
        line_year=row.line_year,
        kind=EntryKind.PAY,
        measure=Measure.PAID,
        amount=row.amount,
        maker=row.applied_by_id,
        checker=row.checked_by_id or 0,
        posted_by=actor.user_id,
        on_behalf_of=actor.on_behalf_of,
        effective_on=day,
        request=row.request_id,
        note=row.note,
        contract=row.contract_id,
        instalment=row.instalment_id,
        direct_cost=row.direct_cost_id,
        application=row.id,
    )
    changes = [_posted(row, actor), *paid_changes(row.project_id, row.amount, Act.PAY, about)]
    return pay(posting, changes, Claim(request, row.request_id, row.entry_id))


def _posted(row: PaymentAsked, actor: Actor) -> Change:
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
