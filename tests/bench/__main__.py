"""`make bench`: measure what is promised about speed; fails when a bound is not kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import wsgi  # noqa: F401 - brings in every table
from tests.bench import importing, pages, posting
from tests.bench.measure import Group, run

GROUPS: tuple[Group, ...] = (*posting.GROUPS, *pages.GROUPS, *importing.GROUPS)


def main() -> None:
    """Measure all figures, or those named in ONLY (P1,P2)."""
    only = frozenset(os.environ.get("ONLY", "").replace(",", " ").split())
    unknown = only - {id for group in GROUPS for id in group.ids}
    if unknown:
        sys.exit(f"没有这些指标 · no such figures: {', '.join(sorted(unknown))}")
    sys.exit(0 if run(GROUPS, only, Path("bench.jsonl")) else 1)


if __name__ == "__main__":
    main()
