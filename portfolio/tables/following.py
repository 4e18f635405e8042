"""Which projects a person has chosen to keep in sight 关注."""

from __future__ import annotations

from portfolio.foundation.access import User
from portfolio.foundation.db import ForeignKeyField, MomentField, Table, unique
from portfolio.tables.project import Project


class Following(Table):
    """A person follows a project; it is theirs alone, touches nothing and is taken back freely."""

    user = ForeignKeyField(User, index=False, backref="+")
    project = ForeignKeyField(Project, backref="+")
    since = MomentField()

    class Meta:
        """Once for each pair."""

        constraints = [unique("uq_following", "user_id", "project_id")]
