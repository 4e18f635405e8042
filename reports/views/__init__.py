"""The pages that look into several houses: home, register, projects, plan, reports, jobs, audit log."""

from __future__ import annotations

from approvals.queries.returns import latest_return
from approvals.services import cases
from portfolio.foundation.errors import say
from portfolio.foundation.web.shell import Entry, Shell
from reports.views import audit_log, centre, home, jobs, plan, project, projects
from reports.views.blueprint import blueprint

__all__ = [
    "BLUEPRINTS",
    "NAVIGATION",
    "audit_log",
    "furnish",
    "home",
    "jobs",
    "project",
    "projects",
]

BLUEPRINTS = (blueprint, plan.blueprint, centre.blueprint)
NAVIGATION = (
    Entry("register.projects", say("项目库"), "folder2-open", 10),
    Entry("plan.overview", say("五年规划"), "diagram-3", 30),
    Entry("centre.reports", say("报告中心"), "file-earmark-bar-graph", 60),
    Entry("register.audit", say("审计日志"), "journal-check", 900),
    Entry("centre.jobs", say("后台任务"), "cpu", 910),
)
PAGES = {
    "budget_line": ("finance.line", "line_id"),
    "contract": ("finance.contract", "contract_id"),
    "direct_cost": ("finance.cost", "cost_id"),
    "entry": ("finance.entry", "entry_id"),
    "project_money": ("finance.project", "project_id"),
    "year": ("finance.year", "year"),
}
"""Which page shows what a finding refers to."""


def furnish(shell: Shell) -> None:
    """Hang home, what waits, the search, the opening of the procedure, what came back, and the pages of
    what findings refer to, into the frame.
    """
    shell.home = home.home
    shell.waiting = home.count
    shell.search = "register.projects"
    shell.begun = cases.begin
    shell.returned = latest_return
    shell.pages = PAGES
