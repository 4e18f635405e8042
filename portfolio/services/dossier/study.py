"""What the feasibility study adds: alternatives with whole-life cost, and the information resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portfolio.foundation.access import Organisation
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import Sharing
from portfolio.rules.dossier.draft import read_rows, refuse_repeats
from portfolio.rules.dossier.shapes import ALTERNATIVE, INFORMATION_RESOURCE
from portfolio.services.dossier.lock import refuse_confidential, take_open, write
from portfolio.tables.dossier import Alternative, AlternativeYear, InformationResource
from portfolio.tables.project import Project


def set_alternatives(
    *, project_id: int, rows: Sequence[Mapping[str, object]], expected_version: int, actor: Actor
) -> Project:
    """Replace the ways to build it; amounts in 万元 or as ``Money``, ``upkeep`` by year after launch.

    Raises ``Invalid`` cell by cell (``alternatives.2.upkeep``), also when two are chosen; ``Refused``
    (CONFIDENTIAL); and as ``save`` does.
    """
    typed = read_rows(ALTERNATIVE, rows, "alternatives")
    refuse_repeats(typed, "alternatives", "name")
    chosen = [number for number, row in enumerate(typed, 1) if row["chosen"]]
    if len(chosen) > 1:
        raise Invalid({f"alternatives.{n}.chosen": say("只能选定一个推荐方案") for n in chosen[1:]})
    with transaction():
        project = take_open(project_id, actor)
        refuse_confidential(project)
        held = Alternative.select(Alternative.id).where(Alternative.project == project_id)
        AlternativeYear.delete().where(AlternativeYear.alternative.in_(held)).execute()
        Alternative.delete().where(Alternative.project == project_id).execute()
        for position, row in enumerate(typed, 1):
            _add_alternative(project_id, position, row)
        write(project, expected_version, "dossier.alternatives", {"rows": typed}, actor)
        return project


def set_resources(
    *, project_id: int, rows: Sequence[Mapping[str, object]], expected_version: int, actor: Actor
) -> Project:
    """Replace the information resource catalogue: each item of data, its one source, how it is shared.

    Raises ``Invalid`` cell by cell (``resources.1.terms``) for an unknown source, and for data that is not
    shared freely without saying why; ``Refused`` (CONFIDENTIAL); and as ``save`` does.
    """
    typed = read_rows(INFORMATION_RESOURCE, rows, "resources")
    refuse_repeats(typed, "resources", "name")
    with transaction():
        project = take_open(project_id, actor)
        refuse_confidential(project)
        _check_resources(typed)
        InformationResource.delete().where(InformationResource.project == project_id).execute()
        lines = [
            {"project": project_id, "position": position, **row} for position, row in enumerate(typed, 1)
        ]
        if lines:
            InformationResource.insert_many(lines).execute()
        write(project, expected_version, "dossier.resources", {"rows": typed}, actor)
        return project


def _add_alternative(project_id: int, position: int, row: Mapping[str, Any]) -> None:
    values = {name: value for name, value in row.items() if name != "upkeep"}
    alternative = Alternative.create(project=project_id, position=position, **values)
    years = [
        {"alternative": alternative.id, "year_number": number, "amount": amount}
        for number, amount in enumerate(row["upkeep"], 1)
        if amount is not None
    ]
    if years:
        AlternativeYear.insert_many(years).execute()


def _check_resources(rows: Sequence[Mapping[str, Any]]) -> None:
    wanted = {row["source_id"] for row in rows}
    known = {row.id for row in Organisation.select(Organisation.id).where(Organisation.id.in_(wanted))}
    wrong = {}
    for number, row in enumerate(rows, 1):
        if row["source_id"] not in known:
            wrong[f"resources.{number}.source_id"] = say("没有这个单位")
        if row["sharing"] is not Sharing.UNCONDITIONAL and not row["terms"]:
            wrong[f"resources.{number}.terms"] = say(
                "{sharing}的，须写明条件或依据", sharing=row["sharing"].label
            )
    if wrong:
        raise Invalid(wrong)
