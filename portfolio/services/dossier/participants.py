"""Who takes part in a project beside its owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portfolio.foundation.access import Organisation
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Invalid, Message, say
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import ParticipantPart
from portfolio.rules.dossier.draft import read_rows, refuse_repeats
from portfolio.rules.dossier.shapes import PARTICIPANT
from portfolio.services.dossier.lock import take_open, write
from portfolio.tables.project import Participant, Project

_WHOLE = 100


def set_participants(
    *, project_id: int, rows: Sequence[Mapping[str, object]], expected_version: int, actor: Actor
) -> Project:
    """Replace the organisations that take part, with their share of the work in per cent.

    Raises ``Invalid`` cell by cell (``participants.1.organisation_id``) for an unknown organisation, one
    twice in the same part, a second lead, or shares above the whole; and as ``save`` does.
    """
    typed = read_rows(PARTICIPANT, rows, "participants")
    refuse_repeats(typed, "participants", "part", "organisation_id")
    with transaction():
        project = take_open(project_id, actor)
        _check(typed)
        Participant.delete().where(Participant.project == project_id).execute()
        if typed:
            Participant.insert_many([{"project": project_id, **row} for row in typed]).execute()
        write(project, expected_version, "dossier.participants", {"rows": typed}, actor)
        return project


def _check(rows: Sequence[Mapping[str, Any]]) -> None:
    wanted = {row["organisation_id"] for row in rows}
    known = {row.id for row in Organisation.select(Organisation.id).where(Organisation.id.in_(wanted))}
    wrong: dict[str, Message] = {}
    leads = 0
    for number, row in enumerate(rows, 1):
        if row["organisation_id"] not in known:
            wrong[f"participants.{number}.organisation_id"] = say("没有这个单位")
        leads += row["part"] is ParticipantPart.LEAD
        if row["part"] is ParticipantPart.LEAD and leads > 1:
            wrong[f"participants.{number}.part"] = say("只能有一个牵头单位")
    total = sum(row["share_percent"] or 0 for row in rows)
    if total > _WHOLE:
        wrong["participants"] = say("份额合计{total}%，不得超过100%", total=total)
    if wrong:
        raise Invalid(wrong)
