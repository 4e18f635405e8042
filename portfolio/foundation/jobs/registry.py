"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portfolio.foundation.jobs.run import JobRun

Work = Callable[["JobRun"], Any]
"""Does the job and returns its result as plain values."""

_handlers: dict[str, Handler] = {}


@dataclass(frozen=True, slots=True)
class Handler:
    """A registered kind of job.

    Attributes:
        kind: ``house.noun``, unique.
        work: the function.
        lease: how long the work may go without a sign of life before its worker is taken for dead.
        max_attempts: how often a worker may take the job before it counts as failed.
    """

    kind: str
    work: Work
    lease: timedelta
    max_attempts: int


def handler(
    kind: str, *, lease: timedelta = timedelta(minutes=1), max_attempts: int = 3
) -> Callable[[Work], Work]:
    """Register the function below as the one that does jobs of ``kind``."""

    def register(work: Work) -> Work:
        if kind in _handlers:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        _handlers[kind] = Handler(kind, work, lease, max_attempts)
        return work

    return register


def find(kind: str) -> Handler:
    """The handler of a kind; raises ``LookupError`` when no imported module registers one."""
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"no handler for jobs of kind {kind}") from None


def kinds() -> list[str]:
    """Every registered kind, in order."""
    return sorted(_handlers)
