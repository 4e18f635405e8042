# ruff: noqa: ANN401 - Peewee rows and WTForms have no types
"""What the select fields of a dossier offer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice

from portfolio.foundation import clock
from portfolio.foundation.errors import say
from portfolio.foundation.web.language import word
from portfolio.queries import drafting


def plan_items(also: int | None = None) -> list[SelectChoice]:
    """The items of the plan, grouped by box and group; each knows its box, for the search."""
    return [
        SelectChoice(
            str(item.id),
            f"{item.code} {word(item.name)}",
            {"data-box": item.group.box.code},
            f"{word(item.group.box.number)} {word(item.group.box.name)} · {word(item.group.name)}",
        )
        for item in drafting.items_to_follow(clock.today(), also)
    ]


def for_basics(form: Any, project: Any) -> None:
    """Items of the plan, and what a project is counted under."""
    form.plan_item_id.offer(plan_items(project.plan_item_id), say("规划中没有，拟增补"))
    zones, sectors, clusters = drafting.statistical_places()
    for field, rows in ((form.zone_id, zones), (form.sector_id, sectors), (form.cluster_id, clusters)):
        field.offer(_named(rows), say("不属于"))


def for_indicators(form: Any, _project: Any) -> None:
    """The plan's indicators, each with its unit."""
    form.offer(
        [
            SelectChoice(str(one.id), f"{word(one.name)} · {word(one.unit)}" if one.unit else word(one.name))
            for one in drafting.indicators_to_serve(clock.today())
        ]
    )


def for_units(form: Any, _project: Any) -> None:
    """The organisations of today."""
    form.offer(units())


def units() -> list[SelectChoice]:
    """The organisations of today, by their full names."""
    return _named(drafting.units(clock.today()))


def _named(rows: Iterable[Any]) -> list[SelectChoice]:
    return [SelectChoice(str(row.id), word(row.name)) for row in rows]
