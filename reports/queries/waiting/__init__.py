"""What waits for a person, from the procedure and from the money desk, as one list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from peewee import Select

from portfolio.foundation import rulebook
from portfolio.foundation.db import database
from portfolio.foundation.roles import Actor
from portfolio.foundation.rulebook import Rulebook
from reports.queries.waiting import money, procedure
from reports.queries.waiting.task import MOST, Task


def tasks(actor: Actor, rules: Callable[[], Rulebook] = rulebook.of_today) -> list[Task]:
    """What waits for ``actor``, the most urgent first; thirteen queries at most.

    All of it while there is less than ``MOST``; beyond that the first ``MOST`` are the right ones.
    """
    found = procedure.tasks(actor, rules) + money.tasks(actor)
    return sorted(found, key=lambda one: (one.due_on or date.max, one.since, one.project_code))


def shown(found: list[Task]) -> tuple[list[Task], bool]:
    """The ``tasks`` that a page lists, and whether there may be more than these."""
    return found[:MOST], len(found) >= MOST


def count(actor: Actor, steps: int, rules: Callable[[], Rulebook] = rulebook.of_today) -> int:
    """How many ``tasks`` there are, ``steps`` of them steps that are asked for; one query at most.

    One more for the ``rules``, where what waits depends on them.
    """
    counts = procedure.counts(actor, rules) + money.counts(actor)
    return steps + (sum(Select(columns=counts).bind(database).tuples().get()) if counts else 0)
