"""S1: many officers pay at once from a line with room for some; exactly as many payments go through."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from time import sleep
from typing import Any

import pytest

from budget.queries.verification import verify
from budget.rules.words import EntryKind, Measure
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation import clock
from portfolio.foundation.db import fn, transaction
from portfolio.foundation.errors import Finding, InsufficientFunds, say
from tests.desk import Desk, at_once, desk
from tests.ledger import wan
from tests.soak import LONG, brief_or_long

OFFICERS = brief_or_long(8, 16)
EACH = brief_or_long(12, 250)
ROOM = brief_or_long(40, 1_000)
SEEDS = range(brief_or_long(2, 20))

Pay = Callable[[Desk, int], Any]
pytestmark = pytest.mark.timeout(3600 if LONG else 120)


def exactly_what_fits(pay: Pay, seed: int) -> Desk:
    """The promise: of all that is asked for, as much as there is room for goes through, and no more."""
    made = desk(ROOM, OFFICERS * EACH)
    asked = list(made.applications)
    random.Random(seed).shuffle(asked)  # noqa: S311 - an order that can be had again

    def officer(share: list[int]) -> Counter[str]:
        return Counter(_outcome(pay, made, application) for application in share)

    shares = [asked[number::OFFICERS] for number in range(OFFICERS)]
    outcomes = sum(at_once([lambda share=share: officer(share) for share in shares]), Counter())
    assert outcomes == {"paid": ROOM, "refused": OFFICERS * EACH - ROOM}
    assert len(made.paid()) == len(set(made.paid())) == ROOM
    return made


def _outcome(pay: Pay, made: Desk, application: int) -> str:
    try:
        pay(made, application)
    except InsufficientFunds as refusal:
        return "refused" if refusal.codes == ("M04",) else f"refused for {refusal.codes}"
    return "paid"


@pytest.mark.usefixtures("database", "clock")
@pytest.mark.parametrize("seed", SEEDS)
def test_exactly_what_there_is_room_for_is_paid(seed: int) -> None:
    made = exactly_what_fits(Desk.pay, seed)
    assert BudgetLine.get_by_id(made.line.id).paid == wan(ROOM)
    assert verify().offenders == ()


NO_ROOM = Finding("M04", False, say("不足"), "")


def naive(made: Desk, application: int) -> None:
    """What a beginner would write: add up, compare, insert."""
    payments = Entry.select(fn.SUM(Entry.amount)).where(Entry.line == made.line, Entry.kind == EntryKind.PAY)
    spent = int(payments.scalar() or 0)
    if spent + wan(1).fen > wan(ROOM).fen:
        raise InsufficientFunds([NO_ROOM])
    sleep(0.005)  # what has been read grows old, as it does on a busy day
    with transaction():
        Entry.create(
            line=made.line,
            number=1_000_000 + application,
            kind=EntryKind.PAY,
            measure=Measure.PAID,
            amount=wan(1),
            effective_on=clock.today(),
            at=clock.now(),
            maker=made.town.unit_finance.user_id,
            checker=made.town.checker.user_id,
            posted_by=made.town.treasury.user_id,
            application=application,
            previous_hash="0" * 64,
            hash="0" * 64,
        )


@pytest.mark.usefixtures("database", "clock")
def test_the_same_test_finds_a_naive_way_of_paying_out() -> None:
    with pytest.raises(AssertionError):
        exactly_what_fits(naive, 0)
