"""After launch: opening the post-evaluation 后评价, and closing the project 办结; the systems go on."""

from __future__ import annotations

from approvals.rules.stages import Act
from approvals.services.matter import authorise, move, pass_gate, take
from approvals.tables.case import Case
from portfolio.foundation.db import transaction
from portfolio.foundation.roles import Actor


def open_evaluation(*, project_id: int, expected_version: int, actor: Actor) -> Case:
    """Bring a project in operation to its post-evaluation; by an applicant of the owner or an authority.

    Raises ``Refused`` (FLOW) before operation, ``Forbidden``, ``StaleVersion``.
    """
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, Act.OPEN_EVALUATION, actor)
        move(matter, row, actor)
        return matter.case


def close(*, project_id: int, expected_version: int, actor: Actor) -> Case:
    """Close a project for good; its account takes nothing any more.

    A government project is closed once it is evaluated, paid and its surplus returned, else ``Refused`` with
    every finding.  Raises ``Forbidden``, ``StaleVersion``.
    """
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, Act.CLOSE, actor)
        pass_gate(matter, row)
        move(matter, row, actor)
        return matter.case
