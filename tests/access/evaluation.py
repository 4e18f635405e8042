"""Who may open the pages of evaluations."""

from tests.access.line import Line

LINES: tuple[Line, ...] = ()
