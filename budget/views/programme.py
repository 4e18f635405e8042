"""The account of the programme's new investment, apart from the fiscal budget."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from budget.queries.programme import breakdown, together
from budget.rules.words import ProgrammeMeasure
from budget.views.blueprint import finance
from portfolio.foundation.errors import say
from portfolio.foundation.roles import SEES_EVERYTHING
from portfolio.foundation.web.lists import Filter, Filters
from portfolio.foundation.web.permissions import allow

SIDES = (
    ("source", say("按来源")),
    ("year", say("按年度")),
    ("box", say("按专栏")),
    ("sector", say("按领域")),
    ("zone", say("按区域")),
)


@finance.get("/finance/programme")
@allow(*SEES_EVERYTHING)
def programme() -> ResponseReturnValue:
    """Planned, approved, committed and realised investment, by one side at a time."""
    filters = Filters(
        [
            Filter("by", say("汇总"), SIDES),
            Filter("counts", say("范围"), (("1162", say("计入1162的新增投资")),)),
        ]
    )
    side = filters.value("by") or "source"
    rows = breakdown(side, only_1162=filters.value("counts") == "1162")
    return render_template(
        "finance/programme.html",
        filters=filters,
        side=side,
        sides=dict(SIDES),
        rows=rows,
        whole=together(rows),
        measures=list(ProgrammeMeasure),
    )
