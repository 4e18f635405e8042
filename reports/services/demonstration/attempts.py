"""What the demonstration tries and is refused: the two sentences of the plan at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from approvals.rules.stages import Gate
from approvals.services import construction
from portfolio.foundation import clock
from portfolio.foundation.errors import Refused
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.journey import Journey
from reports.services.demonstration.narration import Event
from reports.services.demonstration.proposing import begin, submit, write_proposal

_DAYS_AFTER = 3
EARLY_START = "early_start"
"""The happening that makes an applicant ask to build before the appraisal."""


def propose_off_plan(journey: Journey) -> Story:
    """先规划后立项: what the plan does not hold is not taken in."""
    yield journey.script.first_day + timedelta(_DAYS_AFTER)
    begin(journey)
    write_proposal(journey)
    yield journey.later(1)
    with refused(journey, "报送规划外项目的建议书"):
        submit(journey, "报送项目建议书", Gate.PLAN)


def start_early(journey: Journey) -> Story:
    """先评估后建设: what has not been appraised is not built."""
    yield journey.later(4)
    with refused(journey, "未经评估申请开工"):
        construction.start_construction(
            **journey.standing, cover_number=journey.letter("工"), actor=journey.applicant
        )


@contextmanager
def refused(journey: Journey, what: str) -> Iterator[None]:
    """Tell of the refusal that must come; raises ``AssertionError`` when it does not."""
    try:
        yield
    except Refused as refusal:
        journey.narrate(Event(clock.today(), journey.applicant, f"{what}：不予受理", refusal=refusal))
        return
    raise AssertionError(f"nothing refused: {what}")
