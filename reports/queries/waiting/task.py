"""One thing that waits: what it is, where it is done, and on which heap it lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from approvals.queries.returns import Return
from portfolio.foundation.errors import Message
from portfolio.foundation.money import Money
from portfolio.rules.labelled import Labelled

MOST = 100
"""So many things of one kind are looked up, the oldest first: nobody does more in a day."""


class Urgency(Labelled):
    """The three heaps on a desk."""

    OVERDUE = "overdue", "已逾期"
    THIS_WEEK = "this_week", "本周到期"
    LATER = "later", "稍后"


class Place(StrEnum):
    """Where a thing is done: by an act, in dossier or evaluation, at the money desk, by evidence."""

    ACT = "act"
    DOSSIER = "dossier"
    PROGRESS = "progress"
    EVALUATION = "evaluation"
    APPLICATION = "application"
    ORDER = "order"
    CONDITION = "condition"
    LIMIT = "limit"
    LIST = "list"
    STATEMENT = "statement"
    CONTRACT = "contract"
    SUPPLEMENT = "supplement"
    COST = "cost"
    REQUEST = "request"
    RECEIPT = "receipt"
    CLOSING = "closing"
    INHERITED = "inherited"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, in which project, since when, until when, and where it is done.

    ``code`` is the act's, the part's of the dossier, or the id of what it is; ``amount`` is the money that it
    is about; ``returned`` is with what words it came back.
    """

    what: Message
    verb: Message
    place: Place
    code: str
    project_id: int | None
    project_code: str
    project_name: str
    owner_name: str
    since: date
    due_on: date | None = None
    urgency: Urgency = Urgency.LATER
    note: str = ""
    amount: Money | None = None
    returned: Return | None = None


def urgency(due_on: date | None, today: date) -> Urgency:
    """On which heap a thing lies; a week ends on Sunday."""
    if due_on is None:
        return Urgency.LATER
    if due_on < today:
        return Urgency.OVERDUE
    return Urgency.THIS_WEEK if due_on <= today + timedelta(days=6 - today.weekday()) else Urgency.LATER
