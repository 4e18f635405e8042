"""S4: no sequence of acts on money breaks the books; a plain model says of each whether it goes through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from portfolio.foundation import rulebook
from tests.conftest import FROZEN, TemporaryDatabase
from tests.plain import beside
from tests.plain.opening import opened
from tests.plain.sequence import AnySequence
from tests.soak import LONG, brief_or_long

PIECES = brief_or_long(1, 20)
SEQUENCES = brief_or_long(12, 50)
"""In each piece, on each database."""
STEPS = 30

DONE_AND_REFUSED = {
    "post allot", "post adjust", "post recall", "post virement", "post release", "post refund",
    "post reverse",
    "draft of virement", "draft of refund", "draft of reverse", "withdraw",
    "sign", "draft_supplement", "supplement", "end", "commit_year", "approve_cost",
    "apply", "check", "turn_back", "pay", "receive", "confirm", "cancel",
    "close_month", "reopen_month", "draft_closing", "close_year", "fix_cap", "set_ceiling", "final_cost",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def every_act_in_both_directions() -> Iterator[None]:
    """At length, every act was done at least once and refused at least once, as the model said."""
    yield
    if LONG:
        assert set(beside.ACCEPTED) >= DONE_AND_REFUSED
        assert set(beside.REFUSED) >= DONE_AND_REFUSED


@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.timeout(7200)
def test_no_sequence_of_acts_breaks_the_books(database: TemporaryDatabase, piece: int) -> None:
    rulebook.load()
    with time_machine.travel(FROZEN, tick=False):
        AnySequence.opening = opened()
    AnySequence.done = 0
    another_one_each_time = 2 * piece + (database.dialect == "postgresql")
    run_state_machine_as_test(
        seed(another_one_each_time)(AnySequence),
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert AnySequence.done >= SEQUENCES
