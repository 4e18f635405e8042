"""The state machine of S4: deeds in the order in which hypothesis draws them; it leaves nothing behind."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, datetime

import time_machine
from hypothesis.stateful import RuleBasedStateMachine, rule

from portfolio.foundation.clock import ZONE
from portfolio.foundation.db import transaction
from tests.conftest import FROZEN
from tests.plain.deeds import Deeds
from tests.plain.drawing import ANY_DEED, Deed
from tests.plain.office import Office


class Undo(Exception):
    """Ends the transaction of a sequence."""


class AnySequence(RuleBasedStateMachine):
    """One sequence from the ``opening`` on, in its own transaction; ``done`` counts those that ended well.

    There is one rule for all deeds: of many rules hypothesis would leave out half in every sequence, and what
    goes wrong takes several deeds that belong together.
    """

    opening: Office
    done = 0

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.clock = self.stack.enter_context(time_machine.travel(FROZEN, tick=False))
        self.transaction = transaction()
        self.transaction.__enter__()
        self.office = self.opening.again()
        self.deeds = Deeds(self.office, self.arrive)

    @rule(deed=ANY_DEED)
    def act(self, deed: Deed) -> None:
        name, drawn = deed
        getattr(self.deeds, name)(**drawn)

    def arrive(self, day: date) -> None:
        self.clock.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=ZONE))

    def teardown(self) -> None:
        try:
            if self.office.sound:
                self.office.at_the_end()
                type(self).done += 1
        finally:
            with self.stack:
                self.transaction.__exit__(Undo, Undo(), None)
