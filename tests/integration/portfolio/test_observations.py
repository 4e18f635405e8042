"""What was observed of an indicator: recorded once, revised with a reason, never changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portfolio.foundation import audit
from portfolio.foundation.db import IntegrityError
from portfolio.foundation.errors import Forbidden, HouseError, Invalid, NotFound, StaleVersion
from portfolio.foundation.roles import Actor, Role
from portfolio.queries.observations import observations
from portfolio.rules.observation import ObservationMark, holding
from portfolio.services.observations import record_observation
from portfolio.services.plan import load_plan, shipped_plan
from portfolio.tables.observation import Observation
from portfolio.tables.plan import Indicator
from tests import factories


@pytest.fixture
def recorder(database: object, clock: Any) -> Actor:
    clock.move_to("2010-03-16 09:00:00+08:00")
    load_plan(document=shipped_plan(), actor=None)
    return factories.actor("recorder", Role.INFORMATIZATION)


def indicator(code: str = "I06") -> int:
    return int(Indicator.get(Indicator.code == code).id)


def record(
    actor: Actor, year: object, figure: object, mark: str, note: str = "", **given: Any
) -> Observation:
    key = given.pop("indicator_id", None) or indicator()
    known = len(observations([key]).get(key, ()))
    fields = {"year": year, "figure": figure, "mark": mark, "note": note}
    return record_observation(
        indicator_id=key, fields=fields, expected_count=given.pop("expected_count", known), actor=actor
    )


def test_flash_annual_and_revised_figures_follow_each_other_and_the_last_one_holds(recorder: Actor) -> None:
    record(recorder, "2008", "300.5", "flash")
    record(recorder, 2008, "３１０．２５", "annual", "统计公报")
    record(recorder, 2009, 396, "flash")
    record(recorder, 2008, Decimal("309"), "revision", "第二次经济普查")
    rows = observations([indicator()])[indicator()]
    assert [(row.position, row.year, row.figure, row.mark.value) for row in rows] == [
        (1, 2008, Decimal("300.5"), "flash"),
        (2, 2008, Decimal("310.25"), "annual"),
        (3, 2009, Decimal(396), "flash"),
        (4, 2008, Decimal(309), "revision"),
    ]
    held = holding(rows)
    assert {year: (one.figure, one.mark) for year, one in held.items()} == {
        2008: (Decimal(309), ObservationMark.REVISION),
        2009: (Decimal(396), ObservationMark.FLASH),
    }
    assert {row.recorded_by.name for row in rows} == {"recorder"}
    trail = audit.trail("indicator", indicator())
    assert [entry.action for entry in trail] == ["observation.record"] * 4
    assert trail[1].data["figure"] == "310.25"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ((2009, "1", "revision", "公报"), "mark"),  # nothing to revise
        ((2010, "1", "annual", ""), "mark"),  # the year goes on
        ((2008, "1", "annual", ""), "mark"),  # there is one
        ((2008, "1", "flash", ""), "mark"),  # too late
        ((2008, "1", "revision", "  "), "note"),
        ((2011, "1", "flash", ""), "year"),
        ((2005, "1", "flash", ""), "year"),
        ((2009, "-1", "flash", ""), "figure"),
        ((2009, "1.23456", "flash", ""), "figure"),
        ((2009, "很多", "flash", ""), "figure"),
        ((2009, "", "flash", ""), "figure"),
        ((2009, "1", "guess", ""), "mark"),
        ((2009, "1", "flash", "字" * 201), "note"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(recorder: Actor, given: tuple[Any, ...], field: str) -> None:
    record(recorder, 2008, "310", "annual")
    with pytest.raises(Invalid) as refusal:
        record(recorder, *given)
    assert list(refusal.value.fields) == [field]
    assert Observation.select().count() == 1


def test_a_percentage_ends_at_a_hundred_but_telephones_do_not(recorder: Actor) -> None:
    with pytest.raises(Invalid):
        record(recorder, 2009, "100.1", "flash", indicator_id=indicator("I01"))
    assert record(recorder, 2009, "100.1", "flash", indicator_id=indicator("I05")).figure == Decimal("100.1")


@pytest.mark.parametrize(
    ("role", "given", "error"),
    [
        (Role.INVESTMENT, {}, Forbidden),
        (Role.INFORMATIZATION, {"indicator_id": 9_999}, NotFound),
        (Role.INFORMATIZATION, {"expected_count": 1}, StaleVersion),
    ],
)
def test_others_unknown_indicators_and_stale_pages_are_refused(
    recorder: Actor, role: Role, given: dict[str, Any], error: type[HouseError]
) -> None:
    with pytest.raises(error):
        record(factories.actor("somebody", role), 2009, "1", "flash", **given)
    assert Observation.select().count() == 0


def test_the_database_holds_figures_as_they_were_recorded(recorder: Actor) -> None:
    row = record(recorder, 2008, "310", "annual")
    values = {
        "indicator": row.indicator_id,
        "year": 2008,
        "figure": Decimal(1),
        "recorded_by": recorder.user_id,
        "recorded_at": row.recorded_at,
    }
    for wrong in (
        {"position": 1, "mark": ObservationMark.FLASH},
        {"position": 2, "mark": ObservationMark.ANNUAL},
        {"position": 2, "mark": ObservationMark.REVISION},
        {"position": 2, "mark": ObservationMark.FLASH, "figure": Decimal(-1)},
    ):
        with pytest.raises(IntegrityError):
            Observation.create(**{**values, **wrong})
    with pytest.raises(IntegrityError):
        Observation.update(figure=Decimal(1)).execute()
    with pytest.raises(IntegrityError):
        Observation.delete().execute()
