"""What the informatization authority records of the plan's indicators, year by year."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from portfolio.foundation.roles import Role
from portfolio.queries.observations import observations
from portfolio.services.observations import record_observation
from portfolio.tables.plan import Indicator
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.cast import Cast

DATA = Path(__file__).parents[2] / "data" / "observations.json"


def observe(cast: Cast) -> Story:
    """Flash figures in January, the annual ones at the end of February, revisions when they are needed."""
    recorder = cast.one(Role.INFORMATIZATION)
    ids = dict(Indicator.select(Indicator.code, Indicator.id).tuples())
    for code, year, mark, figure, day, note in json.loads(DATA.read_text("utf-8"))["observations"]:
        yield date.fromisoformat(day)
        record_observation(
            indicator_id=ids[code],
            fields={"year": year, "mark": mark, "figure": figure, "note": note},
            expected_count=len(observations([ids[code]]).get(ids[code], ())),
            actor=recorder,
        )
