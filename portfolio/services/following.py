"""Following a project 关注: a bookmark of one's own, which is why no audit trail speaks of it."""

from __future__ import annotations

from portfolio.foundation import clock
from portfolio.foundation.db import transaction
from portfolio.foundation.roles import Actor
from portfolio.queries.dossier import visible_project
from portfolio.tables.following import Following


def follow(*, project_id: int, actor: Actor) -> None:
    """Keep a project in sight; following it twice is following it.  Raises ``NotFound``."""
    with transaction():
        visible_project(project_id, actor)
        Following.insert(
            user=actor.user_id, project=project_id, since=clock.now()
        ).on_conflict_ignore().execute()


def unfollow(*, project_id: int, actor: Actor) -> None:
    """Let a project go out of sight again; also one that the actor no longer may know of."""
    with transaction():
        Following.delete().where(Following.user == actor.user_id, Following.project == project_id).execute()
