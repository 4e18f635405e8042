"""What the houses want done once a day, by the names of their tasks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Daily:
    """A task and its time of the day, in UTC."""

    task: str
    hour: int
    minute: int


_wanted: dict[str, Daily] = {}


def every_day(task: str, *, hour: int, minute: int) -> None:
    """Have a task done every day at this time (UTC); said twice it is done once."""
    _wanted[task] = Daily(task, hour, minute)


def daily() -> list[Daily]:
    """Everything that is wanted, by name."""
    return [_wanted[name] for name in sorted(_wanted)]
