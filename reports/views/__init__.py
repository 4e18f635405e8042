"""The pages of this house: the plan and its programme, indicators, the report centre, background jobs."""

from __future__ import annotations

from portfolio.foundation.errors import say
from portfolio.foundation.web.shell import Entry
from reports.views import centre, jobs, plan

BLUEPRINTS = (plan.blueprint, centre.blueprint)

NAVIGATION = (
    Entry("plan.overview", say("五年规划"), "diagram-3", 30),
    Entry("centre.reports", say("报告中心"), "file-earmark-bar-graph", 60),
    Entry("centre.jobs", say("后台任务"), "cpu", 90),
)

__all__ = ["BLUEPRINTS", "NAVIGATION", "jobs"]
