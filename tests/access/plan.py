"""Who may open the pages of the plan, indicators, 1162, report centre, jobs."""

from tests.access.line import Line

LINES: tuple[Line, ...] = ()
