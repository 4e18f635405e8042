"""Who may open the pages of money."""

from tests.access.line import Line

LINES: tuple[Line, ...] = ()
