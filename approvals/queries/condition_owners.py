"""The organisations that a condition can be laid upon."""

from __future__ import annotations

from typing import Any

from portfolio.foundation import clock
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import in_force


def condition_owners(project: Any) -> list[tuple[int, str]]:  # noqa: ANN401 - a Peewee row
    """Every organisation of today by id and name, the applicant first; one query."""
    rows = Organisation.select(Organisation.id, Organisation.name).where(
        in_force(Organisation, clock.today())
    )
    found = [(row.id, row.name) for row in rows.order_by(Organisation.code)]
    return sorted(found, key=lambda one: one[0] != project.owner_id)
