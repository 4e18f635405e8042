"""Who may open the pages of administration."""

from tests.access.line import Line

LINES: tuple[Line, ...] = ()
