"""Recording what was observed of the plan's indicators."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

from portfolio.foundation import audit, clock
from portfolio.foundation.db import get, transaction
from portfolio.foundation.errors import Invalid, StaleVersion, say
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier.draft import read_fields
from portfolio.rules.observation import OBSERVATION, problems
from portfolio.tables.observation import Observation
from portfolio.tables.plan import Indicator


def record_observation(
    *, indicator_id: int, fields: Mapping[str, object], expected_count: int, actor: Actor
) -> Observation:
    """Record a figure (``year``, ``figure``, ``mark``, ``note``) after the ``expected_count`` known ones.

    Figures are never changed: an annual one follows the flash figures, a revision corrects it.  Raises
    ``Forbidden``, ``NotFound``, ``Invalid`` by field, ``StaleVersion`` when somebody recorded in between.
    """
    actor.require(Role.INFORMATIZATION)
    typed = read_fields(OBSERVATION, fields)
    with transaction():
        indicator = get(Indicator, indicator_id, say("规划指标"), lock=True)
        earlier = list(
            Observation.select().where(Observation.indicator == indicator_id).order_by(Observation.position)
        )
        if len(earlier) != expected_count:
            raise StaleVersion(
                say("此指标刚有新的数据登记，您看到的是旧数据"), remedy=say("请刷新页面，核对后重新登记")
            )
        given = SimpleNamespace(**typed)
        wrong = problems(indicator, indicator.unit, earlier, given, typed["note"], clock.today())
        if wrong:
            raise Invalid(wrong)
        row: Observation = Observation.create(
            indicator=indicator,
            position=len(earlier) + 1,
            recorded_by=actor.user_id,
            recorded_at=clock.now(),
            **typed,
        )
        audit.record(actor, "observation.record", ("indicator", indicator_id), typed)
        return row
