"""S4: no sequence of acts on money breaks the books; each is held against a plain model, in both directions."""

from __future__ import annotations

import os

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
SEQUENCES = int(os.environ.get("N", "12"))
STEPS = 30


@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.timeout(7200 if LONG else 1200)
def test_no_sequence_of_acts_breaks_the_books(database: TemporaryDatabase, piece: int) -> None:
    rulebook.load()
    with time_machine.travel(FROZEN, tick=False):
        AnySequence.opening = opened()
    AnySequence.done = 0
    number = int(os.environ.get("SEED", "0")) + 2 * piece + (database.dialect == "postgresql")
    run_state_machine_as_test(
        seed(number)(AnySequence),
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate] if os.environ.get("NOSHRINK") else [Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert AnySequence.done >= SEQUENCES
    for why in sorted(beside.WHY.items()): print(why)
    for name in sorted({*beside.ACCEPTED, *beside.REFUSED}):
        print(f"{name:22} {beside.ACCEPTED[name]:6} {beside.REFUSED[name]:6}")
