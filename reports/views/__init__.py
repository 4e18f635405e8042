"""The pages that look into several houses: home, the register, a project's page, the audit log."""

from __future__ import annotations

from portfolio.foundation.errors import say
from portfolio.foundation.web.shell import Entry, Shell
from reports.views import audit_log, home, project, projects
from reports.views.blueprint import blueprint

__all__ = ["BLUEPRINTS", "NAVIGATION", "audit_log", "furnish", "home", "project", "projects"]

BLUEPRINTS = (blueprint,)
NAVIGATION = (
    Entry("register.projects", say("项目库"), "folder2-open", 10),
    Entry("register.audit", say("审计日志"), "journal-check", 900),
)


def furnish(shell: Shell) -> None:
    """Hang home, the count of what waits and the search into the frame."""
    shell.home = home.home
    shell.waiting = home.count
    shell.search = "register.projects"
