"""The instruments of assessment as they ship, and the one that an evaluation was opened with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from approvals.rules.evaluation import EvaluationKind, Instrument, read_instrument

SHIPPED = Path(__file__).parent.parent / "data" / "instruments.json"


@cache
def shipped() -> Mapping[EvaluationKind, Instrument]:
    """Every instrument that ships; raises ``Refused`` when the weights of one break its own rules."""
    listed = json.loads(SHIPPED.read_text("utf-8"))["instruments"]
    return {instrument.kind: instrument for instrument in map(read_instrument, listed)}


def instrument_on(kind: EvaluationKind, day: date) -> Instrument:
    """The instrument of a kind with the basis in force on ``day``."""
    return shipped()[kind].on(day)


def instrument_of(evaluation: Any) -> Instrument:  # noqa: ANN401 - a Peewee row
    """The instrument that an evaluation froze when it was opened."""
    return read_instrument(evaluation.instrument)
