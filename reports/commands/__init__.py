"""Reports, the demonstration and the whole program from the command line."""

from reports.commands.demonstrating import demo_group
from reports.commands.reporting import report_group
from reports.commands.serving import serve

__all__ = ["GROUPS", "demo_group", "report_group", "serve"]

GROUPS = (report_group, demo_group, serve)
