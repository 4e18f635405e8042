"""Who may open the pages of the procedure from proposal to construction."""

from tests.access.line import Line

LINES: tuple[Line, ...] = ()
