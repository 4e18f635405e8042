"""What a project is for: the indicators it serves, and its performance targets 绩效目标表."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Invalid, Message, say
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier.draft import read_rows, refuse_repeats
from portfolio.rules.dossier.shapes import PERFORMANCE_TARGET, SERVED_INDICATOR
from portfolio.services.dossier.lock import refuse_confidential, take_open, write
from portfolio.tables.dossier import PerformanceTarget, ServedIndicator
from portfolio.tables.plan import Indicator
from portfolio.tables.project import Project


def set_indicators(
    *, project_id: int, rows: Sequence[Mapping[str, object]], expected_version: int, actor: Actor
) -> Project:
    """Replace the indicators that the project serves; without a unit a contribution is in the indicator's.

    Raises ``Invalid`` cell by cell (``indicators.1.contribution``), ``Refused`` (CONFIDENTIAL), and as
    ``save`` does.
    """
    typed = read_rows(SERVED_INDICATOR, rows, "indicators")
    refuse_repeats(typed, "indicators", "indicator_id")
    with transaction():
        project = take_open(project_id, actor)
        refuse_confidential(project)
        wanted = [row["indicator_id"] for row in typed]
        units = dict(Indicator.select(Indicator.id, Indicator.unit).where(Indicator.id.in_(wanted)).tuples())
        wrong = {
            f"indicators.{number}.indicator_id": say("没有这个规划指标")
            for number, key in enumerate(wanted, 1)
            if key not in units
        }
        if wrong:
            raise Invalid(wrong)
        for row in typed:
            row["unit"] = row["unit"] or units[row["indicator_id"]]
        ServedIndicator.delete().where(ServedIndicator.project == project_id).execute()
        if typed:
            ServedIndicator.insert_many([{"project": project_id, **row} for row in typed]).execute()
        write(project, expected_version, "dossier.indicators", {"rows": typed}, actor)
        return project


def set_targets(
    *, project_id: int, rows: Sequence[Mapping[str, object]], expected_version: int, actor: Actor
) -> Project:
    """Replace the performance targets; what was achieved stays with the target of the same name.

    Raises ``Invalid`` cell by cell (``targets.1.target``) for a target that is neither figure nor words, or
    both, and when a target with an achieved value would go or change its kind; ``Refused`` (CONFIDENTIAL);
    and as ``save`` does.
    """
    typed = read_rows(PERFORMANCE_TARGET, rows, "targets")
    refuse_repeats(typed, "targets", "name")
    wrong = {
        f"targets.{number}.target": say("目标应填数值或文字，二者取一")
        for number, row in enumerate(typed, 1)
        if (row["target"] is None) == (row["target_text"] == "")
    }
    if wrong:
        raise Invalid(wrong)
    with transaction():
        project = take_open(project_id, actor)
        refuse_confidential(project)
        held = PerformanceTarget.select().where(PerformanceTarget.project == project_id)
        achieved = {row.name: row for row in held if row.actual is not None or row.actual_text}
        _check_achieved(achieved, typed)
        PerformanceTarget.delete().where(PerformanceTarget.project == project_id).execute()
        lines = [_line(project_id, position, row, achieved) for position, row in enumerate(typed, 1)]
        if lines:
            PerformanceTarget.insert_many(lines).execute()
        write(project, expected_version, "dossier.targets", {"rows": typed}, actor)
        return project


def _check_achieved(achieved: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """No target goes, or turns from figure to words, once something was achieved of it."""
    given = {row["name"]: number for number, row in enumerate(rows, 1)}
    wrong: dict[str, Message] = {}
    lost = [name for name in achieved if name not in given]
    if lost:
        wrong["targets"] = say("已填报实际值的目标不能删除：{names}", names="、".join(lost))
    for name, held in achieved.items():
        number = given.get(name)
        if number is not None and (rows[number - 1]["target"] is None) != (held.target is None):
            wrong[f"targets.{number}.target"] = say("已填报实际值，不能在数值和文字之间改变")
    if wrong:
        raise Invalid(wrong)


def _line(
    project_id: int, position: int, row: Mapping[str, Any], achieved: Mapping[str, Any]
) -> dict[str, Any]:
    held = achieved.get(row["name"])
    return {
        "project": project_id,
        "position": position,
        **row,
        "actual": held.actual if held else None,
        "actual_text": held.actual_text if held else "",
    }
