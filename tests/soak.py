"""How long the promises are tried: briefly with every test run, at length with ``make soak``."""

from __future__ import annotations

import os

LONG = os.environ.get("SOAK", "") == "1"


def brief_or_long(brief: int, long: int) -> int:
    """The first number in a test run, the second in a soak."""
    return long if LONG else brief
