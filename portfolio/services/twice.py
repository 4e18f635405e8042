"""A form that is sent twice, by a double click or from a slow page, is taken for one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from portfolio.foundation import clock
from portfolio.foundation.roles import Actor
from portfolio.tables.project import Project, System

TWICE_WITHIN: Final = timedelta(minutes=2)
"""How long after the first time."""


def just_made(table: type[Project | System], *, owner_id: int, name: str, actor: Actor) -> Any:  # noqa: ANN401
    """The row of this name that the actor made a moment ago and that is as it was made; ``None`` without."""
    return (
        table.select()
        .where(
            table.owner == owner_id,
            table.name == name,
            table.created_by == actor.user_id,
            table.created_at >= clock.now() - TWICE_WITHIN,
            table.version == 1,
        )
        .order_by(table.id.desc())
        .first()
    )
