"""Estimate and funding of a part of the dossier: whole tables, as they are pasted from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import Part
from portfolio.rules.dossier.draft import read_rows, refuse_repeats
from portfolio.rules.dossier.shapes import ESTIMATE_LINE, FUNDING_LINE
from portfolio.services.dossier.lock import take_open, write
from portfolio.tables.dossier import EstimateLine, FundingLine
from portfolio.tables.project import Project


def set_estimate(
    *, project_id: int, part: Part, rows: Sequence[Mapping[str, object]], expected_version: int, actor: Actor
) -> Project:
    """Replace the estimate lines of a part; amounts in 万元 or as ``Money``.

    Raises ``Invalid`` cell by cell (``estimate.2.amount``), and as ``save`` does.
    """
    typed = read_rows(ESTIMATE_LINE, rows, "estimate")
    with transaction():
        project = take_open(project_id, actor)
        _replace_estimate(project_id, part, typed)
        data = {"part": part, "total": _total(typed), "rows": typed}
        write(project, expected_version, "dossier.estimate", data, actor)
        return project


def set_funding(
    *, project_id: int, part: Part, rows: Sequence[Mapping[str, object]], expected_version: int, actor: Actor
) -> Project:
    """Replace what each source gives in each year to a part; amounts in 万元 or as ``Money``.

    Raises ``Invalid`` cell by cell (``funding.2.year``), also for a source and year given twice, and as
    ``save`` does.
    """
    typed = read_rows(FUNDING_LINE, rows, "funding")
    refuse_repeats(typed, "funding", "source", "year")
    with transaction():
        project = take_open(project_id, actor)
        _replace_funding(project_id, part, typed)
        data = {"part": part, "total": _total(typed), "rows": typed}
        write(project, expected_version, "dossier.funding", data, actor)
        return project


def copy_part(*, project_id: int, source: Part, target: Part, expected_version: int, actor: Actor) -> Project:
    """Begin a part with the estimate and funding of another, in place of what it had.

    Raises ``Invalid`` when there is nothing to copy, and as ``save`` does.
    """
    if source is target:
        raise Invalid({"target": say("不能复制到自身")})
    with transaction():
        project = take_open(project_id, actor)
        estimate = _rows(EstimateLine, project_id, source, ("category", "item", "amount"))
        funding = _rows(FundingLine, project_id, source, ("source", "year", "amount"))
        if not estimate and not funding:
            raise Invalid({"source": say("{part}尚无投资明细和资金来源可供复制", part=source.label)})
        _replace_estimate(project_id, target, estimate)
        _replace_funding(project_id, target, funding)
        data = {"source": source, "target": target, "total": _total(estimate), "funding": _total(funding)}
        write(project, expected_version, "dossier.copy_part", data, actor)
        return project


def _replace_estimate(project_id: int, part: Part, rows: Sequence[Mapping[str, Any]]) -> None:
    EstimateLine.delete().where(EstimateLine.project == project_id, EstimateLine.part == part).execute()
    lines = [
        {"project": project_id, "part": part, "position": position, **row}
        for position, row in enumerate(rows, 1)
    ]
    if lines:
        EstimateLine.insert_many(lines).execute()


def _replace_funding(project_id: int, part: Part, rows: Sequence[Mapping[str, Any]]) -> None:
    FundingLine.delete().where(FundingLine.project == project_id, FundingLine.part == part).execute()
    if rows:
        FundingLine.insert_many([{"project": project_id, "part": part, **row} for row in rows]).execute()


def _rows(table: Any, project_id: int, part: Part, names: Sequence[str]) -> list[dict[str, Any]]:  # noqa: ANN401
    rows = table.select().where(table.project == project_id, table.part == part).order_by(table.id)
    return [{name: getattr(row, name) for name in names} for row in rows]


def _total(rows: Sequence[Mapping[str, Any]]) -> Money:
    return Money.total(row["amount"] for row in rows)
