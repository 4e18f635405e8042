"""The cast of the procedure, in the plan's years, on each database."""

from __future__ import annotations

import pytest
import time_machine

from tests import procedure
from tests.conftest import TemporaryDatabase


@pytest.fixture
def cast(database: TemporaryDatabase, clock: time_machine.Traveller) -> procedure.Cast:
    """Everybody, at work on a Monday of 2008."""
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()
